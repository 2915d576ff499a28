package losses_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// classes returns a graph with logits Z (rows,cols) and labels Y, which are one
// row of class numbers if there are cols of them.
func classes(dtype tensor.Dtype, rows, cols, labels int) (z, y *graph.Node) {
	g := graph.New(graph.Settings{Dtype: dtype})
	return g.Input("Z", rows, cols), g.Input("Y", labels/cols, cols)
}

func TestClassCostValues(t *testing.T) {
	inf, nan, ln2, ln3 := math.Inf(1), math.NaN(), math.Ln2, math.Log(3)
	e := math.Log(1 + math.Exp(-1) + math.Exp(-3)) // −ln of the largest of softmax(0, 2, 3)
	p := []float64{math.Exp(-3 - e), math.Exp(-1 - e), math.Exp(-e)}
	softmax, categorical, weighted := losses.SoftmaxCrossEntropy, losses.CategoricalCrossEntropy, losses.WeightedSoftmaxCrossEntropy
	for _, c := range []struct {
		name       string
		loss       loss
		rows, cols int
		z, y       []float64
		want       float64
		grad       []float64 // with respect to z; nil: not checked
	}{
		{"equal logits", softmax, 3, 1, []float64{5, 5, 5}, []float64{1}, ln3, []float64{1. / 3, -2. / 3, 1. / 3}},
		{"one-hot", softmax, 3, 2, []float64{0, 0, 2, 2, 3, 3}, []float64{0, 1, 0, 0, 1, 0}, e + 1.5,
			[]float64{p[0] / 2, (p[0] - 1) / 2, p[1] / 2, p[1] / 2, (p[2] - 1) / 2, p[2] / 2}},
		{"class numbers", softmax, 3, 2, []float64{0, 0, 2, 2, 3, 3}, []float64{2, 0}, e + 1.5,
			[]float64{p[0] / 2, (p[0] - 1) / 2, p[1] / 2, p[1] / 2, (p[2] - 1) / 2, p[2] / 2}},
		{"soft labels", softmax, 3, 1, []float64{0, 2, 3}, []float64{0.25, 0.25, 0.5}, e + 1,
			[]float64{p[0] - 0.25, p[1] - 0.25, p[2] - 0.5}},
		{"saturated and right", softmax, 2, 2, []float64{1e3, -1e3, -1e3, 1e3}, []float64{0, 1}, 0, []float64{0, 0, 0, 0}},
		{"saturated and wrong", softmax, 2, 2, []float64{1e3, -1e3, -1e3, 1e3}, []float64{1, 0}, 2e3,
			[]float64{0.5, -0.5, -0.5, 0.5}},
		{"as large as numbers get", softmax, 2, 1, []float64{3e38, 0}, []float64{1}, 3e38, []float64{1, -1}},
		{"NaN as logit", softmax, 2, 1, []float64{1, nan}, []float64{1, 0}, nan, nil},
		{"infinite logit, wrong", softmax, 2, 1, []float64{1, inf}, []float64{1, 0}, inf, nil},
		{"infinite logit, right", softmax, 2, 1, []float64{1, inf}, []float64{0, 1}, nan, nil},
		{"a class that is ruled out", softmax, 3, 1, []float64{0, -inf, 0}, []float64{2}, ln2, []float64{0.5, 0, -0.5}},
		{"a class that is ruled out, and labelled", softmax, 2, 1, []float64{0, -inf}, []float64{1}, inf, []float64{1, -1}},

		{"weighted, class weight", weighted, 2, 1, []float64{0, 0}, []float64{3, 0}, 3 * ln2, []float64{-1.5, 1.5}},
		{"weighted, padding", weighted, 2, 2, []float64{1, 5, 1, -7}, []float64{1, 0, 0, 0}, ln2 / 2, []float64{-0.25, 0, 0.25, 0}},
		{"weighted, sums of 1", weighted, 3, 1, []float64{0, 2, 3}, []float64{0.25, 0.25, 0.5}, e + 1,
			[]float64{p[0] - 0.25, p[1] - 0.25, p[2] - 0.5}},
		{"weighted, any labels", weighted, 3, 1, []float64{0, 2, 3}, []float64{1, -0.5, 4}, 4.5*e + 3 - 0.5,
			[]float64{4.5*p[0] - 1, 4.5*p[1] + 0.5, 4.5*p[2] - 4}},
		{"weighted, class numbers", weighted, 3, 1, []float64{5, 5, 5}, []float64{1}, ln3, []float64{1. / 3, -2. / 3, 1. / 3}},
		{"weighted, saturated", weighted, 2, 1, []float64{1e3, -1e3}, []float64{0, 0.5}, 1e3, []float64{0.5, -0.5}},
		{"weighted, a class that is ruled out", weighted, 3, 1, []float64{0, -inf, 0}, []float64{0, 0, 2}, 2 * ln2, []float64{1, 0, -1}},

		{"probabilities", categorical, 2, 2, []float64{0.5, 0.25, 0.5, 0.75}, []float64{1, 0, 0, 1},
			(ln2 - math.Log(0.75)) / 2, []float64{-1, 0, 0, -2. / 3}},
		{"probabilities, class numbers", categorical, 2, 2, []float64{0.5, 0.25, 0.5, 0.75}, []float64{0, 1},
			(ln2 - math.Log(0.75)) / 2, []float64{-1, 0, 0, -2. / 3}},
		{"probabilities, soft labels", categorical, 2, 1, []float64{0.25, 0.75}, []float64{0.5, 0.5},
			-(math.Log(0.25) + math.Log(0.75)) / 2, []float64{-2, -2. / 3}},
		{"certain and right", categorical, 2, 1, []float64{1, 0}, []float64{1, 0}, 0, []float64{-1, 0}},
		{"certain and wrong", categorical, 2, 1, []float64{1, 0}, []float64{1}, inf, nil},
		{"NaN as probability", categorical, 2, 1, []float64{nan, 0}, []float64{0}, nan, nil},
	} {
		for dtype, tolerance := range dtypes {
			z, y := classes(dtype, c.rows, c.cols, len(c.y))
			cost := c.loss(z, y)
			got := run(t, map[*graph.Node][]float64{z: c.z, y: c.y}, cost, gradient(t, cost, z))
			name := fmt.Sprintf("%s, %v", c.name, dtype)
			if want := c.want; !near(got[0][0], want, tolerance) && !(math.IsNaN(want) && math.IsNaN(got[0][0])) {
				t.Errorf("%s: %v, %v expected", name, got[0][0], want)
			}
			for i, want := range c.grad {
				if !near(got[1][i], want, tolerance) {
					t.Errorf("%s: gradient %v, %v expected", name, got[1], c.grad)
				}
			}
		}
	}
}

