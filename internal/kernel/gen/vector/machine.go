package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A machine emits the instructions of one set, for one element type.
type machine struct {
	*build.Context
	double bool // float64, else float32
	wide   bool // AVX-512, else AVX2 and FMA
	rough  bool // float64, but good to float32 only
	pool   *pool
	label  int
}

// A vec is a vector in a register; an arg is one, or a konst.
type (
	vec = reg.VecVirtual
	arg any
)

// A konst is the bits of a constant in every lane.
type konst uint64

// A mask says yes or no in every lane: an opmask, or a vector of ones or zeros.
type mask struct{ reg.Register }

// pred is a comparison. All are quiet; those that say not hold for NaN.
type pred int

const (
	equal        pred = 0
	less         pred = 17
	unordered    pred = 3
	notEqual     pred = 4
	notGreater   pred = 26
	notLess      pred = 21
	greaterEq    pred = 29
	notGreaterEq pred = 25
	greater      pred = 30
)

// size is the number of bytes of an entry, bytes that of a vector, and lanes
// the number of entries in a vector.
func (m *machine) size() int {
	if m.double {
		return 8
	}
	return 4
}

func (m *machine) bytes() int {
	if m.wide {
		return 64
	}
	return 32
}

func (m *machine) lanes() int { return m.bytes() / m.size() }

// pick returns what the element type asks for.
func pick[V any](m *machine, double, single V) V {
	if m.double {
		return double
	}
	return single
}

// c returns the constant x, rounded to the element type.
func (m *machine) c(x float64) konst {
	if m.double {
		return konst(math.Float64bits(x))
	}
	return konst(math.Float32bits(float32(x)))
}

// Bits of numbers.
func (m *machine) sign() konst { return pick[konst](m, 1<<63, 1<<31) }
func (m *machine) inf() konst  { return m.c(math.Inf(1)) }
func (m *machine) nan() konst  { return pick[konst](m, 0x7ff8<<48, 0x7fc0<<16) }
func (m *machine) rest() konst { return m.sign() - 1 } // all bits but the sign

// fraction is the number of bits of a mantissa after the first.
func (m *machine) fraction() int { return pick(m, 52, 23) }

// minNormal is the smallest number that is not subnormal.
func (m *machine) minNormal() konst { return konst(1) << m.fraction() }

func (m *machine) newVec() vec {
	if m.wide {
		return m.ZMM()
	}
	return m.YMM()
}

// ins emits dst = name(src...), in Intel's order of operands. The last of src
// may be a constant in memory. If keep, dst is an input, too.
func (m *machine) ins(name string, keep bool, imm operand.Op, k reg.Register, dst operand.Op, src ...arg) {
	i := &ir.Instruction{Opcode: name, Outputs: []operand.Op{dst}}
	if imm != nil {
		i.Operands = append(i.Operands, imm)
	}
	for j := len(src) - 1; j >= 0; j-- {
		op, isConst := m.operand(src[j])
		if isConst && m.wide {
			i.Suffixes = append(i.Suffixes, "BCST")
		}
		i.Operands, i.Inputs = append(i.Operands, op), append(i.Inputs, op)
	}
	if k != nil {
		i.Operands, i.Inputs = append(i.Operands, k), append(i.Inputs, k)
		if !keep {
			i.Suffixes = append(i.Suffixes, "Z")
		}
	}
	if keep {
		i.Inputs = append(i.Inputs, dst)
	}
	i.Operands = append(i.Operands, dst)
	m.Instruction(i)
}

func (m *machine) operand(a arg) (op operand.Op, isConst bool) {
	switch a := a.(type) {
	case konst:
		return m.pool.at(m.double, a), true
	case operand.Op:
		return a, false
	}
	panic(fmt.Sprintf("operand %v", a))
}

// p returns the name of the packed floating-point instruction, q that of the
// integer one.
func (m *machine) p(name string) string { return "V" + name + pick(m, "PD", "PS") }
func (m *machine) q(name string) string { return "VP" + name + pick(m, "Q", "D") }

func (m *machine) op(name string, src ...arg) vec {
	dst := m.newVec()
	m.ins(name, false, nil, nil, dst, src...)
	return dst
}

// The operations. Only the last argument may be a constant.
func (m *machine) add(x vec, y arg) vec { return m.op(m.p("ADD"), x, y) }
func (m *machine) sub(x vec, y arg) vec { return m.op(m.p("SUB"), x, y) }
func (m *machine) mul(x vec, y arg) vec { return m.op(m.p("MUL"), x, y) }
func (m *machine) div(x vec, y arg) vec { return m.op(m.p("DIV"), x, y) }
func (m *machine) sqrt(x arg) vec       { return m.op(m.p("SQRT"), x) }
func (m *machine) and(x vec, y arg) vec { return m.op(m.p("AND"), x, y) }
func (m *machine) or(x vec, y arg) vec  { return m.op(m.p("OR"), x, y) }
func (m *machine) xor(x vec, y arg) vec { return m.op(m.p("XOR"), x, y) }

