package graph

import (
	"math"

	"chainrule/internal/kernel"
)

// The activation functions and what their derivatives are made of. They are
// set in init because derivatives use the operations themselves.
var (
	sigmoidOp, tanhOp, softplusOp *Op
	reluOp, stepOp                *Op
	leakyReLUOp, leakyStepOp      *Op
	eluOp, siluOp                 *Op
	geluOp, normalCDFOp           *Op
)

// Each row is a function and its rule in the notation of the notes: z is the
// input, a or y the result, da or dy the gradient with respect to it.
func init() {
	sigmoidOp = &Op{Name: "Sigmoid", code: kernel.Sigmoid, Text: "σ", Unary: sigmoid, Activation: true,
		Backward: func(_ []*Node, a, da *Node) []*Node { return []*Node{Mul(da, Mul(a, oneMinus(a)))} }}
	tanhOp = &Op{Name: "Tanh", code: kernel.Tanh, Text: "tanh", Unary: math.Tanh, Activation: true,
		Backward: func(_ []*Node, a, da *Node) []*Node { return []*Node{Mul(da, oneMinus(Square(a)))} }}
	softplusOp = &Op{Name: "Softplus", code: kernel.Softplus, Text: "softplus", Unary: softplus, Activation: true,
		Backward: func(z []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, Sigmoid(z[0]))} }}
	reluOp = &Op{Name: "ReLU", Text: "relu", Unary: relu, code: kernel.ReLU, Activation: true, Kink: kinkAtZero,
		Backward: func(z []*Node, _, da *Node) []*Node { return []*Node{Mul(da, Step(z[0]))} }}
	stepOp = &Op{Name: "Step", Text: "step", Unary: step, code: kernel.Step, Kink: kinkAtZero, Backward: noGradient}
	leakyReLUOp = &Op{Name: "LeakyReLU", code: kernel.LeakyReLU, Text: "leakyrelu", Unary: leakyReLU, Activation: true, Kink: kinkAtZero,
		Backward: func(z []*Node, _, da *Node) []*Node { return []*Node{Mul(da, leakyStepOp.Apply(z[0]))} }}
	// The derivative of leaky ReLU.
	leakyStepOp = &Op{Name: "LeakyStep", code: kernel.LeakyStep, Text: "leakystep", Unary: leakyStep, Kink: kinkAtZero, Backward: noGradient}
	eluOp = &Op{Name: "ELU", code: kernel.ELU, Text: "elu", Unary: elu, Activation: true,
		Backward: func(z []*Node, _, da *Node) []*Node {
			return []*Node{Mul(da, Exp(Minimum(z[0], z[0].g.Const(0))))}
		}}
	siluOp = &Op{Name: "SiLU", code: kernel.SiLU, Text: "silu", Unary: silu, Activation: true,
		Backward: func(z []*Node, a, da *Node) []*Node {
			s := Sigmoid(z[0])
			return []*Node{Mul(da, Add(s, Mul(a, oneMinus(s))))}
		}}
	geluOp = &Op{Name: "GELU", code: kernel.GELU, Text: "gelu", Unary: gelu, Activation: true,
		Backward: func(z []*Node, _, da *Node) []*Node {
			return []*Node{Mul(da, Add(NormalCDF(z[0]), Mul(z[0], normalDensity(z[0]))))}
		}}
	normalCDFOp = &Op{Name: "NormalCDF", code: kernel.NormalCDF, Text: "Φ", Unary: normalCDF,
		Backward: func(z []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, normalDensity(z[0]))} }}
}

// Sigmoid returns σ(z) = 1/(1 + e^−z) of every entry.
func Sigmoid(z *Node) *Node { return sigmoidOp.Apply(z) }

// Tanh returns the hyperbolic tangent of every entry.
func Tanh(z *Node) *Node { return tanhOp.Apply(z) }

// Softplus returns ln(1 + e^z) of every entry, without overflow.
func Softplus(z *Node) *Node { return softplusOp.Apply(z) }

// ReLU returns max(0, z) of every entry. Its derivative at 0 is 0.
func ReLU(z *Node) *Node { return reluOp.Apply(z) }

// Step returns 1 for entries above 0 and 0 for the others. Its derivative is 0.
func Step(z *Node) *Node { return stepOp.Apply(z) }

// leakySlope is the slope of leaky ReLU below 0.
const leakySlope = 0.01

// LeakyReLU returns z for entries above 0 and 0.01·z for the others. Its
// derivative at 0 is 0.01.
func LeakyReLU(z *Node) *Node { return leakyReLUOp.Apply(z) }

// ELU returns z for entries above 0 and e^z − 1 for the others: the exponential
// linear unit with α = 1 (Clevert, Unterthiner and Hochreiter, "Fast and
// accurate deep network learning by exponential linear units", ICLR 2016).
func ELU(z *Node) *Node { return eluOp.Apply(z) }

// SiLU returns z·σ(z) of every entry, also called swish (Elfwing, Uchibe and
// Doya, "Sigmoid-weighted linear units", Neural Networks 107, 2018).
func SiLU(z *Node) *Node { return siluOp.Apply(z) }

// GELU returns z·Φ(z) of every entry, with the normal distribution function
// itself and not its approximation by tanh (Hendrycks and Gimpel, "Gaussian
// error linear units", 2016).
func GELU(z *Node) *Node { return geluOp.Apply(z) }

// NormalCDF returns Φ(z) of every entry, the probability that a normal variable
// with mean 0 and standard deviation 1 is at most z.
func NormalCDF(z *Node) *Node { return normalCDFOp.Apply(z) }

// normalDensity is the derivative of NormalCDF, e^(−z²/2)/√(2π).
func normalDensity(z *Node) *Node {
	return Scale(Exp(Scale(Square(z), -0.5)), 1/math.Sqrt(2*math.Pi))
}

// Logits returns z if a is Sigmoid(z). Costs use it to stay finite where the
// sigmoid saturates.
func Logits(a *Node) (z *Node, ok bool) {
	if a == nil || a.op != sigmoidOp {
		return nil, false
	}
	return a.in[0], true
}

func sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}

func softplus(z float64) float64 { return math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

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

func leakyReLU(z float64) float64 {
	if z > 0 {
		return z
	}
	return leakySlope * z
}

func leakyStep(z float64) float64 {
	switch {
	case z > 0:
		return 1
	case math.IsNaN(z):
		return z
	}
	return leakySlope
}

func elu(z float64) float64 {
	if z > 0 {
		return z
	}
	return math.Expm1(z)
}

func silu(z float64) float64 {
	if math.IsInf(z, -1) {
		return 0
	}
	return z * sigmoid(z)
}

func gelu(z float64) float64 {
	if math.IsInf(z, -1) {
		return 0
	}
	return z * normalCDF(z)
}

func normalCDF(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
