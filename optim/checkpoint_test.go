package optim_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/internal/safetensors"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// aTraining is one with everything that a checkpoint must hold: dropout, batch
// normalisation, shuffled batches of two sizes, a rule with state, a schedule, patience.
type aTraining struct {
	dtype   string
	units   int
	workers int
}

const resumeEpochs, resumeBatches = 6, 5 // 30 steps

func (a aTraining) settings() experiment.Settings {
	return experiment.Settings{Inputs: 3, Dtype: a.dtype, Layers: []experiment.Layer{
		{Kind: experiment.Dense, Units: a.units, Activation: "tanh"},
		{Kind: experiment.BatchNorm},
		{Kind: experiment.Dropout, Rate: 0.3},
		{Kind: experiment.Dense, Units: 2, Activation: "softmax"},
	}, Cost: experiment.Cost{Kind: experiment.CrossEntropy}}
}

// fit returns a training of the network, and what ends it after some steps.
func (a aTraining) fit(net layers.Layer, end int) (*optim.Fit, context.Context) {
	ctx, cancel := context.WithCancel(context.Background())
	trainer := &optim.Trainer{Params: net.Params(), Kept: layers.State(net), Rule: optim.AdamW{LearningRate: 0.02, WeightDecay: 0.1}, Workers: a.workers,
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.CategoricalCrossEntropy(net.Apply(g.Input("X", 3, m)), g.Input("Y", 1, m))
		}}
	dtype := tensor.Float64
	if a.dtype == "float32" {
		dtype = tensor.Float32
	}
	data := optim.DataFunc(func(epoch, b int) (optim.Batch, bool, error) {
		rng := rand.New(rand.NewPCG(uint64(epoch), uint64(b)))
		m := 64
		if b == resumeBatches-1 {
			m = 1
		}
		x, y := tensor.New(tensor.Of(dtype), tensor.WithShape(3, m)), tensor.New(tensor.Of(dtype), tensor.WithShape(1, m))
		for i := range 3 * m {
			x.Set(i, narrow(dtype, rng.NormFloat64()))
		}
		for i := range m {
			y.Set(i, narrow(dtype, float64(rng.IntN(2))))
		}
		return optim.Batch{"X": x, "Y": y}, b == resumeBatches-1, nil
	})
	f := &optim.Fit{Trainer: trainer, Data: data, Epochs: resumeEpochs, Patience: 3, Schedule: optim.Warmup{Steps: 2, Then: &optim.Plateau{Patience: 1, Ratio: 0.5}}}
	f.Measure = func(context.Context) ([]optim.Metric, error) { // no number in the first
		v := []float64{math.NaN(), 0.3, 0.5, 0.2, 0.4, 0.3}[len(f.History)]
		return []optim.Metric{{"cost", v}, {"weight", float64(len(f.History))}}, nil
	}
	f.OnStep = func(p optim.Progress) error {
		if p.Step == end {
			cancel()
		}
		return nil
	}
	return f, ctx
}

func narrow(dtype tensor.Dtype, v float64) any {
	if dtype == tensor.Float32 {
		return float32(v)
	}
	return v
}

// everyBit returns all numbers of a training as text.
func everyBit(t *testing.T, net layers.Layer, f *optim.Fit) string {
	t.Helper()
	c, err := f.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, p := range slices.Concat(net.Params(), layers.State(net)) {
		fmt.Fprintf(&b, "%s %v\n", p.Name(), p.Value().Data())
	}
	for _, v := range c.Tensors {
		fmt.Fprintf(&b, "%s %v\n", v.Name, v.Data)
	}
	b.Write(c.JSON)
	return b.String()
}

