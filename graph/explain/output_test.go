package explain_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/internal/formulatest"
	"chainrule/internal/handgrad"
	"chainrule/losses"
)

// The way back through a sigmoid output is −Y/A + (1 − Y)/(1 − A) and then that
// times A ⊙ (1 − A): by hand, by an evaluator that reads the formulas, and as the
// way from the logits comes out, in both conventions.
func TestThroughTheOutput(t *testing.T) {
	through := 0
	for name, n := range explainedNetworks() {
		for _, convention := range []explain.Convention{explain.Notes, explain.MeanCost} {
			cost, params, feeds := n.build(t)
			d, err := explain.Settings{Convention: convention}.DeriveRaw(cost, params...)
			if err != nil {
				t.Fatal(name, err)
			}
			if len(d.Output) == 0 {
				continue
			}
			through++
			if err := d.Evaluate(feeds); err != nil {
				t.Fatal(name, err)
			}
			e := &formulatest.Evaluator{Values: map[string]handgrad.Matrix{"m": formulatest.Scalar(float64(n.m))}}
			for _, l := range slices.Concat(d.Given, d.Forward) {
				e.Values[l.Symbol] = matrixOf(l.Value)
			}
			for _, l := range d.Output {
				checkLine(t, name, e, l, notesTolerance)
			}
			da, dz := d.Output[0], d.Output[1]
			a, y := e.Values[strings.TrimPrefix(da.Symbol, "d")], e.Values["Y"]
			shared := 1.0
			if convention == explain.MeanCost {
				shared = 1 / float64(n.m)
			}
			for i, v := range matrixOf(da.Value).Data {
				want := shared * (-y.Data[i]/a.Data[i] + (1-y.Data[i])/(1-a.Data[i]))
				if math.Abs(v-want) > 1e-12*math.Abs(want) {
					t.Errorf("%s: entry %d of %s is %v, %v by hand", name, i, da.Symbol, v, want)
				}
			}
			at := slices.IndexFunc(d.Backward, func(l explain.Line) bool { return l.Symbol == dz.Symbol })
			if at < 0 {
				t.Errorf("%s: there is no other %s", name, dz.Symbol)
				continue
			}
			if gap := largestGap(matrixOf(dz.Value).Data, matrixOf(d.Backward[at].Value).Data); gap > 1e-12 {
				t.Errorf("%s: %s is %v from %s", name, dz.Formula, gap, d.Backward[at].Formula)
			}
		}
	}
	if through < 8 {
		t.Errorf("%d derivations had a sigmoid output", through)
	}
}

func TestThroughTheOutputOfTheNotes(t *testing.T) {
	cost, params, _ := explainedNetworks()["two layers"].build(t)
	d, err := explain.DeriveRaw(cost, params...)
	if err != nil {
		t.Fatal(err)
	}
	const want = `Backward through the output
  cost is computed from Z2, so that it stays finite, and its derivative does not pass A2. From the other form, −(Y ⊙ log A2 + (1 − Y) ⊙ log(1 − A2)) of each output, the chain rule comes to the same dZ2 in two steps.

  dA2 = (1 − Y) / (1 − A2) − Y / A2  (1,400)  derivative of the cost by A2
  dZ2 = dA2 ⊙ (A2 ⊙ (1 − A2))        (1,400)  chain rule through A2; σ′ = A ⊙ (1 − A)
`
	if got := d.Text(0); !strings.Contains(got, want) {
		t.Errorf("no\n%s\nin\n%s", want, got)
	}
}

// Other costs have no such way.
func TestNoWayThroughTheOutput(t *testing.T) {
	g := graph.New(graph.Settings{})
	z, y := g.Input("Z", 3, 4), g.Input("Y", 3, 4)
	alone := g.Input("V", 1, 4)
	for name, cost := range map[string]*graph.Node{
		"softmax":         losses.CategoricalCrossEntropy(graph.Softmax(z, 0), y),
		"squared error":   losses.SquaredError(graph.Sigmoid(z), y),
		"without a node":  losses.SigmoidCrossEntropy(alone.Times(2), g.Input("W", 1, 4)),
		"a constant":      g.Const(1),
		"another of both": graph.Sum(graph.Sub(graph.Softplus(alone), alone)),
	} {
		if cost.Err() != nil {
			t.Fatal(name, cost.Err())
		}
		d, err := explain.DeriveRaw(cost, alone, z)
		if err != nil {
			t.Fatal(name, err)
		}
		if len(d.Output) > 0 {
			t.Errorf("%s: %v", name, d.Output)
		}
	}
}
