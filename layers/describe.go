package layers

import (
	"errors"
	"fmt"
	"strings"

	"chainrule/internal/experiment"
)

// A Describer is a layer that can say what it is, as entries of the list of
// layers of an experiment, but for the first weights.
type Describer interface {
	Describe() ([]experiment.Layer, error)
}

var (
	_ Describer = Activation(0)
	_ Describer = (*Dense)(nil)
	_ Describer = (*MLP)(nil)
	_ Describer = Sequential(nil)
)

// Describe returns what a network is: name, inputs and layers of an experiment
// that makes the same network again. The error for a layer of one's own that is
// no [Describer] names its type.
func Describe(net Layer) (experiment.Settings, error) {
	var s experiment.Settings
	if n, ok := net.(*MLP); ok && n != nil && n.Name != "" {
		unnamed := *n
		unnamed.Name, s.Name, net = "", n.Name, &unnamed
	}
	list, err := describe(net)
	if err != nil {
		return s, err
	}
	s.Layers = list
	for _, p := range net.Params() {
		if shape := p.Shape(); len(shape) == 2 { // W of the first layer
			s.Inputs = shape[1]
			break
		}
	}
	return s, nil
}

func describe(l Layer) ([]experiment.Layer, error) {
	if d, ok := l.(Describer); ok {
		return d.Describe()
	}
	return nil, fmt.Errorf("layers: a layer of type %T cannot be described: it has no method Describe", l)
}

// Describe returns the activation as a layer of its own.
func (a Activation) Describe() ([]experiment.Layer, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	return []experiment.Layer{{Kind: experiment.Activation, Activation: a.String()}}, nil
}

// Describe returns the layer's name and size.
func (d *Dense) Describe() ([]experiment.Layer, error) {
	switch {
	case d == nil:
		return nil, errors.New("layers: a Dense is nil")
	case d.err != nil:
		return nil, d.err
	case d.W == nil || d.B == nil:
		return nil, errors.New("layers: a Dense has no parameters")
	}
	name, ok := strings.CutSuffix(d.W.Name(), ".W")
	if !ok || d.B.Name() != name+".b" || len(d.W.Shape()) != 2 {
		return nil, fmt.Errorf("layers: a Dense cannot be described whose parameters are called %q and %q, NAME.W and NAME.b expected",
			d.W.Name(), d.B.Name())
	}
	return []experiment.Layer{{Kind: experiment.Dense, Name: name, Units: d.W.Shape()[0]}}, nil
}

// Describe returns the network's layers, without Name.
func (n *MLP) Describe() ([]experiment.Layer, error) {
	switch {
	case n == nil:
		return nil, errors.New("layers: an MLP is nil")
	case n.err != nil:
		return nil, n.err
	case len(n.W) == 0 || len(n.Hidden) != len(n.W)-1:
		return nil, errors.New("layers: an MLP has no layers, or not as many as activations")
	case n.Name != "":
		return nil, fmt.Errorf("layers: the MLP %q cannot be described as a part of another network", n.Name)
	}
	var parts []experiment.Layer
	for l, w := range n.W {
		after, err := describe(n.activation(l))
		if err != nil {
			return nil, err
		}
		parts = append(parts, experiment.Layer{Kind: experiment.Dense, Units: w.Shape()[0]})
		parts = behind(parts, after)
	}
	return parts, nil
}

// Describe returns the layers of all.
func (s Sequential) Describe() ([]experiment.Layer, error) {
	var parts []experiment.Layer
	for i, l := range s {
		if l == nil {
			return nil, fmt.Errorf("layers: layer %d of %d is nil", i+1, len(s))
		}
		next, err := describe(l)
		if err != nil {
			return nil, err
		}
		parts = behind(parts, next)
	}
	return parts, nil
}

// behind appends layers, of which an activation joins the dense layer before it.
func behind(parts, next []experiment.Layer) []experiment.Layer {
	for _, l := range next {
		last := len(parts) - 1
		if l.Kind == experiment.Activation && last >= 0 && parts[last].Kind == experiment.Dense && parts[last].Activation == "" {
			parts[last].Activation = l.Activation
			continue
		}
		parts = append(parts, l)
	}
	return parts
}
