package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A target is an instruction set with an element type.
type target struct {
	name   string // suffix of function names
	elem   string // Go's name of the type
	size   int    // bytes of an element
	width  int    // elements of a vector
	wide   bool   // AVX-512
	vecs   []reg.VecPhysical
	shapes []shape

	fma, add, move, broadcast, maskMove func(ops ...Op)
}

// A shape is a height of tiles with its widths in vectors, widest first. The
// widths end in 2 and 1, for tails.
type shape struct {
	height int
	widths []int
}

// targets returns all of them. The tallest tile is the one that fills the
// registers; less tall ones are wider where the registers allow.
func targets() []target {
	avx2 := []shape{{6, []int{2, 1}}, {4, []int{2, 1}}, {3, []int{4, 2, 1}}, {2, []int{4, 2, 1}}, {1, []int{8, 4, 2, 1}}}
	avx512 := []shape{{12, []int{2, 1}}, {8, []int{2, 1}}, {6, []int{4, 2, 1}}, {4, []int{4, 2, 1}}, {3, []int{8, 4, 2, 1}},
		{2, []int{8, 4, 2, 1}}, {1, []int{8, 4, 2, 1}}}
	y := []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15}
	z := []reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
		reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
		reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31}
	single := target{elem: "float32", size: 4, fma: VFMADD231PS, add: VADDPS, move: VMOVUPS, broadcast: VBROADCASTSS,
		maskMove: func(ops ...Op) { VMASKMOVPS(ops[0], ops[1], ops[2]) }}
	double := target{elem: "float64", size: 8, fma: VFMADD231PD, add: VADDPD, move: VMOVUPD, broadcast: VBROADCASTSD,
		maskMove: func(ops ...Op) { VMASKMOVPD(ops[0], ops[1], ops[2]) }}
	var all []target
	for _, t := range []target{single, double} {
		bits := fmt.Sprint(8 * t.size)
		t.name, t.width, t.wide, t.vecs, t.shapes = bits+"AVX2", 32/t.size, false, y, avx2
		all = append(all, t)
		t.name, t.width, t.wide, t.vecs, t.shapes = bits+"AVX512", 64/t.size, true, z, avx512
		all = append(all, t)
	}
	return all
}

// bytes returns the size of a vector in memory.
func (t target) bytes() int { return t.size * t.width }

// A mask says which elements of a vector count: an AVX-512 mask or an AVX2
// vector.
type mask struct {
	k reg.OpmaskPhysical
	v reg.VecPhysical
}

// setMask sets m to the first n elements of a vector; n is at least 0 and, for
// AVX2, at most the vector's width. It destroys n and spoils tmp.
func (t target) setMask(m mask, n, tmp reg.GPPhysical) {
	if !t.wide {
		LEAQ(NewDataAddr(Symbol{Name: "tailMasks", Static: true}, t.bytes()), tmp)
		IMUL3Q(I32(-t.size), n, n)
		VMOVUPS(Mem{Base: tmp, Index: n, Scale: 1}, m.v)
		return
	}
	MOVQ(I32(t.width), tmp)
	CMPQ(n, tmp)
	CMOVQGT(tmp, n)
	MOVQ(I32(-1), tmp)
	BZHIQ(n, tmp, tmp)
	KMOVW(tmp.As32(), m.k)
}

// loadMasked loads the elements that m selects, 0 for the others.
func (t target) loadMasked(from Mem, m mask, to reg.VecPhysical) {
	switch {
	case !t.wide:
		t.maskMove(from, m.v, to)
	case t.size == 4:
		VMOVUPS_Z(from, m.k, to)
	default:
		VMOVUPD_Z(from, m.k, to)
	}
}

// storeMasked stores the elements that m selects.
func (t target) storeMasked(from reg.VecPhysical, m mask, to Mem) {
	if t.wide {
		t.move(from, m.k, to)
	} else {
		t.maskMove(from, m.v, to)
	}
}

// negZero sets v to −0, from which a chain of multiply-adds starts with the
// first product itself.
func (t target) negZero(v reg.VecPhysical) {
	if t.wide {
		VPTERNLOGD(U8(0xff), v, v, v)
	} else {
		VPCMPEQD(v, v, v)
	}
	if t.size == 4 {
		VPSLLD(U8(31), v, v)
	} else {
		VPSLLQ(U8(63), v, v)
	}
}

// masks writes the table that setMask of AVX2 reads.
func masks() {
	GLOBL("tailMasks", 16|8) // NOPTR | RODATA
	for i := range 8 {
		ones := U64(0)
		if i < 4 {
			ones = ^ones
		}
		DATA(8*i, ones)
	}
}
