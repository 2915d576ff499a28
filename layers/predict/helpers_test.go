package predict_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/layers"
	"chainrule/layers/predict"
	"gorgonia.org/tensor"
)

func dense(units int, activation string) experiment.Layer {
	return experiment.Layer{Kind: experiment.Dense, Units: units, Activation: activation}
}

func activation(name string) experiment.Layer {
	return experiment.Layer{Kind: experiment.Activation, Activation: name}
}

func nest(kind string, inside ...experiment.Layer) experiment.Layer {
	return experiment.Layer{Kind: kind, Layers: inside}
}

// networks are of all kinds of layers, all activations, and sizes for which products go
// different ways.
func networks() map[string]experiment.Settings {
	norm := func(kind string) experiment.Layer { return experiment.Layer{Kind: kind} }
	return map[string]experiment.Settings{
		"logistic":   {Inputs: 3, Layers: []experiment.Layer{dense(1, "sigmoid")}},
		"digits":     {Inputs: 784, Layers: []experiment.Layer{dense(128, "relu"), dense(10, "softmax")}},
		"odd":        {Inputs: 37, Layers: []experiment.Layer{dense(33, "gelu"), dense(65, "silu"), dense(17, "softplus"), dense(5, "softmax")}},
		"deep sums":  {Inputs: 1200, Layers: []experiment.Layer{dense(48, "elu"), dense(2, "tanh")}},
		"one in one": {Inputs: 1, Layers: []experiment.Layer{dense(1, "leaky-relu"), dense(600, "identity"), dense(3, "")}},
		"every kind": {Inputs: 6, Layers: []experiment.Layer{
			norm(experiment.Standardize), dense(40, "tanh"), norm(experiment.BatchNorm), {Kind: experiment.Dropout, Rate: 0.5},
			nest(experiment.Residual, norm(experiment.LayerNorm), dense(40, "relu")),
			nest(experiment.Parallel, nest(experiment.Sequential, dense(7, "sigmoid"), norm(experiment.LayerNorm)), activation("elu"), activation("identity")),
			norm(experiment.Unstandardize), dense(4, "")}},
		"images": {Inputs: 2 * 12 * 13, Layers: []experiment.Layer{
			{Kind: experiment.Image, Shape: []int{2, 12, 13}},
			{Kind: experiment.Conv, Channels: 6, Kernel: []int{5, 3}, Stride: []int{1, 2}, Padding: []int{2, 1}, Activation: "relu"},
			{Kind: experiment.MaxPool, Kernel: []int{3}, Stride: []int{2, 1}, Padding: []int{1}},
			nest(experiment.Residual, experiment.Layer{Kind: experiment.Conv, Channels: 6, Kernel: []int{3}, Padding: []int{2}, Dilation: []int{2}, Groups: 3}),
			{Kind: experiment.AvgPool, Kernel: []int{2}, Padding: []int{1}},
			nest(experiment.Parallel, norm(experiment.GlobalAvgPool), norm(experiment.Flatten)),
			dense(10, "softmax")}},
		"wide images": {Inputs: 3 * 70 * 33, Layers: []experiment.Layer{ // of more pixels than a run has
			{Kind: experiment.Image, Shape: []int{3, 70, 33}},
			{Kind: experiment.Conv, Channels: 5, Kernel: []int{4, 7}, Padding: []int{0, 6}},
			norm(experiment.GlobalAvgPool)}},
		"small images": {Inputs: 2 * 2 * 2, Layers: []experiment.Layer{ // smaller than the padding
			{Kind: experiment.Image, Shape: []int{2, 2, 2}},
			{Kind: experiment.Conv, Channels: 3, Kernel: []int{7}, Padding: []int{3}},
			{Kind: experiment.MaxPool, Kernel: []int{2}}, {Kind: experiment.Conv, Channels: 4, Kernel: []int{5}, Padding: []int{2}},
			norm(experiment.Flatten)}},
		"ragged images": {Inputs: 16 * 4 * 13, Layers: []experiment.Layer{ // of which a run ends one pixel into a row
			{Kind: experiment.Image, Shape: []int{16, 4, 13}},
			{Kind: experiment.Conv, Channels: 2, Kernel: []int{5}, Padding: []int{2}},
			norm(experiment.GlobalAvgPool)}},
		"branches of sequences": {Inputs: 12, Layers: []experiment.Layer{{Kind: experiment.Steps, Steps: 3},
			nest(experiment.Parallel, experiment.Layer{Kind: experiment.StepMean}, experiment.Layer{Kind: experiment.LSTM, Units: 3, Last: true}), dense(2, "")}},
		"recurrent": {Inputs: 36, Layers: []experiment.Layer{{Kind: experiment.Steps, Steps: 4}, {Kind: experiment.Positions}, {Kind: experiment.GRU, Units: 17},
			{Kind: experiment.RNN, Units: 5, Activation: "Sigmoid"}, {Kind: experiment.LSTM, Units: 7}, {Kind: experiment.LSTM, Units: 33, Last: true}, dense(2, "")}},
		"attention": {Inputs: 60, Layers: []experiment.Layer{{Kind: experiment.Steps, Steps: 5}, dense(34, "gelu"), {Kind: experiment.Positions, Steps: 6},
			nest(experiment.Residual, norm(experiment.LayerNorm), experiment.Layer{Kind: experiment.Attention, Heads: 2, Causal: true}),
			{Kind: experiment.Attention}, activation("softmax"), {Kind: experiment.GRU, Units: 4}, {Kind: experiment.StepMean}, dense(3, "softmax")}},
		"classes":   {Inputs: 5, Layers: []experiment.Layer{{Kind: experiment.Embedding, Classes: 7, Units: 6}, {Kind: experiment.GRU, Units: 3, Last: true}, dense(2, "softmax")}},
		"flattened": {Inputs: 6, Layers: []experiment.Layer{{Kind: experiment.Steps, Steps: 3}, {Kind: experiment.RNN, Units: 2, Activation: "identity"}, {Kind: experiment.Flatten}, dense(2, "")}},
		"no products": {Inputs: 5, Layers: []experiment.Layer{
			nest(experiment.Residual, activation("identity")), nest(experiment.Parallel, activation("identity"), norm(experiment.Standardize)),
			activation("softmax")}},
	}
}

