package graph

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// The first outputs of SplitMix64 from state 1234567, as published.
func TestSplitMix(t *testing.T) {
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		if got := splitMix(1234567, uint64(i)); got != want {
			t.Errorf("output %d is %d, want %d", i, got, want)
		}
	}
}

// drawn returns numbers drawn by a program of a graph's dtype.
func drawn(t *testing.T, dtype tensor.Dtype, seed []float64, make func(seed *Node) *Node) []float64 {
	t.Helper()
	g := New(Settings{Dtype: dtype})
	n := make(g.Array(denseAs(dtype, seed, []int{len(seed)}, rowMajor)))
	v, err := run(t, Spec{Outputs: []*Node{n}}, nil).Value(n)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newStorage(v)
	if err != nil {
		t.Fatal(err)
	}
	return s.as(tensor.Float64).f64
}

func uniform(n int) func(*Node) *Node {
	return func(seed *Node) *Node { return RandomUniform(seed, n) }
}

// A checkpoint relies on the bits, which here were computed in Python.
func TestRandomBits(t *testing.T) {
	for _, c := range []struct {
		seed []float64
		want []uint64
	}{
		{[]float64{0}, []uint64{0x3fe4e0db9108c789, 0x3fe670544a4e33c8, 0x3fd8c6a43c7846a7}},
		{[]float64{1}, []uint64{0x3fd1adcf8cce6140, 0x3fcba193c77cf281, 0x3fec219ef13ac1e5}},
		{[]float64{3, 7}, []uint64{0x3fad738ed440555e, 0x3feb3fd44c5f2f03, 0x3fe521e5095af2be}},
	} {
		for i, u := range drawn(t, tensor.Float64, c.seed, uniform(3)) {
			if math.Float64bits(u) != c.want[i] {
				t.Errorf("seed %v, number %d: %v is %#x", c.seed, i, u, math.Float64bits(u))
			}
		}
	}
}

// The operation keeps its shape when the caller uses the slice again.
func TestRandomKeepsItsShape(t *testing.T) {
	shape := []int{2, 3}
	n := RandomUniform(New(Settings{}).Input("seed"), shape...)
	shape[0] = 7
	if got, err := n.Op().Shape(nil); err != nil || !slices.Equal(got, tensor.Shape{2, 3}) {
		t.Errorf("shape %v, %v", got, err)
	}
}

// In float32 the numbers are those of float64, rounded, and below 1 still.
func TestRandomInBothDtypes(t *testing.T) {
	wide, narrow := drawn(t, tensor.Float64, []float64{5}, uniform(100_000)), drawn(t, tensor.Float32, []float64{5}, uniform(100_000))
	for i, u := range wide {
		if float64(float32(u)) != narrow[i] {
			t.Fatalf("number %d: %v and %v", i, u, narrow[i])
		}
	}
	if largest := float64(math.MaxUint64>>11) * uniformUnit; !(float32(largest) < 1) {
		t.Errorf("the largest number is %v, in float32 %v", largest, float32(largest))
	}
}

// Mean, variance, χ² over 100 classes, and the correlation of numbers with
// their neighbours, with those of the next seed and with those of a seed with
// its entries swapped lie within five standard deviations.
func TestRandomStatistics(t *testing.T) {
	const n = 200_000
	near := func(what string, got, want, deviation float64) {
		t.Helper()
		if !(math.Abs(got-want) <= 5*deviation) {
			t.Errorf("%s is %v, want %v ± %v", what, got, want, deviation)
		}
	}
	u := drawn(t, tensor.Float64, []float64{11, 0}, uniform(n))
	mean, square, counts := 0.0, 0.0, make([]float64, 100)
	for _, v := range u {
		if !(v >= 0 && v < 1) {
			t.Fatalf("%v is not in [0, 1)", v)
		}
		mean += v / n
		square += (v - 0.5) * (v - 0.5) / n
		counts[int(v*100)]++
	}
	near("the mean", mean, 0.5, math.Sqrt(1.0/12/n))
	near("the variance", square, 1.0/12, math.Sqrt(1.0/180/n))
	chi := 0.0
	for _, c := range counts {
		chi += (c - n/100) * (c - n/100) / (n / 100)
	}
	near("χ²", chi, 99, math.Sqrt(2*99))
	for what, other := range map[string][]float64{
		"the next number":   append(u[1:n:n], u[0]),
		"the next seed":     drawn(t, tensor.Float64, []float64{11, 1}, uniform(n)),
		"a seed before":     drawn(t, tensor.Float64, []float64{10, 0}, uniform(n)),
		"the other order":   drawn(t, tensor.Float64, []float64{0, 11}, uniform(n)),
		"half of the shape": append(u[n/2:n:n], u[:n/2]...),
	} {
		sum := 0.0
		for i, v := range u {
			sum += 12 * (v - 0.5) * (other[i] - 0.5) / n
		}
		near("the correlation with "+what, sum, 0, math.Sqrt(1.0/n))
	}
	ones := 0.0
	for _, v := range drawn(t, tensor.Float64, []float64{11, 0}, func(s *Node) *Node { return RandomBernoulli(s, 0.3, n) }) {
		ones += v / n
	}
	near("the share of ones", ones, 0.3, math.Sqrt(0.3*0.7/n))
}

