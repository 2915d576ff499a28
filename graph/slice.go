package graph

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/internal/plan"
	"chainrule/internal/term"
	"gorgonia.org/tensor"
)

// Slice returns the part of x with indices from ≤ i < to along an axis. An axis
// below zero counts from the last. Nothing is moved in memory for it.
func Slice(x *Node, axis, from, to int) *Node {
	return intern(x.Graph(), SliceAttrs{countedAxis(x, axis), from, to}, newSliceOp).Apply(x)
}

// SliceAttrs are the axis and the indices From ≤ i < To of a slice.
type SliceAttrs struct{ Axis, From, To int }

func newSliceOp(a SliceAttrs) *Op {
	return &Op{Name: "Slice", Attrs: a, Inputs: 1,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return sliceShape(in[0], a.Axis, a.From, a.To) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{padded(dy, a.Axis, a.From, x[0].shape[a.Axis]-a.To)}
		},
		Rules:    []string{movedBack},
		write:    writeSlice(a),
		naive:    naive{cut[float64](a), cut[float32](a)},
		lower:    func(_ *lowering, p *plan.Node) { p.Kind, p.Axis, p.From = plan.Slice, a.Axis, a.From },
		rewrites: []rewrite{constantRewrite, sameShapeRewrite}}
}

func sliceShape(in tensor.Shape, axis, from, to int) (tensor.Shape, error) {
	if axis < 0 || axis >= len(in) {
		return nil, fmt.Errorf("axis %d of shape %s, which has %d axes", axis, shapeString(in), len(in))
	}
	if from < 0 || to > in[axis] || from >= to {
		return nil, fmt.Errorf("indices %d to %d of axis %d of shape %s", from, to, axis, shapeString(in))
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
		return x.g.Fill(0, shape...)
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

// writeSlice writes the indices of a part as in :, 2:5.
func writeSlice(a SliceAttrs) func(w *writer, n *Node) *term.Term {
	return func(w *writer, n *Node) *term.Term {
		parts := make([]string, len(n.shape))
		for i := range parts {
			parts[i] = ":"
		}
		parts[a.Axis] = fmt.Sprintf("%d:%d", a.From, a.To)
		return term.Slice(w.operand(n.in[0]), strings.Join(parts, ", "))
	}
}
