package layers_test

import (
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
)

func TestSequentialAppliesInOrder(t *testing.T) {
	rng := newRand()
	first := layers.NewDense("first", 2, 3, layers.Glorot, rng)
	second := layers.NewDense("second", 3, 1, layers.Glorot, rng)
	net := layers.Sequential{first, layers.Sequential{layers.Tanh, second}}

	g := graph.New(graph.Settings{})
	x := g.Input("X", 2, 5)
	got, want := net.Apply(x), second.Apply(layers.Tanh.Apply(first.Apply(x)))
	feeds := graph.Feeds{x: array(g.Dtype(), []int{2, 5}, 1, 2, 3, 4, 5, -1, -2, -3, -4, -5)}
	if a, b := run(t, got, feeds), run(t, want, feeds); !slices.Equal(a, b) {
		t.Errorf("%v, %v expected", a, b)
	}
	params := []*graph.Param{first.W, first.B, second.W, second.B}
	if !slices.Equal(net.Params(), params) {
		t.Errorf("params %v, %v expected", net.Params(), params)
	}
}

func TestSequentialEmptyIsIdentity(t *testing.T) {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 2, 5)
	for _, s := range []layers.Sequential{nil, {}} {
		if s.Apply(x) != x || s.Params() != nil || g.Err() != nil {
			t.Errorf("%v, %v, %v", s.Apply(x), s.Params(), g.Err())
		}
	}
}

func TestSequentialSharedLayerHasItsParamsOnce(t *testing.T) {
	d := layers.NewDense("d", 2, 2, layers.Glorot, newRand())
	net := layers.Sequential{d, layers.Tanh, d}
	if got := net.Params(); !slices.Equal(got, []*graph.Param{d.W, d.B}) {
		t.Errorf("params %v", got)
	}
	g := graph.New(graph.Settings{})
	net.Apply(g.Input("X", 2, 3))
	if err := g.Err(); err != nil {
		t.Error(err)
	}
}

func TestSequentialMistakes(t *testing.T) {
	g := graph.New(graph.Settings{})
	net := layers.Sequential{layers.Tanh, nil}
	net.Apply(g.Input("X", 2, 3))
	checkError(t, g.Err(), "layer 2 of 2 is nil")
	if net.Params() != nil {
		t.Errorf("params %v", net.Params())
	}
	checkError(t, layers.Sequential{}.Apply(nil).Err(), "nil")

	rng := newRand()
	g = graph.New(graph.Settings{})
	layers.Sequential{
		layers.NewDense("same", 2, 4, layers.Glorot, rng),
		layers.NewDense("same", 4, 1, layers.Glorot, rng),
	}.Apply(g.Input("X", 2, 3))
	checkError(t, g.Err(), `"same.W"`, "taken")
}
