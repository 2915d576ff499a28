package graph_test

import (
	"strings"
	"testing"

	"chainrule/graph"
)

// What was built as a mean is one, whatever its numbers, and nothing else is.
func TestMeansAreMarked(t *testing.T) {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 3, 4)
	sum := graph.Sum(x)
	for name, c := range map[string]struct {
		n     node
		sum   node
		scale float64
		count int
	}{
		"over all":      {graph.Mean(x), nil, 1, 12},
		"over an axis":  {graph.Mean(x, 1), nil, 1, 4},
		"kept":          {graph.Reduce{KeepDims: true}.Mean(x, 0), nil, 1, 3},
		"of a sum":      {graph.MeanOver(sum, -0.5, 4), sum, -0.5, 4},
		"of one":        {graph.MeanOver(sum, 1, 1), sum, 1, 1},
		"not a mean":    {sum.Times(1.0 / 12), nil, 0, 0},
		"not one more":  {graph.Div(sum, g.Const(12)), nil, 0, 0},
		"times another": {graph.Mean(x).Times(0.25), nil, 0, 0},
	} {
		of, scale, count, ok := c.n.Mean()
		if ok != (c.count > 0) || scale != c.scale || count != c.count || c.sum != nil && of != c.sum {
			t.Errorf("%s: %v, %v, %d, %v", name, of, scale, count, ok)
		}
	}
	if err := graph.MeanOver(sum, 1, 0).Err(); err == nil || !strings.Contains(err.Error(), "a mean of 0 things, at least 1 expected") {
		t.Errorf("a mean of nothing: %v", err)
	}
}

// The convention of the notes has an error where Grad has one.
func TestGradByExampleErrors(t *testing.T) {
	for what, f := range map[string]func(y node, xs ...node) (*graph.ByExample, error){"simple": graph.GradByExample, "raw": graph.GradByExampleRaw} {
		x := graph.New(graph.Settings{}).Input("X", 3, 4)
		if b, err := f(x, x); err == nil || b != nil || !strings.Contains(err.Error(), "one entry expected") {
			t.Errorf("%s, of a matrix: %v, %v", what, b, err)
		}
		if b, err := f(graph.Mean(x), nil); err == nil || b != nil {
			t.Errorf("%s, by nil: %v", what, b)
		}
	}
}

// Own says of which values each example has its own, and along which axis.
func TestOwn(t *testing.T) {
	g := graph.New(graph.Settings{})
	x, w := g.Input("X", 3, 4), g.Input("w", 2, 3)
	z := graph.MatMul(w, x)
	turned := graph.Transpose(z)
	b, err := graph.GradByExample(graph.Mean(graph.Square(turned)), x, w, z, turned)
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[node]int{x: 1, z: 1, turned: 0, w: -1, nil: -1} {
		axis, ok := b.Own(n)
		if ok != (want >= 0) || ok && axis != want {
			t.Errorf("%v: axis %d, %v", n, axis, ok)
		}
	}
	if len(b.Means) != 1 || len(b.Bent) != 0 || len(b.Coupled) != 0 || len(b.Gradients) != 4 {
		t.Errorf("%+v", b)
	}
}

// The sum of which a cost is the mean is no example's own: its derivative is that of
// the cost, as of all that is shared.
func TestSumsOfLossesHaveTheDerivativeOfTheCost(t *testing.T) {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 3, 4)
	losses := graph.Square(x)
	sum := graph.Sum(losses)
	cost := graph.MeanOver(sum, 0.5, 4)
	for what, f := range map[string]func(y node, xs ...node) (*graph.ByExample, error){"simple": graph.GradByExample, "raw": graph.GradByExampleRaw} {
		b, err := f(cost, sum, losses)
		if err != nil {
			t.Fatal(err)
		}
		p, err := graph.Compile(graph.Spec{Outputs: b.Gradients})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Run(nil); err != nil {
			t.Fatal(err)
		}
		for i, want := range []float64{0.5 / 4, 0.5} {
			got, err := p.Float64s(nil, b.Gradients[i])
			if _, own := b.Own([]node{sum, losses}[i]); err != nil || got[0] != want || own != (i == 1) {
				t.Errorf("%s, %d: %v, own %v (%v), want %v", what, i, got, own, err, want)
			}
		}
	}
}
