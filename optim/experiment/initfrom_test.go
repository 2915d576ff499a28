package experiment_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/optim/experiment"
)

// A network that begins from a model predicts what the model does before its first step,
// on other data too, in the inputs' own units; it goes on from there, alone and after a
// resume, with a frozen layer as it was.
func TestInitFrom(t *testing.T) {
	for _, dtype := range []string{"float64", "float32"} {
		first, path := fitted(t, dtype, "y", nil)
		if _, err := first.Fit(context.Background()); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for _, ending := range []string{".safetensors", ".npz"} {
			model := filepath.Join(dir, "m"+ending)
			if err := first.Save(model); err != nil {
				t.Fatal(err)
			}
			other := filepath.Join(dir, "other.csv")
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.SplitAfter(string(text), "\n")
			if err := os.WriteFile(other, []byte(strings.Join(slices.Delete(lines, 5, 40), "")), 0o644); err != nil {
				t.Fatal(err)
			}
			s := first.Settings
			s.InitFrom, s.Data.Path, s.Epochs, s.Patience = model, other, 4, 0
			s.Layers = slices.Clone(s.Layers)
			s.Layers[0].Frozen = true
			e, err := experiment.New(s)
			if err != nil {
				t.Fatal(err)
			}
			x := first.Held.X
			want, err := first.Predict(x)
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Predict(x)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range got {
				if tolerance := map[string]float64{"float64": 1e-12, "float32": 1e-5}[dtype]; math.Abs(v-want[i]) > tolerance*math.Abs(want[i]) {
					t.Errorf("%s%s: prediction %d is %v, %v expected", dtype, ending, i, v, want[i])
				}
			}
			if _, err := e.Fit(context.Background()); err != nil {
				t.Fatal(err)
			}
			if a, b := numbersOf(t, e.Network.Params()[:2]), numbersOf(t, first.Network.Params()[:2]); !slices.Equal(a, b) {
				t.Error("the frozen layer moves")
			}
			if a, b := numbersOf(t, e.Network.Params()), numbersOf(t, first.Network.Params()); slices.Equal(a, b) {
				t.Error("nothing moves")
			}
			tuned := filepath.Join(dir, "tuned.safetensors")
			if err := e.Save(tuned); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(model, model+".gone"); err != nil { // which a resume does not need
				t.Fatal(err)
			}
			again, err := experiment.Open(tuned)
			if err != nil {
				t.Fatal(err)
			}
			a, errA := e.Predict(x)
			b, errB := again.Predict(x)
			if errA != nil || errB != nil || !slices.Equal(a, b) {
				t.Errorf("the file predicts %v, %v expected, errors %v and %v", b, a, errA, errB)
			}
			if again.Settings.InitFrom != model {
				t.Errorf("the file says %q", again.Settings.InitFrom)
			}
		}
	}
}

// A file that does not fit is told with what does not.
func TestInitFromMistakes(t *testing.T) {
	first, path := fitted(t, "float64", "y", nil)
	model := filepath.Join(t.TempDir(), "m.safetensors")
	if err := first.Save(model); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(s *experiment.Settings){
		"init-from: " + model + ": W1: the shape (8,4) given, (9,4) expected": func(s *experiment.Settings) { s.Layers[0].Units = 9 },
		"init-from: " + model + ": its network takes the inputs a, colour":    func(s *experiment.Settings) { s.Data.Ignore = []string{"z", "b"} },
		`there is no array "W3"`: func(s *experiment.Settings) {
			s.Layers = append(s.Layers, experiment.Layer{Kind: "dense", Units: 1})
		},
		"init-from: none.npz: no such file": func(s *experiment.Settings) { s.InitFrom = "none.npz" },
	} {
		s := first.Settings
		s.InitFrom, s.Data.Path, s.Layers, s.Inputs = model, path, slices.Clone(s.Layers), 0
		change(&s)
		if _, err := experiment.New(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, %q expected", err, want)
		}
	}
}
