package optim

import (
	"slices"

	"chainrule/graph"
)

// Decay pulls weights towards 0 beside another rule. L1 and L2 are penalties, whose
// gradients are added to those of the cost before the rule sees them:
//
//	g ← g + L1·sign(W) + L2·W
//
// which trains on the cost plus L1·Σ|W| + ½·L2·ΣW²; the cost that a Trainer reports is
// without it. L2 is PyTorch's weight_decay. Decoupled is λ of a decay beside
// the rule's step, with α the present "learning rate" of the rule:
//
//	W ← rule's W − α·λ·W
//
// (I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019,
// section 2, with λ in units of α as in PyTorch's AdamW). For [GradientDescent] L2 and
// Decoupled are the same.
type Decay struct {
	// Rule takes the step. It must be given.
	Rule Rule

	// L1, L2 and Decoupled are at least 0, which is none; one must be above it.
	L1, L2, Decoupled float64

	// Params are the parameters that decay, a part of the Trainer's. If nil they are
	// the weights: those that are no Bias, see graph.Param. It is an error if there is
	// none of them.
	Params []*graph.Param
}

var _ Rule = Decay{}

// Apply writes one step of the rule.
func (r Decay) Apply(u *Update) {
	if !checkAmount(u, "Decay.L1", r.L1) || !checkAmount(u, "Decay.L2", r.L2) || !checkAmount(u, "Decay.Decoupled", r.Decoupled) {
		return
	}
	if r.L1 == 0 && r.L2 == 0 && r.Decoupled == 0 {
		graph.Fail(graph.Errorf("Decay", "none of L1, L2 and Decoupled given, a number above 0 expected for at least one"), u.Grads...)
		return
	}
	params := r.Params
	if params == nil {
		params = u.weights("Decay")
	}
	grads := slices.Clone(u.Grads)
	for i, p := range params {
		at := slices.Index(u.Params, p)
		if at < 0 || slices.Index(params, p) < i {
			graph.Fail(graph.Errorf("Decay.Params", "entry %d, %q, is not the Trainer's or there twice: some of its Params expected", i, p.Name()), u.Grads...)
			return
		}
		if r.L1 > 0 {
			grads[at] = graph.Add(grads[at], graph.Sign(u.Value(p)).Times(r.L1))
		}
		if r.L2 > 0 {
			grads[at] = graph.Add(grads[at], u.Value(p).Times(r.L2))
		}
	}
	if u.within("Decay.Rule", r.Rule, grads) && r.Decoupled > 0 {
		u.shrink("Decay", r.Decoupled, params)
	}
}

// weights returns the parameters that decay if nobody says which, and fails the graph
// if there are none.
func (u *Update) weights(rule string) (weights []*graph.Param) {
	for _, p := range u.Params {
		if !p.Bias {
			weights = append(weights, p)
		}
	}
	if len(weights) == 0 {
		graph.Fail(graph.Errorf(rule, "none of the %d parameters is a weight, which decay: a graph.Param that is no Bias expected, or Decay with its Params", len(u.Params)), u.Grads...)
	}
	return weights
}

// shrink takes α·λ·W from what the step assigns to the parameters.
func (u *Update) shrink(rule string, lambda float64, params []*graph.Param) {
	rate := u.rates[learningRate]
	if rate == nil {
		graph.Fail(graph.Errorf(rule, `the rule within has no rate "learning rate", which the decay is multiplied by`), u.Grads...)
		return
	}
	rate = rate.Times(lambda)
	for _, p := range params {
		u.change(rule, p, func(next *graph.Node) *graph.Node {
			return graph.Sub(next, graph.Mul(u.Value(p), rate))
		})
	}
}
