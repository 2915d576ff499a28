package losses_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// A handLoss is the loss of one output and its derivative, from the label and, of class
// weights, those of the label 0 and of the label 1; the smoothing is s.
type handLoss func(z, y, w0, w1, s float64) (loss, derivative float64)

func difference(f func(d float64) (float64, float64)) handLoss {
	return func(z, y, _, w1, _ float64) (float64, float64) {
		loss, derivative := f(z - y)
		return w1 * loss, w1 * derivative
	}
}

func handSigmoid(z, y, w0, w1, s float64) (loss, derivative float64) {
	y = (1-s)*y + s/2
	a := sigmoid(z)
	return -w1*y*math.Log(a) - w0*(1-y)*math.Log(1-a), -w1*y*(1-a) + w0*(1-y)*a
}

func handHinge(z, y, w0, w1, _ float64) (loss, derivative float64) {
	t, w := -1.0, w0
	if y == 1 {
		t, w = 1, w1
	}
	if t*z >= 1 {
		return 0, 0
	}
	return w * (1 - t*z), -w * t
}

// sums are costs that sum losses of single outputs.
var sums = []struct {
	name    string
	of      func(w losses.With, z, y node) node
	loss    handLoss
	labels  bool // 0 and 1
	smooths bool
}{
	{"SquaredError", losses.With.SquaredError, difference(func(d float64) (float64, float64) { return d * d, 2 * d }), false, false},
	{"AbsoluteError", losses.With.AbsoluteError, difference(func(d float64) (float64, float64) {
		return math.Abs(d), math.Copysign(1, d)
	}), false, false},
	{"Huber", func(w losses.With, z, y node) node { return w.Huber(z, y, 0.75) }, difference(func(d float64) (float64, float64) {
		if math.Abs(d) <= 0.75 {
			return d * d / 2, d
		}
		return 0.75 * (math.Abs(d) - 0.375), math.Copysign(0.75, d)
	}), false, false},
	{"Hinge", losses.With.Hinge, handHinge, true, false},
	{"SigmoidCrossEntropy", losses.With.SigmoidCrossEntropy, handSigmoid, true, true},
	{"BinaryCrossEntropy of a sigmoid", func(w losses.With, z, y node) node { return w.BinaryCrossEntropy(graph.Sigmoid(z), y) }, handSigmoid, true, true},
	{"BinaryCrossEntropy", func(w losses.With, z, y node) node {
		return w.BinaryCrossEntropy(graph.Clip(graph.Sigmoid(z), 0, 1), y) // whose logits are not found
	}, handSigmoid, true, true},
}

// All costs with all settings are those written by hand, and their gradients.
func TestWithByHand(t *testing.T) {
	for dtype, tolerance := range map[tensor.Dtype]float64{tensor.Float64: 1e-14, tensor.Float32: 2e-6} {
		for _, c := range sums {
			for _, size := range [][2]int{{1, 1}, {1, 6}, {2, 3}, {3, 4}} {
				n, m := size[0], size[1]
				rng := rand.New(rand.NewPCG(uint64(n), uint64(m)))
				z, y := make([]float64, n*m), make([]float64, n*m)
				for i := range z {
					z[i] = float64(float32(2 * rng.NormFloat64()))
					y[i] = float64(float32(rng.NormFloat64()))
					if c.labels {
						y[i] = float64(rng.IntN(2))
					}
				}
				for setting := range 16 {
					g := graph.New(graph.Settings{Dtype: dtype})
					Z, Y := g.Input("Z", n, m), g.Input("Y", n, m)
					feeds := map[node][]float64{Z: z, Y: y}
					weights, pair := func(i int) (w0, w1 float64) { return 1, 1 }, false
					ofExample := func(j int) float64 { return 1 }
					var w losses.With
					if setting&1 != 0 {
						pair = n == 1 && c.labels
						w.Classes = g.Input("C", n, 1)
						if pair {
							w.Classes = g.Input("C2", 2, 1)
							feeds[w.Classes] = []float64{3, 0.5}
							weights = func(int) (float64, float64) { return 3, 0.5 }
						} else {
							feeds[w.Classes] = []float64{0.5, 2, 0}[:n]
							weights = func(i int) (float64, float64) { v := []float64{0.5, 2, 0}[i]; return v, v }
						}
					}
					if setting&2 != 0 {
						w.Examples = g.Input("E", 1, m)
						feeds[w.Examples] = []float64{2, 0, 1, 0.25, 1.5, 3}[:m]
						ofExample = func(j int) float64 { return []float64{2, 0, 1, 0.25, 1.5, 3}[j] }
					}
					if setting&4 != 0 && c.smooths {
						w.Smoothing = 0.25
					}
					w.Each = setting&8 != 0
					cost := c.of(w, Z, Y)
					if cost.Err() != nil {
						t.Fatal(cost.Err())
					}
					each, dz, mean := make([]float64, m), make([]float64, n*m), 0.0
					for i := range n {
						w0, w1 := weights(i)
						for j := range m {
							loss, d := c.loss(z[i*m+j], y[i*m+j], w0, w1, w.Smoothing)
							each[j] += ofExample(j) * loss
							dz[i*m+j] = ofExample(j) * d
							mean += ofExample(j) * loss / float64(m)
						}
					}
					want, total := [][]float64{each, dz}, graph.Sum(cost)
					if !w.Each {
						for i := range dz {
							dz[i] /= float64(m)
						}
						want[0] = []float64{mean}
					}
					got := run(t, feeds, cost, gradient(t, total, Z))
					for k := range want {
						for i := range want[k] {
							if !near(got[k][i], want[k][i], 8*tolerance) {
								t.Errorf("%s %v, n %d, m %d, setting %b: %s %v, %v expected", c.name, dtype, n, m, setting, []string{"cost", "gradient"}[k], got[k], want[k])
								break
							}
						}
					}
					if len(cost.Shape()) != map[bool]int{true: 2}[w.Each] {
						t.Errorf("shape %v", cost.Shape())
					}
				}
			}
		}
	}
}