// A training that is ended at any step, and goes on from its file with everything made
// anew, ends at the bits of one that never stopped.
func TestFitResumes(t *testing.T) {
	cases := []aTraining{{"float64", 6, 1}, {"float32", 6, 1}, {"float64", 300, 2}, {"float32", 300, 2}}
	if testing.Short() {
		cases = cases[:2]
	}
	idle := runtime.NumGoroutine()
	for _, a := range cases {
		build := func(rng layers.Source) layers.Layer {
			net, err := layers.Build(a.settings(), rng)
			if err != nil {
				t.Fatal(err)
			}
			return net
		}
		start := func() layers.Layer { return build(rand.New(rand.NewPCG(1, 2))) }
		for wait := 0; runtime.NumGoroutine() > idle && wait < 1000; wait++ { // what shared the work before goes
			time.Sleep(time.Millisecond)
		}
		net := start()
		whole, ctx := a.fit(net, 0)
		if err := whole.Run(ctx); err != nil {
			t.Fatal(err)
		}
		want := everyBit(t, net, whole)
		if len(whole.History) != resumeEpochs || whole.State().Step != resumeEpochs*resumeBatches {
			t.Fatalf("%d records, %+v: the training is not what this test wants", len(whole.History), whole.State())
		}
		if helpers := runtime.NumGoroutine() - idle; (helpers > 0) != (a.workers > 1) {
			t.Fatalf("%+v: %d goroutines share the work", a, helpers)
		}
		whole.Trainer.Close()
		stride := 1
		if a.units > 10 {
			stride = 7
		}
		for end := stride; end < resumeEpochs*resumeBatches; end += stride {
			net := start()
			first, ctx := a.fit(net, end)
			if err := first.Run(ctx); err == nil {
				t.Fatalf("%+v: not ended at %d", a, end)
			}
			var file bytes.Buffer
			writeTraining(t, &file, a, net, first)
			first.Trainer.Close()

			model, err := layers.Load(&file)
			if err != nil {
				t.Fatal(err)
			}
			second, ctx := a.fit(model.Network, 0)
			if err := second.Resume(model.Sections[0]); err != nil {
				t.Fatal(err)
			}
			if err := second.Run(ctx); err != nil {
				t.Fatal(err)
			}
			if got := everyBit(t, model.Network, second); got != want {
				t.Fatalf("%+v, ended at step %d:\n%s\nwithout an end\n%s", a, end, got, want)
			}
			second.Trainer.Close()
		}
	}
}

func writeTraining(t *testing.T, to *bytes.Buffer, a aTraining, net layers.Layer, fit *optim.Fit) {
	t.Helper()
	section, err := fit.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	if err := layers.Save(to, layers.Model{Network: net, Settings: a.settings(), Sections: []optim.Checkpoint{section}}); err != nil {
		t.Fatal(err)
	}
}

// A checkpoint of another training is an error that says what differs, and changes
// nothing.
func TestFitResumesNoOtherTraining(t *testing.T) {
	a := aTraining{"float64", 4, 1}
	build := func(a aTraining) layers.Layer {
		net, err := layers.Build(a.settings(), rand.New(rand.NewPCG(1, 2)))
		if err != nil {
			t.Fatal(err)
		}
		return net
	}
	first, ctx := a.fit(build(a), 12)
	defer first.Trainer.Close()
	first.Run(ctx)
	good, err := first.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(c *optim.Checkpoint)) optim.Checkpoint {
		c := good
		c.Tensors = slices.Clone(c.Tensors)
		change(&c)
		return c
	}
	replaced := func(old, new string) optim.Checkpoint {
		return changed(func(c *optim.Checkpoint) {
			text := strings.Replace(string(c.JSON), old, new, 1)
			if text == string(c.JSON) {
				t.Fatalf("%s has no %s", c.JSON, old)
			}
			c.JSON = []byte(text)
		})
	}
	for _, c := range []struct {
		name       string
		checkpoint optim.Checkpoint
		fit        func(f *optim.Fit)
		want       string
	}{
		{"rule", good, func(f *optim.Fit) { f.Trainer.Rule = optim.Adam{} }, "of the rule AdamW{LearningRate:0.02"},
		{"rate", good, func(f *optim.Fit) { f.Trainer.Rule = optim.AdamW{LearningRate: 0.03, WeightDecay: 0.1} }, "the Trainer has AdamW{LearningRate:0.03"},
		{"frozen", good, func(f *optim.Fit) { f.Trainer.Params = f.Trainer.Params[2:] }, `of a training of "W1", "b1"`},
		{"half a best", changed(func(c *optim.Checkpoint) {
			c.Tensors = slices.DeleteFunc(c.Tensors, func(t safetensors.Tensor) bool { return t.Name == "best/W1" })
		}), nil, `has no tensor "best/W1"`},
		{"section", changed(func(c *optim.Checkpoint) { c.Name = "other" }), nil, `the section "other"`},
		{"json", changed(func(c *optim.Checkpoint) { c.JSON = []byte("[]") }), nil, "the checkpoint: json"},
		{"missing", changed(func(c *optim.Checkpoint) { c.Tensors = c.Tensors[1:] }), nil, "has no tensor"},
		{"surplus", changed(func(c *optim.Checkpoint) {
			extra := c.Tensors[0]
			extra.Name = "rule/extra"
			c.Tensors = append(c.Tensors, extra)
		}), nil, `a tensor "rule/extra"`},
		{"shape", changed(func(c *optim.Checkpoint) { c.Tensors[0].Shape = []int{1, 1} }), nil, "the shape [1 1]"},
		{"numbers", changed(func(c *optim.Checkpoint) { c.Tensors[0].Data = []float64{} }), nil, "has 0 numbers"},
		{"type", changed(func(c *optim.Checkpoint) { c.Tensors[0].Data = make([]int64, c.Tensors[0].Len()) }), nil, "type I64"},
		{"step", replaced(`"step":12`, `"step":-1`), nil, "no place"},
		{"best", replaced(`"best":2`, `"best":9`), nil, "no place"},
		{"rates", replaced(`"learning rate":`, `"speed":`), nil, `the rate "speed"`},
		{"a rate", replaced(`"learning rate":`, `"learning rate":-`), nil, "of -0.0"},
		{"metrics", replaced(`"names":["cost","weight"]`, `"names":["cost"]`), nil, "2 metrics called"},
	} {
		net := build(a)
		f, _ := a.fit(net, 0)
		if c.fit != nil {
			c.fit(f)
		}
		fresh, _ := a.fit(build(a), 0)
		before := everyBit(t, build(a), fresh)
		if err := f.Resume(c.checkpoint); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %q expected", c.name, err, c.want)
		}
		if !reflect.DeepEqual(f.State(), optim.FitState{}) || f.History != nil {
			t.Errorf("%s: the Fit has changed", c.name)
		}
		if c.fit == nil && everyBit(t, net, f) != before {
			t.Errorf("%s: the network or the rule's state has changed", c.name)
		}
		f.Trainer.Close()
	}
	if err := first.Resume(good); err == nil || !strings.Contains(err.Error(), "before its first step") {
		t.Errorf("a Fit with steps: %v", err)
	}
}

