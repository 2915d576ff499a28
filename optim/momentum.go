package optim

import "chainrule/graph"

// Momentum keeps a velocity v that gathers the gradients g:
//
//	v ← β·v + g
//	W ← W − α·v            or, by Nesterov,  W ← W − α·(g + β·v)
//
// Both lines see the new v, which starts at 0. It is the heavy ball of
// B. T. Polyak, "Some methods of speeding up the convergence of iteration
// methods", 1964, and Nesterov's method as in I. Sutskever, J. Martens, G. Dahl
// and G. Hinton, "On the importance of initialization and momentum in deep
// learning", ICML 2013, in the form of PyTorch's SGD without dampening: g is not
// multiplied by 1 − β, so that a constant gradient moves W by α·g/(1 − β) a step
// in the end; and α stands outside v, so that a change of it acts at once.
type Momentum struct {
	// LearningRate is α, above 0. It must be given.
	LearningRate float64

	// Beta is β, from 0 to below 1; if 0, 0.9. The rule with β = 0 is
	// [GradientDescent].
	Beta float64

	// Nesterov chooses the second form, which looks one step ahead.
	Nesterov bool
}

var _ Rule = Momentum{}

// Apply writes one step of the rule.
func (r Momentum) Apply(u *Update) {
	beta := orDefault(r.Beta, 0.9)
	if !checkRate(u, "Momentum.LearningRate", r.LearningRate) || !checkDecay(u, "Momentum.Beta", beta) {
		return
	}
	rate := u.Rate(learningRate, r.LearningRate)
	for i, p := range u.Params {
		velocity := u.State(p, "Momentum velocity")
		v := graph.Add(u.Value(velocity).Times(beta), u.Grads[i])
		u.Assign(velocity, v)
		step := v
		if r.Nesterov {
			step = graph.Add(u.Grads[i], v.Times(beta))
		}
		u.Assign(p, graph.Sub(u.Value(p), graph.Mul(step, rate)))
	}
}
