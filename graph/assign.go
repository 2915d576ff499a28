package graph

import (
	"errors"
	"fmt"
	"slices"
)

// IsTraining reports whether the graph is built for training: a step of its
// program then changes parameters, and layers such as dropout act. See
// Settings.Training.
func (g *Graph) IsTraining() bool { return g != nil && g.training }

// Assign makes a training step set p to the value of a node of its shape, such
// as a running mean of a normalisation or the next seed of a dropout. It is how
// a layer keeps state; a layer's own parameters are assigned so and not trained.
//
// A parameter can be assigned once. An evaluation changes nothing, so to assign
// in a graph that is not built for training is an error: ask IsTraining first.
func (g *Graph) Assign(p *Param, value *Node) {
	if value != nil && value.err != nil {
		g.keep(value.err)
		return
	}
	if err := checkSameGraph(g, []*Node{value}); err != nil {
		failedNode(g, "Assign", err, value)
		return
	}
	n := g.Use(p)
	if n.err != nil {
		return // Use has kept it
	}
	var err error
	switch {
	case !g.training:
		err = errors.New("the graph is built for evaluation, which changes nothing: ask IsTraining before")
	case g.walking:
		err = errors.New("it was called by a Backward rule")
	case !slices.Equal(n.shape, value.shape):
		err = fmt.Errorf("the parameter has shape %s", shapeString(n.shape))
	case slices.ContainsFunc(g.assigned, func(u Update) bool { return u.Param == p }):
		err = errors.New("the parameter is assigned already")
	}
	if err != nil {
		failedNode(g, "Assign to parameter "+quote(p.name), err, value)
		return
	}
	g.assigned = append(g.assigned, Update{Param: p, Value: value})
}

// Assignments returns what Assign was given, in order, for Spec.Updates. An
// optim.Trainer puts them beside its rule's.
func (g *Graph) Assignments() []Update {
	if g == nil {
		return nil
	}
	return slices.Clone(g.assigned)
}
