package experiment_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"chainrule/layers"
	"chainrule/layers/predict"
	"chainrule/optim"
	"chainrule/optim/experiment"
)

// measurements are rows of a file with a text among the inputs and numbers to predict, of
// which the second is in another unit.
func measurements() string {
	var b strings.Builder
	b.WriteString("a,colour,b,y,z\n")
	for i := range 90 {
		u, v := math.Sin(float64(7*i)), math.Cos(float64(5*i))
		red := float64(i % 2)
		fmt.Fprintf(&b, "%.6f,%s,%.6f,%.6f,%.6f\n", 100+u, []string{"blue", "red"}[i%2], 1e-3*v, 50+3*u*v+red, 1e4*(u-v))
	}
	return b.String()
}

// fitted is an experiment on them.
func fitted(t *testing.T, dtype, targets string, change func(s *experiment.Settings)) (*experiment.Experiment, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.csv")
	if err := os.WriteFile(path, []byte(measurements()), 0o644); err != nil {
		t.Fatal(err)
	}
	s := experiment.Settings{Dtype: dtype, Seed: 3, Cost: experiment.Cost{Kind: "squared-error"}, Rule: experiment.Rule{Kind: "adam", Rate: 0.02},
		Data:   experiment.Data{Kind: "csv", Path: path, Targets: strings.Split(targets, ","), Task: "regress", Held: 0.2, Val: 0.2, Seed: 1},
		Epochs: 6, Batch: 8, Patience: 4, Schedule: experiment.Schedule{Kind: "constant"}}
	s.Layers = []experiment.Layer{{Kind: "dense", Units: 8}, {Kind: "batch-norm"}, {Kind: "activation", Activation: "tanh"}, {Kind: "dropout", Rate: 0.1},
		{Kind: "dense", Units: len(s.Data.Targets)}}
	if !strings.Contains(targets, "z") {
		s.Data.Ignore = []string{"z"}
	}
	if change != nil {
		change(&s)
	}
	e, err := experiment.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return e, path
}

// A model in its file predicts what the experiment does, from inputs in their own units,
// and scores are what these predictions say.
func TestSavedModelPredicts(t *testing.T) {
	for dtype, tolerance := range map[string]float64{"float64": 1e-13, "float32": 1e-5} {
		for _, targets := range []string{"y", "y,z"} {
			e, _ := fitted(t, dtype, targets, nil)
			if _, err := e.Fit(context.Background()); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "m.safetensors")
			if err := e.Save(path); err != nil {
				t.Fatal(err)
			}
			m, err := predict.LoadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			k := len(e.Held.Targets)
			got := make([]float64, e.Held.Len()*k)
			if err := m.Predict(got, e.Held.X); err != nil {
				t.Fatal(err)
			}
			want, err := e.Predict(e.Held.X)
			if err != nil {
				t.Fatal(err)
			}
			scale := e.Held.TargetScaling()
			squares := make([]float64, k)
			for i := range got {
				// An output is mean + std·number, and as exact as its larger part.
				if size := math.Abs(scale.Mean[i%k]) + scale.Std[i%k]; !(math.Abs(got[i]-want[i]) <= tolerance*size) {
					t.Errorf("%s %s: output %d is %v, %v expected", dtype, targets, i, got[i], want[i])
				}
				squares[i%k] += (want[i] - e.Held.Y[i]) * (want[i] - e.Held.Y[i]) / float64(e.Held.Len())
			}
			var rmse, r2 float64
			for j := range k {
				rmse += math.Sqrt(squares[j]) / float64(k)
				r2 += (1 - squares[j]/(scale.Std[j]*scale.Std[j])) / float64(k)
			}
			s, err := e.Score(e.Held)
			if err != nil || math.Abs(s.RMSE-rmse) > 1e-9*rmse || math.Abs(s.R2-r2) > 1e-9 || s.Of != e.Held.Len() || s.Right != 0 || !(s.R2 < 1) {
				t.Errorf("%s %s: %+v, error %v; RMSE %v and R² %v expected", dtype, targets, s, err, rmse, r2)
			}
			if !slices.Equal(m.TargetNames(), strings.Split(targets, ",")) || !slices.Equal(m.InputNames(), e.Train.Features) {
				t.Errorf("the model is of %v and %v", m.InputNames(), m.TargetNames())
			}
		}
	}
}

