package main

// normalBody makes Φ(x), or if times x·Φ(x): in float64 for both types.
func normalBody(times bool) func(m *machine) func(in []vec) vec {
	return func(m *machine) func(in []vec) vec {
		d := *m
		d.double, d.rough = true, !m.double
		most := d.value(d.c(pick(m, 39.0, 15.0))) // beyond, Φ(−a) is 0
		return func(in []vec) vec {
			y := m.widened(in[0], func(m *machine, x vec) vec { return m.normal(x, most, times) })
			if !times {
				return y
			}
			ends := m.max(in[0], m.op(m.p("XOR"), in[0], in[0])) // 0 and Inf
			return m.choose(m.cmp(equal, m.abs(in[0]), m.inf()), ends, y)
		}
	}
}

// normal makes Φ(−a) = e^(−a²/2)·q(t)/(1 + a) with a = |x| and the polynomial q
// of t = (a − 4)/(a + 4), a map of the half line that suits e^(x²)·erfc x (M. M.
// Shepherd and J. G. Laframboise, "Chebyshev approximation of
// (1 + 2x)exp(x²)erfc x in 0 ≤ x < ∞", Mathematics of Computation 36, 1981);
// above 0, Φ is 1 less that. The rounding error of a² is taken out again, if m
// isn't rough.
func (m *machine) normal(x, most vec, times bool) vec {
	a := m.atMost(most, m.abs(x))
	one := m.value(m.c(1))
	t := m.div(m.sub(a, m.c(4)), m.add(a, m.c(4)))
	q, qLow := m.polyParts(millsFit, t)
	square := m.mul(a, a)
	half := m.mul(square, m.c(-0.5))
	var e exponent
	var p vec
	if m.rough {
		e, p = m.expParts(half, m.bias())
		q = m.div(q, m.add(a, one))
	} else {
		rest := m.mul(m.mulSub(m.copy(a), a, square), m.c(0.5))
		e, p = m.expPartsOf(half, rest, 2*m.bias())
		q = m.partsOverOnePlus(q, qLow, a, one)
	}
	below := m.negative(x)
	if !times {
		y := m.tail(m.addMul(q, m.copy(q), p), e)
		return m.choose(below, y, m.sub(one, y))
	}
	// Below 0, x counts before the result becomes subnormal.
	x = m.atLeast(m.neg(most), x)
	size := m.abs(x)
	product := m.mul(q, size)
	var y vec
	if m.rough {
		y = m.addMul(product, m.copy(product), p)
	} else { // with the rounding error of the product
		y = m.add(product, m.addMul(m.mulSub(q, size, product), product, p))
	}
	y = m.tail(y, e)
	return m.likeSign(m.choose(below, y, m.sub(x, y)), x)
}

// tail returns v·2^k.
func (m *machine) tail(v vec, e exponent) vec {
	if m.rough {
		return m.mul(v, m.power(e))
	}
	return m.scale(v, e)
}
