package plan

import "chainrule/internal/kernel"

// The kinds that read an operand of indices, whole numbers from 0 to below the size
// of the axis that they go along. Any other number ends the run with the error that
// Node.Outside makes of it.
var (
	// Gather is the slices of the first operand along an axis that the second one
	// numbers, in whose axes that axis turns.
	Gather = &kind{name: "gather", calls: true, run: runners{newGatherRunner[float64], newGatherRunner[float32]},
		lower: func(b *builder, n *Node) operand { return b.emit(n, &instr{ins: b.operands(n)}) },
		units: func(in *instr) int { return in.outer() * volume(in.ins[1].dims) },
		cost:  func(in *instr) float64 { return float64(in.size())*moveCost + float64(in.units)*stepCost }}

	// ScatterAdd is zeros to which the slices of the first operand are added where the
	// second one says, in the order of the indices: what Gather does, backwards.
	ScatterAdd = &kind{name: "scatteradd", calls: true, run: runners{newScatterRunner[float64], newScatterRunner[float32]},
		lower:   func(b *builder, n *Node) operand { return b.emit(n, &instr{ins: b.operands(n)}) },
		units:   func(in *instr) int { return in.outer() * in.shape[in.node.Axis] },
		perPart: func(*instr) bool { return true },
		cost: func(in *instr) float64 {
			return float64(in.size())*moveCost + float64(volume(in.ins[0].dims))*stepCost
		},
		flop: func(in *instr) int64 { return int64(volume(in.ins[0].dims)) }}
)

// moveCost is what an entry takes that is copied or set to zero, in nanoseconds.
const moveCost = 0.1

// indices reads an operand of indices.
type indices[T kernel.Float] struct {
	access[T]
	count   int // how many there are
	size    int // what they must be below
	outside func(at int, value float64) error
}

func newIndices[T kernel.Float](l *lane[T], in *instr, operand, size int) indices[T] {
	op := in.ins[operand]
	return indices[T]{access: newAccess(op, l.slot(in.holds[operand])), count: volume(op.dims), size: size, outside: in.node.Outside}
}

// number returns index v, which is that of place at, as a number.
func (x *indices[T]) number(v T, at int) int {
	i := int(v)
	if T(i) != v || i < 0 || i >= x.size {
		panic(x.outside(at, float64(v)))
	}
	return i
}

// gatherRunner runs a Gather instruction: the result is outer times as many rows of
// inner entries as there are indices.
type gatherRunner[T kernel.Float] struct {
	out   int
	x     access[T]
	index indices[T]
	inner int
}

func newGatherRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	r := &gatherRunner[T]{out: in.out, x: newAccess(in.ins[0], l.slot(in.holds[0]))}
	outer, count := in.outer(), volume(in.ins[1].dims)
	r.inner = in.size() / (outer * count)
	r.index = newIndices(l, in, 1, volume(in.ins[0].dims)/(outer*r.inner))
	return r
}

func (r *gatherRunner[T]) bind(m *Machine[T]) {
	r.x.bind(m)
	r.index.bind(m)
}

func (r *gatherRunner[T]) run(m *Machine[T], _ *lane[T], from, to int) {
	r.x.begin()
	r.index.begin()
	for row := from; row < to; {
		o, at := row/r.index.count, row%r.index.count
		n := min(block, r.index.count-at, to-row)
		some, out := r.index.load(m, at, n), m.bufs[r.out][row*r.inner:][:n*r.inner]
		if r.x.isFlat {
			r.copyRows(out, m.bufs[r.x.op.buf][r.x.base:][o*r.index.size*r.inner:], some, at)
		} else {
			r.loadRows(m, out, o*r.index.size, some, at)
		}
		row += n
	}
}

// copyRows copies those rows of src that indices number, the first of which has place at.
func (r *gatherRunner[T]) copyRows(out, src []T, index []T, at int) {
	if r.inner == 1 {
		for k, v := range index {
			out[k] = src[r.index.number(v, at+k)]
		}
		return
	}
	for k, v := range index {
		copy(out[k*r.inner:][:r.inner], src[r.index.number(v, at+k)*r.inner:])
	}
}

// loadRows is copyRows of rows, from number first on, that do not lie in memory one after
// the other.
func (r *gatherRunner[T]) loadRows(m *Machine[T], out []T, first int, index []T, at int) {
	for k, v := range index {
		row := first + r.index.number(v, at+k)
		for pos := 0; pos < r.inner; pos += block {
			n := min(block, r.inner-pos)
			copy(out[k*r.inner+pos:], r.x.load(m, row*r.inner+pos, n))
		}
	}
}

// scatterRunner runs a ScatterAdd instruction: the result is outer times size rows of
// inner entries. A part of them is set to zero, and goes through all indices.
type scatterRunner[T kernel.Float] struct {
	out   int
	y     access[T]
	index indices[T]
	inner int
	add   func(dst, x, y []T)
}

func newScatterRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	size := in.shape[in.node.Axis]
	return &scatterRunner[T]{out: in.out, y: newAccess(in.ins[0], l.slot(in.holds[0])), index: newIndices(l, in, 1, size),
		inner: in.size() / (in.outer() * size), add: kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Add})}
}

func (r *scatterRunner[T]) bind(m *Machine[T]) {
	r.y.bind(m)
	r.index.bind(m)
}

func (r *scatterRunner[T]) run(m *Machine[T], _ *lane[T], from, to int) {
	r.y.begin()
	r.index.begin()
	clear(m.bufs[r.out][from*r.inner : to*r.inner])
	for o := from / r.index.size; o*r.index.size < to; o++ {
		first := o * r.index.size
		r.rows(m, o, max(from-first, 0), min(to-first, r.index.size))
	}
}

// rows adds what belongs to the rows from … to−1 of index o before the axis.
func (r *scatterRunner[T]) rows(m *Machine[T], o, from, to int) {
	out := m.bufs[r.out][o*r.index.size*r.inner:]
	for at := 0; at < r.index.count; at += block {
		for k, v := range r.index.load(m, at, min(block, r.index.count-at)) {
			i := r.index.number(v, at+k)
			if i < from || i >= to {
				continue
			}
			row := o*r.index.count + at + k
			if r.inner == 1 {
				out[i] += r.y.load(m, row, 1)[0]
				continue
			}
			for pos := 0; pos < r.inner; pos += block {
				n := min(block, r.inner-pos)
				dst := out[i*r.inner+pos:][:n]
				r.add(dst, dst, r.y.load(m, row*r.inner+pos, n))
			}
		}
	}
}
