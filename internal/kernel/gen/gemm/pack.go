package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The registers of what copies.
var (
	dst, dstStride = reg.RDI, reg.RDX
	src, srcStride = reg.RSI, reg.RBX
	copyRows       = reg.RCX
	copyCols       = reg.R8
)

func loadCopy(rows, cols string) {
	Load(Param("dst"), dst)
	Load(Param("dstStride"), dstStride)
	Load(Param("src"), src)
	Load(Param("srcStride"), srcStride)
	Load(Param(rows), copyRows)
	Load(Param(cols), copyCols)
}

// copyPanel writes the function that copies rows of at most two vectors.
func (t target) copyPanel() {
	TEXT("copyPanel"+t.name, 4, "func(dst *"+t.elem+", dstStride int, src *"+t.elem+", srcStride int, rows, width int)")
	Pragma("noescape")
	Doc("copyPanel"+t.name+" copies rows of width elements, at most two vectors, and clears what is left of the last vector.",
		"Strides are in bytes. At least one row.")
	loadCopy("rows", "width")
	m := mask{k: reg.K1, v: t.vecs[2]}
	CMPQ(copyCols, I32(t.width))
	JG(LabelRef("two"))
	for vecs := 1; vecs <= 2; vecs++ {
		loop := "loop1"
		if vecs == 2 {
			loop = "loop2"
			Label("two")
			SUBQ(I32(t.width), copyCols)
		}
		t.setMask(m, copyCols, reg.R9)
		Label(loop)
		last := (vecs - 1) * t.bytes()
		if vecs == 2 {
			t.move(Mem{Base: src}, t.vecs[0])
			t.move(t.vecs[0], Mem{Base: dst})
		}
		t.loadMasked(Mem{Base: src, Disp: last}, m, t.vecs[1])
		t.move(t.vecs[1], Mem{Base: dst, Disp: last})
		ADDQ(srcStride, src)
		ADDQ(dstStride, dst)
		DECQ(copyRows)
		JNE(LabelRef(loop))
		VZEROUPPER()
		RET()
	}
}

// The rows that a transposition works on start at fourRows.
var (
	fourRows          = []reg.GPPhysical{reg.R9, reg.R10, reg.R11, reg.R12}
	transposeAt       = reg.R13 // in each row
	transposeTo       = reg.R14
	transposeLeft     = reg.R15 // columns
	transposeGroup    = reg.RCX // first row of the block of four
	transposeRows     = reg.R8
	transposeCols     = reg.RBX
	transposeFrom     = reg.RSI
	transposeStride   = reg.RAX
	transposed        = []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3}
	transposeTailMask = reg.Y8
)

// transpose writes a function that transposes, four rows of 32 bytes at a time.
// shuffle does that, from Y0 to Y3 where the rows are, and leaves in half a
// vector each, or all of it if there are as many columns as vectors, column by
// column.
func (t target) transpose(shuffle func()) {
	name := fmt.Sprint("transpose", 8*t.size)
	TEXT(name, 4, "func(dst *"+t.elem+", dstStride int, src *"+t.elem+", srcStride int, rows, cols int)")
	Pragma("noescape")
	Doc(name+" transposes src into dst. Strides are in bytes. It may write up to three elements behind each row of dst,",
		"but does so before it writes the start of any row.")
	Load(Param("dst"), dst)
	Load(Param("dstStride"), dstStride)
	Load(Param("src"), transposeFrom)
	Load(Param("srcStride"), transposeStride)
	Load(Param("rows"), transposeRows)
	Load(Param("cols"), transposeCols)
	CMPQ(transposeCols, I8(2))
	JNE(LabelRef("any"))
	CMPQ(transposeStride, I8(2*t.size))
	JNE(LabelRef("any"))
	t.pairs()
	Label("any")
	MOVQ(transposeCols, transposeAt)
	ANDQ(I8(t.width-1), transposeAt)
	t.setMask(mask{v: transposeTailMask}, transposeAt, transposeTo)
	LEAQ(Mem{Base: transposeRows, Disp: -1}, transposeGroup)
	ANDQ(I8(-4), transposeGroup) // the last block comes first
	Label("rows")
	MOVQ(transposeGroup, fourRows[0])
	IMULQ(transposeStride, fourRows[0])
	ADDQ(transposeFrom, fourRows[0])
	MOVQ(transposeRows, transposeLeft)
	SUBQ(transposeGroup, transposeLeft)
	for i := 1; i < 4; i++ { // there may be less than four
		LEAQ(Mem{Base: fourRows[i-1], Index: transposeStride, Scale: 1}, fourRows[i])
		CMPQ(transposeLeft, I8(i))
		CMOVQLE(fourRows[i-1], fourRows[i])
	}
	LEAQ(Mem{Base: dst, Index: transposeGroup, Scale: uint8(t.size)}, transposeTo)
	XORQ(transposeAt, transposeAt)
	MOVQ(transposeCols, transposeLeft)
	Label("cols")
	SUBQ(I8(t.width), transposeLeft)
	JL(LabelRef("tail"))
	for i, v := range transposed {
		VMOVUPS(Mem{Base: fourRows[i], Index: transposeAt, Scale: 1}, v)
	}
	shuffle()
	for j := range t.width {
		t.storeColumn(j)
	}
	ADDQ(I8(32), transposeAt)
	JMP(LabelRef("cols"))
	Label("tail")
	ADDQ(I8(t.width), transposeLeft)
	JEQ(LabelRef("next"))
	for i, v := range transposed {
		t.loadMasked(Mem{Base: fourRows[i], Index: transposeAt, Scale: 1}, mask{v: transposeTailMask}, v)
	}
	shuffle()
	for j := range t.width - 1 {
		t.storeColumn(j)
		if j < t.width-2 {
			DECQ(transposeLeft)
			JEQ(LabelRef("next"))
		}
	}
	Label("next")
	SUBQ(I8(4), transposeGroup)
	JGE(LabelRef("rows"))
	VZEROUPPER()
	RET()
}

