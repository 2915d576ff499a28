package graph

import (
	"cmp"
	"errors"
	"slices"
)

// Grad adds the nodes of the gradient of y, which has one entry, with respect
// to each of xs, and returns them in the same order, each of the shape of its
// x. The xs may be any nodes, interior ones included. The gradient with respect
// to a node that y does not depend on is a constant zero. What Grad returns is
// simplified (GradRaw is not) and can be differentiated again.
func Grad(y *Node, xs ...*Node) ([]*Node, error) { return grad(y, xs, true, nil) }

// GradRaw is Grad without simplification: what the chain rule alone gives.
func GradRaw(y *Node, xs ...*Node) ([]*Node, error) { return grad(y, xs, false, nil) }

// grad returns the gradients of y, in the convention of examples if it is given.
func grad(y *Node, xs []*Node, simple bool, examples *exampleWalk) ([]*Node, error) {
	g, err := checkGrad(y, xs)
	if err != nil {
		return nil, err
	}
	start := len(g.nodes)
	g.walking = true
	done := false
	defer func() {
		g.walking = false
		if !done { // a mistake, or a rule that panicked
			g.prune(start, nil)
			g.err = nil // it was of a node that is gone
		}
	}()

	w := &walk{g: g, examples: examples, terms: map[*Node][]*Node{}, totals: map[*Node]*Node{}}
	var path []*Node
	w.active, path = g.pathBetween(xs, y)
	w.terms[y] = []*Node{g.Const(1, y.shape...)}
	err = w.run(path)
	if err == nil {
		err = g.err
	}
	if err != nil {
		return nil, err
	}
	out := make([]*Node, len(xs))
	for i, x := range xs {
		if out[i] = w.total(x); out[i] == nil || !w.active[x.id] {
			out[i] = g.Const(0, x.shape...)
		}
	}
	adjoints := w.totals
	if simple {
		s := newSimplifier(g, start)
		for _, i := range backwardOrder(out, start) {
			out[i] = s.simplify(out[i])
		}
		adjoints = s.translate(adjoints)
	}
	live := g.prune(start, out)
	if examples == nil {
		g.recordAdjoints(adjoints, live)
	}
	done = true
	return out, nil
}

// backwardOrder returns the indices of gradients in the order of
// back-propagation: by when the gradient that each is computed from was known.
func backwardOrder(gradients []*Node, start int) []int {
	known := func(i int) int {
		last := 0
		for _, x := range gradients[i].in {
			if x.id >= start {
				last = max(last, x.id)
			}
		}
		return last
	}
	order := make([]int, len(gradients))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(known(i), known(j)) })
	return order
}

func checkGrad(y *Node, xs []*Node) (*Graph, error) {
	all := append([]*Node{y}, xs...)
	g := graphOf(all)
	if err := checkSameGraph(g, all); err != nil {
		return nil, g.fail("Grad", err, all...)
	}
	switch {
	case g.err != nil:
		return nil, g.err
	case g.walking:
		return nil, errors.New("graph.Grad: called by a Backward rule on the graph that is being differentiated")
	case size(y.shape) != 1:
		return nil, mistake("Grad", errors.New("the gradient is that of a scalar: a node with one entry expected (Sum or Mean make one)"), y)
	}
	return g, nil
}

// recordAdjoints remembers which nodes are gradients with respect to which, so
// that formulas can call them dZ1 or dW1. The first gradient of a node counts.
func (g *Graph) recordAdjoints(adjoints map[*Node]*Node, live map[*Node]bool) {
	for n, d := range adjoints {
		if _, known := g.adjoints[n]; !known && live[d] {
			g.adjoints[n] = d
		}
	}
}
