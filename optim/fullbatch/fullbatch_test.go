package fullbatch_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"chainrule/optim/fullbatch"
	"gorgonia.org/tensor"
)

var methods = []fullbatch.Method{fullbatch.LBFGS, fullbatch.Newton}

func vector(dtype tensor.Dtype, x ...float64) *tensor.Dense {
	if dtype == tensor.Float64 {
		return graph.Tensor(slices.Clone(x), len(x))
	}
	narrow := make([]float32, len(x))
	for i, v := range x {
		narrow[i] = float32(v)
	}
	return graph.Tensor(narrow, len(x))
}

func values(params ...*graph.Param) []float64 {
	flat, err := optim.Flatten(params)
	if err != nil {
		panic(err)
	}
	return flat.CopyOut(nil)
}

// rosenbrock is the function of that name: (1 − x)² + 100·(y − x²)², least at (1, 1).
func rosenbrock(dtype tensor.Dtype) *optim.Trainer {
	x, y := graph.NewParam("x", vector(dtype, -1.2)), graph.NewParam("y", graph.Tensor([]float64{1}))
	if dtype == tensor.Float32 {
		y = graph.NewParam("y", graph.Tensor([]float32{1}))
	}
	return &optim.Trainer{Params: []*graph.Param{x, y}, Cost: func(g *graph.Graph, _ int) *graph.Node {
		x, y := g.Use(x), g.Use(y)
		return graph.Sum(graph.Add(graph.Square(x.Plus(-1)), graph.Square(graph.Sub(y, graph.Square(x))).Times(100)))
	}}
}

func TestRosenbrock(t *testing.T) {
	for _, m := range methods {
		for dtype, tolerance := range map[tensor.Dtype]float64{tensor.Float64: 1e-6, tensor.Float32: 1e-2} {
			trainer := rosenbrock(dtype)
			trainer.Rule = optim.Adam{} // which evaluations want, and nothing asks
			last := 0
			r, err := fullbatch.Minimize(t.Context(), trainer, nil, fullbatch.Settings{Method: m, Gradient: tolerance / 10, OnStep: func(p fullbatch.Progress) error {
				if p.Step != last+1 {
					t.Errorf("step %d after %d", p.Step, last)
				}
				last = p.Step
				if cost, err := trainer.Evaluate(nil); err != nil || cost != p.Cost {
					t.Errorf("step %d: the parameters' cost is %v (%v), %v is told", p.Step, cost, err, p.Cost)
				}
				return nil
			}})
			if err != nil || !r.Converged || r.Reason != "" || r.Steps != last || r.Steps < 5 || r.Evaluations <= r.Steps {
				t.Errorf("%v, %v: %+v, error %v", m, dtype, r, err)
			}
			x := values(trainer.Params...)
			if !(math.Abs(x[0]-1) <= tolerance && math.Abs(x[1]-1) <= tolerance) {
				t.Errorf("%v, %v: the minimum is found at %v, (1, 1) expected", m, dtype, x)
			}
			dx := -2*(1-x[0]) - 400*x[0]*(x[1]-x[0]*x[0])
			dy := 200 * (x[1] - x[0]*x[0])
			cost := (1-x[0])*(1-x[0]) + 100*(x[1]-x[0]*x[0])*(x[1]-x[0]*x[0])
			if !(math.Abs(r.Gradient-max(math.Abs(dx), math.Abs(dy))) <= tolerance) || !(math.Abs(r.Cost-cost) <= tolerance*tolerance) {
				t.Errorf("%v, %v: cost %v and gradient %v are told, %v and %v, %v expected", m, dtype, r.Cost, r.Gradient, cost, dx, dy)
			}
		}
	}
}

