package layers

import (
	"fmt"
	"strings"

	"chainrule/graph"
	"chainrule/internal/experiment"
)

// one returns a layer that is called as its parameter p, but for the ending.
func one(n *naming, l experiment.Layer, err error, p *graph.Param, ending string) ([]experiment.Layer, error) {
	switch {
	case err != nil:
		return nil, err
	case p == nil:
		return nil, fmt.Errorf("layers: a layer of the kind %s has no parameters", l.Kind)
	}
	name, ok := strings.CutSuffix(p.Name(), ending)
	if !ok || name == "" {
		return nil, fmt.Errorf("layers: a layer of the kind %s cannot be described whose parameter is called %q, NAME%s expected", l.Kind, p.Name(), ending)
	}
	if n.network != "" && !strings.HasPrefix(name, n.network+".") {
		return nil, fmt.Errorf("layers: a layer cannot be described whose parameter is called %q in the network %q", p.Name(), n.network)
	}
	l.Name = n.unnamed(l.Kind, name)
	return []experiment.Layer{l}, nil
}

// given returns a setting, or nothing if it is the usual one.
func given(v, usual float64) float64 {
	if v == usual {
		return 0
	}
	return v
}

// Describe returns the layer's name and rate, and no layer for a rate of 0.
func (d *Dropout) Describe() ([]experiment.Layer, error) { return d.describe(newNaming("")) }

func (d *Dropout) describe(n *naming) ([]experiment.Layer, error) {
	switch {
	case d == nil:
		return nil, errNilLayer(experiment.Dropout)
	case d.Rate == 0 && d.err == nil:
		return nil, nil
	}
	return one(n, experiment.Layer{Kind: experiment.Dropout, Rate: d.Rate}, d.err, d.Seed, ".seed")
}

// Describe returns the layer's name, momentum and epsilon.
func (b *BatchNorm) Describe() ([]experiment.Layer, error) { return b.describe(newNaming("")) }

func (b *BatchNorm) describe(n *naming) ([]experiment.Layer, error) {
	if b == nil {
		return nil, errNilLayer(experiment.BatchNorm)
	}
	return one(n, experiment.Layer{Kind: experiment.BatchNorm, Momentum: given(b.Momentum, usualMomentum),
		Epsilon: given(b.Epsilon, usualEpsilon)}, b.err, b.Gamma, ".gamma")
}

// Describe returns the layer's name and epsilon.
func (l *LayerNorm) Describe() ([]experiment.Layer, error) { return l.describe(newNaming("")) }

func (l *LayerNorm) describe(n *naming) ([]experiment.Layer, error) {
	if l == nil {
		return nil, errNilLayer(experiment.LayerNorm)
	}
	return one(n, experiment.Layer{Kind: experiment.LayerNorm, Epsilon: given(l.Epsilon, usualEpsilon)}, l.err, l.Gamma, ".gamma")
}

// Describe returns the layer's name.
func (s *Standardize) Describe() ([]experiment.Layer, error) { return s.describe(newNaming("")) }

func (s *Standardize) describe(n *naming) ([]experiment.Layer, error) {
	if s == nil {
		return nil, errNilLayer(experiment.Standardize)
	}
	return one(n, experiment.Layer{Kind: experiment.Standardize}, s.err, s.Mean, ".mean")
}

// Describe returns the layer's name.
func (u *Unstandardize) Describe() ([]experiment.Layer, error) { return u.describe(newNaming("")) }

func (u *Unstandardize) describe(n *naming) ([]experiment.Layer, error) {
	if u == nil {
		return nil, errNilLayer(experiment.Unstandardize)
	}
	return one(n, experiment.Layer{Kind: experiment.Unstandardize}, u.err, u.Mean, ".mean")
}

// Describe returns the layer with those inside.
func (r Residual) Describe() ([]experiment.Layer, error) { return r.describe(newNaming(networkOf(r))) }

func (r Residual) describe(n *naming) ([]experiment.Layer, error) {
	list, err := r.Layers.describe(n)
	if err != nil {
		return nil, err
	}
	return []experiment.Layer{{Kind: experiment.Residual, Layers: orIdentity(list)}}, nil
}

// Describe returns the layer with its branches.
func (p Parallel) Describe() ([]experiment.Layer, error) { return p.describe(newNaming(networkOf(p))) }

func (p Parallel) describe(n *naming) ([]experiment.Layer, error) {
	all := experiment.Layer{Kind: experiment.Parallel}
	for i, branch := range p {
		if branch == nil {
			return nil, fmt.Errorf("layers: branch %d of %d is nil", i+1, len(p))
		}
		list, err := describe(branch, n)
		if err != nil {
			return nil, err
		}
		if list = orIdentity(list); len(list) > 1 {
			list = []experiment.Layer{{Kind: experiment.Sequential, Layers: list}}
		}
		all.Layers = append(all.Layers, list...)
	}
	return []experiment.Layer{all}, nil
}

// orIdentity returns layers, of which there must be some.
func orIdentity(list []experiment.Layer) []experiment.Layer {
	if len(list) > 0 {
		return list
	}
	return []experiment.Layer{{Kind: experiment.Activation, Activation: Identity.String()}}
}

func errNilLayer(kind string) error { return fmt.Errorf("layers: a layer of the kind %s is nil", kind) }
