package layers_test

import (
	"strings"
	"testing"

	"chainrule/internal/experiment"
	"chainrule/layers"
)

// classes is a network of sequences of classes.
func classes(dtype string) experiment.Settings {
	return experiment.Settings{Version: 1, Inputs: 4, Dtype: dtype, Cost: experiment.Cost{Kind: experiment.SquaredError},
		Layers: []experiment.Layer{{Kind: experiment.Embedding, Classes: 5, Units: 3}, {Kind: experiment.StepMean}, {Kind: experiment.Dense, Units: 1}}}
}

// An embedding is described as it was written, and as one that was made by hand.
func TestEmbeddingKind(t *testing.T) {
	const text1 = `{"version": 1, "inputs": 12, "cost": {"kind": "squared-error"}, "layers": [
		{"kind": "embedding", "classes": 9, "units": 4}, {"kind": "embedding", "name": "other", "classes": 3, "units": 2}, {"kind": "dense", "units": 1}]}`
	if _, err := experiment.Parse([]byte(text1)); err == nil || !strings.Contains(err.Error(), "layers[1]: sequences of 12 steps of 4 features given, numbers expected") {
		t.Errorf("error %v", err)
	}
	s := parse(t, strings.Replace(text1, `{"kind": "embedding", "name": "other", "classes": 3, "units": 2}`, `{"kind": "lstm", "units": 3, "last": true}`, 1))
	net := build(t, s)
	d, err := layers.Describe(net)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := text(t, d), text(t, experiment.Settings{Version: d.Version, Layers: s.Layers}); got != want {
		t.Errorf("described as\n%s\n%s expected", got, want)
	}
	rng := newRand()
	byHand, err := layers.Describe(layers.Sequential{layers.NewEmbedding("words", 9, 4, rng), layers.Flatten{}, layers.NewDense("d", 48, 1, layers.Glorot, rng)})
	if err != nil || byHand.Layers[0].Name != "words" || byHand.Layers[0].Classes != 9 || byHand.Layers[0].Units != 4 || byHand.Inputs != 0 {
		t.Errorf("%+v, error %v", byHand, err)
	}
	for layer, want := range map[string]string{
		`{"kind": "embedding", "units": 4}`:                            "layers[0].classes: 0 given, a number from 1 to 16777216",
		`{"kind": "embedding", "classes": 20000000, "units": 4}`:       "layers[0].classes: 20000000 given",
		`{"kind": "embedding", "classes": 4}`:                          "layers[0].units: 0 given for 12 classes",
		`{"kind": "embedding", "classes": 16000000, "units": 1000000}`: "layers[0].units",
		`{"kind": "embedding", "classes": 4, "units": 2, "heads": 2}`:  "layers[0].heads: embedding has no such field",
		`{"kind": "dense", "units": 2, "classes": 2}`:                  "layers[0].classes: dense has no such field",
	} {
		_, err := experiment.Parse([]byte(`{"version": 1, "inputs": 12, "cost": {"kind": "squared-error"}, "layers": [` + layer + `]}`))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, %q expected", layer, err, want)
		}
	}
}
