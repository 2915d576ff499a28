package graph_test

import (
	"strings"
	"testing"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// What the error about a view advises does help: its Materialize is accepted, and a
// Clone, which keeps the strides, is not advised.
func TestViewErrorAdvises(t *testing.T) {
	g := graph.New(graph.Settings{})
	in := g.Input("X", 2, 2)
	sum := graph.Sum(in)
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{sum}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	x := graph.Tensor([]float64{1, 2, 4, 8, 16, 32}, 2, 3)
	view, err := x.Slice(nil, tensor.S(1, 3))
	if err != nil {
		t.Fatal(err)
	}
	for _, given := range []*tensor.Dense{view.(*tensor.Dense), view.Clone().(*tensor.Dense)} {
		err := p.Run(graph.Feeds{in: given})
		if err == nil || !strings.Contains(err.Error(), "its Materialize makes one; a Clone is a view again") {
			t.Errorf("the error is %v", err)
		}
	}
	if err := p.Run(graph.Feeds{in: view.Materialize().(*tensor.Dense)}); err != nil {
		t.Error(err)
	}
}
