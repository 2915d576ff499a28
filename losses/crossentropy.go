package losses

import "chainrule/graph"

// SigmoidCrossEntropy returns the cross-entropy of labels y and probabilities
// a = σ(z), from the logits z:
//
//	−y·ln a − (1 − y)·ln(1 − a) = ln(1 + e^z) − y·z
//
// summed over the outputs, averaged over the examples. Both have shape
// (n_y, m), and y is in [0, 1]: other labels are an error, see [graph.Require].
// It is the mean of graph.SigmoidCrossEntropy, which computes each to full accuracy
// and neither overflows nor becomes NaN where the sigmoid saturates: for logits of ±1000 the cost is 0 or 1000, and for ±Inf 0 or
// +Inf. Its gradient with respect to the logits simplifies to (A − Y)/m.
//
// Probabilities, the node of a sigmoid, are no logits and an error;
// [BinaryCrossEntropy] takes them.
func SigmoidCrossEntropy(logits, y *graph.Node) *graph.Node {
	return With{}.SigmoidCrossEntropy(logits, y)
}

// SigmoidCrossEntropy is the function SigmoidCrossEntropy.
func (w With) SigmoidCrossEntropy(logits, y *graph.Node) *graph.Node {
	const op = "SigmoidCrossEntropy"
	if _, axes, ok := logits.Logits(); ok && axes == nil {
		return graph.Fail(graph.Errorf(op, "the probabilities %s of a sigmoid given, logits expected; "+
			"BinaryCrossEntropy takes probabilities", describe(logits)), logits, y)
	}
	return w.crossEntropy(op, logits, y)
}

func (w With) crossEntropy(op string, logits, y *graph.Node) *graph.Node {
	if failed := mismatch(op, logits, y); failed != nil {
		return failed
	}
	if failed := w.check(op, logits, y, true, true); failed != nil {
		return failed
	}
	return w.requireOfPair(op, logits, y, w.sigmoidCost(op, logits, y))
}

// sigmoidCost is the cross-entropy of logits and labels that have been checked.
func (w With) sigmoidCost(op string, logits, y *graph.Node) *graph.Node {
	switch labels := w.smoothed(y, 2); {
	case !w.isPair(logits):
		return w.ofOutputs(op, graph.SigmoidCrossEntropy(logits, labels), 1)
	case labels == y: // of infinite logits too
		return w.cost(op, graph.Mul(w.byLabel(y), graph.SigmoidCrossEntropy(logits, y)), 1)
	default: // both classes have a part of each label
		ofOne := graph.Mul(graph.Mul(w.ofClass(1), labels), graph.Softplus(graph.Neg(logits)))
		ofZero := graph.Mul(graph.Mul(w.ofClass(0), graph.Sub(y.Graph().Const(1), labels)), graph.Softplus(logits))
		return w.cost(op, graph.Add(ofOne, ofZero), 1)
	}
}

// requireOfPair makes a cost demand labels from 0 to 1 of sigmoids, at an end where two
// classes have weights.
func (w With) requireOfPair(op string, output, y, cost *graph.Node) *graph.Node {
	values := graph.Fractions
	if w.isPair(output) {
		values = graph.ZeroOrOne
	}
	return graph.Require(y, cost, graph.Requirement{Op: op, Values: values})
}

// BinaryCrossEntropy returns the cross-entropy −y·ln a − (1 − y)·ln(1 − a) of
// labels y and probabilities a, summed over the outputs, averaged over the
// examples. Both have shape (n_y, m) and are in [0, 1]; other labels are an
// error, see [graph.Require].
//
// If a has the logits of a sigmoid, as graph.Node.Logits finds them through views and
// other ways of writing it, the cost is that of [SigmoidCrossEntropy] of these, with
// the same gradient. Of other probabilities the logarithms are those of graph.XLogY,
// and 0·ln 0 is 0, so that a certain and right prediction (a = y = 0 or a = y = 1)
// costs 0 and has a finite gradient. A certain and wrong one costs +Inf, and its
// gradient with respect to what a was computed from is ±Inf or NaN, never a number.
func BinaryCrossEntropy(a, y *graph.Node) *graph.Node { return With{}.BinaryCrossEntropy(a, y) }

// BinaryCrossEntropy is the function BinaryCrossEntropy.
func (w With) BinaryCrossEntropy(a, y *graph.Node) *graph.Node {
	const op = "BinaryCrossEntropy"
	if failed := mismatch(op, a, y); failed != nil {
		return failed
	}
	if failed := w.check(op, a, y, true, true); failed != nil {
		return failed
	}
	return graph.FromLogits(a, func(z *graph.Node, axes []int) *graph.Node {
		if axes != nil {
			return nil
		}
		return w.crossEntropy(op, z, y)
	}, func() *graph.Node {
		one, labels := a.Graph().Const(1), w.smoothed(y, 2)
		cost, weighed := w.ofOutputs, func(labels *graph.Node, _ int) *graph.Node { return labels }
		if w.isPair(a) { // each class has its weight
			cost, weighed = w.cost, func(labels *graph.Node, class int) *graph.Node { return graph.Mul(w.ofClass(class), labels) }
		}
		ofOne := graph.XLogY(weighed(labels, 1), a)
		ofZero := graph.XLogY(weighed(graph.Sub(one, labels), 0), graph.Sub(one, a))
		return w.requireOfPair(op, a, y, cost(op, graph.Add(ofOne, ofZero), -1))
	})
}