// classCosts are costs of classes that exclude one another, from logits.
var classCosts = map[string]func(w losses.With, z, y node) node{
	"SoftmaxCrossEntropy":                losses.With.SoftmaxCrossEntropy,
	"CategoricalCrossEntropy of softmax": func(w losses.With, z, y node) node { return w.CategoricalCrossEntropy(graph.Softmax(z, 0), y) },
	"CategoricalCrossEntropy": func(w losses.With, z, y node) node {
		return w.CategoricalCrossEntropy(graph.Clip(graph.Softmax(z, 0), 0, 1), y)
	},
	"WeightedSoftmaxCrossEntropy": losses.With.WeightedSoftmaxCrossEntropy,
}

// Of classes the weights multiply the labels, which smoothing spreads before.
func TestWithOfClassesByHand(t *testing.T) {
	const k, m = 3, 4
	z := []float64{0.5, -1, 2, 0, 1, 1, -2, 0.25, 0, 3, 1, -1}
	class := []float64{0, 2, 1, 1}
	for dtype, tolerance := range map[tensor.Dtype]float64{tensor.Float64: 1e-14, tensor.Float32: 2e-6} {
		for name, of := range classCosts {
			for setting := range 32 {
				g := graph.New(graph.Settings{Dtype: dtype})
				Z, Y := g.Input("Z", k, m), g.Input("Y", 1, m)
				feeds := map[node][]float64{Z: z, Y: class}
				if setting&16 != 0 {
					Y = g.Input("H", k, m)
					feeds = map[node][]float64{Z: z, Y: {1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0}}
				}
				w, classes, examples := losses.With{Each: setting&8 != 0}, []float64{1, 1, 1}, []float64{1, 1, 1, 1}
				if setting&1 != 0 {
					w.Classes, classes = g.Input("C", k, 1), []float64{0.5, 2, 3}
					feeds[w.Classes] = classes
				}
				if setting&2 != 0 {
					w.Examples, examples = g.Input("E", 1, m), []float64{1, 0, 2, 0.5}
					feeds[w.Examples] = examples
				}
				if setting&4 != 0 && !strings.HasPrefix(name, "Weighted") {
					w.Smoothing = 0.3
				}
				cost := of(w, Z, Y)
				if cost.Err() != nil {
					t.Fatal(cost.Err())
				}
				each, dz := make([]float64, m), make([]float64, k*m)
				for j := range m {
					total, weight := 0.0, 0.0
					labels := make([]float64, k)
					for i := range k {
						total += math.Exp(z[i*m+j])
						labels[i] = w.Smoothing / k
						if float64(i) == class[j] {
							labels[i] += 1 - w.Smoothing
						}
						labels[i] *= classes[i] * examples[j]
						weight += labels[i]
					}
					for i := range k {
						p := math.Exp(z[i*m+j]) / total
						each[j] -= labels[i] * math.Log(p)
						dz[i*m+j] = p*weight - labels[i]
					}
				}
				if !w.Each {
					mean := 0.0
					for _, v := range each {
						mean += v / m
					}
					each = []float64{mean}
					for i := range dz {
						dz[i] /= m
					}
				}
				got := run(t, feeds, cost, gradient(t, graph.Sum(cost), Z))
				for i, want := range [][]float64{each, dz} {
					for j := range want {
						if !near(got[i][j], want[j], 8*tolerance) {
							t.Errorf("%s %v, setting %b: %v, %v expected", name, dtype, setting, got[i], want)
							break
						}
					}
				}
			}
		}
	}
}