// Least squares have a solution by elimination, which Newton finds in one step.
func TestLeastSquares(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5}
	y := []float64{2.5, 2, 5, 4, 7.5}
	n, sx, sy, sxx, sxy := 5.0, 0.0, 0.0, 0.0, 0.0
	for i := range x {
		sx, sy, sxx, sxy = sx+x[i], sy+y[i], sxx+x[i]*x[i], sxy+x[i]*y[i]
	}
	slope := (n*sxy - sx*sy) / (n*sxx - sx*sx)
	for _, m := range methods {
		net := layers.NewDense("line", 1, 1, layers.Zeros, nil)
		trainer := &optim.Trainer{Params: net.Params(), Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SquaredError(net.Apply(g.Input("X", 1, m)), g.Input("Y", 1, m))
		}}
		batch := optim.Batch{"X": graph.Tensor(x, 1, 5), "Y": graph.Tensor(y, 1, 5)}
		r, err := fullbatch.Minimize(t.Context(), trainer, batch, fullbatch.Settings{Method: m, Gradient: 1e-10})
		got := values(net.Params()...)
		if err != nil || !r.Converged || !(math.Abs(got[0]-slope) < 1e-9) || !(math.Abs(got[1]-(sy-slope*sx)/n) < 1e-9) {
			t.Errorf("%v: %+v (%v), line %v; slope %v and %v expected", m, r, err, got, slope, (sy-slope*sx)/n)
		}
		if m == fullbatch.Newton && r.Steps != 1 {
			t.Errorf("Newton took %d steps", r.Steps)
		}
		again, err := fullbatch.Minimize(t.Context(), trainer, batch, fullbatch.Settings{Method: m, Gradient: 1e-8})
		if err != nil || again.Steps != 0 || again.Evaluations != 1 || !again.Converged || !slices.Equal(values(net.Params()...), got) {
			t.Errorf("%v: from the minimum %+v (%v), to %v", m, again, err, values(net.Params()...))
		}
	}
}

// A small network with a penalty of its weights ends at the same cost by both methods,
// where central differences of the cost are 0.
func TestNetwork(t *testing.T) {
	costs := map[fullbatch.Method]float64{}
	for _, method := range methods {
		rng := rand.New(rand.NewPCG(1, 2))
		net := layers.MLPSettings{Sizes: []int{2, 3, 1}}.New(rng)
		x, y := make([]float64, 80), make([]float64, 40)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		for i := range y {
			if x[i]*x[40+i] > 0 {
				y[i] = 1
			}
		}
		trainer := &optim.Trainer{Params: net.Params(), Cost: func(g *graph.Graph, m int) *graph.Node {
			cost := losses.SigmoidCrossEntropy(net.Apply(g.Input("X", 2, m)), g.Input("Y", 1, m))
			for _, p := range net.Params() {
				cost = graph.Add(cost, graph.Sum(graph.Square(g.Use(p))).Times(0.005))
			}
			return cost
		}, Rule: optim.Adam{}}
		batch := optim.Batch{"X": graph.Tensor(x, 2, 40), "Y": graph.Tensor(y, 1, 40)}
		before, err := trainer.Evaluate(batch)
		if err != nil {
			t.Fatal(err)
		}
		r, err := fullbatch.Minimize(t.Context(), trainer, batch, fullbatch.Settings{Method: method})
		if err != nil || !r.Converged || !(r.Cost < before) {
			t.Fatalf("%v: %+v, error %v, cost %v before", method, r, err, before)
		}
		if after, err := trainer.Evaluate(batch); err != nil || !(math.Abs(after-r.Cost) < 1e-15) {
			t.Errorf("%v: the parameters' cost is %v (%v), %v is told", method, after, err, r.Cost)
		}
		flat, _ := optim.Flatten(net.Params())
		at := flat.CopyOut(nil)
		for i := range at {
			moved := slices.Clone(at)
			cost := [2]float64{}
			for k, h := range []float64{1e-4, -1e-4} {
				moved[i] = at[i] + h
				if err := flat.CopyIn(moved); err != nil {
					t.Fatal(err)
				}
				cost[k], _ = trainer.Evaluate(batch)
			}
			if d := (cost[0] - cost[1]) / 2e-4; !(math.Abs(d) < 2e-6) {
				t.Errorf("%v: the difference quotient of %s is %v", method, flat.Name(i), d)
			}
		}
		costs[method] = r.Cost
		if state, err := trainer.State(); err != nil || slices.ContainsFunc(values(state...), func(v float64) bool { return v != 0 }) {
			t.Errorf("%v: the rule's state has changed (%v)", method, err)
		}
	}
	t.Logf("costs %v", costs)
}

