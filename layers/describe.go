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
	_ Describer = (*Dropout)(nil)
	_ Describer = (*BatchNorm)(nil)
	_ Describer = (*LayerNorm)(nil)
	_ Describer = (*Standardize)(nil)
	_ Describer = (*Unstandardize)(nil)
	_ Describer = Residual{}
	_ Describer = Parallel(nil)
	_ Describer = Image{}
	_ Describer = (*Conv2D)(nil)
	_ Describer = MaxPool2D{}
	_ Describer = AvgPool2D{}
	_ Describer = GlobalAvgPool{}
	_ Describer = Flatten{}

	_ Describer = Steps(0)
	_ Describer = (*Embedding)(nil)
	_ Describer = StepMean{}
	_ Describer = Positions{}
	_ Describer = (*MultiHeadAttention)(nil)
	_ Describer = (*RNN)(nil)
	_ Describer = (*GRU)(nil)
	_ Describer = (*LSTM)(nil)
)

// A namer is a describer of this package: it takes off what names Build makes.
type namer interface {
	describe(n *naming) ([]experiment.Layer, error)
}

// Describe returns what a network is: name, inputs and layers of an experiment
// that makes the same network again. The error for a layer of one's own that is
// no [Describer] names its type.
func Describe(net Layer) (experiment.Settings, error) {
	var s experiment.Settings
	if net == nil {
		return s, errors.New("layers: the network is <nil>")
	}
	s.Name = networkOf(net)
	list, err := describe(net, newNaming(s.Name))
	if err != nil {
		return experiment.Settings{}, err
	}
	s.Layers, s.Inputs = list, inputsOf(net)
	return s, nil
}

func describe(l Layer, n *naming) ([]experiment.Layer, error) {
	switch d := l.(type) {
	case namer:
		return d.describe(n)
	case Describer:
		return d.Describe()
	}
	return nil, fmt.Errorf("layers: a layer of type %T cannot be described: it has no method Describe", l)
}

// inputsOf returns how many inputs a layer has, 0 if it takes any.
func inputsOf(l Layer) int { return widthOf(l, 1).inputs }

// A width is how many inputs a layer has, or 0 if it takes any: of each of these it makes times/per outputs, with
// so many steps.
type width struct{ inputs, times, per, steps int }

// reduce makes the fraction of outputs and inputs as short as it can be.
func (w *width) reduce() {
	a, b := w.times, w.per
	for b > 0 {
		a, b = b, a%b
	}
	w.times, w.per = w.times/a, w.per/a
}

// widthOf returns the width of a layer behind sequences of so many steps, or 1 for numbers.
func widthOf(l Layer, steps int) width {
	w := width{times: 1, per: 1, steps: steps}
	switch l := l.(type) {
	case Sequential:
		for _, inner := range l {
			if _, ok := inner.(*Embedding); ok && w.steps == 1 {
				return width{times: 1, per: 1} // of as many classes as there are steps, which nothing behind it says
			}
			next := widthOf(inner, w.steps)
			if next.inputs > 0 {
				w.inputs = next.inputs * w.per / w.times
				return w
			}
			w.times, w.per, w.steps = w.times*next.times, w.per*next.per, next.steps
			w.reduce()
		}
	case Parallel:
		for i, branch := range l {
			next := widthOf(branch, steps)
			if next.inputs > 0 {
				w.inputs = next.inputs
				return w
			}
			if i == 0 {
				w.times = 0
			}
			w.times, w.per = w.times*next.per+next.times*w.per, w.per*next.per
			w.steps = next.steps
			w.reduce()
		}
	case Residual:
		w.inputs = widthOf(l.Layers, steps).inputs
	case Steps:
		w.steps = max(int(l), 1)
	case Flatten:
		w.steps = 1
	case StepMean:
		w.per, w.steps = steps, 1
	default:
		w.inputs = ownInputs(l) * steps
	}
	return w
}

