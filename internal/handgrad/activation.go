package handgrad

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Activation names the function of a hidden layer. The zero value is Tanh.
type Activation int

// The activations g with their derivatives, given A = g(Z).
const (
	Tanh      Activation = iota // g′(Z) = 1 − A²
	Sigmoid                     // g′(Z) = A·(1 − A)
	ReLU                        // g′(Z) = 1 where Z > 0, else 0
	LeakyReLU                   // g′(Z) = 1 where Z > 0, else 0.01
	ELU                         // g′(Z) = 1 where Z > 0, else e^Z
	SiLU                        // g(Z) = Z·σ(Z), g′(Z) = σ(Z) + A·(1 − σ(Z))
	GELU                        // g(Z) = Z·Φ(Z), g′(Z) = Φ(Z) + Z·φ(Z)
	Softplus                    // g′(Z) = σ(Z)
	Identity                    // g′(Z) = 1
	Softmax                     // over the units of each example; see backward
)

// names holds the names of the activations in their order.
var names = [...]string{"tanh", "sigmoid", "relu", "leaky-relu", "elu", "silu", "gelu", "softplus", "identity", "softmax"}

// ActivationByName returns the activation that String calls by that name.
func ActivationByName(name string) (Activation, error) {
	if i := slices.Index(names[:], name); i >= 0 {
		return Activation(i), nil
	}
	return 0, fmt.Errorf("handgrad: activation %q, want one of %s", name, strings.Join(names[:], ", "))
}

// String returns the name of the activation in lower case.
func (g Activation) String() string {
	if g.check() != nil {
		return fmt.Sprintf("Activation(%d)", int(g))
	}
	return names[g]
}

// check returns an error unless g is one of the constants.
func (g Activation) check() error {
	if g < 0 || int(g) >= len(names) {
		return fmt.Errorf("handgrad: hidden activation is Activation(%d), want one of %s", int(g), strings.Join(names[:], ", "))
	}
	return nil
}

// forward returns A = g(Z).
func (g Activation) forward(z Matrix) Matrix {
	if g == Softmax {
		return softmax(z)
	}
	return z.Apply(g.value)
}

// backward returns dZ, given dA and A = g(Z): it is dA ⊙ g′(Z), but for a
// softmax, where every unit depends on all, A ⊙ (dA − Σ dA ⊙ A) with the sum
// over the units.
func (g Activation) backward(z, a, dA Matrix) Matrix {
	if g == Softmax {
		return a.Times(subRow(dA, dA.Times(a).SumRows()))
	}
	return dA.Times(z.Combine(a, g.slope))
}

// value returns g(z).
func (g Activation) value(z float64) float64 {
	switch g {
	case Sigmoid:
		return sigmoid(z)
	case ReLU:
		return max(z, 0)
	case LeakyReLU:
		return max(z, 0.01*z)
	case ELU:
		return max(z, 0) + math.Expm1(min(z, 0))
	case SiLU:
		return z * sigmoid(z)
	case GELU:
		return z * normalCDF(z)
	case Softplus:
		return softplus(z)
	case Identity:
		return z
	}
	return math.Tanh(z)
}

// slope returns g′(z), given a = g(z).
func (g Activation) slope(z, a float64) float64 {
	switch g {
	case Sigmoid:
		return a * (1 - a)
	case ReLU:
		return kink(z, 0)
	case LeakyReLU:
		return kink(z, 0.01)
	case ELU:
		return kink(z, math.Exp(min(z, 0)))
	case SiLU:
		return sigmoid(z) + a*(1-sigmoid(z))
	case GELU:
		return normalCDF(z) + z*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi)
	case Softplus:
		return sigmoid(z)
	case Identity:
		return 1
	}
	return 1 - a*a
}

// kink returns 1 where z > 0, and otherwise below.
func kink(z, below float64) float64 {
	if z > 0 {
		return 1
	}
	return below
}
