package optim_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// The state of a rule has names, before the first step, after it, and after
// Close.
func TestStateHasNames(t *testing.T) {
	for want, rule := range map[string]optim.Rule{
		"": optim.GradientDescent{LearningRate: 1},
		"hidden.W Momentum velocity (2), b Momentum velocity (1)":                                                                                       optim.Momentum{LearningRate: 1},
		"Adam c1 (), Adam c2 (), hidden.W Adam m (2), hidden.W Adam v (2), b Adam m (1), b Adam v (1)":                                                  optim.Adam{},
		"AdamW c1 (), AdamW c2 (), hidden.W AdamW m (2), hidden.W AdamW v (2), b AdamW m (1), b AdamW v (1)":                                            optim.AdamW{WeightDecay: 1},
		"hidden.W RMSProp v (2), b RMSProp v (1)":                                                                                                       optim.RMSProp{},
		"hidden.W RMSProp v (2), hidden.W RMSProp mean (2), hidden.W RMSProp velocity (2), b RMSProp v (1), b RMSProp mean (1), b RMSProp velocity (1)": optim.RMSProp{Centered: true, Momentum: 0.5},
		"Adagrad steps (), hidden.W Adagrad sum (2), b Adagrad sum (1)":                                                                                 optim.Adagrad{Decay: 1},
		"hidden.W Adagrad sum (2), b Adagrad sum (1)":                                                                                                   optim.Adagrad{},
		"hidden.W Lion m (2), b Lion m (1)":                                                                                                             optim.Lion{},
		"Average weight (), hidden.W average (2), b average (1)":                                                                                        optim.Average{Rule: optim.GradientDescent{LearningRate: 1}},
	} {
		w, b := graph.NewParam("hidden.W", dense64([]float64{1, 2}, 2)), graph.NewParam("b", dense64([]float64{4}, 1)) // which no rule makes 0
		trainer := &optim.Trainer{Params: []*graph.Param{w, b}, Rule: rule, Cost: func(g *graph.Graph, _ int) *graph.Node {
			return graph.Sum(graph.Mul(g.Use(w), g.Use(b)))
		}}
		var first []*graph.Param
		for when, do := range []func() error{
			func() error { return nil },
			func() error { _, err := trainer.Step(nil); return err },
			trainer.Close,
			func() error { _, err := trainer.Step(nil); return err },
		} {
			if err := do(); err != nil {
				t.Fatal(err)
			}
			state, err := trainer.State()
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, p := range state {
				names = append(names, fmt.Sprintf("%s %v", p.Name(), p.Shape()))
				if zero := entries(p)[0] == 0; zero != (when == 0) {
					t.Errorf("%s is %v at time %d", p.Name(), p.Value(), when)
				}
			}
			if got := strings.Join(names, ", "); got != want {
				t.Errorf("%T keeps %s, want %s", rule, got, want)
			}
			if when == 0 {
				first = state
			} else if !slices.Equal(first, state) {
				t.Errorf("%T: other parameters at time %d", rule, when)
			}
		}
	}
}

// masked is a cost with dropout of its own, whose seed every step counts on.
func (p problem) masked(seed *graph.Param) func(g *graph.Graph, m int) *graph.Node {
	return func(g *graph.Graph, m int) *graph.Node {
		cost := p.cost(g, m)
		if !g.IsTraining() {
			return cost
		}
		g.Assign(seed, graph.NextSeed(g.Use(seed)))
		return graph.Mul(cost, graph.Add(g.Const(0.5), graph.RandomUniform(g.Use(seed))))
	}
}

