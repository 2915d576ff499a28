package graph

import (
	"fmt"
	"slices"

	"chainrule/internal/term"
)

// throughSlope returns the gradient with respect to the input of n, whose
// operation has a Slope, from that with respect to n.
func throughSlope(n, dy *Node) *Node {
	x := n.in[0]
	start := len(x.g.nodes)
	s := n.op.Slope(x, n)
	switch {
	case s == nil || s.err != nil || s.g != x.g:
		return s // the caller reports it
	case len(s.shape) > 0 && !slices.Equal(s.shape, x.shape):
		return &Node{g: x.g, err: fmt.Errorf("the slope has shape %s, that of the input, %s, expected", shapeString(s.shape), shapeString(x.shape))}
	}
	if s.id >= start && (s.isConst(1) || s.isConst(-1)) {
		x.g.prune(start, nil) // its sign is all that is wanted
	}
	return times(dy, s)
}

// times returns dy ⊙ s as one writes it by hand: a sign in front, and a division
// by what the slope is the reciprocal of.
func times(dy, s *Node) *Node {
	switch {
	case s.isConst(1):
		return dy
	case s.isConst(-1):
		return Neg(dy)
	case s.op == negOp:
		return Neg(times(dy, s.in[0]))
	case s.op == reciprocalOp:
		return Div(dy, s.in[0])
	case s.op == divOp && s.in[0].isConst(1):
		return Div(dy, s.in[1])
	}
	return Mul(dy, s)
}

// Derivative states the derivative of op, whose input is called Z and whose
// result A, as in "tanh′ = 1 − A²". It is the very Slope that Grad applies, or
// its SlopeWords; "" if op has none, or one that cannot be written by Z and A
// alone, as it reads other nodes of a graph.
func (op *Op) Derivative() string {
	if op == nil || op.Slope == nil {
		return ""
	}
	is := functionName(op) + "′ = "
	if op.SlopeWords != "" {
		return is + op.SlopeWords
	}
	slope := op.slopeTerm()
	if slope == nil {
		return ""
	}
	return is + slope.Plain()
}

// slopeTerm writes the nodes of op's Slope.
func (op *Op) slopeTerm() *term.Term {
	g := New(Settings{})
	z := g.Input("Z")
	a := op.Apply(z).Named("A")
	var s *Node
	err := op.guarded("Slope", func() { s = op.Slope(z, a) })
	switch {
	case err != nil:
		return nil
	case s == nil:
		return term.Number(0)
	case s.err != nil || s.g != g:
		return nil
	}
	return newWriter(g).operand(s)
}
