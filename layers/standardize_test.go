package layers_test

import (
	"math"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/layers"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// The layer does what a scaling of a set does, with the same bits, where a feature is constant
// too; and its inverse undoes it but for these.
func TestStandardizeIsScaling(t *testing.T) {
	const n, m = 3, 40
	raw := &dataset.Set{Features: []string{"a", "b", "c"}, Class: make([]int, m), Classes: []string{"0", "1"}}
	rng := newRand()
	for range m {
		raw.X = append(raw.X, 1000+rng.NormFloat64(), 7, 1e-9*rng.NormFloat64())
	}
	x := transposed(raw.X, n)
	scaled := *raw
	scaled.X = slices.Clone(raw.X)
	scaling := raw.Scaling()
	if err := scaling.Apply(&scaled); err != nil {
		t.Fatal(err)
	}
	if scaling.Std[1] != 0 {
		t.Fatal("the second feature is not constant")
	}
	s := layers.NewStandardize("s", scaling.Mean, scaling.Std, tensor.Float64)
	g := graph.New(graph.Settings{})
	in := g.Input("X", n, m)
	y := s.Apply(in)
	if got, want := run(t, y, graph.Feeds{in: slices.Clone(x)}), transposed(scaled.X, n); !slices.Equal(got, want) {
		t.Errorf("%v, %v expected", got, want)
	}
	back := run(t, s.Inverse().Apply(y), graph.Feeds{in: slices.Clone(x)})
	for i, v := range back {
		if !(math.Abs(v-x[i]) <= 1e-12*math.Abs(x[i])+1e-21) {
			t.Errorf("entry %d comes back as %v, %v expected", i, v, x[i])
		}
	}
	spoiled := slices.Clone(x)
	spoiled[m] = math.NaN() // of the constant feature
	if got := run(t, y, graph.Feeds{in: spoiled})[m]; got != 0 {
		t.Errorf("NaN of a constant feature becomes %v", got)
	}
}

// transposed returns examples of n numbers one after the other as rows of features.
func transposed(x []float64, n int) []float64 {
	m := len(x) / n
	out := make([]float64, len(x))
	for i, v := range x {
		out[i%n*m+i/n] = v
	}
	return out
}

// The numbers are kept and not trained; gradients go through them.
func TestStandardizeKeeps(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		in := layers.NewStandardize("in", []float64{1, 2}, []float64{0.5, 0}, dtype)
		out := layers.NewUnstandardize("out", []float64{3, 4}, []float64{2, 0}, dtype)
		net := layers.Sequential{in, out}
		if len(net.Params()) != 0 || names(net.State()) != "in.mean(2, 1) in.std(2, 1) out.mean(2, 1) out.std(2, 1)" {
			t.Errorf("%v trained, %s kept", net.Params(), names(net.State()))
		}
		g := graph.New(graph.Settings{Dtype: dtype})
		x := g.Input("X", 2, 3)
		y := net.Apply(x)
		feeds := graph.Feeds{x: array(dtype, []int{2, 3}, 1, 2, 0, 5, 6, 7)}
		if got, want := run(t, y, feeds), []float64{3, 7, -1, 4, 4, 4}; !slices.Equal(got, want) {
			t.Errorf("%v: %v, %v expected", dtype, got, want)
		}
		gradtest.Check(t, graph.Sum(graph.Exp(y.Times(0.25))), feeds, x)
	}
}

func TestStandardizeMistakes(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	f32, f64 := tensor.Float32, tensor.Float64
	for words, l := range map[string]layers.Layer{
		`Standardize "s": 1 means and 2 standard`: layers.NewStandardize("s", []float64{1}, []float64{1, 2}, f64),
		"0 means and 0 standard":                  layers.NewStandardize("s", nil, nil, f64),
		"feature 1 (from 0) the mean is NaN":      layers.NewStandardize("s", []float64{0, nan}, []float64{1, 1}, f64),
		"the standard deviation +Inf":             layers.NewStandardize("s", []float64{0}, []float64{inf}, f64),
		"the standard deviation -1":               layers.NewStandardize("s", []float64{0}, []float64{-1}, f64),
		"which float32 rounds to 0 and 0":         layers.NewStandardize("s", []float64{0}, []float64{1e-60}, f32),
		"which float32 rounds to +Inf and 1":      layers.NewStandardize("s", []float64{1e60}, []float64{1}, f32),
		`Standardize "": the layer needs a name`:  layers.NewStandardize("", []float64{0}, []float64{1}, f64),
		"Standardize: the layer is nil":           (*layers.Standardize)(nil),
		"Standardize: it has not all":             &layers.Standardize{},
		"an input of shape (2, 3)":                layers.NewStandardize("s", []float64{0}, []float64{1}, f64),
		`Unstandardize "u": 1 means`:              layers.NewUnstandardize("u", []float64{0}, nil, f64),
		"Unstandardize: the layer is nil":         (*layers.Standardize)(nil).Inverse(),
	} {
		g := graph.New(graph.Settings{})
		l.Apply(g.Input("X", 2, 3))
		checkError(t, g.Err(), words)
	}
}
