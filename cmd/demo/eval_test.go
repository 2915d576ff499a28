package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/cmd/demo/internal/terminal"
)

// evaluated is demo eval --json.
func evaluated(t *testing.T, args ...string) map[string]any {
	t.Helper()
	code, out, stderr := demo(t.Context(), append([]string{"eval", "--json"}, args...)...)
	if code != 0 || stderr != "" {
		t.Fatal(code, stderr)
	}
	var e map[string]any
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		t.Fatal(err, out)
	}
	return e
}

// near reports a result that is not what a loop over the examples gives.
func near(t *testing.T, e map[string]any, key string, want float64) {
	t.Helper()
	if got, ok := e[key].(float64); !ok || math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) {
		t.Errorf("%s is %v, %v expected", key, e[key], want)
	}
}

// Three classes: accuracy, log loss and recall as a loop counts them.
func TestEvalClasses(t *testing.T) {
	path, m, set := trained(t, "iris", 40)
	dir := t.TempDir()
	e := evaluated(t, "--model", path, "--csv", "iris", "--out", dir)
	checkFiles(t, dir, confusionName, calibrationName)
	y := make([]float64, set.Len()*3)
	must(m.Predict(y, set.X))
	right, loss, brier := 0.0, 0.0, 0.0
	var found, of [3]float64
	for i, class := range set.Class {
		p := y[3*i:][:3]
		of[class]++
		if slices.Index(p, slices.Max(p)) == class {
			right++
			found[class]++
		}
		loss -= math.Log(p[class])
		for k, v := range p {
			if k == class {
				v--
			}
			brier += v * v
		}
	}
	m64 := float64(set.Len())
	near(t, e, "accuracy", right/m64)
	near(t, e, "log_loss", loss/m64)
	near(t, e, "brier", brier/m64)
	near(t, e, "examples", m64)
	for k, c := range e["classes"].([]any) {
		near(t, c.(map[string]any), "recall", found[k]/of[k])
	}
	if top := e["top_k"].(map[string]any); top["k"] != 2.0 || top["accuracy"].(float64) < right/m64 || e["roc_auc"] != nil || e["rmse"] != nil {
		t.Errorf("%v", e)
	}
}

// Two classes: the area is the share of pairs in order.
func TestEvalTwoClasses(t *testing.T) {
	path, m, set := trained(t, "breast-cancer", 15)
	dir := t.TempDir()
	e := evaluated(t, "--model", path, "--csv", "breast-cancer", "--out", filepath.Join(dir, "new"))
	checkFiles(t, filepath.Join(dir, "new"), confusionName, rocName, calibrationName)
	y := make([]float64, set.Len())
	must(m.Predict(y, set.X))
	pairs, ordered := 0.0, 0.0
	for i, a := range set.Class {
		for j, b := range set.Class {
			if a == 1 && b == 0 {
				pairs++
				if y[i] > y[j] {
					ordered++
				} else if y[i] == y[j] {
					ordered += 0.5
				}
			}
		}
	}
	near(t, e, "roc_auc", ordered/pairs)
	if e["top_k"] != nil {
		t.Errorf("%v", e)
	}
}

func TestEvalNumbers(t *testing.T) {
	path, m, set := trained(t, "diabetes", 60)
	dir := t.TempDir()
	e := evaluated(t, "--model", path, "--csv", "diabetes", "--out", dir)
	checkFiles(t, dir, "predicted.png")
	y := make([]float64, set.Len())
	must(m.Predict(y, set.X))
	squares, absolute, mean, variance := 0.0, 0.0, 0.0, 0.0
	for _, v := range set.Y {
		mean += v / float64(len(y))
	}
	for i, v := range set.Y {
		squares += (y[i] - v) * (y[i] - v)
		absolute += math.Abs(y[i] - v)
		variance += (v - mean) * (v - mean)
	}
	near(t, e, "rmse", math.Sqrt(squares/float64(len(y))))
	near(t, e, "mae", absolute/float64(len(y)))
	near(t, e, "r2", 1-squares/variance)
}

