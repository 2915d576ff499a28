package layers

import "chainrule/graph"

// ApplyWith applies a layer, a network or one of one's own, with the given nodes
// in place of its parameters; those without a node stay. With W − α·dW it is the
// network after a gradient step, with the parameters of another network it is
// that one's twin. See [graph.Graph.Substitute].
func ApplyWith(l Layer, x *graph.Node, values map[*graph.Param]*graph.Node) *graph.Node {
	if failed := reject("ApplyWith", x); failed != nil {
		return failed
	}
	if l == nil {
		return graph.Fail(graph.Errorf("ApplyWith", "the layer is nil"), x)
	}
	var out *graph.Node
	x.Graph().Substitute(values, func() { out = l.Apply(x) })
	return out
}
