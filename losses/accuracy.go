package losses

import "chainrule/graph"

// BinaryAccuracy returns the fraction of the entries whose prediction equals
// the label: 1 is predicted where the logit is above 0, that is where
// σ(z) > 0.5, and 0 elsewhere. Both have shape (n_y, m), and every label is 0
// or 1. The result is the number of right entries divided by that of all,
// correctly rounded; a logit that is NaN makes it NaN. Its gradient is 0 with
// respect to the logits.
func BinaryAccuracy(logits, y *graph.Node) *graph.Node {
	if failed := mismatch("BinaryAccuracy", logits, y); failed != nil {
		return failed
	}
	g := logits.Graph()
	isWrong := graph.Square(graph.Sub(graph.Step(logits), y)) // 0 or 1
	right := graph.Sum(graph.Sub(g.Const(1), isWrong))
	return graph.Div(right, g.Const(float64(logits.Shape().TotalSize())))
}
