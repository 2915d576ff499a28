package losses

import "chainrule/graph"

// AbsoluteError returns |a − y|, summed over the outputs, averaged over the examples. Both
// have shape (n_y, m); a y that is NaN or infinite is an error, see [graph.Require]. The
// outputs that make it smallest are medians. Its gradient with respect to a is
// sign(A − Y)/m, which is 0 where they are equal.
func AbsoluteError(a, y *graph.Node) *graph.Node { return With{}.AbsoluteError(a, y) }

// AbsoluteError is the function AbsoluteError.
func (w With) AbsoluteError(a, y *graph.Node) *graph.Node {
	return w.ofDifference("AbsoluteError", a, y, graph.Abs)
}
