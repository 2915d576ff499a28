package main

import (
	"fmt"
	"slices"

	"chainrule/cmd/demo/internal/cli"
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
	net *layers.MLP // nil of a network that is no chain of dense layers
}

// newProblem returns the untrained network that c asks for, on examples that
// it asked for too; of what was saved, if that is not nil, as far as it was trained.
func newProblem(c config, e examples, saved *experiment.Saved) (*problem, error) {
	build := func() (*experiment.Experiment, error) { return experiment.NewOn(c.settings(e), e.sets) }
	if saved != nil {
		saved.Settings = c.settings(e)
		build = func() (*experiment.Experiment, error) { return saved.Experiment(e.sets) }
	}
	x, err := build()
	if err != nil {
		return nil, err
	}
	if c.target() != "" { // what cannot be saved is told before the training
		if _, err := x.Model(); err != nil {
			return nil, err
		}
	}
	net, _ := x.MLP() // or there is none
	p := &problem{config: c.withDefaults(), examples: e, Experiment: x, net: net}
	if isSpec(p.target()) {
		if _, err := p.spec(); err != nil {
			return nil, fmt.Errorf("--save %s: the spec of demo grad cannot say this network: %w; .safetensors holds any", cli.Quoted(p.target()), err)
		}
	}
	return p, nil
}

// settings returns the experiment of the flags, on examples that they asked for.
func (c config) settings(e examples) experiment.Settings {
	c = c.withDefaults()
	s := experiment.Settings{
		Cost:     c.cost,
		Rule:     c.rule,
		Schedule: c.schedule,
		Data:     c.dataSettings(),
		InitFrom: c.initFrom,
		Steps:    c.steps, Epochs: c.epochs, Batch: c.batch, Patience: c.patience, Seed: c.seed, Dtype: c.dtype,
	}
	s.Rule.Kind, s.Rule.Rate = c.optimizer, c.rate
	if s.Cost.Kind == "" {
		s.Cost.Kind = "cross-entropy"
		if e.numbers() {
			s.Cost.Kind = "squared-error"
		}
	}
	activations := c.activations(e)
	s.Inputs, s.Layers = experiment.Chain(c.sizes(e), activations)
	for l, a := range activations {
		s.Layers[l].Init = experiment.Init{Kind: c.initOf(a), Scale: c.scale}
	}
	s.Layers = append(c.convolutions(s.Inputs), c.layers(s.Layers)...)
	return s
}

// sizes returns the numbers of units of all layers, that of the inputs first.
func (p *problem) sizes() []int { return p.config.sizes(p.examples) }

// units writes the sizes of all layers, with those of images after the inputs.
func (p *problem) units() string {
	sizes := p.sizes()
	if len(p.conv) == 0 {
		return unitsText(sizes)
	}
	return fmt.Sprintf("%d-(%s)-%s", sizes[0], p.convText(), unitsText(sizes[1:]))
}

// sizes returns those of the network for the examples.
func (c config) sizes(e examples) []int {
	return slices.Concat([]int{len(e.sets.Train.Features)}, c.withDefaults().hidden, []int{e.outputs()})
}

// softmax tells a softmax of several outputs from the sigmoid of one.
func (p *problem) softmax() bool { return p.outputs() > 1 && !p.numbers() }

// activations returns the names of those of all layers.
func (p *problem) activations() []string { return p.config.activations(p.examples) }

func (c config) activations(e examples) []string {
	output := "sigmoid"
	if e.outputs() > 1 {
		output = "softmax"
	}
	if e.numbers() {
		output = "" // any number
	}
	return append(slices.Clone(c.withDefaults().activation), output)
}

// network describes it in a title, such as "2-4-1 with tanh hidden units".
func (p *problem) network() string {
	sizes := p.units()
	if len(p.hidden) == 0 {
		return sizes + " without hidden units"
	}
	return sizes + " with " + words.List(words.Distinct(p.activation), "and") + " hidden units"
}

// sample returns n of the examples to train on, evenly chosen, as the network takes
// them, with numbers that are rounded to the problem's dtype.
func (p *problem) sample(n int) *dataset.Set {
	s := p.Scaled(p.Train)
	n = min(n, s.Len())
	out := &dataset.Set{Features: s.Features, Classes: s.Classes, Targets: s.Targets}
	rounded := func(to *[]float64, row []float64) {
		for _, v := range row {
			if p.Dtype() == tensor.Float32 {
				v = float64(float32(v))
			}
			*to = append(*to, v)
		}
	}
	for i := range n {
		j := i * s.Len() / n
		rounded(&out.X, s.X[j*len(s.Features):][:len(s.Features)])
		if p.numbers() {
			rounded(&out.Y, s.Y[j*len(s.Targets):][:len(s.Targets)])
		} else {
			out.Class = append(out.Class, s.Class[j])
		}
	}
	return out
}
