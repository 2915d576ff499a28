package layers

import (
	"errors"

	"chainrule/graph"
)

// A Layer is a part of a network.
type Layer interface {
	// Apply adds the layer to the graph of x, the values of the layer before,
	// and returns its result. A layer may be applied any number of times, in
	// one graph and in several; its parameters are the same in all of them.
	Apply(x *graph.Node) *graph.Node

	// Params returns the layer's parameters, nil if it has none. None of them
	// is nil.
	Params() []*graph.Param
}

// reject returns a failed node if x is nil, of no graph or failed, and nil if x is
// fine.
func reject(op string, x *graph.Node) *graph.Node {
	if x == nil {
		return graph.Fail(graph.Errorf(op, "its input is nil"))
	}
	var located *graph.Error
	switch err := x.Err(); {
	case err != nil && !errors.As(err, &located): // it has no place yet
		return graph.Fail(graph.Errorf(op, "its input: %w", err), x)
	case err != nil:
		return graph.Fail(err, x)
	}
	return nil
}

// affine returns W·x + b as the Z of a layer.
func affine(w, b *graph.Param, x *graph.Node) *graph.Node {
	g := x.Graph()
	return graph.Add(graph.MatMul(g.Use(w), x), g.Use(b)).MarkZ()
}

// distinct returns the parameters without nils and repetitions, in order.
func distinct(params ...*graph.Param) []*graph.Param {
	var out []*graph.Param
	seen := map[*graph.Param]bool{nil: true}
	for _, p := range params {
		if !seen[p] {
			out = append(out, p)
			seen[p] = true
		}
	}
	return out
}
