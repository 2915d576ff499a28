package optim

import "chainrule/graph"

// Lion moves every weight by the same amount, against the sign of a running mean
// (X. Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023,
// algorithm 2):
//
//	c ← β1·m + (1−β1)·g
//	W ← W − α·(sign c + λ·W)
//	m ← β2·m + (1−β2)·g
//
// m starts at 0, and sign 0 is 0. The paper takes rates 3 to 10 times smaller than
// Adam's and a λ that is larger by as much. What shrinks are weights and not
// biases, see [Decay].
type Lion struct {
	LearningRate float64 // α; if 0, 0.0001

	// Beta1 and Beta2 are from 0 to below 1; if 0, 0.9 and 0.99. For a mean that
	// remembers nothing 1e-300 stands for 0.
	Beta1, Beta2 float64

	// WeightDecay is λ, at least 0, which is none.
	WeightDecay float64
}

var _ Rule = Lion{}

// Apply writes one step of the rule.
func (r Lion) Apply(u *Update) {
	alpha, beta1, beta2 := orDefault(r.LearningRate, 1e-4), orDefault(r.Beta1, 0.9), orDefault(r.Beta2, 0.99)
	if !checkRate(u, "Lion.LearningRate", alpha) || !checkDecay(u, "Lion.Beta1", beta1) ||
		!checkDecay(u, "Lion.Beta2", beta2) || !checkAmount(u, "Lion.WeightDecay", r.WeightDecay) {
		return
	}
	rate := u.Rate(learningRate, alpha)
	for i, p := range u.Params {
		mean := u.State(p, "Lion m")
		c := graph.Add(u.Value(mean).Times(beta1), u.Grads[i].Times(1-beta1))
		u.average(mean, u.Grads[i], beta2)
		u.Assign(p, graph.Sub(u.Value(p), graph.Mul(graph.Sign(c), rate)))
	}
	if r.WeightDecay > 0 {
		u.shrink("Lion", r.WeightDecay, u.weights("Lion"))
	}
}