// The text fits 80 and 40 columns, and tells what the JSON does.
func TestEvalText(t *testing.T) {
	for _, name := range []string{"iris", "breast-cancer", "diabetes"} {
		path, m, _ := trained(t, name, 10)
		e := newEvaluation(m)
		root := newRootCommand(nil, nil)
		root.SetContext(t.Context())
		must(evalConfig{modelConfig: modelConfig{model: path, csv: name, header: "auto"}}.measure(root, m, e))
		e.finish()
		e.Model = name + ".safetensors"
		for _, width := range []int{80, 40} {
			var b bytes.Buffer
			e.writeText(&terminal.Writer{W: &b, Width: width})
			for line := range strings.Lines(b.String()) {
				if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > width {
					t.Errorf("%s: %d columns of %d: %s", name, n, width, line)
				}
			}
			if name == "diabetes" {
				checkText(t, b.String(), "RMSE", "MAE", "R²", digits(*e.R2))
			} else {
				checkText(t, b.String(), "accuracy", "log loss", "precision", e.classes.names[1], share(e.Classes[0].F1))
			}
			// Where there is no room for the confusion matrix it is told where it is.
			matrix, told := strings.Contains(b.String(), "taken for"), strings.Contains(b.String(), "No confusion matrix")
			if name != "diabetes" && (matrix == told || matrix != (width == 80 || name == "breast-cancer")) {
				t.Errorf("%s at %d columns: matrix %t, told %t", name, width, matrix, told)
			}
		}
	}
}

// A class that the network has never seen is an error with its line; so is a table without
// the classes. Nothing is drawn.
func TestEvalMistakes(t *testing.T) {
	path, _, _ := trained(t, "iris", 1)
	rows := cells(t, shippedText(t, "iris"))
	header := strings.Join(rows[0], ",")
	unseen := write(t, "unseen.csv", header, "1,2,3,4,setosa", "1,2,3,4,setossa")
	without := write(t, "without.csv", strings.Join(rows[0][:4], ","), "1,2,3,4")
	dir := filepath.Join(t.TempDir(), "pictures")
	for file, want := range map[string]string{
		unseen:  unseen + `:3:5: column ` + rows[0][4] + `: there is no class "setossa"; is it setosa?`,
		without: "no column " + rows[0][4] + " given",
	} {
		code, stdout, stderr := demo(t.Context(), "eval", "--model", path, "--csv", file, "--out", dir)
		if code != 2 || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, %q, %q; %q expected", file, code, stdout, stderr, want)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", dir, err)
	}
}

// A single class among the examples leaves the area undefined, which is null.
func TestEvalUndefined(t *testing.T) {
	path, _, _ := trained(t, "breast-cancer", 1)
	lines := strings.Split(strings.TrimSpace(shippedText(t, "breast-cancer")), "\n")
	e := evaluated(t, "--model", path, "--csv", write(t, "one.csv", lines[:2]...))
	if v, there := e["roc_auc"]; v != nil || !there {
		t.Errorf("%v", e)
	}
}

// Of many examples a picture shows some, from the first to the last.
func TestEvalDrawsSome(t *testing.T) {
	var m numberMeasure
	for i := range 12_345 {
		must(m.add(float64(i), float64(i)))
	}
	if n := len(m.truth); n <= mostDrawn/2 || n > mostDrawn || m.truth[0] != 0 || m.truth[n-1] < 12_000 || m.truth[1] != m.predicted[1] {
		t.Errorf("%d of them, the last %v", len(m.truth), m.truth[len(m.truth)-1])
	}
	for i := range m.truth {
		if m.truth[i] != float64(i*m.every) {
			t.Fatalf("example %d is %v, every %d expected", i, m.truth[i], m.every)
		}
	}
}

// Beyond so many examples the area is told with how far it may be off, which holds, and
// memory for scores is given back.
func TestEvalStreamsROC(t *testing.T) {
	path, m, set := trained(t, "breast-cancer", 40)
	out := make([]float64, set.Len())
	must(m.Predict(out, set.X))
	whole := evaluated(t, "--model", path, "--csv", "breast-cancer")
	if whole["roc_auc_within"] != nil {
		t.Errorf("%v", whole)
	}
	e := newEvaluation(m)
	e.Examples, e.classes.exact = set.Len(), 100
	for i, p := range out {
		must(e.classes.add([]float64{p}, set.Class[i]))
	}
	e.finish()
	exact, within := whole["roc_auc"].(float64), float64(*e.ROCWithin)
	if d := math.Abs(float64(*e.ROCAUC) - exact); d > within+1e-15 || within > 0.01 || within == 0 {
		t.Errorf("%v ± %v, %v expected", *e.ROCAUC, within, exact)
	}
	if e.classes.roc.Curve() != nil || len(e.classes.curve()) < 10 {
		t.Errorf("%d exact points, %d in bins", len(e.classes.roc.Curve()), len(e.classes.curve()))
	}
	var text bytes.Buffer
	e.writeText(terminal.NewWriter(&text))
	checkText(t, text.String(), "area under the ROC curve", " ± ")
}
