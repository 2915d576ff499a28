package main

// The functions made of e^x. Their common part writes x = k·ln 2 + r with a
// whole k and |r| ≤ ln(2)/2, and e^x = 2^k·(1 + p), p = e^r − 1.

// ln 2 in two parts: the first has so few bits that its product with a k is
// exact (the Cody–Waite reduction).
func (m *machine) ln2High() konst { return pick[konst](m, 0x3fe62e42fee00000, 0x3f317200) }
func (m *machine) ln2Low() konst  { return pick[konst](m, 0x3dea39ef35793c76, 0x35bfbe8e) }

const log2e = 1.4426950408889634

// poly returns the polynomial of the fit at x, given x²: the even and the odd
// powers as polynomials in x², side by side, for a chain of half the length.
func (m *machine) poly(f fit, x, square vec) vec {
	c := pick(m, f.double, f.single)
	if m.rough {
		c = f.single
	}
	n := len(c) - 1
	if n < 5 { // a short chain anyway
		p := m.value(m.c(c[n]))
		for i := n - 1; i >= 0; i-- {
			p = m.mulAdd(p, x, m.c(c[i]))
		}
		return p
	}
	a, b := m.value(m.c(c[n])), m.value(m.c(c[n-1]))
	for i := n - 2; i >= 0; i-- {
		a = m.mulAdd(a, square, m.c(c[i]))
		a, b = b, a
	}
	return m.mulAdd(a, x, b) // a is of the odd powers now
}

// polyParts returns the polynomial of the fit at x in two parts, the second the
// rounding error of the last operation.
func (m *machine) polyParts(f fit, x vec) (high, low vec) {
	rest := m.poly(fit{f.double[1:], f.single[1:]}, x, m.mul(x, x))
	if m.rough {
		return m.mulAdd(rest, x, m.c(f.single[0])), nil
	}
	first := m.value(m.c(pick(m, f.double, f.single)[0]))
	high = m.addMul(m.copy(first), rest, x)
	return high, m.addMul(m.sub(first, high), rest, x)
}

// whole is the sum that rounds: its unit in the last place is 1.
func (m *machine) whole() float64 { return pick(m, 0x1.8p52, 0x1.8p23) }

// bias is the exponent of 1 as it is written in a number.
func (m *machine) bias() float64 { return pick(m, 1023.0, 127.0) }

// An exponent is a k, and a number whose lowest bits are k plus some bias.
type exponent struct{ k, bits vec }

// expParts returns the k and p of e^x, |x| < 1100 (float32: 160). The lowest
// bits of the exponent are k + bias.
func (m *machine) expParts(x vec, bias float64) (exponent, vec) {
	return m.expPartsOf(x, nil, bias)
}

// expPartsOf is expParts of x − rest, with a rest far below x.
func (m *machine) expPartsOf(x, rest vec, bias float64) (exponent, vec) {
	t := m.mulAdd(m.value(m.c(log2e)), x, m.c(m.whole()+bias))
	k := m.sub(t, m.c(m.whole()+bias))
	high := m.subMul(m.copy(x), k, m.ln2High()) // exact
	low := m.mul(k, m.ln2Low())
	if rest != nil {
		low = m.add(low, rest)
	}
	r := m.sub(high, low)
	square := m.mul(r, r)
	p := m.mulSub(square, m.poly(expFit, r, square), low)
	return exponent{k, t}, m.add(high, p)
}

// scale returns v·2^k, rounded once, for an exponent of bias 2·m.bias() with
// k > −2·m.bias().
func (m *machine) scale(v vec, e exponent) vec {
	if m.wide {
		return m.op(m.p("SCALEF"), v, e.k)
	}
	first, second := m.halves(e)
	return m.mul(m.mul(v, first), second)
}

// halves returns two numbers whose product is 2^k for such an exponent.
func (m *machine) halves(e exponent) (first, second vec) {
	n := m.fraction()
	both := m.left(e.bits, n)
	first = m.left(m.right(both, n+1), n)
	return first, m.subInt(both, first)
}

// times returns (1 + p)·2^k for such an exponent.
func (m *machine) times(p vec, e exponent) vec {
	if m.wide {
		return m.scale(m.add(p, m.c(1)), e)
	}
	first, second := m.halves(e)
	return m.mul(m.mulAdd(p, first, first), second)
}

// power returns 2^k for an exponent of bias m.bias(), k > −m.bias().
func (m *machine) power(e exponent) vec {
	if m.wide {
		return m.op(m.p("SCALEF"), m.value(m.c(1)), e.k)
	}
	return m.left(e.bits, m.fraction())
}

// negative says where the sign is set.
func (m *machine) negative(x vec) mask {
	if !m.wide {
		return mask{x} // blends look at the sign only
	}
	k := m.K()
	m.ins(pick(m, "VPMOVQ2M", "VPMOVD2M"), false, nil, nil, k, x)
	return mask{k}
}

// atLeast and atMost clamp x, which may be NaN and stays so then.
func (m *machine) atLeast(lo, x vec) vec { return m.max(lo, x) }
func (m *machine) atMost(hi, x vec) vec  { return m.min(hi, x) }

