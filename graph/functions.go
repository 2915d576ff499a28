package graph

import (
	"math"

	"chainrule/internal/kernel"
)

// The transcendental and activation functions. They are set in init because
// derivatives use the operations themselves.
var expOp, logOp, sigmoidOp, tanhOp, reluOp, stepOp, softplusOp, xlogyOp, xdivyOp *Op

// Each row is a function and its rule in the notation of the notes: z is the
// input, a or y the result, da or dy the gradient with respect to it.
func init() {
	expOp = &Op{Name: "Exp", Unary: math.Exp,
		Backward: func(_ []*Node, y, dy *Node) []*Node { return []*Node{Mul(dy, y)} }}
	logOp = &Op{Name: "Log", Unary: math.Log,
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Div(dy, x[0])} }}
	sigmoidOp = &Op{Name: "Sigmoid", Unary: sigmoid, activation: true,
		Backward: func(_ []*Node, a, da *Node) []*Node { return []*Node{Mul(da, Mul(a, oneMinus(a)))} }}
	tanhOp = &Op{Name: "Tanh", Unary: math.Tanh, activation: true,
		Backward: func(_ []*Node, a, da *Node) []*Node { return []*Node{Mul(da, oneMinus(Square(a)))} }}
	reluOp = &Op{Name: "ReLU", Unary: relu, code: kernel.ReLU, activation: true, Kink: kinkAtZero,
		Backward: func(z []*Node, _, da *Node) []*Node { return []*Node{Mul(da, Step(z[0]))} }}
	stepOp = &Op{Name: "Step", Unary: step, code: kernel.Step, Kink: kinkAtZero,
		Backward: func([]*Node, *Node, *Node) []*Node { return []*Node{nil} }}
	softplusOp = &Op{Name: "Softplus", Unary: softplus,
		Backward: func(z []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, Sigmoid(z[0]))} }}
	xlogyOp = &Op{Name: "XLogY", Binary: xlogy,
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{Mul(dy, Log(x[1])), Mul(dy, xdivyOp.Apply(x[0], x[1]))}
		}}
	// x/y, and 0 where x is 0 whatever y is: the derivative of x·ln y.
	xdivyOp = &Op{Name: "XDivY", Binary: xdivy,
		Backward: func(x []*Node, y, dy *Node) []*Node {
			return []*Node{Div(dy, x[1]), Neg(Mul(dy, xdivyOp.Apply(y, x[1])))}
		}}
}

// Exp returns e to the power of every entry.
func Exp(x *Node) *Node { return expOp.Apply(x) }

// Log returns the natural logarithm of every entry: −Inf at 0, NaN below.
func Log(x *Node) *Node { return logOp.Apply(x) }

// Sigmoid returns σ(z) = 1/(1 + e^−z) of every entry.
func Sigmoid(z *Node) *Node { return sigmoidOp.Apply(z) }

// Tanh returns the hyperbolic tangent of every entry.
func Tanh(z *Node) *Node { return tanhOp.Apply(z) }

// ReLU returns max(0, z) of every entry. Its derivative at 0 is 0.
func ReLU(z *Node) *Node { return reluOp.Apply(z) }

// Step returns 1 for entries above 0 and 0 for the others. Its derivative is 0.
func Step(z *Node) *Node { return stepOp.Apply(z) }

// Softplus returns ln(1 + e^z) of every entry, without overflow.
func Softplus(z *Node) *Node { return softplusOp.Apply(z) }

// XLogY returns x·ln y of every pair of entries, and 0 where x is 0.
func XLogY(x, y *Node) *Node { return xlogyOp.Apply(x, y) }

// Logits returns z if a is Sigmoid(z). Costs use it to stay finite where the
// sigmoid saturates.
func Logits(a *Node) (z *Node, ok bool) {
	if a == nil || a.op != sigmoidOp {
		return nil, false
	}
	return a.in[0], true
}

func kinkAtZero(x ...float64) float64 { return x[0] }

func sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}

func relu(z float64) float64 {
	if z > 0 || math.IsNaN(z) {
		return z
	}
	return 0
}

func step(z float64) float64 {
	switch {
	case z > 0:
		return 1
	case math.IsNaN(z):
		return z
	}
	return 0
}

func softplus(z float64) float64 { return math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

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
