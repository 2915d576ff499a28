package optim_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// A range test leaves everything as it was: parameters, what the rule and layers keep,
// and the rate; after its end, an error, or a step that is refused.
func TestRangeTestPutsBack(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for _, c := range []struct {
			name  string
			test  optim.RangeTest
			stop  int // batch at which the context ends
			begun bool
		}{{"whole", optim.RangeTest{}, 0, true}, {"no step before", optim.RangeTest{From: 0.01, To: 1, Steps: 9}, 0, false},
			{"stopped", optim.RangeTest{}, 3, true}, {"diverged", optim.RangeTest{To: 1e30}, 0, true}} {
			p := newProblem(dtype)
			seed := graph.NewParam("seed", matrixOf(dtype, []float64{5, 0}, 2, 1))
			trainer := p.trainer(optim.Adam{LearningRate: 0.25})
			trainer.Cost = p.masked(seed)
			batches := []optim.Batch{}
			for _, m := range []int{5, 8} { // two programs
				batches = append(batches, optim.Batch{"X": random(p.rng, dtype, 3, m), "Y": matrixOf(dtype, classes(tensor.Float64, 2, 2*m).Float64s(), 2, m)})
			}
			if c.begun {
				if _, err := trainer.Step(batches[0]); err != nil {
					t.Fatal(err)
				}
			}
			all := func() []float64 {
				state, err := trainer.State()
				if err != nil {
					t.Fatal(err)
				}
				return entries(append(append(p.net.Params(), seed), state...)...)
			}
			before := all()
			ctx, cancel := context.WithCancel(t.Context())
			curve, err := c.test.Run(ctx, trainer, optim.DataFunc(func(epoch, b int) (optim.Batch, bool, error) {
				if i := 2*epoch + b; i == c.stop && i > 0 {
					cancel()
				} else if i >= 100 {
					t.Errorf("%s: batch %d is asked for", c.name, i)
				}
				return batches[b], b == 1, nil
			}))
			cancel()
			if errors.Is(err, context.Canceled) != (c.stop > 0) || c.stop == 0 && err != nil || len(curve.Points) == 0 {
				t.Errorf("%s: %d points, error %v", c.name, len(curve.Points), err)
			}
			if c.name == "diverged" && !curve.Diverged {
				t.Errorf("%v: rates up to 1e30 do not diverge", dtype)
			}
			if !slices.Equal(all(), before) {
				t.Errorf("%s, %v: something else than before is there", c.name, dtype)
			}
			if rates, err := trainer.Rates(); err != nil || rates["learning rate"] != 0.25 {
				t.Errorf("%s: the rate is %v (%v)", c.name, rates, err)
			}
		}
	}
}

// The costs are those of the steps, at rates that grow evenly; the suggestion
// is where they fall most steeply.
func TestRangeTestCurve(t *testing.T) {
	w := graph.NewParam("w", dense64([]float64{1, 1}, 2))
	trainer := &optim.Trainer{Params: []*graph.Param{w}, Rule: optim.GradientDescent{LearningRate: 1}, Cost: func(g *graph.Graph, _ int) *graph.Node {
		return graph.Sum(graph.Mul(graph.Square(g.Use(w)), g.Array(dense64([]float64{0.5, 45}, 2))))
	}}
	curve, err := optim.RangeTest{From: 1e-5, To: 1, Steps: 51}.Run(t.Context(), trainer, optim.Batches{nil})
	if err != nil || !curve.Diverged {
		t.Fatalf("diverged %v, error %v", curve.Diverged, err)
	}
	x := []float64{1, 1}
	costs := []float64{}
	for i, p := range curve.Points {
		rate := math.Pow(10, -5+float64(i)/10)
		cost := 0.5*x[0]*x[0] + 45*x[1]*x[1]
		if !(math.Abs(p.Rate-rate) <= 1e-12*rate) || !(math.Abs(p.Cost-cost) <= 1e-9*cost) {
			t.Errorf("point %d is %+v, rate %v and cost %v expected", i, p, rate, cost)
		}
		x[0], x[1] = x[0]-rate*x[0], x[1]-rate*90*x[1]
		costs = append(costs, cost)
	}
	// Means of five, and their steepest fall, once more.
	mean := func(i int) float64 {
		sum, n := 0.0, 0.0
		for j := i - 2; j <= i+2; j++ {
			if j >= 0 && j < len(costs) {
				sum, n = sum+costs[j], n+1
			}
		}
		return sum / n
	}
	steepest := 0
	for i := 0; i+1 < len(costs); i++ {
		if mean(i+1)-mean(i) < mean(steepest+1)-mean(steepest) {
			steepest = i
		}
	}
	if curve.Suggested != curve.Points[steepest].Rate || !(curve.Suggested > 1e-4 && curve.Suggested < 0.02) {
		t.Errorf("%v is suggested, %v expected, well below 2/90, where the steps grow", curve.Suggested, curve.Points[steepest].Rate)
	}
	rising, err := optim.RangeTest{From: 0.5, To: 0.6, Steps: 4}.Run(t.Context(), trainer, optim.Batches{nil})
	if err != nil || rising.Suggested != 0 || !rising.Diverged {
		t.Errorf("%+v, error %v: a cost that only rises suggests nothing", rising, err)
	}
}

