package graph

import (
	"errors"
	"slices"
)

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
