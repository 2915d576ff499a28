package graph

import (
	"chainrule/internal/kernel"
	"chainrule/internal/term"
)

// The arithmetic operations. They are set in init because derivatives use the
// operations themselves.
var addOp, subOp, mulOp, divOp, negOp, squareOp, sqrtOp *Op

func arithmeticOps() []*Op { return []*Op{addOp, subOp, mulOp, divOp, negOp, squareOp, sqrtOp} }

// Each row is a function and its rule: the slope by the input x and the result
// y, or the way back of the gradient dy with respect to y.
func init() {
	addOp = fromKernel(kernel.Add, Op{Name: "Add", Source: written("{0} + {1}", "graph.Add({0}, {1})", "{0} + {1}"),
		Backward: func(_ []*Node, _, dy *Node) []*Node { return []*Node{dy, dy} },
		Rules:    []string{passedOn}, Sign: "+", prec: term.Addition, commutes: true, rewrites: addRewrites})
	subOp = fromKernel(kernel.Sub, Op{Name: "Sub", Source: written("{0} - {1}", "graph.Sub({0}, {1})", "{0} - {1}"),
		Backward: func(_ []*Node, _, dy *Node) []*Node { return []*Node{dy, Neg(dy)} },
		Rules:    []string{passedOn, "difference: minus"}, Sign: "−", prec: term.Addition, rewrites: subRewrites})
	mulOp = fromKernel(kernel.Mul, Op{Name: "Mul", Source: written("{0} * {1}", "graph.Mul({0}, {1})", "{0} * {1}"),
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, x[1]), Mul(dy, x[0])} },
		Rules:    []string{"product: times the other factor"}, Sign: "⊙", prec: term.Product, commutes: true,
		write: (*writer).product, rewrites: mulRewrites})
	divOp = fromKernel(kernel.Div, Op{Name: "Div", Source: written("{0} / {1}", "graph.Div({0}, {1})", "{0} / {1}"),
		Backward: func(x []*Node, y, dy *Node) []*Node {
			return []*Node{Div(dy, x[1]), Neg(Mul(dy, Div(y, x[1])))}
		},
		Sign: "/", prec: term.Product, write: writeQuotient, rewrites: divRewrites})
	negOp = fromKernel(kernel.Neg, Op{Name: "Neg", Source: written("-{0}", "graph.Neg({0})", "-{0}"), Text: "negative", Slope: func(x, _ *Node) *Node { return x.g.Const(-1) },
		Sign: "−", prec: term.Addition, write: writeNegative, rewrites: negRewrites})
	squareOp = fromKernel(kernel.Square, Op{Name: "Square", Source: written("np.square({0})", "graph.Square({0})", "{0} * {0}"), Text: "square", Slope: func(x, _ *Node) *Node { return x.Times(2) },
		write: writeSquare, rewrites: squareRewrites})
	sqrtOp = fromKernel(kernel.Sqrt, Op{Name: "Sqrt", Source: written("np.sqrt({0})", "graph.Sqrt({0})", "math.Sqrt({0})"), Text: "sqrt", Slope: func(_, y *Node) *Node { return Reciprocal(y.Times(2)) }})
}

// fromKernel returns op with the function that the kernel has for code.
func fromKernel(code kernel.Code, op Op) *Op {
	op.code, op.Unary, op.Binary = code, code.Unary(), code.Binary()
	return &op
}

const passedOn = "sum: passed on as it is"

// Add returns a + b, broadcast against each other.
func Add(a, b *Node) *Node { return addOp.Apply(a, b) }

// Sub returns a − b, broadcast against each other.
func Sub(a, b *Node) *Node { return subOp.Apply(a, b) }

// Mul returns the element-wise product a ⊙ b, broadcast against each other.
func Mul(a, b *Node) *Node { return mulOp.Apply(a, b) }

// Div returns the element-wise quotient a / b, broadcast against each other.
func Div(a, b *Node) *Node { return divOp.Apply(a, b) }

// Neg returns −x.
func Neg(x *Node) *Node { return negOp.Apply(x) }

// Square returns x² of every entry.
func Square(x *Node) *Node { return squareOp.Apply(x) }

// Sqrt returns the square root of every entry, NaN below zero.
func Sqrt(x *Node) *Node { return sqrtOp.Apply(x) }

