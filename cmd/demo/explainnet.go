package main

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/cmd/demo/internal/netspec"
	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/layers"
	"chainrule/losses"
	"github.com/spf13/cobra"
	"gorgonia.org/tensor"
)

// The losses of demo explain and demo graph.
const (
	lossCrossEntropy = "cross-entropy" // of sigmoid outputs
	lossSoftmax      = "softmax"       // cross-entropy of a softmax
	lossSquaredError = "squared-error" // of outputs as they are
)

// A sketchedNet is a network that a few flags describe, without data.
type sketchedNet struct {
	inputs     int
	hidden     []int
	activation []string // of each hidden layer, or one for all
	outputs    int      // 0: what suits the loss
	loss       string
	examples   int
}

// defaultNet is the network of the notes on the planar flower.
func defaultNet() sketchedNet {
	return sketchedNet{inputs: 2, hidden: []int{4}, activation: []string{"tanh"}, loss: lossCrossEntropy, examples: 400}
}

func addSketchFlags(cmd *cobra.Command, n *sketchedNet) {
	group := flagGroup{cmd, "Network"}
	group.add(whole(&n.inputs, 1, maxUnits), "inputs", "number of inputs")
	group.add(unitList(&n.hidden, maxUnits, maxHidden).or("4"), "hidden", "units of the hidden layers, 0 for no hidden layer")
	group.add(nameList(&n.activation, layers.ActivationNames()...), "activation", "function of the hidden units, one for all layers or one for each")
	group.add(choice(&n.loss, lossCrossEntropy, lossSoftmax, lossSquaredError), "loss",
		"what the outputs are compared by, behind a sigmoid, behind a softmax, or as they are")
	group.add(whole(&n.outputs, 1, maxUnits).or("1, but 3 for softmax"), "outputs", "number of outputs")
}

// check reports what cannot be together; given tells which flags were given.
func (n sketchedNet) check(given func(flag string) bool) error {
	if len(n.hidden) == 0 && given("activation") {
		return fmt.Errorf("--activation has no effect: with --hidden 0 there are no hidden units")
	}
	if k := len(n.activation); k != 1 && k != len(n.hidden) {
		return fmt.Errorf("--activation %s: %d given for %s; one for all of them or one for each expected",
			strings.Join(n.activation, ","), k, counted(len(n.hidden), "hidden layer"))
	}
	if n.loss == lossSoftmax && n.sizes()[len(n.hidden)+1] < 2 {
		return fmt.Errorf("--outputs 1: a softmax of one output is always 1, at least 2 expected")
	}
	if err := checkWeights(n.sizes()); err != nil {
		return fmt.Errorf("--hidden %s: %w", joined(n.hidden, ","), err)
	}
	return nil
}

// sizes returns the numbers of units of all layers, that of the inputs first.
func (n sketchedNet) sizes() []int {
	outputs := n.outputs
	switch {
	case outputs == 0 && n.loss == lossSoftmax:
		outputs = 3
	case outputs == 0:
		outputs = 1
	}
	return slices.Concat([]int{n.inputs}, n.hidden, []int{outputs})
}

// activations returns those of all layers.
func (n sketchedNet) activations() ([]layers.Activation, error) {
	names := n.activation
	if len(names) == 1 {
		names = slices.Repeat(names, len(n.hidden))
	}
	var out []layers.Activation
	for _, name := range names {
		a, err := layers.ActivationByName(name)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	output := map[string]layers.Activation{lossCrossEntropy: layers.Sigmoid, lossSoftmax: layers.Softmax, lossSquaredError: layers.Identity}
	return append(out, output[n.loss]), nil
}

// An exampleNet is a sketched network as a graph.
type exampleNet struct {
	cost   *graph.Node
	output *graph.Node // A of the last layer
	params []*graph.Node
	feeds  graph.Feeds // nil without numbers
}

// build returns the network as a graph of its own. Its numbers are those of
// values, or else all weights are 0 and there are no examples.
func (n sketchedNet) build(values *netspec.Spec) (*exampleNet, error) {
	activations, err := n.activations()
	if err != nil {
		return nil, err
	}
	sizes, last := n.sizes(), len(activations)-1
	net := layers.MLPSettings{Sizes: sizes, Hidden: activations[:last], Output: activations[last],
		Init: []layers.Initializer{layers.Zeros}}.New(nil)
	g := graph.New(graph.Settings{})
	x, y := g.Input("X", sizes[0], n.examples), g.Input("Y", sizes[last+1], n.examples)
	nodes := net.Forward(x)
	e := &exampleNet{output: nodes.A[last]}
	switch n.loss {
	case lossSquaredError:
		e.cost = losses.SquaredError(e.output, y)
	case lossSoftmax:
		e.cost = losses.SoftmaxCrossEntropy(nodes.Z[last], y)
	default:
		e.cost = losses.SigmoidCrossEntropy(nodes.Z[last], y)
	}
	e.cost.Named("cost")
	for _, p := range net.Params() {
		e.params = append(e.params, g.Param(p))
	}
	if values == nil {
		return e, g.Err()
	}
	for l := range net.W {
		if err := net.W[l].Set(denseOf(values.W[l])); err != nil {
			return nil, err
		}
		if err := net.B[l].Set(denseOf(values.B[l])); err != nil {
			return nil, err
		}
	}
	e.feeds = graph.Feeds{x: denseOf(values.X), y: denseOf(values.Y)}
	return e, g.Err()
}

// values draws weights, biases and examples for the network.
func (n sketchedNet) values(seed uint32) (*netspec.Spec, error) {
	activations, err := n.activations()
	if err != nil {
		return nil, err
	}
	loss := netspec.CrossEntropy
	if n.loss == lossSquaredError {
		loss = netspec.SquaredError
	}
	drawn := make([]layers.Activation, len(activations)) // what is drawn depends on the last one only
	drawn[len(drawn)-1] = activations[len(activations)-1]
	spec, err := netspec.Plan{Sizes: n.sizes(), Activations: drawn, Loss: loss, Examples: n.examples, Seed: uint64(seed)}.New()
	if err != nil {
		return nil, err
	}
	spec.Activations = activations
	return spec, nil
}

// denseOf returns a copy of a matrix as a tensor.
func denseOf(m handgrad.Matrix) *tensor.Dense {
	return tensor.New(tensor.WithShape(m.Rows, m.Cols), tensor.WithBacking(slices.Clone(m.Data)))
}

// title names the network in a heading.
func (n sketchedNet) title() string { return "The network " + unitsText(n.sizes()) }

// about describes the network in a sentence or two.
func (n sketchedNet) about() string {
	hidden := "Without hidden units, with"
	if len(n.hidden) > 0 {
		hidden = "With " + listed(distinct(n.activation), "and") + " hidden units and"
	}
	last := len(n.hidden) + 1
	finite := fmt.Sprintf("computed from Z%d, so that it stays finite", last)
	output, cost := "a sigmoid output", fmt.Sprintf("cross-entropy −(Y ⊙ log A%d + (1 − Y) ⊙ log(1 − A%d)), "+
		"summed over the outputs, averaged over the examples and %s", last, last, finite)
	switch n.loss {
	case lossSoftmax:
		output, cost = "a softmax output", fmt.Sprintf("cross-entropy −Y ⊙ log A%d, "+
			"summed over the classes, averaged over the examples and %s", last, finite)
	case lossSquaredError:
		output, cost = "a linear output", "squared error, summed over the outputs and averaged over the examples"
	}
	return fmt.Sprintf("%s %s, on m = %s, one column each. The cost is the %s.", hidden, output, counted(n.examples, "example"), cost)
}
