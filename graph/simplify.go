package graph

import (
	"math"
	"slices"
)

// A simplifier rewrites the nodes that Grad made into the form that one finds
// by hand. It goes through them from the inputs on, so that each rule sees
// simplified operands; nodes from before Grad are left as they are.
//
// Equal nodes become one (same operation, same inputs). A constant factor is
// written once, directly after a sum or difference, (A − Y)/m, and with a
// positive sign where the order of a difference can be changed for it. What is
// multiplied by the constant zero is zero, which is how a derivative with
// respect to something unrelated vanishes at any order.
type simplifier struct {
	g     *Graph
	start int // nodes from this index on are Grad's
	done  map[*Node]*Node
	known map[nodeKey]*Node
}

// nodeKey is what makes two nodes compute the same.
type nodeKey struct {
	op   *Op
	a, b *Node
}

func newSimplifier(g *Graph, start int) *simplifier {
	s := &simplifier{g: g, start: start, done: map[*Node]*Node{}, known: map[nodeKey]*Node{}}
	for _, n := range g.nodes[:start] {
		if key, ok := keyOf(n.op, n.in); ok {
			if _, taken := s.known[key]; !taken {
				s.known[key] = n
			}
		}
	}
	return s
}

func keyOf(op *Op, in []*Node) (nodeKey, bool) {
	if op == nil || len(in) == 0 || len(in) > 2 {
		return nodeKey{}, false
	}
	key := nodeKey{op: op, a: in[0]}
	if len(in) == 2 {
		key.b = in[1]
	}
	if (op == addOp || op == mulOp) && key.b.id < key.a.id {
		key.a, key.b = key.b, key.a
	}
	return key, true
}

// simplify returns the simple form of n.
func (s *simplifier) simplify(root *Node) *Node {
	stack := []*Node{root}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		if _, ok := s.done[n]; ok {
			stack = stack[:len(stack)-1]
			continue
		}
		if n.id < s.start || n.kind != opNode {
			s.done[n] = n
			continue
		}
		in := make([]*Node, len(n.in))
		ready := true
		for i, x := range n.in {
			if in[i] = s.done[x]; in[i] == nil {
				stack = append(stack, x)
				ready = false
			}
		}
		if ready {
			s.done[n] = s.rewrite(n.op, in)
		}
	}
	return s.done[root]
}

// translate replaces gradients by their simple forms; those that were not
// needed are left out.
func (s *simplifier) translate(adjoints map[*Node]*Node) map[*Node]*Node {
	out := make(map[*Node]*Node, len(adjoints))
	for n, d := range adjoints {
		if simple, ok := s.done[d]; ok {
			out[n] = simple
		}
	}
	return out
}

// node returns the node of op applied to in: a known one, or a new one.
func (s *simplifier) node(op *Op, in ...*Node) *Node {
	key, ok := keyOf(op, in)
	if ok {
		if n := s.known[key]; n != nil {
			return n
		}
	}
	n := op.Apply(in...)
	if ok {
		s.known[key] = n
	}
	return n
}

// rewrite returns a node equal to op applied to simplified operands.
func (s *simplifier) rewrite(op *Op, in []*Node) *Node {
	if n := s.fold(op, in); n != nil {
		return n
	}
	switch op {
	case addOp:
		return s.add(in[0], in[1])
	case subOp:
		return s.sub(in[0], in[1])
	case mulOp:
		return s.mul(in[0], in[1])
	case divOp:
		return s.div(in[0], in[1])
	case negOp:
		return s.scale(in[0], -1)
	case squareOp:
		if x, c := factor(in[0]); c == -1 {
			return s.node(squareOp, x)
		}
	}
	switch op.kind {
	case matMulKind:
		return s.matMul(op, in[0], in[1])
	case sumKind, reshapeKind, broadcastKind, transposeKind, sliceKind, maxKind, minKind:
		return s.restructure(op, in[0])
	}
	if op == whereOp && in[1].isConst(0) || op.kind == concatKind && allConst(in) {
		if shape, err := op.resultShape(in); err == nil {
			return s.g.Fill(in[len(in)-1].value, shape...)
		}
	}
	if op.Binary != nil {
		in[0], in[1] = unbroadcast(in[0], in[1])
	}
	return s.node(op, in...)
}

