package graph

import (
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// mustVmap maps f.
func mustVmap(t *testing.T, f func(x []*Node) []*Node, xs ...*Node) []*Node {
	t.Helper()
	ys, err := Vmap(f, xs...)
	if err != nil {
		t.Fatal(err)
	}
	return ys
}

// The gradient of every example by itself, of a cost with labels, is what the notes sum up;
// what f made on the way is gone.
func TestVmapOfGrad(t *testing.T) {
	g := New(Settings{})
	w, x, y := g.Input("w", 1, 2), g.Input("X", 3, 2, 1), g.Input("Y", 3, 1, 1)
	before := len(g.Nodes())
	d := mustVmap(t, func(in []*Node) []*Node {
		cost := Sum(SigmoidCrossEntropy(MatMul(w, in[0]), in[1]))
		d, err := Grad(cost, w)
		if err != nil {
			t.Fatal(err)
		}
		return append(d, w, g.Const(2))
	}, x, y)
	for _, n := range g.Nodes()[before:] {
		if n.kind == inputNode {
			t.Error("a node for a slice stayed in the graph")
		}
	}
	for i, want := range []tensor.Shape{{3, 1, 2}, {3, 1, 2}, {3}} {
		if !slices.Equal(d[i].Shape(), want) {
			t.Errorf("result %d has shape %v, %v expected", i, d[i].Shape(), want)
		}
	}
	feeds := Feeds{w: dense([]float64{1, -1}, 1, 2), x: dense([]float64{0, 0, 1, 1, 2, 2}, 3, 2, 1), y: dense([]float64{1, 0, 1}, 3, 1, 1)}
	if got := numbers(t, d[0], feeds); !slices.Equal(got, []float64{0, 0, 0.5, 0.5, -1, -1}) {
		t.Errorf("gradients %v", got)
	}
	if got := numbers(t, d[1], feeds); !slices.Equal(got, []float64{1, -1, 1, -1, 1, -1}) {
		t.Errorf("the same for all: %v", got)
	}
}

// A mapping of a mapping is over two axes, and an operation without a rule is
// computed slice by slice.
func TestVmapTwiceAndOneByOne(t *testing.T) {
	g := New(Settings{})
	largest := &Op{Name: "First", Inputs: 1, Shape: func(in []tensor.Shape) (tensor.Shape, error) { return tensor.Shape{}, nil },
		Eval: func(out []float64, in [][]float64, _ Shapes) { out[0] = in[0][0] }}
	a, b := g.Input("a", 2, 2), g.Input("b", 3, 2)
	all := mustVmap(t, func(x []*Node) []*Node {
		return mustVmap(t, func(y []*Node) []*Node { return []*Node{Dot(x[0], y[0]), largest.Apply(Mul(x[0], y[0]))} }, b)
	}, a)
	feeds := Feeds{a: dense([]float64{1, 2, 3, 4}, 2, 2), b: dense([]float64{1, 0, 0, 1, 1, 1}, 3, 2)}
	for i, want := range [][]float64{{1, 2, 3, 3, 4, 7}, {1, 0, 1, 3, 0, 3}} {
		if got := numbers(t, all[i], feeds); !slices.Equal(got, want) || !slices.Equal(all[i].Shape(), tensor.Shape{2, 3}) {
			t.Errorf("result %d is %v of shape %v", i, got, all[i].Shape())
		}
	}
}

// A logarithm that is computed from logits stays that of the probabilities to Grad.
func TestVmapKeepsDetours(t *testing.T) {
	g := New(Settings{})
	z := g.Input("Z", 2, 3)
	ys := mustVmap(t, func(x []*Node) []*Node {
		a := Softmax(x[0])
		return []*Node{a, Log(a)}
	}, z)
	d := mustGrad(t, Sum(ys[1]), ys[0])[0]
	feeds := Feeds{z: dense([]float64{1, 2, 3, 0, 0, 0}, 2, 3)}
	got, want := numbers(t, d, feeds), numbers(t, Reciprocal(ys[0]), feeds)
	if diff := relativeDifference(got, want); diff > 1e-14 {
		t.Errorf("off by %g: %v", diff, got)
	}
}

// Labels that a cost requires inside a mapping are not checked, and outside they are.
func TestVmapMistakes(t *testing.T) {
	g := New(Settings{Training: true})
	x, y, v := g.Input("x", 2, 3), g.Input("y", 3), g.Input("v", 2)
	p := NewParam("p", dense([]float64{0, 0, 0}, 3))
	other := New(Settings{}).Input("x", 2, 3)
	same := func(x []*Node) []*Node { return x }
	before := len(g.Nodes())
	for want, f := range map[string]func() ([]*Node, error){
		"a first axis expected, of one size in all": func() ([]*Node, error) { return Vmap(same, x, y) },
		"a last axis expected, of one size in all":  func() ([]*Node, error) { return Mapping{Last: true}.Vmap(same, x, v) },
		"the function is nil":                       func() ([]*Node, error) { return Vmap(nil, x) },
		"the nodes belong to different graphs":      func() ([]*Node, error) { return Vmap(same, x, other) },
		"of the results, the nodes belong":          func() ([]*Node, error) { return Vmap(func([]*Node) []*Node { return []*Node{other} }, x) },
		"of the results, a node is nil":             func() ([]*Node, error) { return Vmap(func(x []*Node) []*Node { return append(x, nil) }, x) },
		"shapes (3) and (2) do not go together":     func() ([]*Node, error) { return Vmap(func(x []*Node) []*Node { return []*Node{Add(x[0], v)} }, x) },
		"assigns a parameter":                       func() ([]*Node, error) { return Vmap(func(x []*Node) []*Node { g.Assign(p, x[0]); return x }, x) },
		"no values are given":                       func() ([]*Node, error) { return Mapping{}.Nodes([]*Node{x}, nil) },
		"a slice of the value has shape (3)":        func() ([]*Node, error) { return Mapping{}.Nodes([]*Node{v}, map[*Node]*Node{v: x}) },
	} {
		if _, err := f(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "vmap_test.go:") {
			t.Errorf("error %v, %q and the place expected", err, want)
		}
	}
	if g.Err() != nil || len(g.Nodes()) != before || len(g.Assignments()) != 0 {
		t.Errorf("what failed left %d nodes and the error %v", len(g.Nodes())-before, g.Err())
	}
	if ys, err := Vmap(func([]*Node) []*Node { return nil }, x); err != nil || len(ys) != 0 {
		t.Errorf("a function without results: %v, %v", ys, err)
	}
}
