package plan

import "chainrule/internal/kernel"

// Recurrence is h along an axis with h[t] = a[t]·h[t−1] + b[t] of its operands a and b, and
// h[0] = b[0]; from the last entry to the first if Reverse is set. The product is rounded
// before the sum.
var Recurrence = &kind{name: "recurrence", units: (*instr).outer,
	lower: func(b *builder, n *Node) operand { return b.emit(n, &instr{ins: b.operands(n)}) },
	cost:  func(in *instr) float64 { return 2 * float64(in.size()) * stepCost },
	flop:  func(in *instr) int64 { return 2 * int64(in.size()) },
	run:   runners{newRecurrenceRunner[float64], newRecurrenceRunner[float32]},
}

// recurrenceRunner runs a Recurrence instruction: outer times length rows of inner entries.
type recurrenceRunner[T kernel.Float] struct {
	out           int
	a, b          access[T]
	length, inner int
	reverse       bool
	mul, add      func(dst, x, y []T)
}

func newRecurrenceRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	n := in.node
	return &recurrenceRunner[T]{out: in.out, a: newAccess(in.ins[0], l.slot(in.holds[0])), b: newAccess(in.ins[1], l.slot(in.holds[1])),
		length: n.Shape[n.Axis], inner: volume(n.Shape[n.Axis+1:]), reverse: n.Reverse,
		mul: kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Mul}), add: kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Add})}
}

func (r *recurrenceRunner[T]) bind(m *Machine[T]) {
	r.a.bind(m)
	r.b.bind(m)
}

func (r *recurrenceRunner[T]) run(m *Machine[T], _ *lane[T], from, to int) {
	r.a.begin()
	r.b.begin()
	for i := from; i < to; i++ {
		if r.inner == 1 {
			r.line(m, i*r.length)
		} else {
			r.rows(m, i*r.length)
		}
	}
}

// rows computes rows, the first of which has that number.
func (r *recurrenceRunner[T]) rows(m *Machine[T], first int) {
	out := m.bufs[r.out]
	for k := range r.length {
		row, before := first+k, first+k-1
		if r.reverse {
			row, before = first+r.length-1-k, first+r.length-k
		}
		for pos := 0; pos < r.inner; pos += block {
			n := min(block, r.inner-pos)
			at := row*r.inner + pos
			dst := out[at:][:n]
			if k == 0 {
				copy(dst, r.b.load(m, at, n))
				continue
			}
			r.mul(dst, r.a.load(m, at, n), out[before*r.inner+pos:][:n])
			r.add(dst, dst, r.b.load(m, at, n))
		}
	}
}

// line computes the entries from number first on, where a row is one entry.
func (r *recurrenceRunner[T]) line(m *Machine[T], first int) {
	out := m.bufs[r.out][first:][:r.length]
	var h T
	for done := 0; done < r.length; done += block {
		n := min(block, r.length-done)
		at := done
		if r.reverse {
			at = r.length - done - n
		}
		a, b, dst := r.a.load(m, first+at, n), r.b.load(m, first+at, n), out[at:][:n]
		for k := range n {
			i := k
			if r.reverse {
				i = n - 1 - k
			}
			if done+k == 0 {
				h = b[i]
			} else {
				h = T(a[i]*h) + b[i]
			}
			dst[i] = h
		}
	}
}
