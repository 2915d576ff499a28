package losses_test

import (
	"math"
	"testing"

	"chainrule/graph"
	"chainrule/losses"
)

func TestValues(t *testing.T) {
	inf, ln2 := math.Inf(1), math.Ln2
	e1 := math.Log1p(math.Exp(-1)) // −ln σ(1)
	e2 := math.Log1p(math.Exp(-2))
	for _, c := range []struct {
		name       string
		loss       loss
		rows, cols int
		z, y       []float64
		want       float64
		grad       []float64 // with respect to z; nil: not checked
	}{
		{"sigmoid, one everything", losses.SigmoidCrossEntropy, 1, 1,
			[]float64{0}, []float64{1}, ln2, []float64{-0.5}},
		{"sigmoid, three examples", losses.SigmoidCrossEntropy, 1, 3,
			[]float64{1, -1, 2}, []float64{1, 0, 0}, (e1 + e1 + 2 + e2) / 3,
			[]float64{(sigmoid(1) - 1) / 3, sigmoid(-1) / 3, sigmoid(2) / 3}},
		{"sigmoid, two outputs", losses.SigmoidCrossEntropy, 2, 1,
			[]float64{1, -2}, []float64{1, 0}, e1 + e2, []float64{sigmoid(1) - 1, sigmoid(-2)}},
		{"sigmoid, soft label", losses.SigmoidCrossEntropy, 1, 1,
			[]float64{1}, []float64{0.25}, e1 + 0.75, []float64{sigmoid(1) - 0.25}},
		{"sigmoid, saturated and right", losses.SigmoidCrossEntropy, 1, 2,
			[]float64{1000, -1000}, []float64{1, 0}, 0, []float64{0, 0}},
		{"sigmoid, saturated and wrong", losses.SigmoidCrossEntropy, 1, 2,
			[]float64{1000, -1000}, []float64{0, 1}, 1000, []float64{0.5, -0.5}},
		{"sigmoid, one class only", losses.SigmoidCrossEntropy, 1, 2,
			[]float64{0, 0}, []float64{1, 1}, ln2, []float64{-0.25, -0.25}},
		{"sigmoid, as large as numbers get", losses.SigmoidCrossEntropy, 1, 1,
			[]float64{3e38}, []float64{0}, 3e38, []float64{1}},
		{"sigmoid, infinite and right", losses.SigmoidCrossEntropy, 1, 2,
			[]float64{inf, -inf}, []float64{1, 0}, 0, []float64{0, 0}},
		{"sigmoid, infinite and wrong", losses.SigmoidCrossEntropy, 1, 2,
			[]float64{inf, -inf}, []float64{0, 1}, inf, []float64{0.5, -0.5}},
		{"sigmoid, infinite, soft label", losses.SigmoidCrossEntropy, 1, 1,
			[]float64{-inf}, []float64{0.25}, inf, []float64{-0.25}},

		{"binary, one everything", losses.BinaryCrossEntropy, 1, 1,
			[]float64{0.5}, []float64{0}, ln2, []float64{2}},
		{"binary, three examples", losses.BinaryCrossEntropy, 1, 3,
			[]float64{0.5, 0.25, 0.75}, []float64{1, 0, 1}, -(math.Log(0.5) + 2*math.Log(0.75)) / 3,
			[]float64{-2.0 / 3, 4.0 / 9, -4.0 / 9}},
		{"binary, certain and right", losses.BinaryCrossEntropy, 1, 2,
			[]float64{1, 0}, []float64{1, 0}, 0, []float64{-0.5, 0.5}},
		{"binary, certain and wrong", losses.BinaryCrossEntropy, 1, 2,
			[]float64{1, 0}, []float64{0, 1}, inf, nil},
		{"binary, soft label", losses.BinaryCrossEntropy, 1, 1,
			[]float64{0.5}, []float64{0.25}, ln2, []float64{1}},

		{"squared, one everything", losses.SquaredError, 1, 1, []float64{3}, []float64{1}, 4, []float64{4}},
		{"squared, two outputs", losses.SquaredError, 2, 2,
			[]float64{1, 2, 3, 4}, []float64{0, 0, 0, 0}, 15, []float64{1, 2, 3, 4}},
		{"absolute, equal", losses.AbsoluteError, 1, 3,
			[]float64{2, -1, 5}, []float64{2, 1, 1}, 2, []float64{0, -1.0 / 3, 1.0 / 3}},
		{"absolute, as large as numbers get", losses.AbsoluteError, 1, 1, []float64{-3e38}, []float64{0}, 3e38, []float64{-1}},
		{"huber, at the ends of the square", huber(0.5), 1, 4,
			[]float64{0.5, -0.5, 0.75, 0}, []float64{0, 0, 0, 0}, (0.125 + 0.125 + 0.25) / 4, []float64{0.125, -0.125, 0.125, 0}},
		{"huber, 0 is 1", huber(0), 2, 1, []float64{-1, 3}, []float64{0, 0}, 3, []float64{-1, 1}},
		{"huber, as large as numbers get", huber(1), 1, 1, []float64{3e38}, []float64{0}, 3e38, []float64{1}},
		{"hinge, at the margin", losses.Hinge, 1, 4,
			[]float64{1, -1, 0, 0}, []float64{1, 0, 1, 0}, 0.5, []float64{0, 0, -0.25, 0.25}},
		{"hinge, wrong and infinite", losses.Hinge, 1, 1, []float64{inf}, []float64{0}, inf, []float64{1}},
		{"hinge, right and infinite", losses.Hinge, 2, 1, []float64{inf, -inf}, []float64{1, 0}, 0, []float64{0, 0}},
		{"squared, exact", losses.SquaredError, 1, 2, []float64{-1, 5}, []float64{-1, 5}, 0, []float64{0, 0}},
	} {
		for dtype, tolerance := range dtypes {
			z, y := pair(dtype, c.rows, c.cols)
			cost := c.loss(z, y)
			dz := gradient(t, cost, z)
			got := run(t, map[*graph.Node][]float64{z: c.z, y: c.y}, cost, dz)
			if !near(got[0][0], c.want, tolerance) {
				t.Errorf("%s, %v: %v, %v expected", c.name, dtype, got[0][0], c.want)
			}
			for i, want := range c.grad {
				if !near(got[1][i], want, tolerance) {
					t.Errorf("%s, %v: gradient %v, %v expected", c.name, dtype, got[1], c.grad)
				}
			}
		}
	}
}

