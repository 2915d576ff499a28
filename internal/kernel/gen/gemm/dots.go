package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// parts is how many interleaved partial sums a dot product has.
const parts = 16

// The registers of dots. The rows of A that are worked on start at rowA.
var (
	dotDst, dotDstStride = reg.RDI, reg.RSI
	dotA, dotAStride     = reg.RAX, reg.RBX
	dotB                 = reg.RDX
	dotRows, dotDepth    = reg.R8, reg.R9
	dotAt                = reg.R10
	dotCount, dotTmp     = reg.RCX, reg.R15
	rowA                 = []reg.GPPhysical{reg.RAX, reg.R11, reg.R12, reg.R13}
)

// dots writes the function for dot products of contiguous rows of A with one
// contiguous b.
func (t target) dots() {
	TEXT("dots"+t.name, 4, "func(dst *"+t.elem+", dstStride int, a *"+t.elem+", aStride int, b *"+t.elem+", rows, depth int)")
	Pragma("noescape")
	Doc("dots" + t.name + " sets dst to the dot products of rows of a with b, each by sixteen partial sums. Strides are in bytes.")
	Load(Param("dst"), dotDst)
	Load(Param("dstStride"), dotDstStride)
	Load(Param("a"), dotA)
	Load(Param("aStride"), dotAStride)
	Load(Param("b"), dotB)
	Load(Param("rows"), dotRows)
	Load(Param("depth"), dotDepth)
	for _, height := range []int{min(4, len(t.vecs)/2*t.width/parts), 1} {
		loop, end := fmt.Sprintf("rows%d", height), fmt.Sprintf("end%d", height)
		Label(loop)
		CMPQ(dotRows, I32(height))
		JL(LabelRef(end))
		t.dotRows(height)
		ADDQ(dotAStride, dotA)
		SUBQ(I32(height), dotRows)
		JMP(LabelRef(loop))
		Label(end)
	}
	VZEROUPPER()
	RET()
}

// dotRows computes height dot products and leaves dotA at the last of its rows.
func (t target) dotRows(height int) {
	n := parts / t.width // vectors of partial sums
	acc := func(i, j int) reg.VecPhysical { return t.vecs[i*n+j] }
	free := t.vecs[height*n:]
	for i := 1; i < height; i++ {
		LEAQ(Mem{Base: rowA[i-1], Index: dotAStride, Scale: 1}, rowA[i])
	}
	t.negZero(acc(0, 0))
	for i := 1; i < height*n; i++ {
		VMOVAPS(acc(0, 0), acc(i/n, i%n))
	}
	XORQ(dotAt, dotAt)
	MOVQ(dotDepth, dotCount)
	loop, tail, fold := fmt.Sprintf("depth%d", height), fmt.Sprintf("tail%d", height), fmt.Sprintf("fold%d", height)
	at := func(base reg.GPPhysical, j int) Mem {
		return Mem{Base: base, Index: dotAt, Scale: 1, Disp: j * t.bytes()}
	}
	SUBQ(I32(parts), dotCount)
	JL(LabelRef(tail))
	Label(loop)
	for j := range n {
		t.move(at(dotB, j), free[j%2])
		for i := range height {
			t.fma(at(rowA[i], j), free[j%2], acc(i, j))
		}
	}
	ADDQ(I32(n*t.bytes()), dotAt)
	SUBQ(I32(parts), dotCount)
	JGE(LabelRef(loop))
	Label(tail)
	ADDQ(I32(parts), dotCount)
	JEQ(LabelRef(fold))
	for j := range n {
		t.dotTail(height, j, func(i int) Mem { return at(rowA[i], j) }, at(dotB, j), func(i int) reg.VecPhysical { return acc(i, j) }, free)
		if j < n-1 {
			SUBQ(I32(t.width), dotCount)
			JLE(LabelRef(fold))
		}
	}
	Label(fold)
	for i := range height {
		t.fold(t.vecs[i*n:][:n], free[0])
		if t.size == 4 {
			VMOVSS(acc(i, 0).AsX(), Mem{Base: dotDst})
		} else {
			VMOVSD(acc(i, 0).AsX(), Mem{Base: dotDst})
		}
		ADDQ(dotDstStride, dotDst)
	}
	if height > 1 {
		MOVQ(rowA[height-1], dotA)
	}
}

// dotTail adds the last products of vector j of the partial sums; dotCount of
// them are left, which is more than 0. The other partial sums stay: they are
// masked, or have +0·−0 added to them.
func (t target) dotTail(height, j int, a func(i int) Mem, b Mem, acc func(i int) reg.VecPhysical, free []reg.VecPhysical) {
	m := mask{k: reg.K1, v: free[2]}
	vb, va := free[0], free[1]
	MOVQ(dotCount, reg.R14)
	if !t.wide {
		MOVQ(I32(t.width), dotTmp)
		CMPQ(reg.R14, dotTmp)
		CMOVQGT(dotTmp, reg.R14)
	}
	t.setMask(m, reg.R14, dotTmp)
	t.loadMasked(b, m, vb)
	if !t.wide {
		t.negZero(va)
		VANDNPS(va, m.v, va)
		VORPS(va, vb, vb)
	}
	for i := range height {
		t.loadMasked(a(i), m, va)
		if t.wide {
			t.fma(va, vb, m.k, acc(i))
		} else {
			t.fma(va, vb, acc(i))
		}
	}
}

// fold adds the partial sums in v in halves, to the first element of v[0].
func (t target) fold(v []reg.VecPhysical, tmp reg.VecPhysical) {
	for n := len(v) / 2; n > 0; n /= 2 {
		for j := range n {
			t.add(v[j+n], v[j], v[j])
		}
	}
	if t.wide {
		VEXTRACTF64X4(U8(1), v[0], tmp.AsY())
		t.add(tmp.AsY(), v[0].AsY(), v[0].AsY())
	}
	VEXTRACTF128(U8(1), v[0].AsY(), tmp.AsX())
	t.add(tmp.AsX(), v[0].AsX(), v[0].AsX())
	if t.size == 4 {
		VPERMILPD(U8(1), v[0].AsX(), tmp.AsX())
		t.add(tmp.AsX(), v[0].AsX(), v[0].AsX())
		VMOVSHDUP(v[0].AsX(), tmp.AsX())
		t.add(tmp.AsX(), v[0].AsX(), v[0].AsX())
		return
	}
	VPERMILPD(U8(1), v[0].AsX(), tmp.AsX())
	t.add(tmp.AsX(), v[0].AsX(), v[0].AsX())
}