// pairs transposes contiguous rows of two, and returns.
func (t target) pairs() {
	from, to, left := transposeFrom, dst, transposeRows
	Label("pairs")
	SUBQ(I8(t.width), left)
	JL(LabelRef("fewPairs"))
	VMOVUPS(Mem{Base: from}, reg.Y0)
	VMOVUPS(Mem{Base: from, Disp: 32}, reg.Y1)
	if t.size == 4 {
		VSHUFPS(U8(0x88), reg.Y1, reg.Y0, reg.Y2)
		VSHUFPS(U8(0xdd), reg.Y1, reg.Y0, reg.Y3)
	} else {
		VUNPCKLPD(reg.Y1, reg.Y0, reg.Y2)
		VUNPCKHPD(reg.Y1, reg.Y0, reg.Y3)
	}
	VPERMPD(U8(0xd8), reg.Y2, reg.Y2)
	VPERMPD(U8(0xd8), reg.Y3, reg.Y3)
	VMOVUPS(reg.Y2, Mem{Base: to})
	VMOVUPS(reg.Y3, Mem{Base: to, Index: dstStride, Scale: 1})
	ADDQ(I8(64), from)
	ADDQ(I8(32), to)
	JMP(LabelRef("pairs"))
	Label("fewPairs")
	ADDQ(I8(t.width), left)
	JEQ(LabelRef("pairsEnd"))
	Label("pair")
	move := func(disp int, to Mem) {
		if t.size == 4 {
			MOVL(Mem{Base: from, Disp: disp}, transposeTo.As32())
			MOVL(transposeTo.As32(), to)
		} else {
			MOVQ(Mem{Base: from, Disp: disp}, transposeTo)
			MOVQ(transposeTo, to)
		}
	}
	move(0, Mem{Base: to})
	move(t.size, Mem{Base: to, Index: dstStride, Scale: 1})
	ADDQ(I8(2*t.size), from)
	ADDQ(I8(t.size), to)
	DECQ(left)
	JNE(LabelRef("pair"))
	Label("pairsEnd")
	VZEROUPPER()
	RET()
}

// storeColumn stores what shuffle left of column j.
func (t target) storeColumn(j int) {
	v := transposed[j%4]
	switch {
	case t.size == 8:
		VMOVUPS(v, Mem{Base: transposeTo})
	case j < 4:
		VMOVUPS(v.AsX(), Mem{Base: transposeTo})
	default:
		VEXTRACTF128(U8(1), v, Mem{Base: transposeTo})
	}
	ADDQ(dstStride, transposeTo)
}

// shuffle32 transposes four rows of eight float32: Y0 gets columns 0 and 4, and
// so on.
func shuffle32() {
	VUNPCKLPS(reg.Y1, reg.Y0, reg.Y4)
	VUNPCKHPS(reg.Y1, reg.Y0, reg.Y5)
	VUNPCKLPS(reg.Y3, reg.Y2, reg.Y6)
	VUNPCKHPS(reg.Y3, reg.Y2, reg.Y7)
	VUNPCKLPD(reg.Y6, reg.Y4, reg.Y0)
	VUNPCKHPD(reg.Y6, reg.Y4, reg.Y1)
	VUNPCKLPD(reg.Y7, reg.Y5, reg.Y2)
	VUNPCKHPD(reg.Y7, reg.Y5, reg.Y3)
}

// shuffle64 transposes four rows of four float64.
func shuffle64() {
	VUNPCKLPD(reg.Y1, reg.Y0, reg.Y4)
	VUNPCKHPD(reg.Y1, reg.Y0, reg.Y5)
	VUNPCKLPD(reg.Y3, reg.Y2, reg.Y6)
	VUNPCKHPD(reg.Y3, reg.Y2, reg.Y7)
	VPERM2F128(U8(0x20), reg.Y6, reg.Y4, reg.Y0)
	VPERM2F128(U8(0x20), reg.Y7, reg.Y5, reg.Y1)
	VPERM2F128(U8(0x31), reg.Y6, reg.Y4, reg.Y2)
	VPERM2F128(U8(0x31), reg.Y7, reg.Y5, reg.Y3)
}
