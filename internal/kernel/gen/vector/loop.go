package main

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A function is an element-wise function of some slices and some numbers.
type function struct {
	name    string // of the loop
	code    string // the Go constant, which is made for the first function that has it
	doc     string // what an entry of dst becomes
	slices  int    // how many it reads
	scalars int
	left    bool       // the number comes before the slice
	ulp     [2]float64 // largest error for float64 and float32; 0 for exact ones
	unroll  int        // vectors in a turn of the loop; 0 for 1

	// body makes the vector loop; nil if there is none. It is called once per loop, to load what all turns need; what it
	// returns makes a vector of the result from one of each slice, and then
	// the scalars.
	body func(m *machine) func(in []vec) vec
}

// goName returns the name of a loop of the machine.
func (m *machine) goName(name string) string {
	return name + pick(m, "F64", "F32") + map[bool]string{true: "AVX512", false: "AVX2"}[m.wide]
}

func (m *machine) goType() string { return pick(m, "float64", "float32") }

// start begins a function of Go.
func (m *machine) start(name, doc, params string) {
	m.Function(m.goName(name))
	m.Attributes(attr.NOSPLIT)
	m.SignatureExpr("func(" + strings.ReplaceAll(params, "T", m.goType()) + ")")
	m.Doc(m.goName(name) + " " + doc)
	m.Pragma("noescape")
	m.label = 0
}

func (m *machine) newLabel(name string) string {
	m.label++
	return fmt.Sprintf("%s%d", name, m.label)
}

func (m *machine) goto_(jump, label string) {
	m.Instruction(&ir.Instruction{Opcode: jump, Operands: []operand.Op{operand.LabelRef(label)},
		IsBranch: true, IsConditional: jump != "JMP"})
}

// finish returns to Go.
func (m *machine) finish() {
	m.VZEROUPPER()
	m.RET()
}

func addr(c gotypes.Component) operand.Mem {
	b, err := c.Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// checkLength leaves for a panic if the slice is shorter than n.
func (m *machine) checkLength(slice string, n reg.GPVirtual) {
	m.CMPQ(n, addr(m.Param(slice).Len()))
	m.goto_("JGT", "short")
}

// shortPanic is where checkLength leaves to. It is a jump, not a call, so that
// it needs no frame.
func (m *machine) shortPanic() {
	m.Label("short")
	m.Instruction(&ir.Instruction{Opcode: "JMP", IsTerminal: true,
		Operands: []operand.Op{operand.NewDataAddr(operand.Symbol{Name: "·shortOperand"}, 0)}})
}

// A stream is a slice that is walked through: the next entries are at
// base+done.
type stream struct{ base, done reg.GPVirtual }

func (s stream) at(offset int) operand.Mem {
	return operand.Mem{Base: s.base, Index: s.done, Scale: 1, Disp: offset}
}

func (m *machine) load(s stream, offset int) vec { return m.op(m.p("MOVU"), s.at(offset)) }

func (m *machine) store(s stream, offset int, v vec) {
	m.ins(m.p("MOVU"), false, nil, nil, s.at(offset), v)
}

// tailMask returns the mask for the first n lanes, 0 < n < lanes.
func (m *machine) tailMask(n reg.GPVirtual) mask {
	if m.wide {
		ones, k := m.GP32(), m.K()
		m.MOVL(operand.I32(-1), ones)
		m.BZHIL(n.As32(), ones, ones)
		m.KMOVW(ones, k)
		return mask{k}
	}
	masks, k := m.GP64(), m.newVec()
	m.LEAQ(operand.NewDataAddr(operand.NewStaticSymbol(masksName), 32), masks)
	m.NEGQ(n)
	m.VMOVUPS(operand.Mem{Base: masks, Index: n, Scale: uint8(m.size())}, k)
	return mask{k}
}

// loadTail returns the entries that the mask has, and +0 in the other lanes.
func (m *machine) loadTail(k mask, s stream) vec {
	dst := m.newVec()
	if m.wide {
		m.ins(m.p("MOVU"), false, nil, k.Register, dst, s.at(0))
	} else {
		m.ins(m.p("MASKMOV"), false, nil, nil, dst, k.Register, s.at(0))
	}
	return dst
}

func (m *machine) storeTail(k mask, s stream, v vec) {
	if m.wide {
		m.Instruction(&ir.Instruction{Opcode: m.p("MOVU"), Operands: []operand.Op{v, k.Register, s.at(0)},
			Inputs: []operand.Op{v, k.Register}, Outputs: []operand.Op{s.at(0)}})
		return
	}
	m.ins(m.p("MASKMOV"), false, nil, nil, s.at(0), k.Register, v)
}

// turns emits a loop over n entries: each turn that takes some full vectors,
// and then one for the rest, with its mask. done counts the bytes.
func (m *machine) turns(unroll int, n, done reg.GPVirtual, full func(vectors int), tail func(mask)) {
	step := func(vectors int) {
		loop, after := m.newLabel("loop"), m.newLabel("after")
		m.SUBQ(operand.I32(vectors*m.lanes()), n)
		m.goto_("JLT", after)
		m.Label(loop)
		full(vectors)
		m.ADDQ(operand.I32(vectors*m.bytes()), done)
		m.SUBQ(operand.I32(vectors*m.lanes()), n)
		m.goto_("JGE", loop)
		m.Label(after)
		m.ADDQ(operand.I32(vectors*m.lanes()), n)
	}
	if unroll > 1 {
		step(unroll)
	}
	step(1)
	m.goto_("JEQ", "done") // by the flags of ADDQ
	tail(m.tailMask(n))
	m.Label("done")
}

// loop emits a function.
func (m *machine) loop(f function) {
	slices, scalars := []string{"x", "y", "z"}[:f.slices], []string{"c", "d"}[:f.scalars]
	params := "dst, " + strings.Join(slices, ", ") + " []T"
	if f.scalars > 0 {
		params += ", " + strings.Join(scalars, ", ") + " T"
	}
	m.start(f.name, m.docFor(f), params)

	n, done := m.GP64(), m.GP64()
	open := func(name string) stream {
		s := stream{m.GP64(), done}
		m.MOVQ(addr(m.Param(name).Base()), s.base)
		return s
	}
	m.MOVQ(addr(m.Param("dst").Len()), n)
	for _, name := range slices {
		m.checkLength(name, n)
	}
	dst := open("dst")
	var src []stream
	for _, name := range slices {
		src = append(src, open(name))
	}
	m.XORQ(done, done)
	var numbers []vec
	for _, name := range scalars {
		v := m.newVec()
		m.ins(pick(m, "VBROADCASTSD", "VBROADCASTSS"), false, nil, nil, v, addr(m.Param(name)))
		numbers = append(numbers, v)
	}
	body := f.body(m)
	full := func(vectors int) {
		var out []vec
		for i := range vectors {
			in := make([]vec, 0, len(src)+len(numbers))
			for _, s := range src {
				in = append(in, m.load(s, i*m.bytes()))
			}
			out = append(out, body(append(in, numbers...)))
		}
		for i, v := range out {
			m.store(dst, i*m.bytes(), v)
		}
	}
	m.turns(max(f.unroll, 1), n, done, full, func(k mask) {
		in := make([]vec, 0, len(src)+len(numbers))
		for _, s := range src {
			in = append(in, m.loadTail(k, s))
		}
		m.storeTail(k, dst, body(append(in, numbers...)))
	})
	m.finish()
	m.shortPanic()
}

func newMachine(ctx *build.Context, p *pool, double, wide bool) *machine {
	return &machine{Context: ctx, double: double, wide: wide, pool: p}
}
