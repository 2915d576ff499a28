package plan

import (
	"slices"

	"chainrule/internal/kernel"
)

// Functions that do several steps at once, with the same bits.
var (
	tanhSlope    = &kernel.Func{Name: "MulTanhSlope", Code: kernel.MulTanhSlope}
	sigmoidSlope = &kernel.Func{Name: "MulSigmoidSlope", Code: kernel.MulSigmoidSlope}
	stepSlope    = &kernel.Func{Name: "MulStep", Code: kernel.MulStep}
	addMul       = &kernel.Func{Name: "AddMul", Code: kernel.Add} // x + y·z
	subMul       = &kernel.Func{Name: "SubMul", Code: kernel.Sub} // x − y·z
)

// contract replaces the steps of derivatives that every network has by one
// function each, x·(1 − y²), x·(y·(1 − y)) and x·Step(y), and those of updates,
// x + y·z and x − y·z for a number z.
func (b *builder) contract() {
	for _, in := range b.code {
		if !in.isMap() {
			continue
		}
		c := contraction{in: in, bufs: b.bufs, dead: make([]bool, len(in.steps))}
		for s := range in.steps {
			c.contract(s)
		}
		if slices.Contains(c.dead, true) {
			in.drop(c.dead)
		}
	}
}

// A contraction works on the steps of one instruction.
type contraction struct {
	in   *instr
	bufs []buffer
	dead []bool // steps that have become part of another
}

// contract replaces step s if it is one of the products.
func (c *contraction) contract(s int) {
	st := c.in.steps[s]
	switch st.f.Code {
	case kernel.Mul:
		c.contractProduct(s)
	case kernel.Add:
		if !c.scale(s, addMul, st.x, st.y) {
			c.scale(s, addMul, st.y, st.x)
		}
	case kernel.Sub:
		c.scale(s, subMul, st.x, st.y)
	}
}

// scale makes step s f(x, y·z) if v is the product of y and a number z.
func (c *contraction) scale(s int, f *kernel.Func, x, v int) bool {
	m := c.only(v)
	if m == nil || m.f.Code != kernel.Mul || m.z >= 0 {
		return false
	}
	y, z := m.x, m.y
	if !c.isNumber(z) {
		y, z = z, y
	}
	if !c.isNumber(z) || c.isNumber(y) {
		return false
	}
	c.replace(s, step{f: f, x: x, y: y, z: z}, v)
	return true
}

func (c *contraction) isNumber(v int) bool {
	return v < len(c.in.ins) && len(c.in.ins[v].root) == 0
}

// contractProduct replaces step s if it is a product with a derivative.
func (c *contraction) contractProduct(s int) {
	st := c.in.steps[s]
	for _, v := range [...][2]int{{st.x, st.y}, {st.y, st.x}} {
		x, m := v[0], c.only(v[1])
		if m == nil {
			continue
		}
		switch m.f.Code {
		case kernel.Step:
			c.replace(s, step{f: stepSlope, x: x, y: m.x, z: -1}, v[1])
			return
		case kernel.Sub: // 1 − y²
			if sq := c.only(m.y); sq != nil && sq.f.Code == kernel.Square && c.isOne(m.x) {
				c.replace(s, step{f: tanhSlope, x: x, y: sq.x, z: -1}, v[1], m.y)
				return
			}
		case kernel.Mul: // y·(1 − y)
			for _, w := range [...][2]int{{m.x, m.y}, {m.y, m.x}} {
				if d := c.only(w[1]); d != nil && d.f.Code == kernel.Sub && c.isOne(d.x) && d.y == w[0] {
					c.replace(s, step{f: sigmoidSlope, x: x, y: w[0], z: -1}, v[1], w[1])
					return
				}
			}
		}
	}
}

// only returns the step that makes value v if it is read once, else nil.
func (c *contraction) only(v int) *step {
	s := v - len(c.in.ins)
	if s < 0 {
		return nil
	}
	reads := 0
	for i, st := range c.in.steps {
		if c.dead[i] {
			continue
		}
		if st.x == v {
			reads++
		}
		if st.y == v {
			reads++
		}
		if st.z == v {
			reads++
		}
	}
	if reads != 1 {
		return nil
	}
	return &c.in.steps[s]
}

func (c *contraction) isOne(v int) bool {
	if v >= len(c.in.ins) {
		return false
	}
	b := c.bufs[c.in.ins[v].buf]
	return b.place == inConst && b.value == 1
}

// replace sets step s and kills the steps whose values it no longer needs.
func (c *contraction) replace(s int, st step, values ...int) {
	c.in.steps[s] = st
	for _, v := range values {
		c.dead[v-len(c.in.ins)] = true
	}
}

// drop removes steps that nothing reads, and operands that only they read.
func (in *instr) drop(dead []bool) {
	read := make([]bool, len(in.ins))
	for i, st := range in.steps {
		for _, v := range [...]int{st.x, st.y, st.z} {
			if !dead[i] && v >= 0 && v < len(in.ins) {
				read[v] = true
			}
		}
	}
	number := make([]int, len(in.ins)+len(in.steps)) // of each value, from now on
	var ins []operand
	for i, op := range in.ins {
		if read[i] {
			number[i] = len(ins)
			ins = append(ins, op)
		}
	}
	var steps []step
	for i, st := range in.steps {
		if dead[i] {
			continue
		}
		st.x = number[st.x]
		if st.y >= 0 {
			st.y = number[st.y]
		}
		if st.z >= 0 {
			st.z = number[st.z]
		}
		number[len(in.ins)+i] = len(ins) + len(steps)
		steps = append(steps, st)
	}
	in.ins, in.steps = ins, steps
}