// fold evaluates an element-wise operation on constants.
func (s *simplifier) fold(op *Op, in []*Node) *Node {
	if !op.isElementwise() {
		return nil
	}
	for _, x := range in {
		if x.kind != constNode {
			return nil
		}
	}
	if op.Unary != nil {
		return s.g.Fill(op.Unary(in[0].value), in[0].shape...)
	}
	shape, err := broadcastShapes(in[0].shape, in[1].shape)
	if err != nil {
		return nil
	}
	return s.g.Fill(op.Binary(in[0].value, in[1].value), shape...)
}

// factor writes n as c·x with a constant c of one entry, c = 1 if there is no
// such factor.
func factor(n *Node) (x *Node, c float64) {
	switch n.op {
	case negOp:
		return n.in[0], -1
	case mulOp:
		for i, other := range []*Node{n.in[1], n.in[0]} {
			if other.kind == constNode && slices.Equal(n.in[i].shape, n.shape) {
				return n.in[i], other.value
			}
		}
	}
	return n, 1
}

// scale returns c·x.
func (s *simplifier) scale(x *Node, c float64) *Node {
	x, inner := factor(x)
	c *= inner
	switch {
	case c == 1:
		return x
	case c == 0:
		return s.g.Fill(0, x.shape...)
	case x.kind == constNode:
		return s.g.Fill(c*x.value, x.shape...)
	case c < 0 && x.op == subOp && x.id >= s.start && slices.Equal(x.in[0].shape, x.in[1].shape):
		return s.scale(s.node(subOp, x.in[1], x.in[0]), -c)
	case c == -1:
		return s.node(negOp, x)
	}
	return s.node(mulOp, x, s.g.Const(c))
}

func (s *simplifier) add(a, b *Node) *Node {
	switch {
	case a.isConst(0) && broadcasts(a.shape, b.shape):
		return b
	case b.isConst(0) && broadcasts(b.shape, a.shape):
		return a
	}
	return s.combine(a, 1, b, 1)
}

func (s *simplifier) sub(a, b *Node) *Node {
	switch {
	case b.isConst(0) && broadcasts(b.shape, a.shape):
		return a
	case a.isConst(0) && broadcasts(a.shape, b.shape):
		return s.scale(b, -1)
	}
	return s.combine(a, 1, b, -1)
}

// combine returns p·a + q·b with the common factor taken out.
func (s *simplifier) combine(a *Node, p float64, b *Node, q float64) *Node {
	a, pa := factor(a)
	b, qb := factor(b)
	p, q = p*pa, q*qb
	if a == b {
		return s.scale(a, p+q)
	}
	a, b = unbroadcast(a, b)
	if math.Abs(p) != math.Abs(q) {
		a, p = s.scale(a, math.Abs(p)), math.Copysign(1, p)
		b, q = s.scale(b, math.Abs(q)), math.Copysign(1, q)
	}
	switch c := math.Abs(p); {
	case p > 0 && q > 0:
		return s.scale(s.node(addOp, a, b), c)
	case p > 0:
		return s.scale(s.node(subOp, a, b), c)
	case q > 0:
		return s.scale(s.node(subOp, b, a), c)
	default:
		return s.scale(s.node(addOp, a, b), -c)
	}
}

func (s *simplifier) mul(a, b *Node) *Node {
	if a.kind == constNode {
		a, b = b, a
	}
	shape, _ := broadcastShapes(a.shape, b.shape)
	if b.kind == constNode {
		return s.broadcast(s.scale(a, b.value), shape)
	}
	a, b = unbroadcast(a, b)
	x, p := factor(a)
	y, q := factor(b)
	switch {
	case p == -1 || q == -1 || p != 1 && q != 1:
		return s.scale(s.mul(x, y), p*q)
	case a == b:
		return s.node(squareOp, a)
	}
	return s.node(mulOp, a, b)
}

func (s *simplifier) div(a, b *Node) *Node {
	shape, _ := broadcastShapes(a.shape, b.shape)
	if a.isConst(0) {
		return s.g.Fill(0, shape...)
	}
	if b.isConst(1) {
		return s.broadcast(a, shape)
	}
	a, b = unbroadcast(a, b)
	if x, p := factor(a); p == -1 {
		return s.scale(s.node(divOp, x, b), -1)
	}
	return s.node(divOp, a, b)
}

func (s *simplifier) broadcast(x *Node, shape []int) *Node {
	switch {
	case slices.Equal(x.shape, shape):
		return x
	case x.kind == constNode:
		return s.g.Fill(x.value, shape...)
	}
	return s.restructure(s.g.broadcastOp(shape), x)
}
