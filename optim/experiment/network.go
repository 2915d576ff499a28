package experiment

import (
	"fmt"
	"strconv"

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

// networkOf returns the network of checked settings, with its first weights.
func networkOf(s Settings) (layers.Layer, error) {
	parts, err := partsOf(s)
	if err != nil {
		return nil, err
	}
	dtype := tensor.Float64
	if s.Dtype == "float32" {
		dtype = tensor.Float32
	}
	var net layers.Layer
	if dense, after := chain(parts); dense != nil {
		net = mlp(s, dense, after, dtype)
	} else if net, err = sequence(s, parts, dtype); err != nil {
		return nil, err
	}
	// A layer keeps a mistake until it is applied; here it is told at once.
	g := (&Experiment{Settings: s}).NewGraph()
	return net, net.Apply(g.Input("X", s.Inputs, 1)).Err()
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
		case p.Kind != experiment.Dense:
			if i == 0 {
				return nil, nil
			}
			after = append(after, p)
		case p.Name != "" || len(after) > 0:
			return nil, nil
		default:
			dense = append(dense, p)
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

// sequence returns the network of layers with names.
func sequence(s Settings, parts []part, dtype tensor.Dtype) (layers.Layer, error) {
	rng, width := numpyrand.New(s.Seed), s.Inputs
	prefix := s.Name
	if prefix != "" {
		prefix += "."
	}
	net := layers.Sequential{}
	for i, p := range parts {
		if p.Kind == experiment.Dense {
			if p.Name == "" {
				return nil, experiment.Errorf("layers["+strconv.Itoa(i)+"].name", "missing: with activations before dense layers these need names")
			}
			net = append(net, layers.DenseSettings{Name: prefix + p.Name, In: width, Out: p.Units, Init: p.init, Dtype: dtype}.New(rng))
			width = p.Units
		}
		if p.activation != nil {
			net = append(net, p.activation)
		}
	}
	return net, nil
}
