package optim_test

import (
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// What Write writes, run by hand, are the steps of the Trainer: a step of another rule's
// graph, with its state and rates as they are.
func TestWriteIsAStep(t *testing.T) {
	for _, rule := range []optim.Rule{optim.GradientDescent{LearningRate: 0.1}, optim.Adam{}, optim.Momentum{LearningRate: 0.1, Nesterov: true}} {
		written, taken := newBowl(tensor.Float64), newBowl(tensor.Float64)
		a, b := written.trainer(rule), taken.trainer(rule)
		for range 3 {
			for _, trainer := range []*optim.Trainer{a, b} {
				if _, err := trainer.Step(nil); err != nil {
					t.Fatal(err)
				}
				if err := trainer.SetRate("learning rate", 0.05); err != nil {
					t.Fatal(err)
				}
			}
		}
		g := graph.New(graph.Settings{Training: true})
		grads, err := graph.Grad(a.Cost(g, 0), g.Use(written.w), g.Use(written.b))
		if err != nil {
			t.Fatal(err)
		}
		updates, rates, err := a.Write(grads)
		if err != nil {
			t.Fatal(err)
		}
		p, err := graph.Compile(graph.Spec{Updates: updates})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Run(rates); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Step(nil); err != nil {
			t.Fatal(err)
		}
		if got, want := written.w.Value().Float64s(), taken.w.Value().Float64s(); !slices.Equal(got, want) {
			t.Errorf("%T: %v, %v expected", rule, got, want)
		}
		if _, _, err := a.Write(grads); err == nil || !strings.Contains(err.Error(), "learning rate") {
			t.Errorf("%T: a second step in one graph has the error %v", rule, err)
		}
	}
}

func TestWriteMistakes(t *testing.T) {
	p := newBowl(tensor.Float64)
	g, other := graph.New(graph.Settings{}), graph.New(graph.Settings{})
	w, b := g.Const(1, 2, 3), g.Const(1, 2, 1)
	for name, c := range map[string]struct {
		grads []*graph.Node
		words string
	}{
		"none":          {nil, "given 0 gradients for 2 parameters"},
		"nil":           {[]*graph.Node{w, nil}, `gradient of parameter "b"`},
		"another graph": {[]*graph.Node{w, other.Const(1, 2, 1)}, `"b" is of another graph`},
		"shapes":        {[]*graph.Node{b, w}, `gradient of parameter "W" has shape (2, 1), (2, 3) expected`},
	} {
		if _, _, err := p.trainer(optim.Adam{}).Write(c.grads); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: error %v, %q expected in it", name, err, c.words)
		}
	}
	if _, _, err := (*optim.Trainer)(nil).Write(nil); err == nil {
		t.Error("a nil Trainer writes")
	}
}