// From the probabilities of a softmax over the classes the cost is that from
// its logits; a softmax over anything else is not taken for one.
func TestCategoricalCrossEntropyFindsLogits(t *testing.T) {
	logits := []float64{1000, -1000, 30, -1000, 0, 0.5}
	for dtype, tolerance := range dtypes {
		for _, labels := range [][]float64{{0, 1, 0, 1, 0, 1}, {1, 0, 1}} {
			z, y := classes(dtype, 2, 3, len(labels))
			fromA, fromZ := losses.CategoricalCrossEntropy(graph.Softmax(z, 0), y), losses.SoftmaxCrossEntropy(z, y)
			got := run(t, map[*graph.Node][]float64{z: logits, y: labels}, fromA, fromZ,
				gradient(t, fromA, z), gradient(t, fromZ, z))
			if got[0][0] != got[1][0] || math.IsInf(got[0][0], 0) {
				t.Errorf("%v: %v from probabilities, %v from logits", dtype, got[0], got[1])
			}
			if !slices.Equal(got[2], got[3]) {
				t.Errorf("%v: gradient %v from probabilities, %v from logits", dtype, got[2], got[3])
			}
		}
		e := math.E
		rows, whole := math.Log(1+e)-0.5, math.Log(1+e+e*e+e*e*e)-1.5
		for _, c := range []struct {
			axes []int
			want float64
		}{{[]int{0}, math.Log(1+e*e) - 1}, {[]int{-2}, math.Log(1+e*e) - 1}, {[]int{1}, rows}, {[]int{0, 1}, whole}, {nil, whole}} {
			z, y := pair(dtype, 2, 2)
			cost := losses.CategoricalCrossEntropy(graph.Softmax(z, c.axes...), y)
			got := run(t, map[*graph.Node][]float64{z: {0, 1, 2, 3}, y: {1, 0, 0, 1}}, cost)
			if !near(got[0][0], c.want, tolerance) {
				t.Errorf("softmax over axes %v: %v, %v expected", c.axes, got[0][0], c.want)
			}
		}
	}
}

// Two classes with logits 0 and z are one output with logit z.
func TestTwoClassesAreOneSigmoid(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	one, zero, labels := make([]float64, 20), make([]float64, 40), make([]float64, 20)
	for i := range one {
		one[i], labels[i] = 10*rng.NormFloat64(), float64(rng.IntN(2))
		zero[20+i] = one[i]
	}
	for dtype, tolerance := range dtypes {
		z, y := classes(dtype, 2, 20, 20)
		two := run(t, map[*graph.Node][]float64{z: zero, y: labels}, losses.SoftmaxCrossEntropy(z, y), losses.Accuracy(z, y))
		z, y = pair(dtype, 1, 20)
		binary := run(t, map[*graph.Node][]float64{z: one, y: labels}, losses.SigmoidCrossEntropy(z, y), losses.BinaryAccuracy(z, y))
		if !near(two[0][0], binary[0][0], 10*tolerance) || two[1][0] != binary[1][0] {
			t.Errorf("%v: cost and accuracy %v of two classes, %v of one output", dtype, two, binary)
		}
	}
}

func TestClassCostGradients(t *testing.T) {
	for dtype := range dtypes {
		for _, labels := range []int{4, 12} {
			z, y := classes(dtype, 3, 4, labels)
			values := []float64{2, 0, 1, 1}
			if labels == 12 { // columns that sum to 1
				values = []float64{1, 0.25, 0, 0.5, 0, 0.25, 0, 0.5, 0, 0.5, 1, 0}
			}
			feeds := graph.Feeds{y: array(y, values)}
			gradtest.Settings{Order: 2}.Check(t, losses.SoftmaxCrossEntropy(z, y), feeds, z)
			gradtest.Settings{Order: 2}.Check(t, losses.WeightedSoftmaxCrossEntropy(z, y), feeds, z)
			a := graph.Exp(graph.LogSoftmax(z, 0)) // no softmax to be found
			gradtest.Settings{Order: 2}.Check(t, losses.CategoricalCrossEntropy(a, y), feeds, z)
		}
	}
}
