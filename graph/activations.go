package graph

import (
	"fmt"
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

func activationOps() []*Op {
	return []*Op{sigmoidOp, tanhOp, softplusOp, reluOp, stepOp, leakyReLUOp, leakyStepOp, eluOp, siluOp, geluOp, normalCDFOp}
}

// Each row is a function and its slope in the notation of the notes: z is the
// input and a the result.
func init() {
	sigmoidOp = fromKernel(kernel.Sigmoid, Op{Name: "Sigmoid", Source: written("sigmoid({0})", "graph.Sigmoid({0})", "sigmoid({0})", sigmoidDef), Text: "σ", Activation: true,
		Slope: func(_, a *Node) *Node { return Mul(a, oneMinus(a)) }})
	tanhOp = fromKernel(kernel.Tanh, Op{Name: "Tanh", Source: written("np.tanh({0})", "graph.Tanh({0})", "math.Tanh({0})"), Text: "tanh", Activation: true,
		Slope: func(_, a *Node) *Node { return oneMinus(Square(a)) }})
	softplusOp = fromKernel(kernel.Softplus, Op{Name: "Softplus", Source: written("np.logaddexp(0, {0})", "graph.Softplus({0})", "softplus({0})", softplusDef), Text: "softplus", Activation: true,
		Slope: func(z, _ *Node) *Node { return Sigmoid(z) }})
	reluOp = fromKernel(kernel.ReLU, Op{Name: "ReLU", Source: written("np.maximum({0}, 0)", "graph.ReLU({0})", "max({0}, 0)"), Text: "relu", Activation: true,
		Slope: func(z, _ *Node) *Node { return Step(z) }, SlopeWords: "1 above 0, else 0", Kink: kinkAtZero})
	stepOp = fromKernel(kernel.Step, Op{Name: "Step", Source: written("np.heaviside({0}, 0)", "graph.Step({0})", "step({0})", stepDef), Text: "step", Slope: noSlope, Kink: kinkAtZero})
	leakyReLUOp = fromKernel(kernel.LeakyReLU, Op{Name: "LeakyReLU", Source: written("leakyrelu({0})", "graph.LeakyReLU({0})", "leakyReLU({0})", leakyReLUDef), Text: "leakyrelu", Activation: true,
		Slope: func(z, _ *Node) *Node { return leakyStepOp.Apply(z) }, SlopeWords: fmt.Sprint("1 above 0, else ", kernel.LeakySlope), Kink: kinkAtZero})
	// The derivative of leaky ReLU.
	leakyStepOp = fromKernel(kernel.LeakyStep, Op{Name: "LeakyStep", Source: leakyStepSource, Text: "leakystep", Slope: noSlope, Kink: kinkAtZero})
	eluOp = fromKernel(kernel.ELU, Op{Name: "ELU", Source: written("elu({0})", "graph.ELU({0})", "elu({0})", eluDef), Text: "elu", Activation: true,
		Slope: func(z, _ *Node) *Node { return Exp(Minimum(z, z.g.Const(0))) }, SlopeWords: "1 above 0, else exp(Z)"})
	siluOp = fromKernel(kernel.SiLU, Op{Name: "SiLU", Source: written("silu({0})", "graph.SiLU({0})", "silu({0})", sigmoidDef, siluDef), Text: "silu", Activation: true,
		Slope: func(z, a *Node) *Node { s := Sigmoid(z); return Add(s, Mul(a, oneMinus(s))) }})
	geluOp = fromKernel(kernel.GELU, Op{Name: "GELU", Source: written("gelu({0})", "graph.GELU({0})", "gelu({0})", normalCDFDef, geluDef), Text: "gelu", Activation: true,
		Slope: func(z, _ *Node) *Node { return Add(NormalCDF(z), Mul(z, normalDensity(z))) }})
	normalCDFOp = fromKernel(kernel.NormalCDF, Op{Name: "NormalCDF", Source: written("normal_cdf({0})", "graph.NormalCDF({0})", "normalCDF({0})", normalCDFDef), Text: "Φ",
		Slope: func(z, _ *Node) *Node { return normalDensity(z) }})
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
	return Exp(Square(z).Times(-0.5)).Times(1 / math.Sqrt(2*math.Pi))
}

// leakyStepSource has no function of the library.
func leakyStepSource(s Shapes) Source {
	source := written("leakystep({0})", "", "leakyStep({0})", leakyStepDef)(s)
	source.Steps = func(x []*Node) *Node {
		one, slope := x[0].g.Const(1, x[0].shape...), x[0].g.Const(kernel.LeakySlope, x[0].shape...)
		return chooseOp.Apply(Greater(x[0], x[0].g.Const(0)), one, slope)
	}
	return source
}