// Patience may begin with a resumed training, which then finds its best network anew, and end
// with one, which is as if there had never been any.
func TestResumeWithOtherPatience(t *testing.T) {
	a := aTraining{units: 8}
	build := func() layers.Layer {
		net, err := layers.Build(a.settings(), rand.New(rand.NewPCG(1, 2)))
		if err != nil {
			t.Fatal(err)
		}
		return net
	}
	run := func(net layers.Layer, end, patience int, from *optim.Checkpoint) (*optim.Fit, optim.Checkpoint) {
		f, ctx := a.fit(net, end)
		defer f.Trainer.Close()
		if f.Patience = patience; from != nil {
			if err := f.Resume(*from); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		c, err := f.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		return f, c
	}
	const half = 4 * resumeBatches // records of NaN, 0.3, 0.5, 0.2; then of 0.4 and 0.3
	for _, c := range []struct{ before, after, best int }{{0, 9, 6}, {9, 9, 4}, {9, 0, 4}} {
		net := build()
		_, half := run(net, half, c.before, nil)
		f, end := run(net, 0, c.after, &half)
		if s := f.State(); len(f.History) != 6 || s.Best != c.best {
			t.Errorf("Patience %d, then %d: %d records, the best is %d, %d expected", c.before, c.after, len(f.History), s.Best, c.best)
		}
		hasBest := slices.ContainsFunc(end.Tensors, func(t safetensors.Tensor) bool { return strings.HasPrefix(t.Name, "best/") })
		if hasBest != (c.after > 0) {
			t.Errorf("Patience %d, then %d: a best network is kept: %v", c.before, c.after, hasBest)
		}
	}
}

// Rules are told apart by what they hold, in words that another process finds too.
func TestCheckpointsTellRulesApart(t *testing.T) {
	net := layers.NewTwoLayer(2, 3, 1, layers.Tanh, layers.Zeros, nil)
	text := func(r optim.Rule) string {
		f := optim.Fit{Trainer: &optim.Trainer{Params: net.Params(), Rule: r, Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SigmoidCrossEntropy(net.Forward(g.Input("X", 2, m)).Z[1], g.Input("Y", 1, m))
		}}, Data: optim.Batches{nil}}
		c, err := f.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		_, rule, _ := strings.Cut(string(c.JSON), `"rule":`)
		rule, _, _ = strings.Cut(rule, `,"trained"`)
		return rule
	}
	inner := optim.Momentum{LearningRate: 0.1}
	rules := []optim.Rule{inner, &inner, optim.Clip{Rule: inner, Norm: 1}, optim.Clip{Rule: inner, Norm: 2},
		optim.Decay{Rule: inner, L2: 1, Params: net.W}, optim.Decay{Rule: inner, L2: 1, Params: net.W[:1]},
		optim.PerParameter{Rule: inner, Factors: map[*graph.Param]float64{net.W[0]: 2, net.W[1]: 3}},
		optim.PerParameter{Rule: inner, Factors: map[*graph.Param]float64{net.W[0]: 2, net.W[1]: 4}}}
	for i, r := range rules {
		for j, s := range rules[:i] {
			if same := i == 1 && j == 0; (text(r) == text(s)) != same {
				t.Errorf("%d %s and %d %s", i, text(r), j, text(s))
			}
		}
		first := text(r)
		for range 10 { // maps have no order
			if again := text(r); again != first || strings.Contains(again, "0x") {
				t.Errorf("%s, then %s", first, again)
			}
		}
	}
}
