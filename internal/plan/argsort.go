package plan

import (
	"slices"

	"chainrule/internal/kernel"
)

// Argsort is the places along an axis of the smallest entries, or the largest ones, in
// their order: as many as the axis of the result is long. Of equal entries the first
// comes first, and NaN counts as larger than any number.
var Argsort = &kind{name: "argsort", run: runners{newArgsortRunner[float64], newArgsortRunner[float32]},
	lower: func(b *builder, n *Node) operand { return b.emit(n, &instr{ins: b.operands(n)}) },
	units: func(in *instr) int { return in.size() / in.shape[in.node.Axis] },
	cost: func(in *instr) float64 {
		return float64(volume(in.ins[0].dims)) * callCost
	}}

// fewFirst is how many places are found by going through a line once, with a list of
// those that come first so far; more are found by sorting it.
const fewFirst = 16

// argsortRunner runs an Argsort instruction: of outer times inner lines of the operand it
// finds the first count of their entries.
type argsortRunner[T kernel.Float] struct {
	out          int
	x            access[T]
	count, inner int
	keys         []T   // of a line
	order        []int // places in the line
	descending   bool
	compare      func(i, j int) int
}

func newArgsortRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	r := &argsortRunner[T]{out: in.out, x: newAccess(in.ins[0], l.slot(in.holds[0])), descending: in.node.Reverse,
		count: in.shape[in.node.Axis], inner: volume(in.shape[in.node.Axis+1:])}
	long := volume(in.ins[0].dims) / in.units
	r.keys, r.order = make([]T, long), make([]int, long)
	r.compare = func(i, j int) int {
		switch {
		case r.before(i, j):
			return -1
		case r.before(j, i):
			return 1
		}
		return 0
	}
	return r
}

// before reports whether entry i of the line comes before entry j whatever their places.
func (r *argsortRunner[T]) before(i, j int) bool {
	a, b := r.keys[i], r.keys[j]
	if r.descending {
		a, b = b, a
	}
	return a < b || a == a && b != b
}

func (r *argsortRunner[T]) bind(m *Machine[T]) { r.x.bind(m) }

func (r *argsortRunner[T]) run(m *Machine[T], _ *lane[T], from, to int) {
	r.x.begin()
	out := m.bufs[r.out]
	for line := from; line < to; line++ {
		o, i := line/r.inner, line%r.inner
		r.read(m, o*len(r.keys)*r.inner+i)
		first := r.order
		if r.count <= fewFirst {
			first = r.choose()
		} else {
			for k := range r.order {
				r.order[k] = k
			}
			slices.SortStableFunc(r.order, r.compare)
		}
		for k, place := range first[:r.count] {
			out[(o*r.count+k)*r.inner+i] = T(place)
		}
	}
}

// read copies a line, whose first entry is number at.
func (r *argsortRunner[T]) read(m *Machine[T], at int) {
	if r.inner > 1 {
		for k := range r.keys {
			r.keys[k] = r.x.load(m, at+k*r.inner, 1)[0]
		}
		return
	}
	for pos := 0; pos < len(r.keys); pos += block {
		n := min(block, len(r.keys)-pos)
		copy(r.keys[pos:], r.x.load(m, at+pos, n))
	}
}

// choose returns the places of the few entries that come first.
func (r *argsortRunner[T]) choose() []int {
	found := r.order[:0]
	for i := range r.keys {
		if len(found) == r.count {
			if !r.before(i, found[r.count-1]) {
				continue
			}
			found = found[:r.count-1]
		}
		at := len(found)
		for at > 0 && r.before(i, found[at-1]) {
			at--
		}
		found = slices.Insert(found, at, i)
	}
	return found
}