func TestMistakesOfRangeTest(t *testing.T) {
	p := newBowl(tensor.Float64)
	good := p.trainer(optim.Adam{})
	for want, c := range map[string]struct {
		test    optim.RangeTest
		trainer *optim.Trainer
	}{
		"RangeTest.From: -1 given, a number above 0":             {optim.RangeTest{From: -1}, good},
		"RangeTest.To: NaN given":                                {optim.RangeTest{To: math.NaN()}, good},
		"RangeTest.From: 20 given, a number below To, 10, expec": {optim.RangeTest{From: 20}, good},
		"RangeTest.Steps: 1 given, at least 2":                   {optim.RangeTest{Steps: 1}, good},
		`no rate "speed"; it has "learning rate"`:                {optim.RangeTest{Rate: "speed"}, good},
		"the Trainer is nil":                                     {optim.RangeTest{}, nil},
		"LearningRate: 0 given":                                  {optim.RangeTest{}, p.trainer(optim.Momentum{})},
	} {
		if _, err := c.test.Run(t.Context(), c.trainer, optim.Batches{nil}); err == nil || strings.Count(err.Error(), want) != 1 {
			t.Errorf("error %v, %q expected", err, want)
		}
	}
	if _, err := (optim.RangeTest{}).Run(t.Context(), good, nil); err == nil || !strings.Contains(err.Error(), "no Data") {
		t.Errorf("error %v", err)
	}
	if _, err := (optim.RangeTest{}).Run(t.Context(), good, optim.Batches{}); err == nil || !strings.Contains(err.Error(), "batch 1 of epoch 1: ") {
		t.Errorf("error %v", err)
	}
	_, err := optim.RangeTest{}.Run(t.Context(), good, optim.Batches{{"X": dense64([]float64{1}, 1, 1)}})
	if err == nil || !strings.Contains(err.Error(), "step 1: ") || !strings.Contains(err.Error(), `no input "X"`) {
		t.Errorf("error %v", err)
	}
}

// Only a test that ended before its last step has diverged.
func TestRangeTestEndsInTime(t *testing.T) {
	for steps, want := range map[int]bool{2: false, 3: true} {
		w := graph.NewParam("w", matrixOf(tensor.Float64, []float64{1}, 1, 1))
		trainer := &optim.Trainer{Params: []*graph.Param{w}, Rule: optim.GradientDescent{LearningRate: 1},
			Cost: func(g *graph.Graph, m int) *graph.Node { return graph.Sum(graph.Square(g.Use(w))) }}
		curve, err := optim.RangeTest{From: 10, To: 20, Steps: steps}.Run(t.Context(), trainer, optim.Batches{nil}) // costs 1, 361, …
		if err != nil || curve.Diverged != want || len(curve.Points) != 2 {
			t.Errorf("%d steps: %+v, error %v, diverged %v expected", steps, curve, err, want)
		}
		trainer.Close()
	}
}
