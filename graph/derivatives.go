package graph

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/internal/words"
)

// VJP returns the vector-Jacobian product of y with respect to each of xs: the
// gradient of Σ v⊙y, where v has the shape of y and counts as a constant.
func VJP(y, v *Node, xs ...*Node) (products []*Node, err error) {
	if err := checkPairs("VJP", []*Node{y}, []*Node{v}); err != nil {
		return nil, err
	}
	if err := checkSameGraph(y.g, xs); err != nil {
		return nil, mistake("VJP", err, append([]*Node{y}, xs...)...)
	}
	err = y.g.attempt(func() error {
		products, err = Grad(Dot(y, detached(v, xs)), xs...)
		return err
	})
	return products, err
}

// HVP returns the Hessian-vector product of a cost: for each of xs, with H the
// matrix of second derivatives with respect to all of them together, the part
// of H·v that belongs to it. The vs have the shapes of the xs and count as
// constants. It costs about as much as two gradients; H itself is never made.
func HVP(cost *Node, xs, vs []*Node) (products []*Node, err error) {
	if err := checkPairs("HVP", xs, vs); err != nil {
		return nil, err
	}
	g, err := checkGrad(cost, xs)
	if err != nil {
		return nil, err
	}
	err = g.attempt(func() error {
		gradients, err := Grad(cost, xs...)
		if err != nil {
			return err
		}
		total := g.Const(0)
		for i, d := range gradients {
			total = Add(total, Dot(d, detached(vs[i], xs)))
		}
		products, err = Grad(total, xs...)
		return err
	})
	return products, err
}

// detached returns v as a constant with respect to xs.
func detached(v *Node, xs []*Node) *Node {
	around := func(x *Node) bool { return len(v.g.detours(x, v)) > 0 }
	if active, _ := v.g.pathBetween(xs, v); active[v.id] || slices.ContainsFunc(xs, around) {
		return StopGradient(v)
	}
	return v
}

// checkPairs reports vectors that do not fit their nodes.
func checkPairs(op string, xs, vs []*Node) error {
	all := slices.Concat(xs, vs)
	g := graphOf(all)
	if err := checkSameGraph(g, all); err != nil {
		return mistake(op, err, all...)
	}
	if g.err != nil {
		return g.err
	}
	if len(xs) != len(vs) {
		return mistake(op, fmt.Errorf("%s given, one for each of %s expected", words.Count(len(vs), "vector"), words.Count(len(xs), "node")), xs...)
	}
	for i, v := range vs {
		if !slices.Equal(v.shape, xs[i].shape) {
			return mistake(op, errors.New("the vector has another shape"), xs[i], v)
		}
	}
	return nil
}
