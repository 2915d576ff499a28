package main

import "github.com/mmcloughlin/avo/operand"

const one = operand.U8(1)

// leakySlope is the slope of leaky ReLU below 0.
const leakySlope = 0.01

// each is a body without anything to load first.
func each(f func(m *machine, in []vec) vec) func(m *machine) func(in []vec) vec {
	return func(m *machine) func(in []vec) vec {
		return func(in []vec) vec { return f(m, in) }
	}
}

// unary and binary are functions whose result is that of an instruction, or a
// few that round once at most; so are scalar ones, of a slice and a number.
func unary(name, code, doc string, f func(m *machine, x vec) vec) function {
	return function{name: name, code: code, doc: doc, slices: 1, unroll: 2,
		body: each(func(m *machine, in []vec) vec { return f(m, in[0]) })}
}

func binary(name, code, doc string, f func(m *machine, x, y vec) vec) function {
	return function{name: name, code: code, doc: doc, slices: 2, unroll: 2,
		body: each(func(m *machine, in []vec) vec { return f(m, in[0], in[1]) })}
}

func scalar(name, code, doc string, f func(m *machine, x, c vec) vec) function {
	return function{name: name, code: code, doc: doc, slices: 1, scalars: 1, unroll: 2,
		body: each(func(m *machine, in []vec) vec { return f(m, in[0], in[1]) })}
}

func scalarLeft(name, code, doc string, f func(m *machine, x, c vec) vec) function {
	s := scalar(name, code, doc, f)
	s.left = true
	return s
}

func (m *machine) indicator(p pred, x, y vec) vec { return m.keep(m.cmp(p, x, y), m.c(1)) }

// maximum is the larger one, with +0 > −0: where only the signs of zeros
// differ, the two orders give one each. NaN if one is.
func (m *machine) maximum(x, y vec) vec {
	return m.choose(m.cmp(unordered, x, y), m.nan(), m.and(m.max(x, y), m.max(y, x)))
}

func (m *machine) minimum(x, y vec) vec {
	return m.choose(m.cmp(unordered, x, y), m.nan(), m.or(m.min(x, y), m.min(y, x)))
}

// step is 1 above 0, else +0; NaN of NaN.
func (m *machine) step(x vec) vec {
	zero := m.op(m.p("XOR"), x, x)
	return m.choose(m.cmp(unordered, x, x), x, m.indicator(greater, x, zero))
}

// widened applies f in float64.
func (m *machine) widened(x vec, f func(m *machine, x vec) vec) vec {
	if m.double {
		return f(m, x)
	}
	d := *m
	d.double, d.rough = true, true
	half := func(v vec) operand.Op {
		if m.wide {
			return v.AsY()
		}
		return v.AsX()
	}
	extract, insert := "VEXTRACTF128", "VINSERTF128"
	if m.wide {
		extract, insert = "VEXTRACTF64X4", "VINSERTF64X4"
	}
	lo, hi, upper := m.newVec(), m.newVec(), m.newVec()
	m.ins("VCVTPS2PD", false, nil, nil, lo, half(x))
	m.ins(extract, false, one, nil, half(upper), x)
	m.ins("VCVTPS2PD", false, nil, nil, hi, half(upper))
	lo, hi = f(&d, lo), f(&d, hi)
	narrow := "VCVTPD2PS"
	if !m.wide {
		narrow = "VCVTPD2PSY"
	}
	a, b, dst := m.newVec(), m.newVec(), m.newVec()
	m.ins(narrow, false, nil, nil, half(a), lo)
	m.ins(narrow, false, nil, nil, half(b), hi)
	m.ins(insert, false, one, nil, dst, a, half(b))
	return dst
}

