package optim_test

import (
	"fmt"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// Updates writes the step that Step takes, of every rule, from whatever state and rates it is
// at, with what the graph assigns, and leaves the Trainer as it was.
func TestUpdatesAreTheStep(t *testing.T) {
	for _, rule := range []optim.Rule{
		optim.GradientDescent{LearningRate: 0.3}, optim.Momentum{LearningRate: 0.1, Nesterov: true}, optim.Adam{}, optim.AdamW{WeightDecay: 0.1},
		optim.RMSProp{Centered: true, Momentum: 0.5}, optim.Adagrad{}, optim.Lion{}, optim.Average{Rule: optim.GradientDescent{LearningRate: 0.3}},
		optim.Clip{Rule: optim.Decay{Rule: optim.Adam{}, L2: 0.1, Params: nil}, Norm: 0.5},
	} {
		w, b := graph.NewParam("hidden.W", dense64([]float64{1, 2}, 2)), graph.NewParam("b", dense64([]float64{4}, 1))
		count := graph.NewParam("count", dense64([]float64{0}, 1))
		cost := func(g *graph.Graph, _ int) *graph.Node {
			g.Assign(count, graph.Add(g.Use(count), g.Use(b)))
			return graph.Sum(graph.Mul(g.Use(w), g.Use(b)))
		}
		trainer := &optim.Trainer{Params: []*graph.Param{w, b}, Rule: rule, Cost: cost}
		for range 2 {
			if _, err := trainer.Step(nil); err != nil {
				t.Fatal(err)
			}
			if err := trainer.SetRate("learning rate", 0.05); err != nil {
				t.Fatal(err)
			}
		}
		g := graph.New(graph.Settings{Training: true})
		grads, err := graph.Grad(cost(g, 0), g.Use(w), g.Use(b))
		if err != nil {
			t.Fatal(err)
		}
		updates, rates, err := trainer.Updates(grads)
		if err != nil {
			t.Fatalf("%T: %v", rule, err)
		}
		var outputs []*graph.Node
		for _, u := range updates {
			outputs = append(outputs, u.Value)
		}
		program, err := graph.Compile(graph.Spec{Outputs: outputs})
		if err != nil {
			t.Fatal(err)
		}
		if err := program.Run(rates); err != nil {
			t.Fatal(err)
		}
		if _, err := trainer.Step(nil); err != nil {
			t.Fatal(err)
		}
		state, err := trainer.State()
		if err != nil {
			t.Fatal(err)
		}
		if len(updates) != len(state)+3 || updates[len(updates)-1].Param != count {
			t.Errorf("%T: %d assignments, those of 2 parameters, %d of the state and, last, the count expected", rule, len(updates), len(state))
		}
		for _, u := range updates {
			got, err := program.Value(u.Value)
			if err != nil {
				t.Fatal(err)
			}
			if want := u.Param.Value(); fmt.Sprint(got.Data()) != fmt.Sprint(want.Data()) {
				t.Errorf("%T: %s becomes %v, by the step %v", rule, u.Param.Name(), got.Data(), want.Data())
			}
		}
		if _, _, err := trainer.Updates(grads); err == nil || !strings.Contains(err.Error(), "learning rate") {
			t.Errorf("%T: a second step in one graph has the error %v", rule, err)
		}
	}
}

func TestUpdatesMistakes(t *testing.T) {
	p := newBowl(tensor.Float64)
	g, other := graph.New(graph.Settings{}), graph.New(graph.Settings{})
	w, b := g.Const(1, 2, 3), g.Const(1, 2, 1)
	for name, c := range map[string]struct {
		grads []*graph.Node
		words string
	}{
		"none":          {nil, "given 0 gradients, one for each of 2 parameters expected"},
		"nil":           {[]*graph.Node{w, nil}, `gradient of parameter "b"`},
		"another graph": {[]*graph.Node{w, other.Const(1, 2, 1)}, `"b" is of another graph`},
		"shapes":        {[]*graph.Node{b, w}, `gradient of parameter "W" has shape (2, 1), (2, 3) expected`},
	} {
		if _, _, err := p.trainer(optim.Adam{}).Updates(c.grads); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: error %v, %q expected in it", name, err, c.words)
		}
	}
	if _, _, err := (*optim.Trainer)(nil).Updates(nil); err == nil {
		t.Error("a nil Trainer writes")
	}
	assigned := graph.New(graph.Settings{Training: true})
	assigned.Assign(p.w, assigned.Use(p.w))
	grads := []*graph.Node{assigned.Const(1, 2, 3), assigned.Const(1, 2, 1)}
	if _, _, err := p.trainer(optim.Adam{}).Updates(grads); err == nil || !strings.Contains(err.Error(), "updated by the rule and assigned") {
		t.Errorf("a parameter that the graph assigns too: error %v", err)
	}
}
