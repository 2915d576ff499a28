package layers

import (
	"fmt"
	"slices"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"gorgonia.org/tensor"
)

// Build returns the network that the layers of an experiment describe, with first
// weights drawn from rng: an [*MLP] if no layer has a name and all activations stand
// behind dense layers, else a [Sequential]. It is what Describe turns back. Of the
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
		if net, _, err = all.sequence(parts, s.Inputs); err != nil {
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

// builders returns what makes the layers of a kind, for so many inputs, and tells how many
// outputs they have.
func builders() map[string]func(b *building, p part, inputs int) (net Layer, outputs int, err error) {
	return map[string]func(b *building, p part, inputs int) (net Layer, outputs int, err error){
		experiment.Dense:         (*building).dense,
		experiment.Activation:    func(_ *building, p part, n int) (Layer, int, error) { return p.activation, n, nil },
		experiment.Dropout:       (*building).dropout,
		experiment.BatchNorm:     (*building).batchNorm,
		experiment.LayerNorm:     (*building).layerNorm,
		experiment.Standardize:   (*building).standardize,
		experiment.Unstandardize: (*building).unstandardize,
		experiment.Sequential:    func(b *building, p part, n int) (Layer, int, error) { return b.sequence(p.parts, n) },
		experiment.Residual:      (*building).residual,
		experiment.Parallel:      (*building).parallel,
	}
}

// sequence returns layers one behind the other.
func (b *building) sequence(parts []part, width int) (Layer, int, error) {
	net := Sequential{}
	for _, p := range parts {
		next, outputs, err := builders()[p.Kind](b, p, width)
		if err != nil {
			return nil, 0, err
		}
		if both, ok := next.(Sequential); ok && p.Kind == experiment.Dense {
			net = append(net, both...)
		} else {
			net = append(net, next)
		}
		width = outputs
	}
	return net, width, nil
}

func (b *building) dense(p part, inputs int) (Layer, int, error) {
	var d *Dense
	if p.Name == "" {
		w, bias, title := b.naming.dense()
		d = newDense(w, bias, title, DenseSettings{In: inputs, Out: p.Units, Init: p.init, Dtype: b.dtype}, b.rng)
	} else {
		d = DenseSettings{Name: b.layer(p.Kind, p.Name), In: inputs, Out: p.Units, Init: p.init, Dtype: b.dtype}.New(b.rng)
	}
	if p.activation == nil {
		return d, p.Units, nil
	}
	return Sequential{d, p.activation}, p.Units, nil
}

func (b *building) dropout(p part, inputs int) (Layer, int, error) {
	b.drawn++
	seed := uint64(b.seed)<<32 | uint64(b.drawn)
	return DropoutSettings{Name: b.layer(p.Kind, p.Name), Rate: p.Rate, Seed: seed, Dtype: b.dtype}.New(), inputs, nil
}

func (b *building) batchNorm(p part, inputs int) (Layer, int, error) {
	return BatchNormSettings{Name: b.layer(p.Kind, p.Name), Features: inputs, Momentum: p.Momentum, Epsilon: p.Epsilon,
		Dtype: b.dtype}.New(), inputs, nil
}

func (b *building) layerNorm(p part, inputs int) (Layer, int, error) {
	return LayerNormSettings{Name: b.layer(p.Kind, p.Name), Features: inputs, Epsilon: p.Epsilon, Dtype: b.dtype}.New(), inputs, nil
}

func (b *building) standardize(p part, inputs int) (Layer, int, error) {
	mean, std := make([]float64, inputs), slices.Repeat([]float64{1}, inputs)
	return NewStandardize(b.layer(p.Kind, p.Name), mean, std, b.dtype), inputs, nil
}

func (b *building) unstandardize(p part, inputs int) (Layer, int, error) {
	mean, std := make([]float64, inputs), slices.Repeat([]float64{1}, inputs)
	return NewUnstandardize(b.layer(p.Kind, p.Name), mean, std, b.dtype), inputs, nil
}

func (b *building) residual(p part, inputs int) (Layer, int, error) {
	net, outputs, err := b.sequence(p.parts, inputs)
	if err != nil {
		return nil, 0, err
	}
	return Residual{net.(Sequential)}, outputs, nil
}

func (b *building) parallel(p part, inputs int) (Layer, int, error) {
	net, sum := Parallel{}, 0
	for _, branch := range p.parts {
		next, outputs, err := builders()[branch.Kind](b, branch, inputs)
		if err != nil {
			return nil, 0, err
		}
		net, sum = append(net, next), sum+outputs
	}
	return net, sum, nil
}
