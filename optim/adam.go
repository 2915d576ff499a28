package optim

import (
	"chainrule/graph"
)

// Adam follows running means of the gradient and of its square (Kingma and Ba,
// "Adam: A Method for Stochastic Optimization", 2015, algorithm 1):
//
//	m ← β1·m + (1−β1)·g
//	v ← β2·v + (1−β2)·g²
//	W ← W − α·(m/c1) / (√(v/c2) + ε)
//
// c1 and c2 are the weights that the means have gathered so far, 1 − β1ᵗ and
// 1 − β2ᵗ after t steps. They are kept as running means of 1, by which they
// come out right in float32 too.
type Adam struct {
	LearningRate float64 // α; if 0, 0.001
	Beta1        float64 // if 0, 0.9
	Beta2        float64 // if 0, 0.999
	Epsilon      float64 // ε; if 0, 1e-8
}

var _ Rule = Adam{}

// Apply writes one step of the rule.
func (r Adam) Apply(u *Update) { r.apply(u, "Adam") }

// apply writes a step of the rule under a name, and reports false if it cannot.
func (r Adam) apply(u *Update, name string) bool {
	alpha, eps := orDefault(r.LearningRate, 0.001), orDefault(r.Epsilon, 1e-8)
	beta1, beta2 := orDefault(r.Beta1, 0.9), orDefault(r.Beta2, 0.999)
	if !checkRate(u, name+".LearningRate", alpha) || !checkRate(u, name+".Epsilon", eps) ||
		!checkDecay(u, name+".Beta1", beta1) || !checkDecay(u, name+".Beta2", beta2) {
		return false
	}
	rate := u.Rate(learningRate, alpha)
	one := u.Graph().Const(1)
	perC1 := graph.Div(rate, u.average(u.Scalar(name+" c1"), one, beta1))
	perC2 := graph.Reciprocal(u.average(u.Scalar(name+" c2"), one, beta2))
	for i, p := range u.Params {
		m := u.average(u.State(p, name+" m"), u.Grads[i], beta1)
		v := u.average(u.State(p, name+" v"), graph.Square(u.Grads[i]), beta2)
		root := graph.Sqrt(graph.Mul(v, perC2)).Plus(eps)
		u.Assign(p, graph.Sub(u.Value(p), graph.Mul(graph.Div(m, root), perC1)))
	}
	return true
}

// average assigns β·mean + (1−β)·x to a running mean and returns its new value.
func (u *Update) average(mean *graph.Param, x *graph.Node, beta float64) *graph.Node {
	next := graph.Add(u.Value(mean).Times(beta), x.Times(1-beta))
	u.Assign(mean, next)
	return next
}