// constFor is Const that leaves the complaint about a missing graph to the
// operation that uses the constant.
func (g *Graph) constFor(c float64) *Node {
	if g == nil {
		return nil
	}
	return g.Const(c)
}

func oneMinus(x *Node) *Node { return Sub(x.Graph().constFor(1), x) }

func writeNegative(w *writer, n *Node) *term.Term { return term.Negative(w.operand(n.in[0])) }

func writeSquare(w *writer, n *Node) *term.Term { return term.Power(w.operand(n.in[0]), 2) }

func writeQuotient(w *writer, n *Node) *term.Term {
	return term.Fraction(w.operand(n.in[0]), " / ", w.operand(n.in[1]))
}

var addRewrites = []rewrite{
	{"0 + x → x", func(_ *simplifier, _ *Op, in []*Node) *Node {
		return when(in[0].isConst(0) && broadcasts(in[0].shape, in[1].shape), in[1])
	}},
	{"x + 0 → x", func(_ *simplifier, _ *Op, in []*Node) *Node {
		return when(in[1].isConst(0) && broadcasts(in[1].shape, in[0].shape), in[0])
	}},
	{"parts among zeros + others → all of them among zeros", addAmongZeros},
	{"c·x + c·y → c·(x + y)", func(s *simplifier, _ *Op, in []*Node) *Node { return s.combine(in[0], 1, in[1], 1) }},
}

var subRewrites = []rewrite{
	{"x − 0 → x", func(_ *simplifier, _ *Op, in []*Node) *Node {
		return when(in[1].isConst(0) && broadcasts(in[1].shape, in[0].shape), in[0])
	}},
	{"0 − x → −x", func(s *simplifier, _ *Op, in []*Node) *Node {
		if in[0].isConst(0) && broadcasts(in[0].shape, in[1].shape) {
			return s.scale(in[1], -1)
		}
		return nil
	}},
	{"c·x − c·y → c·(x − y)", func(s *simplifier, _ *Op, in []*Node) *Node { return s.combine(in[0], 1, in[1], -1) }},
}

var mulRewrites = []rewrite{
	{"x ⊙ constant → c·x", func(s *simplifier, _ *Op, in []*Node) *Node {
		a, b := in[0], in[1]
		if a.kind == constNode {
			a, b = b, a
		}
		if b.kind != constNode {
			return nil
		}
		shape, _ := broadcastShapes(a.shape, b.shape)
		return s.broadcast(s.scale(a, b.value), shape)
	}},
	unbroadcastRewrite,
	{"(−x) ⊙ y → −(x ⊙ y), (c·x) ⊙ (d·y) → cd·(x ⊙ y)", func(s *simplifier, op *Op, in []*Node) *Node {
		x, p := s.factor(in[0])
		y, q := s.factor(in[1])
		if p == -1 || q == -1 || p != 1 && q != 1 {
			return s.scale(s.apply(op, x, y), p*q)
		}
		return nil
	}},
	{"x ⊙ x → x²", func(s *simplifier, _ *Op, in []*Node) *Node {
		if in[0] == in[1] {
			return s.node(squareOp, in[0])
		}
		return nil
	}},
}

var divRewrites = []rewrite{
	{"0 / x → 0", func(s *simplifier, op *Op, in []*Node) *Node {
		if !in[0].isConst(0) {
			return nil
		}
		return s.fill(0, op, in)
	}},
	{"x / 1 → x", func(s *simplifier, op *Op, in []*Node) *Node {
		if !in[1].isConst(1) {
			return nil
		}
		shape, _ := op.resultShape(in)
		return s.broadcast(in[0], shape)
	}},
	unbroadcastRewrite,
	{"(−x) / y → −(x / y)", func(s *simplifier, op *Op, in []*Node) *Node {
		if x, p := s.factor(in[0]); p == -1 {
			return s.scale(s.node(op, x, in[1]), -1)
		}
		return nil
	}},
}

var negRewrites = []rewrite{
	{"−x → (−1)·x", func(s *simplifier, _ *Op, in []*Node) *Node { return s.scale(in[0], -1) }},
}

var squareRewrites = []rewrite{
	{"(−x)² → x²", func(s *simplifier, op *Op, in []*Node) *Node {
		if x, c := s.factor(in[0]); c == -1 {
			return s.node(op, x)
		}
		return nil
	}},
}
