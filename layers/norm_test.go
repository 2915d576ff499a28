package layers_test

import (
	"math"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// A byHand is a normalisation of rows of numbers written from the formulas: y, and the
// derivatives of Σ v⊙y.
type byHand struct{ y, dx, dgamma, dbeta [][]float64 }

// batchByHand normalises the rows of x. The derivative is that of S. Ioffe and C. Szegedy,
// "Batch normalization", 2015, section 3, put together.
func batchByHand(x, v [][]float64, gamma, beta []float64, epsilon float64) byHand {
	var h byHand
	for i, row := range x {
		m := float64(len(row))
		mean, variance := 0.0, 0.0
		for _, a := range row {
			mean += a / m
		}
		for _, a := range row {
			variance += (a - mean) * (a - mean) / m
		}
		s := 1 / math.Sqrt(variance+epsilon)
		var sum, along float64
		for j, a := range row {
			sum += v[i][j]
			along += v[i][j] * (a - mean) * s
		}
		y, dx := make([]float64, len(row)), make([]float64, len(row))
		for j, a := range row {
			normal := (a - mean) * s
			y[j] = gamma[i]*normal + beta[i]
			dx[j] = gamma[i] * s / m * (m*v[i][j] - sum - normal*along)
		}
		h.y, h.dx = append(h.y, y), append(h.dx, dx)
		h.dgamma, h.dbeta = append(h.dgamma, []float64{along}), append(h.dbeta, []float64{sum})
	}
	return h
}

// layerByHand normalises the columns of x.
func layerByHand(x, v [][]float64, gamma, beta []float64, epsilon float64) byHand {
	n, m := len(x), len(x[0])
	h := byHand{zeros(n, m), zeros(n, m), zeros(n, 1), zeros(n, 1)}
	for j := range m {
		mean, variance := 0.0, 0.0
		for i := range n {
			mean += x[i][j]
		}
		mean /= float64(n)
		for i := range n {
			variance += math.Pow(x[i][j]-mean, 2)
		}
		variance /= float64(n)
		deviation := math.Sqrt(variance + epsilon)
		meanOf, meanAlong := 0.0, 0.0
		for i := range n {
			normal := (x[i][j] - mean) / deviation
			h.y[i][j] = beta[i] + gamma[i]*normal
			h.dgamma[i][0] += v[i][j] * normal
			h.dbeta[i][0] += v[i][j]
			meanOf += gamma[i] * v[i][j] / float64(n)
			meanAlong += gamma[i] * v[i][j] * normal / float64(n)
		}
		for i := range n {
			h.dx[i][j] = (gamma[i]*v[i][j] - meanOf - meanAlong*(x[i][j]-mean)/deviation) / deviation
		}
	}
	return h
}

func zeros(n, m int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, m)
	}
	return out
}

// numbers returns n rows of m normal numbers that float32 holds.
func numbers(n, m int, shift float64) [][]float64 {
	rng := newRand()
	out := zeros(n, m)
	for i := range out {
		for j := range out[i] {
			out[i][j] = float64(float32(shift + rng.NormFloat64()))
		}
	}
	return out
}

func set(t *testing.T, p *graph.Param, values ...float64) {
	t.Helper()
	if err := p.Set(array(p.Dtype(), p.Shape(), values...)); err != nil {
		t.Fatal(err)
	}
}

func checkNear(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, %d expected", what, len(got), len(want))
	}
	scale := 1.0
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for i, w := range want {
		if !(math.Abs(got[i]-w) <= tolerance*scale) {
			t.Errorf("%s: entry %d is %v, %v expected", what, i, got[i], w)
		}
	}
}

