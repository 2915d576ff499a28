package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chainrule/internal/plan"
	"chainrule/internal/term"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// A Range are the indices From, From + Step, … before To along an axis. Numbers below
// zero count from the end. Step is how far indices are apart, 1 if it is zero; below
// zero they go from the end to the start. From = 0 is where they start and To = 0 is
// behind the last of them, whichever way they go, so that the zero value is the whole
// axis and Range{Step: -1} the whole axis from its end on, as Python's [::-1].
type Range struct{ From, To, Step int }

// on returns the range with its numbers counted from the start of an axis of n
// entries: To is before the start where an index 0 is the last of a step below zero.
// Indices that are the same have the same range.
func (r Range) on(n int) Range {
	r.Step = cmp.Or(r.Step, 1)
	start, end := 0, n
	if r.Step < 0 {
		start, end = n-1, -1
	}
	r.From, r.To = counted(r.From, start, n), counted(r.To, end, n)
	switch k := r.count(); {
	case r.outside(n) || k < 1:
	case k == 1:
		r = Range{r.From, r.From + 1, 1}
	default:
		r.To = r.From + (k-1)*r.Step + sign(r.Step)
	}
	return r
}

// counted counts i from the end if it is below zero, and is known if it is zero.
func counted(i, known, n int) int {
	switch {
	case i < 0:
		return i + n
	case i == 0:
		return known
	}
	return i
}

func sign(n int) int { return cmp.Compare(n, 0) }

// count returns how many indices there are in a range that on returned.
func (r Range) count() int {
	far := (r.To - r.From) * sign(r.Step)
	return (far + max(r.Step, -r.Step) - 1) / max(r.Step, -r.Step)
}

// outside reports whether the range that on returned leaves an axis of n entries.
func (r Range) outside(n int) bool {
	if r.Step < 0 {
		return r.From >= n || r.To < -1
	}
	return r.From < 0 || r.To > n
}

// isAll reports whether the range that on returned is an axis of n entries as it is.
func (r Range) isAll(n int) bool { return r == Range{0, n, 1} }

// Slice returns a part of x, with a range for every axis from the first on; the
// axes behind them are taken whole. Rows 1 and 2 of a matrix are
// Slice(x, Range{From: 1, To: 3}), its last column Slice(x, Range{}, Range{From: -1}),
// every second row Slice(x, Range{Step: 2}). Nothing is moved in memory for it.
func Slice(x *Node, ranges ...Range) *Node {
	if x.Err() != nil {
		return slice(x, 0, 0, 0) // which complains
	}
	if err := perAxis(x, "range", len(ranges)); err != nil {
		return failedNode(x.g, "Slice", err, x)
	}
	out := x
	for axis, r := range ranges {
		if r != (Range{}) && out.err == nil {
			out = sliceBy(out, axis, r.on(x.shape[axis]))
		}
	}
	return out
}

// perAxis reports more things, one for every axis from the first on, than x has axes.
func perAxis(x *Node, thing string, n int) error {
	if n <= len(x.shape) {
		return nil
	}
	return fmt.Errorf("%s given for shape %s, which has %s", words.Count(n, thing), shapeString(x.shape), words.Count(len(x.shape), "axis"))
}

// Flip returns x with the entries along the given axes in reverse order; without
// axes, along all. Axes below zero count from the last. Nothing is moved in memory for
// it.
func Flip(x *Node, axes ...int) *Node {
	if x.Err() != nil {
		return slice(x, 0, 0, 0) // which complains
	}
	ranges := make([]Range, len(x.shape))
	for _, axis := range sortedAxes(x, axes) {
		if axis < 0 || axis >= len(ranges) {
			return sliceBy(x, axis, Range{}) // which complains
		}
		ranges[axis].Step = -1
	}
	return Slice(x, ranges...)
}

// slice returns the part of x with indices from ≤ i < to along an axis.
func slice(x *Node, axis, from, to int) *Node { return sliceBy(x, axis, Range{from, to, 1}) }