// The gradients with respect to scores, labels and weights are those of differences.
func TestWithGradients(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		check := func(of func(w losses.With, z, y node) node, n, rows int, y []float64, smoothing float64) {
			g := graph.New(graph.Settings{Dtype: dtype})
			Z, Y := g.Input("Z", n, 3), g.Input("Y", n, 3)
			w := losses.With{Classes: g.Input("C", rows, 1), Examples: g.Input("E", 1, 3), Smoothing: smoothing}
			feeds := graph.Feeds{Y: array(Y, y), w.Classes: array(w.Classes, []float64{0.5, 2, 3}[:rows]), w.Examples: array(w.Examples, []float64{1, 0.5, 2})}
			gradtest.Settings{Order: 2}.Check(t, of(w, Z, Y), feeds, Z, w.Classes, w.Examples)
		}
		for _, c := range sums {
			smoothing := 0.0
			if c.smooths {
				smoothing = 0.2
			}
			check(c.of, 2, 2, []float64{1, 0, 1, 0, 0, 1}, smoothing)
			if c.labels {
				check(c.of, 1, 2, []float64{1, 0, 1}, smoothing)
				check(c.of, 1, 2, []float64{1, 0, 1}, 0)
			}
		}
		for name, of := range classCosts {
			smoothing := 0.2
			if strings.HasPrefix(name, "Weighted") {
				smoothing = 0
			}
			check(of, 3, 3, []float64{1, 0, 0, 0, 0, 1, 0, 1, 0}, smoothing)
		}
	}
}

// Two weights of one output are those of two classes of a softmax.
func TestPairOfWeights(t *testing.T) {
	for _, smoothing := range []float64{0, 0.2} {
		g := graph.New(graph.Settings{})
		z, y := g.Input("Z", 1, 4), g.Input("Y", 1, 4)
		w := losses.With{Classes: g.Input("C", 2, 1), Smoothing: smoothing}
		one := w.SigmoidCrossEntropy(z, y)
		two := w.SoftmaxCrossEntropy(graph.Concat(0, z.Times(0), z), y)
		got := run(t, map[node][]float64{z: {0.5, -2, 3, 1}, y: {1, 0, 0, 1}, w.Classes: {0.25, 3}}, one, two)
		if !near(got[0][0], got[1][0], 1e-14) {
			t.Errorf("smoothing %v: %v of one output, %v of two", smoothing, got[0], got[1])
		}
	}
}

// Infinite logits keep their costs where classes have weights.
func TestPairOfInfiniteLogits(t *testing.T) {
	inf := math.Inf(1)
	g := graph.New(graph.Settings{})
	z, y := g.Input("Z", 1, 2), g.Input("Y", 1, 2)
	w := losses.With{Classes: g.Input("C", 2, 1), Each: true}
	got := run(t, map[node][]float64{z: {inf, -inf}, y: {1, 0}, w.Classes: {2, 3}}, w.SigmoidCrossEntropy(z, y))[0]
	if got[0] != 0 || got[1] != 0 {
		t.Errorf("%v, no costs expected", got)
	}
}

// The convention of the notes holds with weights: the gradient of the parameters is that of the
// mean cost.
func TestWithByExample(t *testing.T) {
	g := graph.New(graph.Settings{})
	x, y := g.Input("X", 2, 3), g.Input("Y", 1, 3)
	w := g.Input("W", 1, 2)
	z := graph.MatMul(w, x)
	cost := losses.With{Examples: g.Input("E", 1, 3)}.Huber(z, y, 0)
	own, err := graph.GradByExample(cost, w, z)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := own.Own(z); !ok || len(own.Means) != 1 {
		t.Errorf("examples have no losses of their own: %+v", own)
	}
}

