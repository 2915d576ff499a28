package layers

import (
	"fmt"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"gorgonia.org/tensor"
)

// Build returns the network that the layers of an experiment describe, with first
// weights drawn from rng: an [*MLP] if no layer has a name and all activations stand
// behind dense layers, else a [Sequential]. It is what Describe turns back. Of the
// settings it reads Name, Inputs, Layers and Dtype, and takes them as
// Settings.Check left them. A mistake is an error with its path in the JSON.
func Build(s experiment.Settings, rng Source) (Layer, error) {
	if s.Inputs < 1 {
		return nil, experiment.Errorf("inputs", "%d given, at least 1 expected", s.Inputs)
	}
	parts, err := partsOf(s)
	if err != nil {
		return nil, err
	}
	dtype := tensor.Float64
	if s.Dtype == "float32" {
		dtype = tensor.Float32
	}
	var net Layer
	if dense, after := chain(parts); dense != nil {
		net = chained(s, dense, after, dtype, rng)
	} else if net, err = sequence(s, parts, dtype, rng); err != nil {
		return nil, err
	}
	// A layer keeps a mistake until it is applied; here it is told at once.
	g := graph.New(graph.Settings{Dtype: dtype})
	return net, net.Apply(g.Input("X", s.Inputs, 1)).Err()
}

// A part is a layer of the settings with what its names stand for.
type part struct {
	experiment.Layer
	activation Layer // nil for none
	init       Initializer
}

// partsOf looks all names up.
func partsOf(s experiment.Settings) ([]part, error) {
	var parts []part
	for i, l := range s.Layers {
		p := part{Layer: l, init: Glorot}
		if l.Activation != "" {
			a, err := ActivationByName(l.Activation)
			if err != nil {
				return nil, &experiment.Error{Path: fmt.Sprintf("layers[%d].activation", i), Err: err}
			}
			p.activation = a
		}
		if l.Init.Kind != "" {
			init, err := InitializerByName(l.Init.Kind)
			if err != nil {
				return nil, &experiment.Error{Path: fmt.Sprintf("layers[%d].init.kind", i), Err: err}
			}
			p.init = init
		}
		if l.Init.Scale != 0 && l.Init.Scale != 1 {
			p.init = Scaled(p.init, l.Init.Scale)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// chain returns the dense layers of an MLP and the activations behind them, nil
// if the layers are none.
func chain(parts []part) (dense, after []part) {
	for i, p := range parts {
		switch {
		case p.Kind == experiment.Activation && i > 0:
			after = append(after, p)
		case p.Kind == experiment.Dense && p.Name == "" && len(after) == 0:
			dense = append(dense, p)
		default:
			return nil, nil
		}
	}
	return dense, after
}

// chained returns the network of dense layers without names.
func chained(s experiment.Settings, dense, after []part, dtype tensor.Dtype, rng Source) Layer {
	m := MLPSettings{Name: s.Name, Sizes: []int{s.Inputs}, Dtype: dtype}
	last := len(dense) - 1
	for l, p := range dense {
		m.Sizes, m.Init = append(m.Sizes, p.Units), append(m.Init, p.init)
		if l == last {
			m.Output = p.activation
			continue
		}
		a, ok := p.activation.(Activation)
		if !ok {
			a = Identity
		}
		m.Hidden = append(m.Hidden, a)
	}
	if len(after) > 0 {
		output := Sequential{}
		for _, p := range append([]part{dense[last]}, after...) {
			if p.activation != nil {
				output = append(output, p.activation)
			}
		}
		m.Output = output
	}
	return m.New(rng)
}

// A sequencer makes layers one behind the other.
type sequencer struct {
	prefix string // of names
	width  int    // outputs of the layer before
	dtype  tensor.Dtype
	rng    Source
	net    Sequential
}

// builders make the layer of a kind, number i of the settings.
var builders = map[string]func(s *sequencer, i int, p part) error{
	experiment.Dense: (*sequencer).dense,
	experiment.Activation: func(s *sequencer, _ int, p part) error {
		s.net = append(s.net, p.activation)
		return nil
	},
}

// sequence returns the network of layers with names.
func sequence(s experiment.Settings, parts []part, dtype tensor.Dtype, rng Source) (Layer, error) {
	q := &sequencer{width: s.Inputs, dtype: dtype, rng: rng, net: Sequential{}}
	if s.Name != "" {
		q.prefix = s.Name + "."
	}
	for i, p := range parts {
		if err := builders[p.Kind](q, i, p); err != nil {
			return nil, err
		}
	}
	return q.net, nil
}

func (s *sequencer) dense(i int, p part) error {
	if p.Name == "" {
		return experiment.Errorf(fmt.Sprintf("layers[%d].name", i), "missing: with activations before dense layers these need names")
	}
	s.net = append(s.net, DenseSettings{Name: s.prefix + p.Name, In: s.width, Out: p.Units, Init: p.init, Dtype: s.dtype}.New(s.rng))
	s.width = p.Units
	if p.activation != nil {
		s.net = append(s.net, p.activation)
	}
	return nil
}