func huber(delta float64) loss {
	return func(a, y *graph.Node) *graph.Node { return losses.Huber(a, y, delta) }
}

func near(got, want, tolerance float64) bool {
	return got == want || math.Abs(got-want) <= tolerance*max(1, math.Abs(want))
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

func TestBinaryAccuracy(t *testing.T) {
	for _, c := range []struct {
		rows, cols int
		z, y       []float64
		want       float64
	}{
		{1, 1, []float64{5}, []float64{1}, 1},
		{1, 1, []float64{-5}, []float64{1}, 0},
		{1, 1, []float64{0}, []float64{1}, 0}, // σ(0) = 0.5 is not above 0.5
		{1, 1, []float64{0}, []float64{0}, 1},
		{1, 4, []float64{1000, -1000, 1e-30, -1e-30}, []float64{1, 0, 1, 0}, 1},
		{1, 3, []float64{1, 1, -1}, []float64{1, 0, 0}, 2.0 / 3},
		{2, 2, []float64{1, 1, -1, -1}, []float64{1, 0, 0, 0}, 0.75},
		{1, 2, []float64{1, 2}, []float64{0, 0}, 0}, // one class only
	} {
		for dtype := range dtypes {
			z, y := pair(dtype, c.rows, c.cols)
			accuracy := losses.BinaryAccuracy(z, y)
			got := run(t, map[*graph.Node][]float64{z: c.z, y: c.y}, accuracy)[0][0]
			if want := c.want; got != want && got != float64(float32(want)) {
				t.Errorf("logits %v, labels %v: %v, %v expected", c.z, c.y, got, want)
			}
			dz := run(t, map[*graph.Node][]float64{z: c.z, y: c.y}, gradient(t, accuracy, z))[0]
			for _, v := range dz {
				if v != 0 {
					t.Errorf("the gradient is %v", dz)
				}
			}
		}
	}
}

// The accuracy is the quotient of two whole numbers, without further rounding.
func TestBinaryAccuracyIsExact(t *testing.T) {
	const m = 49
	z, y := pair(graph.New(graph.Settings{}).Dtype(), 1, m)
	accuracy := losses.BinaryAccuracy(z, y)
	for right := range m + 1 {
		logits, labels := make([]float64, m), make([]float64, m)
		for i := range m {
			logits[i] = -1
			if i >= right {
				labels[i] = 1
			}
		}
		got := run(t, map[*graph.Node][]float64{z: logits, y: labels}, accuracy)[0][0]
		if want := float64(right) / m; got != want {
			t.Errorf("%d of %d right: %v, %v expected", right, m, got, want)
		}
	}
}

func TestBinaryAccuracyOfNaN(t *testing.T) {
	for dtype := range dtypes {
		z, y := pair(dtype, 1, 2)
		got := run(t, map[*graph.Node][]float64{z: {math.NaN(), 1}, y: {0, 1}}, losses.BinaryAccuracy(z, y))
		if !math.IsNaN(got[0][0]) {
			t.Errorf("%v: accuracy %v, NaN expected", dtype, got[0][0])
		}
	}
}

// From the probabilities of a sigmoid the cost is that from its logits.
func TestBinaryCrossEntropyFindsLogits(t *testing.T) {
	for dtype := range dtypes {
		z, y := pair(dtype, 2, 2)
		fromA, fromZ := losses.BinaryCrossEntropy(graph.Sigmoid(z), y), losses.SigmoidCrossEntropy(z, y)
		feeds := map[*graph.Node][]float64{z: {1000, -1000, 30, 0.5}, y: {0, 1, 1, 0.25}}
		got := run(t, feeds, fromA, fromZ, gradient(t, fromA, z), gradient(t, fromZ, z))
		if got[0][0] != got[1][0] || math.IsInf(got[0][0], 0) {
			t.Errorf("%v: %v from probabilities, %v from logits", dtype, got[0], got[1])
		}
		for i := range got[2] {
			if got[2][i] != got[3][i] {
				t.Errorf("%v: gradient %v from probabilities, %v from logits", dtype, got[2], got[3])
			}
		}
	}
}
