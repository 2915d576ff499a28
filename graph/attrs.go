package graph

import "fmt"

// AttrsOf returns the attributes of the operation that computes n, if it is of
// the family A: AttrsOf[SumAttrs](n) are the axes of a sum. It is how a family
// is recognised; a single operation is recognised by its address.
func AttrsOf[A any](n *Node) (attrs A, ok bool) {
	if n == nil || n.op == nil {
		return attrs, false
	}
	attrs, ok = n.op.Attrs.(A)
	return attrs, ok
}

// isA reports whether n is computed by an operation of the family A.
func isA[A any](n *Node) bool {
	_, ok := AttrsOf[A](n)
	return ok
}

// intern returns the graph's one operation with the given attributes, which it
// makes unless it is there. What it looks for is the attributes in Go's syntax,
// type included, so that no two of them look the same.
func intern[A any](g *Graph, attrs A, make func(A) *Op) *Op {
	if g == nil {
		return make(attrs)
	}
	key := fmt.Sprintf("%#v", attrs)
	op, ok := g.ops[key]
	if !ok {
		op = make(attrs)
		g.ops[key] = op
	}
	return op
}
