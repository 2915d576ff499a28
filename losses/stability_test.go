package losses_test

import (
	"math"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

type node = *graph.Node

// probabilities are ways of coming from z of shape (1,m) to σ(z) of the same shape.
var probabilities = map[string]func(z node) node{
	"sigmoid": graph.Sigmoid,
	"reshape": func(z node) node {
		return graph.Reshape(graph.Sigmoid(graph.Reshape(z, z.Shape()[1], 1)), z.Shape()...)
	},
	"transpose": func(z node) node { return graph.Sigmoid(z.T()).T() },
	"slice": func(z node) node {
		return graph.Slice(graph.Sigmoid(graph.Concat(0, z, z)), graph.Range{From: 1})
	},
	"concat": func(z node) node {
		first, rest := graph.Slice(z, graph.Range{}, graph.Range{To: 1}), graph.Slice(z, graph.Range{}, graph.Range{From: 1})
		return graph.Concat(1, graph.Sigmoid(first), graph.Sigmoid(rest))
	},
	"broadcast": func(z node) node {
		return graph.BroadcastTo(graph.Sigmoid(graph.Reshape(z, z.Shape()[1])), z.Shape()...)
	},
	"½(1 + tanh(z/2))": func(z node) node { return graph.Tanh(z.Times(0.5)).Plus(1).Times(0.5) },
	"1/(1 + e^−z)":     func(z node) node { return graph.Div(z.Graph().Const(1), graph.Exp(graph.Neg(z)).Plus(1)) },
	"1 − σ(−z)":        func(z node) node { return graph.Sub(z.Graph().Const(1), graph.Sigmoid(graph.Neg(z))) },
	"e^z/(1 + e^z)":    func(z node) node { return graph.Div(graph.Exp(z), graph.Exp(z).Plus(1)) },
	"with a constant": func(z node) node { // half of it has no logits, and is not looked at
		return graph.Slice(graph.Concat(0, graph.Sigmoid(z), z.Graph().Const(0.5, 1, z.Shape()[1])), graph.Range{To: 1})
	},
}

// However a probability comes from its logits, the cost is ln(1 + e^z) − y·z and its
// gradient σ(z) − y, where the sigmoid saturates too; and the accuracy is that of the
// logits.
func TestBinaryCrossEntropyIsStable(t *testing.T) {
	z0, y0 := []float64{-800, 800, -800, 800, 0.5, -37, 40}, []float64{1, 0, 0, 1, 0.25, 0.5, 0}
	for name, of := range probabilities {
		for dtype, tolerance := range dtypes {
			z, y := pair(dtype, 1, len(z0))
			cost := losses.BinaryCrossEntropy(of(z), y)
			got := run(t, map[node][]float64{z: z0, y: y0}, cost, gradient(t, cost, z))
			m, want := float64(len(z0)), 0.0
			for i, z := range z0 {
				e := math.Exp(-math.Abs(z))
				a := 1 / (1 + e)
				if z < 0 {
					a = e / (1 + e)
				}
				want += (max(z, 0) + math.Log1p(e) - y0[i]*z) / m
				if d := (a - y0[i]) / m; !(math.Abs(got[1][i]-d) <= tolerance) {
					t.Errorf("%s, %v: gradient at %v, label %v is %v, %v expected", name, dtype, z, y0[i], got[1][i], d)
				}
			}
			if !near(got[0][0], want, tolerance) {
				t.Errorf("%s, %v: cost %v, %v expected", name, dtype, got[0][0], want)
			}
			if name == "with a constant" {
				continue // it has no logits, and so it is no argument of BinaryAccuracy, which takes these
			}
			labels := []float64{0, 1, 0, 1, 1, 1, 1}
			if got := run(t, map[node][]float64{z: z0, y: labels}, losses.BinaryAccuracy(of(z), y)); !near(got[0][0], 6./7, tolerance) {
				t.Errorf("%s, %v: accuracy %v, 6/7 expected", name, dtype, got[0])
			}
		}
		z, y := pair(tensor.Float64, 1, 4)
		cost := losses.BinaryCrossEntropy(of(z), y)
		feeds := graph.Feeds{z: []float64{-2, 0.5, 1, 3}, y: []float64{0, 0.25, 1, 1}}
		gradtest.Settings{Order: 2}.Check(t, cost, feeds, z, y)
	}
}

// distributions are ways of coming from z of shape (3,m) to its softmax over the rows.
var distributions = map[string]func(z node) node{
	"softmax":   func(z node) node { return graph.Softmax(z, 0) },
	"transpose": func(z node) node { return graph.Softmax(z.T(), 1).T() },
	"reshape": func(z node) node {
		return graph.Reshape(graph.Softmax(graph.Reshape(z, 1, 3, z.Shape()[1]), 1), z.Shape()...)
	},
	"examples": func(z node) node {
		return graph.Slice(graph.Softmax(graph.Concat(1, z, z), 0), graph.Range{}, graph.Range{To: z.Shape()[1]})
	},
	"e^z/Σe^z":     func(z node) node { return graph.Div(graph.Exp(z), kept.Sum(graph.Exp(z), 0)) },
	"e^logsoftmax": func(z node) node { return graph.Exp(graph.LogSoftmax(z, 0)) },
	"rows put together": func(z node) node {
		a := graph.Softmax(z, 0)
		return graph.Concat(0, graph.Slice(a, graph.Range{To: 1}), graph.Slice(a, graph.Range{From: 1}))
	},
}

var kept = graph.Reduce{KeepDims: true}

// However probabilities of classes come from their logits, the cost is ln Σe^z − Σ y·z
// and its gradient softmax(z) − y, and the accuracy that of the logits.
func TestCategoricalCrossEntropyIsStable(t *testing.T) {
	z0 := []float64{-800, 0, 1, 800, 2, 1, 3, 801, 3} // rows of 3
	for name, of := range distributions {
		for dtype, tolerance := range dtypes {
			z, y := pair(dtype, 3, 3)
			y0 := []float64{1, 0, 0.5, 0, 1, 0.25, 0, 0, 0.25}
			cost := losses.CategoricalCrossEntropy(of(z), y)
			got := run(t, map[node][]float64{z: z0, y: y0}, cost, gradient(t, cost, z))
			want := 0.0
			for j := range 3 {
				largest, total := max(z0[j], z0[3+j], z0[6+j]), 0.0
				for i := range 3 {
					total += math.Exp(z0[3*i+j] - largest)
				}
				for i := range 3 {
					want += y0[3*i+j] * (largest + math.Log(total) - z0[3*i+j]) / 3
					d := (math.Exp(z0[3*i+j]-largest)/total - y0[3*i+j]) / 3
					if got := got[1][3*i+j]; !(math.Abs(got-d) <= tolerance) {
						t.Errorf("%s, %v: gradient %d,%d is %v, %v expected", name, dtype, i, j, got, d)
					}
				}
			}
			if !near(got[0][0], want, tolerance) {
				t.Errorf("%s, %v: cost %v, %v expected", name, dtype, got[0][0], want)
			}
			near := []float64{1000, 1000.5, 999, -900, -901, -900, -900, -900, -899} // probabilities are equal beyond 1000
			if got := run(t, map[node][]float64{z: near, y: {0, 0, 0, 1, 0, 0, 0, 1, 1}}, losses.Accuracy(of(z), y))[0][0]; got != 0 {
				t.Errorf("%s, %v: accuracy %v, 0 expected", name, dtype, got)
			}
		}
		z, y := pair(tensor.Float64, 3, 2)
		feeds := graph.Feeds{z: []float64{-2, 0.5, 1, 3, 0, 0.25}, y: []float64{0, 0.25, 1, 0.5, 0, 0.25}}
		gradtest.Settings{Order: 2}.Check(t, losses.CategoricalCrossEntropy(of(z), y), feeds, z)
	}
}

// A logit of −Inf is a class that cannot be: it costs nothing where it is not the label.
func TestRowsOfMaskedSoftmax(t *testing.T) {
	z, y := pair(tensor.Float64, 3, 1)
	rows := graph.Slice(graph.Softmax(z, 0), graph.Range{To: 2})
	cost := losses.CategoricalCrossEntropy(rows, graph.Slice(y, graph.Range{To: 2}))
	got := run(t, map[node][]float64{z: {0, math.Inf(-1), 0}, y: {1, 0, 0}}, cost)
	if !near(got[0][0], math.Ln2, 1e-15) {
		t.Errorf("%v, ln 2 expected", got[0][0])
	}
}

// Outputs that saturate at the same probability have the order of their logits.
func TestAccuracyOfSaturatedSigmoids(t *testing.T) {
	for dtype := range dtypes {
		z, y := pair(dtype, 2, 2)
		got := run(t, map[node][]float64{z: {50, -900, 60, -800}, y: {0, 0, 1, 1}}, losses.Accuracy(graph.Sigmoid(z), y))
		if got[0][0] != 1 {
			t.Errorf("%v: %v, 1 expected", dtype, got[0][0])
		}
	}
}

// Where no logits are known, a certain and wrong prediction has no number for a
// gradient: neither the cost nor the gradient is silently wrong.
func TestWrongCertaintyIsLoud(t *testing.T) {
	for name, of := range map[string]func(z node) node{
		"Φ": graph.NormalCDF,
		"chosen": func(z node) node {
			return graph.Where(graph.Less(z, z.Graph().Const(5)), graph.Sigmoid(z), z.Graph().Const(1))
		},
		"array in place": func(z node) node {
			return graph.Sub(z.Graph().Array(array(z, []float64{1})), graph.Sigmoid(graph.Neg(z)))
		},
		"product of two": func(z node) node { return graph.Mul(graph.Sigmoid(z), graph.Sigmoid(z)) },
		"square, rooted": func(z node) node { return graph.Sqrt(graph.Square(graph.Sigmoid(z))) },
		"largest of some": func(z node) node {
			return graph.Max(graph.Concat(0, graph.Sigmoid(z), graph.Sigmoid(z).Times(0.5)), 0).T()
		},
	} {
		z, y := pair(tensor.Float64, 1, 1)
		a := of(z)
		if len(a.Shape()) == 1 {
			a = graph.Reshape(a, 1, 1)
		}
		cost := losses.BinaryCrossEntropy(a, y)
		got := run(t, map[node][]float64{z: {-800}, y: {1}}, cost, gradient(t, cost, z))
		if !math.IsInf(got[0][0], 1) || !math.IsNaN(got[1][0]) && !math.IsInf(got[1][0], 0) {
			t.Errorf("%s: cost %v, gradient %v: +Inf, and no number expected", name, got[0], got[1])
		}
	}
}

// The derivative of a cost with respect to probabilities is that of the cost by its
// own formula, though the cost is computed from their logits.
func TestDerivativeByProbabilities(t *testing.T) {
	z, y := pair(tensor.Float64, 1, 2)
	a := graph.Sigmoid(z)
	cost := losses.BinaryCrossEntropy(graph.Reshape(a, 1, 2), y)
	feeds := map[node][]float64{z: {0, math.Log(3)}, y: {1, 0.25}} // a = ½, ¾
	got := run(t, feeds, gradient(t, cost, a))
	if want := []float64{-1, (0.75/0.25 - 0.25/0.75) / 2}; !near(got[0][0], want[0], 1e-14) || !near(got[0][1], want[1], 1e-14) {
		t.Errorf("−y/a + (1 − y)/(1 − a), halved: %v, %v expected", got[0], want)
	}
	gradtest.Check(t, cost, graph.Feeds{z: feeds[z], y: feeds[y]}, a, z)
	z, y = pair(tensor.Float64, 3, 2)
	a = graph.Softmax(z, 0)
	gradtest.Check(t, losses.CategoricalCrossEntropy(a, y), graph.Feeds{y: []float64{0, 0.5, 1, 0, 0, 0.5}}, a)
}