// everything returns all numbers of an experiment and its training.
func everything(t *testing.T, e *experiment.Experiment, h optim.History) string {
	t.Helper()
	return values(slices.Concat(e.Network.Params(), layers.State(e.Network))) + fmt.Sprint(h)
}

// A training that ends somewhere and goes on from the file ends as one that never
// stopped, to the bit.
func TestOpenGoesOn(t *testing.T) {
	for _, dtype := range []string{"float64", "float32"} {
		forever := func(s *experiment.Settings) { s.Patience = 0 }
		whole, _ := fitted(t, dtype, "y", forever)
		h, err := whole.Fit(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		want := everything(t, whole, h)
		for _, end := range []int{1, 7, 14, 29} {
			first, _ := fitted(t, dtype, "y", forever)
			tr, err := first.Training()
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(context.Background())
			tr.OnStep = func(p optim.Progress) error {
				if p.Step == end {
					cancel()
				}
				return nil
			}
			if err := tr.Run(ctx); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "m.safetensors")
			if err := errors.Join(first.Save(path), tr.Close()); err != nil {
				t.Fatal(err)
			}
			again, err := experiment.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(again.Settings.Layers, first.Settings.Layers) {
				t.Errorf("layers %+v, %+v expected", again.Settings.Layers, first.Settings.Layers)
			}
			h, err := again.Fit(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got := everything(t, again, h); got != want {
				t.Errorf("%s, from step %d:\n%s\n%s expected", dtype, end, got, want)
			}
		}
	}
}

// Who opens a file and saves it again loses nothing, and a second training is not begun where the
// file's was: the network has moved on.
func TestOpenedIsSavedAndTrainedAgain(t *testing.T) {
	e, _ := fitted(t, "", "y", func(s *experiment.Settings) { s.Patience, s.Epochs = 0, 3 })
	if _, err := e.Fit(t.Context()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	first, second := filepath.Join(dir, "1.safetensors"), filepath.Join(dir, "2.safetensors")
	if err := e.Save(first); err != nil {
		t.Fatal(err)
	}
	again, err := experiment.Open(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Save(second); err != nil {
		t.Fatal(err)
	}
	a, errA := os.ReadFile(first)
	b, errB := os.ReadFile(second)
	if errA != nil || errB != nil || string(a) != string(b) {
		t.Errorf("saved again it has %d bytes, %d before; errors %v, %v", len(b), len(a), errA, errB)
	}
	again.Settings.Epochs = 4
	for _, epochs := range []int{1, 4} { // one more, then all anew
		training, err := again.Training()
		if err != nil {
			t.Fatal(err)
		}
		before := len(training.History)
		if err := errors.Join(training.Run(t.Context()), training.Close()); err != nil || len(training.History)-before != epochs {
			t.Errorf("%d epochs, error %v, %d expected", len(training.History)-before, err, epochs)
		}
	}
}

// Patience ends a training, whose network is then the best one, by validation.
func TestPatience(t *testing.T) {
	e, _ := fitted(t, "", "y", func(s *experiment.Settings) { s.Epochs, s.Patience, s.Rule.Rate = 500, 3, 0.1 })
	h, err := e.Fit(context.Background())
	best, ok := h.Best()
	if err != nil || !ok || len(h) >= 500 || best.Epoch != len(h)-3 || h[0].Metrics[0].Name != experiment.ValCost {
		t.Fatalf("%d records, the best of epoch %d, error %v", len(h), best.Epoch, err)
	}
	s, err := e.Score(e.Val)
	if err != nil || s.Cost != best.Metrics[0].Value || s.RMSE != best.Metrics[1].Value || s.MAE != best.Metrics[2].Value || s.R2 != best.Metrics[3].Value {
		t.Errorf("%+v, error %v; %+v expected", s, err, best)
	}
	if smallest := slices.Min(h.Metric(experiment.ValCost)); smallest != s.Cost {
		t.Errorf("%v, %v expected", s.Cost, smallest)
	}
}

// What cannot go on says why.
func TestOpenMistakes(t *testing.T) {
	e, data := fitted(t, "", "y", nil)
	if _, err := e.Fit(context.Background()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "m.safetensors")
	if err := e.Save(path); err != nil {
		t.Fatal(err)
	}
	if err := e.Save(filepath.Join(dir, "m.txt")); err == nil || !strings.Contains(err.Error(), `".txt" given, .safetensors or .npz expected`) {
		t.Errorf("error %v", err)
	}
	if err := e.Save(filepath.Join(dir, "m.npz")); err != nil {
		t.Error(err)
	}
	s, err := experiment.OpenSaved(path)
	if err != nil {
		t.Fatal(err)
	}
	s.Settings.Layers[0].Units = 9
	if _, err := s.Experiment(e.Examples); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("other layers: error %v", err)
	}
	if s, err = experiment.OpenSaved(path); err != nil {
		t.Fatal(err)
	}
	s.Settings.Rule.Rate = 1
	other, err := s.Experiment(e.Examples)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Training(); err == nil || !strings.Contains(err.Error(), "the checkpoint is of the rule") {
		t.Errorf("another rate: error %v", err)
	}
	if err := os.WriteFile(data, []byte(strings.Replace(measurements(), "\n10", "\n20", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := experiment.Open(path); err == nil || !strings.Contains(err.Error(), "the data has changed since: inputs.mean was") {
		t.Errorf("other data: error %v", err)
	}
	if err := os.Remove(data); err != nil {
		t.Fatal(err)
	}
	var at *experiment.Error
	if _, err := experiment.Open(path); !errors.As(err, &at) || at.Path != "data.path" {
		t.Errorf("no data: error %v", err)
	}
	own, err := experiment.NewOn(experiment.Settings{Cost: e.Settings.Cost, Layers: []experiment.Layer{{Kind: "dense", Units: 1}}}, e.Examples)
	if err != nil {
		t.Fatal(err)
	}
	given := filepath.Join(dir, "given.safetensors")
	if err := own.Save(given); err != nil {
		t.Fatal(err)
	}
	if _, err := experiment.Open(given); err == nil || !strings.Contains(err.Error(), "names no data") {
		t.Errorf("examples given to NewOn: error %v", err)
	}
	if _, err := experiment.Open(filepath.Join(dir, "m.npz")); err == nil || !strings.Contains(err.Error(), "m.npz") {
		t.Errorf("an archive: error %v", err)
	}
}

// Settings of trainings that cannot be.
func TestTrainingMistakes(t *testing.T) {
	for from, c := range map[string][2]string{
		`"steps": 5`:                        {`"epochs": -1`, "epochs"},
		`"steps": 5,`:                       {`"steps": 5, "epochs": 2,`, "epochs"},
		`"steps": 5, "s`:                    {`"steps": 5, "batch": -2, "s`, "batch"},
		`"steps": 5, "seed"`:                {`"steps": 5, "patience": -2, "seed"`, "patience"},
		`"cost": {"kind": "cross-entropy"}`: {`"cost": {"kind": "cross-entropy"}, "batch": 1.5`, "batch"},
	} {
		if !strings.Contains(small, from) {
			t.Fatal(from)
		}
		_, err := experiment.Read(strings.NewReader(strings.Replace(small, from, c[0], 1)))
		var at *experiment.Error
		if !errors.As(err, &at) || at.Path != c[1] {
			t.Errorf("%s: error %v, path %s expected", c[0], err, c[1])
		}
	}
	numbers := func(layers, cost string) string {
		return `{"version": 1, "layers": [` + layers + `], "cost": {"kind": "` + cost + `"}, "data": {"kind": "toy", "name": "plane", "examples": 20}}`
	}
	for path, text := range map[string]string{
		"cost.kind":            numbers(`{"kind": "dense", "units": 1}`, "hinge"),
		"layers[0].activation": numbers(`{"kind": "dense", "units": 1, "activation": "sigmoid"}`, "squared-error"),
		"layers":               numbers(`{"kind": "dense", "units": 2}`, "huber"),
	} {
		_, err := experiment.Read(strings.NewReader(text))
		var at *experiment.Error
		if !errors.As(err, &at) || at.Path != path {
			t.Errorf("%s: error %v, path %s expected", text, err, path)
		}
	}
	e := read(t, strings.Replace(small, `"steps": 5, `, "", 1))
	if _, err := e.Fit(context.Background()); err == nil || !strings.Contains(err.Error(), "steps: missing") {
		t.Errorf("error %v", err)
	}
	e = read(t, strings.Replace(small, `"rule": {"kind": "momentum", "rate": 0.1, "beta": 0.8},`, "", 1))
	if _, err := e.Fit(context.Background()); err == nil || !strings.Contains(err.Error(), "rule: missing") {
		t.Errorf("error %v", err)
	}
}
