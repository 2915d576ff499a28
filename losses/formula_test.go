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
