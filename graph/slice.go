package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chainrule/internal/plan"
	"chainrule/internal/term"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// A Range are the indices From ≤ i < To along an axis. Numbers below zero count
// from the end, and To = 0 is the end, so that the zero value is the whole axis.
type Range struct{ From, To int }

// on returns the range with its numbers counted from the start of an axis of n
// entries.
func (r Range) on(n int) Range {
	if r.From < 0 {
		r.From += n
	}
	if r.To <= 0 {
		r.To += n
	}
	return r
}

// Slice returns a part of x, with a range for every axis from the first on; the
// axes behind them are taken whole. Rows 1 and 2 of a matrix are
// Slice(x, Range{1, 3}), its last column Slice(x, Range{}, Range{From: -1}).
// Nothing is moved in memory for it.
func Slice(x *Node, ranges ...Range) *Node {
	if x.Err() != nil {
		return slice(x, 0, 0, 0) // which complains
	}
	if len(ranges) > len(x.shape) {
		return failedNode(x.g, "Slice", fmt.Errorf("%s given for shape %s, which has %s", words.Count(len(ranges), "range"), shapeString(x.shape), words.Count(len(x.shape), "axis")), x)
	}
	out := x
	for axis, r := range ranges {
		if r != (Range{}) && out.err == nil {
			r = r.on(x.shape[axis])
			out = slice(out, axis, r.From, r.To)
		}
	}
	return out
}

// slice returns the part of x with indices from ≤ i < to along an axis.
func slice(x *Node, axis, from, to int) *Node {
	return intern(x.Graph(), SliceAttrs{axis, from, to}, newSliceOp).Apply(x)
}

// SliceAttrs are the axis and the indices From ≤ i < To of a slice.
type SliceAttrs struct{ Axis, From, To int }

func newSliceOp(a SliceAttrs) *Op {
	return &Op{Name: "Slice", Source: sliceSource(a), Attrs: a, Inputs: 1,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return sliceShape(in[0], a.Axis, a.From, a.To) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{padded(dy, a.Axis, a.From, x[0].shape[a.Axis]-a.To)}
		},
		Rules:    []string{movedBack},
		Along:    besides(a.Axis),
		many:     manyBy(func(b *mapped) SliceAttrs { c := a; c.Axis = b.axis(a.Axis); return c }, newSliceOp),
		write:    writeSlice(a),
		naive:    naive{cut[float64](a), cut[float32](a)},
		lower:    func(_ *lowering, p *plan.Node) { p.Kind, p.Axis, p.From = plan.Slice, a.Axis, a.From },
		moves:    true,
		carry:    func(_ *Node, axes []int) ([]int, bool) { return axes, !slices.Contains(axes, a.Axis) },
		rewrites: []rewrite{constantRewrite, sameShapeRewrite}}
}

func sliceShape(in tensor.Shape, axis, from, to int) (tensor.Shape, error) {
	if axis < 0 || axis >= len(in) {
		return nil, fmt.Errorf("axis %d of shape %s, which has %s", axis, shapeString(in), words.Count(len(in), "axis"))
	}
	if from < 0 || to > in[axis] || from >= to {
		return nil, fmt.Errorf("indices %d to %d of axis %d of shape %s, 0 ≤ from < to ≤ %d expected", from, to, axis, shapeString(in), in[axis])
	}
	out := slices.Clone(in)
	out[axis] = to - from
	return out, nil
}

// padded puts zeros before and behind x along an axis.
func padded(x *Node, axis, before, behind int) *Node {
	zeros := func(n int) *Node {
		shape := slices.Clone(x.shape)
		shape[axis] = n
		return x.g.Const(0, shape...)
	}
	parts := []*Node{x}
	if before > 0 {
		parts = []*Node{zeros(before), x}
	}
	if behind > 0 {
		parts = append(parts, zeros(behind))
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
			index[a.Axis] += a.From
			out.data[i] = in[0].at(index)
			index[a.Axis] -= a.From
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
			parts[inner.Axis] = fmt.Sprintf("%d:%d", inner.From, inner.To)
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

func sliceSource(a SliceAttrs) func(s Shapes) Source {
	return func(s Shapes) Source {
		python, ranges := slices.Repeat([]string{":"}, a.Axis+1), slices.Repeat([]string{"graph.Range{}"}, a.Axis+1)
		python[a.Axis] = fmt.Sprintf("%d:%d", a.From, a.To)
		ranges[a.Axis] = fmt.Sprintf("graph.Range{From: %d, To: %d}", a.From, a.To)
		return Source{NumPy: "{0}[" + strings.Join(python, ", ") + "]", Library: "graph.Slice({0}, " + strings.Join(ranges, ", ") + ")",
			Entry: "{0}", At: func(_ int, index []string) []string {
				place := slices.Clone(index)
				place[a.Axis] = shifted(place[a.Axis], a.From)
				return place
			}}
	}
}
