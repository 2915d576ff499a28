package losses_test

import (
	"math"
	"testing"

	"chainrule/graph"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

func TestAccuracy(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name       string
		rows, cols int
		z, y       []float64
		want       float64
	}{
		{"one example, right", 3, 1, []float64{1, 5, 2}, []float64{1}, 1},
		{"one example, wrong", 3, 1, []float64{1, 5, 2}, []float64{2}, 0},
		{"one-hot", 3, 1, []float64{1, 5, 2}, []float64{0, 1, 0}, 1},
		{"two of three", 2, 3, []float64{1, 1, 0.25, 0, 0, 0.75}, []float64{0, 1, 1}, 2. / 3},
		{"two of three, one-hot", 2, 3, []float64{1, 1, 0.25, 0, 0, 0.75}, []float64{1, 0, 0, 0, 1, 1}, 2. / 3},
		{"one class only", 2, 2, []float64{1, 2, 3, 4}, []float64{0, 0}, 0},
		{"all below zero", 2, 2, []float64{-1, -2, -3, -1000}, []float64{0, 0}, 1},
		{"large", 2, 2, []float64{1000, -1000, -1000, 1000}, []float64{0, 1}, 1},
		{"infinite", 3, 2, []float64{inf, -inf, 0, -inf, -inf, 0}, []float64{0, 2}, 1},
		{"of equal ones the first", 3, 3, []float64{0, 0, 0, 0, 0, 0, 0, 0, 0}, []float64{0, 1, 2}, 1. / 3},
		{"of two equal ones the first", 3, 3, []float64{0, 0, 0, 2, 2, 2, 2, 2, 2}, []float64{0, 1, 2}, 1. / 3},
		{"zeros of either sign are equal", 2, 2, []float64{math.Copysign(0, -1), 0, 0, math.Copysign(0, -1)}, []float64{0, 0}, 1},
		{"all infinite", 2, 2, []float64{-inf, inf, -inf, inf}, []float64{0, 0}, 1},
		{"soft labels", 2, 2, []float64{0, 1, 1, 0}, []float64{0.25, 0.5, 0.75, 0.5}, 1},
		{"NaN", 2, 2, []float64{nan, 1, 5, 2}, []float64{0, 1}, nan},
		{"NaN below", 2, 2, []float64{5, 1, nan, 2}, []float64{0, 1}, nan},
		{"only NaN", 2, 1, []float64{nan, nan}, []float64{0}, nan},
	} {
		for dtype := range dtypes {
			z, y := classes(dtype, c.rows, c.cols, len(c.y))
			accuracy := losses.Accuracy(z, y)
			feeds := map[*graph.Node][]float64{z: c.z, y: c.y}
			got, want := run(t, feeds, accuracy)[0][0], c.want
			if got != want && got != float64(float32(want)) && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("%s, %v: %v, %v expected", c.name, dtype, got, want)
			}
			for _, v := range run(t, feeds, gradient(t, accuracy, z))[0] {
				if v != 0 {
					t.Errorf("%s, %v: the gradient has an entry %v", c.name, dtype, v)
				}
			}
		}
	}
}

// The accuracy is the quotient of two whole numbers, without further rounding,
// and that of probabilities is that of their logits.
func TestAccuracyIsExact(t *testing.T) {
	const m = 49
	for dtype := range dtypes {
		z, y := classes(dtype, 2, m, m)
		fromZ, fromA := losses.Accuracy(z, y), losses.Accuracy(graph.Softmax(z, 0), y)
		for right := range m + 1 {
			logits, labels := make([]float64, 2*m), make([]float64, m)
			for i := range m {
				logits[m+i] = 1
				if i < right {
					labels[i] = 1
				}
			}
			want := float64(right) / m
			if dtype == tensor.Float32 {
				want = float64(float32(right) / m)
			}
			got := run(t, map[*graph.Node][]float64{z: logits, y: labels}, fromZ, fromA)
			if got[0][0] != want || got[1][0] != want {
				t.Errorf("%d of %d right in %v: %v, %v expected", right, m, dtype, got, want)
			}
		}
	}
}

// A single output is always the largest: what is meant is BinaryAccuracy.
func TestAccuracyOfOneOutput(t *testing.T) {
	g := graph.New(graph.Settings{})
	accuracy := losses.Accuracy(g.Input("Z", 1, 4), g.Input("Y", 1, 4))
	checkError(t, accuracy, g, "Accuracy", "Z (1,4)", "BinaryAccuracy")
}
