// Package kernel holds the loops that programs spend their time in: matrix
// products, sums and element-wise functions, in portable Go, for float32 and
// float64.
//
// Every function documents the order of its additions, and every product that
// is then added is rounded first, so that results are the same bits on every
// architecture. Which NaN comes out of an operation on several NaNs is not
// specified.
package kernel

// Float is the set of element types.
type Float interface{ float32 | float64 }
