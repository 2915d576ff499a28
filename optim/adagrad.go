package optim

import "chainrule/graph"

// Adagrad divides the gradient g by the root of the sum of all its squares so far
// (J. Duchi, E. Hazan and Y. Singer, "Adaptive Subgradient Methods for Online
// Learning and Stochastic Optimization", JMLR 12, 2011, the diagonal form):
//
//	s ← s + g²
//	W ← W − α·g / (√s + ε)
//
// s starts at 0. With Decay d the rate of step t = 1, 2, … is α/(1 + d·(t − 1)). Defaults
// are those of PyTorch's Adagrad, whose lr_decay is Decay.
type Adagrad struct {
	LearningRate float64 // α; if 0, 0.01
	Epsilon      float64 // ε; if 0, 1e-10
	Decay        float64 // d, above 0; if 0, none
}

var _ Rule = Adagrad{}

// Apply writes one step of the rule.
func (r Adagrad) Apply(u *Update) {
	alpha, eps := orDefault(r.LearningRate, 0.01), orDefault(r.Epsilon, 1e-10)
	if !checkRate(u, "Adagrad.LearningRate", alpha) || !checkRate(u, "Adagrad.Epsilon", eps) {
		return
	}
	if r.Decay != 0 && !checkRate(u, "Adagrad.Decay", r.Decay) {
		return
	}
	rate := u.Rate(learningRate, alpha)
	if r.Decay != 0 {
		taken := u.Scalar("Adagrad steps")
		before := u.Value(taken)
		u.Assign(taken, before.Plus(1))
		rate = graph.Div(rate, before.Times(r.Decay).Plus(1))
	}
	for i, p := range u.Params {
		sum := u.State(p, "Adagrad sum")
		s := graph.Add(u.Value(sum), graph.Square(u.Grads[i]))
		u.Assign(sum, s)
		step := graph.Div(u.Grads[i], graph.Sqrt(s).Plus(eps))
		u.Assign(p, graph.Sub(u.Value(p), graph.Mul(step, rate)))
	}
}
