package handgrad

import (
	"fmt"
	"math"
)

// Activation names the function of a hidden layer. The zero value is Tanh.
type Activation int

// The activations g with their derivatives, given A = g(Z).
const (
	Tanh    Activation = iota // g′(Z) = 1 − A²
	Sigmoid                   // g′(Z) = A·(1 − A)
	ReLU                      // g′(Z) = 1 where Z > 0, else 0
)

// String returns the name of the activation in lower case.
func (g Activation) String() string {
	switch g {
	case Tanh:
		return "tanh"
	case Sigmoid:
		return "sigmoid"
	case ReLU:
		return "relu"
	}
	return fmt.Sprintf("Activation(%d)", int(g))
}

// check returns an error unless g is one of the constants.
func (g Activation) check() error {
	if g < Tanh || g > ReLU {
		return fmt.Errorf("handgrad: hidden activation is %v, want tanh, sigmoid or relu", g)
	}
	return nil
}

// value returns g(z).
func (g Activation) value(z float64) float64 {
	switch g {
	case Sigmoid:
		return sigmoid(z)
	case ReLU:
		return max(z, 0)
	}
	return math.Tanh(z)
}

// slope returns g′(z), given a = g(z).
func (g Activation) slope(z, a float64) float64 {
	switch g {
	case Sigmoid:
		return a * (1 - a)
	case ReLU:
		if z > 0 {
			return 1
		}
		return 0
	}
	return 1 - a*a
}

// sigmoid returns 1/(1 + exp(−z)) without overflow.
func sigmoid(z float64) float64 {
	if z < 0 {
		e := math.Exp(z)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-z))
}

// meanCrossEntropy returns −y·log a − (1−y)·log(1−a) with a = sigmoid(z),
// summed over the outputs and averaged over the examples. Written in terms of z
// it is finite for every finite z.
func meanCrossEntropy(z, y Matrix) float64 {
	sum := 0.0
	for i, z := range z.Data {
		sum += max(z, 0) - z*y.Data[i] + math.Log1p(math.Exp(-math.Abs(z)))
	}
	return sum / float64(z.Cols)
}
