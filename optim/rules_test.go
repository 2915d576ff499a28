package optim_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// bowl is a cost of W, b and nothing else: Σ c·x² + x⁴/4, whose gradient by hand is
// 2·c·x + x³. Entries 0 to 5 are W's, 6 and 7 b's.
type bowl struct {
	w, b *graph.Param
	c    []float64
}

func newBowl(dtype tensor.Dtype) bowl {
	w := graph.NewParam("W", matrixOf(dtype, []float64{1, -2, 0.5, 0.25, -0.75, 1.5}, 2, 3))
	b := graph.NewParam("b", matrixOf(dtype, []float64{-1.25, 0.5}, 2, 1))
	b.Bias = true
	return bowl{w, b, []float64{0.5, 1, 0.25, 2, 1, 0.125, 0.5, 1}}
}

func (p bowl) trainer(rule optim.Rule) *optim.Trainer {
	dtype := p.w.Dtype()
	return &optim.Trainer{Params: []*graph.Param{p.w, p.b}, Rule: rule, Cost: func(g *graph.Graph, _ int) *graph.Node {
		of := func(q *graph.Param, c *tensor.Dense) *graph.Node {
			x := graph.Square(g.Use(q))
			return graph.Sum(graph.Add(graph.Mul(g.Array(c), x), graph.Square(x).Times(0.25)))
		}
		return graph.Add(of(p.w, matrixOf(dtype, p.c[:6], 2, 3)), of(p.b, matrixOf(dtype, p.c[6:], 2, 1)))
	}}
}

func (p bowl) gradient(x []float64) []float64 {
	g := make([]float64, len(x))
	for i, v := range x {
		g[i] = 2*p.c[i]*v + v*v*v
	}
	return g
}

// A byHand changes x by step t, from 1, given the gradient there; keep has room for
// four numbers an entry.
type byHand func(t int, x, g []float64, keep [][4]float64)

