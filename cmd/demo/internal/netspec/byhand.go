package netspec

import (
	"math"

	"chainrule/internal/handgrad"
	"chainrule/layers"
)

// Layers are counted from 0 in this file.

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

// activated returns g(Z).
func activated(g layers.Activation, z handgrad.Matrix) handgrad.Matrix {
	if g != layers.Softmax {
		return z.Apply(func(z float64) float64 { return value(g, z) })
	}
	out := handgrad.Zeros(z.Rows, z.Cols)
	for j := range z.Cols {
		largest, sum := math.Inf(-1), 0.0
		for i := range z.Rows {
			largest = max(largest, z.Data[i*z.Cols+j])
		}
		for i := j; i < len(z.Data); i += z.Cols {
			out.Data[i] = math.Exp(z.Data[i] - largest)
			sum += out.Data[i]
		}
		for i := j; i < len(z.Data); i += z.Cols {
			out.Data[i] /= sum
		}
	}
	return out
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

// outputGradient returns dA of the last layer, in the convention of r.
func outputGradient(s *Spec, r *Result, a handgrad.Matrix) handgrad.Matrix {
	f := r.atOutput(s)
	return a.Combine(s.Y, func(a, y float64) float64 {
		switch {
		case s.Loss == SquaredError:
			return 2 * (a - y) * f
		case s.output() == layers.Softmax:
			return -y / a * f
		}
		return ((1-y)/(1-a) - y/a) * f
	})
}

// outputDZ returns dZ of the last layer, in the convention of r.
func outputDZ(s *Spec, r *Result, z, a handgrad.Matrix) handgrad.Matrix {
	if s.Loss == CrossEntropy {
		return a.Sub(s.Y).Scale(r.atOutput(s))
	}
	return throughActivation(s.output(), outputGradient(s, r, a), z, a)
}

// xlogy returns y·ln a, and 0 for y = 0.
func xlogy(y, a float64) float64 {
	if y == 0 {
		return 0
	}
	return y * math.Log(a)
}

// losses returns the loss of every output and example, from probabilities for
// cross-entropy.
func (s *Spec) losses(a handgrad.Matrix) handgrad.Matrix {
	return a.Combine(s.Y, func(a, y float64) float64 {
		switch {
		case s.Loss == SquaredError:
			return (a - y) * (a - y)
		case s.output() == layers.Softmax:
			return -xlogy(y, a)
		}
		return -xlogy(y, a) - xlogy(1-y, 1-a)
	})
}

// inputOf returns A of the layer before l.
func inputOf(s *Spec, r *Result, l int) handgrad.Matrix {
	if l == 0 {
		return s.X
	}
	return r.A[l-1]
}

// A trail follows a slip: it computes by hand what comes of a line that is wrong,
// if all else is done right.
type trail struct {
	s    *Spec
	r    *Result // what is right
	slip Line
	made map[Line]handgrad.Matrix // the slip, and what has been computed from it
}

// line returns what a line is.
func (t *trail) line(l Line) handgrad.Matrix {
	if v, ok := t.made[l]; ok {
		return v
	}
	if !l.needs(t.slip) {
		return t.r.value(l)
	}
	v := t.compute(l)
	t.made[l] = v
	return v
}

// input returns what a layer is given.
func (t *trail) input(l int) handgrad.Matrix {
	if l == 0 {
		return t.s.X
	}
	return t.line(Line{kindA, l})
}

// compute returns a line from those before it.
func (t *trail) compute(line Line) handgrad.Matrix {
	l, s := line.Layer-1, t.s
	switch line.Kind {
	case kindZ:
		return s.W[l].Mul(t.input(l)).AddColumn(s.B[l])
	case kindA:
		return activated(s.Activations[l], t.line(Line{kindZ, l + 1}))
	case kindCost:
		return sumAll(s.losses(t.line(Line{kindA, s.Layers()}))).Scale(1 / float64(s.Examples()))
	case kindDW:
		return t.line(Line{kindDZ, l + 1}).Mul(t.input(l).Transpose()).Scale(t.r.atParams(s))
	case kindDB:
		return t.line(Line{kindDZ, l + 1}).SumColumns().Scale(t.r.atParams(s))
	}
	z, a := t.line(Line{kindZ, l + 1}), t.line(Line{kindA, l + 1})
	if l == s.Layers()-1 {
		return outputDZ(s, t.r, z, a)
	}
	dA := s.W[l+1].Transpose().Mul(t.line(Line{kindDZ, l + 2}))
	return throughActivation(s.Activations[l], dA, z, a)
}
