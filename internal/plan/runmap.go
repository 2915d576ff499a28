package plan

import "chainrule/internal/kernel"

// mapRunner runs a Map instruction, block by block.
type mapRunner[T kernel.Float] struct {
	out   int
	ins   []access[T]
	steps []mapStep[T]
}

// A mapStep is a step bound to its loop.
type mapStep[T kernel.Float] struct {
	unary  func(dst, x []T)
	binary func(dst, x, y []T)
	x, y   int
	dst    []T // scratch, or nil for the last step
}

func newMapRunner[T kernel.Float](l *lane[T], in *instr) *mapRunner[T] {
	r := &mapRunner[T]{out: in.out}
	for i, op := range in.ins {
		r.ins = append(r.ins, newAccess(op, l.slot(in.holds[i])))
	}
	for i, st := range in.steps {
		s := mapStep[T]{x: st.x, y: st.y}
		if st.y < 0 {
			s.unary = kernel.UnaryLoop[T](st.f)
		} else {
			s.binary = kernel.BinaryLoop[T](st.f)
		}
		if i < len(in.steps)-1 {
			s.dst = l.slot(st.slot)
		}
		r.steps = append(r.steps, s)
	}
	return r
}

func (r *mapRunner[T]) bind(m *Machine[T]) {
	for i := range r.ins {
		r.ins[i].bind(m)
	}
}

// begin must be called before the blocks of a run.
func (r *mapRunner[T]) begin() {
	for i := range r.ins {
		r.ins[i].begin()
	}
}

// run computes blocks.
func (r *mapRunner[T]) run(m *Machine[T], l *lane[T], from, to int) {
	r.begin()
	size := len(m.bufs[r.out])
	for pos := from * block; pos < min(to*block, size); pos += block {
		r.compute(m, l, pos, min(block, size-pos), -1, nil)
	}
}

// compute computes the n entries from pos on. Operand at, if it is not −1, is
// given.
func (r *mapRunner[T]) compute(m *Machine[T], l *lane[T], pos, n, at int, given []T) {
	for i := range r.ins {
		if i == at {
			l.vals[i] = given
			continue
		}
		l.vals[i] = r.ins[i].load(m, pos, n)
	}
	out := m.bufs[r.out][pos : pos+n]
	for i := range r.steps {
		st := &r.steps[i]
		dst := out
		if st.dst != nil {
			dst = st.dst[:n]
		}
		if st.unary != nil {
			st.unary(dst, l.vals[st.x])
		} else {
			st.binary(dst, l.vals[st.x], l.vals[st.y])
		}
		l.vals[len(r.ins)+i] = dst
	}
}
