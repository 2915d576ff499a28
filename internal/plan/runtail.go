package plan

// rowsSize is how many entries of whole rows a tail works on at a time.
const rowsSize = 2048

// isChain reports whether each step but the first reads the result of the one
// before it, no other step does, and only the first reads operand at. So all
// of them may write where that operand lies.
func (in *instr) isChain(at int) bool {
	for s, st := range in.steps {
		for _, v := range [...]int{st.x, st.y, st.z} {
			if v == at && s > 0 || v >= len(in.ins) && v != len(in.ins)+s-1 {
				return false
			}
		}
	}
	return true
}

// repeatsInRows reports whether each operand that the steps take as one number is one for every run
// of cols entries, as it is for all axes behind the first where a row is all of them. A
// product that is reshaped before its tail has rows of another length than the tail's.
func (in *instr) repeatsInRows(cols int, loads []loading) bool {
	for i, op := range in.ins {
		if loads[i] == asBlock || len(op.root) == 0 {
			continue
		}
		n := 1
		for axis := len(op.dims) - 1; n < cols; axis-- {
			if op.dims[axis] > 1 && op.axes[axis] >= 0 {
				return false
			}
			n *= op.dims[axis]
		}
		if n%cols != 0 {
			return false
		}
	}
	return true
}

// rows computes whole rows, each with an entry of every column, from entry pos
// on; c is what the tail starts with, and is overwritten. It is compute with
// fewer calls, since one may work on several rows. The tail must be a simple
// chain.
func (r *mapRunner[T]) rows(m *Machine[T], l *lane[T], pos, cols int, c []T) {
	for len(c) > 0 {
		n := min(max(rowsSize/cols, 1)*cols, len(c))
		r.fewRows(m, l, pos, cols, c[:n])
		pos, c = pos+n, c[n:]
	}
}

func (r *mapRunner[T]) fewRows(m *Machine[T], l *lane[T], pos, cols int, c []T) {
	for i := range r.from {
		s := &r.from[i]
		switch s.how {
		case isFlat:
			l.vals[i] = m.bufs[s.buf][s.base+pos:][:len(c)]
		case isNumber:
			l.numbers[i], l.single[i] = m.bufs[s.buf][s.base], true
		case isGiven:
			l.vals[i], l.numbers[i], l.single[i] = c, c[0], len(c) == 1
		}
	}
	for i := range r.steps {
		st, dst := &r.steps[i], c
		if i == len(r.steps)-1 {
			dst = m.bufs[r.out][pos:][:len(c)]
		}
		if st.scalar == nil || r.from[st.c].how != byAccess {
			st.run(l, dst)
		} else {
			r.scaleRows(m, st, dst, l.vals[st.v], pos, cols)
		}
		l.vals[len(r.from)+i] = dst
	}
}

// scaleRows computes a step whose operand c is one number in each row.
func (r *mapRunner[T]) scaleRows(m *Machine[T], st *mapStep[T], dst, x []T, pos, cols int) {
	for row := 0; row < len(dst); row += cols {
		c, _ := r.ins[st.c].number(m, pos+row, cols)
		st.scalar(dst[row:][:cols], x[row:][:cols], c)
	}
}
