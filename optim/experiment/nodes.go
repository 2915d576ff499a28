package experiment

import (
	"slices"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/layers"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// Nodes are the network and its cost on m examples as parts of a graph.
type Nodes struct {
	X, Y *graph.Node // inputs of shapes (n, m) and (k, m), called X and Y

	// Z and A are Z1, Z2, … and A1, A2, … of a *layers.MLP; else A is the output
	// alone.
	Z, A []*graph.Node

	Cost   *graph.Node   // called cost
	Params []*graph.Node // W1, b1, W2, b2, …
}

// Output is what the network gives, of shape (k, m); nil of no nodes.
func (n Nodes) Output() *graph.Node {
	if len(n.A) == 0 {
		return nil
	}
	return n.A[len(n.A)-1]
}

// Express adds the network on m examples to an empty graph, with its cost.
func (e *Experiment) Express(g *graph.Graph, m int) Nodes {
	n := e.express(g, m)
	if e.made() != nil {
		return n
	}
	for _, p := range e.Network.Params() {
		n.Params = append(n.Params, g.Use(p))
	}
	return n
}

// Cost adds the cost of a batch of m examples to an empty graph, with the inputs
// X and Y: what an optim.Trainer takes.
func (e *Experiment) Cost(g *graph.Graph, m int) *graph.Node { return e.express(g, m).Cost }

func (e *Experiment) express(g *graph.Graph, m int) Nodes {
	if err := e.made(); err != nil {
		failed := graph.Fail(err, g.Const(0)) // in the graph
		return Nodes{X: failed, Y: failed, A: []*graph.Node{failed}, Cost: failed}
	}
	n := Nodes{X: g.Input("X", e.Settings.Inputs, m), Y: g.Input("Y", e.Settings.Width(), m)}
	n.Z, n.A = e.forward(n.X)
	cost := e.Settings.Cost
	n.Cost = costBuilders[cost.Kind][e.Settings.Meaning()](cost, n.Output(), n.Y).Named("cost")
	return n
}

// MLP returns the network whose parameters and nodes lie layer by layer: that of
// dense layers without names, with activations behind them.
func (e *Experiment) MLP() (*layers.MLP, error) {
	if err := e.made(); err != nil {
		return nil, err
	}
	if net, ok := e.Network.(*layers.MLP); ok {
		return net, nil
	}
	return nil, experiment.Errorf("layers", "the network is no chain of dense layers without names")
}

// forward adds the network to the graph of x.
func (e *Experiment) forward(x *graph.Node) (z, a []*graph.Node) {
	if net, ok := e.Network.(*layers.MLP); ok {
		nodes := net.Forward(x)
		return nodes.Z, nodes.A
	}
	return nil, []*graph.Node{e.Network.Apply(x)}
}

// A loss compares outputs with the labels y.
type loss = func(outputs, y *graph.Node) *graph.Node

// costBuilders add the cost of a kind, for each meaning of the outputs that it is
// of; that of probabilities is computed from their logits.
var costBuilders = map[string]map[experiment.Meaning]func(c Cost, outputs, y *graph.Node) *graph.Node{
	experiment.CrossEntropy: {
		experiment.Probability:   func(c Cost, a, y *graph.Node) *graph.Node { return with(c, a).BinaryCrossEntropy(a, y) },
		experiment.Probabilities: func(c Cost, a, y *graph.Node) *graph.Node { return with(c, a).CategoricalCrossEntropy(a, y) },
	},
	experiment.SquaredError:  ofAny(func(_ Cost, a, y *graph.Node) *graph.Node { return losses.SquaredError(a, y) }),
	experiment.AbsoluteError: ofAny(func(_ Cost, a, y *graph.Node) *graph.Node { return losses.AbsoluteError(a, y) }),
	experiment.Huber:         ofAny(func(c Cost, a, y *graph.Node) *graph.Node { return losses.Huber(a, y, c.Delta) }),
	experiment.Hinge: {
		experiment.Numbers: func(c Cost, z, y *graph.Node) *graph.Node { return with(c, z).Hinge(z, y) },
	},
}

// ofAny is a cost of outputs of all meanings.
func ofAny(cost func(c Cost, outputs, y *graph.Node) *graph.Node) map[experiment.Meaning]func(c Cost, outputs, y *graph.Node) *graph.Node {
	return map[experiment.Meaning]func(c Cost, outputs, y *graph.Node) *graph.Node{
		experiment.Numbers: cost, experiment.Probability: cost, experiment.Probabilities: cost}
}

// with returns the settings of a cost of outputs.
func with(c Cost, outputs *graph.Node) losses.With {
	w := losses.With{Smoothing: c.Smoothing}
	if n := len(c.ClassWeights); n > 0 {
		w.Classes = column(outputs.Graph(), c.ClassWeights).Named("weights")
	}
	return w
}

// column returns numbers as an array of shape (n,1).
func column(g *graph.Graph, v []float64) *graph.Node {
	if g.Dtype() == tensor.Float64 {
		return g.Array(graph.Tensor(slices.Clone(v), len(v), 1))
	}
	narrow := make([]float32, len(v))
	for i, x := range v {
		narrow[i] = float32(x)
	}
	return g.Array(graph.Tensor(narrow, len(v), 1))
}
