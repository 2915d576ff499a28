package losses

import "chainrule/graph"

// SquaredError returns (a − y)², summed over the outputs, averaged over the
// examples. Both have shape (n_y, m); a y that is NaN or infinite is an error, see
// [graph.Require]. There is no factor ½: the gradient with respect to a is
// 2·(A − Y)/m.
func SquaredError(a, y *graph.Node) *graph.Node {
	if failed := mismatch("SquaredError", a, y); failed != nil {
		return failed
	}
	cost := meanOfSums(graph.Square(graph.Sub(a, y)), 1)
	return graph.Require(y, cost, graph.Requirement{Op: "SquaredError", Values: graph.AnyNumber})
}
