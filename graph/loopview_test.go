package graph_test

import (
	"slices"
	"testing"

	"chainrule/graph"
)

// Steps taken one by one are the loop, and the loop's own nodes stay as they are.
func TestStepOf(t *testing.T) {
	g := graph.New(graph.Settings{})
	x, h, v := g.Input("X", 3, 2), g.Input("H", 2), g.Input("V", 2)
	w := graph.NewParam("rnn.W", graph.Tensor([]float64{0.5, -1}, 2))
	w.Layer, w.Letter = "rnn", "W"
	scaled := graph.Mul(v, v)
	final, kept := graph.Loop{Init: []*graph.Node{h}, Over: []*graph.Node{x}}.Scan(func(state, in []*graph.Node) (next, out []*graph.Node) {
		h := graph.Tanh(graph.Add(graph.Mul(g.Use(w), state[0]), graph.Add(in[0], scaled)))
		return []*graph.Node{h}, []*graph.Node{state[0], h}
	})
	loop := final[0].Inputs()[0]
	body, ok := graph.StepOf(loop)
	if !ok {
		t.Fatal("a loop has no step")
	}
	if _, ok := graph.StepOf(final[0]); ok {
		t.Error("a part of a loop's result has a step")
	}
	if _, ok := graph.StepOf(nil); ok {
		t.Error("no node has a step")
	}
	var names []string
	for _, n := range slices.Concat(body.State, body.Rows, body.Given) {
		names = append(names, n.Name())
	}
	if want := []string{"state", "row", "W1", "given"}; !slices.Equal(names, want) {
		t.Errorf("inputs are called %q, want %q", names, want)
	}
	if results := body.Results(); len(results) != 2 || results[0] != body.Next[0] || results[1] != body.State[0] {
		t.Errorf("results %v, want the next state and the state", results)
	}
	if other, _ := graph.StepOf(loop); other.Next[0] == body.Next[0] || other.Next[0].Graph() == g {
		t.Error("the step is no copy")
	}

	rows, state, squares := [][]float64{{1, 2}, {-0.5, 0.25}, {0.125, -3}}, []float64{0.75, -0.25}, []float64{0.25, 0.0625}
	feeds := graph.Feeds{x: slices.Concat(rows...), h: slices.Clone(state), v: []float64{0.5, -0.25}}
	want := evaluated(t, feeds, final[0], kept[0], kept[1])
	var before, behind []float64
	for _, row := range rows {
		before = append(before, state...)
		state = evaluated(t, graph.Feeds{body.State[0]: state, body.Rows[0]: row, body.Given[0]: []float64{0.5, -1},
			body.Given[1]: squares}, body.Next[0])[0]
		behind = append(behind, state...)
	}
	for i, got := range [][]float64{state, before, behind} {
		if !slices.Equal(got, want[i]) {
			t.Errorf("result %d: steps one by one give %v, the loop %v", i, got, want[i])
		}
	}
}

// evaluated returns the values of nodes.
func evaluated(t *testing.T, feeds graph.Feeds, nodes ...*graph.Node) (values [][]float64) {
	t.Helper()
	p, err := graph.Compile(graph.Spec{Outputs: nodes})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Run(feeds); err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		v, err := p.Value(n)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, slices.Clone(v.Float64s()))
	}
	return values
}
