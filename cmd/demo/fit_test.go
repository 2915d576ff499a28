package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/layers/predict"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// result runs demo train with --json and returns its last line.
func result(t *testing.T, line string) resultEvent {
	t.Helper()
	code, stdout, stderr := demo(t.Context(), strings.Fields("train --json "+line)...)
	if code != 0 || stderr != "" {
		t.Fatalf("%s: exit code %d, %q", line, code, stderr)
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	var r resultEvent
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// Every flag becomes the setting that it names.
func TestFitSettings(t *testing.T) {
	dir := t.TempDir()
	for line, want := range map[string]string{
		"--epochs 3":                    `"epochs":3`,
		"--batch 50 --epochs 1":         `"batch":50`,
		"--schedule cosine,warmup=2":    `"schedule":{"kind":"cosine","warmup":2}`,
		"--schedule step,every=2":       `"schedule":{"kind":"step","every":2}`,
		"--l1 0.1":                      `"l1":0.1`,
		"--l2 0.1":                      `"l2":0.1`,
		"--weight-decay 0.1":            `"weight-decay":0.1`,
		"--clip 2":                      `"clip":2`,
		"--clip-norm 2":                 `"clip-norm":2`,
		"--val 0.25":                    `"val":0.25`,
		"--average 0.9":                 `"average":0.9`,
		"--freeze 1":                    `"activation":"tanh","init":{"kind":"glorot","scale":1},"frozen":true`,
		"--optimizer adamw":             `"rule":{"kind":"adamw","rate":0.01,"weight-decay":0.01}`,
		"--optimizer momentum,nesterov": `"rule":{"kind":"momentum","rate":0.2,"nesterov":true}`,
		"--optimizer adagrad,decay=0.5": `"rule":{"kind":"adagrad","rate":0.1,"decay":0.5}`,
		"--optimizer lbfgs,memory=4":    `"rule":{"kind":"lbfgs","memory":4}`,
		"--patience 2":                  `"patience":2`,
		"--hidden 3 --dropout 0.5":      `{"kind":"dropout","rate":0.5}`,
		"--hidden 3 --norm batch":       `{"kind":"batch-norm"},{"kind":"activation","activation":"tanh"}`,
		"--hidden 3 --norm layer":       `{"kind":"layer-norm"},{"kind":"activation","activation":"tanh"}`,
		"--csv diabetes --task regress": `"cost":{"kind":"squared-error"}`,
		"--csv diabetes":                `"cost":{"kind":"squared-error"}`,
	} {
		if !strings.Contains(line, "--csv") {
			line += " --csv iris" // of which there is no boundary to draw
		}
		steps := " --steps 4"
		if strings.Contains(line, "--epochs") {
			steps = ""
		}
		result(t, line+steps+" --out "+dir)
		text, err := os.ReadFile(filepath.Join(dir, runName))
		if err != nil {
			t.Fatal(err)
		}
		var plain bytes.Buffer
		if err := json.Compact(&plain, text); err != nil || !strings.Contains(plain.String(), want) {
			t.Errorf("%s: %s expected in %s, error %v", line, want, &plain, err)
		}
		s, err := readSettings(filepath.Join(dir, runName))
		if err != nil {
			t.Fatal(err)
		}
		again := configOf(s)
		e, err := again.load(nil)
		if err != nil {
			t.Fatal(err)
		}
		repeated, err := json.Marshal(again.settings(e))
		if err != nil || string(repeated) != plain.String() {
			t.Errorf("%s: repeated as %s, error %v; %s expected", line, repeated, err, &plain)
		}
		if testing.Short() {
			break // pictures take seconds with the race detector
		}
	}
}

// Numbers to predict are reported in the file's units, and the saved model predicts them.
func TestRegression(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "m.safetensors")
	r := result(t, "--csv diabetes --epochs 30 --batch 32 --val 0.2 --patience 20 --save "+model+" --out "+filepath.Join(dir, "out"))
	if r.Accuracy != nil || r.RMSE == nil || r.Model != model || r.Data.Val != 71 || r.Data.Examples != 283 || r.Data.Held != 88 || r.Settings.Batch != 32 {
		t.Fatalf("%+v", r)
	}
	checkFiles(t, filepath.Join(dir, "out"), predictedName, costName, graphName, runName)
	c := defaultConfig()
	c.csv, c.val = "diabetes", 0.2
	e, err := c.load(nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := predict.LoadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	held := e.sets.Held
	out := make([]float64, held.Len())
	if err := m.Predict(out, held.X); err != nil {
		t.Fatal(err)
	}
	squares, off := 0.0, 0.0
	for i, v := range out {
		d := v - held.Y[i]
		squares, off = squares+d*d/float64(len(out)), off+math.Abs(d)/float64(len(out))
	}
	spread := held.TargetScaling().Std[0]
	for _, c := range []struct {
		name      string
		got, want float64
	}{{"rmse", *r.RMSE, math.Sqrt(squares)}, {"mae", *r.MAE, off}, {"r2", *r.R2, 1 - squares/(spread*spread)}} {
		if !(math.Abs(c.got-c.want) <= 1e-9*math.Abs(c.want)) {
			t.Errorf("%s %v, %v by the saved model", c.name, c.got, c.want)
		}
	}
	if spread < 50 || math.Sqrt(squares) > spread {
		t.Errorf("RMSE %v of numbers that spread by %v", math.Sqrt(squares), spread)
	}
	code, stdout, _ := demo(t.Context(), strings.Fields("train --csv diabetes --epochs 3 --batch 64 --val 0.2 --out "+filepath.Join(dir, "out"))...)
	checkPlain(t, stdout)
	checkText(t, strings.Join(strings.Fields(stdout), " "), "442 examples of 1 number to predict, progression", "on the examples held out: RMSE", "R² ", "epoch cost validation RMSE")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// A training that is interrupted is saved; resumed it ends as one that never stopped, at
// the same bytes, with more epochs too.
func TestResume(t *testing.T) {
	dir := t.TempDir()
	out := " --out " + filepath.Join(dir, "out")
	whole, broken := filepath.Join(dir, "whole.safetensors"), filepath.Join(dir, "broken.safetensors")
	line := "--csv iris --batch 16 --val 0.2 --hidden 8 --norm batch --dropout 0.1 --optimizer momentum --schedule step,every=30"
	result(t, line+" --epochs 40 --save "+whole+out)
	ctx, cancel := context.WithCancel(t.Context())
	stdout, stderr := &canceller{cancel: cancel}, new(bytes.Buffer)
	if code := run(ctx, strings.Fields("train --json "+line+" --epochs 30 --save "+broken+out), stdout, stderr); code != 130 {
		t.Fatalf("exit code %d, %q", code, stderr)
	}
	s, err := experiment.OpenSaved(broken)
	if err != nil || s.Settings.Epochs != 30 {
		t.Fatal(err)
	}
	result(t, "--resume "+broken+" --epochs 40"+out)
	want, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(broken); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the resumed training is another one, error %v", err)
	}
	for flags, words := range map[string][]string{
		"--lr 0.1 --batch 8": {"--batch 8, 16 in the file", "--lr 0.1, 0.2 in the file", "only --steps and --epochs may grow, and --patience be another"},
		"--epochs 20":        {"--epochs 20, 40 in the file"},
		"--hidden 9":         {"--hidden 9, 8 in the file"},
		"--activation relu":  {`--activation "relu", "tanh" in the file`},
		"--l2 0.1":           {"--l2 0.1, none in the file"},
		"--config run.json":  {"--config has no effect"},
		"--folds 3":          {"--folds has no effect"},
	} {
		code, _, stderr := demo(t.Context(), strings.Fields("train --resume "+broken+" "+flags+out)...)
		if code != 2 {
			t.Errorf("%s: exit code %d", flags, code)
		}
		checkText(t, stderr, words...)
	}
	if got, err := os.ReadFile(broken); err != nil || !bytes.Equal(got, want) {
		t.Errorf("a refused resume changes the file, error %v", err)
	}
	code, ended, _ := demo(t.Context(), strings.Fields("train --resume "+broken+out)...)
	if code != 0 || strings.Contains(ended, " per step") {
		t.Errorf("exit code %d, %s", code, ended)
	}
	checkText(t, ended, "No step was left to take: the training had ended after 240 steps.")
	if _, ended, _ = demo(t.Context(), strings.Fields("train --resume "+broken+" --epochs 42"+out)...); !strings.Contains(ended, ", after 240 before\n") || strings.Contains(ended, "       0  ") {
		t.Errorf("resumed: %s", ended)
	}
	if r := result(t, "--resume "+broken+" --epochs 2000 --patience 3"+out); !r.Early {
		t.Errorf("patience that the training had not before does not end it")
	}
	for _, patience := range []int{5, 4} {
		result(t, fmt.Sprint("--resume ", broken, " --epochs 2000 --patience ", patience, out))
		if s, err = experiment.OpenSaved(broken); err != nil || s.Settings.Patience != patience {
			t.Errorf("patience of %d becomes %d, error %v", patience, s.Settings.Patience, err)
		}
	}
	var text bytes.Buffer
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if code := run(ctx, strings.Fields("train --data moons --epochs 30 --save "+broken+out), &text, stderr); code != 130 {
		t.Errorf("exit code %d", code)
	}
	checkText(t, strings.Join(strings.Fields(text.String()), " "), "Interrupted after 0 of ", "To go on: demo train --resume "+broken)
}

// Each part is judged by a network that has not seen it, and the mean is told.
func TestFolds(t *testing.T) {
	dir := t.TempDir()
	r := result(t, "--csv iris --epochs 5 --batch 16 --folds 4 --out "+dir)
	folds, _ := r.Folds.(map[string]any)
	each, _ := folds["each"].([]any)
	mean, sum := folds["mean"].(map[string]any), 0.0
	for _, f := range each {
		sum += f.(map[string]any)["accuracy"].(float64)
	}
	if got := mean["accuracy"].(float64); len(each) != 4 || math.Abs(got-sum/4) > 1e-12 || got < 0.4 {
		t.Errorf("%v", r.Folds)
	}
	code, stdout, _ := demo(t.Context(), strings.Fields("train --csv iris --epochs 5 --batch 16 --folds 2 --out "+dir)...)
	checkPlain(t, stdout)
	checkText(t, stdout, "part 1 accuracy ", "part 2 accuracy ", "mean of 2 parts: accuracy ")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	ctx, cancel := context.WithCancel(t.Context())
	out, errs := &canceller{cancel: cancel}, new(bytes.Buffer)
	if code := run(ctx, strings.Fields("train --json --data moons --epochs 50 --folds 3 --out "+dir), out, errs); code != 130 {
		t.Errorf("exit code %d", code)
	}
	checkText(t, errs.String(), "demo: interrupted before the folds were all trained; nothing is written")
	checkUsageOf(t, "--csv iris --folds 1", "--folds 1: a whole number from 2 to 100 expected")
}

// checkUsageOf checks that flags of demo train are refused.
func checkUsageOf(t *testing.T, line string, words ...string) {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	checkUsage(t, dir, "train "+line, words...)
}

// What the flags of a training do not take, by name.
func TestUsageOfFit(t *testing.T) {
	for line, words := range map[string][]string{
		"--batch 0":                              {"--batch 0: a whole number from 1"},
		"--epochs -1":                            {"--epochs -1: a whole number from 1"},
		"--val 1":                                {"--val 1: a number from 0 to below 1"},
		"--steps 5 --epochs 5":                   {"--epochs and --steps given, one of them expected"},
		"--patience 0":                           {"--patience 0: a whole number from 1"},
		"--dropout 1":                            {"--dropout 1: a number from 0 to below 1"},
		"--hidden 0 --dropout 0.5":               {"--dropout has no effect"},
		"--hidden 0 --norm batch":                {"--norm has no effect"},
		"--norm weight":                          {"--norm weight: batch or layer expected"},
		"--l1 -1":                                {"--l1 -1: a number above 0"},
		"--l2 x":                                 {"--l2 x: a number above 0"},
		"--weight-decay inf":                     {"--weight-decay inf: a number above 0"},
		"--clip 0":                               {"--clip 0: a number above 0"},
		"--schedule cosin":                       {"--schedule cosin: ", "did you mean cosine?"},
		"--schedule cosine,warmup":               {"NAME=NUMBER expected in place of warmup"},
		"--schedule cosine,speed=2":              {"schedule.speed: cosine has no such field"},
		"--schedule step":                        {"schedule.every: 0 given, at least 1"},
		"--schedule constant,warmup=9 --steps 5": {"--schedule: 9 given, below the 5 steps"},
		"--optimizer momentum,beta=2":            {"--optimizer beta: 2 given, a number from 0 to below 1"},
		"--optimizer momentum,beta=":             {"NAME=NUMBER expected in place of beta="},
		"--optimizer momentum,beta=1,beta=2":     {"beta is there twice"},
		"--optimizer adam,nesterov":              {"rule.nesterov: adam has no such field"},
		"--optimizer adam,rate=1":                {"--lr says that"},
		"--optimizer adam,l2=1":                  {"--l2 says that"},
		"--optimizer lbfgs --lr 1":               {"--lr has no effect: lbfgs chooses"},
		"--optimizer lbfgs --l2 1":               {"--l2 has no effect: lbfgs"},
		"--optimizer lbfgs --batch 5":            {"--batch has no effect: lbfgs looks at all examples"},
		"--optimizer lbfgs --patience 5":         {"--patience has no effect"},
		"--optimizer newton --profile":           {"--profile has no effect"},
		"--optimizer newton --dropout 0.5":       {"--dropout and --optimizer newton given"},
		"--optimizer newton --norm batch":        {"--norm batch and --optimizer newton given"},
		"--optimizer newton --hidden 300":        {"--optimizer: newton given for 1201 weights and biases, at most 1000 expected"},
		"--average 0.9 --patience 2":             {"--patience: 2 given beside rule.average"},
		"--average 1":                            {"--average 1: a number from 0 to below 1"},
		"--freeze 3":                             {"--freeze 3: the network has 2 layers"},
		"--freeze 1,2":                           {"--freeze: all of them are frozen"},
		"--freeze 0":                             {"--freeze 0: numbers of layers from 1"},
		"--freeze 1,1":                           {"--freeze 1,1: 1 is there twice"},
		"--save m.txt":                           {"--save m.txt: a file that ends in .safetensors, .npz or .json expected"},
		"--save-every 2":                         {"--save-every has no effect"},
		"--resume m.npz":                         {"--resume: m.npz: no such file"},
		"--config missing.json":                  {"--config missing.json: no such file"},
		"--csv iris --task regress":              {`"setosa" is not a number`},
	} {
		checkUsageOf(t, line, words...)
	}
}

// Whatever a file of settings says, it is repeated or refused with the path.
func TestConfigFiles(t *testing.T) {
	const good = `{"version": 1, "layers": [{"kind": "dense", "units": 3, "activation": "relu"}, {"kind": "dense", "units": 1, "activation": "sigmoid"}],
		"cost": {"kind": "cross-entropy"}, "rule": {"kind": "rmsprop", "rate": 0.01, "centered": true}, "data": {"kind": "toy", "name": "moons", "examples": 40, "noise": 0.1},
		"steps": 3}`
	for _, c := range []struct{ from, to, want string }{
		{"", "", ""},
		{`"relu"`, `"relu", "name": "first"`, "layers[1].name"},
		{`"units": 3`, `"units": "three"`, "layers[0].units"},
		{`"steps": 3`, `"steps": 3, "name": "net"`, `no flags for this: name is "net", with flags none`},
		{`{"kind": "dense", "units": 3`, `{"kind": "layer-norm"}, {"kind": "dense", "units": 3`, `no flags for this: layers[0].kind is "layer-norm", with flags "dense"`},
		{`{"kind": "dense", "units": 3`, `{"kind": "layer-norm"}, {"kind": "dense", "units": 3`, `; package optim/experiment trains it`},
		{`"rule": {"kind": "rmsprop", "rate": 0.01, "centered": true}, `, ``, "no data or no rule"},
		{`"steps": 3`, `"steps": 3 3`, "line "},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "c.json")
		must(os.WriteFile(path, []byte(strings.Replace(good, c.from, c.to, 1)), 0o644))
		code, _, stderr := demo(t.Context(), "train", "--config", path, "--out", filepath.Join(dir, "out"))
		if want := map[bool]int{true: 0, false: 2}[c.want == ""]; code != want {
			t.Errorf("%s: exit code %d, %q", c.to, code, stderr)
		}
		checkText(t, stderr, c.want)
	}
}

// The sets of a training by flags are parts of the file, in its own units.
func TestSetsAreOfTheFile(t *testing.T) {
	c := defaultConfig()
	c.csv, c.val = "diabetes", 0.2
	e, err := c.load(nil)
	if err != nil {
		t.Fatal(err)
	}
	var ages []float64
	for _, s := range []*dataset.Set{e.sets.Train, e.sets.Val, e.sets.Held} {
		for i := range s.Len() {
			ages = append(ages, s.X[10*i])
		}
	}
	slices.Sort(ages)
	if len(ages) != 442 || ages[0] != 19 || ages[441] != 79 {
		t.Errorf("%d ages from %v to %v", len(ages), ages[0], ages[len(ages)-1])
	}
}

// A training that begins from a saved model predicts as it, before the first step, and says
// so; a frozen layer is told by inspect. A file that does not fit is a mistake by name.
func TestInitFrom(t *testing.T) {
	dir := t.TempDir()
	out := " --out " + filepath.Join(dir, "out")
	model, tuned := filepath.Join(dir, "m.safetensors"), filepath.Join(dir, "t.safetensors")
	r := result(t, "--csv iris --steps 60 --save "+model+out)
	for _, from := range []string{model, filepath.Join(dir, "m.npz")} {
		if from != model {
			result(t, "--csv iris --steps 60 --save "+from+out)
		}
		if same := result(t, "--csv iris --steps 0 --init-from "+from+out); *same.Cost != *r.Cost {
			t.Errorf("%s: cost %v, %v expected", from, *same.Cost, *r.Cost)
		}
	}
	more := result(t, "--csv iris --seed 7 --steps 30 --freeze 1 --init-from "+model+" --save "+tuned+out)
	if !(*more.Cost < *r.Cost*1.5) || *more.Cost == *r.Cost {
		t.Errorf("cost %v, from %v", *more.Cost, *r.Cost)
	}
	result(t, "--resume "+tuned+" --steps 40"+out)
	_, text, _ := demo(t.Context(), "inspect", tuned)
	checkText(t, text, "dense, tanh, frozen", "dense, softmax  ")
	_, text, _ = demo(t.Context(), "inspect", tuned, "--json")
	if strings.Count(text, `"frozen": true`) != 2 { // of the layer, and of the experiment
		t.Errorf("%s", text)
	}
	_, text, _ = demo(t.Context(), strings.Fields("train --csv iris --steps 1 --freeze 1 --init-from "+model+out)...)
	checkText(t, strings.Join(strings.Fields(text), " "), "the first weights are those of "+model, "standardised: as "+model+" has it", ", frozen 1,")
	for flags, words := range map[string][]string{
		"--csv iris --hidden 9 --init-from " + model:        {"--init-from: " + model + ": W1: the shape (8,4) given, (9,4) expected"},
		"--csv wine --init-from " + model:                   {"--init-from: " + model + ": its network takes the inputs sepal", "the data has alcohol"},
		"--csv iris --init he --init-from " + model:         {"--init and --init-scale have no effect"},
		"--resume " + tuned + " --init-from " + model:       {"--init-from has no effect"},
		"--csv iris --init-from " + dir:                     {"--init-from: " + dir + ": a file expected"},
		"--csv iris --init-from " + filepath.Join(dir, "x"): {"--init-from: " + filepath.Join(dir, "x") + ": no such file"},
	} {
		code, _, stderr := demo(t.Context(), strings.Fields("train "+flags+out)...)
		checkText(t, stderr, words...)
		if code != 2 {
			t.Errorf("%s: exit code %d", flags, code)
		}
	}
}
