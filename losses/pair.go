package losses

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"chainrule/graph"
)

// mismatch returns a failed node unless output and label are nodes of one shape
// (n_y, m).
func mismatch(op string, output, label *graph.Node) *graph.Node {
	if failed := reject(op, output, label); failed != nil {
		return failed
	}
	if len(output.Shape()) != 2 || !slices.Equal(output.Shape(), label.Shape()) {
		return graph.Fail(graph.Errorf(op, "outputs %s and labels %s given, one shape (n_y,m) of both expected",
			describe(output), describe(label)), output, label)
	}
	return nil
}

// columns returns the labels of outputs of shape (K,m) in that shape: label
// itself, or the one-hot columns of class numbers of shape (1,m). After a
// mistake it is a failed node.
func columns(op string, output, label *graph.Node) *graph.Node {
	if failed := reject(op, output, label); failed != nil {
		return failed
	}
	out, in := output.Shape(), label.Shape()
	switch {
	case len(out) != 2:
	case slices.Equal(out, in):
		return label
	case slices.Equal(in, []int{1, out[1]}):
		return graph.OneHot(label, out[0])
	}
	return graph.Fail(graph.Errorf(op, "outputs %s and labels %s given, one shape (K,m) of both expected, "+
		"or class numbers of shape (1,m) as labels", describe(output), describe(label)), output, label)
}

// oneRow returns a failed node if there is one class only, which a softmax gives
// the probability 1 whatever the logits are.
func oneRow(op string, output, label *graph.Node, instead string) *graph.Node {
	if output.Shape()[0] > 1 {
		return nil
	}
	return graph.Fail(graph.Errorf(op, "outputs %s given, rows of at least 2 classes expected, since a softmax of one row is always 1; %s",
		describe(output), instead), output, label)
}

// requireClasses makes a cost or metric of the outputs of classes demand labels y
// of it: values, or class numbers if they are one row.
func requireClasses(op string, output, y, by *graph.Node, values graph.LabelValues) *graph.Node {
	r := graph.Requirement{Op: op, Values: values}
	switch {
	case !slices.Equal(y.Shape(), output.Shape()):
		r.Values, r.Classes = graph.ClassNumbers, output.Shape()[0]
	case values == graph.SumToOne:
		r.Instead = "losses.WeightedSoftmaxCrossEntropy takes class and example weights inside labels, and columns of zeros"
	}
	return graph.Require(y, by, r)
}

// reject returns a failed node unless output and label are nodes of one graph.
func reject(op string, output, label *graph.Node) *graph.Node {
	for _, n := range []*graph.Node{output, label} {
		if n != nil && n.Err() != nil {
			return graph.Fail(n.Err(), output, label)
		}
	}
	switch {
	case output == nil:
		return graph.Fail(graph.Errorf(op, "the outputs are nil"), label)
	case label == nil:
		return graph.Fail(graph.Errorf(op, "the labels are nil"), output)
	case output.Graph() != label.Graph():
		return graph.Fail(graph.Errorf(op, "outputs %s and labels %s belong to different graphs",
			describe(output), describe(label)), output, label)
	}
	return nil
}

// describe returns the name or symbol of n and its shape: "Z2 (1,4)".
func describe(n *graph.Node) string {
	var sizes []string
	for _, size := range n.Shape() {
		sizes = append(sizes, strconv.Itoa(size))
	}
	return cmp.Or(n.Name(), n.Symbol()) + " (" + strings.Join(sizes, ",") + ")"
}

// meanOfSums returns c times the mean over the columns of x of their sums, as a mean
// that derivations know as one.
func meanOfSums(x *graph.Node, c float64) *graph.Node {
	if x.Err() != nil {
		return x
	}
	return graph.MeanOver(graph.Sum(x), c, x.Shape()[1])
}

// kept are the reductions whose result broadcasts against what was reduced.
var kept = graph.Reduce{KeepDims: true}
