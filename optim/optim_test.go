package optim_test

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// problem is a two-layer network with random batches of any size.
type problem struct {
	net *layers.MLP
	rng *rand.Rand
}

func newProblem(dtype tensor.Dtype) problem {
	rng := rand.New(rand.NewPCG(3, 4))
	return problem{layers.MLPSettings{Sizes: []int{3, 4, 2}, Dtype: dtype}.New(rng), rng}
}

func (p problem) cost(g *graph.Graph, m int) *graph.Node {
	return losses.SigmoidCrossEntropy(p.net.Apply(g.Input("X", 3, m)), g.Input("Y", 2, m))
}

func (p problem) trainer(rule optim.Rule) *optim.Trainer {
	return &optim.Trainer{Params: p.net.Params(), Rule: rule, Cost: p.cost}
}

func (p problem) batch(m int) (x, y []float64) {
	x, y = make([]float64, 3*m), make([]float64, 2*m)
	for i := range x {
		x[i] = p.rng.NormFloat64()
	}
	for i := range y {
		y[i] = float64(p.rng.IntN(2))
	}
	return x, y
}

func dense64(data []float64, shape ...int) *tensor.Dense {
	return graph.Tensor(data, shape...)
}

func dense32(data []float64, shape ...int) *tensor.Dense {
	narrow := make([]float32, len(data))
	for i, v := range data {
		narrow[i] = float32(v)
	}
	return graph.Tensor(narrow, shape...)
}

// hand is the same network as plain matrices.
func (p problem) hand() handgrad.TwoLayer {
	matrix := func(q *graph.Param) handgrad.Matrix {
		s := q.Shape()
		return handgrad.Matrix{Rows: s[0], Cols: s[1], Data: floats(q)}
	}
	return handgrad.TwoLayer{W1: matrix(p.net.W[0]), B1: matrix(p.net.B[0]), W2: matrix(p.net.W[1]), B2: matrix(p.net.B[1])}
}

// differ returns the largest difference of two sets of parameters, relative to
// the largest entry of each.
func differ(p problem, h handgrad.TwoLayer) float64 {
	worst := 0.0
	got := p.hand()
	for _, pair := range [][2]handgrad.Matrix{{got.W1, h.W1}, {got.B1, h.B1}, {got.W2, h.W2}, {got.B2, h.B2}} {
		diff, scale := 0.0, 0.0
		for j, v := range pair[0].Data {
			diff = max(diff, math.Abs(v-pair[1].Data[j]))
			scale = max(scale, math.Abs(v))
		}
		if diff != 0 {
			worst = max(worst, diff/scale)
		}
	}
	return worst
}

// handAdam is algorithm 1 of Kingma and Ba, by loops, with the corrections
// computed as powers.
type handAdam struct {
	t    int
	m, v [][]float64
}

func (a *handAdam) step(params, grads [][]float64, rate float64) {
	if a.m == nil {
		for _, p := range params {
			a.m, a.v = append(a.m, make([]float64, len(p))), append(a.v, make([]float64, len(p)))
		}
	}
	a.t++
	c1, c2 := 1-math.Pow(0.9, float64(a.t)), 1-math.Pow(0.999, float64(a.t))
	for i, p := range params {
		for j, g := range grads[i] {
			a.m[i][j] = 0.9*a.m[i][j] + (1-0.9)*g
			a.v[i][j] = 0.999*a.v[i][j] + (1-0.999)*g*g
			p[j] -= rate * (a.m[i][j] / c1) / (math.Sqrt(a.v[i][j]/c2) + 1e-8)
		}
	}
}

