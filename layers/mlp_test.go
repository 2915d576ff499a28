package layers_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/internal/numpyrand"
	"chainrule/layers"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

func TestMLPShapesAndNames(t *testing.T) {
	for _, c := range []struct {
		sizes []int
		m     int
	}{{[]int{2, 4, 1}, 400}, {[]int{3, 1}, 5}, {[]int{1, 1, 1, 1}, 1}, {[]int{4, 7, 5, 6, 3, 2}, 9}} {
		net := layers.MLPSettings{Sizes: c.sizes, Output: layers.Sigmoid}.New(newRand())
		g := graph.New(graph.Settings{})
		n := net.Forward(g.Input("X", c.sizes[0], c.m))
		if err := g.Err(); err != nil {
			t.Fatal(err)
		}
		depth := len(c.sizes) - 1
		if len(n.Z) != depth || len(n.A) != depth || len(net.Params()) != 2*depth {
			t.Fatalf("%v: %d Z, %d A, %d parameters", c.sizes, len(n.Z), len(n.A), len(net.Params()))
		}
		for l, out := range c.sizes[1:] {
			w, b := net.Params()[2*l], net.Params()[2*l+1]
			if w != net.W[l] || b != net.B[l] {
				t.Errorf("%v: parameters %v", c.sizes, net.Params())
			}
			for symbol, got := range map[string]struct {
				symbol     string
				shape      tensor.Shape
				rows, cols int
			}{
				"Z": {n.Z[l].Symbol(), n.Z[l].Shape(), out, c.m},
				"A": {n.A[l].Symbol(), n.A[l].Shape(), out, c.m},
				"W": {w.Name(), w.Shape(), out, c.sizes[l]},
				"b": {b.Name(), b.Shape(), out, 1},
			} {
				if want := fmt.Sprint(symbol, l+1); got.symbol != want || !slices.Equal(got.shape, tensor.Shape{got.rows, got.cols}) {
					t.Errorf("%s %v, %s (%d,%d) expected", got.symbol, got.shape, want, got.rows, got.cols)
				}
			}
		}
	}
}

// The network computes what loops over examples and units compute.
func TestMLPByHand(t *testing.T) {
	const m = 6
	sizes := []int{3, 5, 4, 2}
	activations := []layers.Activation{layers.ReLU, layers.Softplus, layers.Identity}
	functions := []func(float64) float64{
		func(z float64) float64 { return max(z, 0) },
		func(z float64) float64 { return math.Log1p(math.Exp(z)) },
		func(z float64) float64 { return z },
	}
	x := make([]float64, sizes[0]*m)
	rng := newRand()
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	for dtype, tolerance := range map[tensor.Dtype]float64{tensor.Float64: 1e-14, tensor.Float32: 2e-6} {
		net := layers.MLPSettings{Sizes: sizes, Hidden: activations[:2], Dtype: dtype}.New(newRand())
		for _, b := range net.B { // biases other than 0
			values := make([]float64, b.Shape()[0])
			for i := range values {
				values[i] = float64(i) - 1.5
			}
			if err := b.Set(array(dtype, b.Shape(), values...)); err != nil {
				t.Fatal(err)
			}
		}
		g := graph.New(graph.Settings{Dtype: dtype})
		in := g.Input("X", sizes[0], m)
		n := net.Forward(in)
		feeds := graph.Feeds{in: array(dtype, []int{sizes[0], m}, slices.Clone(x)...)}
		a := x
		for l := range net.W {
			z := affine(entries(t, net.W[l].Value()), entries(t, net.B[l].Value()), a, m)
			a = make([]float64, len(z))
			for i, v := range z {
				a[i] = functions[l](v)
			}
			for node, want := range map[*graph.Node][]float64{n.Z[l]: z, n.A[l]: a} {
				for i, v := range run(t, node, feeds) {
					if !(math.Abs(v-want[i]) <= tolerance*max(1, math.Abs(want[i]))) {
						t.Errorf("%v: entry %d of %v is %v, %v expected", dtype, i, node, v, want[i])
					}
				}
			}
		}
	}
}

