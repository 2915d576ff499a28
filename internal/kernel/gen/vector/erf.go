package main

import "math"

// erfBody makes x + x·q(x²) up to 1, and beyond 1 − 2Φ(−|x|·√2), of which
// millsFit is a part, as in normal: in float64 for both types.
func (m *machine) erfBody() func(in []vec) vec {
	d := *m
	d.double, d.rough = true, !m.double
	most := d.value(d.c(6)) // beyond, it is 1
	return func(in []vec) vec {
		return m.widened(in[0], func(m *machine, x vec) vec { return m.erf(x, most) })
	}
}

func (m *machine) erf(x, most vec) vec {
	a := m.atMost(most, m.abs(x))
	square := m.mul(a, a)
	near := m.addMul(m.copy(a), a, m.poly(erfFit, square, m.mul(square, square)))

	b := m.mul(a, m.c(math.Sqrt2))
	t := m.div(m.sub(b, m.c(4)), m.add(b, m.c(4)))
	q := m.div(m.poly(millsFit, t, m.mul(t, t)), m.add(b, m.c(1)))
	e, p := m.expPartsOf(m.neg(square), m.mulSub(m.copy(a), a, square), m.bias())
	q = m.mul(m.addMul(q, m.copy(q), p), m.power(e))
	far := m.sub(m.value(m.c(1)), m.add(q, q))
	return m.likeSign(m.choose(m.cmp(greater, a, m.c(1)), far, near), x)
}