// sliceBy returns the part of x in a range that on returned.
func sliceBy(x *Node, axis int, r Range) *Node {
	return intern(x.Graph(), SliceAttrs{axis, r.From, r.To, r.Step}, newSliceOp).Apply(x)
}

// SliceAttrs are the axis of a slice and its indices From, From + Step, … before To, all
// counted from the start of the axis: To is −1 where they go from the end down to 0.
type SliceAttrs struct{ Axis, From, To, Step int }

func newSliceOp(a SliceAttrs) *Op {
	return &Op{Name: "Slice", Source: sliceSource(a), Attrs: a, Inputs: 1,
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return sliceShape(in[0], a) },
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{sliceBackward(a, x[0], dy)} },
		Rules:    []string{movedBack},
		Along:    besides(a.Axis),
		many:     manyBy(func(b *mapped) SliceAttrs { c := a; c.Axis = b.axis(a.Axis); return c }, newSliceOp),
		write:    writeSlice(a),
		naive:    naive{cut[float64](a), cut[float32](a)},
		moves:    true,
		lower: func(_ *lowering, p *plan.Node) {
			p.Kind, p.Axis, p.From, p.Step = plan.Slice, a.Axis, a.From, a.Step
		},
		carry:    func(_ *Node, axes []int) ([]int, bool) { return axes, !slices.Contains(axes, a.Axis) },
		rewrites: sliceRewrites}
}

// along is the range.
func (a SliceAttrs) along() Range { return Range{a.From, a.To, a.Step} }

// sliceBackward puts dy, turned round if the slice was, among zeros.
func sliceBackward(a SliceAttrs, x, dy *Node) *Node {
	n := x.shape[a.Axis]
	switch a.Step {
	case 1:
		return padded(dy, a.Axis, 0, a.From, n-a.To)
	case -1:
		back := sliceBy(dy, a.Axis, Range{Step: -1}.on(dy.shape[a.Axis]))
		return padded(back, a.Axis, 0, a.To+1, n-1-a.From)
	}
	ranges := make([]Range, a.Axis+1)
	ranges[a.Axis] = a.along()
	return setSlice(x.g.Const(0, x.shape...), dy, ranges)
}

var sliceRewrites = []rewrite{
	constantRewrite,
	{"all of x → x", func(_ *simplifier, op *Op, in []*Node) *Node {
		a := op.Attrs.(SliceAttrs)
		return when(a.along().isAll(in[0].shape[a.Axis]), in[0])
	}},
	{"x turned round twice → x", func(s *simplifier, op *Op, in []*Node) *Node {
		a := op.Attrs.(SliceAttrs)
		if inner, ok := AttrsOf[SliceAttrs](in[0]); !ok || s.isGiven(in[0]) || inner != a || a.Step > 0 || a.along().count() < in[0].shape[a.Axis] {
			return nil
		}
		return in[0].in[0]
	}},
}

func sliceShape(in tensor.Shape, a SliceAttrs) (tensor.Shape, error) {
	if a.Axis < 0 || a.Axis >= len(in) {
		return nil, fmt.Errorf("axis %d of shape %s, which has %s", a.Axis, shapeString(in), words.Count(len(in), "axis"))
	}
	out := slices.Clone(in)
	out[a.Axis] = a.along().count()
	return out, a.along().check(a.Axis, in)
}

// check reports a range, which on returned, that does not belong to an axis of a shape.
func (r Range) check(axis int, in tensor.Shape) error {
	n := in[axis]
	switch {
	case !r.outside(n) && r.count() >= 1:
		return nil
	case r.Step < 0:
		return fmt.Errorf("indices %d down to %d by %d of axis %d of shape %s, %d ≥ from > to ≥ −1 expected", r.From, r.To, -r.Step, axis, shapeString(in), n-1)
	case r.Step > 1:
		return fmt.Errorf("indices %d to %d by %d of axis %d of shape %s, 0 ≤ from < to ≤ %d expected", r.From, r.To, r.Step, axis, shapeString(in), n)
	}
	return fmt.Errorf("indices %d to %d of axis %d of shape %s, 0 ≤ from < to ≤ %d expected", r.From, r.To, axis, shapeString(in), n)
}

