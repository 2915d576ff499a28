package graph

import (
	"fmt"
	"math"

	"chainrule/internal/kernel"
	"chainrule/internal/plan"
	"chainrule/internal/term"
)

// The functions of one entry and their relatives. They are set in init because
// derivatives use the operations themselves.
var (
	expOp, expm1Op, logOp, log1pOp, sinOp, cosOp, atanOp, erfOp *Op
	absOp, signOp, reciprocalOp, xlogyOp, xdivyOp, xmulyOp      *Op
)

func functionOps() []*Op {
	return []*Op{expOp, expm1Op, logOp, log1pOp, sinOp, cosOp, atanOp, erfOp,
		absOp, signOp, reciprocalOp, xlogyOp, xdivyOp, xmulyOp, newPowOp(PowAttrs{1.5})}
}

// Each row is a function and its rule: the slope by the input x and the result
// y, or the way back of the gradient dy with respect to y.
func init() {
	expOp = fromKernel(kernel.Exp, Op{Name: "Exp", Source: written("np.exp({0})", "graph.Exp({0})", "math.Exp({0})"), Text: "exp", Slope: func(_, y *Node) *Node { return y }})
	expm1Op = fromKernel(kernel.Expm1, Op{Name: "Expm1", Source: written("np.expm1({0})", "graph.Expm1({0})", "math.Expm1({0})"), Text: "expm1", Slope: func(x, _ *Node) *Node { return Exp(x) }})
	logOp = fromKernel(kernel.Log, Op{Name: "Log", Source: written("np.log({0})", "graph.Log({0})", "math.Log({0})"), Text: "log", Slope: func(x, _ *Node) *Node { return Reciprocal(x) }})
	log1pOp = fromKernel(kernel.Log1p, Op{Name: "Log1p", Source: written("np.log1p({0})", "graph.Log1p({0})", "math.Log1p({0})"), Text: "log1p", Slope: func(x, _ *Node) *Node { return Reciprocal(x.Plus(1)) }})
	sinOp = fromKernel(kernel.Sin, Op{Name: "Sin", Source: written("np.sin({0})", "graph.Sin({0})", "math.Sin({0})"), Text: "sin", Slope: func(x, _ *Node) *Node { return Cos(x) }})
	cosOp = fromKernel(kernel.Cos, Op{Name: "Cos", Source: written("np.cos({0})", "graph.Cos({0})", "math.Cos({0})"), Text: "cos", Slope: func(x, _ *Node) *Node { return Neg(Sin(x)) }})
	atanOp = fromKernel(kernel.Atan, Op{Name: "Atan", Source: written("np.arctan({0})", "graph.Atan({0})", "math.Atan({0})"), Text: "atan", Slope: func(x, _ *Node) *Node { return Reciprocal(Square(x).Plus(1)) }})
	erfOp = fromKernel(kernel.Erf, Op{Name: "Erf", Source: written("erf({0})", "graph.Erf({0})", "math.Erf({0})", erfDef), Text: "erf",
		Slope: func(x, _ *Node) *Node { return Exp(Neg(Square(x))).Times(2 / math.Sqrt(math.Pi)) }})
	absOp = fromKernel(kernel.Abs, Op{Name: "Abs", Source: written("np.abs({0})", "graph.Abs({0})", "math.Abs({0})"), Text: "abs", Slope: func(x, _ *Node) *Node { return Sign(x) },
		SlopeWords: "1 above 0, −1 below 0, else 0", Kink: kinkAtZero})
	signOp = fromKernel(kernel.Sign, Op{Name: "Sign", Source: written("np.sign({0})", "graph.Sign({0})", "sign({0})", signDef), Text: "sign", Slope: noSlope, Kink: kinkAtZero})
	reciprocalOp = fromKernel(kernel.Recip, Op{Name: "Reciprocal", Source: written("1 / {0}", "graph.Reciprocal({0})", "1 / {0}"), Text: "reciprocal",
		Slope: func(_, y *Node) *Node { return Neg(Square(y)) }, write: writeReciprocal})
	xlogyOp = fromKernel(kernel.XLogY, Op{Name: "XLogY", Source: Source{Library: "graph.XLogY({0}, {1})", Steps: func(x []*Node) *Node { return xmulyOp.Apply(x[0], logOp.Apply(x[1])) }}.Of, Text: "xlogy",
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{Mul(dy, Log(x[1])), Mul(dy, xdivyOp.Apply(x[0], x[1]))}
		}})
	// x/y, and 0 where x is 0 whatever y is: the derivative of x·ln y.
	xdivyOp = fromKernel(kernel.XDivY, Op{Name: "XDivY", Source: Source{Steps: func(x []*Node) *Node { return whereOp.Apply(x[0], Div(x[0], x[1])) }}.Of, Text: "xdivy",
		Backward: func(x []*Node, y, dy *Node) []*Node {
			return []*Node{Div(dy, x[1]), Neg(Mul(dy, xdivyOp.Apply(y, x[1])))}
		}})
	// x·y, and 0 where x is 0 whatever y is: x·ln y where the logarithm is at hand.
	xmulyOp = &Op{Name: "XMulY", Source: Source{Steps: func(x []*Node) *Node { return whereOp.Apply(x[0], Mul(x[0], x[1])) }}.Of, Text: "xmuly", Binary: func(x, y float64) float64 {
		if x == 0 {
			return 0
		}
		return x * y
	},
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{Mul(dy, x[1]), xmulyOp.Apply(x[0], dy)}
		},
		lower: func(l *lowering, p *plan.Node) {
			product := l.part(fmt.Sprint("xmuly", p.In), func() plan.Node {
				return plan.Node{Kind: plan.Map, Func: loopOf(mulOp), In: p.In, Shape: p.Shape}
			})
			l.compose(p, whereOp, p.In[0], product)
		}}
}

