package layers_test

import (
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// dense returns a layer with the given weights and bias.
func dense(t *testing.T, name string, dtype tensor.Dtype, in int, w, b []float64) *layers.Dense {
	t.Helper()
	d := layers.DenseSettings{Name: name, In: in, Out: len(b), Init: layers.Zeros, Dtype: dtype}.New(nil)
	set(t, d.W, w...)
	set(t, d.B, b...)
	return d
}

// y = x + f(x), by hand.
func TestResidual(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		r := layers.Residual{Layers: layers.Sequential{dense(t, "d", dtype, 2, []float64{1, 2, -1, 3}, []float64{10, 20}), layers.ReLU}}
		g := graph.New(graph.Settings{Dtype: dtype})
		x := g.Input("X", 2, 2)
		y := r.Apply(x)
		feeds := graph.Feeds{x: array(dtype, []int{2, 2}, 1, 5, 2, -9)}
		// f = relu(x1 + 2·x2 + 10, −x1 + 3·x2 + 20)
		if got, want := run(t, y, feeds), []float64{1 + 15, 5 + 0, 2 + 25, -9 + 0}; !slices.Equal(got, want) {
			t.Errorf("%v: %v, %v expected", dtype, got, want)
		}
		gradtest.Settings{Order: 2}.Check(t, graph.Sum(graph.Square(layers.Residual{Layers: layers.Sequential{layers.Tanh}}.Apply(x))), nil, x)
		if names(r.Params()) != "d.W(2, 2) d.b(2, 1)" {
			t.Errorf("parameters %s", names(r.Params()))
		}
	}
}

// Branches stand below one another in their order, by hand.
func TestParallel(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		a := dense(t, "a", dtype, 2, []float64{1, 1}, []float64{0.5})
		b := dense(t, "b", dtype, 2, []float64{1, -1, 2, 0}, []float64{0, 1})
		drop := layers.DropoutSettings{Name: "drop", Rate: 0.5, Dtype: dtype}.New()
		p := layers.Parallel{a, layers.Sequential{}, layers.Sequential{b, drop}}
		g := graph.New(graph.Settings{Dtype: dtype})
		x := g.Input("X", 2, 2)
		y := p.Apply(x)
		feeds := graph.Feeds{x: array(dtype, []int{2, 2}, 1, 5, 2, -9)}
		if got, want := run(t, y, feeds), []float64{3.5, -3.5, 1, 5, 2, -9, -1, 14, 3, 11}; !slices.Equal(got, want) {
			t.Errorf("%v: %v, %v expected", dtype, got, want)
		}
		gradtest.Check(t, graph.Sum(graph.Exp(y.Times(0.25))), nil, x, g.Use(a.W), g.Use(b.W))
		if names(p.Params()) != "a.W(1, 2) a.b(1, 1) b.W(2, 2) b.b(2, 1)" || names(p.State()) != "drop.seed(5)" {
			t.Errorf("parameters %s, kept %s", names(p.Params()), names(p.State()))
		}
		one := layers.Parallel{layers.Tanh}.Apply(x)
		if one.Shape()[0] != 2 {
			t.Errorf("shape %v of one branch", one.Shape())
		}
	}
}

// Other values for parameters reach into layers that lie in others.
func TestCompoundsWith(t *testing.T) {
	a := dense(t, "a", tensor.Float64, 1, []float64{3}, []float64{0})
	net := layers.Residual{Layers: layers.Sequential{layers.Parallel{layers.Sequential{a}}}}
	g := graph.New(graph.Settings{})
	x := g.Input("X", 1, 2)
	y := layers.ApplyWith(net, x, map[*graph.Param]*graph.Node{a.W: g.Const(7, 1, 1)})
	if got := run(t, y, graph.Feeds{x: []float64{1, -2}}); !slices.Equal(got, []float64{8, -16}) {
		t.Errorf("%v", got)
	}
}

// What a network's output keeps is the network's.
func TestStateOfOutput(t *testing.T) {
	out := layers.NewUnstandardize("targets", []float64{10}, []float64{2}, tensor.Float64)
	net := layers.MLPSettings{Sizes: []int{2, 1}, Output: out}.New(newRand())
	if got := names(layers.State(layers.Sequential{net})); got != "targets.mean(1, 1) targets.std(1, 1)" {
		t.Errorf("kept %s", got)
	}
	if (*layers.MLP)(nil).State() != nil {
		t.Error("no network keeps something")
	}
}

func TestCompoundMistakes(t *testing.T) {
	d := dense(t, "d", tensor.Float64, 2, []float64{1, 1}, []float64{0})
	for words, l := range map[string]layers.Layer{
		"Residual: no layers":                          layers.Residual{},
		"Residual: its layers make shape (1, 3) of (2": layers.Residual{Layers: layers.Sequential{d}},
		"Parallel: no branches":                        layers.Parallel{},
		"Parallel: branch 2 of 2 is nil":               layers.Parallel{d, nil},
		"Sequential: layer 1 of 1 is nil":              layers.Residual{Layers: layers.Sequential{nil}},
		"Dropout: Rate is 2":                           layers.Parallel{layers.Tanh, &layers.Dropout{Rate: 2}},
	} {
		g := graph.New(graph.Settings{})
		l.Apply(g.Input("X", 2, 3))
		checkError(t, g.Err(), words)
	}
	if _, err := layers.Describe(layers.Parallel{layers.Tanh, nil}); err == nil {
		t.Error("a nil branch is described")
	}
}
