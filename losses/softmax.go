package losses

import (
	"slices"

	"chainrule/graph"
)

// SoftmaxCrossEntropy returns the cross-entropy of labels y and probabilities
// a = softmax(z), from the logits z of shape (K,m), one row per class:
//
//	−Σ y·ln a = ln Σ e^z − Σ y·z
//
// the sums over the K classes, averaged over the examples. It is the mean of
// graph.SoftmaxCrossEntropy, which computes each to full accuracy and does not
// overflow: for logits of ±1000 the cost is 0 or 2000. Its gradient with respect to
// the logits simplifies to (A − Y)/m. The formulas are 4.108 and 4.109 of
// C. M. Bishop, "Pattern Recognition and Machine Learning", 2006, as means.
//
// The labels y are probabilities, one-hot or not, of shape (K,m): every column
// must sum to 1, or else the two sides above differ, and
// [WeightedSoftmaxCrossEntropy] has the left one. Or they are class numbers
// 0 … K−1 of shape (1,m). Other labels are an error, see [graph.Require]. There are
// at least two classes: the softmax of one row is always 1.
//
// Finite logits give a finite cost. A logit of −Inf rules its class out: it costs
// nothing where its label is 0, and +Inf elsewhere. A logit of +Inf costs +Inf where
// its label is 0, and is NaN elsewhere, as its softmax is.
//
// Probabilities, the node of a softmax, are no logits and an error;
// [CategoricalCrossEntropy] takes them.
func SoftmaxCrossEntropy(logits, y *graph.Node) *graph.Node {
	return With{}.SoftmaxCrossEntropy(logits, y)
}

// SoftmaxCrossEntropy is the function SoftmaxCrossEntropy.
func (w With) SoftmaxCrossEntropy(logits, y *graph.Node) *graph.Node {
	const op = "SoftmaxCrossEntropy"
	labels := w.softmaxLabels(op, logits, y)
	if labels.Err() != nil {
		return labels
	}
	return w.crossEntropyOfClasses(op, logits, labels, y)
}

// crossEntropyOfClasses is that of labels in columns, which y gives.
func (w With) crossEntropyOfClasses(op string, logits, labels, y *graph.Node) *graph.Node {
	of := graph.SoftmaxCrossEntropy
	if labels = w.smoothed(labels, logits.Shape()[0]); w.Classes != nil {
		labels, of = graph.Mul(w.Classes, labels), graph.WeightedSoftmaxCrossEntropy
	}
	return requireClasses(op, logits, y, w.cost(op, of(logits, labels, 0), 1), graph.SumToOne)
}

// WeightedSoftmaxCrossEntropy is [SoftmaxCrossEntropy] for labels y that need not
// sum to 1, as labels that are multiplied by weights of classes or of examples:
//
//	−Σ y·ln a = Σ y·ln Σ e^z − Σ y·z
//
// the sums over the K classes, averaged over the m examples, not over their weights.
// Where columns of y sum to 1 it is the same cost. Its gradient is
// dZ = (A ⊙ (Σ Y) − Y)/m, in which the sums of the columns stand that are 1 for
// SoftmaxCrossEntropy. An example whose labels are all 0, as one that only fills a
// batch up, costs 0 and has the gradient 0.
//
// Logits and y have shape (K,m), K at least 2, and y is finite, or an error, see
// [graph.Require]. Class numbers of shape (1,m) have no weights and make it that of
// SoftmaxCrossEntropy.
func WeightedSoftmaxCrossEntropy(logits, y *graph.Node) *graph.Node {
	return With{}.WeightedSoftmaxCrossEntropy(logits, y)
}

// WeightedSoftmaxCrossEntropy is the function WeightedSoftmaxCrossEntropy. Labels of any sum
// are not smoothed: a Smoothing is an error.
func (w With) WeightedSoftmaxCrossEntropy(logits, y *graph.Node) *graph.Node {
	const op = "WeightedSoftmaxCrossEntropy"
	labels := w.softmaxLabels(op, logits, y)
	if labels.Err() != nil {
		return labels
	}
	if w.Classes != nil {
		labels = graph.Mul(w.Classes, labels)
	}
	cost := w.cost(op, graph.WeightedSoftmaxCrossEntropy(logits, labels, 0), 1)
	return requireClasses(op, logits, y, cost, graph.AnyNumber)
}

// softmaxLabels returns the labels of logits as columns, or a failed node.
func (w With) softmaxLabels(op string, logits, y *graph.Node) *graph.Node {
	if _, axes, ok := logits.Logits(); ok && axes != nil {
		return graph.Fail(graph.Errorf(op, "the probabilities %s of a softmax given, logits expected; "+
			"CategoricalCrossEntropy takes probabilities", describe(logits)), logits, y)
	}
	labels := columns(op, logits, y)
	if labels.Err() != nil {
		return labels
	}
	if failed := oneRow(op, logits, y, "SigmoidCrossEntropy takes the logits of two classes in one row"); failed != nil {
		return failed
	}
	if failed := w.check(op, logits, y, false, op != "WeightedSoftmaxCrossEntropy"); failed != nil {
		return failed
	}
	return labels
}

// CategoricalCrossEntropy returns the cross-entropy −Σ y·ln a of labels y and
// probabilities a of shape (K,m), one row per class, averaged over the examples.
// The labels are probabilities or class numbers, as for [SoftmaxCrossEntropy].
//
// If a has the logits of a softmax over the classes, graph.Softmax(z, 0), as
// graph.Node.Logits finds them through views and other ways of writing it, the cost
// is that of [SoftmaxCrossEntropy] of these, with the same gradient, and columns of y
// must sum to 1. For other probabilities, such as some rows of a softmax, labels of at
// least 0 may have any sum, the logarithms are those of graph.XLogY, and 0·ln 0 is 0, so
// that a class with a = y = 0 costs 0 and has a finite gradient. Where none are known a
// certain and wrong prediction costs +Inf, and its gradient with respect to what a was
// computed from is ±Inf or NaN, never a number.
func CategoricalCrossEntropy(a, y *graph.Node) *graph.Node {
	return With{}.CategoricalCrossEntropy(a, y)
}

// CategoricalCrossEntropy is the function CategoricalCrossEntropy.
func (w With) CategoricalCrossEntropy(a, y *graph.Node) *graph.Node {
	const op = "CategoricalCrossEntropy"
	labels := columns(op, a, y)
	if labels.Err() != nil {
		return labels
	}
	if failed := oneRow(op, a, y, "BinaryCrossEntropy takes the sigmoid of two classes in one row"); failed != nil {
		return failed
	}
	if failed := w.check(op, a, y, false, true); failed != nil {
		return failed
	}
	return graph.FromLogits(a, func(z *graph.Node, axes []int) *graph.Node {
		if !slices.Equal(axes, []int{0}) {
			return nil
		}
		return w.crossEntropyOfClasses(op, z, labels, y)
	}, func() *graph.Node {
		losses := graph.XLogY(w.smoothed(labels, a.Shape()[0]), a)
		return requireClasses(op, a, y, w.ofOutputs(op, losses, -1), graph.NotNegative)
	})
}
