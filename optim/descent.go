package optim

import (
	"math"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// GradientDescent is W ← W − α·dW, the notes' update.
type GradientDescent struct {
	// LearningRate is α, above 0. It must be given.
	LearningRate float64
}

var _ Rule = GradientDescent{}

// Apply writes one step of the rule.
func (r GradientDescent) Apply(u *Update) {
	if !checkRate(u, "GradientDescent.LearningRate", r.LearningRate) {
		return
	}
	rate := u.Rate(learningRate, r.LearningRate)
	for i, p := range u.Params {
		u.Assign(p, graph.Sub(u.Value(p), graph.Mul(u.Grads[i], rate)))
	}
}

// checkRate fails the graph if a rate is not a positive number of the graph's dtype,
// and reports false if there is no graph.
func checkRate(u *Update, name string, v float64) bool {
	if u.Graph() == nil {
		return false
	}
	if v = roundedTo(u.Graph().Dtype(), v); v > 0 && !math.IsInf(v, 1) {
		return true
	}
	graph.Fail(graph.Errorf(name, positiveError, v), u.Grads...)
	return false
}

// roundedTo returns the number of a dtype that v becomes: of float32 1e39 is infinite,
// and 1e-46 is 0.
func roundedTo(dtype tensor.Dtype, v float64) float64 {
	if dtype == tensor.Float32 {
		return float64(float32(v))
	}
	return v
}

const positiveError = "%v given, a number above 0 expected"

// checkDecay fails the graph if a decay rate is not in [0, 1).
func checkDecay(u *Update, name string, v float64) bool {
	if v >= 0 && v < 1 {
		return true
	}
	graph.Fail(graph.Errorf(name, "%v given, a number from 0 to below 1 expected", v), u.Grads...)
	return false
}

func orDefault(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}
