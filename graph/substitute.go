package graph

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Substitute calls build, during which Use returns the given nodes in place of
// the parameters, so that whatever build adds to the graph, layers of one's own
// included, is computed with these values: parameters after a gradient step
// inside the graph, running means, the parameters of another network. Parameters
// that are not among them stay as they are, or what an outer Substitute made of
// them. A value must be a node of the graph in the parameter's shape; if one is
// not, everything that uses the parameter fails.
//
// A build that is nil is a mistake of the graph.
func (g *Graph) Substitute(values map[*Param]*Node, build func()) {
	err := g.made()
	if err == nil && build == nil {
		err = errors.New("the function that builds is nil")
	}
	if err != nil {
		g.fail("Substitute", err)
		return // and whatever build would add to it
	}
	before := g.replaced
	defer func() { g.replaced = before }()
	g.replaced = maps.Clone(before)
	if g.replaced == nil {
		g.replaced = map[*Param]*Node{}
	}
	for p, n := range values {
		g.replaced[p] = g.substitute(p, n)
	}
	build()
}

// substitute returns n if it can stand for p, and else a failed node.
func (g *Graph) substitute(p *Param, n *Node) *Node {
	const op = "Substitute"
	switch {
	case p == nil:
		return failedNode(g, op, fmt.Errorf("the parameter is nil"))
	case p.Err() != nil:
		g.keep(p.Err())
		return &Node{g: g, err: p.Err()}
	case n == nil:
		return failedNode(g, op+" "+quote(p.name), errNilNode)
	case n.err != nil:
		g.keep(n.err)
		return n
	case n.g != g:
		return failedNode(g, op+" "+quote(p.name), fmt.Errorf("the value is a node of another graph"), n)
	case !slices.Equal(n.shape, p.shape):
		return failedNode(g, op+" "+quote(p.name), fmt.Errorf("its value has shape %v, %v expected", n.Shape(), p.Shape()), n)
	}
	return n
}
