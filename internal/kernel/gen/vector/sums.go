package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// lanes is the number of partial sums.
const lanes = 16

// partSize is the number of vectors that hold the partial sums.
func (m *machine) partSize() int { return lanes / m.lanes() }

// sum16 emits the sum of a slice by sixteen interleaved partial sums.
func (m *machine) sum16() {
	m.start("sum16", "returns Sum16(x).", "x []T")
	m.SignatureExpr("func(x []" + m.goType() + ") " + m.goType())
	var part []vec
	for range m.partSize() {
		v := m.newVec()
		m.ins("VXORPS", false, nil, nil, v, v, v)
		part = append(part, v)
	}
	m.addRun(part)
	for n := m.partSize() / 2; n > 0; n /= 2 {
		for i := range n {
			part[i] = m.add(part[i], part[i+n])
		}
	}
	sum := m.foldVec(part[0], func(a, b operand.Op) {
		m.ins(m.p("ADD"), false, nil, nil, a, a, b)
	})
	result, err := m.ReturnIndex(0).Resolve()
	if err != nil {
		panic(err)
	}
	m.ins(pick(m, "VMOVSD", "VMOVSS"), false, nil, nil, result.Addr, sum)
	m.finish()
}

// foldVec combines the lanes of v in halves, and returns the register with the
// result in its first lane.
func (m *machine) foldVec(v vec, combine func(a, b operand.Op)) reg.Register {
	upper := m.newVec()
	if m.wide {
		m.ins("VEXTRACTF64X4", false, one, nil, upper.AsY(), v)
		combine(v.AsY(), upper.AsY())
	}
	m.ins("VEXTRACTF128", false, one, nil, upper.AsX(), v.AsY())
	combine(v.AsX(), upper.AsX())
	m.ins("VPERMILPD", false, one, nil, upper.AsX(), v.AsX())
	combine(v.AsX(), upper.AsX())
	if !m.double {
		m.ins("VMOVSHDUP", false, nil, nil, upper.AsX(), v.AsX())
		combine(v.AsX(), upper.AsX())
	}
	return v.AsX()
}

// addPart emits the sum of a slice, and partial sums that there are, to those.
func (m *machine) addPart() {
	m.start("addPart", "adds x[i] to p[i%16], in order of i.", "p *[16]T, x []T")
	p := m.GP64()
	m.MOVQ(addr(m.Param("p")), p)
	var part []vec
	for i := range m.partSize() {
		part = append(part, m.op(m.p("MOVU"), operand.Mem{Base: p, Disp: i * m.bytes()}))
	}
	m.addRun(part)
	for i, v := range part {
		m.ins(m.p("MOVU"), false, nil, nil, operand.Mem{Base: p, Disp: i * m.bytes()}, v)
	}
	m.finish()
}

// addRun adds the entries of the parameter x to the partial sums. A partial sum
// is never −0, so that it stays what it is when the +0 of a masked lane is
// added.
func (m *machine) addRun(part []vec) {
	n := m.GP64()
	s := stream{m.GP64(), m.GP64()}
	m.MOVQ(addr(m.Param("x").Base()), s.base)
	m.MOVQ(addr(m.Param("x").Len()), n)
	m.XORQ(s.done, s.done)
	m.SUBQ(operand.I32(lanes), n)
	m.goto_("JLT", "short")
	m.Label("loop")
	for i, v := range part {
		m.ins(m.p("ADD"), false, nil, nil, v, v, s.at(i*m.bytes()))
	}
	m.ADDQ(operand.I32(lanes*m.size()), s.done)
	m.SUBQ(operand.I32(lanes), n)
	m.goto_("JGE", "loop")
	m.Label("short")
	m.ADDQ(operand.I32(lanes), n)
	m.goto_("JEQ", "done")
	for _, v := range part { // full vectors first, then one with a mask
		m.CMPQ(n, operand.I32(m.lanes()))
		tail, next := m.newLabel("tail"), m.newLabel("next")
		m.goto_("JLT", tail)
		m.ins(m.p("ADD"), false, nil, nil, v, v, s.at(0))
		m.ADDQ(operand.I32(m.bytes()), s.done)
		m.SUBQ(operand.I32(m.lanes()), n)
		m.goto_("JEQ", "done")
		m.goto_("JMP", next)
		m.Label(tail)
		k := m.tailMask(n)
		m.ins(m.p("ADD"), false, nil, nil, v, v, m.loadTail(k, s))
		m.goto_("JMP", "done")
		m.Label(next)
	}
	m.Label("done")
}

// extreme emits the fold of a slice, lane by lane, with what is there.
func (m *machine) extreme(name, doc string, combine func(m *machine, x, y vec) vec) {
	m.start(name, doc+" Which x[i] goes to which p[j] is not specified.", "p *[16]T, x []T")
	p, n := m.GP64(), m.GP64()
	s := stream{m.GP64(), m.GP64()}
	m.MOVQ(addr(m.Param("p")), p)
	m.MOVQ(addr(m.Param("x").Base()), s.base)
	m.MOVQ(addr(m.Param("x").Len()), n)
	m.XORQ(s.done, s.done)
	var best []vec
	for i := range m.partSize() {
		best = append(best, m.op(m.p("MOVU"), operand.Mem{Base: p, Disp: i * m.bytes()}))
	}
	join := func(i int, v vec) { m.ins(m.p("MOVA"), false, nil, nil, best[i], combine(m, best[i], v)) }
	m.turns(m.partSize(), n, s.done, func(vectors int) {
		for i := range vectors {
			join(i, m.load(s, i*m.bytes()))
		}
	}, func(k mask) {
		join(0, m.choose(k, m.loadTail(k, s), best[0]))
	})
	for i, v := range best {
		m.ins(m.p("MOVU"), false, nil, nil, operand.Mem{Base: p, Disp: i * m.bytes()}, v)
	}
	m.finish()
}

func (m *machine) sums() {
	m.sum16()
	m.addPart()
	m.extreme("largest", "sets p[j] to the largest of it and some x[i].", (*machine).maximum)
	m.extreme("smallest", "sets p[j] to the smallest of it and some x[i].", (*machine).minimum)
	m.scans()
}
