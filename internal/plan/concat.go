package plan

import "chainrule/internal/kernel"

// Concat is arrays one behind the other along an axis.
var Concat = &kind{name: "concat", run: runners{newConcatRunner[float64], newConcatRunner[float32]},
	lower: func(b *builder, n *Node) operand { return b.emit(n, &instr{ins: b.operands(n)}) }}

// concatRunner runs a Concat instruction: for each index before the axis it
// copies a run of every operand.
type concatRunner[T kernel.Float] struct {
	out   int
	outer int
	ins   []access[T]
	runs  []int // entries of each operand for one index before the axis
}

func newConcatRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	r := &concatRunner[T]{out: in.out, outer: in.outer()}
	for i, op := range in.ins {
		r.ins = append(r.ins, newAccess(op, l.slot(in.holds[i])))
		r.runs = append(r.runs, volume(op.dims)/r.outer)
	}
	return r
}

func (r *concatRunner[T]) bind(m *Machine[T]) {
	for i := range r.ins {
		r.ins[i].bind(m)
	}
}

func (r *concatRunner[T]) run(m *Machine[T], _ *lane[T], _, _ int) {
	for i := range r.ins {
		r.ins[i].begin()
	}
	out := m.bufs[r.out]
	for k := range r.outer {
		for i, n := range r.runs {
			for pos := 0; pos < n; pos += block {
				part := min(block, n-pos)
				copy(out, r.ins[i].load(m, k*n+pos, part))
				out = out[part:]
			}
		}
	}
}
