package graph

import "slices"

// matMul turns transposed operands into flags; a product with zero is zero.
func (s *simplifier) matMul(op *Op, a, b *Node) *Node {
	transA, transB := op.attrs.transA, op.attrs.transB
	if a.isConst(0) || b.isConst(0) {
		shape, _ := op.resultShape([]*Node{a, b})
		return s.g.Fill(0, shape...)
	}
	if isTranspose2(a) {
		a, transA = a.in[0], !transA
	}
	if isTranspose2(b) {
		b, transB = b.in[0], !transB
	}
	if transA != op.attrs.transA || transB != op.attrs.transB {
		op = s.g.matMulOp(transA, transB)
	}
	return s.node(op, a, b)
}

// isTranspose2 reports whether n swaps the last two axes and no others.
func isTranspose2(n *Node) bool {
	if n.op == nil || n.op.kind != transposeKind || len(n.shape) < 2 {
		return false
	}
	axes := slices.Clone(n.op.attrs.axes)
	k := len(axes) - 2
	axes[k], axes[k+1] = axes[k+1], axes[k]
	return slices.IsSorted(axes)
}

// allConst reports whether all entries of all nodes are one constant.
func allConst(nodes []*Node) bool {
	for _, n := range nodes {
		if n.kind != constNode || n.value != nodes[0].value {
			return false
		}
	}
	return true
}

// restructure simplifies the operations that only move, repeat, choose or sum
// entries.
func (s *simplifier) restructure(op *Op, x *Node) *Node {
	shape, err := op.resultShape([]*Node{x})
	if err != nil {
		return s.node(op, x)
	}
	if x.kind == constNode {
		v := x.value
		if op.kind == sumKind {
			v *= float64(size(x.shape)) / float64(size(shape))
		}
		return s.g.Fill(v, shape...)
	}
	if slices.Equal(shape, x.shape) && op.kind != transposeKind {
		return x // a sum over axes of size 1 that stay included
	}
	if op.kind == sumKind && size(shape) == size(x.shape) {
		return s.restructure(s.g.reshapeOp(shape), x)
	}
	inner := x.op
	if inner == nil || inner.kind != op.kind {
		if op.kind == transposeKind && slices.IsSorted(op.attrs.axes) {
			return x
		}
		return s.node(op, x)
	}
	switch op.kind {
	case reshapeKind:
		return s.restructure(s.g.reshapeOp(shape), x.in[0])
	case broadcastKind:
		return s.restructure(s.g.broadcastOp(shape), x.in[0])
	case transposeKind:
		perm := make([]int, len(shape))
		for i, axis := range op.attrs.axes {
			perm[i] = inner.attrs.axes[axis]
		}
		if slices.IsSorted(perm) {
			return x.in[0]
		}
		return s.node(s.g.transposeOp(perm), x.in[0])
	}
	return s.node(op, x)
}

// unbroadcast drops explicit broadcasts of the operands of an element-wise
// operation that broadcasts them by itself.
func unbroadcast(a, b *Node) (*Node, *Node) {
	shape, err := broadcastShapes(a.shape, b.shape)
	if err != nil {
		return a, b
	}
	if inner, ok := broadcastOf(a); ok && fills(inner, b, shape) {
		a = inner
	}
	if inner, ok := broadcastOf(b); ok && fills(inner, a, shape) {
		b = inner
	}
	return a, b
}

func broadcastOf(n *Node) (*Node, bool) {
	if n.op == nil || n.op.kind != broadcastKind {
		return nil, false
	}
	return n.in[0], true
}

// fills reports whether a and b broadcast against each other to shape.
func fills(a, b *Node, shape []int) bool {
	got, err := broadcastShapes(a.shape, b.shape)
	return err == nil && slices.Equal(got, shape)
}