// network returns a network with random numbers in all its parameters.
func network(t testing.TB, s experiment.Settings) layers.Layer {
	t.Helper()
	net, err := layers.Build(s, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for _, p := range append(net.Params(), layers.State(net)...) {
		v, scale := p.Value(), 1.0
		if shape := p.Shape(); len(shape) > 1 && shape[1:].TotalSize() > 1 {
			scale = 1 / math.Sqrt(float64(shape[1:].TotalSize()))
		}
		for i := range v.DataSize() {
			x := rng.NormFloat64() * scale
			if strings.HasSuffix(p.Name(), ".variance") || strings.HasSuffix(p.Name(), ".std") {
				x = max(0, x) // also 0
			}
			if data, ok := v.Data().([]float32); ok {
				data[i] = float32(x)
			} else {
				v.Float64s()[i] = x
			}
		}
		if err := p.Set(v); err != nil {
			t.Fatal(err)
		}
	}
	return net
}

// model returns the predictor of a network, by way of a file.
func model(t testing.TB, m layers.Model) *predict.Model {
	t.Helper()
	var b bytes.Buffer
	if err := layers.Save(&b, m); err != nil {
		t.Fatal(err)
	}
	p, err := predict.Load(&b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// examples returns random inputs.
func examples(m, inputs int) []float64 {
	rng := rand.New(rand.NewPCG(5, 6))
	x := make([]float64, m*inputs)
	for i := range x {
		x[i] = float64(float32(rng.NormFloat64())) // no float32 rounds it
	}
	return x
}

// examplesFor returns random inputs of a network: classes where it takes these.
func examplesFor(s experiment.Settings, m int) []float64 {
	x := examples(m, s.Inputs)
	if experiment.TakesClasses(s.Layers) {
		for i := range x {
			x[i] = float64(int(math.Abs(x[i])*100) % s.Layers[0].Classes)
		}
	}
	return x
}

// byGraph returns the outputs of a network in evaluation, by a graph.
func byGraph(t testing.TB, net layers.Layer, dtype tensor.Dtype, x []float64, inputs int) []float64 {
	t.Helper()
	m := len(x) / inputs
	g := graph.New(graph.Settings{Dtype: dtype})
	in := g.Input("X", inputs, m)
	y := graph.Transpose(net.Apply(in))
	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{y}})
	if err != nil {
		t.Fatal(err)
	}
	defer prog.Close()
	columns := tensor.New(tensor.WithShape(inputs, m), tensor.Of(dtype))
	for i := range m {
		for j := range inputs {
			v := any(x[i*inputs+j])
			if dtype == tensor.Float32 {
				v = float32(x[i*inputs+j])
			}
			if err := columns.SetAt(v, j, i); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := prog.Run(graph.Feeds{in: columns}); err != nil {
		t.Fatal(err)
	}
	v, err := prog.Value(y)
	if err != nil {
		t.Fatal(err)
	}
	if data, ok := v.Data().([]float32); ok {
		var wide []float64
		for _, x := range data {
			wide = append(wide, float64(x))
		}
		return wide
	}
	return v.Float64s()
}