// One Trainer on batches of 64, 17 and 10,000 keeps one state for all.
func TestAdamOnBatchesOfSeveralSizes(t *testing.T) {
	p := newProblem(tensor.Float64)
	h := p.hand()
	trainer := p.trainer(optim.Adam{LearningRate: 0.01})
	var adam handAdam
	for step := range 60 {
		m := []int{64, 17, 10_000}[step%3]
		x, y := p.batch(m)
		cost, err := trainer.Step(optim.Batch{"X": dense64(x, 3, m), "Y": dense64(y, 2, m)})
		if err != nil {
			t.Fatal(err)
		}
		d, err := h.Gradients(handgrad.Matrix{Rows: 3, Cols: m, Data: x}, handgrad.Matrix{Rows: 2, Cols: m, Data: y})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(cost-d.Cost) > 1e-12 {
			t.Fatalf("step %d: cost %v, by hand %v", step, cost, d.Cost)
		}
		adam.step([][]float64{h.W1.Data, h.B1.Data, h.W2.Data, h.B2.Data},
			[][]float64{d.DW1.Data, d.DB1.Data, d.DW2.Data, d.DB2.Data}, 0.01)
		if diff := differ(p, h); !(diff <= 1e-12) {
			t.Fatalf("step %d: parameters differ by %g from Adam by hand", step, diff)
		}
	}
}

// After one step, m/c1 is g and v/c2 is g²: each weight moves by the rate.
func TestAdamsFirstStep(t *testing.T) {
	w := graph.NewParam("w", dense64([]float64{1, -2, 3}, 3))
	trainer := optim.Trainer{Params: []*graph.Param{w}, Rule: optim.Adam{LearningRate: 0.1},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			g.Input("X", 1, m)
			return graph.Sum(graph.Square(g.Use(w)))
		}}
	if _, err := trainer.Step(optim.Batch{"X": dense64([]float64{0}, 1, 1)}); err != nil {
		t.Fatal(err)
	}
	for i, v := range []float64{1, -2, 3} {
		g := 2 * v
		want := v - 0.1*(g/(math.Abs(g)+1e-8))
		if got := w.Value().Float64s()[i]; math.Abs(got-want) > 1e-15 {
			t.Errorf("entry %d: %v, want %v", i, got, want)
		}
	}
}

func TestGradientDescentEqualsHand(t *testing.T) {
	p := newProblem(tensor.Float64)
	h := p.hand()
	trainer := p.trainer(optim.GradientDescent{LearningRate: 0.5})
	x, y := p.batch(33)
	batch := optim.Batch{"X": dense64(x, 3, 33), "Y": dense64(y, 2, 33)}
	for range 100 {
		d, err := h.Gradients(handgrad.Matrix{Rows: 3, Cols: 33, Data: x}, handgrad.Matrix{Rows: 2, Cols: 33, Data: y})
		if err != nil {
			t.Fatal(err)
		}
		if h, err = h.Step(d, 0.5); err != nil {
			t.Fatal(err)
		}
		if _, err := trainer.Step(batch); err != nil {
			t.Fatal(err)
		}
	}
	if diff := differ(p, h); !(diff <= 1e-12) {
		t.Errorf("parameters differ by %g from descent by hand", diff)
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for _, rule := range []optim.Rule{optim.GradientDescent{LearningRate: 0.1}, optim.Adam{},
			optim.Momentum{LearningRate: 0.1}, optim.Momentum{LearningRate: 0.1, Nesterov: true}} {
			p := newProblem(dtype)
			trainer := p.trainer(rule)
			x, y := p.batch(20)
			batch := optim.Batch{"X": dense64(x, 3, 20), "Y": dense64(y, 2, 20)}
			if dtype == tensor.Float32 {
				batch = optim.Batch{"X": dense32(x, 3, 20), "Y": dense32(y, 2, 20)}
			}
			step := func() {
				if _, err := trainer.Step(batch); err != nil {
					t.Fatal(err)
				}
			}
			step() // compiles
			if n := testing.AllocsPerRun(100, step); n != 0 {
				t.Errorf("%T in %v: %v allocations a step", rule, dtype, n)
			}
		}
	}
}

func TestSameSeedSameBits(t *testing.T) {
	train := func() []float64 {
		p := newProblem(tensor.Float64)
		trainer := p.trainer(optim.Adam{})
		for range 20 {
			x, y := p.batch(11)
			if _, err := trainer.Step(optim.Batch{"X": dense64(x, 3, 11), "Y": dense64(y, 2, 11)}); err != nil {
				t.Fatal(err)
			}
		}
		return p.net.W[0].Value().Float64s()
	}
	a, b := train(), train()
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			t.Fatalf("entry %d: %v and %v", i, a[i], b[i])
		}
	}
}