// expLow and expHigh are where e^x has long become 0 and infinite.
func (m *machine) expLow() konst  { return m.c(pick(m, -746.0, -104.5)) }
func (m *machine) expHigh() konst { return m.c(pick(m, 710.0, 89.5)) }

func (m *machine) expBody() func(in []vec) vec {
	lo, hi := m.value(m.expLow()), m.value(m.expHigh())
	return func(in []vec) vec {
		e, p := m.expParts(m.atMost(hi, m.atLeast(lo, in[0])), 2*m.bias())
		return m.times(p, e)
	}
}

// expm1 returns e^x − 1 = (2^k − 1) + 2^k·p, for an x above minus a few dozen.
// It takes 2^k in two steps where that would overflow before the sum does.
func (m *machine) expm1(x, largest vec) vec {
	e, p := m.expParts(x, m.bias())
	k := m.atMost(largest, e.k)
	extra := m.sub(e.k, k)
	e = exponent{k: k}
	if !m.wide {
		e.bits = m.add(k, m.c(m.whole()+m.bias()))
	}
	s := m.power(e)
	y := m.mulAdd(p, s, m.sub(s, m.c(1)))
	return m.likeSign(m.addMul(y, m.copy(y), extra), x)
}

func (m *machine) expm1Body() func(in []vec) vec {
	lo, hi := m.value(m.c(pick(m, -64.0, -32.0))), m.value(m.expm1High())
	largest := m.value(m.c(m.bias()))
	return func(in []vec) vec {
		return m.expm1(m.atMost(hi, m.atLeast(lo, in[0])), largest)
	}
}

// expm1High is a little above the logarithm of the largest number.
func (m *machine) expm1High() konst { return m.c(pick(m, 709.79, 88.73)) }

func (m *machine) eluBody() func(in []vec) vec {
	lo := m.value(m.c(pick(m, -64.0, -32.0)))
	return func(in []vec) vec {
		x := in[0]
		zero := m.op(m.p("XOR"), x, x)
		e, p := m.expParts(m.min(zero, m.atLeast(lo, x)), m.bias())
		s := m.power(e)
		y := m.mulAdd(p, s, m.sub(s, m.c(1)))
		return m.choose(m.cmp(greater, x, zero), x, m.likeSign(y, x))
	}
}

// tanhBody makes tanh |x| = n/(1 + e), n = 1 − e, e = e^(−2|x|).
func (m *machine) tanhBody() func(in []vec) vec {
	lo, one := m.value(m.c(pick(m, -44.0, -20.0))), m.value(m.c(1))
	return func(in []vec) vec {
		x := in[0]
		e, p := m.expParts(m.atLeast(lo, m.or(m.add(x, x), m.sign())), m.bias())
		s := m.power(e)
		n := m.negMulAdd(m.copy(p), s, m.sub(one, s))
		return m.likeSign(m.overOnePlus(n, m.mulAdd(p, s, s), one), x)
	}
}

// overOnePlus returns x/(1 + e), e ≥ 0, rounded about once: the rounding errors
// of the sum and of its reciprocal are taken out again.
func (m *machine) overOnePlus(x, e, one vec) vec { return m.partsOverOnePlus(x, nil, e, one) }

// partsOverOnePlus is overOnePlus of x + low, if low is not nil.
func (m *machine) partsOverOnePlus(x, low, e, one vec) vec {
	sum := m.add(e, one)
	inv := m.div(one, sum)
	rest := m.sub(e, m.sub(sum, one))
	err := m.negMulAdd(sum, inv, one)
	err = m.subMul(err, rest, inv)
	err = m.mul(m.mul(x, inv), err)
	if low != nil {
		err = m.addMul(err, low, inv)
	}
	return m.addMul(err, x, inv)
}

// sigmoidBody makes 1/(1 + e), e = e^−|x|, and e/(1 + e) below 0.
func (m *machine) sigmoidBody() func(in []vec) vec {
	lo, one := m.value(m.expLow()), m.value(m.c(1))
	return func(in []vec) vec {
		e := m.expMinusAbs(in[0], lo)
		return m.overOnePlus(m.choose(m.negative(in[0]), e, one), e, one)
	}
}

func (m *machine) expMinusAbs(x, lo vec) vec {
	e, p := m.expParts(m.atLeast(lo, m.or(x, m.sign())), 2*m.bias())
	return m.times(p, e)
}

// siluBody makes x/(1 + e), and below 0 x·(1 + p)/(1 + e)·2^k, so that x counts
// before the result becomes subnormal.
func (m *machine) siluBody() func(in []vec) vec {
	lo, one := m.value(m.c(pick(m, -760.0, -110.0))), m.value(m.c(1))
	return func(in []vec) vec {
		x := m.atLeast(lo, in[0])
		e, p := m.expParts(m.atLeast(lo, m.or(x, m.sign())), 2*m.bias())
		below := m.negative(x)
		over := m.choose(below, m.addMul(m.copy(x), x, p), x)
		y := m.overOnePlus(over, m.times(p, e), one)
		y = m.likeSign(m.choose(below, m.scale(y, e), y), x)
		ends := m.max(in[0], m.op(m.p("XOR"), x, x)) // 0 and Inf
		return m.choose(m.cmp(equal, m.abs(in[0]), m.inf()), ends, y)
	}
}
