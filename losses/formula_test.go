package losses_test

import (
	"testing"

	"chainrule/graph"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// The gradient of the cross-entropy is the hand-derived (A − Y)/m: two
// operations if σ(Z) is in the graph, else one more for it.
func TestCrossEntropyFormula(t *testing.T) {
	for _, c := range []struct {
		name        string
		withSigmoid bool
		fromA       bool
		want        string
		ops         int
	}{
		{"logits", false, false, "dZ = (σ(Z) − Y)/m (1,5)", 3},
		{"logits, sigmoid in the graph", true, false, "dZ = (A − Y)/m (1,5)", 2},
		{"probabilities", true, true, "dZ = (A − Y)/m (1,5)", 2},
	} {
		z, y := pair(tensor.Float64, 1, 5)
		output, cost := z, losses.SigmoidCrossEntropy
		if c.withSigmoid {
			a := graph.Sigmoid(z).Named("A")
			if c.fromA {
				output, cost = a, losses.BinaryCrossEntropy
			}
		}
		dz := gradient(t, cost(output, y), z)
		if got := formula(t, dz); got != c.want {
			t.Errorf("%s: %s, %s expected", c.name, got, c.want)
		}
		if got := backwardOps(z.Graph()); got != c.ops {
			t.Errorf("%s: %d operations, %d expected", c.name, got, c.ops)
		}
	}
}

// For several outputs and for one example the formula is the same.
func TestCrossEntropyFormulaShapes(t *testing.T) {
	for _, c := range []struct {
		rows, cols int
		want       string
		ops        int
	}{
		{3, 5, "dZ = (A − Y)/m (3,5)", 2},
		{3, 1, "dZ = A − Y (3,1)", 1},
		{1, 1, "dZ = A − Y (1,1)", 1},
	} {
		z, y := pair(tensor.Float64, c.rows, c.cols)
		graph.Sigmoid(z).Named("A")
		dz := gradient(t, losses.SigmoidCrossEntropy(z, y), z)
		if got := formula(t, dz); got != c.want {
			t.Errorf("%s, %s expected", got, c.want)
		}
		if got := backwardOps(z.Graph()); got != c.ops {
			t.Errorf("%s: %d operations, %d expected", c.want, got, c.ops)
		}
	}
}

// That of classes is the same: two operations if softmax(Z) is in the graph,
// else one more for it.
func TestClassCostFormula(t *testing.T) {
	for _, c := range []struct {
		name            string
		rows, cols      int
		withSoftmax     bool
		fromA, byNumber bool
		want            string
		ops             int
	}{
		{"logits", 3, 5, false, false, false, "dZ = (softmax(Z) − Y)/m (3,5)", 3},
		{"logits, softmax in the graph", 3, 5, true, false, false, "dZ = (A − Y)/m (3,5)", 2},
		{"probabilities", 3, 5, true, true, false, "dZ = (A − Y)/m (3,5)", 2},
		{"class numbers", 3, 5, true, false, true, "dZ = (A − H)/m (3,5)", 2},
		{"probabilities, class numbers", 3, 5, true, true, true, "dZ = (A − H)/m (3,5)", 2},
		{"one example", 3, 1, true, false, false, "dZ = A − Y (3,1)", 1},
	} {
		g := graph.New(graph.Settings{})
		z, y := g.Input("Z", c.rows, c.cols), g.Input("Y", c.rows, c.cols)
		if c.byNumber {
			y = g.Input("K", 1, c.cols)
		}
		output, cost := z, losses.SoftmaxCrossEntropy
		if c.withSoftmax {
			a := graph.Softmax(z, 0).Named("A")
			if c.fromA {
				output, cost = a, losses.CategoricalCrossEntropy
			}
		}
		loss := cost(output, y)
		if c.byNumber {
			oneHot(t, g).Named("H")
		}
		dz := gradient(t, loss, z)
		if got := formula(t, dz); got != c.want {
			t.Errorf("%s: %s, %s expected", c.name, got, c.want)
		}
		if got := backwardOps(g); got != c.ops {
			t.Errorf("%s: %d operations, %d expected", c.name, got, c.ops)
		}
	}
}

// With weights the sums of the labels stay in it.
func TestWeightedCostFormula(t *testing.T) {
	z, y := pair(tensor.Float64, 3, 5)
	graph.Softmax(z, 0).Named("A")
	dz := gradient(t, losses.WeightedSoftmaxCrossEntropy(z, y), z)
	if got, want := formula(t, dz), "dZ = (A ⊙ (Σ Y) − Y)/m (3,5)"; got != want {
		t.Errorf("%s, %s expected", got, want)
	}
}

// oneHot returns the node that turns class numbers into columns.
func oneHot(t *testing.T, g *graph.Graph) *graph.Node {
	t.Helper()
	for _, n := range g.Nodes() {
		if n.Op() != nil && n.Op().Name == "OneHot" {
			return n
		}
	}
	t.Fatal("no class numbers are turned into columns")
	return nil
}

func TestSquaredErrorFormula(t *testing.T) {
	g := graph.New(graph.Settings{})
	a, y := g.Input("A", 2, 5), g.Input("Y", 2, 5)
	da := gradient(t, losses.SquaredError(a, y), a)
	if got, want := formula(t, da), "dA = 2·(A − Y)/m (2,5)"; got != want {
		t.Errorf("%s, %s expected", got, want)
	}
	if got := backwardOps(g); got != 1 { // A − Y is that of the cost
		t.Errorf("%d operations, 1 expected", got)
	}
}
