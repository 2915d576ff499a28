package optim_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// A randomFit is a training with settings drawn at random.
type randomFit struct {
	seed     uint64
	settings experiment.Settings
	batches  []int // their sizes
}

func newRandomFit(seed uint64) randomFit {
	r := rand.New(rand.NewPCG(seed, 1))
	f := randomFit{seed: seed, settings: experiment.Settings{Version: 1, Inputs: 2, Cost: experiment.Cost{Kind: experiment.CrossEntropy},
		Dtype: []string{"", "float32"}[r.IntN(2)], Layers: []experiment.Layer{{Kind: experiment.Dense, Units: 3, Activation: "tanh"}}}}
	if r.IntN(2) == 0 {
		f.settings.Layers = append(f.settings.Layers, experiment.Layer{Kind: experiment.BatchNorm})
	}
	if r.IntN(2) == 0 {
		f.settings.Layers = append(f.settings.Layers, experiment.Layer{Kind: experiment.Dropout, Rate: 0.3})
	}
	f.settings.Layers = append(f.settings.Layers, experiment.Layer{Kind: experiment.Dense, Units: 2, Activation: "softmax"})
	for range 1 + r.IntN(4) {
		f.batches = append(f.batches, 1+r.IntN(5))
	}
	return f
}

// rule returns one around up to four others.
func (f randomFit) rule(net layers.Layer) optim.Rule {
	r := rand.New(rand.NewPCG(f.seed, 2))
	rule := []optim.Rule{optim.GradientDescent{LearningRate: 0.3}, optim.Momentum{LearningRate: 0.1}, optim.Momentum{LearningRate: 0.1, Nesterov: true},
		optim.Adam{}, optim.AdamW{WeightDecay: 0.1}, optim.RMSProp{Momentum: 0.5, Centered: true}, optim.Adagrad{}, optim.Lion{}}[r.IntN(8)]
	for range r.IntN(4) {
		switch r.IntN(3) {
		case 0:
			rule = optim.Clip{Rule: rule, Value: 0.5, Norm: float64(r.IntN(2))}
		case 1:
			rule = optim.Decay{Rule: rule, L1: 0.01 * float64(r.IntN(2)), L2: 0.1, Decoupled: 0.1 * float64(r.IntN(2))}
		default:
			rule = optim.PerParameter{Rule: rule, Factors: map[*graph.Param]float64{net.Params()[0]: 0.5, net.Params()[1]: float64(r.IntN(2))}}
		}
	}
	if r.IntN(3) == 0 {
		rule = optim.Average{Rule: rule, Decay: 0.5}
	}
	return rule
}

// make returns the training of a network.
func (f randomFit) make(net layers.Layer) *optim.Fit {
	r := rand.New(rand.NewPCG(f.seed, 3))
	dtype := tensor.Float64
	if f.settings.Dtype != "" {
		dtype = tensor.Float32
	}
	fit := &optim.Fit{Trainer: &optim.Trainer{Params: net.Params(), Kept: layers.State(net), Rule: f.rule(net), Workers: 1, Programs: r.IntN(3),
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.CategoricalCrossEntropy(net.Apply(g.Input("X", 2, m)), g.Input("Y", 1, m))
		}}}
	fit.Data = optim.DataFunc(func(epoch, b int) (optim.Batch, bool, error) {
		rng, m := rand.New(rand.NewPCG(uint64(epoch), uint64(b))), f.batches[b]
		x, y := tensor.New(tensor.Of(dtype), tensor.WithShape(2, m)), tensor.New(tensor.Of(dtype), tensor.WithShape(1, m))
		for i := range 2 * m {
			x.Set(i, narrow(dtype, rng.NormFloat64()))
		}
		for i := range m {
			y.Set(i, narrow(dtype, float64(rng.IntN(2))))
		}
		return optim.Batch{"X": x, "Y": y}, b == len(f.batches)-1, nil
	})
	fit.Schedule = []optim.Schedule{nil, optim.Constant{}, &optim.Plateau{Patience: 1, Ratio: 0.5}, optim.Warmup{Steps: 3, Then: &optim.Plateau{Patience: 2, Threshold: 0.1, Rest: 1}},
		optim.Cosine{Steps: 9}, optim.OneCycle{Steps: 11}, optim.Staircase{Every: 3, Ratio: 0.5}, optim.Exponential{Ratio: 0.9}}[r.IntN(8)]
	fit.Every, fit.Patience, fit.Maximize = r.IntN(4), r.IntN(4), r.IntN(2) == 0
	if fit.Steps = 4 + r.IntN(25); r.IntN(2) == 0 {
		fit.Epochs = 1 + r.IntN(9)
	}
	if r.IntN(2) == 0 {
		fit.Measure = func(context.Context) ([]optim.Metric, error) {
			w, s := 0.0, 0.0
			for _, p := range net.Params() {
				for _, v := range entries(p) {
					w, s = w+v*v, s+v
				}
			}
			return []optim.Metric{{Name: "squares", Value: w}, {Name: "sum", Value: s}}, nil
		}
	}
	return fit
}

