package graph

import (
	"errors"
	"fmt"
	"slices"

	"gorgonia.org/tensor"
)

// Slice returns the part of x with indices from ≤ i < to along an axis. An axis
// below zero counts from the last. Nothing is moved in memory for it.
func Slice(x *Node, axis, from, to int) *Node {
	return x.Graph().sliceOp(countedAxis(x, axis), from, to).Apply(x)
}

func (g *Graph) sliceOp(axis, from, to int) *Op {
	return g.intern(Op{Name: "Slice", kind: sliceKind, attrs: attrs{axes: []int{axis}, from: from, to: to},
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return sliceShape(in[0], axis, from, to) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{padded(dy, axis, from, x[0].shape[axis]-to)}
		}})
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

// Concat returns the nodes one behind the other along an axis. Their other
// sizes must be equal. An axis below zero counts from the last.
func Concat(axis int, x ...*Node) *Node {
	if len(x) > 0 {
		axis = countedAxis(x[0], axis)
	}
	return graphOf(x).concatOp(axis).Apply(x...)
}

func (g *Graph) concatOp(axis int) *Op {
	return g.intern(Op{Name: "Concat", text: "concat", kind: concatKind, attrs: attrs{axes: []int{axis}},
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return concatShape(in, axis) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			out, at := make([]*Node, len(x)), 0
			for i, part := range x {
				n := part.shape[axis]
				out[i] = Slice(dy, axis, at, at+n)
				at += n
			}
			return out
		}})
}

func concatShape(in []tensor.Shape, axis int) (tensor.Shape, error) {
	if len(in) == 0 {
		return nil, errors.New("there is nothing to put together")
	}
	if axis < 0 || axis >= len(in[0]) {
		return nil, fmt.Errorf("axis %d of shape %s, which has %d axes", axis, shapeString(in[0]), len(in[0]))
	}
	out := slices.Clone(in[0])
	for _, s := range in[1:] {
		same := len(s) == len(out)
		for i := 0; same && i < len(s); i++ {
			same = i == axis || s[i] == out[i]
		}
		if !same {
			return nil, fmt.Errorf("shapes %s and %s do not go together along axis %d", shapeString(in[0]), shapeString(s), axis)
		}
		out[axis] += s[axis]
	}
	return out, nil
}

// Dot returns Σ a⊙b, the inner product of two nodes of one shape.
func Dot(a, b *Node) *Node {
	if a.Err() == nil && b.Err() == nil && a.g == b.g && !slices.Equal(a.shape, b.shape) {
		return failedNode(a.g, "Dot", errors.New("two nodes of one shape expected"), a, b)
	}
	return Sum(Mul(a, b))
}

// Outer returns the (n,m) matrix of all products of an entry of a, of shape
// (n), and one of b, of shape (m).
func Outer(a, b *Node) *Node {
	if a.Err() != nil || b.Err() != nil || a.g != b.g {
		return Mul(a, b) // which complains
	}
	if len(a.shape) != 1 || len(b.shape) != 1 {
		return failedNode(a.g, "Outer", errors.New("two vectors expected, of shapes (n) and (m)"), a, b)
	}
	return Mul(Reshape(a, a.shape[0], 1), b)
}

// countedAxis counts an axis below zero from the last.
func countedAxis(x *Node, axis int) int {
	if axis < 0 && x != nil {
		axis += len(x.shape)
	}
	return axis
}
