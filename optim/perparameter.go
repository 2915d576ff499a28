package optim

import (
	"slices"

	"chainrule/graph"
)

// PerParameter makes some parameters move faster or slower than a rule has them,
// as with a learning rate of their own:
//
//	W ← W + f·(rule's W − W)
//
// which for all rules of this package is the rule with f times the learning rate, and
// stays so when SetRate changes that. Where parameters are to stand still altogether
// it is cheaper to leave them out of the Trainer's Params, see there.
type PerParameter struct {
	// Rule takes the step. It must be given.
	Rule Rule

	// Factors are the f, finite and at least 0, by which nothing moves; of
	// parameters that are not there f is 1.
	Factors map[*graph.Param]float64
}

var _ Rule = PerParameter{}

// Apply writes one step of the rule.
func (r PerParameter) Apply(u *Update) {
	if u.Graph() == nil {
		return
	}
	for p, f := range r.Factors {
		switch rounded := roundedTo(u.Graph().Dtype(), f); {
		case !slices.Contains(u.Params, p):
			graph.Fail(graph.Errorf("PerParameter.Factors", "%q is not among the Trainer's Params", p.Name()), u.Grads...)
			return
		case rounded == 0 && f != 0:
			graph.Fail(graph.Errorf("PerParameter.Factors", "%v given for %q, which %v rounds to 0: 0 or a number above it expected", f, p.Name(), u.Graph().Dtype()), u.Grads...)
			return
		case !isRate(rounded):
			graph.Fail(graph.Errorf("PerParameter.Factors", "%v given for %q, a finite number of at least 0 expected", rounded, p.Name()), u.Grads...)
			return
		}
	}
	if !u.within("PerParameter.Rule", r.Rule, u.Grads) {
		return
	}
	for _, p := range u.Params {
		f, ok := r.Factors[p]
		if !ok || f == 1 {
			continue
		}
		u.change("PerParameter", p, func(next *graph.Node) *graph.Node {
			if f == 0 {
				return u.Value(p)
			}
			return graph.Add(u.Value(p), graph.Sub(next, u.Value(p)).Times(f))
		})
	}
}