// However it ends, the parameters are at the lowest cost found.
func TestEnds(t *testing.T) {
	failed := errors.New("failed")
	for _, method := range methods {
		for _, c := range []struct {
			name   string
			s      fullbatch.Settings
			stop   func(cancel func()) error
			err    error
			reason string
		}{
			{"iterations", fullbatch.Settings{Iterations: 3}, nil, nil, "Iterations, 3, is reached"},
			{"ErrStop", fullbatch.Settings{}, func(func()) error { return fmt.Errorf("enough: %w", optim.ErrStop) }, nil, "OnStep ended it"},
			{"error", fullbatch.Settings{}, func(func()) error { return failed }, failed, ""},
			{"context", fullbatch.Settings{}, func(cancel func()) error { cancel(); return nil }, context.Canceled, ""},
		} {
			trainer := rosenbrock(tensor.Float64)
			ctx, cancel := context.WithCancel(t.Context())
			c.s.Method = method
			last := math.NaN()
			c.s.OnStep = func(p fullbatch.Progress) error {
				last = p.Cost
				if p.Step == 3 && c.stop != nil {
					return c.stop(cancel)
				}
				return nil
			}
			r, err := fullbatch.Minimize(ctx, trainer, nil, c.s)
			cancel()
			if !errors.Is(err, c.err) || r.Converged || r.Reason != c.reason || r.Steps != 3 || !(r.Cost <= last) || c.stop == nil && r.Cost != last {
				t.Errorf("%v, %s: %+v, error %v, last cost %v", method, c.name, r, err, last)
			}
			trainer.Rule = optim.Adam{}
			if cost, err := trainer.Evaluate(nil); cost != r.Cost || err != nil {
				t.Errorf("%v, %s: the cost is %v, %v expected", method, c.name, cost, r.Cost)
			}
		}
	}
}

// impatient is a context that ends after it was asked a few times.
type impatient struct {
	context.Context
	left int
}

func (c *impatient) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// Whenever the context ends, between steps or within a line search, the parameters are at
// the lowest cost so far.
func TestEndsAnywhere(t *testing.T) {
	for _, method := range methods {
		before, lower := math.Inf(1), 0
		for left := range 60 {
			trainer := rosenbrock(tensor.Float64)
			r, err := fullbatch.Minimize(&impatient{t.Context(), left}, trainer, nil, fullbatch.Settings{Method: method})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("%v, %d: %+v, error %v", method, left, r, err)
			}
			trainer.Rule = optim.Adam{}
			if cost, err := trainer.Evaluate(nil); err != nil || cost != r.Cost || cost > before {
				t.Errorf("%v, %d: cost %v (%v), %v is told, and %v before", method, left, cost, err, r.Cost, before)
			}
			if r.Cost < before {
				before, lower = r.Cost, lower+1
			}
		}
		if lower < 10 {
			t.Errorf("%v: the cost fell %d times", method, lower)
		}
	}
}

// A barrier of many slopes: quasi-Newton steps often lead beyond it, where the cost is
// not a number.
func TestBarrier(t *testing.T) {
	for _, method := range methods {
		for seed := range uint64(20) {
			rng := rand.New(rand.NewPCG(seed, 1))
			c, start := make([]float64, 6), make([]float64, 6)
			for i := range c {
				c[i], start[i] = math.Exp(6*rng.NormFloat64()/2), math.Exp(6*rng.NormFloat64()/2)
			}
			w := graph.NewParam("w", vector(tensor.Float64, start...))
			trainer := &optim.Trainer{Params: []*graph.Param{w}, Cost: func(g *graph.Graph, _ int) *graph.Node {
				return graph.Sum(graph.Sub(graph.Mul(g.Use(w), g.Array(vector(tensor.Float64, c...))), graph.Log(g.Use(w)))) // least at 1/c
			}}
			r, err := fullbatch.Minimize(t.Context(), trainer, nil, fullbatch.Settings{Method: method})
			if err != nil || !r.Converged {
				t.Errorf("%v, seed %d: %+v, error %v", method, seed, r, err)
			}
			for i, v := range values(w) {
				if !(math.Abs(c[i]*v-1) < 1e-2) {
					t.Errorf("%v, seed %d: entry %d is %v, %v expected", method, seed, i, v, 1/c[i])
				}
			}
		}
	}
}

