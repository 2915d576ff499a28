package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"gorgonia.org/tensor"
)

// The gradients of the notes' models equal the formulas derived by hand.

const notesTolerance = 1e-12

func randomMatrix(rng *rand.Rand, rows, cols int) handgrad.Matrix {
	m := handgrad.Matrix{Rows: rows, Cols: cols, Data: make([]float64, rows*cols)}
	for i := range m.Data {
		m.Data[i] = rng.NormFloat64()
	}
	return m
}

func randomLabels(rng *rand.Rand, rows, cols int) handgrad.Matrix {
	m := randomMatrix(rng, rows, cols)
	for i := range m.Data {
		m.Data[i] = float64(rng.IntN(2))
	}
	return m
}

func dense(m handgrad.Matrix) *tensor.Dense {
	return graph.Tensor(slices.Clone(m.Data), m.Rows, m.Cols)
}

// crossEntropy is the mean over m examples of the cross-entropy from logits.
func crossEntropy(z, y node, m int) node {
	return graph.Sum(graph.Sub(graph.Softplus(z), graph.Mul(y, z))).Times(1 / float64(m))
}

// compareMatrix reports entries that differ, relative to the largest.
func compareMatrix(t *testing.T, what string, got []float64, want handgrad.Matrix) {
	t.Helper()
	if len(got) != len(want.Data) {
		t.Fatalf("%s has %d entries, %d expected", what, len(got), len(want.Data))
	}
	gap, largest := 0.0, 0.0
	for i, v := range want.Data {
		gap = math.Max(gap, math.Abs(v-got[i])) // Max keeps a NaN
		largest = math.Max(largest, math.Abs(v))
	}
	if !(gap <= notesTolerance*largest) {
		t.Errorf("%s differs by %v of %v", what, gap, largest)
	}
}

func TestLogisticRegressionByHand(t *testing.T) {
	for _, m := range []int{7, 400} {
		rng := rand.New(rand.NewPCG(8, uint64(m)))
		model := handgrad.MLP{W: []handgrad.Matrix{randomMatrix(rng, 1, 2)}, B: []handgrad.Matrix{randomMatrix(rng, 1, 1)}}
		xs, ys := randomMatrix(rng, 2, m), randomLabels(rng, 1, m)
		want, err := model.Gradients(xs, ys)
		if err != nil {
			t.Fatal(err)
		}
		g := graph.New(graph.Settings{})
		x, y := g.Input("X", 2, m), g.Input("Y", 1, m)
		w, b := g.Use(graph.NewParam("W", dense(model.W[0]))), g.Use(graph.NewParam("b", dense(model.B[0])))
		z := graph.Add(graph.MatMul(w, x), b).MarkZ().Named("Z")
		graph.Sigmoid(z).Named("A")
		cost := crossEntropy(z, y, m)
		d := mustGrad(t, cost, z, w, b)
		got := run(t, graph.Feeds{x: dense(xs), y: dense(ys)}, append(d, cost)...)
		compareMatrix(t, "dZ", got[0], want.DZ[0])
		compareMatrix(t, "dW", got[1], want.DW[0])
		compareMatrix(t, "db", got[2], want.DB[0])
		compareMatrix(t, "cost", got[3], handgrad.Matrix{Rows: 1, Cols: 1, Data: []float64{want.Cost}})
		checkFormulas(t, d, []string{
			fmt.Sprintf("dZ = (A − Y)/m (1,%d)", m),
			"dW = dZ·Xᵀ (1,2)",
			"db = Σ dZ (1,1)",
		})
	}
}

// notesNet is the notes' two-layer network as a graph.
type notesNet struct {
	x, y, z1, z2, cost node
	params             []node // W1, b1, W2, b2
}

