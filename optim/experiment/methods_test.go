package experiment_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/layers/predict"
	"chainrule/optim"
	"chainrule/optim/experiment"
)

// onMoons returns an experiment with more fields.
func onMoons(t *testing.T, fields string) *experiment.Experiment {
	t.Helper()
	e, err := experiment.Read(strings.NewReader(`{"version": 1, "seed": 3, "layers": [{"kind": "dense", "units": 3, "activation": "tanh"},
		{"kind": "dense", "units": 1, "activation": "sigmoid"}], "cost": {"kind": "cross-entropy"},
		"data": {"kind": "toy", "name": "moons", "examples": 60, "noise": 0.2, "seed": 1, "val": 0.2}, ` + fields + `}`))
	if err != nil {
		t.Fatalf("%s: %v", fields, err)
	}
	return e
}

// numbersOf returns the numbers of parameters.
func numbersOf(t *testing.T, params []*graph.Param) []float64 {
	t.Helper()
	flat, err := optim.Flatten(params)
	if err != nil {
		t.Fatal(err)
	}
	return flat.CopyOut(nil)
}

// The network of an averaged training, in the file too, is the mean of the parameters after
// all steps with the weights of its formula, and so is what is scored after an epoch.
func TestAveragedNetwork(t *testing.T) {
	const steps, decay = 12, 0.75
	const fields = `"rule": {"kind": "momentum", "rate": 0.5, "clip": 1`
	for dtype, tolerance := range map[string]float64{"float64": 1e-14, "float32": 1e-6} {
		rest := `}, "steps": 12, "batch": 16, "dtype": "` + dtype + `"`
		plain, averaged := onMoons(t, fields+rest), onMoons(t, fields+`, "average": 0.75`+rest)
		training, err := plain.Training()
		if err != nil {
			t.Fatal(err)
		}
		var want []float64
		total := 0.0
		training.OnStep = func(p optim.Progress) error {
			now, weight := numbersOf(t, plain.Network.Params()), math.Pow(decay, float64(steps-p.Step))
			if want == nil {
				want = make([]float64, len(now))
			}
			for i, v := range now {
				want[i] += weight * v
			}
			total += weight
			return nil
		}
		if err := errors.Join(training.Run(context.Background()), training.Close()); err != nil {
			t.Fatal(err)
		}
		last := numbersOf(t, plain.Network.Params())
		history, err := averaged.Fit(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "m.safetensors")
		if err := averaged.Save(path); err != nil {
			t.Fatal(err)
		}
		m, err := layers.LoadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		saved := numbersOf(t, m.Network.Params())
		for i, got := range numbersOf(t, averaged.Network.Params()) {
			if w := want[i] / total; math.Abs(got-w) > tolerance*10 || math.Abs(got-last[i]) < 1e-5 {
				t.Errorf("%s: number %d is %v, %v expected, which is not the last, %v", dtype, i, got, w, last[i])
			}
			if got != saved[i] {
				t.Errorf("%s: number %d is %v, and %v in the file", dtype, i, got, saved[i])
			}
		}
		score, err := averaged.Score(averaged.Val)
		if told := history[len(history)-1].Metrics[0].Value; err != nil || told != score.Cost {
			t.Errorf("%s: the last epoch is scored %v, the network %v, error %v", dtype, told, score.Cost, err)
		}
	}
}

