package gradtest_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"gorgonia.org/tensor"
)

// A network that is sure of every class has a tiny cost with all its digits, and a
// gradient that is the difference of 1 and probabilities next to it. That is not
// wrong, and a mistake of 1e-4 is found all the same.
func TestGradientOfASureNetwork(t *testing.T) {
	for _, sure := range []float64{8, 14, 40} {
		t.Run(fmt.Sprint(sure), func(t *testing.T) {
			cost, w, feeds := sureNetwork(sure)
			r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, cost, feeds, w)
			if err != nil || r.Count(gradtest.Wrong) > 0 || sure < 40 && r.Count(gradtest.Right) < 9 {
				t.Fatalf("%v\n%v", err, r)
			}
			values := make([]float64, len(r.Rows[0].Entries))
			for e, entry := range r.Rows[0].Entries {
				values[e] = entry.Numeric
			}
			values[0] += 1e-4 * r.Rows[0].Scale
			r, err = gradtest.Judge(t.Context(), gradtest.Settings{}, cost, feeds, gradtest.Claim{Of: w, Values: values})
			if err != nil || r.Rows[0].Entries[0].Verdict != gradtest.Wrong {
				t.Errorf("off by 1e-4: %v\n%v", err, r)
			}
		})
	}
}

// sureNetwork is softmax regression on three classes that lie far apart; the gradient of
// W is made of A − Y.
func sureNetwork(sure float64) (cost, w *graph.Node, feeds graph.Feeds) {
	const classes, m = 3, 30
	rng := rand.New(rand.NewPCG(3, 1))
	x, y, weights := make([]float64, classes*m), make([]float64, classes*m), make([]float64, classes*classes)
	for i := range m {
		for k := range classes {
			x[k*m+i] = 0.05 * rng.NormFloat64()
		}
		x[i%classes*m+i]++
		y[i%classes*m+i] = 1
	}
	for k := range classes {
		weights[k*classes+k] = sure * float64(k+1)
	}
	g := graph.New(graph.Settings{})
	X, Y, W := g.Input("X", classes, m), g.Input("Y", classes, m), g.Input("W", classes, classes)
	z := graph.MatMul(W, X)
	a := graph.Softmax(z, 0)
	cost = graph.Mean(graph.Neg(graph.Sum(graph.Mul(Y, graph.Log(a)), 0)))
	return cost, W, graph.Feeds{X: dense(tensor.Shape{classes, m}, x...), Y: dense(tensor.Shape{classes, m}, y...),
		W: dense(tensor.Shape{classes, classes}, weights...)}
}
