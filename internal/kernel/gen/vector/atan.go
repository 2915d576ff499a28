package main

import "math"

// atanBody makes atan |x| = c + atan t, where t = (|x| − tan c)/(1 + |x|·tan c)
// for c of 0, π/4 and π/2 is at most ½ (as in S. Moshier's Cephes, with other
// bounds). What rounding t, and then c + t, leaves out is added at the end.
func (m *machine) atanBody() func(in []vec) vec {
	quarter := pick(m, math.Pi/4, float64(float32(math.Pi/4)))
	low := pick(m, 3.061616997868383e-17, math.Pi/4-quarter) // of π/4 behind what the type holds
	one, most := m.value(m.c(1)), m.value(m.c(0x1p60))       // beyond, it is π/2
	return func(in []vec) vec {
		x := in[0]
		a := m.atMost(most, m.abs(x))
		middle, above := m.cmp(greater, a, m.c(0.5)), m.cmp(greater, a, m.c(2))
		larger, smaller := m.max(a, one), m.min(a, one)
		sum := m.add(larger, smaller)
		lost := m.keep(middle, m.sub(smaller, m.sub(sum, larger)))
		lost = m.choose(above, m.c(0), lost)
		over := m.choose(above, m.c(-1), m.choose(middle, m.sub(a, one), a))
		under := m.choose(above, a, m.choose(middle, sum, one))
		inv := m.div(one, under)
		t := m.mul(over, inv)
		rest := m.subMul(m.negMulAdd(m.copy(t), under, over), t, lost)
		c := m.choose(above, m.c(2*quarter), m.keep(middle, m.c(quarter)))
		cLow := m.choose(above, m.c(2*low), m.keep(middle, m.c(low)))
		z := m.mul(t, t)
		tail := m.addMul(cLow, rest, inv)
		tail = m.addMul(tail, m.mul(t, z), m.poly(atanFit, z, m.mul(z, z)))
		y := m.add(c, t)
		tail = m.add(tail, m.sub(t, m.sub(y, c)))
		return m.likeSign(m.add(y, tail), x)
	}
}