// What is no whole number in the limits gives NaN, not a wrong number.
func TestRandomSeedsThatAreNone(t *testing.T) {
	for dtype, limit := range map[tensor.Dtype]float64{tensor.Float64: 1 << 53, tensor.Float32: 1 << 24} {
		for _, seed := range []float64{0.5, -1, limit, nan, inf} {
			for name, draw := range map[string]func(*Node) *Node{
				"uniform":   uniform(2),
				"Bernoulli": func(s *Node) *Node { return RandomBernoulli(s, 0.5, 2) },
			} {
				if got := drawn(t, dtype, []float64{3, seed}, draw); !math.IsNaN(got[0]) || !math.IsNaN(got[1]) {
					t.Errorf("%s of seed %v in %v: %v", name, seed, dtype, got)
				}
			}
		}
		if got := drawn(t, dtype, []float64{limit - 1}, uniform(2)); math.IsNaN(got[0]) {
			t.Errorf("the last seed in %v: %v", dtype, got)
		}
	}
}

func TestNextSeed(t *testing.T) {
	for _, c := range []struct {
		dtype      tensor.Dtype
		seed, want []float64
	}{
		{tensor.Float64, []float64{7}, []float64{8}},
		{tensor.Float64, []float64{2, 1 << 24}, []float64{2, 1<<24 + 1}},
		{tensor.Float64, []float64{2, 1<<53 - 1}, []float64{3, 0}},
		{tensor.Float32, []float64{2, 1<<24 - 1}, []float64{3, 0}},
		{tensor.Float32, []float64{1<<24 - 1}, []float64{0}},
		{tensor.Float32, []float64{1<<24 - 1, 1<<24 - 2}, []float64{1<<24 - 1, 1<<24 - 1}},
	} {
		if got := drawn(t, c.dtype, c.seed, NextSeed); !slices.Equal(got, c.want) {
			t.Errorf("%v: behind %v comes %v, want %v", c.dtype, c.seed, got, c.want)
		}
	}
}

// A cost with a random mask has a gradient, which is masked too, and every step
// draws anew; the numbers of the steps are the same for 1, 2 and 7 workers.
func TestRandomSteps(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(7))
	var first []float64
	for _, workers := range []int{1, 2, 7} {
		g := New(Settings{Training: true})
		p, w := NewParam("seed", Tensor([]float64{1})), NewParam("w", dense(make([]float64, 200*300), 200, 300))
		seed := g.Use(p)
		g.Assign(p, NextSeed(seed))
		u, mask := RandomUniform(seed, 200, 300), RandomBernoulli(seed, 0.5, 200, 300)
		cost := Sum(Mul(Mul(g.Use(w), mask), u))
		grads, err := Grad(cost, g.Use(w), seed)
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := grads[1].ConstValue(); !ok || v != 0 {
			t.Errorf("the derivative with respect to the seed is %v", grads[1])
		}
		out := MatMul(grads[0], Transpose(u))
		program, err := Compile(Spec{Outputs: []*Node{out, grads[0], u}, Updates: g.Assignments(), Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		defer program.Close()
		var all []float64
		for range 2 {
			if err := program.Run(nil); err != nil {
				t.Fatal(err)
			}
			for _, n := range []*Node{out, grads[0], u} {
				v, err := program.Value(n)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, v.Float64s()...)
			}
		}
		dw, half := all[200*200:][:200*300], len(all)/2
		if kept := len(slices.DeleteFunc(slices.Clone(dw), func(v float64) bool { return v == 0 })); kept < 29_000 || kept > 31_000 {
			t.Errorf("%d of 60,000 gradients are not 0", kept)
		}
		if slices.Equal(all[:half], all[half:]) || params(t, p)[0][0] != 3 {
			t.Errorf("the second step draws as the first, or the seed ends at %v", params(t, p)[0])
		}
		if first == nil {
			first = all
		} else if !slices.Equal(all, first) {
			t.Errorf("%d workers draw other numbers", workers)
		}
	}
}

func TestRandomMistakes(t *testing.T) {
	for want, make := range map[string]func(seed *Node) *Node{
		"RandomUniform(seed ()): shape (0): every size": func(s *Node) *Node { return RandomUniform(s, 0) },
		"RandomBernoulli(seed ()): probability 1.5":     func(s *Node) *Node { return RandomBernoulli(s, 1.5, 2) },
		"RandomBernoulli(seed ()): probability NaN":     func(s *Node) *Node { return RandomBernoulli(s, nan, 2) },
		"there is no graph":                             func(*Node) *Node { return RandomUniform(nil, 2) },
		"RandomBernoulli(nil): probability 2":           func(*Node) *Node { return RandomBernoulli(nil, 2) },
		"NextSeed(nil): there is no graph":              func(*Node) *Node { return NextSeed(nil) },
	} {
		n := make(New(Settings{}).Input("seed"))
		if err := n.Err(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "seed_test.go:") {
			t.Errorf("error %v, one with %q expected", err, want)
		}
	}
}
