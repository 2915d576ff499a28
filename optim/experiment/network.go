package experiment

import (
	"fmt"

	"chainrule/internal/experiment"
	"chainrule/internal/numpyrand"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// A part is a layer of the settings with what its names stand for.
type part struct {
	Layer
	activation layers.Layer // nil for none
	init       layers.Initializer
}

// makeNetwork makes the network of checked settings, with its first weights.
func (e *Experiment) makeNetwork() error {
	s := e.Settings
	parts, err := partsOf(s)
	if err != nil {
		return err
	}
	if dense, after := chain(parts); dense != nil {
		e.Network = mlp(s, dense, after, e.Dtype())
	} else if e.Network, err = sequence(s, parts, e.Dtype()); err != nil {
		return err
	}
	// A layer keeps a mistake until it is applied; here it is told at once.
	return e.Network.Apply(e.NewGraph().Input("X", s.Inputs, 1)).Err()
}

// partsOf looks all names up.
func partsOf(s Settings) ([]part, error) {
	var parts []part
	for i, l := range s.Layers {
		p := part{Layer: l, init: layers.Glorot}
		if l.Activation != "" {
			a, err := layers.ActivationByName(l.Activation)
			if err != nil {
				return nil, &Error{Path: fmt.Sprintf("layers[%d].activation", i), Err: err}
			}
			p.activation = a
		}
		if l.Init.Kind != "" {
			init, err := layers.InitializerByName(l.Init.Kind)
			if err != nil {
				return nil, &Error{Path: fmt.Sprintf("layers[%d].init.kind", i), Err: err}
			}
			p.init = init
		}
		if l.Init.Scale != 0 && l.Init.Scale != 1 {
			p.init = layers.Scaled(p.init, l.Init.Scale)
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

// mlp returns the network of dense layers without names.
func mlp(s Settings, dense, after []part, dtype tensor.Dtype) layers.Layer {
	m := layers.MLPSettings{Name: s.Name, Sizes: []int{s.Inputs}, Dtype: dtype}
	last := len(dense) - 1
	for l, p := range dense {
		m.Sizes, m.Init = append(m.Sizes, p.Units), append(m.Init, p.init)
		if l == last {
			m.Output = p.activation
			continue
		}
		a, ok := p.activation.(layers.Activation)
		if !ok {
			a = layers.Identity
		}
		m.Hidden = append(m.Hidden, a)
	}
	if len(after) > 0 {
		output := layers.Sequential{}
		for _, p := range append([]part{dense[last]}, after...) {
			if p.activation != nil {
				output = append(output, p.activation)
			}
		}
		m.Output = output
	}
	return m.New(numpyrand.New(s.Seed))
}

// A sequencer makes layers one behind the other.
type sequencer struct {
	prefix string // of names
	width  int    // outputs of the layer before
	dtype  tensor.Dtype
	rng    layers.Source
	net    layers.Sequential
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
func sequence(s Settings, parts []part, dtype tensor.Dtype) (layers.Layer, error) {
	q := &sequencer{width: s.Inputs, dtype: dtype, rng: numpyrand.New(s.Seed), net: layers.Sequential{}}
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
	s.net = append(s.net, layers.DenseSettings{Name: s.prefix + p.Name, In: s.width, Out: p.Units, Init: p.init, Dtype: s.dtype}.New(s.rng))
	s.width = p.Units
	if p.activation != nil {
		s.net = append(s.net, p.activation)
	}
	return nil
}