// affine returns w·x + b for m columns.
func affine(w, b, x []float64, m int) []float64 {
	out, in := len(b), len(x)/m
	z := make([]float64, out*m)
	for i := range out {
		for j := range m {
			z[i*m+j] = b[i]
			for k := range in {
				z[i*m+j] += w[i*in+k] * x[k*m+j]
			}
		}
	}
	return z
}

// Its parameters state their layer, which is that of a named network as a whole.
func TestMLPLayers(t *testing.T) {
	for name, want := range map[string][]string{"": {"layer 1", "layer 1", "layer 2", "layer 2"}, "policy": {"policy", "policy", "policy", "policy"}} {
		var got []string
		for _, p := range (layers.MLPSettings{Name: name, Sizes: []int{2, 4, 1}}).New(newRand()).Params() {
			got = append(got, p.Layer)
		}
		if !slices.Equal(got, want) {
			t.Errorf("network %q: layers %q, want %q", name, got, want)
		}
	}
}

// With one hidden layer it is the network of the notes, to the bit.
func TestMLPIsTwoLayer(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5, -1, -2, -3, -4, -5}
	two := layers.NewTwoLayer(2, 4, 1, layers.Tanh, layers.Normal(0.01), numpyrand.New(2))
	deep := layers.MLPSettings{Sizes: []int{2, 4, 1}, Output: layers.Sigmoid,
		Init: []layers.Initializer{layers.Normal(0.01)}}.New(numpyrand.New(2))
	for i, p := range two.Params() {
		q := deep.Params()[i]
		if p.Name() != q.Name() || !slices.Equal(entries(t, p.Value()), entries(t, q.Value())) {
			t.Errorf("%s %v, %s %v expected", q.Name(), q.Value(), p.Name(), p.Value())
		}
	}
	var results [2][]float64
	var formulas [2]string
	for i, net := range []layers.Layer{two, deep} {
		g := graph.New(graph.Settings{})
		in, y := g.Input("X", 2, 5), g.Input("Y", 1, 5)
		cost := losses.BinaryCrossEntropy(net.Apply(in), y)
		d, err := graph.Grad(cost, g.Use(net.Params()[0]))
		if err != nil {
			t.Fatal(err)
		}
		lines, err := graph.Formulas(d[0])
		if err != nil {
			t.Fatal(err)
		}
		formulas[i] = fmt.Sprint(lines)
		results[i] = run(t, d[0], graph.Feeds{in: array(g.Dtype(), []int{2, 5}, slices.Clone(x)...),
			y: array(g.Dtype(), []int{1, 5}, 0, 1, 0, 1, 1)})
	}
	if !slices.Equal(results[0], results[1]) || formulas[0] != formulas[1] {
		t.Errorf("dW1 %v by %s, %v by %s expected", results[1], formulas[1], results[0], formulas[0])
	}
}

// Weights are drawn layer by layer, each by its own initialiser, and in float32
// they are the same draws, rounded.
func TestMLPDrawsInOrder(t *testing.T) {
	settings := layers.MLPSettings{Sizes: []int{2, 3, 3, 1},
		Init: []layers.Initializer{layers.Normal(2), nil, layers.Uniform(0.5)}}
	net := settings.New(newRand())
	settings.Dtype = tensor.Float32
	single := settings.New(newRand())
	rng := newRand()
	for l, init := range []layers.Initializer{layers.Normal(2), layers.Glorot, layers.Uniform(0.5)} {
		shape := net.W[l].Shape()
		want := make([]float64, shape.TotalSize())
		if err := init(want, shape[1], shape[0], rng); err != nil {
			t.Fatal(err)
		}
		if got := entries(t, net.W[l].Value()); !slices.Equal(got, want) {
			t.Errorf("%s is %v, %v expected", net.W[l].Name(), got, want)
		}
		for i, v := range entries(t, single.W[l].Value()) {
			if v != float64(float32(want[i])) {
				t.Errorf("float32 entry %d of %s is %v, %v expected", i, net.W[l].Name(), v, want[i])
			}
		}
		for _, v := range entries(t, net.B[l].Value()) {
			if v != 0 {
				t.Errorf("%s starts at %v", net.B[l].Name(), v)
			}
		}
	}
}