func newNotesNet(model handgrad.TwoLayer, hidden func(node) node, m int) notesNet {
	g := graph.New(graph.Settings{})
	n := notesNet{x: g.Input("X", model.W1.Cols, m), y: g.Input("Y", model.W2.Rows, m)}
	for _, p := range []struct {
		name  string
		value handgrad.Matrix
	}{{"hidden.W", model.W1}, {"hidden.b", model.B1}, {"output.W", model.W2}, {"output.b", model.B2}} {
		param := graph.NewParam(p.name, dense(p.value))
		_, param.Letter, _ = strings.Cut(p.name, ".")
		n.params = append(n.params, g.Use(param))
	}
	n.z1 = graph.Add(graph.MatMul(n.params[0], n.x), n.params[1]).MarkZ()
	a1 := hidden(n.z1)
	n.z2 = graph.Add(graph.MatMul(n.params[2], a1), n.params[3]).MarkZ()
	graph.Sigmoid(n.z2) // A2, which the gradient finds
	n.cost = crossEntropy(n.z2, n.y, m)
	return n
}

func TestTwoLayerNetByHand(t *testing.T) {
	for _, c := range []struct {
		hidden handgrad.Activation
		apply  func(node) node
	}{{handgrad.Tanh, graph.Tanh}, {handgrad.Sigmoid, graph.Sigmoid}, {handgrad.ReLU, graph.ReLU}} {
		for _, size := range []struct{ nx, nh, ny, m int }{{2, 4, 1, 7}, {2, 4, 1, 400}, {3, 5, 2, 7}, {1, 1, 1, 1}} {
			rng := rand.New(rand.NewPCG(9, uint64(size.m)))
			model := handgrad.TwoLayer{
				W1: randomMatrix(rng, size.nh, size.nx), B1: randomMatrix(rng, size.nh, 1),
				W2: randomMatrix(rng, size.ny, size.nh), B2: randomMatrix(rng, size.ny, 1), Hidden: c.hidden,
			}
			xs, ys := randomMatrix(rng, size.nx, size.m), randomLabels(rng, size.ny, size.m)
			want, err := model.Gradients(xs, ys)
			if err != nil {
				t.Fatal(err)
			}
			n := newNotesNet(model, c.apply, size.m)
			d := mustGrad(t, n.cost, append(slices.Clone(n.params), n.z1, n.z2)...)
			got := run(t, graph.Feeds{n.x: dense(xs), n.y: dense(ys)}, append(d, n.cost)...)
			for i, m := range []handgrad.Matrix{want.DW1, want.DB1, want.DW2, want.DB2, want.DZ1, want.DZ2,
				{Rows: 1, Cols: 1, Data: []float64{want.Cost}}} {
				what := []string{"dW1", "db1", "dW2", "db2", "dZ1", "dZ2", "cost"}[i]
				compareMatrix(t, fmt.Sprintf("%v, %+v: %s", c.hidden, size, what), got[i], m)
			}
		}
	}
}

// The simplified backward graph is the one derived by hand: ten operations,
// written as the six formulas of the notes, in their order.
func TestSixFormulas(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 10))
	model := handgrad.TwoLayer{W1: randomMatrix(rng, 4, 2), B1: randomMatrix(rng, 4, 1),
		W2: randomMatrix(rng, 1, 4), B2: randomMatrix(rng, 1, 1)}
	n := newNotesNet(model, graph.Tanh, 400)
	d := mustGrad(t, n.cost, n.params...)
	var operations []node
	for _, b := range n.cost.Graph().Nodes() {
		if b.IsBackward() && b.Op() != nil {
			operations = append(operations, b)
		}
	}
	if len(operations) != 10 {
		t.Errorf("%d operations, 10 expected: %v", len(operations), operations)
	}
	checkFormulas(t, d, []string{
		"dZ2 = (A2 − Y)/m (1,400)",
		"dW2 = dZ2·A1ᵀ (1,4)",
		"db2 = Σ dZ2 (1,1)",
		"dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²) (4,400)",
		"dW1 = dZ1·Xᵀ (4,2)",
		"db1 = Σ dZ1 (4,1)",
	})
}

// checkFormulas compares the backward formulas of gradients.
func checkFormulas(t *testing.T, gradients []node, want []string) {
	t.Helper()
	formulas, err := graph.Formulas(gradients...)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range formulas {
		if f.Node.IsBackward() {
			got = append(got, f.String())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the formulas are\n%q\nnot\n%q", got, want)
	}
}
