package losses

import "chainrule/graph"

// SquaredError returns (a − y)², summed over the outputs, averaged over the
// examples. Both have shape (n_y, m); a y that is NaN or infinite is an error, see
// [graph.Require]. There is no factor ½: the gradient with respect to a is
// 2·(A − Y)/m.
func SquaredError(a, y *graph.Node) *graph.Node { return With{}.SquaredError(a, y) }

// SquaredError is the function SquaredError.
func (w With) SquaredError(a, y *graph.Node) *graph.Node {
	return w.ofDifference("SquaredError", a, y, graph.Square)
}

// ofDifference returns the cost of losses of a − y, of targets that are numbers.
func (w With) ofDifference(op string, a, y *graph.Node, loss func(d *graph.Node) *graph.Node) *graph.Node {
	if failed := mismatch(op, a, y); failed != nil {
		return failed
	}
	if failed := w.check(op, a, y, false, false); failed != nil {
		return failed
	}
	cost := w.ofOutputs(op, loss(graph.Sub(a, y)), 1)
	return graph.Require(y, cost, graph.Requirement{Op: op, Values: graph.AnyNumber})
}