// Ten steps, a new Trainer that is given what the first one held, and ten more
// are the bits of twenty.
func TestResume(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for _, rule := range []optim.Rule{optim.GradientDescent{LearningRate: 0.1}, optim.Adam{}, optim.Momentum{LearningRate: 0.1},
			optim.RMSProp{Centered: true, Momentum: 0.5}, optim.Adagrad{}, optim.Lion{WeightDecay: 0.1},
			optim.Average{Rule: optim.Clip{Rule: optim.AdamW{WeightDecay: 0.1}, Norm: 0.1}}} {
			var straight, resumed []float64
			for _, stop := range []bool{false, true} {
				p := newProblem(dtype)
				batch := optim.Batch{"X": random(p.rng, dtype, 3, 9), "Y": matrixOf(dtype, make([]float64, 18), 2, 9)}
				seed := graph.NewParam("seed", matrixOf(dtype, []float64{5, 0}, 2, 1))
				trainer := p.trainer(rule)
				trainer.Cost = p.masked(seed)
				for step := range 20 {
					if step == 5 {
						if err := trainer.SetRate("learning rate", 0.03); err != nil {
							t.Fatal(err)
						}
					}
					if stop && step == 10 {
						trainer = resume(t, trainer)
					}
					if _, err := trainer.Step(batch); err != nil {
						t.Fatal(err)
					}
				}
				if got := entries(seed); got[0] != 5 || got[1] != 20 {
					t.Errorf("the seed is %v after 20 steps", got)
				}
				straight, resumed = resumed, entries(p.net.Params()...)
			}
			if !slices.Equal(straight, resumed) {
				t.Errorf("%T, %v: a resumed training ends elsewhere", rule, dtype)
			}
		}
	}
}

// resume returns a new Trainer in the state of an old one.
func resume(t *testing.T, old *optim.Trainer) *optim.Trainer {
	t.Helper()
	trainer := &optim.Trainer{Params: old.Params, Rule: old.Rule, Cost: old.Cost}
	from, err := old.State()
	if err != nil {
		t.Fatal(err)
	}
	to, err := trainer.State()
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range to {
		if p.Name() != from[i].Name() {
			t.Fatalf("%q is called %q", from[i].Name(), p.Name())
		}
		if err := p.Set(from[i].Value()); err != nil {
			t.Fatal(err)
		}
	}
	rates, err := old.Rates()
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range rates {
		if err := trainer.SetRate(name, v); err != nil {
			t.Fatal(err)
		}
	}
	return trainer
}

// SetRate takes what the rule's field takes, and 0.
func TestSetRateChecks(t *testing.T) {
	p := newProblem(tensor.Float64)
	trainer := p.trainer(optim.Adam{LearningRate: 0.25})
	for v, words := range map[float64]string{-1: "-1 given", math.Inf(1): "+Inf given", math.Inf(-1): "-Inf given", math.NaN(): "NaN given"} {
		field := optim.Trainer{Params: p.net.Params(), Rule: optim.Adam{LearningRate: v}, Cost: p.cost}
		_, inField := field.State()
		for _, err := range []error{trainer.SetRate("learning rate", v), inField} {
			if err == nil || !strings.Contains(err.Error(), words+", a number above 0 expected") {
				t.Errorf("rate %v: error %v", v, err)
			}
		}
		own := optim.Trainer{Params: p.net.Params(), Rule: ownRule{v}, Cost: p.cost}
		if _, err := own.State(); err == nil || !strings.Contains(err.Error(), words) || !strings.Contains(err.Error(), `Rate "mine"`) {
			t.Errorf("own rule, rate %v: error %v", v, err)
		}
	}
	for _, v := range []float64{0.25, 1e-300, 0} {
		if rates, err := trainer.Rates(); err != nil || len(rates) != 1 || v == 0.25 && rates["learning rate"] != v {
			t.Errorf("rates %v, %v", rates, err)
		}
		if err := trainer.SetRate("learning rate", v); err != nil {
			t.Error(err)
		}
		if rates, err := trainer.Rates(); err != nil || rates["learning rate"] != v {
			t.Errorf("rates %v, %v; %v was set", rates, err, v)
		}
	}
	if n := testing.AllocsPerRun(10, func() { trainer.SetRate("learning rate", 0.1) }); n != 0 {
		t.Errorf("%v allocations, as for a schedule that sets a rate at every step", n)
	}
}