// each is a rule by hand that treats entries alike.
func each(f func(t int, x, g float64, keep *[4]float64) float64) byHand {
	return func(t int, x, g []float64, keep [][4]float64) {
		for i := range x {
			x[i] = f(t, x[i], g[i], &keep[i])
		}
	}
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

func handAdamOf(rate float64) func(t int, x, g float64, k *[4]float64) float64 {
	return func(t int, x, g float64, k *[4]float64) float64 {
		k[0] = 0.9*k[0] + 0.1*g
		k[1] = 0.999*k[1] + 0.001*g*g
		m, v := k[0]/(1-math.Pow(0.9, float64(t))), k[1]/(1-math.Pow(0.999, float64(t)))
		return x - rate*m/(math.Sqrt(v)+1e-8)
	}
}

// rulesByHand are rules with the same written as loops, from the papers.
var rulesByHand = []struct {
	name string
	rule func(p bowl) optim.Rule
	hand byHand
}{
	{"RMSProp", func(bowl) optim.Rule { return optim.RMSProp{} }, each(func(_ int, x, g float64, k *[4]float64) float64 {
		k[0] = 0.99*k[0] + 0.01*g*g
		return x - 0.01*g/(math.Sqrt(k[0])+1e-8)
	})},
	{"RMSProp with all", func(bowl) optim.Rule {
		return optim.RMSProp{LearningRate: 0.002, Beta: 0.8, Epsilon: 1e-4, Momentum: 0.6, Centered: true}
	}, each(func(_ int, x, g float64, k *[4]float64) float64 {
		k[0], k[1] = 0.8*k[0]+0.2*g*g, 0.8*k[1]+0.2*g
		k[2] = 0.6*k[2] + g/(math.Sqrt(k[0]-k[1]*k[1])+1e-4)
		return x - 0.002*k[2]
	})},
	{"Adagrad", func(bowl) optim.Rule { return optim.Adagrad{LearningRate: 0.1} }, each(func(_ int, x, g float64, k *[4]float64) float64 {
		k[0] += g * g
		return x - 0.1*g/(math.Sqrt(k[0])+1e-10)
	})},
	{"Adagrad with decay", func(bowl) optim.Rule { return optim.Adagrad{LearningRate: 0.1, Decay: 0.5} }, each(func(t int, x, g float64, k *[4]float64) float64 {
		k[0] += g * g
		return x - 0.1/(1+0.5*float64(t-1))*g/(math.Sqrt(k[0])+1e-10)
	})},
	{"AdamW", func(bowl) optim.Rule { return optim.AdamW{LearningRate: 0.02, WeightDecay: 0.3} }, func(t int, x, g []float64, keep [][4]float64) {
		for i := range x {
			decay := 0.0
			if i < 6 {
				decay = 0.02 * 0.3 * x[i]
			}
			x[i] = handAdamOf(0.02)(t, x[i], g[i], &keep[i]) - decay
		}
	}},
	{"Lion", func(bowl) optim.Rule { return optim.Lion{LearningRate: 0.03, WeightDecay: 0.1} }, func(_ int, x, g []float64, keep [][4]float64) {
		for i := range x {
			step := sign(0.9*keep[i][0] + 0.1*g[i])
			if i < 6 {
				step += 0.1 * x[i]
			}
			keep[i][0] = 0.99*keep[i][0] + 0.01*g[i]
			x[i] -= 0.03 * step
		}
	}},
	{"Decay by L1 and L2", func(bowl) optim.Rule {
		return optim.Decay{Rule: optim.Momentum{LearningRate: 0.02, Beta: 0.5}, L1: 0.3, L2: 0.2}
	}, func(_ int, x, g []float64, keep [][4]float64) {
		for i := range x {
			if i < 6 {
				g[i] += 0.3*sign(x[i]) + 0.2*x[i]
			}
			keep[i][0] = 0.5*keep[i][0] + g[i]
			x[i] -= 0.02 * keep[i][0]
		}
	}},
	{"Decay of b", func(p bowl) optim.Rule {
		return optim.Decay{Rule: optim.GradientDescent{LearningRate: 0.02}, L2: 0.5, Decoupled: 0.25, Params: []*graph.Param{p.b}}
	}, func(_ int, x, g []float64, _ [][4]float64) {
		for i := range x {
			if i >= 6 {
				g[i] += 0.75 * x[i]
			}
			x[i] -= 0.02 * g[i]
		}
	}},
	{"Clip by both", func(bowl) optim.Rule {
		return optim.Clip{Rule: optim.GradientDescent{LearningRate: 0.05}, Value: 1.5, Norm: 2}
	}, func(_ int, x, g []float64, _ [][4]float64) {
		squares := 0.0
		for i := range g {
			g[i] = min(max(g[i], -1.5), 1.5)
			squares += g[i] * g[i]
		}
		for i := range x {
			x[i] -= 0.05 * g[i] * min(1, 2/math.Sqrt(squares))
		}
	}},
	{"PerParameter", func(p bowl) optim.Rule {
		return optim.PerParameter{Rule: optim.Adam{LearningRate: 0.01}, Factors: map[*graph.Param]float64{p.b: 3, p.w: 0.5}}
	}, func(t int, x, g []float64, keep [][4]float64) {
		for i := range x {
			x[i] = handAdamOf(map[bool]float64{true: 0.005, false: 0.03}[i < 6])(t, x[i], g[i], &keep[i])
		}
	}},
	{"PerParameter that stands", func(p bowl) optim.Rule {
		return optim.PerParameter{Rule: optim.GradientDescent{LearningRate: 0.01}, Factors: map[*graph.Param]float64{p.w: 0}}
	}, func(_ int, x, g []float64, _ [][4]float64) {
		x[6], x[7] = x[6]-0.01*g[6], x[7]-0.01*g[7]
	}},
	{"Average of all", func(p bowl) optim.Rule {
		return optim.Average{Rule: optim.Clip{Norm: 3, Rule: optim.PerParameter{Factors: map[*graph.Param]float64{p.b: 2},
			Rule: optim.Decay{Rule: optim.GradientDescent{LearningRate: 0.02}, Decoupled: 0.5}}}}
	}, func(_ int, x, g []float64, _ [][4]float64) {
		squares := 0.0
		for _, v := range g {
			squares += v * v
		}
		for i := range x {
			step := g[i] * min(1, 3/math.Sqrt(squares))
			if i < 6 {
				x[i] -= 0.02 * (step + 0.5*x[i])
			} else {
				x[i] -= 0.04 * step
			}
		}
	}},
}

// Twenty steps of every rule are those by hand, in either precision.
func TestRulesByHand(t *testing.T) {
	for _, c := range rulesByHand {
		for dtype, tolerance := range map[tensor.Dtype]float64{tensor.Float64: 1e-12, tensor.Float32: 1e-5} {
			p := newBowl(dtype)
			x := entries(p.w, p.b)
			keep := make([][4]float64, len(x))
			trainer := p.trainer(c.rule(p))
			for step := range 20 {
				c.hand(step+1, x, p.gradient(x), keep)
				if _, err := trainer.Step(nil); err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				for i, v := range entries(p.w, p.b) {
					if !(math.Abs(v-x[i]) <= tolerance*max(1, math.Abs(x[i]))) {
						t.Fatalf("%s, %v, step %d, entry %d: %v, by hand %v", c.name, dtype, step, i, v, x[i])
					}
				}
			}
			if start := newBowl(dtype); c.name != "PerParameter that stands" && slices.Equal(entries(p.w), entries(start.w)) {
				t.Errorf("%s: W stands still", c.name)
			}
			if err := trainer.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// A step allocates nothing, and ends in the same bits for 1 and 2 workers, on batches
// whose work is shared out.
func TestRulesOnWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	for _, c := range []struct {
		name string
		rule func(weights []*graph.Param) optim.Rule
	}{
		{"RMSProp", func([]*graph.Param) optim.Rule { return optim.RMSProp{Momentum: 0.5, Centered: true} }},
		{"Adagrad", func([]*graph.Param) optim.Rule { return optim.Adagrad{} }},
		{"AdamW", func([]*graph.Param) optim.Rule { return optim.AdamW{WeightDecay: 0.1} }},
		{"Lion", func([]*graph.Param) optim.Rule { return optim.Lion{WeightDecay: 0.1} }},
		{"all", func(w []*graph.Param) optim.Rule {
			return optim.Average{Rule: optim.Clip{Value: 0.01, Norm: 0.1, Rule: optim.PerParameter{Factors: map[*graph.Param]float64{w[0]: 2},
				Rule: optim.Decay{Rule: optim.Adam{}, L1: 0.01, L2: 0.01, Decoupled: 0.01}}}}
		}},
	} {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			var first []float64
			for _, workers := range []int{1, 2} {
				p := newWide(dtype)
				trainer := p.trainer(c.rule(p.net.Params()))
				trainer.Workers = workers
				step := func() {
					if _, err := trainer.Step(p.batch); err != nil {
						t.Fatalf("%s: %v", c.name, err)
					}
				}
				for range 3 {
					step()
				}
				if n := testing.AllocsPerRun(7, step); n != 0 {
					t.Errorf("%s, %v, %d workers: %v allocations a step", c.name, dtype, workers, n)
				}
				state, err := trainer.State()
				if err != nil {
					t.Fatal(err)
				}
				values := entries(append(p.net.Params(), state...)...)
				if first == nil {
					first = values
				} else if !slices.Equal(values, first) {
					t.Errorf("%s, %v: 2 workers end elsewhere", c.name, dtype)
				}
				if err := trainer.Close(); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// Fields out of range are told by name, with what was given and where.
func TestMistakesOfRules(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	gd := optim.GradientDescent{LearningRate: 0.1}
	stranger := graph.NewParam("stranger", dense64([]float64{1}, 1))
	for want, rule := range map[string]func(p bowl) optim.Rule{
		"RMSProp.LearningRate: -1 given, a number above 0":        func(bowl) optim.Rule { return optim.RMSProp{LearningRate: -1} },
		"RMSProp.Beta: 1 given, a number from 0 to below 1":       func(bowl) optim.Rule { return optim.RMSProp{Beta: 1} },
		"RMSProp.Epsilon: NaN given":                              func(bowl) optim.Rule { return optim.RMSProp{Epsilon: nan} },
		"RMSProp.Momentum: -0.5 given":                            func(bowl) optim.Rule { return optim.RMSProp{Momentum: -0.5} },
		"RMSProp.Momentum: NaN given":                             func(bowl) optim.Rule { return optim.RMSProp{Momentum: nan} },
		"Adagrad.LearningRate: +Inf given":                        func(bowl) optim.Rule { return optim.Adagrad{LearningRate: inf} },
		"Adagrad.Decay: -1 given":                                 func(bowl) optim.Rule { return optim.Adagrad{Decay: -1} },
		"Adagrad.Epsilon: -1 given":                               func(bowl) optim.Rule { return optim.Adagrad{Epsilon: -1} },
		"AdamW.WeightDecay: 0 given, a number above 0 expected":   func(bowl) optim.Rule { return optim.AdamW{} },
		"AdamW.WeightDecay: -1 given":                             func(bowl) optim.Rule { return optim.AdamW{WeightDecay: -1} },
		"AdamW.Beta1: 2 given":                                    func(bowl) optim.Rule { return optim.AdamW{WeightDecay: 1, Beta1: 2} },
		"AdamW.LearningRate: -2 given":                            func(bowl) optim.Rule { return optim.AdamW{WeightDecay: 1, LearningRate: -2} },
		"Lion.LearningRate: -1 given":                             func(bowl) optim.Rule { return optim.Lion{LearningRate: -1} },
		"Lion.Beta1: -1 given":                                    func(bowl) optim.Rule { return optim.Lion{Beta1: -1} },
		"Lion.Beta2: 1 given":                                     func(bowl) optim.Rule { return optim.Lion{Beta2: 1} },
		"Lion.WeightDecay: NaN given":                             func(bowl) optim.Rule { return optim.Lion{WeightDecay: nan} },
		"Clip: neither Value nor Norm given":                      func(bowl) optim.Rule { return optim.Clip{Rule: gd} },
		"Clip.Value: -1 given, a number above 0 expected":         func(bowl) optim.Rule { return optim.Clip{Rule: gd, Value: -1} },
		"Clip.Norm: NaN given":                                    func(bowl) optim.Rule { return optim.Clip{Rule: gd, Norm: nan} },
		"Clip.Norm: +Inf given":                                   func(bowl) optim.Rule { return optim.Clip{Rule: gd, Norm: inf} },
		"Clip.Rule: none given, a rule expected":                  func(bowl) optim.Rule { return optim.Clip{Norm: 1} },
		"Decay: none of L1, L2 and Decoupled given":               func(bowl) optim.Rule { return optim.Decay{Rule: gd} },
		"Decay.L1: -1 given":                                      func(bowl) optim.Rule { return optim.Decay{Rule: gd, L1: -1} },
		"Decay.L2: +Inf given":                                    func(bowl) optim.Rule { return optim.Decay{Rule: gd, L2: inf} },
		"Decay.Decoupled: NaN given":                              func(bowl) optim.Rule { return optim.Decay{Rule: gd, Decoupled: nan} },
		"Decay.Rule: none given":                                  func(bowl) optim.Rule { return optim.Decay{L2: 1} },
		`Decay.Params: entry 0, "stranger", is not the Trainer's`: func(bowl) optim.Rule { return optim.Decay{Rule: gd, L2: 1, Params: []*graph.Param{stranger}} },
		`Decay.Params: entry 1, "b", is not the Trainer's or there twice`: func(p bowl) optim.Rule {
			return optim.Decay{Rule: gd, L2: 1, Params: []*graph.Param{p.b, p.b}}
		},
		`Decay: the rule within has no rate "learning rate"`:                    func(bowl) optim.Rule { return optim.Decay{Rule: panicking{new(bool)}, Decoupled: 1} },
		`PerParameter.Factors: -1 given for "b", a finite number of at least 0`: func(p bowl) optim.Rule { return optim.PerParameter{gd, map[*graph.Param]float64{p.b: -1}} },
		`PerParameter.Factors: NaN given for "b"`:                               func(p bowl) optim.Rule { return optim.PerParameter{gd, map[*graph.Param]float64{p.b: nan}} },
		`PerParameter.Factors: "stranger" is not among the Trainer's Params`:    func(p bowl) optim.Rule { return optim.PerParameter{gd, map[*graph.Param]float64{stranger: 1}} },
		"PerParameter.Rule: none given":                                         func(bowl) optim.Rule { return optim.PerParameter{} },
		"Average.Rule: none given":                                              func(bowl) optim.Rule { return optim.Average{} },
		"Average.Decay: 1 given, a number from 0 to below 1 expected":           func(bowl) optim.Rule { return optim.Average{Rule: gd, Decay: 1} },
		"Average: it stands in another Average":                                 func(bowl) optim.Rule { return optim.Average{Rule: optim.Average{Rule: gd}} },
		"Decay: it changes a step that Average within it has averaged":          func(bowl) optim.Rule { return optim.Decay{Rule: optim.Average{Rule: gd}, Decoupled: 1} },
		"PerParameter: it changes a step that Average within it has averaged": func(p bowl) optim.Rule {
			return optim.PerParameter{optim.Average{Rule: gd}, map[*graph.Param]float64{p.b: 2}}
		},
		"Decay: none of the 2 parameters is a weight, which decay: a graph.Para": func(p bowl) optim.Rule { p.w.Bias = true; return optim.Decay{Rule: gd, L2: 1} },
		"AdamW: none of the 2 parameters is a weight":                            func(p bowl) optim.Rule { p.w.Bias = true; return optim.AdamW{WeightDecay: 1} },
	} {
		p := newBowl(tensor.Float64)
		before := entries(p.w, p.b)
		trainer := p.trainer(rule(p))
		for range 2 {
			if _, err := trainer.Step(nil); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "_test.go:") {
				t.Errorf("error %v, one with %q and a place expected", err, want)
			}
			if _, err := trainer.State(); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("State: error %v, one with %q expected", err, want)
			}
		}
		if !slices.Equal(entries(p.w, p.b), before) {
			t.Errorf("%s: the parameters moved", want)
		}
	}
	for want, rule := range map[string]optim.Rule{"Clip.Norm: 0 given": optim.Clip{Rule: gd, Norm: 1e-46}, "Decay.L1: +Inf given": optim.Decay{Rule: gd, L1: 1e39},
		"RMSProp.Epsilon: 0 given": optim.RMSProp{Epsilon: 1e-46}, "Lion.LearningRate: +Inf given": optim.Lion{LearningRate: 1e39}} {
		if _, err := newBowl(tensor.Float32).trainer(rule).State(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("float32: error %v, %q expected", err, want)
		}
	}
	small, want := newBowl(tensor.Float32), `PerParameter.Factors: 1e-50 given for "W", which float32 rounds to 0`
	if _, err := small.trainer(optim.PerParameter{Rule: gd, Factors: map[*graph.Param]float64{small.w: 1e-50}}).State(); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("float32: error %v, %q expected", err, want)
	}
}

// Gradients whose squares overflow are shortened as others, and short ones keep
// their bits; NaN is refused.
func TestClipOfAnySize(t *testing.T) {
	for _, c := range []struct {
		dtype tensor.Dtype
		scale float64
		norm  float64
	}{{tensor.Float64, 1e300, 0.5}, {tensor.Float64, 1e-300, 0.5}, {tensor.Float32, 1e30, 0.5}, {tensor.Float32, 1e-30, 0.5}, {tensor.Float64, 1, 0.5}, {tensor.Float32, 1, 0.5},
		{tensor.Float64, 1e300, 1e-300}, {tensor.Float32, 1e30, 1e-30}, {tensor.Float64, 1e-300, 1e300}} {
		w := graph.NewParam("w", matrixOf(c.dtype, []float64{0, 0}, 2, 1))
		trainer := &optim.Trainer{Params: []*graph.Param{w}, Rule: optim.Clip{Rule: optim.GradientDescent{LearningRate: 1}, Norm: c.norm}, Finite: true,
			Cost: func(g *graph.Graph, _ int) *graph.Node {
				return graph.Sum(graph.Mul(g.Use(w), g.Array(matrixOf(c.dtype, []float64{3 * c.scale, -4 * c.scale}, 2, 1))))
			}}
		if _, err := trainer.Step(nil); err != nil {
			t.Fatal(err)
		}
		want := []float64{-0.6 * c.norm, 0.8 * c.norm}
		if c.scale < 1 {
			want = []float64{-3 * c.scale, 4 * c.scale}
		}
		for i, v := range entries(w) {
			if !(math.Abs(v-want[i]) <= 1e-6*math.Abs(want[i])) {
				t.Errorf("%v, %g, norm %g: entry %d moved to %v, %v expected", c.dtype, c.scale, c.norm, i, v, want[i])
			}
		}
	}
	for _, rule := range []optim.Rule{optim.Clip{Rule: optim.GradientDescent{LearningRate: 1}, Norm: 1}, optim.Clip{Rule: optim.GradientDescent{LearningRate: 1}, Value: 1},
		optim.RMSProp{Centered: true}} {
		w := graph.NewParam("w", dense64([]float64{-1, 2}, 2, 1))
		trainer := &optim.Trainer{Params: []*graph.Param{w}, Rule: rule, Finite: true, Cost: func(g *graph.Graph, _ int) *graph.Node {
			return graph.Sum(graph.Log(g.Use(w)))
		}}
		if _, err := trainer.Step(nil); err == nil || !slices.Equal(entries(w), []float64{-1, 2}) {
			t.Errorf("%T: NaN is taken (%v): w is %v", rule, err, w.Value())
		}
	}
}

// An infinite entry is the limit of its sign by value, and by norm it makes all
// gradients NaN, which Finite refuses.
func TestClipOfInfinity(t *testing.T) {
	for _, finite := range []bool{false, true} {
		for _, norm := range []bool{false, true} {
			w := graph.NewParam("w", dense64([]float64{0, 4}, 2, 1))
			clip := optim.Clip{Rule: optim.GradientDescent{LearningRate: 1}, Value: 0.125}
			if norm {
				clip.Value, clip.Norm = 0, 1
			}
			trainer := &optim.Trainer{Params: []*graph.Param{w}, Rule: clip, Finite: finite,
				Cost: func(g *graph.Graph, _ int) *graph.Node { return graph.Sum(graph.Sqrt(g.Use(w))) }} // of slope 1/(2·√w)
			_, err := trainer.Step(nil)
			want := []float64{-0.125, 3.875}
			switch {
			case norm && finite:
				want = []float64{0, 4}
			case norm:
				want = []float64{math.NaN(), math.NaN()}
			}
			got := entries(w)
			same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
			if (err != nil) != (norm && finite) || !slices.EqualFunc(got, want, same) {
				t.Errorf("finite %v, norm %v: %v (%v), %v expected", finite, norm, got, err, want)
			}
		}
	}
}

// A constant gradient has no variance: where rounding makes v − ḡ² negative it is 0, and
// no step is NaN.
func TestCenteredConstantGradient(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		w := graph.NewParam("w", matrixOf(dtype, []float64{0, 0, 0}, 3, 1))
		trainer := &optim.Trainer{Params: []*graph.Param{w}, Rule: optim.RMSProp{Centered: true, Beta: 0.1, Epsilon: 0.5},
			Cost: func(g *graph.Graph, _ int) *graph.Node {
				return graph.Sum(graph.Mul(g.Use(w), g.Array(matrixOf(dtype, []float64{0.1, 0.7, 1.3}, 3, 1))))
			}}
		for range 50 {
			if _, err := trainer.Step(nil); err != nil {
				t.Fatal(err)
			}
		}
		for i, v := range entries(w) {
			if last := 50 * 0.01 * []float64{0.1, 0.7, 1.3}[i] / 0.5; !(math.Abs(v+last) < 0.02) {
				t.Errorf("%v: entry %d is %v, about %v expected", dtype, i, v, -last)
			}
		}
	}
}

// A decay in which 0 stands for the usual one takes a number that is as good as 0.
func TestAlmostNoMemory(t *testing.T) {
	p := newBowl(tensor.Float64)
	x := entries(p.w, p.b)
	g := p.gradient(x)
	if _, err := p.trainer(optim.RMSProp{Beta: 1e-300}).Step(nil); err != nil {
		t.Fatal(err)
	}
	for i, v := range entries(p.w, p.b) {
		if want := x[i] - 0.01*g[i]/(math.Abs(g[i])+1e-8); !(math.Abs(v-want) <= 1e-15) {
			t.Errorf("entry %d: %v, %v expected", i, v, want)
		}
	}
}

// Parameters that are left out of Params are frozen: they keep their bits, and the
// others move as they do in the same step of all.
func TestFrozenLayers(t *testing.T) {
	all, some := newProblem(tensor.Float64), newProblem(tensor.Float64)
	x, y := all.batch(9)
	batch := optim.Batch{"X": dense64(x, 3, 9), "Y": dense64(y, 2, 9)}
	trainer := some.trainer(optim.Adam{})
	trainer.Params = some.net.Params()[2:]
	frozen, moved := entries(some.net.Params()[:2]...), entries(some.net.Params()[2:]...)
	for step := range 3 {
		if _, err := trainer.Step(batch); err != nil {
			t.Fatal(err)
		}
		if step > 0 {
			continue
		}
		if _, err := all.trainer(optim.Adam{}).Step(batch); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(entries(some.net.Params()[2:]...), entries(all.net.Params()[2:]...)) {
			t.Error("the other layer moves elsewhere")
		}
	}
	if !slices.Equal(entries(some.net.Params()[:2]...), frozen) {
		t.Error("the frozen layer moved")
	}
	if slices.Equal(entries(some.net.Params()[2:]...), moved) {
		t.Error("the other layer stands still")
	}
	state, err := trainer.State()
	if err != nil || len(state) != 2+2*2 {
		t.Errorf("%d states (%v), none of the frozen layer expected", len(state), err)
	}
}

// Averages are there after a step and not before, and belong to the rule Average.
func TestAverages(t *testing.T) {
	p := newBowl(tensor.Float32)
	if _, err := p.trainer(optim.Adam{}).Averages(); err == nil || !strings.Contains(err.Error(), "optim.Adam keeps no averages") {
		t.Errorf("error %v", err)
	}
	trainer := p.trainer(optim.Average{Rule: optim.Adam{LearningRate: 0.1}, Decay: 0.75})
	if _, err := trainer.Averages(); err == nil || !strings.Contains(err.Error(), "before the first step") {
		t.Errorf("error %v", err)
	}
	var seen [][]float64
	for range 12 {
		if _, err := trainer.Step(nil); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, entries(p.w, p.b))
		means, err := trainer.Averages()
		if err != nil {
			t.Fatal(err)
		}
		got := entries(means...)
		for i := range got {
			sum, weights := 0.0, 0.0
			for s, x := range seen {
				weight := math.Pow(0.75, float64(len(seen)-1-s))
				sum, weights = sum+weight*x[i], weights+weight
			}
			if !(math.Abs(got[i]-sum/weights) <= 1e-5) {
				t.Errorf("step %d, entry %d: the mean is %v, %v expected", len(seen), i, got[i], sum/weights)
			}
		}
	}
	state, err := trainer.State()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, q := range state {
		names = append(names, q.Name())
	}
	if want := "Adam c1, Adam c2, W Adam m, W Adam v, b Adam m, b Adam v, Average weight, W average, b average"; strings.Join(names, ", ") != want {
		t.Errorf("the state is %s, %s expected", strings.Join(names, ", "), want)
	}
}

// SetRate reaches the rule within others, and what they multiply by its rate.
func TestRateWithinRules(t *testing.T) {
	for _, rule := range []optim.Rule{optim.AdamW{WeightDecay: 0.5}, optim.Lion{WeightDecay: 0.5}, optim.RMSProp{Momentum: 0.5}, optim.Adagrad{},
		optim.Average{Rule: optim.Clip{Norm: 1, Rule: optim.Decay{Rule: optim.Adam{}, L1: 1, L2: 1, Decoupled: 1}}}} {
		p := newBowl(tensor.Float64)
		trainer := p.trainer(rule)
		for range 2 {
			if _, err := trainer.Step(nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := trainer.SetRate("learning rate", 0); err != nil {
			t.Fatal(err)
		}
		before := entries(p.w, p.b)
		if _, err := trainer.Step(nil); err != nil || !slices.Equal(entries(p.w, p.b), before) {
			t.Errorf("%s: a rate of 0 moves the parameters (%v)", fmt.Sprintf("%T", rule), err)
		}
	}
}

// Gradients of 0, and lengths far beyond or below those of the limit, are clipped by norm as
// any others.
func TestClipAtTheEnds(t *testing.T) {
	for _, c := range []struct{ norm, gradient, want float64 }{
		{1, 0, 0}, {1e-300, 0, 0}, {1e300, 0, 0}, {1, 1e300, math.Sqrt(0.5)},
		{1e300, 1e-300, 1e-300}, {1, 5e-324, 5e-324},
	} {
		var params []*graph.Param
		for _, name := range []string{"a", "b"} {
			params = append(params, graph.NewParam(name, matrixOf(tensor.Float64, []float64{0}, 1, 1)))
		}
		trainer := &optim.Trainer{Params: params, Rule: optim.Clip{Norm: c.norm, Rule: optim.GradientDescent{LearningRate: 1}},
			Cost: func(g *graph.Graph, m int) *graph.Node {
				a, b := g.Use(params[0]), g.Use(params[1])
				return graph.Sum(graph.Add(graph.Add(a, b).Times(c.gradient), graph.Add(graph.Square(a), graph.Square(b)))) // whose gradients are 0
			}}
		_, err := trainer.Step(nil)
		for i, v := range entries(params...) {
			if err != nil || !(math.Abs(v+c.want) <= 1e-15*c.want) {
				t.Errorf("norm %v, gradient %v: entry %d moves by %v, error %v, −%v expected", c.norm, c.gradient, i, v, err, c.want)
			}
		}
		trainer.Close()
	}
}
