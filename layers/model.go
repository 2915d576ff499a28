package layers

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/internal/modelfile"
	"chainrule/internal/safetensors"
	"chainrule/internal/schema"
	"chainrule/layers/predict"
	"gorgonia.org/tensor"
)

// A Model is a network with what there is to know of it later: what its file holds.
// Network must be set.
type Model struct {
	// Network is what Describe can describe.
	Network Layer

	// Settings tell how it was trained: the zero value nothing. Its Layers, Name and
	// Dtype are those of Network in a file, whatever they are here, and Inputs where the
	// network has a number of its own; what first weights were drawn from is kept if
	// Layers describes Network.
	Settings experiment.Settings

	// Schema says what inputs and outputs stand for; the zero value nothing.
	Schema schema.Schema

	// Sections are what else its file holds for somebody who goes on from it, such as the
	// optim.Checkpoint of a training. Their names differ.
	Sections []modelfile.Section
}

// File returns what a file of the model holds, with copies of the network's numbers.
func (m Model) File() (*modelfile.File, error) {
	s, err := m.settings()
	if err != nil {
		return nil, err
	}
	f := &modelfile.File{Settings: s, Schema: m.Schema, Sections: m.Sections}
	for _, p := range everyParam(m.Network) {
		t, err := tensorOf(p)
		if err != nil {
			return nil, err
		}
		f.Tensors = append(f.Tensors, t)
	}
	if err := f.Check(); err != nil {
		return nil, fmt.Errorf("layers: %w", err)
	}
	return f, nil
}

// settings returns those of the model's file.
func (m Model) settings() (experiment.Settings, error) {
	s := m.Settings
	if m.Network == nil {
		return s, errors.New("layers: the model has no network")
	}
	own, err := Describe(m.Network)
	if err != nil {
		return s, err
	}
	s.Version = experiment.Version
	s.Name = own.Name
	if !reflect.DeepEqual(plainLayers(s.Layers), plainLayers(own.Layers)) {
		s.Layers = own.Layers
	}
	if own.Inputs > 0 {
		s.Inputs = own.Inputs
	}
	params := everyParam(m.Network)
	if len(params) > 0 {
		s.Dtype = params[0].Dtype().String() // of others Check reports another
	}
	if s.Dtype == "float64" {
		s.Dtype = ""
	}
	return s, nil
}

// plainLayers returns layers without what the same network may have or not.
func plainLayers(list []experiment.Layer) []experiment.Layer {
	var plain []experiment.Layer
	for _, l := range list {
		l.Init, l.Frozen, l.Activation, l.Layers = experiment.Init{}, false, strings.ToLower(l.Activation), plainLayers(l.Layers)
		if l = plainSequence(plainWindow(l)); hasFunction(l.Kind) && l.Activation == Identity.String() {
			l.Activation = ""
		}
		plain = behind(plain, []experiment.Layer{l})
	}
	return plain
}

// everyParam returns what a network trains and keeps.
func everyParam(net Layer) []*graph.Param { return distinct(append(net.Params(), State(net)...)...) }

// tensorOf returns a parameter as files hold it.
func tensorOf(p *graph.Param) (safetensors.Tensor, error) {
	if err := p.Err(); err != nil {
		return safetensors.Tensor{}, err
	}
	t := safetensors.Tensor{Name: p.Name(), Shape: p.Shape()}
	switch v := p.Value(); p.Dtype() {
	case tensor.Float32:
		t.Data = v.Float32s()
	default:
		t.Data = v.Float64s()
	}
	return t, nil
}

// newModel returns the model of a file that was read, with a network of its own.
func newModel(f *modelfile.File) (*Model, error) {
	s := f.Settings
	s.Layers = withoutDraws(s.Layers)
	net, err := Build(s, nil)
	if err != nil {
		return nil, fmt.Errorf("layers: %w", err)
	}
	tensors := map[string]safetensors.Tensor{}
	for _, t := range f.Tensors {
		tensors[t.Name] = t
	}
	for _, p := range everyParam(net) {
		t, ok := tensors[p.Name()]
		if !ok {
			return nil, fmt.Errorf("layers: tensor %q is missing", p.Name())
		}
		delete(tensors, t.Name)
		if err := p.Set(stored(t)); err != nil {
			return nil, fmt.Errorf("layers: %w", err)
		}
	}
	for name := range tensors {
		return nil, fmt.Errorf("layers: tensor %q is of no layer", name)
	}
	return &Model{Network: net, Settings: f.Settings, Schema: f.Schema, Sections: f.Sections}, nil
}

// withoutDraws returns layers whose first weights are 0.
func withoutDraws(list []experiment.Layer) []experiment.Layer {
	var zero []experiment.Layer
	for _, l := range list {
		if l.Init = (experiment.Init{}); hasFunction(l.Kind) || l.Gates() > 0 || l.Kind == experiment.Attention || l.Kind == experiment.Positions || l.Kind == experiment.Embedding {
			l.Init.Kind = "zeros"
		}
		l.Layers = withoutDraws(l.Layers)
		zero = append(zero, l)
	}
	return zero
}

// Predictor returns the model as it is now, for predictions: a training that goes on does
// not change it.
func (m Model) Predictor() (*predict.Model, error) {
	m.Sections = nil
	f, err := m.File()
	if err != nil {
		return nil, err
	}
	return predict.New(f)
}

// Predict computes the outputs of examples, see [predict.Model.Predict]. It copies the
// model every time: for more than one call take [Model.Predictor].
func (m Model) Predict(dst, x []float64) error {
	p, err := m.Predictor()
	if err != nil {
		return err
	}
	return p.Predict(dst, x)
}

// stored returns a tensor of a file, of which it shares the numbers.
func stored(t safetensors.Tensor) *tensor.Dense {
	if narrow, ok := t.Data.([]float32); ok {
		return graph.Tensor(narrow, t.Shape...)
	}
	wide, _ := t.Data.([]float64)
	return graph.Tensor(wide, t.Shape...)
}