// padded puts a constant before and behind x along an axis.
func padded(x *Node, axis int, value float64, before, behind int) *Node {
	constant := func(n int) *Node {
		shape := slices.Clone(x.shape)
		shape[axis] = n
		return x.g.Const(value, shape...)
	}
	parts := []*Node{x}
	if before > 0 {
		parts = []*Node{constant(before), x}
	}
	if behind > 0 {
		parts = append(parts, constant(behind))
	}
	if len(parts) == 1 {
		return x
	}
	return Concat(axis, parts...)
}

func cut[T float32 | float64](a SliceAttrs) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		index := make([]int, len(out.shape))
		for i := range out.data {
			from := slices.Clone(index)
			from[a.Axis] = a.From + index[a.Axis]*a.Step
			out.data[i] = in[0].at(from)
			advance(index, out.shape)
		}
	}
}

// writeSlice writes the indices of a part as in :, 2:5. Where what it cuts has no
// symbol and is itself a slice, along another axis, one pair of brackets does for
// both: X[0:1, 2:5].
func writeSlice(a SliceAttrs) func(w *writer, n *Node) *term.Term {
	return func(w *writer, n *Node) *term.Term {
		parts := make([]string, len(n.shape))
		x := n
		for inner, ok := a, true; ok && parts[inner.Axis] == ""; inner, ok = AttrsOf[SliceAttrs](x) {
			parts[inner.Axis] = inner.along().written()
			if x = x.in[0]; w.symbols[x] != "" && !w.inlined[x] {
				break
			}
		}
		for i, part := range parts {
			parts[i] = cmp.Or(part, ":")
		}
		return term.Slice(w.operand(x), strings.Join(parts, ", "))
	}
}

// written writes the range as Python does: 2:5, 0:5:2, 4::-1.
func (r Range) written() string {
	s := fmt.Sprintf("%d:", r.From)
	if r.Step > 0 || r.To > 0 {
		s += strconv.Itoa(r.To)
	}
	if r.Step > 1 || r.Step < 0 {
		s += fmt.Sprintf(":%d", r.Step)
	}
	return s
}

func sliceSource(a SliceAttrs) func(s Shapes) Source {
	return func(s Shapes) Source {
		python, ranges := slices.Repeat([]string{":"}, a.Axis+1), slices.Repeat([]string{"graph.Range{}"}, a.Axis+1)
		python[a.Axis], ranges[a.Axis] = a.along().written(), a.along().inGo(s.In[0][a.Axis])
		return Source{NumPy: "{0}[" + strings.Join(python, ", ") + "]", Library: "graph.Slice({0}, " + strings.Join(ranges, ", ") + ")",
			Entry: "{0}", At: func(_ int, index []string) []string {
				place := slices.Clone(index)
				place[a.Axis] = a.along().place(place[a.Axis])
				return place
			}}
	}
}

// inGo writes the range, of an axis of n entries, in Go.
func (r Range) inGo(n int) string {
	switch {
	case r.Step == 1:
		return fmt.Sprintf("graph.Range{From: %d, To: %d}", r.From, r.To)
	case r.To < 0:
		return fmt.Sprintf("graph.Range{From: %d, Step: %d}", r.From, r.Step)
	case r.To == 0:
		return fmt.Sprintf("graph.Range{From: %d, To: %d, Step: %d}", r.From, -n, r.Step)
	}
	return fmt.Sprintf("graph.Range{From: %d, To: %d, Step: %d}", r.From, r.To, r.Step)
}

// place writes the index at a place of the range, both as Go expressions.
func (r Range) place(index string) string {
	at, err := strconv.Atoi(index)
	switch {
	case err == nil:
		return strconv.Itoa(r.From + at*r.Step)
	case r.Step == 1:
		return shifted(index, r.From)
	case r.Step < 0:
		return fmt.Sprintf("%d-%s", r.From, bracketed(timesIndex(index, -r.Step)))
	}
	return shifted(timesIndex(index, r.Step), r.From)
}
