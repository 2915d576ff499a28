// Package kernel holds the loops that programs spend their time in: matrix
// products, sums and element-wise functions, for float32 and float64, in
// portable Go and, on amd64, in vector instructions that are chosen at run time.
//
// Every function documents the order of its additions. In portable Go every
// product that is then added is rounded first, so that results are the same bits
// on every architecture; vector instructions round as the functions say, and
// the same with AVX2 as with AVX-512. Which NaN comes out of an operation on
// several NaNs is not specified.
package kernel

// Float is the set of element types.
type Float interface{ float32 | float64 }