// Both normalisations compute what the formulas written by hand compute, forward and back.
func TestNormsByHand(t *testing.T) {
	for dtype, tolerance := range map[tensor.Dtype]float64{tensor.Float64: 1e-13, tensor.Float32: 5e-5} {
		for _, size := range [][2]int{{1, 2}, {3, 5}, {4, 64}, {2, 1}, {1, 1}} {
			n, m := size[0], size[1]
			x, v := numbers(n, m, 0), numbers(n, m, 1)
			gamma, beta := []float64{2, -0.5, 1, 0.25}[:n], []float64{1, 0, -3, 0.5}[:n]
			batch := layers.BatchNormSettings{Name: "b", Features: n, Dtype: dtype}.New()
			layer := layers.LayerNormSettings{Name: "l", Features: n, Dtype: dtype}.New()
			for name, c := range map[string]struct {
				layer       layers.Layer
				gamma, beta *graph.Param
				want        byHand
			}{
				"batch": {batch, batch.Gamma, batch.Beta, batchByHand(x, v, gamma, beta, 1e-5)},
				"layer": {layer, layer.Gamma, layer.Beta, layerByHand(x, v, gamma, beta, 1e-5)},
			} {
				if name == "batch" && m == 1 {
					continue // see TestBatchNormOfOne
				}
				set(t, c.gamma, gamma...)
				set(t, c.beta, beta...)
				g := graph.New(graph.Settings{Dtype: dtype, Training: true})
				X, V := g.Input("X", n, m), g.Input("V", n, m)
				y := c.layer.Apply(X)
				d, err := graph.Grad(graph.Sum(graph.Mul(V, y)), X, g.Use(c.gamma), g.Use(c.beta))
				if err != nil {
					t.Fatal(err)
				}
				prog, err := graph.Compile(graph.Spec{Outputs: append([]*graph.Node{y}, d...)})
				if err != nil {
					t.Fatal(err)
				}
				if err := prog.Run(graph.Feeds{X: array(dtype, []int{n, m}, slices.Concat(x...)...), V: array(dtype, []int{n, m}, slices.Concat(v...)...)}); err != nil {
					t.Fatal(err)
				}
				for i, want := range [][][]float64{c.want.y, c.want.dx, c.want.dgamma, c.want.dbeta} {
					got, err := prog.Value(append([]*graph.Node{y}, d...)[i])
					if err != nil {
						t.Fatal(err)
					}
					checkNear(t, []string{"y", "dX", "dγ", "dβ"}[i]+" of "+name, entries(t, got), slices.Concat(want...), tolerance)
				}
			}
		}
	}
}

func TestNormGradients(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for _, training := range []bool{true, false} {
			batch := layers.BatchNormSettings{Name: "b", Features: 3, Dtype: dtype}.New()
			layer := layers.LayerNormSettings{Name: "l", Features: 3, Dtype: dtype}.New()
			set(t, batch.Mean, 0.5, -1, 2)
			set(t, batch.Variance, 0.5, 2, 1)
			set(t, batch.Gamma, 0.5, 2, -1)
			g := graph.New(graph.Settings{Dtype: dtype, Training: training})
			x := g.Input("X", 3, 5)
			y := layers.Sequential{batch, layers.Tanh, layer}.Apply(x)
			var wrt []*graph.Node
			for _, p := range slices.Concat(batch.Params(), layer.Params()) {
				wrt = append(wrt, g.Use(p))
			}
			gradtest.Settings{Order: 2}.Check(t, graph.Sum(graph.Exp(y)), nil, append(wrt, x)...)
		}
	}
}

