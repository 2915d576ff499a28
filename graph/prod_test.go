package graph_test

import (
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
)

// Derivatives of a product are products of the other factors: right without a
// zero, with one and with two, up to the third order.
func TestProdWithZeros(t *testing.T) {
	values := []float64{2, -0.5, 3, 1.5, 2, 0, 3, 1.5, 0, -0.5, 0, 1.5, 0, 0, 0, 2}
	for _, axis := range []int{0, 1} {
		g := graph.New(graph.Settings{})
		x := g.Input("x", 4, 4)
		cost := graph.Sum(graph.Square(graph.Prod(x, axis).Plus(1)))
		feeds := graph.Feeds{x: graph.Tensor(slices.Clone(values), 4, 4)}
		gradtest.Settings{Order: 3, MaxEntries: 16}.Check(t, cost, feeds, x)
	}
}

// The first and second derivatives of x·y·z at zeros, to the last bit.
func TestProdDerivatives(t *testing.T) {
	for _, c := range []struct{ x, first, second []float64 }{
		{[]float64{2, 4, 3}, []float64{12, 6, 8}, []float64{0, 3, 4, 3, 0, 2, 4, 2, 0}},
		{[]float64{2, 0, 3}, []float64{0, 6, 0}, []float64{0, 3, 0, 3, 0, 2, 0, 2, 0}},
		{[]float64{0, 0, 3}, []float64{0, 0, 0}, []float64{0, 3, 0, 3, 0, 0, 0, 0, 0}},
		{[]float64{0, 0, 0}, []float64{0, 0, 0}, make([]float64, 9)},
	} {
		g := graph.New(graph.Settings{})
		x := g.Input("x", 3)
		d, err := graph.Grad(graph.Prod(x), x)
		if err != nil {
			t.Fatal(err)
		}
		h, err := graph.Jacobian(d[0], x)
		if err != nil {
			t.Fatal(err)
		}
		p, err := graph.Compile(graph.Spec{Outputs: []node{d[0], h[0]}})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Run(graph.Feeds{x: graph.Tensor(c.x, len(c.x))}); err != nil {
			t.Fatal(err)
		}
		for n, want := range map[node][]float64{d[0]: c.first, h[0]: c.second} {
			v, err := p.Value(n)
			if err != nil {
				t.Fatal(err)
			}
			if got := v.Data().([]float64); !slices.Equal(got, want) {
				t.Errorf("of the product of %v: %v, want %v", c.x, got, want)
			}
		}
	}
}

// The way back of a product turns its axes to the front and back again, for which
// an array of three axes is needed: the order (2, 0, 1) is not its own inverse.
func TestProdOverAxesOfThree(t *testing.T) {
	for _, shape := range [][]int{{2, 3, 4}, {2, 2, 2}} {
		for _, axes := range [][]int{{0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}, nil} {
			g := graph.New(graph.Settings{})
			x := g.Input("x", shape...)
			values := make([]float64, x.Shape().TotalSize())
			for i := range values {
				values[i] = 0.5 + float64(i*7%11)/10
			}
			feeds := graph.Feeds{x: graph.Tensor(values, shape...)}
			gradtest.Check(t, graph.Sum(graph.Square(graph.Prod(x, axes...))), feeds, x)
		}
	}
}
