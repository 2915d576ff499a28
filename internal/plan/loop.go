package plan

import (
	"slices"

	"chainrule/internal/kernel"
)

// A Loop is what a node of kind Repeat does: it runs a plan once for every step.
//
// The operands of the node are the states before the first step, one of each of
// States; arrays stacked along their first axis, of which step t is given row t, one of
// each of Over; arrays that every step is given; and, if Bounded, a number: how many
// steps are made. If While, steps are made as long as the last of the states, a number, is
// not 0. The result is one array with the states and rows in it.
//
// Feeds of the body are the rows of the stacked arrays, and then the arrays given to
// every step. Its parameters are the states, which updates change in place, and then the
// results of the step, which nothing reads.
type Loop struct {
	Body    *Plan
	Steps   int  // at most, if Bounded or While
	Reverse bool // the last step is made first
	Bounded bool
	While   bool
	States  []Span // in the result
	Rows    []Span // in the result: the rows of all steps, one behind the other; those of no step are zero
	Over    []int  // entries of a row

	// Wrong returns what a run panics with if the number of steps is none, or if While and
	// there are more than Steps.
	Wrong func(steps float64) any
}

// A Span is where entries lie.
type Span struct{ From, Size int }

// Repeat is a loop.
var Repeat = &kind{name: "repeat", lower: (*builder).repeat, calls: true,
	cost: func(in *instr) float64 { return eachStep(in, (*instr).cost) },
	flop: func(in *instr) int64 { return eachStep(in, (*instr).flop) },
	run:  runners{newLoopRunner[float64], newLoopRunner[float32]},
}

// eachStep adds up what the instructions of the body come to in all steps; of a While,
// whose number of steps only a run tells, in one.
func eachStep[V int64 | float64](in *instr, of func(in *instr) V) V {
	var sum V
	for _, step := range in.node.Loop.Body.code {
		sum += of(step)
	}
	if in.node.Loop.While {
		return sum
	}
	return sum * V(in.node.Loop.Steps)
}

func (b *builder) repeat(n *Node) operand {
	ops := b.operands(n)
	for i := len(n.Loop.States); i < len(ops); i++ {
		if !ops[i].contiguous() { // of a feed in column-major order the runner makes a copy
			ops[i] = b.add(copying(ops[i], n, "steps"))
		}
	}
	return b.emit(n, &instr{ins: ops})
}

// loopRunner runs a Repeat instruction on a machine of its own, whose feeds and
// parameters point into the arrays of the machine around it.
type loopRunner[T kernel.Float] struct {
	loop   *Loop
	out    int
	inits  []access[T]
	arrays []access[T] // stacked ones, those of every step and the number of steps
	copies [][]T       // in row-major order, of those that are in column-major order
	gaps   []Span      // of the result, between what lies in it
	body   *Machine[T]
	params []int // the body's buffer of each of its parameters
}

func newLoopRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	r := &loopRunner[T]{loop: in.node.Loop, out: in.out}
	r.gaps = gapsBetween(append(slices.Clone(r.loop.States), r.loop.Rows...), in.size())
	for i, op := range in.ins {
		a := newAccess(op, l.slot(in.holds[i]))
		if i < len(r.loop.States) {
			r.inits = append(r.inits, a)
		} else {
			r.arrays = append(r.arrays, a)
		}
	}
	if !l.first { // it is not split
		return r
	}
	r.body = NewMachine[T](r.loop.Body, nil, nil, l.workers)
	l.bodies = append(l.bodies, r.body)
	r.copies = make([][]T, len(r.arrays))
	r.params = make([]int, len(r.loop.States)+len(r.loop.Rows))
	for i, b := range r.loop.Body.bufs {
		if b.place == inParam {
			r.params[b.index] = i
		}
	}
	return r
}

// gapsBetween returns what spans leave of so many entries.
func gapsBetween(spans []Span, size int) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return a.From - b.From })
	var gaps []Span
	at := 0
	for _, s := range append(spans, Span{From: size}) {
		if s.From > at {
			gaps = append(gaps, Span{at, s.From - at})
		}
		at = s.From + s.Size
	}
	return gaps
}

func (r *loopRunner[T]) bind(m *Machine[T]) {
	for i := range r.inits {
		r.inits[i].bind(m)
	}
	for i := range r.arrays {
		a := &r.arrays[i]
		if a.bind(m); !a.isFlat && r.body != nil && r.copies[i] == nil {
			r.copies[i] = make([]T, volume(a.op.dims))
		}
	}
}

func (r *loopRunner[T]) run(m *Machine[T], _ *lane[T], _, _ int) {
	steps, out := r.steps(m), m.bufs[r.out]
	r.start(m, out)
	defer r.body.Release()
	for i := range r.copies {
		if a := &r.arrays[i]; !a.isFlat {
			a.copyTo(m, r.copies[i])
		}
	}
	for i := len(r.loop.Over); i < r.given(); i++ {
		r.body.Feed(i, r.all(m, i), false)
	}
	made := 0
	for ; r.another(out, made, steps); made++ {
		t := made
		if r.loop.Reverse {
			t = steps - 1 - made
		}
		for i, n := range r.loop.Over {
			r.body.Feed(i, r.all(m, i)[t*n:][:n:n], false)
		}
		for i, rows := range r.loop.Rows {
			n := rows.Size / r.loop.Steps
			r.body.bufs[r.params[len(r.loop.States)+i]] = out[rows.From+t*n:][:n:n]
		}
		r.body.Run()
	}
	for _, gap := range r.gaps { // whatever was in this memory would be looked at with the rest, where that must be finite
		clear(out[gap.From:][:gap.Size])
	}
	for _, rows := range r.loop.Rows {
		clear(out[rows.From:][:rows.Size][made*(rows.Size/r.loop.Steps):])
	}
}

// another reports whether a step follows behind so many.
func (r *loopRunner[T]) another(out []T, made, steps int) bool {
	switch {
	case !r.loop.While:
		return made < steps
	case out[r.loop.States[len(r.loop.States)-1].From] == 0:
		return false
	case made == steps:
		panic(r.loop.Wrong(float64(made)))
	}
	return true
}

// given returns the number of arrays that steps are given.
func (r *loopRunner[T]) given() int {
	if r.loop.Bounded {
		return len(r.arrays) - 1
	}
	return len(r.arrays)
}

// start sets the states to what they are before the first step.
func (r *loopRunner[T]) start(m *Machine[T], out []T) {
	for i := range r.inits {
		s := r.loop.States[i]
		state := out[s.From:][:s.Size:s.Size]
		r.inits[i].copyTo(m, state)
		r.body.bufs[r.params[i]] = state
	}
}

// steps returns how many steps are made.
func (r *loopRunner[T]) steps(m *Machine[T]) int {
	if !r.loop.Bounded {
		return r.loop.Steps
	}
	v := r.all(m, len(r.arrays)-1)[0]
	if steps := int(v); steps >= 0 && steps <= r.loop.Steps && T(steps) == v {
		return steps
	}
	panic(r.loop.Wrong(float64(v)))
}

// all returns array i in row-major order.
func (r *loopRunner[T]) all(m *Machine[T], i int) []T {
	if a := &r.arrays[i]; a.isFlat {
		return m.bufs[a.op.buf][a.base:]
	}
	return r.copies[i]
}

// copyTo copies all entries.
func (a *access[T]) copyTo(m *Machine[T], to []T) {
	a.begin()
	for pos := 0; pos < len(to); pos += block {
		n := min(block, len(to)-pos)
		copy(to[pos:], a.load(m, pos, n))
	}
}
