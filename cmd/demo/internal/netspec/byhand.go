package netspec

import (
	"math"

	"chainrule/internal/handgrad"
	"chainrule/layers"
)

// value returns g(z) of an activation that works entry by entry.
func value(g layers.Activation, z float64) float64 {
	switch g {
	case layers.Sigmoid:
		return 1 / (1 + math.Exp(-z))
	case layers.Tanh:
		return math.Tanh(z)
	case layers.ReLU:
		return max(z, 0)
	case layers.LeakyReLU:
		return max(z, 0.01*z)
	}
	return z
}

// slope returns g′(z), given a = g(z), of an activation that works entry by
// entry.
func slope(g layers.Activation, z, a float64) float64 {
	switch {
	case g == layers.Sigmoid:
		return a * (1 - a)
	case g == layers.Tanh:
		return 1 - a*a
	case g == layers.ReLU && z <= 0:
		return 0
	case g == layers.LeakyReLU && z <= 0:
		return 0.01
	}
	return 1
}

// throughActivation returns dZ from dA, Z and A = g(Z).
func throughActivation(g layers.Activation, dA, z, a handgrad.Matrix) handgrad.Matrix {
	if g == layers.Softmax {
		inner := dA.Times(a).SumRows().Scale(-1)
		return a.Times(addRow(dA, inner))
	}
	slopes := z.Combine(a, func(z, a float64) float64 { return slope(g, z, a) })
	return dA.Times(slopes)
}

// outputGradient returns dA of the last layer, the derivative of the cost with
// respect to the outputs.
func outputGradient(s *Spec, a handgrad.Matrix) handgrad.Matrix {
	m := float64(s.Examples())
	return a.Combine(

		s.Y, func(a, y float64) float64 {
			switch {
			case s.Loss == SquaredError:
				return 2 * (a - y) / m
			case s.output() == layers.Softmax:
				return -y / a / m
			}
			return ((1-y)/(1-a) - y/a) / m
		})

}

// inputOf returns A of the layer before l, which is counted from 0.
func inputOf(s *Spec, r *Result, l int) handgrad.Matrix {
	if l == 0 {
		return s.X
	}
	return r.A[l-1]
}
