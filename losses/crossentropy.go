package losses

import "chainrule/graph"

// SigmoidCrossEntropy returns the cross-entropy of labels y and probabilities
// a = σ(z), from the logits z:
//
//	−y·ln a − (1 − y)·ln(1 − a) = ln(1 + e^z) − y·z
//
// summed over the outputs, averaged over the examples. Both have shape
// (n_y, m), and y is in [0, 1]. In this form it neither overflows nor becomes
// NaN where the sigmoid saturates: for logits of ±1000 the cost is 0 or 1000.
// Its gradient with respect to the logits simplifies to (A − Y)/m.
//
// Probabilities, the node of a sigmoid, are no logits and an error;
// [BinaryCrossEntropy] takes them.
func SigmoidCrossEntropy(logits, y *graph.Node) *graph.Node {
	const op = "SigmoidCrossEntropy"
	if _, axes, ok := logits.Logits(); ok && axes == nil {
		return graph.Fail(graph.Errorf(op, "the probabilities %s of a sigmoid given, logits expected; "+
			"BinaryCrossEntropy takes probabilities", describe(logits)), logits, y)
	}
	return crossEntropy(op, logits, y)
}

func crossEntropy(op string, logits, y *graph.Node) *graph.Node {
	if failed := mismatch(op, logits, y); failed != nil {
		return failed
	}
	return meanOfSums(graph.Sub(graph.Softplus(logits), graph.Mul(y, logits)), 1)
}

// BinaryCrossEntropy returns the cross-entropy −y·ln a − (1 − y)·ln(1 − a) of
// labels y and probabilities a, summed over the outputs, averaged over the
// examples. Both have shape (n_y, m) and are in [0, 1].
//
// If a is the node of a sigmoid the cost is that of [SigmoidCrossEntropy] of
// its logits, with the same gradient. For other probabilities 0·ln 0 is 0, so
// that a certain and right prediction (a = y = 0 or a = y = 1) costs 0 and has a
// finite gradient; a certain and wrong one costs +Inf.
func BinaryCrossEntropy(a, y *graph.Node) *graph.Node {
	const op = "BinaryCrossEntropy"
	if failed := mismatch(op, a, y); failed != nil {
		return failed
	}
	if logits, axes, ok := a.Logits(); ok && axes == nil {
		return crossEntropy(op, logits, y)
	}
	one := a.Graph().Const(1)
	right := graph.XLogY(y, a)
	wrong := graph.XLogY(graph.Sub(one, y), graph.Sub(one, a))
	return meanOfSums(graph.Add(right, wrong), -1)
}