func TestWithMistakes(t *testing.T) {
	g := graph.New(graph.Settings{})
	other := graph.New(graph.Settings{}).Input("E", 1, 4)
	z, y := g.Input("Z", 1, 4), g.Input("Y", 1, 4)
	z3, y3 := g.Input("Z3", 3, 4), g.Input("Y3", 3, 4)
	in := g.Input
	for words, cost := range map[string]node{
		"class weights C1 (3,1) given for outputs Z (1,4), shape (1,1)":  losses.With{Classes: in("C1", 3, 1)}.Hinge(z, y),
		"class weights C2 (2,1) given for outputs Z (1,4), shape (1,1)":  losses.With{Classes: in("C2", 2, 1)}.SquaredError(z, y),
		"class weights C3 (1,3) given for outputs Z3 (3,4), shape (3,1)": losses.With{Classes: in("C3", 1, 3)}.SoftmaxCrossEntropy(z3, y3),
		"example weights E1 (4,1) given for outputs Z (1,4), shape":      losses.With{Examples: in("E1", 4, 1)}.AbsoluteError(z, y),
		"example weights E (1,4) belong to another graph":                losses.With{Examples: other}.Huber(z, y, 1),
		"SquaredError: a Smoothing given":                                losses.With{Smoothing: 0.1}.SquaredError(z, y),
		"Hinge: a Smoothing given":                                       losses.With{Smoothing: 0.1}.Hinge(z, y),
		"WeightedSoftmaxCrossEntropy: a Smoothing given":                 losses.With{Smoothing: 0.1}.WeightedSoftmaxCrossEntropy(z3, y3),
		"Smoothing 1 given, a number from 0 to below 1":                  losses.With{Smoothing: 1}.SigmoidCrossEntropy(z, y),
		"Smoothing NaN given":                                            losses.With{Smoothing: math.NaN()}.CategoricalCrossEntropy(z3, y3),
		"Smoothing -0.5 given":                                           losses.With{Smoothing: -0.5}.BinaryCrossEntropy(z, y),
		"Huber: delta -1 given, a finite":                                losses.Huber(z, y, -1),
		"Huber: delta NaN given":                                         losses.Huber(z, y, math.NaN()),
		"Huber: delta +Inf given":                                        losses.Huber(z, y, math.Inf(1)),
		"Hinge: the probabilities Sigmoid(…) (1,4) given":                losses.Hinge(graph.Sigmoid(z), y),
	} {
		if err := cost.Err(); err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "\n", " "), words[strings.Index(words, ":")+1:]) {
			t.Errorf("error %v, %q expected", err, words)
		}
	}
}

// Weights that are none stop a run, whose error names them.
func TestWeightsAreRequired(t *testing.T) {
	for _, c := range []struct {
		classes, examples []float64
		y                 []float64
		words             string
	}{
		{[]float64{1, -2}, []float64{1, 1, 1}, []float64{1, 0, 1}, "Hinge: the weight of class 1 (from 0) is -2, a finite number of at least 0"},
		{[]float64{1, 2}, []float64{1, 1, math.NaN()}, []float64{1, 0, 1}, "Hinge: the weight of example 2 (from 0) is NaN"},
		{[]float64{1, 2}, []float64{1, 1, 1}, []float64{1, 0, -1}, "Hinge: the label of example 2 (from 0) is -1, 0 or 1 expected: (y + 1)/2 makes"},
		{[]float64{1, 2}, []float64{1, 1, 1}, []float64{1, 0, 0}, ""},
	} {
		g := graph.New(graph.Settings{})
		z, y := g.Input("Z", 1, 3), g.Input("Y", 1, 3)
		w := losses.With{Classes: g.Input("C", 2, 1), Examples: g.Input("E", 1, 3)}
		p, err := graph.Compile(graph.Spec{Outputs: []node{w.Hinge(z, y)}})
		if err != nil {
			t.Fatal(err)
		}
		err = p.Run(graph.Feeds{z: []float64{1, 2, 3}, y: c.y, w.Classes: c.classes, w.Examples: c.examples})
		if c.words == "" && err != nil || c.words != "" && (err == nil || !strings.Contains(err.Error(), c.words)) {
			t.Errorf("error %v, %q expected", err, c.words)
		}
	}
}

// What derivatives read.
func TestFormulasOfDifferencesAndScores(t *testing.T) {
	for want, of := range map[string]loss{
		"dZ = sign(Z − Y)/m (2,5)":              losses.AbsoluteError,
		"dZ = (−step(1 − t1 ⊙ Z)/m) ⊙ t1 (2,5)": losses.Hinge,
	} {
		z, y := pair(tensor.Float64, 2, 5)
		if got := formula(t, gradient(t, of(z, y), z)); got != want {
			t.Errorf("%s, %s expected", got, want)
		}
	}
}