// ownRule is a rule with a rate of its own and one state in two shapes.
type ownRule struct{ rate float64 }

func (r ownRule) Apply(u *optim.Update) {
	u.Rate("mine", r.rate)
	u.Scalar("b s")
	u.State(graph.NewParam("b", dense64([]float64{1, 2}, 2)), "s")
}

func TestStateOfTwoShapes(t *testing.T) {
	p := newProblem(tensor.Float64)
	_, err := (&optim.Trainer{Params: p.net.Params(), Rule: ownRule{1}, Cost: p.cost}).State()
	if err == nil || !strings.Contains(err.Error(), `"b s" is asked for in shape (2) and is there in shape ()`) {
		t.Errorf("error %v", err)
	}
}

// Epsilon stands beside the root: of a first step on a gradient g it makes
// α·g/(|g| + ε).
func TestAdamsEpsilon(t *testing.T) {
	for _, eps := range []float64{0.5, 1e-3} {
		w := graph.NewParam("w", dense64([]float64{1, -2, 3}, 3))
		trainer := optim.Trainer{Params: []*graph.Param{w}, Rule: optim.Adam{LearningRate: 0.1, Epsilon: eps},
			Cost: func(g *graph.Graph, _ int) *graph.Node { return graph.Sum(graph.Square(g.Use(w))) }}
		if _, err := trainer.Step(nil); err != nil {
			t.Fatal(err)
		}
		for i, v := range []float64{1, -2, 3} {
			want := v - 0.1*2*v/(math.Abs(2*v)+eps)
			if got := entries(w)[i]; !(math.Abs(got-want) <= 1e-15) {
				t.Errorf("ε = %v, entry %d: %v, want %v", eps, i, got, want)
			}
		}
	}
	for _, eps := range []float64{-1, math.NaN(), math.Inf(1)} {
		p := newProblem(tensor.Float64)
		if _, err := p.trainer(optim.Adam{Epsilon: eps}).State(); err == nil || !strings.Contains(err.Error(), "Adam.Epsilon: ") {
			t.Errorf("ε = %v: error %v", eps, err)
		}
	}
}

// A rate is a number of the parameters' dtype: what is infinite or 0 as a float32 is
// told, and does not make parameters that are none or stand still.
func TestRatesOfFloat32(t *testing.T) {
	for _, v := range []float64{1e39, 1e-46} {
		for _, rule := range []optim.Rule{optim.GradientDescent{LearningRate: v}, optim.Momentum{LearningRate: v},
			optim.Adam{LearningRate: v}, optim.Adam{Epsilon: v}} {
			p := newProblem(tensor.Float32)
			if _, err := p.trainer(rule).State(); err == nil || !strings.Contains(err.Error(), "a number above 0 expected") {
				t.Errorf("%+v: error %v", rule, err)
			}
		}
	}
	narrow, wide := newProblem(tensor.Float32), newProblem(tensor.Float64)
	if err := narrow.trainer(optim.Adam{}).SetRate("learning rate", 1e39); err == nil || !strings.Contains(err.Error(), "+Inf given") {
		t.Errorf("error %v", err)
	}
	if err := wide.trainer(optim.Adam{}).SetRate("learning rate", 1e39); err != nil {
		t.Error(err)
	}
	if rates, err := narrow.trainer(optim.Adam{}).Rates(); err != nil || rates["learning rate"] != 0.001 {
		t.Errorf("rates %v, error %v: as they were given expected", rates, err)
	}
}

// The rates that a Trainer tells are a copy: to change them is what SetRate is for.
func TestRatesAreACopy(t *testing.T) {
	trainer := newProblem(tensor.Float64).trainer(optim.Adam{})
	for range 2 {
		rates, err := trainer.Rates()
		if err != nil || rates["learning rate"] != 0.001 {
			t.Errorf("rates %v, error %v", rates, err)
		}
		rates["learning rate"] = 7
	}
}
