package optim

import "chainrule/graph"

// Adagrad divides the gradient g by the root of the sum of all its squares so far
// (J. Duchi, E. Hazan and Y. Singer, "Adaptive Subgradient Methods for Online
// Learning and Stochastic Optimization", JMLR 12, 2011, the diagonal form):
//
//	s ← s + g²
//	W ← W − α·g / (√s + ε)
//
// s starts at 0. Defaults are those of PyTorch's Adagrad; its decay of the rate by
// 1/(1 + d·t) is a matter of schedules.
type Adagrad struct {
	LearningRate float64 // α; if 0, 0.01
	Epsilon      float64 // ε; if 0, 1e-10
}

var _ Rule = Adagrad{}

// Apply writes one step of the rule.
func (r Adagrad) Apply(u *Update) {
	alpha, eps := orDefault(r.LearningRate, 0.01), orDefault(r.Epsilon, 1e-10)
	if !checkRate(u, "Adagrad.LearningRate", alpha) || !checkRate(u, "Adagrad.Epsilon", eps) {
		return
	}
	rate := u.Rate(learningRate, alpha)
	for i, p := range u.Params {
		sum := u.State(p, "Adagrad sum")
		s := graph.Add(u.Value(sum), graph.Square(u.Grads[i]))
		u.Assign(sum, s)
		step := graph.Div(u.Grads[i], graph.Sqrt(s).Plus(eps))
		u.Assign(p, graph.Sub(u.Value(p), graph.Mul(step, rate)))
	}
}
