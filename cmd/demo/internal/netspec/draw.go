package netspec

import (
	"fmt"
	"math"
	"math/rand/v2"

	"chainrule/internal/handgrad"
	"chainrule/internal/words"
	"chainrule/layers"
)

// A Plan is what New makes a spec of.
type Plan struct {
	Sizes       []int
	Activations []layers.Activation // if nil tanh, and at last sigmoid or softmax, or identity for squared error
	Loss        Loss                // if empty cross-entropy
	Examples    int
	Seed        uint64
}

// New returns a spec with weights, biases, examples and labels that are drawn,
// to three digits, so that it is pleasant to read and to change.
func (p Plan) New() (*Spec, error) {
	if err := checkSizes(p.Sizes); err != nil {
		return nil, err
	}
	s := &Spec{Sizes: p.Sizes, Activations: p.Activations, Loss: p.Loss}
	if s.Loss == "" {
		s.Loss = CrossEntropy
	}
	if s.Activations == nil {
		s.Activations = p.defaultActivations(s.Loss)
	}
	if err := s.checkKinds(); err != nil {
		return nil, err
	}
	if err := checkExamples(p.Sizes, p.Examples); err != nil {
		return nil, fmt.Errorf("%s: %w", words.Count(p.Examples, "example"), err)
	}
	rng := rand.New(rand.NewPCG(p.Seed, 0))
	for l := range s.Layers() {
		s.W = append(s.W, drawn(rng, s.Sizes[l+1], s.Sizes[l], 1/math.Sqrt(float64(s.Sizes[l]))))
		s.B = append(s.B, drawn(rng, s.Sizes[l+1], 1, 0.1))
	}
	s.X = drawn(rng, s.Sizes[0], p.Examples, 1)
	s.Y = s.labels(rng)
	return s, nil
}

// defaultActivations returns one for each layer.
func (p Plan) defaultActivations(loss Loss) []layers.Activation {
	all := make([]layers.Activation, len(p.Sizes)-1)
	last := len(all) - 1
	switch {
	case loss == SquaredError:
		all[last] = layers.Identity
	case p.Sizes[last+1] > 1:
		all[last] = layers.Softmax
	default:
		all[last] = layers.Sigmoid
	}
	return all
}

// labels draws classes for cross-entropy, and else numbers.
func (s *Spec) labels(rng *rand.Rand) handgrad.Matrix {
	outputs := s.Sizes[s.Layers()]
	if s.Loss == SquaredError {
		return drawn(rng, outputs, s.X.Cols, 1)
	}
	y := handgrad.Zeros(outputs, s.X.Cols)
	for j := range s.X.Cols {
		if s.output() == layers.Softmax {
			y.Data[rng.IntN(outputs)*y.Cols+j] = 1
			continue
		}
		for i := range outputs {
			y.Data[i*y.Cols+j] = float64(rng.IntN(2))
		}
	}
	return y
}

// drawn returns a matrix of normally distributed numbers.
func drawn(rng *rand.Rand, rows, cols int, sigma float64) handgrad.Matrix {
	return handgrad.Zeros(rows, cols).Apply(func(float64) float64 { return rounded(sigma * rng.NormFloat64()) })
}

// rounded returns v with three digits behind the point.
func rounded(v float64) float64 { return math.Round(v*1000) / 1000 }
