package layers_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

func TestActivationValues(t *testing.T) {
	z := []float64{-1000, -0.5, 0, 2, 1000}
	sigmoid := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	for a, f := range map[layers.Activation]func(float64) float64{
		layers.Tanh:      math.Tanh,
		layers.Sigmoid:   sigmoid,
		layers.ReLU:      func(z float64) float64 { return max(z, 0) },
		layers.Identity:  func(z float64) float64 { return z },
		layers.LeakyReLU: func(z float64) float64 { return max(z, 0.01*z) },
		layers.ELU: func(z float64) float64 {
			if z > 0 {
				return z
			}
			return math.Exp(z) - 1
		},
		layers.SiLU:     func(z float64) float64 { return z * sigmoid(z) },
		layers.GELU:     func(z float64) float64 { return z * (1 + math.Erf(z/math.Sqrt2)) / 2 },
		layers.Softplus: func(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) },
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

// Softmax makes probabilities of every column, whatever is added to it.
func TestSoftmaxIsOfColumns(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		g := graph.New(graph.Settings{Dtype: dtype})
		x := g.Input("Z", 3, 4)
		tolerance := 1e-12
		if dtype == tensor.Float32 {
			tolerance = 1e-4 // it keeps four digits of ln 2 − 1000
		}
		got := run(t, layers.Softmax.Apply(x), graph.Feeds{x: array(dtype, []int{3, 4},
			0, 1000, 5, -1000,
			0, -1000, 5, -1000,
			0, 0, 5+math.Ln2, -1000+math.Ln2)})
		for i, want := range []float64{1. / 3, 1, 0.25, 0.25, 1. / 3, 0, 0.25, 0.25, 1. / 3, 0, 0.5, 0.5} {
			if math.IsNaN(got[i]) || math.Abs(got[i]-want) > tolerance {
				t.Errorf("%v: entry %d is %v, %v expected", dtype, i, got[i], want)
			}
		}
	}
	g := graph.New(graph.Settings{})
	layers.Softmax.Apply(g.Input("z"))
	checkError(t, g.Err(), "Softmax", "axis 0")
}

// Every activation of a layer's Z is its A, and has the right gradient.
func TestActivationsInANetwork(t *testing.T) {
	for _, a := range every() {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			d := layers.DenseSettings{Name: "d", In: 3, Out: 4, Dtype: dtype}.New(newRand())
			g := graph.New(graph.Settings{Dtype: dtype})
			x := g.Input("X", 3, 5)
			out := a.Apply(d.Apply(x))
			if got, want := out.Symbol(), "A1"; got != want && a != layers.Identity {
				t.Errorf("%v: symbol %s, %s expected", a, got, want)
			}
			if got := out.Shape(); !slices.Equal(got, tensor.Shape{4, 5}) {
				t.Errorf("%v: shape %v", a, got)
			}
			cost := graph.Sum(graph.Square(out))
			gradtest.Check(t, cost, nil, x, g.Use(d.W), g.Use(d.B))
		}
	}
}

// every returns all activations.
func every() []layers.Activation {
	return []layers.Activation{layers.Tanh, layers.Sigmoid, layers.ReLU, layers.Identity, layers.LeakyReLU,
		layers.ELU, layers.SiLU, layers.GELU, layers.Softplus, layers.Softmax}
}

func TestActivationNames(t *testing.T) {
	want := []string{"tanh", "sigmoid", "relu", "identity", "leaky-relu", "elu", "silu", "gelu", "softplus", "softmax"}
	if got := layers.ActivationNames(); !slices.Equal(got, want) {
		t.Errorf("names %v, %v expected", got, want)
	}
	for i, a := range every() {
		if int(a) != i || a.String() != want[i] {
			t.Errorf("constant %d is %d, called %v", i, int(a), a)
		}
	}
	layers.ActivationNames()[0] = "mine"
	if layers.Tanh.String() != "tanh" {
		t.Error("the list of names is shared with its callers")
	}
}

func TestActivationByName(t *testing.T) {
	for _, a := range every() {
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
		"leakyrelu": "leaky-relu", "leaky": "leaky-relu", "LEAKY_RELU": "leaky-relu",
		"soft": "softplus", "softmx": "softmax", "gleu": "gelu",
	} {
		_, err := layers.ActivationByName(name)
		if err == nil {
			t.Errorf("%q: no error", name)
			continue
		}
		if !strings.Contains(err.Error(), "did you mean \""+want+"\"?") {
			t.Errorf("%q: %v, suggestion %q expected", name, err, want)
		}
		for _, known := range []string{name, strings.Join(layers.ActivationNames(), ", ")} {
			if !strings.Contains(err.Error(), known) {
				t.Errorf("%q: %v does not say %q", name, err, known)
			}
		}
	}
}

func TestActivationMistakes(t *testing.T) {
	g := graph.New(graph.Settings{})
	layers.Activation(10).Apply(g.Input("Z", 1, 1))
	checkError(t, g.Err(), "Activation(10)", "tanh")
	for _, a := range []layers.Activation{layers.Tanh, layers.Softmax, -1} {
		checkError(t, a.Apply(nil).Err(), "nil")
		if a.Params() != nil {
			t.Errorf("%v has parameters", a)
		}
	}
}
