package plan

import "chainrule/internal/kernel"

// Triangle is the matrices of the last two axes with zeros above a diagonal, the one that
// is From to the right of the main one; below it if Reverse is set.
var Triangle = &kind{name: "triangle", run: runners{newTriangleRunner[float64], newTriangleRunner[float32]},
	lower: func(b *builder, n *Node) operand { return b.emit(n, &instr{ins: b.operands(n)}) }}

// triangleRunner runs a Triangle instruction.
type triangleRunner[T kernel.Float] struct {
	out           int
	in            access[T]
	rows, columns int
	diagonal      int
	upper         bool
}

func newTriangleRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	n := in.node
	last := len(n.Shape) - 1
	return &triangleRunner[T]{out: in.out, in: newAccess(in.ins[0], l.slot(in.holds[0])),
		rows: n.Shape[last-1], columns: n.Shape[last], diagonal: n.From, upper: n.Reverse}
}

func (r *triangleRunner[T]) bind(m *Machine[T]) { r.in.bind(m) }

func (r *triangleRunner[T]) run(m *Machine[T], _ *lane[T], _, _ int) {
	r.in.begin()
	out := m.bufs[r.out]
	for row := 0; row*r.columns < len(out); row++ {
		start, line := row*r.columns, out[row*r.columns:][:r.columns]
		from, to := 0, min(max(row%r.rows+r.diagonal+1, 0), r.columns)
		if r.upper {
			from, to = min(max(row%r.rows+r.diagonal, 0), r.columns), r.columns
		}
		clear(line[:from])
		for pos := from; pos < to; pos += block {
			copy(line[pos:], r.in.load(m, start+pos, min(block, to-pos)))
		}
		clear(line[to:])
	}
}
