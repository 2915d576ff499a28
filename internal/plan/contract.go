package plan

import (
	"slices"

	"chainrule/internal/kernel"
)

// contract replaces steps of each Map by fewer ones, as the rules say.
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

// contract replaces step s by the first rule that matches.
func (c *contraction) contract(s int) {
	root := c.in.steps[s]
	for i, o := range orders(root) {
		for _, r := range rules {
			if r.root != root.f.Code || i > 0 && !r.commutes {
				continue
			}
			if st, idle, ok := r.match(c, o[0], o[1]); ok {
				c.in.steps[s] = st
				for _, v := range idle {
					c.dead[v-len(c.in.ins)] = true
				}
				return
			}
		}
	}
}

// orders returns the arguments of a step both ways round.
func orders(st step) [2][2]int { return [2][2]int{{st.x, st.y}, {st.y, st.x}} }

// made returns the step that makes value v, if it is the function of that Code,
// x ± y·z not being one, and its result is read once.
func (c *contraction) made(v int, code kernel.Code) (step, bool) {
	s := v - len(c.in.ins)
	if s < 0 || c.in.steps[s].f.Code != code || c.in.steps[s].z >= 0 {
		return step{x: -1, y: -1, z: -1}, false
	}
	reads := 0
	for i, st := range c.in.steps {
		for _, read := range [...]int{st.x, st.y, st.z} {
			if read == v && !c.dead[i] {
				reads++
			}
		}
	}
	return c.in.steps[s], reads == 1
}

// isNumber reports whether v is an operand that is one number.
func (c *contraction) isNumber(v int) bool {
	return v >= 0 && v < len(c.in.ins) && len(c.in.ins[v].root) == 0
}

// isOne reports whether v is the constant 1.
func (c *contraction) isOne(v int) bool {
	if v < 0 || v >= len(c.in.ins) {
		return false
	}
	return c.bufs[c.in.ins[v].buf].value == 1 // only constants have one
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
