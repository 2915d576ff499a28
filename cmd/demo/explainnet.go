package main

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/netspec"
	"chainrule/graph"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/optim/experiment"
	"github.com/spf13/cobra"
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

	file string               // of --config, "" for none
	from *experiment.Settings // what it says of the network
}

// defaultNet is the network of the notes on the planar flower.
func defaultNet() sketchedNet {
	return sketchedNet{inputs: 2, hidden: []int{4}, activation: []string{"tanh"}, loss: lossCrossEntropy, examples: 400}
}

func addSketchFlags(cmd *cobra.Command, n *sketchedNet) {
	group := cli.NewGroup(cmd, "Network")
	group.Add(cli.Whole(&n.inputs, 1, maxUnits), "inputs", "number of inputs")
	group.Add(cli.Units(&n.hidden, maxUnits, maxHidden).Or("4").Also("units", "layers", "hidden-units", "hidden-layers"), "hidden", "units of the hidden layers, 0 for no hidden layer")
	group.Add(cli.NameList(&n.activation, layers.ActivationNames()...), "activation", "function of the hidden units, one for all layers or one for each")
	group.Add(cli.Choice(&n.loss, lossCrossEntropy, lossSoftmax, lossSquaredError), "loss",
		"what the outputs are compared by, behind a sigmoid, behind a softmax, or as they are")
	group.Add(cli.File(&n.file, "json", "the name of a file").Or("none"), "config", "JSON file with an experiment, as demo train writes and package optim/experiment reads: its network and cost, of any layers, in place of what the other flags say")
	group.Add(cli.Whole(&n.outputs, 1, maxUnits).Or("1, but 3 for softmax"), "outputs", "number of outputs")
}

// check reports what cannot be together; given tells which flags were given.
func (n sketchedNet) check(given func(flag string) bool) error {
	if n.file != "" {
		return n.checkConfig(given)
	}
	if len(n.hidden) == 0 && given("activation") {
		return fmt.Errorf("--activation has no effect: with --hidden 0 there are no hidden units")
	}
	if k := len(n.activation); k != 1 && k != len(n.hidden) {
		return fmt.Errorf("--activation %s: %d given for %s; one for all of them or one for each expected",
			strings.Join(n.activation, ","), k, words.Count(len(n.hidden), "hidden layer"))
	}
	if n.loss == lossSoftmax && n.sizes()[len(n.hidden)+1] < 2 {
		return fmt.Errorf("--outputs 1: a softmax of one output is always 1, at least 2 expected")
	}
	if err := checkWeights(n.sizes()); err != nil {
		return fmt.Errorf("--hidden %s: %w", words.Join(n.hidden, ","), err)
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

// settings returns the network as an experiment without data, all of whose
// weights start at 0, but for one of --config.
func (n sketchedNet) settings() experiment.Settings {
	if n.from != nil {
		return *n.from
	}
	names := n.activation
	if len(names) == 1 {
		names = slices.Repeat(names, len(n.hidden))
	}
	output := map[string]string{lossCrossEntropy: "sigmoid", lossSoftmax: "softmax", lossSquaredError: "identity"}[n.loss]
	s := experiment.Settings{Cost: experiment.Cost{Kind: "cross-entropy"}}
	if n.loss == lossSquaredError {
		s.Cost.Kind = "squared-error"
	}
	s.Inputs, s.Layers = experiment.Chain(n.sizes(), append(slices.Clone(names), output))
	for l := range s.Layers {
		s.Layers[l].Init.Kind = "zeros"
	}
	return s
}

// build returns the network as a graph of its own. Its numbers are those of
// values, with their feeds, or else all weights are 0 and there are no examples.
func (n sketchedNet) build(values *netspec.Spec) (nodes experiment.Nodes, feeds graph.Feeds, err error) {
	_, nodes, feeds, err = n.express(values, experiment.Rule{})
	return nodes, feeds, err
}

// express is build with the experiment itself, which learns by a rule.
func (n sketchedNet) express(values *netspec.Spec, rule experiment.Rule) (x *experiment.Experiment, nodes experiment.Nodes, feeds graph.Feeds, err error) {
	s := n.settings()
	s.Rule = rule
	if x, err = experiment.NewOn(s, experiment.Examples{}); err != nil {
		return nil, nodes, nil, err
	}
	nodes = x.Express(x.NewGraph(), n.examples)
	if values != nil {
		if err := values.Give(x.Network); err != nil {
			return nil, nodes, nil, err
		}
		feeds = values.Feeds(nodes)
	}
	return x, nodes, feeds, nodes.Cost.Err()
}

// values draws weights, biases and examples for the network.
func (n sketchedNet) values(seed uint32) (*netspec.Spec, error) {
	s := n.settings()
	drawn := netspec.Plan{Sizes: n.sizes(), Activations: make([]layers.Activation, len(s.Layers)), Loss: netspec.Loss(s.Cost.Kind),
		Examples: n.examples, Seed: uint64(seed)}
	var activations []layers.Activation
	for _, l := range s.Layers {
		a, err := layers.ActivationByName(l.Activation)
		if err != nil {
			return nil, err
		}
		activations = append(activations, a)
	}
	last := len(activations) - 1
	drawn.Activations[last] = activations[last] // what is drawn depends on the last one only
	spec, err := drawn.New()
	if err != nil {
		return nil, err
	}
	spec.Activations = activations
	return spec, nil
}

// title names the network in a heading.
func (n sketchedNet) title() string {
	if n.from != nil {
		return n.configTitle()
	}
	return "The network " + unitsText(n.sizes())
}

// about describes the network in a sentence or two.
func (n sketchedNet) about() string {
	if n.from != nil {
		return n.aboutConfig()
	}
	hidden := "Without hidden units, with"
	if len(n.hidden) > 0 {
		hidden = "With " + words.List(words.Distinct(n.activation), "and") + " hidden units and"
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
	return fmt.Sprintf("%s %s, on m = %s, one column each. The cost is the %s.", hidden, output, words.Count(n.examples, "example"), cost)
}