func TestSetRate(t *testing.T) {
	p := newProblem(tensor.Float64)
	trainer := p.trainer(optim.GradientDescent{LearningRate: 0.5})
	x, y := p.batch(4)
	batch := optim.Batch{"X": dense64(x, 3, 4), "Y": dense64(y, 2, 4)}
	small := optim.Batch{"X": dense64(x[:3], 3, 1), "Y": dense64(y[:2], 2, 1)}
	if err := trainer.SetRate("learning rate", 0); err != nil { // before the first step
		t.Fatal(err)
	}
	before := p.hand()
	for _, b := range []optim.Batch{batch, small} {
		if _, err := trainer.Step(b); err != nil {
			t.Fatal(err)
		}
	}
	if diff := differ(p, before); diff != 0 {
		t.Errorf("a rate of 0 moved the parameters by %g", diff)
	}
	if err := trainer.SetRate("learning rate", 0.5); err != nil {
		t.Fatal(err)
	}
	if _, err := trainer.Step(small); err != nil {
		t.Fatal(err)
	}
	if diff := differ(p, before); diff == 0 {
		t.Error("a rate of 0.5 did not move the parameters")
	}
	if err := trainer.SetRate("momentum", 1); err == nil || !strings.Contains(err.Error(), `"learning rate"`) {
		t.Errorf("an unknown rate: error %v, one that names those there are expected", err)
	}
}

func TestEvaluateChangesNothing(t *testing.T) {
	p := newProblem(tensor.Float64)
	trainer := p.trainer(optim.GradientDescent{LearningRate: 0.5})
	x, y := p.batch(9)
	batch := optim.Batch{"X": dense64(x, 3, 9), "Y": dense64(y, 2, 9)}
	first, err := trainer.Evaluate(batch)
	if err != nil {
		t.Fatal(err)
	}
	step, err := trainer.Step(batch)
	if err != nil || step != first {
		t.Errorf("Step returned %v (%v), the cost before the step is %v", step, err, first)
	}
	if after, err := trainer.Evaluate(batch); err != nil || !(after < first) {
		t.Errorf("after a step the cost is %v (%v), below %v expected", after, err, first)
	}
	if err := trainer.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := trainer.Step(batch); err != nil {
		t.Errorf("a step after Close: %v", err)
	}
}

