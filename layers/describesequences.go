package layers

import (
	"errors"

	"chainrule/internal/experiment"
)

// Describe returns the number of steps.
func (t Steps) Describe() ([]experiment.Layer, error) {
	return []experiment.Layer{{Kind: experiment.Steps, Steps: int(t)}}, nil
}

// Describe returns the layer's kind.
func (StepMean) Describe() ([]experiment.Layer, error) {
	return []experiment.Layer{{Kind: experiment.StepMean}}, nil
}

// Describe returns the layer's name, classes and size.
func (e *Embedding) Describe() ([]experiment.Layer, error) { return e.describe(newNaming("")) }

func (e *Embedding) describe(n *naming) ([]experiment.Layer, error) {
	if e == nil {
		return nil, errNilLayer(experiment.Embedding)
	}
	l := experiment.Layer{Kind: experiment.Embedding}
	if e.W != nil && len(e.W.Shape()) == 2 {
		l.Classes, l.Units = e.W.Shape()[0], e.W.Shape()[1]
	}
	return one(n, l, e.err, e.W, ".W")
}

// Describe returns the layer's name and how many positions are trained.
func (p Positions) Describe() ([]experiment.Layer, error) { return p.describe(newNaming("")) }

func (p Positions) describe(n *naming) ([]experiment.Layer, error) {
	l := experiment.Layer{Kind: experiment.Positions}
	switch shape := p.P.Shape(); {
	case p.err != nil:
		return nil, p.err
	case p.P == nil:
		return []experiment.Layer{l}, nil
	case len(shape) != 2:
		return nil, errors.New("layers: Positions have no matrix")
	default:
		l.Steps = shape[0]
	}
	return one(n, l, nil, p.P, ".P")
}

// Describe returns the layer's name and heads.
func (a *MultiHeadAttention) Describe() ([]experiment.Layer, error) {
	return a.describe(newNaming(""))
}

func (a *MultiHeadAttention) describe(n *naming) ([]experiment.Layer, error) {
	if a == nil {
		return nil, errNilLayer(experiment.Attention)
	}
	l := experiment.Layer{Kind: experiment.Attention, Heads: a.Heads, Causal: a.Causal}
	return one(n, plainSequence(l), a.err, a.In, ".in.W")
}

// Describe returns the layer's name, units and activation.
func (r *RNN) Describe() ([]experiment.Layer, error) { return r.describe(newNaming("")) }

func (r *RNN) describe(n *naming) ([]experiment.Layer, error) {
	if r == nil {
		return nil, errNilLayer(experiment.RNN)
	}
	return r.Recurrent.describe(n, plainSequence(experiment.Layer{Kind: experiment.RNN, Activation: r.Activation.String()}))
}

// Describe returns the layer's name and units.
func (r *GRU) Describe() ([]experiment.Layer, error) { return r.describe(newNaming("")) }

func (r *GRU) describe(n *naming) ([]experiment.Layer, error) {
	if r == nil {
		return nil, errNilLayer(experiment.GRU)
	}
	return r.Recurrent.describe(n, experiment.Layer{Kind: experiment.GRU})
}

// Describe returns the layer's name and units.
func (l *LSTM) Describe() ([]experiment.Layer, error) { return l.describe(newNaming("")) }

func (l *LSTM) describe(n *naming) ([]experiment.Layer, error) {
	if l == nil {
		return nil, errNilLayer(experiment.LSTM)
	}
	return l.Recurrent.describe(n, experiment.Layer{Kind: experiment.LSTM})
}

// describe completes what is said of a recurrent layer.
func (r *Recurrent) describe(n *naming, l experiment.Layer) ([]experiment.Layer, error) {
	if r.err == nil {
		_, hidden, err := r.sizes(l.Gates())
		if err != nil {
			return nil, errors.New("layers: a layer of the kind " + l.Kind + " cannot be described: " + err.Error())
		}
		l.Units, l.Last = hidden, r.Last
	}
	return one(n, l, r.err, r.W, ".W")
}

// plainSequence returns a layer of sequences as Describe has it.
func plainSequence(l experiment.Layer) experiment.Layer {
	if l.Kind == experiment.Attention && l.Heads == 1 {
		l.Heads = 0
	}
	if l.Kind == experiment.RNN && l.Activation == Tanh.String() {
		l.Activation = ""
	}
	return l
}
