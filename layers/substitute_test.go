package layers_test

import (
	"fmt"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// stepped returns the nodes of the parameters after a gradient step on a cost.
func stepped(t *testing.T, g *graph.Graph, cost *graph.Node, params []*graph.Param, rate float64) map[*graph.Param]*graph.Node {
	t.Helper()
	var nodes []*graph.Node
	for _, p := range params {
		nodes = append(nodes, g.Use(p))
	}
	grads, err := graph.Grad(cost, nodes...)
	if err != nil {
		t.Fatal(err)
	}
	next := map[*graph.Param]*graph.Node{}
	for i, p := range params {
		next[p] = graph.Sub(nodes[i], grads[i].Times(rate))
	}
	return next
}

// networks are of all kinds of layers, one's own among them.
func networks() map[string]layers.Layer {
	gain := graph.NewParam("gain", graph.Tensor([]float64{1, 2, 0.5, -1}, 4, 1))
	return map[string]layers.Layer{
		"MLP": layers.MLPSettings{Sizes: []int{3, 4, 1}}.New(newRand()),
		"Sequential with a Norm of one's own": layers.Sequential{
			layers.NewDense("hidden", 3, 4, layers.Glorot, newRand()), Norm{gain}, layers.Tanh,
			layers.NewDense("output", 4, 1, layers.Glorot, newRand())},
	}
}

// A network applied after a gradient step inside the graph has the cost that a
// Trainer's step leaves behind, and the whole has gradients in its turn.
func TestApplyWithGradientStep(t *testing.T) {
	const m, rate = 5, 0.3
	x := array(tensor.Float64, []int{3, m}, 1, 2, 3, 4, 5, -1, 0, 1, 0, -1, 2, 1, 2, 1, 2)
	y := array(tensor.Float64, []int{1, m}, 0, 1, 1, 0, 1)
	for name, net := range networks() {
		g := graph.New(graph.Settings{})
		in, label := g.Input("X", 3, m), g.Input("Y", 1, m)
		first := losses.SigmoidCrossEntropy(net.Apply(in), label)
		after := losses.SigmoidCrossEntropy(layers.ApplyWith(net, in, stepped(t, g, first, net.Params(), rate)), label)
		feeds := graph.Feeds{in: x, label: y}
		var params []*graph.Node
		for _, p := range net.Params() {
			params = append(params, g.Use(p))
		}
		gradtest.Check(t, after, feeds, params...) // through the step
		got := run(t, graph.Reshape(after, 1), feeds)[0]

		trainer := optim.Trainer{Params: net.Params(), Rule: optim.GradientDescent{LearningRate: rate},
			Cost: func(g *graph.Graph, m int) *graph.Node {
				return losses.SigmoidCrossEntropy(net.Apply(g.Input("X", 3, m)), g.Input("Y", 1, m))
			}}
		batch := optim.Batch{"X": x, "Y": y}
		if _, err := trainer.Step(batch); err != nil {
			t.Fatal(err)
		}
		want, err := trainer.Evaluate(batch)
		if err != nil || !(max(got-want, want-got) <= 1e-15) {
			t.Errorf("%s: cost %v after the step in the graph, %v after the Trainer's, error %v", name, got, want, err)
		}
		if err := trainer.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Two networks in a graph have parameters of their own, and one can be given the
// other's: a target network.
func TestApplyWithTarget(t *testing.T) {
	online := layers.MLPSettings{Name: "online", Sizes: []int{2, 3, 1}}.New(newRand())
	target := layers.MLPSettings{Name: "target", Sizes: []int{2, 3, 1}, Init: []layers.Initializer{layers.Uniform(1)}}.New(newRand())
	g := graph.New(graph.Settings{})
	x := g.Input("X", 2, 4)
	feeds := graph.Feeds{x: array(g.Dtype(), []int{2, 4}, 1, 2, 3, 4, 5, 6, 7, 8)}
	values := map[*graph.Param]*graph.Node{}
	for i, p := range online.Params() {
		values[p] = g.Use(target.Params()[i])
	}
	own, others, as := online.Apply(x), target.Apply(x), layers.ApplyWith(online, x, values)
	a, b, c := run(t, own, feeds), run(t, others, feeds), run(t, as, feeds)
	if slices.Equal(a, b) || !slices.Equal(b, c) {
		t.Errorf("online %v, target %v, online with the target's parameters %v", a, b, c)
	}
	if again := run(t, online.Apply(x), feeds); !slices.Equal(a, again) {
		t.Errorf("%v afterwards, %v expected", again, a)
	}
	for i, name := range []string{"W1", "b1", "W2", "b2"} {
		if o, t2 := online.Params()[i].Name(), target.Params()[i].Name(); o != "online."+name || t2 != "target."+name {
			t.Errorf("parameters %s and %s", o, t2)
		}
	}
}

// The innermost of several substitutions counts, and outer ones hold for the rest.
func TestSubstituteNested(t *testing.T) {
	g := graph.New(graph.Settings{})
	p := graph.NewParam("p", array(g.Dtype(), []int{1}, 1))
	q := graph.NewParam("q", array(g.Dtype(), []int{1}, 2))
	ten, twenty := g.Const(10, 1), g.Const(20, 1)
	sum := func() *graph.Node { return graph.Add(g.Use(p), g.Use(q)) }
	var outer, inner *graph.Node
	g.Substitute(map[*graph.Param]*graph.Node{p: ten}, func() {
		g.Substitute(map[*graph.Param]*graph.Node{q: twenty}, func() { inner = sum() })
		outer = sum()
	})
	for n, want := range map[*graph.Node]float64{inner: 30, outer: 12, sum(): 3} {
		if got := run(t, n, nil); got[0] != want {
			t.Errorf("%v, %v expected", got, want)
		}
	}
}

func TestSubstituteMistakes(t *testing.T) {
	net := layers.MLPSettings{Sizes: []int{2, 1}}.New(newRand())
	w := net.W[0]
	other := graph.New(graph.Settings{})
	for words, value := range map[string]func(g *graph.Graph) *graph.Node{
		"(1, 3), (1, 2) expected": func(g *graph.Graph) *graph.Node { return g.Const(0, 1, 3) },
		"nil":                     func(*graph.Graph) *graph.Node { return nil },
		"a node of another graph": func(*graph.Graph) *graph.Node { return other.Const(0, 1, 2) },
		"MatMul":                  func(g *graph.Graph) *graph.Node { return graph.MatMul(g.Const(0, 1, 2), g.Const(0, 1, 2)) },
	} {
		g := graph.New(graph.Settings{})
		out := layers.ApplyWith(net, g.Input("X", 2, 3), map[*graph.Param]*graph.Node{w: value(g)})
		checkError(t, out.Err(), words)
		checkError(t, g.Err(), words)
	}
	g := graph.New(graph.Settings{})
	x := g.Input("X", 2, 3)
	checkError(t, layers.ApplyWith(nil, x, nil).Err(), "the layer is nil")
	checkError(t, layers.ApplyWith(net, nil, nil).Err(), "nil")
	g = graph.New(graph.Settings{})
	layers.ApplyWith(net, g.Input("X", 2, 3), map[*graph.Param]*graph.Node{nil: g.Const(1)})
	checkError(t, g.Err(), "the parameter is nil")
}

// The network after a gradient step, in the graph of the network before it.
func ExampleApplyWith() {
	net := layers.MLPSettings{Sizes: []int{2, 1}}.New(newRand())
	g := graph.New(graph.Settings{})
	X, Y := g.Input("X", 2, 10), g.Input("Y", 1, 10)
	w := net.W[0]
	d, err := graph.Grad(losses.SquaredError(net.Apply(X), Y), g.Use(w))
	if err != nil {
		fmt.Println(err)
		return
	}
	next := graph.Sub(g.Use(w), d[0].Times(0.1))
	fmt.Println(layers.ApplyWith(net, X, map[*graph.Param]*graph.Node{w: next}).Shape())
	// Output: (1, 10)
}
