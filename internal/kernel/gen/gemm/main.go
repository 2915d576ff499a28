// Command gemm writes the assembly of kernel.Gemm: for float32 and float64 and
// for AVX2 with FMA and AVX-512 each, one function that multiplies matrices of
// any size by register tiles, one for few dot products over a long depth, and
// what copies and transposes panels.
package main

import (
	. "github.com/mmcloughlin/avo/build"
)

func main() {
	ConstraintExpr("!purego")
	for _, t := range targets() {
		t.tiles()
		t.dots()
		t.copyPanel()
		switch {
		case t.wide:
		case t.size == 4:
			t.transpose(shuffle32)
		default:
			t.transpose(shuffle64)
		}
	}
	masks()
	Generate()
}