// A step of training moves what is kept, by the variance of a sample; evaluation uses it
// and changes nothing.
func TestBatchNormKeeps(t *testing.T) {
	for dtype, tolerance := range map[tensor.Dtype]float64{tensor.Float64: 1e-14, tensor.Float32: 1e-6} {
		const n, m = 2, 4
		x := []float64{1, 2, 3, 6, -1, -1, -1, -1} // means 3 and −1, variances of samples 14/3 and 0
		b := layers.BatchNormSettings{Name: "b", Features: n, Momentum: 0.25, Epsilon: 0.5, Dtype: dtype}.New()
		mean, variance := []float64{0, 0}, []float64{1, 1}
		for range 3 {
			g := graph.New(graph.Settings{Dtype: dtype, Training: true})
			in := g.Input("X", n, m)
			y := b.Apply(in)
			p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{y}, Updates: g.Assignments()})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Run(graph.Feeds{in: array(dtype, []int{n, m}, x...)}); err != nil {
				t.Fatal(err)
			}
			for i, of := range []struct{ mean, variance float64 }{{3, 14.0 / 3}, {-1, 0}} {
				mean[i] = 0.75*mean[i] + 0.25*of.mean
				variance[i] = 0.75*variance[i] + 0.25*of.variance
			}
			checkNear(t, "mean", entries(t, b.Mean.Value()), mean, tolerance)
			checkNear(t, "variance", entries(t, b.Variance.Value()), variance, tolerance)
		}
		set(t, b.Gamma, 2, 3)
		set(t, b.Beta, 1, 5)
		g := graph.New(graph.Settings{Dtype: dtype})
		in := g.Input("X", n, 1)
		y := b.Apply(in)
		want := []float64{
			2*(7-mean[0])/math.Sqrt(variance[0]+0.5) + 1,
			3*(-2-mean[1])/math.Sqrt(variance[1]+0.5) + 5,
		}
		checkNear(t, "evaluation", run(t, y, graph.Feeds{in: array(dtype, []int{n, 1}, 7, -2)}), want, tolerance)
		if len(g.Assignments()) != 0 {
			t.Error("an evaluation assigns")
		}
	}
}

// A batch of one example is normalised by what is kept, in training as in evaluation, and
// changes nothing of it.
func TestBatchNormOfOne(t *testing.T) {
	b := layers.BatchNormSettings{Name: "b", Features: 2}.New()
	set(t, b.Mean, 1, -1)
	set(t, b.Variance, 4, 0.25)
	set(t, b.Gamma, 3, 2)
	var of [2][]float64
	for i, training := range []bool{true, false} {
		g := graph.New(graph.Settings{Training: training})
		x := g.Input("X", 2, 1)
		y := b.Apply(x)
		of[i] = run(t, y, graph.Feeds{x: []float64{3, -1.5}})
		if len(g.Assignments()) != 0 {
			t.Errorf("training %v: %d assignments", training, len(g.Assignments()))
		}
		gradtest.Check(t, graph.Sum(graph.Square(y)), nil, x, g.Use(b.Gamma), g.Use(b.Beta))
	}
	want := []float64{3 * 2 / math.Sqrt(4+1e-5), 2 * -0.5 / math.Sqrt(0.25+1e-5)}
	checkNear(t, "training", of[0], want, 1e-15)
	checkNear(t, "evaluation", of[1], want, 1e-15)
}

// Twice in one graph for training is a mistake, unless other nodes stand for what is kept.
func TestBatchNormTwice(t *testing.T) {
	b := layers.BatchNormSettings{Name: "b", Features: 2}.New()
	g := graph.New(graph.Settings{Training: true})
	x := g.Input("X", 2, 3)
	y := b.Apply(x)
	zero, one := g.Const(0, 2, 1), g.Const(1, 2, 1)
	again := layers.ApplyWith(b, x, map[*graph.Param]*graph.Node{b.Mean: zero, b.Variance: one})
	if again.Err() != nil || len(g.Assignments()) != 2 {
		t.Errorf("error %v, %d assignments", again.Err(), len(g.Assignments()))
	}
	feeds := graph.Feeds{x: []float64{1, 2, 4, 3, 5, 9}}
	checkNear(t, "again", run(t, again, feeds), run(t, y, feeds), 0)
	b.Apply(x)
	checkError(t, g.Err(), `"b.mean"`, "assigned already")
}

