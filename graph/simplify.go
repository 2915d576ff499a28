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
	if op.commutes && key.b.id < key.a.id {
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
		terms := s.termsOf(n)
		in := make([]*Node, len(terms))
		ready := true
		for i, x := range terms {
			if in[i] = s.done[x]; in[i] == nil {
				stack = append(stack, x)
				ready = false
			}
		}
		if ready {
			s.done[n] = s.simpler(n, in)
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

// A rewrite is a rule of the simplifier. It belongs to the operation at the root
// of what it rewrites. It returns a node that equals op applied to in, or nil;
// operands that it replaces in in are those of the rules behind it. The order of
// an operation's rules is a part of the bits.
type rewrite struct {
	name  string
	apply func(s *simplifier, op *Op, in []*Node) *Node
}

// rewrite returns a node equal to op applied to simplified operands.
func (s *simplifier) rewrite(op *Op, in []*Node) *Node {
	if n := s.fold(op, in); n != nil {
		return n
	}
	return s.apply(op, in...)
}

// apply goes through the rules of op.
func (s *simplifier) apply(op *Op, in ...*Node) *Node {
	for _, r := range op.rules() {
		if n := r.apply(s, op, in); n != nil {
			return n
		}
	}
	return s.node(op, in...)
}

// rules returns the rewrites of op.
func (op *Op) rules() []rewrite {
	if op.rewrites == nil && op.Binary != nil {
		return binaryRewrites
	}
	return op.rewrites
}

// binaryRewrites are those of element-wise operations that have none of their own.
var binaryRewrites = []rewrite{unbroadcastRewrite}

// when returns n if the condition holds, and else nil.
func when(holds bool, n *Node) *Node {
	if !holds {
		return nil
	}
	return n
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
	v := 0.0
	evaluate := func() {
		if op.Unary != nil {
			v = op.Unary(in[0].value)
		} else {
			v = op.Binary(in[0].value, in[1].value)
		}
	}
	if err := op.guarded(op.evaluatedBy(), evaluate); err != nil {
		panic(err) // which Grad returns
	}
	if op.Unary != nil {
		return s.g.Const(v, in[0].shape...)
	}
	shape, err := broadcastShapes(in[0].shape, in[1].shape)
	if err != nil {
		return nil
	}
	return s.g.Const(v, shape...)
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

// isGiven reports whether n was there before any Grad. Such nodes stay as they are: a derivative may be
// asked for by one of them, and must not have been written in terms of what it is computed from.
func (s *simplifier) isGiven(n *Node) bool { return n.id < s.start && !n.backward }

// factor is factor of nodes that are not given.
func (s *simplifier) factor(n *Node) (x *Node, c float64) {
	if s.isGiven(n) {
		return n, 1
	}
	return factor(n)
}

// scale returns c·x.
func (s *simplifier) scale(x *Node, c float64) *Node {
	x, inner := s.factor(x)
	c *= inner
	switch {
	case c == 1:
		return x
	case c == 0:
		return s.g.Const(0, x.shape...)
	case x.kind == constNode:
		return s.g.Const(c*x.value, x.shape...)
	case c < 0 && x.op == subOp && x.id >= s.start && slices.Equal(x.in[0].shape, x.in[1].shape):
		return s.scale(s.node(subOp, x.in[1], x.in[0]), -c)
	case c == -1:
		return s.node(negOp, x)
	}
	return s.node(mulOp, x, s.g.Const(c))
}

// combine returns p·a + q·b with the common factor taken out.
func (s *simplifier) combine(a *Node, p float64, b *Node, q float64) *Node {
	a, pa := s.factor(a)
	b, qb := s.factor(b)
	p, q = p*pa, q*qb
	if a == b {
		return s.scale(a, p+q)
	}
	a, b = s.unbroadcast(a, b)
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

// broadcast returns x repeated to the shape.
func (s *simplifier) broadcast(x *Node, shape []int) *Node {
	switch {
	case slices.Equal(x.shape, shape):
		return x
	case x.kind == constNode:
		return s.g.Const(x.value, shape...)
	}
	return s.apply(s.g.broadcastOp(shape), x)
}

// fill returns the constant v in the shape of op applied to in.
func (s *simplifier) fill(v float64, op *Op, in []*Node) *Node {
	shape, _ := op.resultShape(in)
	return s.g.Const(v, shape...)
}

// constantRewrite is of operations that only move, repeat or choose entries.
var constantRewrite = rewrite{"f(constant) → constant", func(s *simplifier, op *Op, in []*Node) *Node {
	if in[0].kind != constNode {
		return nil
	}
	return s.fill(in[0].value, op, in)
}}

// sameShapeRewrite is of operations that change nothing if they do not change
// the shape.
var sameShapeRewrite = rewrite{"f(x) of the shape of x → x", func(_ *simplifier, op *Op, in []*Node) *Node {
	shape, _ := op.resultShape(in)
	return when(slices.Equal(shape, in[0].shape), in[0])
}}
