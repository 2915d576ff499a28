package main

import (
	"slices"

	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
	"gorgonia.org/tensor"
)

// A problem is an experiment that flags describe, with words for its examples.
type problem struct {
	config // with defaults
	examples
	*experiment.Experiment
	net *layers.MLP
}

// newProblem returns the untrained network that c asks for, on examples that
// it asked for too.
func newProblem(c config, e examples) (*problem, error) {
	x, err := experiment.NewOn(c.settings(e), e.sets)
	if err != nil {
		return nil, err
	}
	net, err := x.MLP()
	return &problem{config: c.withDefaults(), examples: e, Experiment: x, net: net}, err
}

// settings returns the experiment of the flags, on examples that they asked for.
func (c config) settings(e examples) experiment.Settings {
	c = c.withDefaults()
	s := experiment.Settings{
		Cost:  experiment.Cost{Kind: "cross-entropy"},
		Rule:  experiment.Rule{Kind: c.optimizer, Rate: c.rate},
		Data:  c.dataSettings(),
		Steps: c.steps, Seed: c.seed, Dtype: c.dtype,
	}
	activations := c.activations(e)
	s.Inputs, s.Layers = experiment.Chain(c.sizes(e), activations)
	for l, a := range activations {
		s.Layers[l].Init = experiment.Init{Kind: c.initOf(a), Scale: c.scale}
	}
	return s
}

// sizes returns the numbers of units of all layers, that of the inputs first.
func (p *problem) sizes() []int { return p.config.sizes(p.examples) }

// sizes returns those of the network for the examples.
func (c config) sizes(e examples) []int {
	return slices.Concat([]int{len(e.sets.Train.Features)}, c.withDefaults().hidden, []int{e.outputs()})
}

// softmax tells a softmax of several outputs from the sigmoid of one.
func (p *problem) softmax() bool { return p.outputs() > 1 }

// activations returns the names of those of all layers.
func (p *problem) activations() []string { return p.config.activations(p.examples) }

func (c config) activations(e examples) []string {
	output := "sigmoid"
	if e.outputs() > 1 {
		output = "softmax"
	}
	return append(slices.Clone(c.withDefaults().activation), output)
}

// network describes it in a title, such as "2-4-1 with tanh hidden units".
func (p *problem) network() string {
	sizes := unitsText(p.sizes())
	if len(p.hidden) == 0 {
		return sizes + " without hidden units"
	}
	return sizes + " with " + words.List(distinct(p.activation), "and") + " hidden units"
}

// method returns the name of the optimizer.
func (p *problem) method() string {
	return map[string]string{"gd": "gradient descent", "momentum": "momentum", "adam": "Adam"}[p.optimizer]
}

// sample returns n of the examples to train on, evenly chosen, with numbers
// that are rounded to the problem's dtype.
func (p *problem) sample(n int) *dataset.Set {
	s := p.Train
	n = min(n, s.Len())
	width := len(s.Features)
	out := &dataset.Set{Features: s.Features, Classes: s.Classes}
	for i := range n {
		j := i * s.Len() / n
		for _, v := range s.X[j*width : (j+1)*width] {
			if p.Dtype() == tensor.Float32 {
				v = float64(float32(v))
			}
			out.X = append(out.X, v)
		}
		out.Class = append(out.Class, s.Class[j])
	}
	return out
}
