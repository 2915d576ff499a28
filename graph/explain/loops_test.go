package explain_test

import (
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/explain"
	"gorgonia.org/tensor"
)

// A recurrence and its gradient are written step by step.
func TestDerivationOfLoops(t *testing.T) {
	g := graph.New(graph.Settings{})
	x, h := g.Input("X", 5, 3, 2), g.Input("H", 4, 2)
	w, u := use(g, "W", 4, 4), use(g, "U", 4, 3)
	final, kept := graph.Loop{Init: []*graph.Node{h}, Over: []*graph.Node{x}}.Scan(func(state, in []*graph.Node) (next, out []*graph.Node) {
		z := graph.Add(graph.MatMul(w, state[0]), graph.MatMul(u, in[0]))
		return []*graph.Node{graph.Tanh(z)}, []*graph.Node{graph.Slice(z, graph.Range{To: 2})}
	})
	cost := graph.Add(graph.Sum(graph.Square(final[0])), graph.Sum(kept[0])).Named("cost")
	d, err := explain.Derive(cost, w, u)
	if err != nil {
		t.Fatal(err)
	}
	text := d.Text(0)
	for _, want := range []string{
		"Loop 1, each step\n", "makes 5 steps; state (4,2) begins as H; row (3,2) is a row of X.\n",
		"  t1         = W·state + U·row  (4,2)\n", "  kept 1     = t1[0:2, :]       (2,2)\n", "  next state = tanh(t1)         (4,2)  kept 3\n",
		"  kept 2     = state            (4,2)\n",
		"Loop 2, each step\n", "makes 5 steps, from the last to the first; dstate (4,2) begins as 2·", "next dstate = Wᵀ·", "next sum", "stateᵀ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the derivation lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "Loop 3") || strings.Contains(text, "…)") {
		t.Errorf("a loop is there twice, or an operand is not written:\n%s", text)
	}
	if err := d.Evaluate(graph.Feeds{x: make([]float64, 30), h: make([]float64, 8)}); err != nil {
		t.Fatal(err)
	}
	for _, l := range d.Loops {
		for _, line := range l.Lines {
			if line.Value != nil {
				t.Errorf("%s: %s has a value", l.Title, line.Symbol)
			}
		}
	}
	if err := checkLaTeX(d.LaTeX()); err != nil {
		t.Error(err)
	}
	for name, document := range map[string]string{"Markdown": d.Markdown(), "HTML": d.HTML()} {
		if n := strings.Count(document, ", each step"); n != 2 {
			t.Errorf("%s tells of %d loops, want 2", name, n)
		}
	}
}

// A loop in a loop stands behind it, and a length is told.
func TestDerivationOfNestedLoops(t *testing.T) {
	g := graph.New(graph.Settings{})
	h, n := g.Input("H", 2), g.Input("n")
	final, _ := graph.Loop{Init: []*graph.Node{h}, Steps: 4, Length: n}.Scan(func(state, _ []*graph.Node) (next, out []*graph.Node) {
		return graph.Loop{Init: state, Steps: 3}.Scan(func(state, _ []*graph.Node) (next, out []*graph.Node) {
			return []*graph.Node{graph.Sin(state[0])}, nil
		})
	})
	d, err := explain.Derive(graph.Sum(final[0]).Named("cost"), h)
	if err != nil {
		t.Fatal(err)
	}
	text := d.Text(0)
	for _, want := range []string{"makes at most 4 steps; state (2) begins as H.", "makes 3 steps; state1 (2) begins as state.", "next state1 = sin(state1)",
		"makes at most 4 steps, from the last to the first; dstate (2) begins as "} {
		if !strings.Contains(text, want) {
			t.Errorf("the derivation lacks %q:\n%s", want, text)
		}
	}
}

// The bias of a convolution goes through a change of shape that no formula shows.
func TestRuleBehindReshape(t *testing.T) {
	g := graph.New(graph.Settings{})
	x, b := g.Input("X", 2, 3, 3, 4), use(g, "b", 2, 1)
	cost := graph.Sum(graph.Square(graph.Add(x, graph.Reshape(b, 2, 1, 1, 1)))).Named("cost")
	d, err := explain.Derive(cost, b)
	if err != nil {
		t.Fatal(err)
	}
	last := d.Backward[len(d.Backward)-1]
	if last.Symbol != "db" || !strings.Contains(last.Rule, "sum over where it is repeated") {
		t.Errorf("%s: %q", last.Symbol, last.Rule)
	}
}

// use adds a parameter of zeros.
func use(g *graph.Graph, name string, rows, cols int) *graph.Node {
	return g.Use(graph.NewParam(name, tensor.New(tensor.WithShape(rows, cols), tensor.Of(tensor.Float64))))
}
