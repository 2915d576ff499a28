package layers_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

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
	r, he := math.Sqrt(6.0/8), math.Sqrt(2.0/3)
	for name, c := range map[string]struct {
		init layers.Initializer
		draw func(rng layers.Source) float64
	}{
		"normal": {layers.Normal(0.5), func(rng layers.Source) float64 { return 0.5 * rng.NormFloat64() }},
		"he":     {layers.He, func(rng layers.Source) float64 { return he * rng.NormFloat64() }},
		"glorot": {layers.Glorot, func(rng layers.Source) float64 { return r * (2*rng.Float64() - 1) }},
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
		"glorot": {layers.Glorot, math.Sqrt(2.0 / (in + out))},
		"he":     {layers.He, math.Sqrt(2.0 / in)},
		"normal": {layers.Normal(0.01), 0.01},
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

func TestNormalWantsAStandardDeviation(t *testing.T) {
	for _, sigma := range []float64{-0.1, math.NaN(), math.Inf(1), math.Inf(-1)} {
		if err := layers.Normal(sigma)(make([]float64, 1), 1, 1, newRand()); err == nil {
			t.Errorf("σ = %v: no error", sigma)
		}
	}
}
