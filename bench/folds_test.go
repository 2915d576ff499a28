package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// foldRows runs folds and returns its rows by system.
func foldRows(t *testing.T, args ...string) map[string]foldRow {
	t.Helper()
	code, stdout, stderr := command(t, t.Context(), append([]string{"folds", "--json"}, args...)...)
	if code != 0 {
		t.Fatalf("code %d: %s", code, stderr)
	}
	rows := map[string]foldRow{}
	for line := range strings.Lines(stdout) {
		var r foldRow
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		rows[r.Data+": "+r.System] = r
	}
	return rows
}

// Both programs find the same least cost where there is one: our regressions do as well as
// scikit-learn's on the same folds, scaled by the same examples. The networks, whose first
// weights are not the same, get the same settings and do about as well.
func TestFoldsAgreeWithScikitLearn(t *testing.T) {
	rows := foldRows(t, "--data", "iris,breast-cancer,diabetes", "--seeds", "7-7")
	if _, ok := rows["iris: sklearn, logistic"]; !ok {
		t.Skip("scikit-learn is missing")
	}
	for _, c := range []struct {
		ours, theirs string
		most         float64
	}{
		{"iris: graph, logistic", "iris: sklearn, logistic", 1e-12},
		{"breast-cancer: graph, logistic", "breast-cancer: sklearn, logistic", 1e-12},
		{"diabetes: graph, linear", "diabetes: sklearn, linear", 1e-4},
		{"iris: graph", "iris: sklearn, MLPClassifier", 0.03},
		{"breast-cancer: graph", "breast-cancer: sklearn, MLPClassifier", 0.02},
		{"diabetes: graph", "diabetes: sklearn, MLPRegressor", 0.03},
	} {
		a, b := rows[c.ours], rows[c.theirs]
		if a.Mean < 0.4 || !(math.Abs(a.Mean-b.Mean) <= c.most) {
			t.Errorf("%s %v, %s %v, at most %v off expected", c.ours, a, c.theirs, b, c.most)
		}
	}
	if raw := rows["diabetes: sklearn, MLPRegressor, targets as they are"]; len(raw.Scores) != 1 || raw.Mean > 0 {
		t.Errorf("targets that are not scaled: %+v", raw)
	}
}

// Every task is what its network can be trained on, and its settings are told in the table.
func TestFoldTasks(t *testing.T) {
	if len(foldTasks()) != 6 {
		t.Errorf("%d tasks", len(foldTasks()))
	}
	for _, task := range foldTasks() {
		data, err := task.examples()
		if err != nil {
			t.Fatal(err)
		}
		task.settings.Epochs = 1
		folds, err := data.Train.Folds(foldCount, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := foldScore(t.Context(), task.settings, data, folds[0]); err != nil {
			t.Errorf("%s: %v", task.name, err)
		}
	}
	want := "digits, accuracy in %, 5 folds: 128 hidden units, relu, dropout 0.2, adam at rate 0.001, batches of 32, 60 epochs"
	if got := foldTasks()[3].title(); got != want {
		t.Errorf("title %q, %q expected", got, want)
	}
}

// The settings that --out keeps repeat a seed in demo train.
func TestFoldsAreRepeatedByDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the demo")
	}
	folder := t.TempDir()
	for name, row := range foldRows(t, "--data", "breast-cancer,diabetes", "--seeds", "3-3", "--system", "graph$", "--out", folder) {
		config := filepath.Join(folder, row.Data+".json")
		c := exec.Command("go", "run", "../cmd/demo", "train", "--config", config, "--seed", "3", "--folds", "5", "--json", "--out", t.TempDir())
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		var end struct {
			Folds struct {
				Mean struct{ Accuracy, R2 float64 }
			}
		}
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &end); err != nil {
			t.Fatal(err)
		}
		got := end.Folds.Mean.Accuracy
		if row.Measure == "r2" {
			got = end.Folds.Mean.R2
		}
		if math.Abs(got-row.Mean) > 1e-12 {
			t.Errorf("%s: %v, demo has %v", name, row.Mean, got)
		}
	}
}

// The file for scikit-learn holds the examples as they are, and folds that are none of the
// others'.
func TestFoldFile(t *testing.T) {
	folder := t.TempDir()
	foldRows(t, "--data", "diabetes", "--seeds", "2", "--system", "graph, linear", "--out", folder)
	text, err := os.ReadFile(filepath.Join(folder, "diabetes-folds.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f foldFile
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	if f.Inputs != 10 || len(f.X) != 4420 || f.Y[0] != 151 || !f.Numbers || len(f.Folds) != 2 || fmt.Sprint(f.Seeds) != "[0 1]" {
		t.Errorf("%d inputs, %d numbers, seeds %v", f.Inputs, len(f.X), f.Seeds)
	}
	// ½ of the penalty 0.1 times the batch of 32, since scikit-learn halves the square.
	if f.Alpha != 1.6 || f.Batch != 32 || f.Epochs != 40 || f.Rate != 0.003 || fmt.Sprint(f.Hidden) != "[8]" {
		t.Errorf("settings %v %v %v %v %v", f.Alpha, f.Batch, f.Epochs, f.Rate, f.Hidden)
	}
	for _, folds := range f.Folds {
		seen := make([]int, 442)
		for _, fold := range folds {
			for _, j := range fold.Test {
				seen[j]++
			}
			for _, j := range fold.Train {
				seen[j] += 10
			}
		}
		for j, n := range seen {
			if n != 41 {
				t.Fatalf("example %d is tested and trained on %d times", j, n)
			}
		}
	}
}

func TestFoldColumns(t *testing.T) {
	got := foldColumns([]foldRow{
		{System: "a", Measure: "accuracy", Seeds: []int{0, 4}, Scores: []float64{0.9, 1}, Mean: 0.95, Goal: 0.95},
		{System: "b", Measure: "accuracy", Seeds: []int{0, 4}, Scores: []float64{0.9, 0.98}, Mean: 0.94, Goal: 0.95},
		{System: "c", Measure: "r2", Seeds: []int{0, 4}, Scores: []float64{0.5, 0.25}, Mean: 0.375},
	})
	want := "[[system mean goal seed 0 seed 4] [a 95.00 ≥ 95.00 90.00 100.00] [b 94.00 < 95.00 90.00 98.00] [c 0.375  0.500 0.250]]"
	if fmt.Sprint(got) != want {
		t.Errorf("%v, %s expected", got, want)
	}
}
