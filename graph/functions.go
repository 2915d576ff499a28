package graph

import (
	"math"

	"chainrule/internal/kernel"
	"chainrule/internal/term"
)

// The functions of one entry and their relatives. They are set in init because
// derivatives use the operations themselves.
var (
	expOp, expm1Op, logOp, log1pOp, sinOp, cosOp  *Op
	absOp, signOp, reciprocalOp, xlogyOp, xdivyOp *Op
)

// Each row is a function and its rule; dy is the gradient with respect to the
// result y.
func init() {
	expOp = &Op{Name: "Exp", code: kernel.Exp, Text: "exp", Unary: math.Exp,
		Backward: func(_ []*Node, y, dy *Node) []*Node { return []*Node{Mul(dy, y)} }}
	expm1Op = &Op{Name: "Expm1", code: kernel.Expm1, Text: "expm1", Unary: math.Expm1,
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, Exp(x[0]))} }}
	logOp = &Op{Name: "Log", code: kernel.Log, Text: "log", Unary: math.Log,
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Div(dy, x[0])} }}
	log1pOp = &Op{Name: "Log1p", code: kernel.Log1p, Text: "log1p", Unary: math.Log1p,
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Div(dy, Shift(x[0], 1))} }}
	sinOp = &Op{Name: "Sin", code: kernel.Sin, Text: "sin", Unary: math.Sin,
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, Cos(x[0]))} }}
	cosOp = &Op{Name: "Cos", code: kernel.Cos, Text: "cos", Unary: math.Cos,
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Neg(Mul(dy, Sin(x[0])))} }}
	absOp = &Op{Name: "Abs", code: kernel.Abs, Text: "abs", Unary: math.Abs, Kink: kinkAtZero,
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, Sign(x[0]))} }}
	signOp = &Op{Name: "Sign", code: kernel.Sign, Text: "sign", Unary: sign, Kink: kinkAtZero, Backward: noGradient}
	reciprocalOp = &Op{Name: "Reciprocal", code: kernel.Recip, Text: "reciprocal", Unary: func(x float64) float64 { return 1 / x }, write: writeReciprocal,
		Backward: func(_ []*Node, y, dy *Node) []*Node { return []*Node{Neg(Mul(dy, Square(y)))} }}
	xlogyOp = &Op{Name: "XLogY", code: kernel.XLogY, Text: "xlogy", Binary: xlogy,
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{Mul(dy, Log(x[1])), Mul(dy, xdivyOp.Apply(x[0], x[1]))}
		}}
	// x/y, and 0 where x is 0 whatever y is: the derivative of x·ln y.
	xdivyOp = &Op{Name: "XDivY", code: kernel.XDivY, Text: "xdivy", Binary: xdivy,
		Backward: func(x []*Node, y, dy *Node) []*Node {
			return []*Node{Div(dy, x[1]), Neg(Mul(dy, xdivyOp.Apply(y, x[1])))}
		}}
}

// Exp returns e to the power of every entry.
func Exp(x *Node) *Node { return expOp.Apply(x) }

// Expm1 returns e^x − 1 of every entry, accurate where x is near 0.
func Expm1(x *Node) *Node { return expm1Op.Apply(x) }

// Log returns the natural logarithm of every entry: −Inf at 0, NaN below.
func Log(x *Node) *Node { return logOp.Apply(x) }

// Log1p returns ln(1 + x) of every entry, accurate where x is near 0: −Inf at
// −1, NaN below.
func Log1p(x *Node) *Node { return log1pOp.Apply(x) }

// Sin returns the sine of every entry, in radians.
func Sin(x *Node) *Node { return sinOp.Apply(x) }

// Cos returns the cosine of every entry, in radians.
func Cos(x *Node) *Node { return cosOp.Apply(x) }

// Abs returns |x| of every entry. Its derivative at 0 is 0.
func Abs(x *Node) *Node { return absOp.Apply(x) }

// Sign returns 1 for entries above 0, −1 for those below, and 0 for 0. Its
// derivative is 0.
func Sign(x *Node) *Node { return signOp.Apply(x) }

// Reciprocal returns 1/x of every entry.
func Reciprocal(x *Node) *Node { return reciprocalOp.Apply(x) }

// XLogY returns x·ln y of every pair of entries, and 0 where x is 0.
func XLogY(x, y *Node) *Node { return xlogyOp.Apply(x, y) }

// Pow returns every entry to the power of a constant: NaN for an entry below 0
// if c is not a whole number.
func Pow(x *Node, c float64) *Node {
	switch c {
	case 2:
		return Square(x)
	case -1:
		return Reciprocal(x)
	}
	return intern(x.Graph(), PowAttrs{c}, newPowOp).Apply(x)
}

// PowAttrs are the attributes of Pow.
type PowAttrs struct{ Exponent float64 }

func newPowOp(a PowAttrs) *Op {
	c := a.Exponent
	return &Op{Name: "Pow", Text: "pow", Attrs: a,
		Unary: func(x float64) float64 { return math.Pow(x, c) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			switch c {
			case 0:
				return []*Node{nil}
			case 1:
				return []*Node{dy}
			}
			return []*Node{Mul(dy, Scale(Pow(x[0], c-1), c))}
		},
		write: func(w *writer, n *Node) *term.Term { return term.Power(w.operand(n.in[0]), c) }}
}

func writeReciprocal(w *writer, n *Node) *term.Term {
	return term.Fraction(term.Number(1), "/", w.operand(n.in[0]))
}

// noGradient is the rule of functions that are constant between their jumps.
func noGradient(x []*Node, _, _ *Node) []*Node { return make([]*Node, len(x)) }

func kinkAtZero(x ...float64) float64 { return x[0] }

func kinkAtTie(x ...float64) float64 {
	if x[0] == x[1] { // infinities too
		return 0
	}
	return x[0] - x[1]
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0, −0 or NaN
}

func xlogy(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return x * math.Log(y)
}

func xdivy(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return x / y
}
