package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
)

var minusInf = math.Inf(-1)

// logParts writes x > 0 as 2^k·y, ¾ ≤ y < 1½, and returns y and k. AVX-512 has
// instructions for that, which know subnormal numbers.
func (m *machine) logParts(x vec, normal bool) (y, k vec) {
	if m.wide {
		y, k = m.newVec(), m.newVec()
		m.ins(m.p("GETMANT"), false, operand.U8(3), nil, y, x)
		m.ins(m.p("GETEXP"), false, nil, nil, k, x)
		return y, m.sub(k, m.op(m.p("GETEXP"), y))
	}
	const raise = 60
	var small mask
	if !normal {
		small = m.cmp(less, x, m.minNormal())
		x = m.choose(small, m.mul(x, m.c(0x1p60)), x)
	}
	n := m.fraction()
	shifted := m.addInt(x, m.c(1)-m.c(0.75))
	y = m.addInt(m.and(shifted, konst(1)<<n-1), m.c(0.75))
	unit := pick(m, 0x1p52, 0x1p23)
	k = m.sub(m.or(m.right(shifted, n), m.c(unit)), m.c(unit+m.bias()))
	if !normal {
		k = m.sub(k, m.keep(small, m.c(raise)))
	}
	return y, k
}

// logSum returns k·ln 2 + ln(1 + f), ¾ ≤ 1 + f < 1½: with s = f/(2 + f), the
// odd series ln(1 + f) = 2s + s·z·p(z), z = s², has its first terms written as
// f − f²/2 + s·f²/2, of which f is exact (the arrangement of FreeBSD's e_log.c).
func (m *machine) logSum(f, k vec) vec {
	y := m.logTail(f, logFit, m.mul(k, m.ln2Low()))
	return m.addMul(m.sub(f, y), k, m.ln2High())
}

// logTail returns f − ln(1 + f) − low.
func (m *machine) logTail(f vec, p fit, low vec) vec {
	s := m.div(f, m.add(f, m.c(2)))
	z := m.mul(s, s)
	half := m.mul(m.mul(f, m.c(0.5)), f)
	rest := m.mulAdd(m.poly(p, z, m.mul(z, z)), z, half)
	if low == nil {
		return m.sub(half, m.mul(rest, s))
	}
	return m.sub(half, m.mulAdd(rest, s, low))
}

// log returns ln x for every x.
func (m *machine) log(x vec) vec {
	y, k := m.logParts(x, false)
	return m.logEnds(m.logSum(m.sub(y, m.c(1)), k), x)
}

// logEnds returns y with what it is to be where x is an end of the range of the
// logarithm: −Inf at zero, NaN below, and x itself if that is Inf or NaN.
func (m *machine) logEnds(y, x vec) vec {
	if m.wide {
		// By kinds of numbers from NaN to any above 0, the lowest bits first.
		m.ins(m.p("FIXUPIMM"), true, operand.U8(0), nil, y, x, konst(0x03530422))
		return y
	}
	zero := m.op(m.p("XOR"), x, x)
	y = m.choose(m.cmp(equal, x, zero), m.c(minusInf), y)
	y = m.choose(m.cmp(notGreaterEq, x, zero), m.nan(), y)
	return m.choose(m.cmp(equal, x, m.inf()), x, y)
}

// log1p returns ln(1 + x): the rounding error c of u = 1 + x is added to the
// reduced u, which makes that x itself where k is 0.
func (m *machine) log1p(x, one vec) vec {
	big, small := m.max(one, x), m.min(one, x)
	u := m.add(big, small)
	c := m.sub(small, m.sub(u, big))
	y, k := m.logParts(u, true)
	if m.wide {
		zero := m.op(m.p("XOR"), k, k)
		c = m.op(m.p("SCALEF"), c, m.sub(zero, k))
	} else { // by 2^−k, if that has a number and c counts
		t := m.sub(m.value(m.c(m.whole()+m.bias())), k)
		c = m.keep(m.cmp(less, x, m.c(pick(m, 0x1p1000, 0x1p120))), m.mul(c, m.left(t, m.fraction())))
	}
	f := m.add(m.sub(y, m.c(1)), c)
	return m.likeSign(m.logEnds(m.logSum(f, k), u), x)
}

func (m *machine) log1pBody() func(in []vec) vec {
	one := m.value(m.c(1))
	return func(in []vec) vec { return m.log1p(in[0], one) }
}

func (m *machine) xLogY(x, y vec) vec {
	product := m.mul(m.log(y), x)
	return m.keep(m.cmp(notEqual, x, m.op(m.p("XOR"), x, x)), product)
}

// sigmoidCrossEntropyBody makes x·(step(x) − y), 0 where the label y is right, + ln(1 + e^−|x|).
func (m *machine) sigmoidCrossEntropyBody() func(in []vec) vec {
	lo := m.value(m.expLow())
	return func(in []vec) vec {
		x, y := in[0], in[1]
		zero := m.op(m.p("XOR"), x, x)
		wrong := m.sub(m.indicator(greater, x, zero), y)
		loss := m.keep(m.cmp(notEqual, wrong, zero), m.mul(x, wrong))
		e := m.expMinusAbs(x, lo)
		return m.add(m.sub(e, m.logTail(e, log1pFit, nil)), loss)
	}
}

// softplusBody makes max(x, 0) + ln(1 + e), e = e^−|x|.
func (m *machine) softplusBody() func(in []vec) vec {
	lo := m.value(m.expLow())
	return func(in []vec) vec {
		x := in[0]
		zero := m.op(m.p("XOR"), x, x)
		e := m.expMinusAbs(x, lo)
		return m.add(m.sub(e, m.logTail(e, log1pFit, nil)), m.max(x, zero))
	}
}