func TestMistakes(t *testing.T) {
	p := newProblem(tensor.Float64)
	x, y := p.batch(5)
	good := optim.Batch{"X": dense64(x, 3, 5), "Y": dense64(y, 2, 5)}
	descent := optim.GradientDescent{LearningRate: 1}
	unused := graph.NewParam("unused", dense64([]float64{1}, 1))
	broken := graph.NewParam("broken", nil)
	for name, c := range map[string]struct {
		trainer *optim.Trainer
		batch   optim.Batch
		want    string
	}{
		"no cost":          {&optim.Trainer{Params: p.net.Params(), Rule: descent}, good, "no Cost"},
		"no rule":          {&optim.Trainer{Params: p.net.Params(), Cost: p.cost}, good, "no Rule"},
		"no params":        {&optim.Trainer{Rule: descent, Cost: p.cost}, good, "no Params"},
		"nil param":        {&optim.Trainer{Params: []*graph.Param{p.net.W[0], nil}, Rule: descent, Cost: p.cost}, good, "parameter 1 is nil"},
		"broken param":     {&optim.Trainer{Params: []*graph.Param{broken}, Rule: descent, Cost: p.cost}, good, "the tensor is nil"},
		"same param twice": {&optim.Trainer{Params: []*graph.Param{p.net.W[0], p.net.W[0]}, Rule: descent, Cost: p.cost}, good, `Params hold "W1" twice, as 0 and 1`},
		"broken layer": {&optim.Trainer{Params: layers.NewDense("d", 0, 1, layers.Zeros, nil).Params(), Rule: descent, Cost: func(g *graph.Graph, m int) *graph.Node {
			return graph.Mean(layers.NewDense("d", 0, 1, layers.Zeros, nil).Apply(g.Input("X", 3, m)))
		}}, good, "optim_test.go:"},
		"unused param":  {&optim.Trainer{Params: append(p.net.Params(), unused), Rule: descent, Cost: p.cost}, good, `does not depend on parameter "unused"`},
		"rate missing":  {p.trainer(optim.GradientDescent{}), good, "LearningRate: 0 given"},
		"rate negative": {p.trainer(optim.Adam{LearningRate: -1}), good, "LearningRate: -1 given"},
		"rate NaN":      {p.trainer(optim.GradientDescent{LearningRate: math.NaN()}), good, "NaN given"},
		"beta":          {p.trainer(optim.Adam{Beta1: 1}), good, "Beta1: 1 given"},
		"empty batch":   {p.trainer(descent), optim.Batch{}, "no examples"},
		"nil tensor":    {p.trainer(descent), optim.Batch{"X": nil}, `"X" is nil`},
		"columns":       {p.trainer(descent), optim.Batch{"X": dense64(x, 3, 5), "Y": dense64(y[:2], 2, 1)}, "columns (examples)"},
		"unknown input": {p.trainer(descent), optim.Batch{"x": dense64(x, 3, 5), "Y": dense64(y, 2, 5)}, `no input "x"; it has "X", "Y"`},
		"missing input": {p.trainer(descent), optim.Batch{"X": dense64(x, 3, 5)}, `the batch has no "Y"; it has "X"`},
		"rows":          {p.trainer(descent), optim.Batch{"X": dense64(x, 5, 3), "Y": dense64(y[:6], 2, 3)}, "it has shape (5,3), (3,3) expected"},
		"shapes of cost": {&optim.Trainer{Params: p.net.Params(), Rule: descent, Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SigmoidCrossEntropy(p.net.Apply(g.Input("X", 4, m)), g.Input("Y", 2, m))
		}}, good, "optim_test.go:"},
		"cost not scalar": {&optim.Trainer{Params: p.net.Params(), Rule: descent, Cost: func(g *graph.Graph, m int) *graph.Node {
			return p.net.Apply(g.Input("X", 3, m))
		}}, good, "a scalar expected"},
		"nil cost": {&optim.Trainer{Params: p.net.Params(), Rule: descent, Cost: func(*graph.Graph, int) *graph.Node { return nil }}, good, "returned no node"},
	} {
		before := p.hand()
		if _, err := c.trainer.Step(c.batch); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, one with %q expected", name, err, c.want)
		}
		if _, err := c.trainer.State(); strings.HasSuffix(name, "twice") && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error of State %v", name, err)
		}
		if diff := differ(p, before); diff != 0 {
			t.Errorf("%s: the parameters moved", name)
		}
	}
}

// XOR from scratch: a network, a cost, a trainer.
func Example() {
	x := graph.Tensor([]float64{0, 0, 1, 1, 0, 1, 0, 1}, 2, 4)
	y := graph.Tensor([]float64{0, 1, 1, 0}, 1, 4)
	rng := rand.New(rand.NewPCG(1, 2))

	net := layers.Sequential{
		layers.NewDense("hidden", 2, 4, layers.Glorot, rng), layers.Tanh,
		layers.NewDense("output", 4, 1, layers.Glorot, rng),
	}
	trainer := optim.Trainer{Params: net.Params(), Rule: optim.GradientDescent{LearningRate: 1.2},
		Cost: func(g *graph.Graph, m int) *graph.Node { // called once per batch size
			X, Y := g.Input("X", 2, m), g.Input("Y", 1, m)
			return losses.SigmoidCrossEntropy(net.Apply(X), Y)
		}}
	for step := range 2001 {
		cost, err := trainer.Step(optim.Batch{"X": x, "Y": y})
		if err != nil {
			log.Fatal(err) // a shape mistake made above is reported here, with its file and line
		}
		if step%1000 == 0 {
			fmt.Printf("cost after %4d steps: %.4f\n", step, cost)
		}
	}
	// Output:
	// cost after    0 steps: 0.7504
	// cost after 1000 steps: 0.0018
	// cost after 2000 steps: 0.0009
}