func TestMLPHidden(t *testing.T) {
	tanh, relu, gelu := layers.Tanh, layers.ReLU, layers.GELU
	list := func(a ...layers.Activation) []layers.Activation { return a }
	for _, c := range []struct {
		sizes       []int
		given, want []layers.Activation
	}{
		{[]int{1, 1, 1, 1}, nil, list(tanh, tanh)},
		{[]int{1, 1, 1, 1}, list(relu), list(relu, relu)},
		{[]int{1, 1, 1, 1}, list(relu, gelu), list(relu, gelu)},
		{[]int{1, 1, 1}, list(gelu), list(gelu)},
		{[]int{1, 1}, nil, nil},
		{[]int{1, 1}, list(relu), nil}, // one for all of no layers
	} {
		net := layers.MLPSettings{Sizes: c.sizes, Hidden: c.given}.New(newRand())
		g := graph.New(graph.Settings{})
		net.Apply(g.Input("X", 1, 3))
		if !slices.Equal(net.Hidden, c.want) || g.Err() != nil {
			t.Errorf("sizes %v, given %v: %v, error %v", c.sizes, c.given, net.Hidden, g.Err())
		}
		if len(c.given) > 0 && len(net.Hidden) > 0 {
			c.given[0] = layers.Softmax
			if net.Hidden[0] == layers.Softmax {
				t.Error("the activations are shared with the settings")
			}
		}
	}
}

// The last A is that of Output, and what Apply returns, as of a Sequential.
func TestMLPOutput(t *testing.T) {
	for _, output := range []layers.Layer{nil, layers.Identity, layers.Tanh, layers.Softmax, layers.Sequential{layers.Tanh, layers.ELU}} {
		net := layers.MLPSettings{Sizes: []int{2, 3}, Output: output}.New(newRand())
		g := graph.New(graph.Settings{})
		x := g.Input("X", 2, 2)
		n := net.Forward(x)
		want := n.Z[0]
		if output != nil {
			want = output.Apply(n.Z[0])
		}
		feeds := graph.Feeds{x: array(g.Dtype(), []int{2, 2}, 1, 2, -3, 4)}
		if got, want := run(t, n.A[0], feeds), run(t, want, feeds); !slices.Equal(got, want) {
			t.Errorf("%v: %v, %v expected", output, got, want)
		}
		if got, want := run(t, net.Apply(x), feeds), run(t, want, feeds); !slices.Equal(got, want) {
			t.Errorf("%v: applied %v, %v expected", output, got, want)
		}
	}
}

// The gradient of a deep net with any hidden activations is right, and has the
// operations that one needs by hand.
func TestMLPGradient(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for _, hidden := range every() {
			net := layers.MLPSettings{Sizes: []int{3, 4, 4, 3}, Hidden: []layers.Activation{hidden}, Dtype: dtype,
				Output: layers.Softmax}.New(newRand())
			g := graph.New(graph.Settings{Dtype: dtype})
			x, y := g.Input("X", 3, 5), g.Input("Y", 1, 5)
			cost := losses.CategoricalCrossEntropy(net.Apply(x), y)
			var params []*graph.Node
			for _, p := range net.Params() {
				params = append(params, g.Use(p))
			}
			gradtest.Check(t, cost, graph.Feeds{y: array(dtype, []int{1, 5}, 0, 2, 1, 1, 0)}, params...)
			ops := 0
			for _, n := range g.Nodes() {
				if n.IsBackward() && n.Op() != nil {
					ops++
				}
			}
			if want := 2 + 3*2 + 2*4; hidden == layers.Tanh && ops != want {
				t.Errorf("%d operations, %d expected", ops, want)
			}
		}
	}
}
