package layers_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/numpyrand"
	"chainrule/layers"
)

var (
	_ layers.Source = (*rand.Rand)(nil)
	_ layers.Source = (*numpyrand.Rand)(nil)
)

func TestNormalIsNumPys(t *testing.T) {
	// numpy.random.seed(2); W1 = 0.01*randn(4,2); W2 = 0.01*randn(1,4)
	w1 := []float64{-0.00416757847, -0.000562668272, -0.0213619610, 0.0164027081,
		-0.0179343559, -0.00841747366, 0.00502881417, -0.0124528809}
	w2 := []float64{-0.0105795222, -0.00909007615, 0.00551454045, 0.0229220801}
	rng := numpyrand.New(2)
	for _, c := range []struct {
		in, out int
		want    []float64
	}{{2, 4, w1}, {4, 1, w2}} {
		got := entries(t, layers.NewDense("d", c.in, c.out, layers.Normal(0.01), rng).W.Value())
		for i, v := range got {
			if math.Abs(v-c.want[i]) > 1e-10 {
				t.Errorf("(%d,%d): entry %d is %v, %v expected", c.out, c.in, i, v, c.want[i])
			}
		}
	}
}

func TestInitializersDrawOnceAnEntryInOrder(t *testing.T) {
	const in, out = 3, 5
	r, he, lecun := math.Sqrt(6.0/8), math.Sqrt(2.0/3), math.Sqrt(1.0/3)
	for name, c := range map[string]struct {
		init layers.Initializer
		draw func(rng layers.Source) float64
	}{
		"normal":  {layers.Normal(0.5), func(rng layers.Source) float64 { return 0.5 * rng.NormFloat64() }},
		"he":      {layers.He, func(rng layers.Source) float64 { return he * rng.NormFloat64() }},
		"glorot":  {layers.Glorot, func(rng layers.Source) float64 { return r * (2*rng.Float64() - 1) }},
		"lecun":   {layers.LeCun, func(rng layers.Source) float64 { return lecun * rng.NormFloat64() }},
		"uniform": {layers.Uniform(0.5), func(rng layers.Source) float64 { return 0.5 * (2*rng.Float64() - 1) }},
		"scaled":  {layers.Scaled(layers.He, -3), func(rng layers.Source) float64 { return -3 * (he * rng.NormFloat64()) }},
	} {
		got, want := make([]float64, in*out), make([]float64, in*out)
		rng, same := newRand(), newRand()
		if err := c.init(got, in, out, rng); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range want {
			want[i] = c.draw(same)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v expected", name, got, want)
		}
		if rng.Uint64() != same.Uint64() {
			t.Errorf("%s made another number of draws", name)
		}
	}
}

func TestZerosDrawsNothing(t *testing.T) {
	d := layers.NewDense("d", 3, 2, layers.Zeros, nil)
	if got := entries(t, d.W.Value()); !slices.Equal(got, make([]float64, 6)) {
		t.Errorf("%v, zeros expected", got)
	}
}

func TestInitializersSpread(t *testing.T) {
	const in, out = 200, 100
	for name, c := range map[string]struct {
		init  layers.Initializer
		sigma float64
	}{
		"glorot":  {layers.Glorot, math.Sqrt(2.0 / (in + out))},
		"he":      {layers.He, math.Sqrt(2.0 / in)},
		"normal":  {layers.Normal(0.01), 0.01},
		"lecun":   {layers.LeCun, math.Sqrt(1.0 / in)},
		"uniform": {layers.Uniform(0.3), 0.3 / math.Sqrt(3)},
		"scaled":  {layers.Scaled(layers.Scaled(layers.LeCun, 3), 0.5), 1.5 * math.Sqrt(1.0/in)},
	} {
		w := make([]float64, in*out)
		if err := c.init(w, in, out, newRand()); err != nil {
			t.Fatal(err)
		}
		var sum, squares float64
		for _, v := range w {
			sum += v
			squares += v * v
		}
		n := float64(len(w))
		if mean := sum / n; math.Abs(mean) > 4*c.sigma/math.Sqrt(n) {
			t.Errorf("%s: mean %v", name, mean)
		}
		if sigma := math.Sqrt(squares / n); math.Abs(sigma/c.sigma-1) > 0.03 {
			t.Errorf("%s: standard deviation %v, %v expected", name, sigma, c.sigma)
		}
	}
}