// exact lists the functions that have the bits of the portable loops.
var exact = []function{
	binary("add", "Add", "x[i] + y[i]", func(m *machine, x, y vec) vec { return m.add(x, y) }),
	binary("sub", "Sub", "x[i] − y[i]", func(m *machine, x, y vec) vec { return m.sub(x, y) }),
	binary("mul", "Mul", "x[i] * y[i]", func(m *machine, x, y vec) vec { return m.mul(x, y) }),
	binary("div", "Div", "x[i] / y[i]", func(m *machine, x, y vec) vec { return m.div(x, y) }),
	binary("max", "Max", "the larger of x[i] and y[i]", (*machine).maximum),
	binary("min", "Min", "the smaller of x[i] and y[i]", (*machine).minimum),
	binary("greater", "Greater", "1 if x[i] > y[i], else 0",
		func(m *machine, x, y vec) vec { return m.indicator(greater, x, y) }),
	binary("greaterEqual", "GreaterEqual", "1 if x[i] ≥ y[i], else 0",
		func(m *machine, x, y vec) vec { return m.indicator(greaterEq, x, y) }),
	binary("equal", "Equal", "1 if x[i] = y[i], else 0",
		func(m *machine, x, y vec) vec { return m.indicator(equal, x, y) }),
	binary("where", "Where", "y[i] if x[i] ≠ 0, else 0", func(m *machine, x, y vec) vec {
		return m.keep(m.cmp(notEqual, x, m.op(m.p("XOR"), x, x)), y)
	}),
	binary("xDivY", "XDivY", "x[i] / y[i], and 0 if x[i] = 0", func(m *machine, x, y vec) vec {
		return m.keep(m.cmp(notEqual, x, m.op(m.p("XOR"), x, x)), m.div(x, y))
	}),
	binary("mulTanhSlope", "MulTanhSlope", "x[i] * (1 − y[i]*y[i])", func(m *machine, x, y vec) vec {
		return m.mul(x, m.sub(m.value(m.c(1)), m.mul(y, y)))
	}),
	binary("mulSigmoidSlope", "MulSigmoidSlope", "x[i] * (y[i] * (1 − y[i]))", func(m *machine, x, y vec) vec {
		return m.mul(x, m.mul(y, m.sub(m.value(m.c(1)), y)))
	}),
	binary("mulStep", "MulStep", "x[i] * step(y[i])", func(m *machine, x, y vec) vec {
		return m.mul(x, m.step(y))
	}),

	unary("neg", "Neg", "−x[i]", (*machine).neg),
	unary("abs", "Abs", "|x[i]|", (*machine).abs),
	unary("square", "Square", "x[i] * x[i]", func(m *machine, x vec) vec { return m.mul(x, x) }),
	unary("sqrt", "Sqrt", "the square root of x[i]", func(m *machine, x vec) vec { return m.sqrt(x) }),
	unary("recip", "Recip", "1 / x[i]", func(m *machine, x vec) vec { return m.div(m.value(m.c(1)), x) }),
	unary("relu", "ReLU", "x[i] if that is above 0, else +0", func(m *machine, x vec) vec {
		zero := m.op(m.p("XOR"), x, x)
		return m.add(m.max(zero, x), zero) // the sum makes −0 to +0
	}),
	unary("step", "Step", "1 if x[i] > 0, else +0", (*machine).step),
	unary("sign", "Sign", "1 if x[i] > 0, −1 if x[i] < 0, else x[i]", func(m *machine, x vec) vec {
		zero := m.op(m.p("XOR"), x, x)
		return m.choose(m.cmp(notEqual, x, zero), m.choose(m.cmp(unordered, x, x), x, m.likeSign(m.value(m.c(1)), x)), x)
	}),
	unary("leakyReLU", "LeakyReLU", "x[i] if that is above 0, else 0.01 * x[i]", func(m *machine, x vec) vec {
		zero := m.op(m.p("XOR"), x, x)
		scaled := m.widened(x, func(m *machine, x vec) vec { return m.mul(x, m.c(leakySlope)) })
		return m.choose(m.cmp(greater, x, zero), x, scaled)
	}),
	unary("leakyStep", "LeakyStep", "1 if x[i] > 0, else 0.01", func(m *machine, x vec) vec {
		zero := m.op(m.p("XOR"), x, x)
		slope := m.choose(m.cmp(greater, x, zero), m.c(1), m.value(m.c(leakySlope)))
		return m.choose(m.cmp(unordered, x, x), x, slope)
	}),

	scalar("addScalar", "Add", "x[i] + c", func(m *machine, x, c vec) vec { return m.add(x, c) }),
	scalar("subScalar", "Sub", "x[i] − c", func(m *machine, x, c vec) vec { return m.sub(x, c) }),
	scalar("mulScalar", "Mul", "x[i] * c", func(m *machine, x, c vec) vec { return m.mul(x, c) }),
	scalar("divScalar", "Div", "x[i] / c", func(m *machine, x, c vec) vec { return m.div(x, c) }),
	scalar("maxScalar", "Max", "the larger of x[i] and c", (*machine).maximum),
	scalar("minScalar", "Min", "the smaller of x[i] and c", (*machine).minimum),
	scalarLeft("scalarSub", "Sub", "c − x[i]", func(m *machine, x, c vec) vec { return m.sub(c, x) }),
	scalarLeft("scalarDiv", "Div", "c / x[i]", func(m *machine, x, c vec) vec { return m.div(c, x) }),

	{name: "addMul", code: "Add", doc: "x[i] + y[i]*c", slices: 2, scalars: 1, unroll: 2,
		body: each(func(m *machine, in []vec) vec { return m.add(in[0], m.mul(in[1], in[2])) })},
	{name: "subMul", code: "Sub", doc: "x[i] − y[i]*c", slices: 2, scalars: 1, unroll: 2,
		body: each(func(m *machine, in []vec) vec { return m.sub(in[0], m.mul(in[1], in[2])) })},
	{name: "mix", code: "Add", doc: "x[i]*c + y[i]*d", slices: 2, scalars: 2, unroll: 2,
		body: each(func(m *machine, in []vec) vec { return m.add(m.mul(in[0], in[2]), m.mul(in[1], in[3])) })},
}