// ownInputs is inputsOf for a layer that holds no others.
func ownInputs(l Layer) int {
	switch l := l.(type) {
	case interface{ rowwise() rowwise }:
		n, _ := l.rowwise().features()
		return n
	case Image:
		return l.C * l.H * l.W
	case *Embedding, *Conv2D, nil: // of any number of classes, of channels
		return 0
	}
	for _, p := range l.Params() {
		if shape := p.Shape(); len(shape) == 2 { // W of the first layer
			return shape[1]
		}
	}
	return 0
}

// Describe returns the activation as a layer of its own.
func (a Activation) Describe() ([]experiment.Layer, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	return []experiment.Layer{{Kind: experiment.Activation, Activation: a.String()}}, nil
}

// Describe returns the layer's size, and its name if its parameters are not W1 and b1.
func (d *Dense) Describe() ([]experiment.Layer, error) { return d.describe(newNaming("")) }

func (d *Dense) describe(n *naming) ([]experiment.Layer, error) {
	switch {
	case d == nil:
		return nil, errors.New("layers: a Dense is nil")
	case d.err != nil:
		return nil, d.err
	case d.W == nil || d.B == nil:
		return nil, errors.New("layers: a Dense has no parameters")
	}
	w, b, _ := n.dense()
	if d.W.Name() == w && d.B.Name() == b && len(d.W.Shape()) == 2 {
		return []experiment.Layer{{Kind: experiment.Dense, Units: d.W.Shape()[0]}}, nil
	}
	name, ok := strings.CutSuffix(d.W.Name(), ".W")
	if !ok || d.B.Name() != name+".b" || len(d.W.Shape()) != 2 {
		return nil, fmt.Errorf("layers: a Dense cannot be described whose parameters are called %q and %q, NAME.W and NAME.b expected, or %s and %s",
			d.W.Name(), d.B.Name(), w, b)
	}
	return []experiment.Layer{{Kind: experiment.Dense, Name: n.without(name), Units: d.W.Shape()[0]}}, nil
}

// Describe returns the network's layers. A network with a Name is described by the function
// of that name, since the Name is no layer's.
func (n *MLP) Describe() ([]experiment.Layer, error) { return n.describe(newNaming("")) }

func (n *MLP) describe(names *naming) ([]experiment.Layer, error) {
	switch {
	case n == nil:
		return nil, errors.New("layers: an MLP is nil")
	case n.err != nil:
		return nil, n.err
	case len(n.W) == 0 || len(n.Hidden) != len(n.W)-1:
		return nil, errors.New("layers: an MLP has no layers, or not as many as activations")
	case n.Name != names.network:
		return nil, fmt.Errorf("layers: the MLP %q cannot be described as a part of another network", n.Name)
	}
	var parts []experiment.Layer
	for l, w := range n.W {
		if name, _, _ := names.dense(); w == nil || w.Name() != name {
			return nil, fmt.Errorf("layers: an MLP cannot be described whose weights of layer %d are %q, %q expected", l+1, w.Name(), name)
		}
		after, err := describe(n.activation(l), names)
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
	return s.describe(newNaming(networkOf(s)))
}

func (s Sequential) describe(n *naming) ([]experiment.Layer, error) {
	var parts []experiment.Layer
	for i, l := range s {
		if l == nil {
			return nil, fmt.Errorf("layers: layer %d of %d is nil", i+1, len(s))
		}
		next, err := describe(l, n)
		if err != nil {
			return nil, err
		}
		parts = behind(parts, next)
	}
	return parts, nil
}

// behind appends layers, of which an activation joins the dense layer or convolution before it.
func behind(parts, next []experiment.Layer) []experiment.Layer {
	for _, l := range next {
		last := len(parts) - 1
		if l.Kind == experiment.Activation && last >= 0 && hasFunction(parts[last].Kind) && parts[last].Activation == "" {
			parts[last].Activation = l.Activation
			continue
		}
		parts = append(parts, l)
	}
	return parts
}

// hasFunction reports whether layers of a kind have an activation behind them.
func hasFunction(kind string) bool { return kind == experiment.Dense || kind == experiment.Conv }
