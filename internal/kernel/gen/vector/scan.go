package main

// scanned is the number of vectors in a turn of a scan.
const scanned = 4

// scan emits a look at every entry of a slice. What bad makes of a vector has the
// sign bit set in every lane that is not as it should be; of +0 it must not.
func (m *machine) scan(name, doc string, body func(m *machine) func(x vec) vec) {
	m.start(name, doc, "x []T")
	m.SignatureExpr("func(x []" + m.goType() + ") bool")
	n := m.GP64()
	s := stream{m.GP64(), m.GP64()}
	m.MOVQ(addr(m.Param("x").Base()), s.base)
	m.MOVQ(addr(m.Param("x").Len()), n)
	m.XORQ(s.done, s.done)
	bad := body(m)
	var found []vec
	for range scanned {
		v := m.newVec()
		m.ins("VXORPS", false, nil, nil, v, v, v)
		found = append(found, v)
	}
	join := func(i int, v vec) { m.ins(m.p("OR"), false, nil, nil, found[i], found[i], v) }
	m.turns(scanned, n, s.done, func(vectors int) {
		for i := range vectors {
			join(i, bad(m.load(s, i*m.bytes())))
		}
	}, func(k mask) { join(0, bad(m.loadTail(k, s))) })
	for half := scanned / 2; half > 0; half /= 2 {
		for i := range half {
			join(i, found[half+i])
		}
	}
	all := found[0]
	if m.wide {
		upper := m.newVec()
		m.ins("VEXTRACTF64X4", false, one, nil, upper.AsY(), all)
		m.ins(m.p("OR"), false, nil, nil, all.AsY(), all.AsY(), upper.AsY())
	}
	signs, ok := m.GP32(), m.GP8()
	m.ins(m.p("MOVMSK"), false, nil, nil, signs, all.AsY())
	m.TESTL(signs, signs)
	m.SETEQ(ok)
	result, err := m.ReturnIndex(0).Resolve()
	if err != nil {
		panic(err)
	}
	m.MOVB(ok, result.Addr)
	m.finish()
}

// scans emits the looks. As whole numbers the bits of 0 to 1 are those up to the
// bits of 1; an exponent of ones and one more has the sign bit.
func (m *machine) scans() {
	m.scan("unit", "reports whether every x[i] is +0, 1 or between them.", func(m *machine) func(x vec) vec {
		top := m.value(m.c(1))
		return func(x vec) vec { return m.or(m.subInt(top, x), x) }
	})
	m.scan("finite", "reports whether no x[i] is NaN or infinite.", func(m *machine) func(x vec) vec {
		exponent, unit := m.value(m.inf()), m.value(m.minNormal())
		return func(x vec) vec { return m.addInt(m.and(x, exponent), unit) }
	})
}