// Trained parameters can be replaced in an application, as in all layers.
func TestNormsWith(t *testing.T) {
	b := layers.BatchNormSettings{Name: "b", Features: 2}.New()
	g := graph.New(graph.Settings{})
	x := g.Input("X", 2, 1)
	y := layers.ApplyWith(b, x, map[*graph.Param]*graph.Node{
		b.Gamma: g.Const(2, 2, 1), b.Beta: g.Const(3, 2, 1), b.Mean: g.Const(1, 2, 1), b.Variance: g.Const(4-1e-5, 2, 1)})
	checkNear(t, "y", run(t, y, graph.Feeds{x: []float64{5, -3}}), []float64{2*4/2.0 + 3, 2*-4/2.0 + 3}, 1e-12)
}

// Means far from 0 cost digits of x, and no others.
func TestNormsOfFarNumbers(t *testing.T) {
	x := []float64{1e8 + 1, 1e8 + 2, 1e8 + 3, 1e8 + 4}
	b := layers.BatchNormSettings{Name: "b", Features: 1}.New()
	l := layers.LayerNormSettings{Name: "l", Features: 4}.New()
	s := math.Sqrt(1.25 + 1e-5)
	want := []float64{-1.5 / s, -0.5 / s, 0.5 / s, 1.5 / s}
	g := graph.New(graph.Settings{Training: true})
	row, column := g.Input("R", 1, 4), g.Input("C", 4, 1)
	checkNear(t, "batch", run(t, b.Apply(row), graph.Feeds{row: x}), want, 1e-13)
	checkNear(t, "layer", run(t, l.Apply(column), graph.Feeds{column: x}), want, 1e-13)
}

func TestNormMistakes(t *testing.T) {
	good := layers.BatchNormSettings{Name: "b", Features: 2}.New()
	for words, l := range map[string]layers.Layer{
		`BatchNorm "b": Features is 0`:          layers.BatchNormSettings{Name: "b"}.New(),
		`BatchNorm "": the layer needs a name`:  layers.BatchNormSettings{Features: 2}.New(),
		"Momentum is 1.5, at most 1":            layers.BatchNormSettings{Name: "b", Features: 2, Momentum: 1.5}.New(),
		"Momentum is -1, a finite number":       layers.BatchNormSettings{Name: "b", Features: 2, Momentum: -1}.New(),
		"Epsilon is NaN, a finite":              layers.BatchNormSettings{Name: "b", Features: 2, Epsilon: math.NaN()}.New(),
		"which float32 rounds to 0":             layers.BatchNormSettings{Name: "b", Features: 2, Epsilon: 1e-60, Dtype: tensor.Float32}.New(),
		"Epsilon 0 and Momentum 0 given":        &layers.BatchNorm{Gamma: good.Gamma, Beta: good.Beta, Mean: good.Mean, Variance: good.Variance},
		"BatchNorm: it has not all":             &layers.BatchNorm{Gamma: good.Gamma},
		"BatchNorm: the layer is nil":           (*layers.BatchNorm)(nil),
		"of shape (3, 4) given, (2,m) expected": good,
		`LayerNorm "l": Features is -1`:         layers.LayerNormSettings{Name: "l", Features: -1}.New(),
		"Epsilon is +Inf":                       layers.LayerNormSettings{Name: "l", Features: 1, Epsilon: math.Inf(1)}.New(),
		"LayerNorm: Epsilon 0 given":            &layers.LayerNorm{Gamma: good.Gamma, Beta: good.Beta},
		"LayerNorm: the layer is nil":           (*layers.LayerNorm)(nil),
		"LayerNorm: it has not all":             &layers.LayerNorm{},
		"dtype bool":                            layers.LayerNormSettings{Name: "l", Features: 1, Dtype: tensor.Bool}.New(),
	} {
		g := graph.New(graph.Settings{})
		rows := 2
		if l == layers.Layer(good) {
			rows = 3
		}
		l.Apply(g.Input("X", rows, 4))
		checkError(t, g.Err(), words)
	}
}
