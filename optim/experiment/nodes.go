package experiment

import (
	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/layers"
	"chainrule/losses"
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
	n.Cost = e.costOf(n.Output(), n.Y).Named("cost")
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

// costOf adds the cost of outputs; that of probabilities is computed from their
// logits.
func (e *Experiment) costOf(output, y *graph.Node) *graph.Node {
	switch {
	case e.Settings.Cost.Kind == experiment.SquaredError:
		return losses.SquaredError(output, y)
	case e.softmax():
		return losses.CategoricalCrossEntropy(output, y)
	}
	return losses.BinaryCrossEntropy(output, y)
}

// accuracy adds the share of the examples that are right.
func (e *Experiment) accuracy(output, y *graph.Node) *graph.Node {
	if e.softmax() {
		return losses.Accuracy(output, y)
	}
	return losses.BinaryAccuracy(output, y)
}

func (e *Experiment) softmax() bool {
	output, _ := e.Settings.Output()
	return output == "softmax"
}
