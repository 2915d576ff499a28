package graph_test

import (
	"math"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
)

// The value, the gradient and the curvature Σᵢⱼ∂²y/∂xᵢ∂xⱼ of Norm and Std agree with
// formulas written by hand, and all derivatives are 0 where the root has none.
func TestNormAndStd(t *testing.T) {
	for _, c := range []struct {
		name         string
		f            func(x node, axes ...int) node
		x            []float64
		value, curve float64
		slope        []float64
	}{
		{"norm", graph.Norm, []float64{3, -4}, 5, 2.0/5 - 1.0/125, []float64{0.6, -0.8}},
		{"norm of zeros", graph.Norm, []float64{0, 0}, 0, 0, []float64{0, 0}},
		{"deviation", graph.Std, []float64{1, 5}, 2, 0, []float64{-0.5, 0.5}},
		{"deviation of equals", graph.Std, []float64{3, 3}, 0, 0, []float64{0, 0}},
		{"deviation of one", graph.Std, []float64{3}, 0, 0, []float64{0}},
	} {
		g := graph.New(graph.Settings{})
		x := g.Input("x", len(c.x))
		y := c.f(x)
		d, err := graph.Grad(y, x)
		if err != nil {
			t.Fatal(err)
		}
		dd, err := graph.Grad(graph.Sum(d[0]), x)
		if err != nil {
			t.Fatal(err)
		}
		p, err := graph.Compile(graph.Spec{Outputs: []node{y, d[0], dd[0]}})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Run(graph.Feeds{x: graph.Tensor(c.x, len(c.x))}); err != nil {
			t.Fatal(err)
		}
		near := func(what string, got, want float64) {
			if !(math.Abs(got-want) <= 1e-15) {
				t.Errorf("%s: %s %v, want %v", c.name, what, got, want)
			}
		}
		values := func(n node) []float64 {
			all, err := p.Float64s(nil, n)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		near("value", values(y)[0], c.value)
		curve := 0.0
		for i, got := range values(d[0]) {
			near("slope", got, c.slope[i])
			curve += values(dd[0])[i]
		}
		near("curvature", curve, c.curve)
	}
}

// Gradients along axes agree with differences.
func TestGradOfNormAndStd(t *testing.T) {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 2, 3)
	feeds := graph.Feeds{x: graph.Tensor([]float64{1, -2, 0.5, 3, 0, 1.5}, 2, 3)}
	gradtest.Check(t, graph.Sum(graph.Square(graph.Norm(x, 1).Plus(1))), feeds, x)
	gradtest.Check(t, graph.Sum(graph.Square(graph.Reduce{KeepDims: true}.Std(x, 0).Plus(1))), feeds, x)
}
