package layers_test

import (
	"bytes"
	"strings"
	"testing"

	"chainrule/internal/experiment"
	"chainrule/layers"
)

// sequenceKinds is a network with a layer of every kind that is of sequences.
const sequenceKinds = `{"version": 1, "inputs": 12, "cost": {"kind": "squared-error"}, "layers": [
	{"kind": "steps", "steps": 3}, {"kind": "positions"}, {"kind": "positions", "steps": 4},
	{"kind": "residual", "layers": [{"kind": "layer-norm"}, {"kind": "attention", "heads": 2, "causal": true}]},
	{"kind": "rnn", "units": 3, "activation": "relu"}, {"kind": "gru", "units": 2},
	{"kind": "parallel", "layers": [{"kind": "step-mean"}, {"kind": "lstm", "name": "memory", "units": 5, "last": true, "init": {"kind": "he"}}]},
	{"kind": "dense", "units": 1}]}`

// sequences returns the settings of that network.
func sequences(t *testing.T, dtype string) experiment.Settings {
	s := parse(t, sequenceKinds)
	s.Dtype = dtype
	return s
}

// A network of sequences is described as it was written, is the same one behind a file, and has a summary.
func TestSequenceKinds(t *testing.T) {
	s := parse(t, sequenceKinds)
	net := build(t, s)
	d, err := layers.Describe(net)
	if err != nil {
		t.Fatal(err)
	}
	s.Layers[6].Layers[1].Init = experiment.Init{} // which Describe does not tell
	if got, want := text(t, d), text(t, experiment.Settings{Version: d.Version, Inputs: 12, Layers: s.Layers}); got != want {
		t.Errorf("described as\n%s\n%s expected", got, want)
	}
	var file bytes.Buffer
	if err := layers.Save(&file, layers.Model{Network: net, Settings: s}); err != nil {
		t.Fatal(err)
	}
	m, err := layers.Load(&file)
	if err != nil {
		t.Fatal(err)
	}
	x, got, want := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, 0.5}, make([]float64, 1), make([]float64, 1)
	if err := m.Predict(got, x); err != nil {
		t.Fatal(err)
	}
	if err := (layers.Model{Network: net, Settings: s}).Predict(want, x); err != nil || got[0] != want[0] {
		t.Errorf("%v predicted, %v before it was saved, error %v", got, want, err)
	}
	summary, err := layers.Summarize(net, 12)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"steps 3                 (3, 4, m)", "attention attention1  (3, 4, m)", "lstm memory", "rnn rnn1", "mean of steps"} {
		if !strings.Contains(summary.String(), line) {
			t.Errorf("no %q in\n%s", line, summary)
		}
	}
}

// Mistakes in layers of sequences have their paths.
func TestSequenceKindMistakes(t *testing.T) {
	for _, c := range []struct{ layers, path, words string }{
		{`{"kind": "steps", "steps": 5}`, "layers[0].steps", "a number that divides the 12"},
		{`{"kind": "steps"}`, "layers[0].steps", "0 given"},
		{`{"kind": "steps", "steps": 3}`, "layers", "sequences of 3 steps of 4 features given, numbers expected"},
		{`{"kind": "steps", "steps": 3}, {"kind": "steps", "steps": 3}`, "layers[1]", "numbers expected"},
		{`{"kind": "steps", "steps": 3}, {"kind": "batch-norm"}, {"kind": "flatten"}`, "layers[1]", "numbers expected"},
		{`{"kind": "lstm", "units": 3}`, "layers[0]", "12 numbers given, sequences expected: a layer of the kind steps"},
		{`{"kind": "steps", "steps": 3}, {"kind": "lstm"}`, "layers[1].units", "0 given"},
		{`{"kind": "steps", "steps": 3}, {"kind": "gru", "units": 3, "activation": "relu"}`, "layers[1].activation", "gru has no such field"},
		{`{"kind": "steps", "steps": 3}, {"kind": "rnn", "units": 3, "activation": "softmax"}`, "layers[1].activation", "every entry by itself"},
		{`{"kind": "steps", "steps": 3}, {"kind": "lstm", "units": 90000}`, "layers[1].units", "at most"},
		{`{"kind": "steps", "steps": 3}, {"kind": "attention", "heads": 3}`, "layers[1].heads", "3 given for 4 features"},
		{`{"kind": "steps", "steps": 3}, {"kind": "positions", "steps": 2}`, "layers[1].steps", "2 given for sequences of 3 steps"},
		{`{"kind": "steps", "steps": 3}, {"kind": "positions", "frozen": true}`, "layers[1].steps", "waves"},
		{`{"kind": "steps", "steps": 3}, {"kind": "parallel", "layers": [{"kind": "positions"}]}`, "layers[1].layers[0]", "sequences of 3 steps of 4 features given beside"},
		{`{"kind": "steps", "steps": 3}, {"kind": "residual", "layers": [{"kind": "gru", "units": 3}]}`, "layers[1].layers", "sequences of 3 steps of 3 features given behind"},
		{`{"kind": "step-mean"}`, "layers[0]", "sequences expected"},
		{`{"kind": "flatten"}`, "layers[0]", "images or sequences expected"},
	} {
		_, err := experiment.Parse([]byte(`{"version": 1, "inputs": 12, "cost": {"kind": "squared-error"}, "layers": [` + c.layers + `]}`))
		e, ok := err.(*experiment.Error)
		if !ok || e.Path != c.path || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: error %v, path %q and %q expected", c.layers, err, c.path, c.words)
		}
	}
}
