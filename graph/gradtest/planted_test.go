package gradtest_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"gorgonia.org/tensor"
)

// A network of one hidden layer whose inputs are of some size, and its weights
// such that the hidden units are not saturated.
func network(size float64, activation func(*graph.Node) *graph.Node) (cost *graph.Node, wrt nodes, feeds graph.Feeds) {
	rng := rand.New(rand.NewPCG(8, math.Float64bits(size)))
	values := func(scale float64, shape ...int) *tensor.Dense {
		v := make([]float64, tensor.Shape(shape).TotalSize())
		for i := range v {
			v[i] = scale * rng.NormFloat64()
		}
		return dense(shape, v...)
	}
	g := graph.New(graph.Settings{})
	x, w1, b1, w2, b2 := g.Input("X", 3, 6), g.Input("W1", 4, 3), g.Input("b1", 4, 1), g.Input("W2", 1, 4), g.Input("b2", 1, 1)
	y := g.Array(dense(tensor.Shape{1, 6}, 0, 1, 1, 0, 1, 0))
	feeds = graph.Feeds{x: values(size, 3, 6), w1: values(1/size, 4, 3), b1: values(0.1, 4, 1), w2: values(1, 1, 4), b2: values(0.1, 1, 1)}
	a := activation(graph.Add(graph.MatMul(w1, x), b1))
	z := graph.Add(graph.MatMul(w2, a), b2)
	return graph.Mean(graph.Sub(graph.Softplus(z), graph.Mul(y, z))), nodes{x, w1, b1, w2, b2}, feeds
}

var sizes = []float64{1e-3, 0.1, 1, 300, 1e4}

// One entry of a gradient that is off by 1e-4 of the largest is found, whichever
// it is, and no other; so is a gradient with a factor or a sign.
func TestPlantedErrorsAreCaught(t *testing.T) {
	for _, size := range sizes {
		for name, f := range map[string]func(*graph.Node) *graph.Node{"tanh": graph.Tanh, "sigmoid": graph.Sigmoid, "relu": graph.ReLU, "gelu": graph.GELU} {
			cost, wrt, feeds := network(size, f)
			right, err := gradtest.Compare(t.Context(), gradtest.Settings{}, cost, feeds, wrt...)
			if err != nil || right.Err() != nil {
				t.Fatal(name, size, err, right.Err())
			}
			for i, row := range right.Rows {
				values := make([]float64, len(row.Entries))
				for e, entry := range row.Entries {
					values[e] = entry.Symbolic
				}
				judge := func(what string, planted []float64) gradtest.Row {
					r, err := gradtest.Judge(t.Context(), gradtest.Settings{}, cost, feeds, gradtest.Claim{Of: wrt[i], Values: planted})
					if err != nil || r.Rows[0].Count(gradtest.Wrong) == 0 {
						t.Fatalf("%s in d%s of %s, inputs near %g: %v\n%v", what, row.Name, name, size, err, r)
					}
					return r.Rows[0]
				}
				for e := range values {
					if *points < 100 && (e+len(name))%4 > 0 { // a part, to be quick
						continue
					}
					planted := slices.Clone(values)
					planted[e] += 1e-4 * row.Scale
					r := judge(fmt.Sprint("entry ", e), planted)
					if r.Entries[e].Verdict != gradtest.Wrong || r.Count(gradtest.Wrong) != 1 {
						t.Errorf("d%s of %s, inputs near %g: entry %d is wrong alone\n%v", row.Name, name, size, e, r)
					}
				}
				for _, factor := range []float64{1 + 1e-4, 1 - 1e-4, -1, 2, 0, 1e6} {
					planted := slices.Clone(values)
					for e := range planted {
						planted[e] *= factor
					}
					judge(fmt.Sprint("factor ", factor), planted)
				}
			}
		}
	}
}

// A mistake in one rule of a network shows in the gradients before it, and in
// those alone.
func TestPlantedRulesAreCaught(t *testing.T) {
	tanh := func(mistake func(x, y, dy *graph.Node) *graph.Node) *graph.Op {
		return &graph.Op{Name: "tanh", Unary: math.Tanh, Backward: func(x nodes, y, dy *graph.Node) nodes {
			return nodes{mistake(x[0], y, graph.Mul(dy, graph.Neg(graph.Square(y)).Plus(1)))}
		}}
	}
	for name, op := range map[string]*graph.Op{
		"factor": tanh(func(_, _, d *graph.Node) *graph.Node { return d.Times(1 + 1e-4) }),
		"sign":   tanh(func(_, _, d *graph.Node) *graph.Node { return graph.Neg(d) }),
		"term":   tanh(func(_, y, d *graph.Node) *graph.Node { return graph.Add(d, graph.Mul(d, y).Times(1e-3)) }),
		"missing term": {Name: "xtanh", Unary: func(x float64) float64 { return x * math.Tanh(x) },
			Backward: func(x nodes, y, dy *graph.Node) nodes { return nodes{graph.Mul(dy, graph.Tanh(x[0]))} }},
	} {
		for _, size := range sizes {
			cost, wrt, feeds := network(size, func(x *graph.Node) *graph.Node { return op.Apply(x) })
			r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, cost, feeds, wrt...)
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range r.Rows {
				if wrong := row.Count(gradtest.Wrong) > 0; wrong != (i < 3) {
					t.Errorf("%s, inputs near %g: wrong is %t for d%s\n%v", name, size, wrong, row.Name, r)
				}
			}
		}
	}
}
