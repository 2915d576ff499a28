package layers_test

import (
	"reflect"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// Networks say what they are: activations join the dense layer before them.
func TestDescribe(t *testing.T) {
	dense := func(name string, units int, activation string) experiment.Layer {
		return experiment.Layer{Kind: "dense", Name: name, Units: units, Activation: activation}
	}
	alone := func(name string) experiment.Layer { return experiment.Layer{Kind: "activation", Activation: name} }
	list := func(l ...experiment.Layer) []experiment.Layer { return l }
	d := func(name string, in, out int) layers.Layer { return layers.NewDense(name, in, out, layers.Zeros, nil) }
	rng := newRand()
	for name, c := range map[string]struct {
		net  layers.Layer
		want experiment.Settings
	}{
		"two layers": {layers.NewTwoLayer(2, 4, 1, layers.ReLU, layers.Glorot, rng),
			experiment.Settings{Inputs: 2, Layers: list(dense("", 4, "relu"), dense("", 1, "sigmoid"))}},
		"no output": {layers.MLPSettings{Name: "policy", Sizes: []int{3, 2}}.New(rng),
			experiment.Settings{Name: "policy", Inputs: 3, Layers: list(dense("", 2, "identity"))}},
		"two outputs": {layers.MLPSettings{Sizes: []int{3, 2}, Output: layers.Sequential{layers.Tanh, layers.ELU}}.New(rng),
			experiment.Settings{Inputs: 3, Layers: list(dense("", 2, "tanh"), alone("elu"))}},
		"sequential": {layers.Sequential{d("a", 2, 5), layers.GELU, layers.Sequential{d("b", 5, 3), layers.Softmax}},
			experiment.Settings{Inputs: 2, Layers: list(dense("a", 5, "gelu"), dense("b", 3, "softmax"))}},
		"activation first": {layers.Sequential{layers.Tanh, d("a", 2, 1)},
			experiment.Settings{Inputs: 2, Layers: list(alone("tanh"), dense("a", 1, ""))}},
		"dense":      {d("a", 7, 3), experiment.Settings{Inputs: 7, Layers: list(dense("a", 3, ""))}},
		"activation": {layers.SiLU, experiment.Settings{Layers: list(alone("silu"))}},
	} {
		got, err := layers.Describe(c.net)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, error %v; %+v expected", name, got, err, c.want)
		}
	}
}

// A layer of one's own that cannot describe itself is named, wherever it stands.
func TestDescribeMistakes(t *testing.T) {
	norm := Norm{graph.NewParam("gain", array(graph.New(graph.Settings{}).Dtype(), []int{1, 1}, 1))}
	dense := layers.NewDense("d", 1, 1, layers.Zeros, nil)
	mlp := func(name string) layers.Layer {
		return layers.MLPSettings{Name: name, Sizes: []int{1, 1}, Init: []layers.Initializer{layers.Zeros}}.New(nil)
	}
	for words, net := range map[string]layers.Layer{
		"layers_test.Norm":        norm,
		"layers_test.Norm cannot": layers.Sequential{dense, layers.Sequential{norm}},
		"<nil>":                   nil,
		"layer 2 of 2 is nil":     layers.Sequential{dense, nil},
		"a Dense is nil":          (*layers.Dense)(nil),
		"no parameters":           &layers.Dense{},
		"In is 0":                 layers.NewDense("d", 0, 1, layers.Zeros, nil),
		`"d.b" and "d.W"`:         &layers.Dense{W: dense.B, B: dense.W},
		"an MLP is nil":           (*layers.MLP)(nil),
		"an MLP has no layers":    &layers.MLP{},
		"0 sizes":                 layers.MLPSettings{}.New(nil),
		`"value"`:                 layers.Sequential{mlp("policy"), mlp("value")},
		`"W1", "W2" expected`:     layers.Sequential{mlp(""), mlp("")},
		"Activation(99)":          layers.Activation(99),
	} {
		if s, err := layers.Describe(net); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%+v, error %v; %q expected in it", s, err, words)
		}
	}
}

// A layer's inputs are those of the network by as much as the layers before it make of each.
func TestDescribeInputsBehindBranches(t *testing.T) {
	same := layers.Sequential{layers.Tanh}
	scale := layers.NewStandardize("scale", make([]float64, 6), ones(6), tensor.Float64)
	for want, net := range map[int]layers.Layer{
		6: layers.Sequential{layers.Residual{Layers: layers.Sequential{layers.Parallel{layers.ReLU}}}, scale},
		3: layers.Sequential{layers.Parallel{same, layers.ReLU}, layers.Tanh, scale},
		1: layers.Parallel{layers.Sequential{layers.Parallel{same, same, same}, layers.Residual{Layers: same}, layers.Parallel{layers.ReLU, same}, scale}, same},
	} {
		if s, err := layers.Describe(net); err != nil || s.Inputs != want {
			t.Errorf("%d inputs, error %v, %d expected", s.Inputs, err, want)
		}
		if p, err := (layers.Model{Network: net}).Predictor(); err != nil || p.Inputs() != want {
			t.Errorf("%d inputs, error %v, %d expected", p.Inputs(), err, want)
		}
	}
}
