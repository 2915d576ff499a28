package losses_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// units are half the distance from 1 to the next number of each type.
var units = map[tensor.Dtype]float64{tensor.Float64: math.Ldexp(1, -53), tensor.Float32: math.Ldexp(1, -24)}

// checkRelative compares with what has more digits, relative to itself.
func checkRelative(t *testing.T, got, want, roundings float64, dtype tensor.Dtype, what ...any) {
	t.Helper()
	if d := math.Abs(got - want); !(d <= roundings*units[dtype]*math.Abs(want)) && got != want {
		t.Errorf("%v, %v: %v, %v expected: off by %.2g of it", what, dtype, got, want, d/want)
	}
}

// The cost of a sigmoid has full accuracy for every logit, right or wrong: small
// where it is right, and not 0 before the logarithm is.
func TestSigmoidCrossEntropyIsAccurate(t *testing.T) {
	var z, y []float64
	for _, label := range []float64{0, 1, 0.25, 0.9990234375} {
		for x := -87.0; x <= 87; x += 0.75 {
			z, y = append(z, x), append(y, label)
		}
		for _, x := range []float64{8.3, 16, -16, 1e-20, -1e-20, 0} {
			z, y = append(z, float64(float32(x))), append(y, label)
		}
	}
	for dtype := range dtypes {
		for i := range z {
			Z, Y := pair(dtype, 1, 1)
			got := run(t, map[*graph.Node][]float64{Z: z[i : i+1], Y: y[i : i+1]}, losses.SigmoidCrossEntropy(Z, Y))[0][0]
			// By the probability of the other label, times the logit, and ln(1 + the smaller odds).
			other := y[i]
			if z[i] > 0 {
				other = 1 - y[i]
			}
			checkRelative(t, got, other*math.Abs(z[i])+math.Log1p(math.Exp(-math.Abs(z[i]))), 8, dtype, "logit", z[i], "label", y[i])
		}
	}
}

// That of a softmax depends on differences of logits alone, and keeps its digits
// however large the logits are and however sure the right class is.
func TestSoftmaxCrossEntropyIsAccurate(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for dtype := range dtypes {
		check := func(z, y []float64) {
			t.Helper()
			want := 0.0
			first := slices.Index(z, slices.Max(z))
			others := 0.0
			for i, v := range z {
				if i != first {
					others += math.Exp(v - z[first])
				}
			}
			total := 0.0
			for _, v := range y {
				total += v
			}
			for i, v := range z {
				want += y[i] / total * (z[first] - v + math.Log1p(others))
			}
			Z, Y := pair(dtype, len(z), 1)
			feeds := map[*graph.Node][]float64{Z: z, Y: y}
			got := run(t, feeds, losses.SoftmaxCrossEntropy(Z, Y), losses.WeightedSoftmaxCrossEntropy(Z, Y))
			checkRelative(t, got[0][0], want, 10, dtype, "logits", z, "labels", y)
			checkRelative(t, got[1][0], want*total, 10, dtype, "weighted, logits", z, "labels", y)
		}
		check([]float64{1010, 1000}, []float64{1, 0}) // 4.54e−5
		check([]float64{1000, 1010}, []float64{0.25, 0.75})
		check([]float64{-1e5, -1e5 + 40, -1e5 + 1}, []float64{0, 1, 0})
		check([]float64{17, 0}, []float64{1, 0})
		check([]float64{37, 0}, []float64{1, 0})
		check([]float64{5, 5, 5, 5}, []float64{0, 0, 0, 1})
		for range 300 {
			k := 2 + rng.IntN(6)
			z, y := make([]float64, k), make([]float64, k)
			base := 100 * math.Round(10*rng.NormFloat64())
			for i := range z {
				z[i] = base + math.Round(64*8*rng.NormFloat64())/64
			}
			if rng.IntN(2) == 0 {
				y[rng.IntN(k)] = 1
			} else { // smoothed, and rounded, so that they sum to 1 but for roundings
				for i := range y {
					y[i] = float64(float32(0.1 / float64(k-1)))
				}
				y[rng.IntN(k)] = float64(float32(0.9))
			}
			if dtype == tensor.Float64 && y[0] != 0 && y[0] != 1 { // labels of float32 do not sum to 1 there
				for i := range y {
					y[i] = 1 / float64(k)
				}
			}
			check(z, y)
		}
	}
}

// Labels that the graph computes and that do not sum to 1 give the function whose
// derivative softmax − y is.
func TestSoftmaxCrossEntropyOfOtherLabels(t *testing.T) {
	for dtype, tolerance := range dtypes {
		Z, Y := pair(dtype, 3, 1)
		z, half := []float64{2, -1, 30}, []float64{1.5, 0.25, 0}
		got := run(t, map[*graph.Node][]float64{Z: z, Y: half}, losses.SoftmaxCrossEntropy(Z, Y.Times(2)))[0][0]
		if want := 30 + math.Log1p(math.Exp(-28)+math.Exp(-31)) - 5.5; !near(got, want, tolerance) {
			t.Errorf("%v: %v, %v expected", dtype, got, want)
		}
	}
}