// Exp returns e to the power of every entry.
func Exp(x *Node) *Node { return expOp.Apply(x) }

// Expm1 returns e^x − 1 of every entry, accurate where x is near 0.
func Expm1(x *Node) *Node { return expm1Op.Apply(x) }

// Log returns the natural logarithm of every entry: −Inf at 0, NaN below.
//
// Where x is known to saturate the result is computed from what it is made of, so that
// neither value nor gradient is lost: probabilities from their logits (see
// Node.Logits), as LogSoftmax(z) or −softplus(−z), parts of a softmax and what Concat
// puts together included; 1 + e^z as Softplus(z); Σ e^z as LogSumExp(z); e^z as z. It
// remains the logarithm of x to Grad and Spec.Given, as FromLogits says. The operation
// alone, Log(x).Op().Apply(x) of some input x, does none of this, nor does Log in a
// Backward rule.
func Log(x *Node) *Node {
	log := func() *Node { return logOp.Apply(x) }
	return stably(x, 0, func(ln *Node) *Node { return ln }, log)
}

// Log1p returns ln(1 + x) of every entry, accurate where x is near 0: −Inf at
// −1, NaN below. Of −σ(z) and e^z, however they are written, it is computed from z, as
// Log does.
func Log1p(x *Node) *Node {
	log := func() *Node { return log1pOp.Apply(x) }
	return stably(x, 1, func(ln *Node) *Node { return ln }, log)
}

// Sin returns the sine of every entry, in radians.
func Sin(x *Node) *Node { return sinOp.Apply(x) }

// Cos returns the cosine of every entry, in radians.
func Cos(x *Node) *Node { return cosOp.Apply(x) }

// Atan returns the angle in radians, between −π/2 and π/2, whose tangent is the
// entry.
func Atan(x *Node) *Node { return atanOp.Apply(x) }

// Erf returns the error function of every entry, 2/√π times the integral of
// e^(−t²) from 0 to x.
func Erf(x *Node) *Node { return erfOp.Apply(x) }

// Abs returns |x| of every entry. Its derivative at 0 is 0.
func Abs(x *Node) *Node { return absOp.Apply(x) }

// Sign returns 1 for entries above 0, −1 for those below, and 0 for 0. Its
// derivative is 0.
func Sign(x *Node) *Node { return signOp.Apply(x) }

// Reciprocal returns 1/x of every entry.
func Reciprocal(x *Node) *Node { return reciprocalOp.Apply(x) }

// XLogY returns x·ln y of every pair of entries, and 0 where x is 0. It takes the
// logarithm as Log does, from logits where y has them.
func XLogY(x, y *Node) *Node {
	plain := func() *Node { return xlogyOp.Apply(x, y) }
	if checkSameGraph(x.Graph(), []*Node{x, y}) != nil || x.err != nil {
		return plain() // which complains
	}
	return stably(y, 0, func(ln *Node) *Node { return xmulyOp.Apply(x, ln) }, plain)
}

// Pow returns every entry to the power of a constant, as math.Pow does: NaN for a
// finite entry below 0 if c is not a whole number, while −Inf has then the power of
// +Inf; and 1 for every entry, NaN too, if c is 0.
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
	return &Op{Name: "Pow", Source: written(fmt.Sprintf("np.power({0}, %v)", c), fmt.Sprintf("graph.Pow({0}, %v)", c), fmt.Sprintf("math.Pow({0}, %v)", c)), Text: "pow", Attrs: a,
		Unary: func(x float64) float64 { return math.Pow(x, c) },
		Slope: func(x, _ *Node) *Node {
			switch c {
			case 0:
				return nil
			case 1:
				return x.g.Const(1)
			}
			return Pow(x, c-1).Times(c)
		},
		write: func(w *writer, n *Node) *term.Term { return term.Power(w.operand(n.in[0]), c) }}
}

func writeReciprocal(w *writer, n *Node) *term.Term {
	return term.Fraction(term.Number(1), "/", w.operand(n.in[0]))
}

// noSlope and noGradient are the rules of functions that are constant between their jumps.
func noSlope(_, _ *Node) *Node { return nil }

func noGradient(x []*Node, _, _ *Node) []*Node { return make([]*Node, len(x)) }

func kinkAtZero(x ...float64) float64 { return x[0] }

func kinkAtTie(x ...float64) float64 {
	if x[0] == x[1] { // infinities too
		return 0
	}
	return x[0] - x[1]
}
