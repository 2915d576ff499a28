package plan

import "chainrule/internal/kernel"

// Place is the first operand with entries of it replaced by those of the second: along
// each axis those in a range.
var Place = &kind{name: "place", inside: true,
	lower: func(b *builder, n *Node) operand { return b.emit(n, &instr{ins: b.operands(n)}) },
	run:   runners{newPlaceRunner[float64], newPlaceRunner[float32]},
}

// A Range are Count indices along an axis, the first of which is From, that are Step
// apart, which may be below zero.
type Range struct{ From, Step, Count int }

// placeRunner runs a Place instruction. It writes over the first operand where that has
// the memory of the result.
type placeRunner[T kernel.Float] struct {
	out      int
	in, part access[T]
	size     int  // of the result
	from     int  // where the part starts in it
	rows     grid // the rows of the part, in the result
	count    int  // of them
	length   int  // of a row
	step     int  // how far its entries are apart in the result
}

func newPlaceRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	r := &placeRunner[T]{out: in.out, in: newAccess(in.ins[0], l.slot(in.holds[0])), part: newAccess(in.ins[1], l.slot(in.holds[1])),
		size: in.size(), count: 1, length: 1, step: 1}
	shape := in.node.Shape
	for axis, along := range in.node.Ranges {
		stride := volume(shape[axis+1:])
		r.from += along.From * stride
		if axis == len(shape)-1 {
			r.length, r.step = along.Count, along.Step
		} else if along.Count > 1 {
			r.rows.add(along.Count, along.Step*stride)
			r.count *= along.Count
		}
	}
	return r
}

func (r *placeRunner[T]) bind(m *Machine[T]) {
	r.in.bind(m)
	r.part.bind(m)
}

func (r *placeRunner[T]) run(m *Machine[T], _ *lane[T], _, _ int) {
	out := m.bufs[r.out]
	r.in.begin()
	for pos := 0; pos < r.size; pos += block {
		x := r.in.load(m, pos, min(block, r.size-pos))
		if &x[0] == &out[pos] {
			break // the operand lies where the result does
		}
		copy(out[pos:], x)
	}
	r.part.begin()
	for row := range r.count {
		at := r.from + r.rows.offset(row)
		for pos := 0; pos < r.length; pos += block {
			x := r.part.load(m, row*r.length+pos, min(block, r.length-pos))
			scatter(out, x, at+pos*r.step, r.step)
		}
	}
}

// scatter sets dst[from+i*step] to src[i] for all i.
func scatter[T kernel.Float](dst, src []T, from, step int) {
	if step == 1 {
		copy(dst[from:], src)
		return
	}
	for _, v := range src {
		dst[from] = v
		from += step
	}
}
