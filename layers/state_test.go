package layers_test

import (
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
)

// counting keeps how often it was applied in training.
type counting struct{ count *graph.Param }

func (c counting) Apply(x *graph.Node) *graph.Node {
	if g := x.Graph(); g.IsTraining() {
		g.Assign(c.count, g.Use(c.count).Plus(1))
	}
	return x
}

func (counting) Params() []*graph.Param { return nil }

func (c counting) State() []*graph.Param { return []*graph.Param{c.count} }

// What layers keep is listed once, in order, from inside other layers too, and is
// no part of Params.
func TestState(t *testing.T) {
	a := counting{graph.NewParam("a", graph.Tensor([]float64{0}))}
	b := counting{graph.NewParam("b", graph.Tensor([]float64{0}))}
	net := layers.Sequential{a, layers.Tanh, layers.Sequential{b, a}, nil}
	if got, want := layers.State(net), []*graph.Param{a.count, b.count}; !slices.Equal(got, want) {
		t.Errorf("%v, %v expected", got, want)
	}
	if p := net.Params(); len(p) != 0 {
		t.Errorf("%d parameters to train", len(p))
	}
	if got := layers.State(layers.Tanh); got != nil {
		t.Errorf("an activation keeps %v", got)
	}
}