// Where the cost is not finite the search turns round, but it does not begin there.
func TestCostThatIsNotFinite(t *testing.T) {
	for _, method := range methods {
		w := graph.NewParam("w", vector(tensor.Float64, 0.01))
		trainer := &optim.Trainer{Params: []*graph.Param{w}, Cost: func(g *graph.Graph, _ int) *graph.Node {
			return graph.Sum(graph.Sub(graph.Square(g.Use(w)).Times(0.5), graph.Log(g.Use(w)))) // least at 1
		}}
		r, err := fullbatch.Minimize(t.Context(), trainer, nil, fullbatch.Settings{Method: method})
		if err != nil || !r.Converged || math.Abs(values(w)[0]-1) > 1e-6 {
			t.Errorf("%v: %+v, error %v, w %v", method, r, err, values(w))
		}
		if err := w.Set(vector(tensor.Float64, -1)); err != nil {
			t.Fatal(err)
		}
		var refused *graph.NotFinite
		if _, err := fullbatch.Minimize(t.Context(), trainer, nil, fullbatch.Settings{Method: method}); !errors.As(err, &refused) || values(w)[0] != -1 {
			t.Errorf("%v: error %v, w %v", method, err, values(w))
		}
	}
	w := graph.NewParam("w", vector(tensor.Float64, 1))
	endless := &optim.Trainer{Params: []*graph.Param{w}, Cost: func(g *graph.Graph, _ int) *graph.Node { return graph.Sum(g.Use(w)) }}
	for _, method := range methods {
		r, err := fullbatch.Minimize(t.Context(), endless, nil, fullbatch.Settings{Method: method, Iterations: 50})
		if err != nil || r.Converged || r.Reason == "" || math.IsInf(r.Cost, 0) {
			t.Errorf("%v: %+v, error %v of a cost without end", method, r, err)
		}
	}
}

func TestMistakes(t *testing.T) {
	good := rosenbrock(tensor.Float64)
	seed := graph.NewParam("seed", vector(tensor.Float64, 5))
	assigning := rosenbrock(tensor.Float64)
	cost := assigning.Cost
	assigning.Cost = func(g *graph.Graph, m int) *graph.Node {
		if g.IsTraining() {
			g.Assign(seed, graph.NextSeed(g.Use(seed)))
		}
		return cost(g, m)
	}
	big := graph.NewParam("big", tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(1001)))
	wide := &optim.Trainer{Params: []*graph.Param{big}, Cost: func(g *graph.Graph, _ int) *graph.Node { return graph.Sum(graph.Square(g.Use(big))) }}
	unused := rosenbrock(tensor.Float64)
	unused.Params = append(unused.Params, seed)
	for want, c := range map[string]struct {
		t     *optim.Trainer
		batch optim.Batch
		s     fullbatch.Settings
	}{
		"Settings.Method: 7 given, LBFGS or Newton expected":              {good, nil, fullbatch.Settings{Method: 7}},
		"Settings.Gradient: -1 given, a number above 0":                   {good, nil, fullbatch.Settings{Gradient: -1}},
		"Settings.Gradient: NaN given":                                    {good, nil, fullbatch.Settings{Gradient: math.NaN()}},
		"Settings.Iterations: -1 given, at least 1":                       {good, nil, fullbatch.Settings{Iterations: -1}},
		"Settings.Memory: -1 given":                                       {good, nil, fullbatch.Settings{Memory: -1}},
		"the Trainer is nil":                                              {nil, nil, fullbatch.Settings{}},
		"the Trainer has no Cost":                                         {&optim.Trainer{Params: good.Params}, nil, fullbatch.Settings{}},
		"the Trainer has no Params":                                       {&optim.Trainer{Cost: good.Cost}, nil, fullbatch.Settings{}},
		`the cost assigns "seed": one that is the same whenever it is co`: {assigning, nil, fullbatch.Settings{}},
		"the parameters have 1001 entries, at most 1000 expected for New": {wide, nil, fullbatch.Settings{Method: fullbatch.Newton}},
		`does not depend on parameter "seed"`:                             {unused, nil, fullbatch.Settings{}},
		`the cost has no input "X"`:                                       {good, optim.Batch{"X": vector(tensor.Float64, 1)}, fullbatch.Settings{}},
	} {
		if _, err := fullbatch.Minimize(t.Context(), c.t, c.batch, c.s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, %q expected", err, want)
		}
	}
	if x := values(good.Params...); !slices.Equal(x, []float64{-1.2, 1}) || values(seed)[0] != 5 {
		t.Errorf("the parameters are %v", x)
	}
	if fullbatch.Method(7).String() != "Method(7)" || fullbatch.Newton.String() != "Newton" || fullbatch.LBFGS.String() != "LBFGS" {
		t.Error("methods have other names")
	}
}
