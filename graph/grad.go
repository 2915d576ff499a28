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
	g.walking, g.raw = true, !simple
	var out []*Node
	err = g.attempt(func() (err error) {
		defer func() { g.walking = false }()
		defer catch("Grad", &err) // of a function on constants
		out, err = g.gradients(y, xs, start, simple, examples)
		return err
	})
	return out, err
}

// gradients adds the gradients of y to the nodes from start on.
func (g *Graph) gradients(y *Node, xs []*Node, start int, simple bool, examples *exampleWalk) ([]*Node, error) {
	w, err := g.flow(y, g.Const(1, y.shape...), xs, examples)
	if err != nil {
		return nil, err
	}
	out := make([]*Node, len(xs))
	for i, x := range xs {
		if out[i] = examples.asked(x, w.total(x)); out[i] == nil || x.integer {
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
	g.derived(y, span{start, len(g.nodes)})
	return out, nil
}

// flow goes from y, whose gradient is dy, back to the xs.
func (g *Graph) flow(y, dy *Node, xs []*Node, examples *exampleWalk) (*walk, error) {
	w := &walk{g: g, examples: examples, terms: map[*Node][]*Node{y: {dy}}, totals: map[*Node]*Node{}}
	around, ends := make([][]*Node, len(xs)), slices.Clone(xs)
	for i, x := range xs {
		if !slices.Contains(xs[:i], x) { // what flows into x by detours is added once
			around[i] = g.detours(x, y)
			ends = append(ends, around[i]...)
		}
	}
	var path []*Node
	w.active, path = g.pathBetween(ends, y)
	err := w.run(path)
	if err == nil {
		err = g.err
	}
	for i, x := range xs {
		for _, n := range around[i] {
			if err == nil {
				err = w.around(x, n)
			}
		}
	}
	return w, err
}

// around adds to the gradient of x what flows into it from a node whose detour passes
// x by.
func (w *walk) around(x, n *Node) error {
	dn := w.total(n)
	if dn == nil {
		return nil
	}
	plain, err := n.plainly()
	if err != nil {
		return err
	}
	v, err := w.g.flow(plain, dn, []*Node{x}, w.examples.aside(n, plain))
	if err != nil {
		return err
	}
	d, before := w.examples.join(x, n, v.total(x), w.total(x), v.examples)
	if d != nil && before != nil {
		d = Add(before, d)
	}
	if d != nil {
		w.totals[x] = d
	}
	return nil
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
		return nil, mistake("Grad", err, all...)
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
