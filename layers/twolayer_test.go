package layers_test

import (
	"math"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/internal/numpyrand"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

func TestTwoLayerShapesAndNames(t *testing.T) {
	for _, c := range [][4]int{{2, 4, 1, 400}, {1, 1, 1, 1}, {3, 5, 2, 7}} {
		nx, nh, ny, m := c[0], c[1], c[2], c[3]
		net := layers.NewTwoLayer(nx, nh, ny, layers.Tanh, layers.Glorot, newRand())
		g := graph.New(graph.Settings{})
		n := net.Forward(g.Input("X", nx, m))
		for _, s := range []struct {
			node   *graph.Node
			symbol string
			rows   int
		}{{n.Z[0], "Z1", nh}, {n.A[0], "A1", nh}, {n.Z[1], "Z2", ny}, {n.A[1], "A2", ny}} {
			if got := s.node.Symbol(); got != s.symbol {
				t.Errorf("symbol %s, %s expected", got, s.symbol)
			}
			if got := s.node.Shape(); !slices.Equal(got, tensor.Shape{s.rows, m}) {
				t.Errorf("%s: shape %v, (%d,%d) expected", s.symbol, got, s.rows, m)
			}
		}
		var names []string
		for _, p := range net.Params() {
			names = append(names, p.Name())
		}
		if !slices.Equal(names, []string{"W1", "b1", "W2", "b2"}) {
			t.Errorf("parameters %v", names)
		}
	}
}

// The network computes what the formulas written by hand compute.
func TestTwoLayerByHand(t *testing.T) {
	const nx, nh, ny, m = 2, 4, 2, 6
	x := make([]float64, nx*m)
	rng := newRand()
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	for hidden, by := range map[layers.Activation]handgrad.Activation{
		layers.Tanh: handgrad.Tanh, layers.Sigmoid: handgrad.Sigmoid, layers.ReLU: handgrad.ReLU,
	} {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			net := layers.MLPSettings{Sizes: []int{nx, nh, ny}, Hidden: []layers.Activation{hidden},
				Output: layers.Sigmoid, Dtype: dtype}.New(newRand())
			hand := handgrad.TwoLayer{Hidden: by,
				W1: matrix(t, net.W[0]), B1: matrix(t, net.B[0]), W2: matrix(t, net.W[1]), B2: matrix(t, net.B[1])}
			want, err := hand.Gradients(handgrad.Matrix{Rows: nx, Cols: m, Data: x},
				handgrad.Matrix{Rows: ny, Cols: m, Data: make([]float64, ny*m)})
			if err != nil {
				t.Fatal(err)
			}
			g := graph.New(graph.Settings{Dtype: dtype})
			in := g.Input("X", nx, m)
			n := net.Forward(in)
			tolerance := 1e-14
			if dtype == tensor.Float32 {
				tolerance = 1e-6
			}
			feeds := graph.Feeds{in: array(dtype, []int{nx, m}, slices.Clone(x)...)}
			for _, c := range []struct {
				node *graph.Node
				want handgrad.Matrix
			}{{n.Z[0], want.Z1}, {n.A[0], want.A1}, {n.Z[1], want.Z2}, {n.A[1], want.A2}} {
				for i, v := range run(t, c.node, feeds) {
					if !(math.Abs(v-c.want.Data[i]) <= tolerance*max(1, math.Abs(v))) {
						t.Errorf("%v, %v: entry %d of %v is %v, %v expected", hidden, dtype, i, c.node, v, c.want.Data[i])
					}
				}
			}
		}
	}
}

func matrix(t *testing.T, p *graph.Param) handgrad.Matrix {
	s := p.Shape()
	return handgrad.Matrix{Rows: s[0], Cols: s[1], Data: entries(t, p.Value())}
}

// W1 is drawn before W2, row by row, so that NumPy's networks are reproduced.
func TestTwoLayerDrawsW1First(t *testing.T) {
	net := layers.NewTwoLayer(2, 4, 1, layers.Tanh, layers.Normal(0.01), numpyrand.New(2))
	rng := numpyrand.New(2)
	for _, p := range []*graph.Param{net.W[0], net.W[1]} {
		for i, v := range entries(t, p.Value()) {
			if want := 0.01 * rng.NormFloat64(); v != want {
				t.Errorf("entry %d of %s is %v, %v expected", i, p.Name(), v, want)
			}
		}
	}
}

func TestTwoLayerMistakes(t *testing.T) {
	rng := newRand()
	for name, c := range map[string]struct {
		net   *layers.MLP
		words []string
	}{
		"nil":        {nil, []string{"nil"}},
		"zero":       {&layers.MLP{}, []string{"0 weights"}},
		"nx":         {layers.NewTwoLayer(0, 4, 1, layers.Tanh, layers.Glorot, rng), []string{"MLP", "Sizes[0] is 0"}},
		"nh":         {layers.NewTwoLayer(2, 0, 1, layers.Tanh, layers.Glorot, rng), []string{"Sizes[1] is 0"}},
		"ny":         {layers.NewTwoLayer(2, 4, -3, layers.Tanh, layers.Glorot, rng), []string{"Sizes[2] is -3"}},
		"activation": {layers.NewTwoLayer(2, 4, 1, 99, layers.Glorot, rng), []string{"Activation(99)", "tanh"}},
		"init":       {layers.NewTwoLayer(2, 4, 1, layers.Tanh, nil, rng), []string{"initialiser is nil"}},
		"source":     {layers.NewTwoLayer(2, 4, 1, layers.Tanh, layers.He, nil), []string{"layer 1", "source of random numbers is nil"}},
		"dtype":      {layers.MLPSettings{Sizes: []int{1, 1, 1}, Dtype: tensor.Bool}.New(rng), []string{"bool"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := graph.New(graph.Settings{})
			n := c.net.Forward(g.Input("X", 2, 3))
			checkError(t, g.Err(), c.words...)
			for _, node := range []*graph.Node{n.Z[0], n.A[len(n.A)-1], c.net.Apply(g.Input("X2", 2, 3))} {
				checkError(t, node.Err(), c.words...)
			}
			if c.net.Params() != nil {
				t.Errorf("params %v", c.net.Params())
			}
		})
	}
	checkError(t, layers.NewTwoLayer(1, 1, 1, layers.Tanh, layers.Zeros, nil).Apply(nil).Err(), "nil")
}

// The backward pass has as many operations as the one written by hand: two for
// dZ2, one each for dW2, db2, dW1 and db1, and four for dZ1.
func TestTwoLayerBackwardOperations(t *testing.T) {
	for hidden, want := range map[layers.Activation]int{
		layers.Tanh:     10,
		layers.Sigmoid:  10, // A1 ⊙ (1 − A1)
		layers.ReLU:     9,  // Step(Z1)
		layers.Identity: 7,
	} {
		const m = 5
		net := layers.NewTwoLayer(2, 4, 1, hidden, layers.Glorot, newRand())
		g := graph.New(graph.Settings{})
		x, y := g.Input("X", 2, m), g.Input("Y", 1, m)
		z := net.Forward(x).Z[1]
		cost := graph.Sum(graph.Sub(graph.Softplus(z), graph.Mul(y, z))).Times(1.0 / m)
		var params []*graph.Node
		for _, p := range net.Params() {
			params = append(params, g.Use(p))
		}
		if _, err := graph.Grad(cost, params...); err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, n := range g.Nodes() {
			if n.IsBackward() && n.Op() != nil {
				got++
			}
		}
		if got != want {
			t.Errorf("%v: %d operations, %d expected", hidden, got, want)
		}
	}
}
