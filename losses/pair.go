package losses

import (
	"slices"
	"strconv"
	"strings"

	"chainrule/graph"
)

// mismatch returns a failed node unless output and label are nodes of one shape
// (n_y, m).
func mismatch(op string, output, label *graph.Node) *graph.Node {
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
	case len(output.Shape()) != 2 || !slices.Equal(output.Shape(), label.Shape()):
		return graph.Fail(graph.Errorf(op, "outputs %s and labels %s given, one shape (n_y,m) of both expected",
			describe(output), describe(label)), output, label)
	}
	return nil
}

// describe returns the symbol and shape of n: "Z2 (1,4)".
func describe(n *graph.Node) string {
	var sizes []string
	for _, size := range n.Shape() {
		sizes = append(sizes, strconv.Itoa(size))
	}
	return n.Symbol() + " (" + strings.Join(sizes, ",") + ")"
}

// meanOfSums returns c times the mean over the columns of x of their sums.
func meanOfSums(x *graph.Node, c float64) *graph.Node {
	if x.Err() != nil {
		return x
	}
	m := x.Shape()[1]
	return graph.Scale(graph.Sum(x), c/float64(m))
}
