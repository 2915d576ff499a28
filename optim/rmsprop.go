package optim

import "chainrule/graph"

// RMSProp divides the gradient g by the root of a running mean of its square
// (T. Tieleman and G. Hinton, "Lecture 6.5 — rmsprop", Coursera: Neural Networks
// for Machine Learning, 2012):
//
//	v ← β·v + (1−β)·g²
//	s ← g / (√v + ε)                 or, centred,  s ← g / (√(v − ḡ²) + ε)
//	W ← W − α·s                      or, with momentum,  b ← μ·b + s,  W ← W − α·b
//
// ḡ is the running mean of g with the same β, by which v − ḡ² estimates a variance
// (A. Graves, "Generating Sequences With Recurrent Neural Networks", 2013,
// equations 38 to 41, which have ε under the root); where rounding makes it negative
// it counts as 0. ε outside the root, and α outside b, are as in PyTorch's RMSprop, and
// so are the defaults. The means start at 0 and are not corrected for it: first
// steps are larger by up to 1/√(1−β), ten times for 0.99.
type RMSProp struct {
	LearningRate float64 // α; if 0, 0.01

	// Beta is β, from 0 to below 1; if 0, 0.99 (PyTorch's alpha). The rule that
	// remembers nothing, β = 0, moves by the sign of g: 1e-300 stands for it.
	Beta float64

	Epsilon float64 // ε; if 0, 1e-8

	// Momentum is μ, from 0, for none, to below 1.
	Momentum float64

	// Centered divides by an estimate of the standard deviation.
	Centered bool
}

var _ Rule = RMSProp{}

// Apply writes one step of the rule.
func (r RMSProp) Apply(u *Update) {
	alpha, beta, eps := orDefault(r.LearningRate, 0.01), orDefault(r.Beta, 0.99), orDefault(r.Epsilon, 1e-8)
	if !checkRate(u, "RMSProp.LearningRate", alpha) || !checkDecay(u, "RMSProp.Beta", beta) ||
		!checkRate(u, "RMSProp.Epsilon", eps) || !checkDecay(u, "RMSProp.Momentum", r.Momentum) {
		return
	}
	rate := u.Rate(learningRate, alpha)
	for i, p := range u.Params {
		variance := u.average(u.State(p, "RMSProp v"), graph.Square(u.Grads[i]), beta)
		if r.Centered {
			mean := u.average(u.State(p, "RMSProp mean"), u.Grads[i], beta)
			variance = graph.Maximum(graph.Sub(variance, graph.Square(mean)), u.Graph().Const(0))
		}
		step := graph.Div(u.Grads[i], graph.Sqrt(variance).Plus(eps))
		if r.Momentum > 0 {
			velocity := u.State(p, "RMSProp velocity")
			step = graph.Add(u.Value(velocity).Times(r.Momentum), step)
			u.Assign(velocity, step)
		}
		u.Assign(p, graph.Sub(u.Value(p), graph.Mul(step, rate)))
	}
}
