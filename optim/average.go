package optim

import (
	"fmt"
	"slices"

	"chainrule/graph"
)

// Average keeps running means of the parameters beside what another rule does to
// them, which often predict better than the last ones (B. T. Polyak and A. B.
// Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992; with a
// decay as in D. P. Kingma and J. Ba, "Adam", 2015, section 7.2):
//
//	a ← (d·(1−dᵗ⁻¹)·a + (1−d)·W) / (1−dᵗ)     of the W after step t = 1, 2, …
//
// which is the mean of all W so far with weights dᵗ⁻ˢ for the one of step s; after
// the first step it is W. Nothing reads the means but whoever asks
// [Trainer.Averages]. They are part of Trainer.State, as "hidden.W average".
//
// It stands outside of rules that change the step, such as Decay and PerParameter.
type Average struct {
	// Rule takes the step. It must be given.
	Rule Rule

	// Decay is d, from 0 to below 1; if 0, 0.999, which averages some 1000
	// steps. By d = 0 the means would be the parameters themselves.
	Decay float64
}

var _ Rule = Average{}

// Apply writes one step of the rule.
func (r Average) Apply(u *Update) {
	decay := orDefault(r.Decay, 0.999)
	if u.Graph() == nil || !checkDecay(u, "Average.Decay", decay) || !u.within("Average.Rule", r.Rule, u.Grads) {
		return
	}
	if u.averaged {
		graph.Fail(graph.Errorf("Average", "it stands in another Average, one expected"), u.Grads...)
		return
	}
	weight := u.average(u.Scalar(averageWeight), u.Graph().Const(1), decay)
	part := graph.Div(u.Graph().Const(1-decay), weight)
	for _, p := range u.Params {
		next := u.Value(p)
		if at := u.next(p); at >= 0 {
			next = u.assign[at].Value
		}
		mean := u.State(p, averageName)
		a := u.Value(mean)
		u.Assign(mean, graph.Add(a, graph.Mul(graph.Sub(next, a), part)))
	}
	u.averaged = true
}

const averageName, averageWeight = "average", "Average weight"

// Averages returns the running means that the rule [Average] keeps, in the order of
// Params and of their shapes. They are the Trainer's own, which the next step
// changes: [Flat.CopyOut] and [Flat.CopyIn] copy them into other parameters. It is an
// error if there is no such rule, or no step has been taken.
func (t *Trainer) Averages() ([]*graph.Param, error) {
	state, err := t.State()
	if err != nil {
		return nil, err
	}
	find := func(name string) *graph.Param {
		if at := slices.IndexFunc(state, func(p *graph.Param) bool { return p.Name() == name }); at >= 0 {
			return state[at]
		}
		return nil
	}
	weight := find(averageWeight)
	if weight == nil {
		return nil, fmt.Errorf("optim: the Trainer's rule %T keeps no averages, an Average expected", t.Rule)
	}
	if v := weight.Value().Data(); v == 0.0 || v == float32(0) {
		return nil, fmt.Errorf("optim: there are no averages before the first step")
	}
	means := make([]*graph.Param, len(t.Params))
	for i, p := range t.Params {
		means[i] = find(p.Name() + " " + averageName)
	}
	return means, nil
}
