package numpyrand

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Both generators can be given where uniform and normal numbers are wanted.
var (
	_ normalSource = (*Rand)(nil)
	_ normalSource = (*rand.Rand)(nil)
	_ rand.Source  = (*Rand)(nil)
)

type normalSource interface {
	Float64() float64
	NormFloat64() float64
}

// published holds what RandomState(seed) of NumPy 1.24.2 returns.
var published = []struct {
	seed    uint32
	words   [4]uint32  // draws 0, 1, 2 and 999
	tomax   [2]uint64  // tomaxint, draws 0 and 1
	uniform [4]float64 // random_sample, draws 0, 1, 2 and 999
	normal  [6]float64 // randn, draws 0, 1, 2, 3, 999 and 1000
}{
	{
		seed:    0,
		words:   [4]uint32{2357136044, 2546248239, 3071714933, 3043451800},
		tomax:   [2]uint64{5061911111874532631, 6596457591747962464},
		uniform: [4]float64{0.5488135039273248, 0.7151893663724195, 0.6027633760716439, 0.6771411441114241},
		normal: [6]float64{1.764052345967664, 0.4001572083672233, 0.9787379841057392,
			2.240893199201458, -0.35811407547985674, 0.555962679709798},
	},
	{
		seed:    1,
		words:   [4]uint32{1791095845, 4282876139, 3093770124, 548926898},
		tomax:   [2]uint64{3846349041279680629, 6643820753963584036},
		uniform: [4]float64{0.417022004702574, 0.7203244934421581, 0.00011437481734488664, 0.7744772660150796},
		normal: [6]float64{1.6243453636632417, -0.6117564136500754, -0.5281717522634557,
			-1.0729686221561705, -0.18695501653274957, -0.15323616176709168},
	},
	{
		seed:    2,
		words:   [4]uint32{1872583848, 794921487, 111352301, 1429249493},
		tomax:   [2]uint64{4021343193486378247, 239127247565142820},
		uniform: [4]float64{0.43599490214200376, 0.025926231827891333, 0.5496624778787091, 0.7928425281034133},
		normal: [6]float64{-0.4167578474054706, -0.056266827226329474, -2.136196095668454,
			1.6402708084049886, 0.1967852699696977, 0.19774991367911982},
	},
	{
		seed:    42,
		words:   [4]uint32{1608637542, 3421126067, 4083286876, 1946654618},
		tomax:   [2]uint64{3454522818714476249, 8768791796696926855},
		uniform: [4]float64{0.3745401188473625, 0.9507143064099162, 0.7319939418114051, 0.44600577295795574},
		normal: [6]float64{0.4967141530112327, -0.13826430117118466, 0.6476885381006925,
			1.5230298564080254, 0.5725827813561586, 1.3993554365860021},
	},
	{
		seed:    math.MaxUint32,
		words:   [4]uint32{419326371, 479346978, 3918654476, 2673539693},
		tomax:   [2]uint64{900496525137354897, 8415246410580383267},
		uniform: [4]float64{0.0976320289940138, 0.9123828453026218, 0.78903530185164, 0.556626859384112},
		normal: [6]float64{0.6484086742306527, 0.6693235306338161, -1.0805437227474493,
			0.2845010447986309, 0.8396779525796308, -0.7083537506423528},
	},
}

func TestIntegers(t *testing.T) {
	for _, p := range published {
		words := draw(1000, New(p.seed).Uint32)
		if got := [4]uint32{words[0], words[1], words[2], words[999]}; got != p.words {
			t.Errorf("seed %d: Uint32 gave %v, want %v", p.seed, got, p.words)
		}
		pair := draw(2, New(p.seed).Uint64)
		if got := [2]uint64{pair[0] >> 1, pair[1] >> 1}; got != p.tomax {
			t.Errorf("seed %d: Uint64 gave %v, want %v", p.seed, got, p.tomax)
		}
	}
}

func TestFloat64(t *testing.T) {
	for _, p := range published {
		u := draw(1000, New(p.seed).Float64)
		if got := [4]float64{u[0], u[1], u[2], u[999]}; got != p.uniform {
			t.Errorf("seed %d: Float64 gave %v, want %v", p.seed, got, p.uniform)
		}
	}
}

func TestNormFloat64(t *testing.T) {
	for _, p := range published {
		z := draw(1001, New(p.seed).NormFloat64)
		for i, at := range []int{0, 1, 2, 3, 999, 1000} {
			if !nearly(z[at], p.normal[i]) {
				t.Errorf("seed %d: NormFloat64 draw %d gave %v, want %v", p.seed, at, z[at], p.normal[i])
			}
		}
	}
}

// The second number of a pair waits while uniform numbers are drawn.
func TestMixedDraws(t *testing.T) {
	r := New(7)
	got := []float64{r.NormFloat64(), r.Float64(), r.NormFloat64(), r.NormFloat64(), r.Float64()}
	want := []float64{1.690525703800356, 0.9779895119966027, -0.4659373705408328,
		0.09316606097975175, 0.07205113335976154}
	for i := range want {
		if !nearly(got[i], want[i]) {
			t.Errorf("draw %d gave %v, want %v", i, got[i], want[i])
		}
	}
}

// A long run passes through many refills and rejected pairs.
func TestLongRun(t *testing.T) {
	z := draw(100000, New(7).NormFloat64)
	sum := 0.0
	for _, v := range z {
		sum += v
	}
	if want := -288.7749520815314; math.Abs(sum-want) > 1e-9 {
		t.Errorf("sum of 100000 normal numbers is %v, want %v", sum, want)
	}
	if last, want := z[len(z)-1], 0.492573295122291; !nearly(last, want) {
		t.Errorf("draw 99999 gave %v, want %v", last, want)
	}
}

// draw returns the results of n calls of f.
func draw[T any](n int, f func() T) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = f()
	}
	return out
}

// nearly reports whether a and b differ by no more than the last few bits.
func nearly(a, b float64) bool { return math.Abs(a-b) <= 1e-14*math.Abs(b) }
