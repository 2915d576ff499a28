package layers

import (
	"fmt"
	"slices"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"gorgonia.org/tensor"
)

// Build returns the network that the layers of an experiment describe, with first
// weights drawn from rng: an [*MLP] if all layers are dense ones without names and
// activations behind them, else a [Sequential]. In that too dense layers without names have
// the parameters W1, b1, W2 and so on. It is what Describe turns back. Of the
// settings it reads Name, Inputs, Layers, Seed for what layers draw in training, and Dtype,
// and takes them as Settings.Check left them. What standardize and unstandardize keep is
// mean 0 and std 1, for somebody to set. A mistake is an error with its path in the JSON.
func Build(s experiment.Settings, rng Source) (Layer, error) {
	if s.Inputs < 1 {
		return nil, experiment.Errorf("inputs", "%d given, at least 1 expected", s.Inputs)
	}
	parts, err := partsOf("layers", s.Layers)
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
	} else {
		all := &building{naming: newNaming(s.Name), dtype: dtype, rng: rng, seed: s.Seed}
		if net, err = all.sequence(parts, experiment.Flow{Numbers: s.Inputs}); err != nil {
			return nil, err
		}
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
	parts      []part // of Layers
}

// partsOf looks all names up in a list at a path.
func partsOf(path string, list []experiment.Layer) ([]part, error) {
	var parts []part
	for i, l := range list {
		p := part{Layer: l, init: Glorot}
		at := fmt.Sprintf("%s[%d]", path, i)
		if l.Activation != "" {
			a, err := ActivationByName(l.Activation)
			if err != nil {
				return nil, &experiment.Error{Path: at + ".activation", Err: err}
			}
			p.activation = a
		}
		if l.Init.Kind != "" {
			init, err := InitializerByName(l.Init.Kind)
			if err != nil {
				return nil, &experiment.Error{Path: at + ".init.kind", Err: err}
			}
			p.init = init
		}
		if l.Init.Scale != 0 && l.Init.Scale != 1 {
			p.init = Scaled(p.init, l.Init.Scale)
		}
		var err error
		if p.parts, err = partsOf(at+".layers", l.Layers); err != nil {
			return nil, err
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

// A building is what the layers of a network have in common while it is made.
type building struct {
	*naming
	dtype tensor.Dtype
	rng   Source
	seed  uint32 // of the experiment
	drawn uint32 // how many layers draw in training
}

// A builder makes a layer of a kind, for what goes in.
type builder func(b *building, p part, in experiment.Flow) (Layer, error)

// builders are those of each kind.
func builders() map[string]builder {
	return map[string]builder{
		experiment.Dense:         (*building).dense,
		experiment.Activation:    func(_ *building, p part, _ experiment.Flow) (Layer, error) { return p.activation, nil },
		experiment.Dropout:       (*building).dropout,
		experiment.BatchNorm:     (*building).batchNorm,
		experiment.LayerNorm:     (*building).layerNorm,
		experiment.Standardize:   (*building).standardize,
		experiment.Unstandardize: (*building).unstandardize,
		experiment.Sequential:    func(b *building, p part, in experiment.Flow) (Layer, error) { return b.sequence(p.parts, in) },
		experiment.Residual:      (*building).residual,
		experiment.Parallel:      (*building).parallel,
		experiment.Image:         (*building).image,
		experiment.Conv:          (*building).conv,
		experiment.MaxPool:       func(_ *building, p part, _ experiment.Flow) (Layer, error) { return MaxPool2D(poolSettings(p)), nil },
		experiment.AvgPool:       func(_ *building, p part, _ experiment.Flow) (Layer, error) { return AvgPool2D(poolSettings(p)), nil },
		experiment.GlobalAvgPool: func(*building, part, experiment.Flow) (Layer, error) { return GlobalAvgPool{}, nil },
		experiment.Flatten:       func(*building, part, experiment.Flow) (Layer, error) { return Flatten{}, nil },

		experiment.Steps:     func(_ *building, p part, _ experiment.Flow) (Layer, error) { return Steps(p.Layer.Steps), nil },
		experiment.Embedding: (*building).embedding,
		experiment.StepMean:  func(*building, part, experiment.Flow) (Layer, error) { return StepMean{}, nil },
		experiment.Positions: (*building).positions,
		experiment.Attention: (*building).attention,
		experiment.RNN:       (*building).recurrent,
		experiment.GRU:       (*building).recurrent,
		experiment.LSTM:      (*building).recurrent,
	}
}

// sequence returns layers one behind the other.
func (b *building) sequence(parts []part, in experiment.Flow) (Sequential, error) {
	net := Sequential{}
	for _, p := range parts {
		next, err := builders()[p.Kind](b, p, in)
		if err != nil {
			return nil, err
		}
		if both, ok := next.(Sequential); ok && hasFunction(p.Kind) {
			net = append(net, both...)
		} else {
			net = append(net, next)
		}
		in = p.Outputs(in)
	}
	return net, nil
}

func (b *building) dense(p part, in experiment.Flow) (Layer, error) {
	var d *Dense
	if p.Name == "" {
		w, bias, title := b.naming.dense()
		d = newDense(w, bias, title, DenseSettings{In: in.Features(), Out: p.Units, Init: p.init, Dtype: b.dtype}, b.rng)
	} else {
		d = DenseSettings{Name: b.layer(p.Kind, p.Name), In: in.Features(), Out: p.Units, Init: p.init, Dtype: b.dtype}.New(b.rng)
	}
	return p.activated(d), nil
}

// activated returns a layer with the activation behind it, if it has one.
func (p part) activated(l Layer) Layer {
	if p.activation == nil {
		return l
	}
	return Sequential{l, p.activation}
}

func (b *building) dropout(p part, _ experiment.Flow) (Layer, error) {
	b.drawn++
	seed := uint64(b.seed)<<32 | uint64(b.drawn)
	return DropoutSettings{Name: b.layer(p.Kind, p.Name), Rate: p.Rate, Seed: seed, Dtype: b.dtype}.New(), nil
}

func (b *building) batchNorm(p part, in experiment.Flow) (Layer, error) {
	return BatchNormSettings{Name: b.layer(p.Kind, p.Name), Features: in.Numbers, Momentum: p.Momentum, Epsilon: p.Epsilon,
		Dtype: b.dtype}.New(), nil
}

func (b *building) layerNorm(p part, in experiment.Flow) (Layer, error) {
	return LayerNormSettings{Name: b.layer(p.Kind, p.Name), Features: in.Features(), Epsilon: p.Epsilon, Dtype: b.dtype}.New(), nil
}

func (b *building) standardize(p part, in experiment.Flow) (Layer, error) {
	mean, std := make([]float64, in.Numbers), slices.Repeat([]float64{1}, in.Numbers)
	return NewStandardize(b.layer(p.Kind, p.Name), mean, std, b.dtype), nil
}

func (b *building) unstandardize(p part, in experiment.Flow) (Layer, error) {
	mean, std := make([]float64, in.Numbers), slices.Repeat([]float64{1}, in.Numbers)
	return NewUnstandardize(b.layer(p.Kind, p.Name), mean, std, b.dtype), nil
}

func (b *building) residual(p part, in experiment.Flow) (Layer, error) {
	net, err := b.sequence(p.parts, in)
	if err != nil {
		return nil, err
	}
	return Residual{net}, nil
}

func (b *building) parallel(p part, in experiment.Flow) (Layer, error) {
	net := Parallel{}
	for _, branch := range p.parts {
		next, err := builders()[branch.Kind](b, branch, in)
		if err != nil {
			return nil, err
		}
		net = append(net, next)
	}
	return net, nil
}
