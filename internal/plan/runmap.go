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

// run computes blocks.
func (r *mapRunner[T]) run(m *Machine[T], l *lane[T], from, to int) {
	out := m.bufs[r.out]
	for i := range r.ins {
		r.ins[i].begin()
	}
	for pos := from * block; pos < min(to*block, len(out)); pos += block {
		n := min(block, len(out)-pos)
		for i := range r.ins {
			l.vals[i] = r.ins[i].load(m, pos, n)
		}
		for i := range r.steps {
			st := &r.steps[i]
			dst := out[pos : pos+n]
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
}