// An averaged training that goes on, in the process or from its file, ends with the same
// bytes as one without a break.
func TestAveragedResume(t *testing.T) {
	for _, dtype := range []string{"float64", "float32"} {
		const fields = `"rule": {"kind": "adam", "rate": 0.05, "average": 0.9}, "batch": 16, "dtype": "`
		path := func(name string) string { return filepath.Join(t.TempDir(), name+".safetensors") }
		run := func(e *experiment.Experiment, to string, stop int) []byte {
			t.Helper()
			training, err := e.Training()
			if err != nil {
				t.Fatal(err)
			}
			defer training.Close()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			training.OnStep = func(p optim.Progress) error {
				if p.Step == stop {
					cancel()
				}
				return nil
			}
			if err := training.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if stop > 0 && strings.Contains(to, "same") {
				if err := training.Run(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
			if err := e.Save(to); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(to)
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
		whole := run(onMoons(t, fields+dtype+`", "steps": 20`), path("whole"), 0)
		if again := run(onMoons(t, fields+dtype+`", "steps": 20`), path("same"), 7); !bytes.Equal(again, whole) {
			t.Errorf("%s: a training that is run again is another one", dtype)
		}
		broken := path("broken")
		run(onMoons(t, fields+dtype+`", "steps": 20`), broken, 11)
		e, err := experiment.Open(broken)
		if err != nil {
			t.Fatal(err)
		}
		if again := run(e, broken, 0); !bytes.Equal(again, whole) {
			t.Errorf("%s: a training that is resumed is another one", dtype)
		}
	}
}

// Full-batch methods end where the gradient is as small as asked for, and lower than many
// steps of descent; the file has a model, which no training goes on from.
func TestFullBatchRules(t *testing.T) {
	descent := onMoons(t, `"rule": {"kind": "gd", "rate": 0.5}, "steps": 300`)
	if _, err := descent.Fit(context.Background()); err != nil {
		t.Fatal(err)
	}
	slow, err := descent.Score(descent.Train)
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range []string{`{"kind": "lbfgs", "gradient": 1e-3, "memory": 5}`, `{"kind": "newton", "gradient": 1e-3}`} {
		e := onMoons(t, `"rule": `+rule+`, "epochs": 150`)
		training, err := e.Training()
		if err != nil {
			t.Fatal(err)
		}
		var costs []float64
		training.OnStep = func(p optim.Progress) error {
			costs = append(costs, p.Cost)
			return nil
		}
		if err := training.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		score, err := e.Score(e.Train)
		if err != nil {
			t.Fatal(err)
		}
		m := training.Minimum
		if m == nil || !m.Converged || !(m.Gradient <= 1e-3) || m.Steps != len(costs) || training.State().Step != m.Steps {
			t.Fatalf("%s: %+v after %d steps", rule, m, len(costs))
		}
		if !(score.Cost < slow.Cost) || math.Abs(score.Cost-m.Cost) > 1e-12 {
			t.Errorf("%s: cost %v, %v told, %v by descent", rule, score.Cost, m.Cost, slow.Cost)
		}
		if !slices.IsSortedFunc(costs, func(a, b float64) int {
			if a > b {
				return -1
			}
			return 1
		}) {
			t.Errorf("%s: costs %v", rule, costs)
		}
		if h := training.History; len(h) != len(costs) || h[0].Cost != costs[0] || h[0].Metrics[0].Name != experiment.ValCost {
			t.Errorf("%s: history %+v", rule, h)
		}
		path := filepath.Join(t.TempDir(), "m.safetensors")
		if err := errors.Join(e.Save(path), training.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := predict.LoadFile(path); err != nil {
			t.Error(err)
		}
		again, err := experiment.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := again.Score(again.Train); err != nil || s != score {
			t.Errorf("%s: the file scores %+v, error %v", rule, s, err)
		}
		if _, err := again.Fit(context.Background()); err == nil || !strings.Contains(err.Error(), "does not go on") {
			t.Errorf("%s: a resume has the error %v", rule, err)
		}
	}
}

// A full-batch rule takes no more steps than it may, and every so many are recorded, the
// last one too.
func TestFullBatchSteps(t *testing.T) {
	e := onMoons(t, `"rule": {"kind": "lbfgs"}, "steps": 7`)
	training, err := e.Training()
	if err != nil {
		t.Fatal(err)
	}
	defer training.Close()
	training.Every = 3
	if err := training.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	var at []int
	for _, r := range training.History {
		at = append(at, r.Step)
	}
	if training.Minimum.Converged || training.State().Step != 7 || !slices.Equal(at, []int{3, 6, 7}) {
		t.Errorf("%+v, records at %v", training.Minimum, at)
	}
	before := numbersOf(t, e.Network.Params())
	if err := training.Run(context.Background()); err != nil || !slices.Equal(numbersOf(t, e.Network.Params()), before) {
		t.Errorf("there were steps left, error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	e = onMoons(t, `"rule": {"kind": "lbfgs"}, "steps": 7`)
	if _, err := e.Fit(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// Layers that are frozen stay as they are, those inside others too, and all else moves.
func TestFrozenLayers(t *testing.T) {
	e := read(t, strings.NewReplacer(`"units": 8, "activation": "relu"`, `"units": 8, "activation": "relu", "frozen": true`,
		`{"kind": "layer-norm"}`, `{"kind": "layer-norm", "frozen": true}`).Replace(mixed))
	before := map[string][]float64{}
	for _, p := range e.Network.Params() {
		before[p.Name()] = numbersOf(t, []*graph.Param{p})
	}
	trainer := e.Trainer()
	defer trainer.Close()
	for range 3 {
		if _, err := trainer.Step(e.Batch(e.Train)); err != nil {
			t.Fatal(err)
		}
	}
	var still []string
	for _, p := range e.Network.Params() {
		if slices.Equal(numbersOf(t, []*graph.Param{p}), before[p.Name()]) {
			still = append(still, p.Name())
		}
	}
	if want := []string{"W1", "b1", "layer-norm1.gamma", "layer-norm1.beta"}; !slices.Equal(still, want) || len(before) != 10 {
		t.Errorf("%v of %d stay, %v expected", still, len(before), want)
	}
	path := filepath.Join(t.TempDir(), "m.safetensors")
	if err := e.Save(path); err != nil {
		t.Fatal(err)
	}
	saved, err := experiment.OpenSaved(path)
	if err != nil || !saved.Settings.Layers[1].Frozen || saved.Settings.Layers[2].Frozen {
		t.Errorf("the file has %+v, error %v", saved.Settings.Layers, err)
	}
}

// What methods and layers cannot be together.
func TestMethodMistakes(t *testing.T) {
	const layersText = `"layers": [{"kind": "dense", "units": 40, "activation": "tanh"}, {"kind": "dropout", "rate": 0.5}, {"kind": "dense", "units": 1}]`
	for _, c := range []struct{ layers, fields, path, words string }{
		{"", `"rule": {"kind": "lbfgs", "rate": 0.1}`, "rule.rate", "lbfgs has no such field"},
		{"", `"rule": {"kind": "lbfgs", "l2": 0.1}`, "rule.l2", "lbfgs has no such field"},
		{"", `"rule": {"kind": "newton", "memory": 3}`, "rule.memory", "newton has no such field"},
		{"", `"rule": {"kind": "lbfgs", "gradient": -1}`, "rule.gradient", "-1 given, a number above 0"},
		{"", `"rule": {"kind": "lbfgs", "memory": -1}`, "rule.memory", "-1 given, at least 0"},
		{"", `"rule": {"kind": "lbfgs"}, "batch": 3`, "batch", "3 given, but lbfgs looks at all examples"},
		{"", `"rule": {"kind": "lbfgs"}, "patience": 3`, "patience", "3 given"},
		{"", `"rule": {"kind": "lbfgs"}, "schedule": {"kind": "cosine"}`, "schedule", "lbfgs has no rate"},
		{layersText, `"rule": {"kind": "lbfgs"}`, "layers[1].kind", "dropout given"},
		{strings.Replace(layersText, `"units": 40`, `"units": 500`, 1), `"rule": {"kind": "adam"}, "steps": 1`, "", ""},
		{strings.Replace(strings.Replace(layersText, `{"kind": "dropout", "rate": 0.5}, `, "", 1), `"units": 40`, `"units": 500`, 1), `"rule": {"kind": "newton"}`, "rule.kind", "newton given for 2001 weights and biases, at most 1000"},
		{"", `"rule": {"kind": "adam", "average": 1}`, "rule.average", "from 0 to below 1"},
		{"", `"rule": {"kind": "adam", "average": 0.9}, "patience": 2`, "patience", "2 given beside rule.average"},
		{`"layers": [{"kind": "dense", "units": 1, "frozen": true}]`, `"rule": {"kind": "adam"}`, "layers", "all of them are frozen"},
		{`"layers": [{"kind": "dense", "units": 1, "frozen": 1}]`, `"rule": {"kind": "adam"}`, "layers[0].frozen", "true or false expected"},
	} {
		if c.layers == "" {
			c.layers = `"layers": [{"kind": "dense", "units": 1}]`
		}
		_, err := experiment.Read(strings.NewReader(`{"version": 1, "inputs": 2, "cost": {"kind": "squared-error"}, ` + c.layers + `, ` + c.fields + `}`))
		var at *experiment.Error
		if c.path == "" {
			if err != nil {
				t.Errorf("%s: %v", c.fields, err)
			}
			continue
		}
		if !errors.As(err, &at) || at.Path != c.path || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: error %v, path %s and %q expected", c.fields, err, c.path, c.words)
		}
	}
}
