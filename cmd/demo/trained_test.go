package main

import (
	"encoding/csv"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/internal/shipped"
	"chainrule/layers"
	"chainrule/layers/predict"
	"chainrule/losses"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// trained returns the path of a model that was trained on a shipped set, in the units of
// the set, its predictor and the set.
func trained(t *testing.T, name string, steps int) (string, *predict.Model, *dataset.Set) {
	t.Helper()
	f, ok := shipped.Open(name)
	if !ok {
		t.Fatal(name)
	}
	defer f.Close()
	set, _, err := dataset.ReadCSV(f, name, dataset.CSV{})
	if err != nil {
		t.Fatal(err)
	}
	n, data := len(set.Features), set.Schema()
	last, cost := experiment.Layer{Kind: experiment.Dense, Units: data.Outputs(), Activation: "softmax"}, losses.CategoricalCrossEntropy
	switch {
	case set.Task() == dataset.Regress:
		last.Activation, cost = "", losses.SquaredError
	case data.Outputs() == 1:
		last.Activation, cost = "sigmoid", losses.BinaryCrossEntropy
	}
	last.Init.Kind = "glorot"
	body, err := layers.Build(experiment.Settings{Inputs: n, Layers: []experiment.Layer{
		{Kind: experiment.Dense, Units: 6, Activation: "tanh", Init: experiment.Init{Kind: "glorot"}}, last}}, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	scaling := set.Scaling()
	net := layers.Sequential{layers.NewStandardize("in", scaling.Mean, scaling.Std, tensor.Float64), body}
	labels := set.Labels(tensor.Float64)
	if set.Task() == dataset.Regress { // trained in standard units, saved in the set's own
		of := set.TargetScaling()
		y := slices.Clone(labels.Float64s())
		for i := range y {
			y[i] = (y[i] - of.Mean[0]) / of.Std[0]
		}
		labels = graph.Tensor(y, 1, set.Len())
	}
	trainer := optim.Trainer{Params: body.Params(), Rule: optim.Adam{LearningRate: 0.05}, Cost: func(g *graph.Graph, m int) *graph.Node {
		return cost(net.Apply(g.Input("X", n, m)), g.Input("Y", data.Outputs(), m))
	}}
	defer trainer.Close()
	for range steps {
		if _, err := trainer.Step(optim.Batch{"X": set.Inputs(tensor.Float64), "Y": labels}); err != nil {
			t.Fatal(err)
		}
	}
	if set.Task() == dataset.Regress {
		of := set.TargetScaling()
		net = append(net, layers.NewUnstandardize("out", of.Mean, of.Std, tensor.Float64))
	}
	path := filepath.Join(t.TempDir(), name+".safetensors")
	if err := layers.SaveFile(path, layers.Model{Network: net, Schema: data}); err != nil {
		t.Fatal(err)
	}
	m, err := predict.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, m, set
}

// cells returns the rows of a CSV text.
func cells(t *testing.T, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// shippedText returns a shipped set as it is written.
func shippedText(t *testing.T, name string) string {
	t.Helper()
	f, ok := shipped.Open(name)
	if !ok {
		t.Fatal(name)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
