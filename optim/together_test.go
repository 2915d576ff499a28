package optim_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// netOf returns a trainer of a small network whose layers keep something, and its parameters.
func netOf(dtype tensor.Dtype, seed uint64, rule optim.Rule, rate float64) (*optim.Trainer, []*graph.Param) {
	rng := rand.New(rand.NewPCG(seed, 1))
	net := layers.Sequential{layers.DenseSettings{Name: "hidden", In: 2, Out: 5, Dtype: dtype}.New(rng),
		layers.Tanh, layers.BatchNormSettings{Name: "norm", Features: 5, Dtype: dtype}.New(),
		layers.DropoutSettings{Name: "drop", Rate: rate, Seed: seed, Dtype: dtype}.New(),
		layers.DenseSettings{Name: "out", In: 5, Out: 3, Dtype: dtype}.New(rng)}
	t := &optim.Trainer{Params: net.Params(), Kept: layers.State(net), Rule: rule, Workers: 1,
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SoftmaxCrossEntropy(net.Apply(g.Input("X", 2, m)), graph.OneHot(g.Input("Y", 1, m), 3))
		}}
	return t, append(net.Params(), layers.State(net)...)
}

// Networks that are trained together come to what each comes to alone, whatever their rule
// and layers keep, each at its own rate, on batches of two sizes.
func TestTogetherEqualsEachAlone(t *testing.T) {
	rules := []optim.Rule{optim.GradientDescent{LearningRate: 0.3}, optim.Adam{LearningRate: 0.02},
		optim.Clip{Rule: optim.Momentum{LearningRate: 0.1}, Norm: 0.5}}
	for i, rule := range rules {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			tolerance := map[tensor.Dtype]float64{tensor.Float64: 1e-11, tensor.Float32: 2e-3}[dtype]
			var alone []*optim.Trainer
			all, rates := &optim.Together{}, []float64{0.3, 0.1, 0.02, 0}
			all.Trainer, _ = netOf(dtype, 99, rule, 0.3)
			for seed, rate := range rates {
				one, _ := netOf(dtype, uint64(seed), rule, 0.3)
				if err := one.SetRate("learning rate", rate); err != nil {
					t.Fatal(err)
				}
				alone = append(alone, one)
				_, params := netOf(dtype, uint64(seed), rule, 0.3)
				all.Nets = append(all.Nets, params)
			}
			if err := all.SetRate("learning rate", rates...); err != nil {
				t.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(3, 3))
			for step := range 12 {
				m := 4 + step%2*3
				batch := optim.Batch{"X": random(rng, dtype, 2, m), "Y": classes(dtype, 3, m)}
				costs, err := all.Step(batch)
				if err != nil {
					t.Fatal(err)
				}
				for k, one := range alone {
					want, err := one.Step(batch)
					if err != nil {
						t.Fatal(err)
					}
					if d := math.Abs(costs[k] - want); !(d <= tolerance) {
						t.Fatalf("rule %d, step %d: the cost of network %d is off by %g", i, step, k, d)
					}
				}
			}
			whole := optim.Batch{"X": random(rng, dtype, 2, 9), "Y": classes(dtype, 3, 9)}
			costs, err := all.Evaluate(whole)
			if err != nil {
				t.Fatal(err)
			}
			for k, one := range alone {
				if want, err := one.Evaluate(whole); err != nil || !(math.Abs(costs[k]-want) <= tolerance) {
					t.Errorf("rule %d: network %d is evaluated as %v, %v expected, error %v", i, k, costs[k], want, err)
				}
			}
			if err := all.Store(); err != nil {
				t.Fatal(err)
			}
			for k, one := range alone {
				got := entries(all.Nets[k]...)
				for at, want := range entries(append(one.Params, one.Kept...)...) {
					if d := math.Abs(got[at] - want); !(d <= tolerance) {
						t.Errorf("rule %d, %v: entry %d of network %d is off by %g", i, dtype, at, k, d)
					}
				}
			}
			if err := all.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A network that diverges does so alone, and with Finite its step is that of none.
func TestTogetherDivergesAlone(t *testing.T) {
	trainer, _ := netOf(tensor.Float64, 9, optim.GradientDescent{LearningRate: 0.1}, 0)
	all := &optim.Together{Trainer: trainer}
	for seed := range uint64(3) {
		_, params := netOf(tensor.Float64, seed, optim.GradientDescent{LearningRate: 0.1}, 0)
		all.Nets = append(all.Nets, params)
	}
	if err := all.SetRate("learning rate", 0.1, math.MaxFloat64, 0.1); err != nil {
		t.Fatal(err)
	}
	batch := optim.Batch{"X": random(rand.New(rand.NewPCG(1, 1)), tensor.Float64, 2, 6), "Y": classes(tensor.Float64, 3, 6)}
	var costs []float64
	for range 5 {
		var err error
		if costs, err = all.Step(batch); err != nil {
			t.Fatal(err)
		}
	}
	for k, cost := range costs {
		if finite := cost-cost == 0; finite == (k == 1) {
			t.Errorf("the cost of network %d is %v", k, cost)
		}
	}
	all.Trainer.Finite = true
	if _, err := all.Step(batch); err == nil {
		t.Error("a step that is not finite is not refused")
	}
}

// Networks that do not go together, and rates and batches that do not fit, are errors.
func TestTogetherMistakes(t *testing.T) {
	trainer, params := netOf(tensor.Float64, 1, optim.GradientDescent{LearningRate: 0.1}, 0)
	_, single := netOf(tensor.Float32, 1, optim.GradientDescent{LearningRate: 0.1}, 0)
	for want, all := range map[string]*optim.Together{
		"optim: the Together is nil":           nil,
		"optim: the Trainer is nil":            {},
		"the Together has no Nets":             {Trainer: trainer},
		"network 0 of Nets has 1 parameter":    {Trainer: trainer, Nets: [][]*graph.Param{params[:1]}},
		"is in networks 0 and 1 of Nets":       {Trainer: trainer, Nets: [][]*graph.Param{params, params}},
		"is of shape (5, 2) and float32":       {Trainer: trainer, Nets: [][]*graph.Param{single}},
		"parameter 0 of network 0 of Nets: ":   {Trainer: trainer, Nets: [][]*graph.Param{append([]*graph.Param{nil}, params[1:]...)}},
		"optim: the Trainer has no Rule":       {Trainer: &optim.Trainer{Cost: trainer.Cost}},
		"the batch has no \"X\"; it has \"Y\"": {Trainer: trainer, Nets: [][]*graph.Param{params}},
	} {
		if _, err := all.Step(optim.Batch{"Y": classes(tensor.Float64, 3, 4)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, %q expected", err, want)
		}
	}
	_, others := netOf(tensor.Float64, 2, optim.GradientDescent{LearningRate: 0.1}, 0)
	all := &optim.Together{Trainer: trainer, Nets: [][]*graph.Param{params, others}}
	for want, err := range map[string]error{
		"3 numbers given, one for each of 2 networks": all.SetRate("learning rate", 1, 2, 3),
		"no rate \"speed\"":                           all.SetRate("speed", 1),
		"NaN given":                                   all.SetRate("learning rate", math.NaN()),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, %q expected", err, want)
		}
	}
	if err := trainer.Close(); err != nil {
		t.Errorf("the Trainer is not given back: %v", err)
	}
	if err := all.Close(); err != nil {
		t.Error(err)
	}
}
