// Package kernel holds the loops that programs spend their time in: matrix
// products, sums and element-wise functions, for float32 and float64, in
// portable Go and, on amd64, in vector instructions that are chosen at run time.
//
// Every function documents the order of its additions. In portable Go every
// product that is then added is rounded first, so that results are the same bits
// on every architecture; vector instructions round as the functions say, and
// the same with AVX2 as with AVX-512. Which NaN comes out of an operation on
// several NaNs is not specified.
//
// It imports the standard library and golang.org/x/sys/cpu, and nothing of ours.
// Its generator, gen, is a module of its own.
//
// # Where things are
//
//   - functions.go: the table of element-wise functions by Code, each once as a
//     function of float64, from which operations of graphs take theirs; loops.go
//     and scalar.go: the portable loops that are faster than that function.
//   - fold.go and sum.go: what makes one number of a run.
//   - gemm*.go: matrix products; Product states their arithmetic.
//   - codes.go, vector*_amd64.* and gemm_amd64.s are generated (go generate);
//     vector_amd64.go chooses among them.
//
// # How to add
//
// An element-wise function is a row in two tables: in gen/vector (exact.go, or
// smooth.go with its error; portable for none in vectors), which makes its Code
// and its vector loops, and in functions.go. The tests go through Codes and ask
// by name for what is missing: bits against the portable loop, or for a smooth
// function a row in ulpCases with an arbitrary-precision reference. A polynomial
// comes from gen/vector/fit.py.
//
// A fold is a case of FoldOf, with a loop for runs that come in blocks; TestFolds
// holds it to the sixteen lanes.
package kernel

// Float is the set of element types.
type Float interface{ float32 | float64 }
