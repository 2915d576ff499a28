package losses

import "chainrule/graph"

// SoftmaxCrossEntropy returns the cross-entropy of labels y and probabilities
// a = softmax(z), from the logits z of shape (K,m), one row per class:
//
//	−Σ y·ln a = ln Σ e^z − Σ y·z
//
// the sums over the K classes, averaged over the examples. In this form it does
// not overflow: for logits of ±1000 the cost is 0 or 2000. Its gradient
// with respect to the logits simplifies to (A − Y)/m. The formulas are 4.108 and 4.109 of C. M. Bishop,
// "Pattern Recognition and Machine Learning", 2006, as means.
//
// The labels y are probabilities, one-hot or not, of shape (K,m): every column
// must sum to 1, or else the two sides above differ. Or, for K > 1, they are
// class numbers 0 … K−1 of shape (1,m); a class that does not exist makes the
// cost NaN. Finite logits give a finite cost; a logit of ±Inf makes it NaN where
// its label is 0.
//
// Probabilities, the node of a softmax, are no logits and an error;
// [CategoricalCrossEntropy] takes them.
func SoftmaxCrossEntropy(logits, y *graph.Node) *graph.Node {
	const op = "SoftmaxCrossEntropy"
	if _, axes, ok := logits.Logits(); ok && axes != nil {
		return graph.Fail(graph.Errorf(op, "the probabilities %s of a softmax given, logits expected; "+
			"CategoricalCrossEntropy takes probabilities", describe(logits)), logits, y)
	}
	labels := columns(op, logits, y)
	if labels.Err() != nil {
		return labels
	}
	return crossEntropyOfClasses(logits, labels)
}

func crossEntropyOfClasses(logits, labels *graph.Node) *graph.Node {
	chosen := kept.Sum(graph.Mul(labels, logits), 0)
	return meanOfSums(graph.Sub(kept.LogSumExp(logits, 0), chosen), 1)
}

// CategoricalCrossEntropy returns the cross-entropy −Σ y·ln a of labels y and
// probabilities a of shape (K,m), one row per class, averaged over the examples.
// The labels are probabilities or class numbers, as for [SoftmaxCrossEntropy].
//
// If a is the node of a softmax over the classes, graph.Softmax(z, 0), the cost
// is that of [SoftmaxCrossEntropy] of its logits, with the same gradient, and
// columns of y must sum to 1. For other probabilities 0·ln 0 is 0, so that a
// class with a = y = 0 costs 0 and has a finite gradient; a certain and wrong
// prediction costs +Inf.
func CategoricalCrossEntropy(a, y *graph.Node) *graph.Node {
	labels := columns("CategoricalCrossEntropy", a, y)
	if labels.Err() != nil {
		return labels
	}
	if logits, axes, ok := a.Logits(); ok && len(axes) == 1 && axes[0] == 0 {
		return crossEntropyOfClasses(logits, labels)
	}
	return meanOfSums(graph.XLogY(labels, a), -1)
}
