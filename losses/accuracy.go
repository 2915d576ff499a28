package losses

import (
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// BinaryAccuracy returns the fraction of the entries whose prediction equals
// the label: 1 is predicted where the logit is above 0, that is where
// σ(z) > 0.5, and 0 elsewhere. Both have shape (n_y, m), and every label is 0
// or 1: others are an error, see [graph.Require]. The result is the number of
// right entries divided by that of all, correctly rounded; a logit that is NaN
// makes it NaN. Its gradient is 0 with respect to the logits. Probabilities of a sigmoid, as graph.Node.Logits finds them,
// stand for their logits.
func BinaryAccuracy(logits, y *graph.Node) *graph.Node {
	if z, axes, ok := logits.Logits(); ok && axes == nil {
		logits = z
	}
	if failed := mismatch("BinaryAccuracy", logits, y); failed != nil {
		return failed
	}
	isWrong := graph.Square(graph.Sub(graph.Step(logits), y)) // 0 or 1
	isRight := graph.Sub(logits.Graph().Const(1), isWrong)
	return graph.Require(y, fraction(isRight, logits.Shape().TotalSize()),
		graph.Requirement{Op: "BinaryAccuracy", Values: graph.ZeroOrOne})
}

// Accuracy returns the fraction of the examples whose largest output belongs to
// the right class. The outputs have shape (K,m), one row per class, K at least
// 2; logits and their probabilities give the same, where probabilities saturate too
// if graph.Node.Logits finds the logits. The labels y are one-hot columns of shape
// (K,m), or class numbers 0 … K−1 of shape (1,m).
//
// Of several equal outputs the first is the predicted class, as by NumPy's
// argmax: two classes are then decided as by [BinaryAccuracy]. Columns of
// probabilities as labels are read in the same way, as the class of the largest.
//
// The result is the number of right examples divided by that of all, correctly
// rounded. An output that is NaN makes it NaN. A label that is NaN and a class
// that does not exist are an error, see [graph.Require]. Its gradient is 0.
func Accuracy(outputs, y *graph.Node) *graph.Node {
	const op = "Accuracy"
	labels := columns(op, outputs, y)
	switch {
	case labels.Err() != nil:
		return labels
	case outputs.Shape()[0] == 1:
		return graph.Fail(graph.Errorf(op, "outputs %s given, rows of at least 2 classes expected; "+
			"BinaryAccuracy takes the logits of a sigmoid", describe(outputs)), outputs, y)
	case labels == y:
		labels = largest(y)
	}
	if z, axes, ok := outputs.Logits(); ok && (axes == nil || slices.Equal(axes, []int{0})) {
		outputs = z // of the same order in each column
	}
	right := fraction(graph.Mul(largest(outputs), labels), outputs.Shape()[1])
	return requireClasses(op, outputs, y, right, graph.AnyNumber)
}

// largest marks the first of the largest entries of every column by 1 and the
// others by 0. A column with a NaN becomes NaN.
func largest(x *graph.Node) *graph.Node {
	classes := x.Shape()[0]
	isLargest := graph.Equal(x, kept.Max(x, 0)) // nowhere if one is NaN
	rank := kept.Max(graph.Mul(isLargest, falling(x.Graph(), classes)), 0)
	// The first has rank K; no class has rank 0, and OneHot makes NaN of it.
	return graph.OneHot(graph.Sub(x.Graph().Const(float64(classes)), rank), classes)
}

// falling returns the column n, n−1, …, 1.
func falling(g *graph.Graph, n int) *graph.Node {
	if g.Dtype() == tensor.Float32 {
		return column(g, make([]float32, n))
	}
	return column(g, make([]float64, n))
}

func column[T float32 | float64](g *graph.Graph, v []T) *graph.Node {
	for i := range v {
		v[i] = T(len(v) - i)
	}
	return g.Array(graph.Tensor(v, len(v), 1))
}

// fraction returns the sum of x, whose entries are 0 or 1, divided by n.
func fraction(x *graph.Node, n int) *graph.Node {
	if x.Err() != nil {
		return x
	}
	return graph.Div(graph.Sum(x), x.Graph().Const(float64(n)))
}
