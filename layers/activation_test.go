package layers_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

func TestActivationValues(t *testing.T) {
	z := []float64{-1000, -0.5, 0, 2, 1000}
	sigmoid := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	for a, f := range map[layers.Activation]func(float64) float64{
		layers.Tanh:     math.Tanh,
		layers.Sigmoid:  sigmoid,
		layers.ReLU:     func(z float64) float64 { return max(z, 0) },
		layers.Identity: func(z float64) float64 { return z },
	} {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			g := graph.New(graph.Settings{Dtype: dtype})
			x := g.Input("Z", 1, len(z))
			tolerance := 1e-15
			if dtype == tensor.Float32 {
				tolerance = 1e-7
			}
			got := run(t, a.Apply(x), graph.Feeds{x: array(dtype, []int{1, len(z)}, slices.Clone(z)...)})
			for i, v := range got {
				if want := f(z[i]); math.IsNaN(v) || math.Abs(v-want) > tolerance*max(1, math.Abs(want)) {
					t.Errorf("%v(%v) of %v = %v, %v expected", a, z[i], dtype, v, want)
				}
			}
		}
	}
}

func TestActivationByName(t *testing.T) {
	for _, a := range []layers.Activation{layers.Tanh, layers.Sigmoid, layers.ReLU, layers.Identity} {
		for _, name := range []string{a.String(), strings.ToUpper(a.String())} {
			if got, err := layers.ActivationByName(name); got != a || err != nil {
				t.Errorf("%q: %v, %v", name, got, err)
			}
		}
	}
}

func TestActivationByNameSuggests(t *testing.T) {
	for name, want := range map[string]string{
		"tahn": "tanh", "TANNH": "tanh", "sigmiod": "sigmoid", "sig": "sigmoid", "rleu": "relu",
		"relu6": "relu", "identiy": "identity", "id": "identity",
	} {
		_, err := layers.ActivationByName(name)
		if err == nil {
			t.Errorf("%q: no error", name)
			continue
		}
		if !strings.Contains(err.Error(), "did you mean \""+want+"\"?") {
			t.Errorf("%q: %v, suggestion %q expected", name, err, want)
		}
		for _, known := range []string{name, "tanh, sigmoid, relu, identity"} {
			if !strings.Contains(err.Error(), known) {
				t.Errorf("%q: %v does not say %q", name, err, known)
			}
		}
	}
}

func TestActivationMistakes(t *testing.T) {
	g := graph.New(graph.Settings{})
	layers.Activation(7).Apply(g.Input("Z", 1, 1))
	checkError(t, g.Err(), "Activation(7)", "tanh")
	for _, a := range []layers.Activation{layers.Tanh, layers.Identity, -1} {
		checkError(t, a.Apply(nil).Err(), "nil")
		if a.Params() != nil {
			t.Errorf("%v has parameters", a)
		}
	}
}