// max and min return y where one of x and y is NaN, and where both are zeros.
func (m *machine) max(x vec, y arg) vec { return m.op(m.p("MAX"), x, y) }
func (m *machine) min(x vec, y arg) vec { return m.op(m.p("MIN"), x, y) }

// Integer operations.
func (m *machine) addInt(x vec, y arg) vec { return m.op(m.q("ADD"), x, y) }
func (m *machine) subInt(x vec, y arg) vec { return m.op(m.q("SUB"), x, y) }
func (m *machine) left(x vec, n int) vec   { return m.shift("SLL", x, n) }
func (m *machine) right(x vec, n int) vec  { return m.shift("SRL", x, n) }

func (m *machine) shift(name string, x vec, n int) vec {
	dst := m.newVec()
	m.ins(m.q(name), false, operand.U8(n), nil, dst, x)
	return dst
}

// mulAdd returns x*y + c, mulSub x*y − c and negMulAdd c − x*y. They destroy x.
func (m *machine) mulAdd(x, y vec, c arg) vec {
	m.ins(m.p("FMADD213"), true, nil, nil, x, y, c)
	return x
}

func (m *machine) mulSub(x, y vec, c arg) vec {
	m.ins(m.p("FMSUB213"), true, nil, nil, x, y, c)
	return x
}

func (m *machine) negMulAdd(x, y vec, c arg) vec {
	m.ins(m.p("FNMADD213"), true, nil, nil, x, y, c)
	return x
}

// addMul returns c + x*y, subMul c − x*y. They destroy c.
func (m *machine) addMul(c, x vec, y arg) vec {
	m.ins(m.p("FMADD231"), true, nil, nil, c, x, y)
	return c
}

func (m *machine) subMul(c, x vec, y arg) vec {
	m.ins(m.p("FNMADD231"), true, nil, nil, c, x, y)
	return c
}

func (m *machine) copy(x vec) vec { return m.op(m.p("MOVA"), x) }

// value returns a vector of a constant.
func (m *machine) value(c konst) vec {
	dst := m.newVec()
	at, _ := m.operand(c)
	m.ins(pick(m, "VBROADCASTSD", "VBROADCASTSS"), false, nil, nil, dst, at)
	return dst
}

func (m *machine) abs(x vec) vec { return m.and(x, m.rest()) }
func (m *machine) neg(x vec) vec { return m.xor(x, m.sign()) }

// likeSign returns x, which is not negative or has the sign of y, with the sign
// of y.
func (m *machine) likeSign(x, y vec) vec { return m.or(x, m.and(y, m.sign())) }

func (m *machine) cmp(p pred, x vec, y arg) mask {
	var dst reg.Register = m.newVec()
	if m.wide {
		dst = m.K()
	}
	m.ins(m.p("CMP"), false, operand.U8(p), nil, dst, x, y)
	return mask{dst}
}

// choose returns yes or no, by k.
func (m *machine) choose(k mask, yes arg, no vec) vec {
	dst := m.newVec()
	if m.wide {
		src, isConst := m.operand(yes)
		i := &ir.Instruction{Opcode: m.p("BLENDM"), Operands: []operand.Op{src, no, k.Register, dst},
			Inputs: []operand.Op{src, no, k.Register}, Outputs: []operand.Op{dst}}
		if isConst {
			i.Suffixes = []string{"BCST"}
		}
		m.Instruction(i)
		return dst
	}
	src, _ := m.operand(yes)
	m.Instruction(&ir.Instruction{Opcode: m.p("BLENDV"), Operands: []operand.Op{k.Register, src, no, dst},
		Inputs: []operand.Op{k.Register, src, no}, Outputs: []operand.Op{dst}})
	return dst
}

// keep returns x where k says yes, else +0.
func (m *machine) keep(k mask, x arg) vec {
	dst := m.newVec()
	switch c, isConst := x.(konst); {
	case !m.wide:
		m.ins(m.p("AND"), false, nil, nil, dst, k.Register, x)
	case isConst:
		m.ins(pick(m, "VBROADCASTSD", "VBROADCASTSS"), false, nil, k.Register, dst, m.pool.at(m.double, c))
	default:
		m.ins(m.p("MOVA"), false, nil, k.Register, dst, x)
	}
	return dst
}
