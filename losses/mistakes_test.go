package losses_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/losses"
)

func all() map[string]loss {
	all := ofClasses()
	maps.Copy(all, ofOneShape())
	return all
}

func ofOneShape() map[string]loss {
	return map[string]loss{
		"SigmoidCrossEntropy": losses.SigmoidCrossEntropy,
		"BinaryCrossEntropy":  losses.BinaryCrossEntropy,
		"SquaredError":        losses.SquaredError,
		"AbsoluteError":       losses.AbsoluteError,
		"Huber":               huber(0),
		"Hinge":               losses.Hinge,
		"BinaryAccuracy":      losses.BinaryAccuracy,
	}
}

func ofClasses() map[string]loss {
	return map[string]loss{
		"SoftmaxCrossEntropy":         losses.SoftmaxCrossEntropy,
		"WeightedSoftmaxCrossEntropy": losses.WeightedSoftmaxCrossEntropy,
		"CategoricalCrossEntropy":     losses.CategoricalCrossEntropy,
		"Accuracy":                    losses.Accuracy,
	}
}

// Shapes must be equal: what would broadcast is an error, too.
func TestShapesMustBeEqual(t *testing.T) {
	for name, loss := range ofOneShape() {
		for _, c := range []struct {
			z, y  []int
			words string
		}{
			{[]int{1, 4}, []int{4, 1}, "Z (1,4) Y (4,1)"},
			{[]int{2, 4}, []int{1, 4}, "Z (2,4) Y (1,4)"},
			{[]int{1, 4}, []int{1, 1}, "Z (1,4) Y (1,1)"},
			{[]int{1, 4}, nil, "Z (1,4) Y ()"},
			{[]int{4}, []int{4}, "Z (4) Y (4)"},
			{nil, nil, "Z () Y ()"},
			{[]int{1, 2, 3}, []int{1, 2, 3}, "Z (1,2,3) Y (1,2,3)"},
		} {
			g := graph.New(graph.Settings{})
			cost := loss(g.Input("Z", c.z...), g.Input("Y", c.y...))
			words := append(strings.Split(c.words, " "), name, "(n_y,m)")
			checkError(t, cost, g, words...)
		}
	}
}

// Labels of classes have the shape of the outputs or are one row.
func TestShapesOfClasses(t *testing.T) {
	for name, loss := range ofClasses() {
		for _, c := range []struct {
			z, y  []int
			words string
		}{
			{[]int{3, 4}, []int{4, 3}, "Z (3,4) Y (4,3)"},
			{[]int{3, 4}, []int{2, 4}, "Z (3,4) Y (2,4)"},
			{[]int{3, 4}, []int{1, 1}, "Z (3,4) Y (1,1)"},
			{[]int{3, 4}, []int{3, 1}, "Z (3,4) Y (3,1)"},
			{[]int{3, 4}, []int{1, 3}, "Z (3,4) Y (1,3)"},
			{[]int{3, 4}, []int{4}, "Z (3,4) Y (4)"},
			{[]int{3, 4}, nil, "Z (3,4) Y ()"},
			{[]int{4}, []int{4}, "Z (4) Y (4)"},
			{[]int{4}, []int{1, 4}, "Z (4) Y (1,4)"},
			{nil, nil, "Z () Y ()"},
			{[]int{1, 2, 3}, []int{1, 2, 3}, "Z (1,2,3) Y (1,2,3)"},
		} {
			g := graph.New(graph.Settings{})
			cost := loss(g.Input("Z", c.z...), g.Input("Y", c.y...))
			words := append(strings.Split(c.words, " "), name, "(K,m)", "(1,m)")
			checkError(t, cost, g, words...)
		}
	}
}

func TestNilAndFailedNodes(t *testing.T) {
	for name, loss := range all() {
		g := graph.New(graph.Settings{})
		checkError(t, loss(nil, g.Input("Y", 1, 4)), g, name, "outputs are nil")

		g = graph.New(graph.Settings{})
		checkError(t, loss(g.Input("Z", 1, 4), nil), g, name, "labels are nil")

		if err := loss(nil, nil).Err(); err == nil {
			t.Errorf("%s of nil and nil: no error", name)
		}

		g = graph.New(graph.Settings{})
		z, y := g.Input("Z", 1, 4), g.Input("Y", 1, 4)
		failed := graph.MatMul(z, y)
		loss(z, failed)
		checkError(t, loss(failed, y), g, "MatMul")
		if got := loss(nil, failed).Err(); got != failed.Err() {
			t.Errorf("%s: %v, the first error %v expected", name, got, failed.Err())
		}
	}
}

func TestNodesOfTwoGraphs(t *testing.T) {
	for name, loss := range all() {
		g, other := graph.New(graph.Settings{}), graph.New(graph.Settings{})
		cost := loss(g.Input("Z", 1, 4), other.Input("Y", 1, 4))
		checkError(t, cost, g, name, "different graphs")
		checkError(t, cost, other, name, "different graphs")
	}
}

// checkError reports a node whose error is not the graph's, or is not at a
// place in a test, or lacks one of the words.
func checkError(t *testing.T, n *graph.Node, g *graph.Graph, words ...string) {
	t.Helper()
	err := g.Err()
	var located *graph.Error
	if !errors.As(err, &located) {
		t.Fatalf("error %v of type %T, a *graph.Error expected", err, err)
	}
	if n.Err() != err {
		t.Errorf("the node's error is %v, the graph's %v", n.Err(), err)
	}
	if !strings.Contains(located.Place, "_test.go:") {
		t.Errorf("place %q, this test expected", located.Place)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q does not say %q", err, word)
		}
	}
}

// Probabilities are no logits: what would be a wrong number is an error, or the
// logits are found.
func TestProbabilitiesAreNoLogits(t *testing.T) {
	for name, c := range map[string]struct {
		loss  loss
		rows  int
		probs func(z *graph.Node) *graph.Node
		words string
	}{
		"sigmoid": {losses.SigmoidCrossEntropy, 1, graph.Sigmoid, "probabilities A1 (1,3) of a sigmoid given, logits expected; BinaryCrossEntropy"},
		"softmax": {losses.SoftmaxCrossEntropy, 2, func(z *graph.Node) *graph.Node { return graph.Softmax(z, 0) },
			"of a softmax given, logits expected; CategoricalCrossEntropy"},
	} {
		g := graph.New(graph.Settings{})
		x := g.Input("X", c.rows, 3)
		c.loss(c.probs(graph.Add(x, x).MarkZ()), g.Input("Y", c.rows, 3))
		if err := g.Err(); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: error %v, %q expected in it", name, err, c.words)
		}
	}
	z, y := pair(graph.New(graph.Settings{}).Dtype(), 1, 4)
	feeds := map[*graph.Node][]float64{z: {-1, -2, 3, 4}, y: {0, 0, 1, 0}}
	if got := run(t, feeds, losses.BinaryAccuracy(graph.Sigmoid(z), y))[0][0]; got != 0.75 {
		t.Errorf("accuracy %v of probabilities, 0.75 expected", got)
	}
}
