package graph

import "slices"

// A manyRule returns n of all slices of a mapping. in are n's operands, with the axis of
// the slices or as they are.
type manyRule func(b *mapped, n *Node, in []*Node) *Node

// manyBy is the rule of operations that compute all slices if their attributes are
// changed.
func manyBy[A any](attrs func(b *mapped) A, newOp func(A) *Op) manyRule {
	return func(b *mapped, _ *Node, in []*Node) *Node { return intern(b.g, attrs(b), newOp).Apply(in...) }
}

// manyAlike is the rule of operations that take any axes.
func manyAlike(_ *mapped, n *Node, in []*Node) *Node { return n.op.Apply(in...) }

// manyBroadcast is the rule of BroadcastTo.
func manyBroadcast(b *mapped, n *Node, in []*Node) *Node {
	return BroadcastTo(b.aligned(n, in, len(n.shape))[0], b.shape(n.shape)...)
}

// manyTranspose is the rule of Transpose.
func manyTranspose(a TransposeAttrs) manyRule {
	return func(b *mapped, _ *Node, in []*Node) *Node {
		perm := b.axes(a.Perm)
		if b.Last {
			return Transpose(in[0], append(perm, len(perm))...)
		}
		return Transpose(in[0], append([]int{0}, perm...)...)
	}
}

// manyMatMul is the rule of MatMul. The rows of all slices make one product where they
// meet one right factor.
func manyMatMul(a MatMulAttrs) manyRule {
	return func(b *mapped, n *Node, in []*Node) *Node {
		if b.Last {
			return b.lastMatMul(a, n, in)
		}
		if right := n.in[1]; in[1] == right && len(right.shape) == 2 && !a.TransA {
			left := in[0].shape
			inner := left[len(left)-1]
			rows := Reshape(in[0], size(left)/inner, inner)
			return Reshape(n.op.Apply(rows, right), b.shape(n.shape)...)
		}
		return n.op.Apply(b.aligned(n, in, len(n.shape))...)
	}
}

// lastMatMul returns a product of matrices whose slices lie along the last axis, as
// the sum of (n,k,1,slices) ⊙ (1,k,m,slices) over k.
func (b *mapped) lastMatMul(a MatMulAttrs, n *Node, in []*Node) *Node {
	in = b.aligned(n, in, 0)
	left, right := turned(in[0], a.TransA), turned(in[1], a.TransB)
	across := slices.Insert(left.Shape(), len(left.shape)-1, 1)
	down := slices.Insert(right.Shape(), len(right.shape)-3, 1)
	products := Mul(Reshape(left, across...), Reshape(right, down...))
	return Sum(products, len(products.shape)-3)
}

// turned returns matrices whose rows and columns lie before the last axis, transposed if
// a flag says so.
func turned(x *Node, trans bool) *Node {
	if !trans {
		return x
	}
	perm := make([]int, len(x.shape))
	for i := range perm {
		perm[i] = i
	}
	row := len(perm) - 3
	perm[row], perm[row+1] = row+1, row
	return Transpose(x, perm...)
}
