package optim

import (
	"slices"

	"chainrule/graph"
)

// within has a rule that stands in another one, as its field, write its step from
// gradients that may be others. It reports false if there is none.
func (u *Update) within(field string, rule Rule, grads []*graph.Node) bool {
	if rule == nil {
		graph.Fail(graph.Errorf(field, "none given, a rule expected"), u.Grads...)
		return false
	}
	inner := *u
	inner.Grads = grads
	rule.Apply(&inner)
	u.assign, u.averaged = inner.assign, inner.averaged
	return true
}

// next is the place of the last assignment to p, -1 if there is none.
func (u *Update) next(p *graph.Param) int {
	return slices.IndexFunc(u.assign, func(a graph.Update) bool { return a.Param == p })
}

// change replaces what the step assigns to p by what f makes of it. A parameter
// that the step leaves alone stays so.
func (u *Update) change(rule string, p *graph.Param, f func(next *graph.Node) *graph.Node) {
	if u.averaged {
		graph.Fail(graph.Errorf(rule, "it changes a step that Average within it has averaged: Average outside %s expected", rule), u.Grads...)
		return
	}
	if at := u.next(p); at >= 0 {
		u.assign[at].Value = f(u.assign[at].Value)
	}
}

// checkAmount is checkRate for what may be 0, for none.
func checkAmount(u *Update, name string, v float64) bool {
	return u.Graph() != nil && v == 0 || checkRate(u, name, v)
}