func (f randomFit) network(t *testing.T) layers.Layer {
	t.Helper()
	net, err := layers.Build(f.settings, rand.New(rand.NewPCG(f.seed, 4)))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

var errHere = errors.New("here")

// A training of any settings that ends anywhere, by a callback before or after a record or by
// its context, goes on to the same bits and records: in the same Fit, and from a checkpoint
// that was made there.
func TestRandomFitsGoOn(t *testing.T) {
	fits := 40
	if n, err := strconv.Atoi(os.Getenv("CHAINRULE_TEST_FITS")); err == nil {
		fits = n
	}
	for seed := range uint64(fits) {
		f := newRandomFit(seed)
		net := f.network(t)
		whole := f.make(net)
		if err := whole.Run(t.Context()); err != nil {
			t.Fatal(seed, err)
		}
		want := everyBit(t, net, whole)
		whole.Trainer.Close()
		r := rand.New(rand.NewPCG(seed, 5))
		for _, way := range []string{"step", "epoch", "context"} {
			at := 1 + r.IntN(whole.State().Step)
			net := f.network(t)
			first := f.make(net)
			ctx, cancel := context.WithCancel(t.Context())
			switch way {
			case "step":
				first.OnStep = func(p optim.Progress) error {
					if p.Step == at {
						return errHere
					}
					return nil
				}
			case "epoch":
				first.OnEpoch = func(r optim.Record) error {
					if r.Step >= at {
						return errHere
					}
					return nil
				}
			case "context":
				first.OnStep = func(p optim.Progress) error {
					if p.Step == at {
						cancel()
					}
					return nil
				}
			}
			err := first.Run(ctx)
			cancel()
			if err != nil && !errors.Is(err, errHere) && !errors.Is(err, context.Canceled) {
				t.Fatal(seed, way, err)
			}
			about := fmt.Sprintf("seed %d, ended by %s at step %d of %v, Every %d, Patience %d, schedule %T, rule %T", seed, way, at, f.batches, first.Every, first.Patience, first.Schedule, first.Trainer.Rule)
			c, failed := first.Checkpoint()
			if failed != nil {
				t.Fatal(about, failed)
			}
			again := f.network(t)
			for i, p := range slices.Concat(again.Params(), layers.State(again)) {
				if err := p.Set(slices.Concat(net.Params(), layers.State(net))[i].Value()); err != nil {
					t.Fatal(err)
				}
			}
			second := f.make(again)
			if err := second.Resume(c); err != nil {
				t.Fatal(about, err)
			}
			first.OnStep, first.OnEpoch = nil, nil
			for who, fit := range map[string]*optim.Fit{"the same": first, "resumed": second} {
				n := net
				if fit == second {
					n = again
				}
				if err := fit.Run(t.Context()); err != nil {
					t.Fatal(about, err)
				}
				if got := everyBit(t, n, fit); got != want {
					t.Errorf("%s, %s:\n%s\nwithout an end\n%s", about, who, got, want)
				}
				fit.Trainer.Close()
			}
		}
	}
}
