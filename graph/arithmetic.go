package graph

import (
	"chainrule/internal/term"
	"math"

	"chainrule/internal/kernel"
)

// The arithmetic operations. They are set in init because derivatives use the
// operations themselves.
var addOp, subOp, mulOp, divOp, negOp, squareOp, sqrtOp *Op

// Each row is a function and its rule; dy is the gradient with respect to the
// result y.
func init() {
	addOp = &Op{Name: "Add", Binary: func(a, b float64) float64 { return a + b },
		code: kernel.Add, infix: "+", prec: term.Addition,
		Backward: func(_ []*Node, _, dy *Node) []*Node { return []*Node{dy, dy} }}
	subOp = &Op{Name: "Sub", Binary: func(a, b float64) float64 { return a - b },
		code: kernel.Sub, infix: "−", prec: term.Addition,
		Backward: func(_ []*Node, _, dy *Node) []*Node { return []*Node{dy, Neg(dy)} }}
	mulOp = &Op{Name: "Mul", Binary: func(a, b float64) float64 { return a * b },
		code: kernel.Mul, infix: "⊙", prec: term.Product,
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, x[1]), Mul(dy, x[0])} }}
	divOp = &Op{Name: "Div", Binary: func(a, b float64) float64 { return a / b },
		code: kernel.Div, infix: "/", prec: term.Product,
		Backward: func(x []*Node, y, dy *Node) []*Node {
			return []*Node{Div(dy, x[1]), Neg(Mul(dy, Div(y, x[1])))}
		}}
	negOp = &Op{Name: "Neg", Unary: func(x float64) float64 { return -x },
		code: kernel.Neg, infix: "−", prec: term.Addition,
		Backward: func(_ []*Node, _, dy *Node) []*Node { return []*Node{Neg(dy)} }}
	squareOp = &Op{Name: "Square", Unary: func(x float64) float64 { return x * x }, code: kernel.Square,
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, Scale(x[0], 2))} }}
	sqrtOp = &Op{Name: "Sqrt", text: "sqrt", Unary: math.Sqrt, code: kernel.Sqrt,
		Backward: func(_ []*Node, y, dy *Node) []*Node { return []*Node{Div(dy, Scale(y, 2))} }}
}

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

// Scale returns c·x.
func Scale(x *Node, c float64) *Node { return Mul(x, x.Graph().constFor(c)) }

// Shift returns x + c.
func Shift(x *Node, c float64) *Node { return Add(x, x.Graph().constFor(c)) }

// constFor is Const that leaves the complaint about a missing graph to the
// operation that uses the constant.
func (g *Graph) constFor(c float64) *Node {
	if g == nil {
		return nil
	}
	return g.Const(c)
}

func oneMinus(x *Node) *Node { return Sub(x.Graph().constFor(1), x) }
