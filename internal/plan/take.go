package plan

import "chainrule/internal/kernel"

var (
	// TakeAlong is, for each entry of the second operand, the entry of the first one at
	// the same place but for an axis, along which that index says where.
	TakeAlong = &kind{name: "takealong", calls: true, run: runners{newTakeRunner[float64], newTakeRunner[float32]},
		lower: func(b *builder, n *Node) operand { return b.emit(n, &instr{ins: b.operands(n)}) },
		units: (*instr).outer,
		cost:  func(in *instr) float64 { return float64(in.size()) * 2 * stepCost }}

	// ScatterAlong is zeros to which each entry of the first operand is added at the same
	// place but for an axis, along which its index, the second operand's entry, says
	// where: what TakeAlong does, backwards.
	ScatterAlong = &kind{name: "scatteralong", calls: true, run: runners{newScatterAlongRunner[float64], newScatterAlongRunner[float32]},
		lower: func(b *builder, n *Node) operand { return b.emit(n, &instr{ins: b.operands(n)}) },
		units: (*instr).outer,
		cost: func(in *instr) float64 {
			return float64(in.size())*moveCost + float64(volume(in.ins[0].dims))*2*stepCost
		},
		flop: func(in *instr) int64 { return int64(volume(in.ins[0].dims)) }}
)

// takeRunner runs a TakeAlong or ScatterAlong instruction. There are outer times count
// rows of inner indices, and outer times size rows of what they number.
type takeRunner[T kernel.Float] struct {
	out          int
	x            access[T]
	index        indices[T]
	count, inner int
	scatters     bool
}

func newTakeRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	r := newAlong(l, in)
	r.count, r.index.size = r.index.size, volume(in.ins[0].dims)/(in.outer()*r.inner)
	return r
}

func newScatterAlongRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	r := newAlong(l, in)
	r.count, r.scatters = r.index.count/(in.outer()*r.inner), true
	return r
}

// newAlong returns what both have in common, with the result's size along the axis as
// that of the indices.
func newAlong[T kernel.Float](l *lane[T], in *instr) *takeRunner[T] {
	axis := in.node.Axis
	return &takeRunner[T]{out: in.out, x: newAccess(in.ins[0], l.slot(in.holds[0])), inner: volume(in.shape[axis+1:]),
		index: newIndices(l, in, 1, in.shape[axis])}
}

func (r *takeRunner[T]) bind(m *Machine[T]) {
	r.x.bind(m)
	r.index.bind(m)
}

func (r *takeRunner[T]) run(m *Machine[T], _ *lane[T], from, to int) {
	r.x.begin()
	r.index.begin()
	out, all, some := m.bufs[r.out], r.index.size*r.inner, r.count*r.inner
	if r.scatters {
		clear(out[from*all : to*all])
	}
	for o := from; o < to; o++ {
		for pos := 0; pos < some; pos += block {
			r.entries(m, out, o*some+pos, o*all, pos%r.inner, min(block, some-pos))
		}
	}
}

// entries goes through n indices, the first of which has place at and lies in column i of
// its row. Entry first is that of index and column 0.
func (r *takeRunner[T]) entries(m *Machine[T], out []T, at, first, i, n int) {
	for k, v := range r.index.load(m, at, n) {
		there := first + r.index.number(v, at+k)*r.inner + i
		if r.scatters {
			out[there] += r.x.load(m, at+k, 1)[0]
		} else {
			out[at+k] = r.x.load(m, there, 1)[0]
		}
		if i++; i == r.inner {
			i = 0
		}
	}
}
