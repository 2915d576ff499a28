package lesson

import (
	"errors"
	"math"
	"testing"

	"chainrule/graph"
	"chainrule/internal/words"
)

func TestGaps(t *testing.T) {
	nan := math.NaN()
	for _, test := range []struct {
		a, b          []float64
		far, relative float64
	}{
		{[]float64{1, -4}, []float64{1, -4}, 0, 0},
		{[]float64{0}, []float64{0}, 0, 0},
		{[]float64{1, -4}, []float64{1.5, -4}, 0.5, 0.125},
		{[]float64{1, nan}, []float64{1, 2}, nan, nan},
		{[]float64{1, math.Inf(1)}, []float64{1, 2}, math.Inf(1), nan},
	} {
		far, relative := farthest(test.a, test.b), relativeGap(test.a, test.b)
		if !same(far, test.far) || !same(relative, test.relative) {
			t.Errorf("%v and %v: %v, %v, want %v, %v", test.a, test.b, far, relative, test.far, test.relative)
		}
	}
}

// same reports whether two values are equal or both NaN.
func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func TestTexts(t *testing.T) {
	for got, want := range map[string]string{
		gapText(0):                   "0",
		atMost(1.26e-9):              "at most 1.3e-09",
		gapFrom("a[2]", 0):           "is that of a[2] to the last bit",
		gapFrom("a[2]", 1.26e-9):     "differs from a[2] by at most 1.3e-09 of the largest value",
		gapText(1.26e-9):             "1.3e-09",
		sentence("%.2f", -1.5):       "−1.50",
		number(-0.00004):             "0",
		mistake(errors.New("plain")): "plain",
		words.Count(1, "unit"):       "1 unit",
		words.Count(0, "unit"):       "0 units",
		small(120):                   "₁₂₀",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := atMost(0); got != "0" {
		t.Errorf("at most nothing: %q", got)
	}
}

func TestAsMatrix(t *testing.T) {
	m := asMatrix(graph.Tensor([]float64{1, 2, 3, 4, 5, 6}, 2, 3))
	if m.Rows != 2 || m.Cols != 3 || m.Data[5] != 6 {
		t.Errorf("%v %v", m, m.Data)
	}
	if one := asMatrix(graph.Tensor([]float64{7})); one.Rows != 1 || one.Data[0] != 7 {
		t.Errorf("%v %v", one, one.Data)
	}
	if back := asTensor(m); back.Shape()[1] != 3 {
		t.Errorf("%v", back.Shape())
	}
}

func TestComputedRejects(t *testing.T) {
	g := graph.New(graph.Settings{})
	if _, err := computed(nil, graph.MatMul(g.Input("A", 2, 3), g.Input("B", 2, 3))); err == nil {
		t.Error("a wrong graph is computed")
	}
	if _, err := computed(nil, g.Input("C", 1, 1)); err == nil {
		t.Error("an input that is not fed is computed")
	}
}