func TestInitializersMistakes(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	outOfLuck := func([]float64, int, int, layers.Source) error { return errors.New("out of luck") }
	cases := map[string]layers.Initializer{
		"the initialiser is nil": layers.Scaled(nil, 1),
		"out of luck":            layers.Scaled(outOfLuck, 1),
	}
	for _, v := range []float64{-0.1, nan, inf, -inf} {
		cases[fmt.Sprintf("the standard deviation is %v", v)] = layers.Normal(v)
		cases[fmt.Sprintf("the bound is %v", v)] = layers.Uniform(v)
	}
	for _, v := range []float64{nan, inf, -inf} {
		cases[fmt.Sprintf("the factor is %v", v)] = layers.Scaled(layers.Zeros, v)
	}
	for want, init := range cases {
		if err := init(make([]float64, 1), 1, 1, newRand()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, one that says %q expected", err, want)
		}
	}
	for name, init := range map[string]layers.Initializer{
		"normal": layers.Normal(0), "uniform": layers.Uniform(0), "lecun": layers.LeCun, "scaled": layers.Scaled(layers.He, 1),
	} {
		if err := init(make([]float64, 1), 1, 1, nil); err == nil || !strings.Contains(err.Error(), "source") {
			t.Errorf("%s without a source: error %v", name, err)
		}
	}
}

// What a factor takes out of the range of numbers is the error of the layer.
func TestScaledTooFar(t *testing.T) {
	g := graph.New(graph.Settings{})
	layers.NewDense("d", 1, 1, layers.Scaled(layers.Scaled(layers.Glorot, 1e308), 1e308), newRand()).Apply(g.Input("X", 1, 1))
	checkError(t, g.Err(), `Dense "d"`, "(0,0)", "Inf")
}

// Scaled(Normal(1), σ) draws the bits of Normal(σ), by name as well.
func TestScaledNormalIsNormal(t *testing.T) {
	named, err := layers.InitializerByName("Normal")
	if err != nil {
		t.Fatal(err)
	}
	scaled := entries(t, layers.NewDense("d", 3, 5, layers.Scaled(named, 0.01), newRand()).W.Value())
	if want := entries(t, layers.NewDense("d", 3, 5, layers.Normal(0.01), newRand()).W.Value()); !slices.Equal(scaled, want) {
		t.Errorf("%v, %v expected", scaled, want)
	}
}

func TestInitializerByName(t *testing.T) {
	want := map[string]layers.Initializer{"zeros": layers.Zeros, "glorot": layers.Glorot, "he": layers.He,
		"lecun": layers.LeCun, "normal": layers.Normal(1), "uniform": layers.Uniform(1)}
	names := layers.InitializerNames()
	if !slices.Equal(names, []string{"zeros", "glorot", "he", "lecun", "normal", "uniform"}) {
		t.Errorf("names %v", names)
	}
	for _, name := range names {
		for _, spelled := range []string{name, strings.ToUpper(name)} {
			init, err := layers.InitializerByName(spelled)
			if err != nil {
				t.Fatal(err)
			}
			got := entries(t, layers.NewDense("d", 3, 5, init, newRand()).W.Value())
			if same := entries(t, layers.NewDense("d", 3, 5, want[name], newRand()).W.Value()); !slices.Equal(got, same) {
				t.Errorf("%s: %v, %v expected", spelled, got, same)
			}
		}
	}
	init, err := layers.InitializerByName("xaveir")
	if init != nil || err == nil {
		t.Fatalf("an initialiser for a wrong name, error %v", err)
	}
	for name, suggestion := range map[string]string{"glort": "glorot", "unif": "uniform", "normel": "normal"} {
		_, err := layers.InitializerByName(name)
		for _, words := range []string{"unknown initialiser", name, `did you mean "` + suggestion + `"?`, strings.Join(names, ", ")} {
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%q: error %v does not say %q", name, err, words)
			}
		}
	}
}
