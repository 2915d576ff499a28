package plotting

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFormatOf(t *testing.T) {
	for path, want := range map[string]Format{"a.png": PNG, "b/c.d.SVG": SVG, ".png": PNG} {
		if got, err := FormatOf(path); got != want || err != nil {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	for _, path := range []string{"", "a", "a.", "a.jpg", "a.png.gz"} {
		_, err := FormatOf(path)
		if err == nil || !strings.Contains(err.Error(), "want .png or .svg") || !strings.HasPrefix(err.Error(), path+":") {
			t.Errorf("%s: error %v", path, err)
		}
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cost.svg")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Save(path, CostCurve{Series: []Series{{Cost: []float64{1, math.NaN()}}}}); err == nil {
		t.Error("no error for NaN")
	}
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("a failed Save left %q", got)
	}
	c := CostCurve{Series: []Series{{Cost: []float64{1, 2}}}}
	if err := Save(path, c); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(got, []byte("<?xml")) || !bytes.HasSuffix(got, []byte("</svg>\n")) {
		t.Errorf("%q…, %v", got[:min(len(got), 20)], err)
	}
	onlyFile(t, dir, "cost.svg")

	// A folder of that name cannot be replaced.
	taken := filepath.Join(dir, "taken.png")
	if err := os.MkdirAll(filepath.Join(taken, "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{taken, filepath.Join(dir, "absent", "a.png")} {
		if err := Save(path, c); err == nil || !strings.Contains(err.Error(), path+": ") || strings.Contains(err.Error(), ".plotting") {
			t.Errorf("%s: error %v", path, err)
		}
	}
	onlyFile(t, dir, "cost.svg", "taken.png")
}

// onlyFile checks what a folder holds.
func onlyFile(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if strings.Join(names, " ") != strings.Join(want, " ") {
		t.Errorf("folder holds %q, want %q", names, want)
	}
}

func TestSaveRejects(t *testing.T) {
	answer := func(n int, v float64) func(x, y []float64) ([]float64, error) {
		return func(x, y []float64) ([]float64, error) {
			p := make([]float64, n)
			p[n-1] = v
			return p, nil
		}
	}
	pts := []Point{{0, 0, 0}, {1, 1, 1}}
	broken := errors.New("broken net")
	inf, nan := math.Inf(1), math.NaN()
	for want, p := range map[string]Picture{
		"no points":                                  Boundary{Predict: petals},
		"no function Predict":                        Boundary{Points: pts},
		"point 1: cannot draw at (NaN, 2)":           Boundary{Points: []Point{{}, {nan, 2, 0}}, Predict: petals},
		"point 0: cannot draw at (0, -Inf)":          Boundary{Points: []Point{{0, -inf, 0}}, Predict: petals},
		"point 0: class -1, want 0 to 1":             Boundary{Points: []Point{{0, 0, -1}}, Predict: petals},
		"point 0: class 7, want 0 to 5":              Boundary{Points: []Point{{0, 0, 7}}, Predict: petals},
		"point 0: class 2, want 0 to 1":              Boundary{Points: []Point{{0, 0, 2}}, Predict: petals, Classes: []string{"a", "b"}},
		"1 names of classes, want 2 to 6":            Boundary{Points: pts, Predict: petals, Classes: []string{"a"}},
		"-1 columns":                                 Boundary{Points: pts, Predict: petals, Columns: -1},
		"1 values for 302 points of 2 classes":       Boundary{Points: pts, Predict: answer(1, 0)},
		"302 values for 302 points of 3 classes":     Boundary{Points: []Point{{0, 0, 2}}, Predict: petals},
		"value NaN, want a probability":              Boundary{Points: pts, Predict: answer(302, nan)},
		"value 1.5, want a probability":              Boundary{Points: pts, Predict: answer(302, 1.5)},
		"predict: broken net":                        Boundary{Points: pts, Predict: func(x, y []float64) ([]float64, error) { return nil, broken }},
		"no series":                                  CostCurve{},
		"rate 3: no values":                          CostCurve{Series: []Series{{Cost: []float64{1}}, {Name: "rate 3"}}},
		"series 1: 1 steps for 2 values":             CostCurve{Series: []Series{{Cost: []float64{1, 2}, Step: []float64{1}}}},
		"series 1: value 1 (step 20): cannot draw +": CostCurve{Series: []Series{{Cost: []float64{1, inf}, Step: []float64{10, 20}}}},
		"value 0: cannot draw at step NaN":           CostCurve{Series: []Series{{Cost: []float64{1}, Step: []float64{nan}}}},
		"cannot draw 0 on a logarithmic axis":        CostCurve{LogY: true, Series: []Series{{Cost: []float64{1, 0}}}},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "picture.png")
		err := Save(path, p)
		if err == nil || !strings.Contains(err.Error(), path+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		if strings.Contains(want, "broken") && !errors.Is(err, broken) {
			t.Errorf("error %v does not wrap its cause", err)
		}
		onlyFile(t, dir)
	}
}
