package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"chainrule/layers/predict"
	"chainrule/optim"
	"chainrule/optim/experiment"
)

// The fields that the help names have the defaults that it says: given they change no bit
// of a training. Every kind of rule has a row, with all fields of its own.
func TestOptimizerDefaults(t *testing.T) {
	_, help, _ := demo(t.Context(), "train", "--help")
	help = strings.Join(strings.Fields(help), " ")
	if kinds := experiment.RuleKinds(); !slices.Equal(optimizerNames(), kinds) {
		t.Errorf("%v, %v expected", optimizerNames(), kinds)
	}
	for _, o := range optimizers {
		if o.fields == "" {
			continue
		}
		checkText(t, help, o.kind+": "+strings.ReplaceAll(o.fields, ",", ", "))
		var trained []string
		for _, flag := range []string{o.kind, o.kind + "," + o.fields} {
			c := defaultConfig()
			c.csv, c.steps = "iris", 5
			v := optimizerValue(&c.optimizer, &c.rule)
			if err := v.Set(flag); err != nil {
				t.Fatal(err)
			}
			p := build(t, c)
			if _, err := p.fit(t.Context(), func(int, float64) {}, nil); err != nil {
				t.Fatal(err)
			}
			out, err := p.Predict(p.Train.X)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := json.Marshal(out)
			trained = append(trained, string(text))
		}
		if trained[0] != trained[1] {
			t.Errorf("%s: other bits with %s", o.kind, o.fields)
		}
	}
	if !strings.Contains(help, "for adamw)") {
		t.Error("the help says no weight decay of adamw")
	}
}

// The same of schedules: given, the defaults change no bit, and every field of
// experiment.Schedule is in the help.
func TestScheduleDefaults(t *testing.T) {
	_, help, _ := demo(t.Context(), "train", "--help")
	help = strings.Join(strings.Fields(help), " ")
	_, help, _ = strings.Cut(help, "--schedule NAME")
	help, _, _ = strings.Cut(help, "--dropout X")
	kinds := []string{"constant"}
	for _, s := range schedules {
		kinds = append(kinds, s.kind)
		checkText(t, help, s.kind+": "+strings.ReplaceAll(s.fields, ",", ", "))
		var given, all []string
		for _, field := range strings.Split(s.fields, ",") {
			if !strings.Contains(field, "=") {
				field += "=0.9"
				if strings.HasPrefix(field, "every") {
					field = "every=7"
				}
				given = append(given, field)
			}
			all = append(all, field)
		}
		var trained []string
		for _, fields := range [][]string{given, append(all, "warmup=0")} {
			c := defaultConfig()
			c.csv, c.epochs, c.batch, c.rate = "iris", 60, 16, 1 // so fast that the cost rises now and then
			if err := scheduleOf(&c.schedule).Set(strings.Join(append([]string{s.kind}, fields...), ",")); err != nil {
				t.Fatal(err)
			}
			p := build(t, c)
			if _, err := p.fit(t.Context(), func(int, float64) {}, func(optim.Record) {}); err != nil {
				t.Fatal(err)
			}
			out, err := p.Predict(p.Train.X)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := json.Marshal(out)
			trained = append(trained, string(text))
		}
		if trained[0] != trained[1] {
			t.Errorf("%s: other bits with %s", s.kind, s.fields)
		}
	}
	if !slices.Equal(kinds, experiment.ScheduleKinds()) {
		t.Errorf("%v, %v expected", kinds, experiment.ScheduleKinds())
	}
	fields := reflect.TypeFor[experiment.Schedule]()
	for i := range fields.NumField() {
		name, _, _ := strings.Cut(fields.Field(i).Tag.Get("json"), ",")
		if name != "kind" && !strings.Contains(help, name) {
			t.Errorf("no word about %s in the help", name)
		}
	}
}

// A training by lbfgs tells why it ended, is saved, and does not go on.
func TestFullBatchTraining(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "m.safetensors")
	line := "--csv iris --optimizer lbfgs,gradient=0.001 --save " + model + " --out " + dir
	r := result(t, line+" --steps 200")
	if r.Converged == nil || !*r.Converged || !(*r.Gradient <= 0.001) || r.Steps >= 200 || !(*r.Cost < 0.05) {
		t.Fatalf("%+v", r)
	}
	if _, err := predict.LoadFile(model); err != nil {
		t.Error(err)
	}
	code, out, _ := demo(t.Context(), strings.Fields("train "+line+" --steps 200")...)
	checkPlain(t, out)
	checkText(t, strings.Join(strings.Fields(out), " "), "Training: L-BFGS, 200 steps.", "Ended since no entry of the gradient is larger than ")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	if r := result(t, line+" --steps 3"); r.Steps != 3 || *r.Converged {
		t.Errorf("%+v", r)
	}
	_, out, _ = demo(t.Context(), strings.Fields("train "+line+" --steps 3")...)
	checkText(t, strings.Join(strings.Fields(out), " "), "more --steps may go on to a lower cost")
	before, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	code, _, stderr := demo(t.Context(), "train", "--resume", model, "--steps", "9")
	if code != 2 {
		t.Errorf("exit code %d", code)
	}
	checkText(t, stderr, "--resume "+model+": a training by lbfgs does not go on", "--init-from")
	if after, err := os.ReadFile(model); err != nil || string(after) != string(before) {
		t.Errorf("a refused resume changes the file, error %v", err)
	}
}

// The network that is told of and saved is the averaged one, after a resume too.
func TestAveragedTraining(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "m.safetensors")
	line := "--csv diabetes --average 0.95 --batch 64 --val 0.2 --out " + dir + " --save " + model
	r := result(t, line+" --epochs 4")
	result(t, "--resume "+model+" --epochs 6 --out "+dir)
	resumed, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	whole := result(t, line+" --epochs 6")
	if again, err := os.ReadFile(model); err != nil || string(again) != string(resumed) {
		t.Errorf("the resumed training is another one, error %v", err)
	}
	if plain := result(t, "--csv diabetes --batch 64 --val 0.2 --epochs 6 --out "+dir); *plain.RMSE == *whole.RMSE || *whole.RMSE == *r.RMSE {
		t.Errorf("RMSE %v averaged, %v not, %v before", *whole.RMSE, *plain.RMSE, *r.RMSE)
	}
	m, err := predict.LoadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	s, err := experiment.OpenSaved(model)
	if err != nil || s.Settings.Rule.Average != 0.95 {
		t.Fatalf("%+v, error %v", s, err)
	}
	data, err := defaultConfig().withCSV("diabetes", 0.2).load(nil)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float64, data.sets.Held.Len())
	if err := m.Predict(out, data.sets.Held.X); err != nil {
		t.Fatal(err)
	}
	var squares float64
	for i, v := range out {
		squares += (v - data.sets.Held.Y[i]) * (v - data.sets.Held.Y[i]) / float64(len(out))
	}
	if d := squares / (*whole.RMSE * *whole.RMSE); d < 1-1e-9 || d > 1+1e-9 {
		t.Errorf("the file's RMSE squared is %v, %v told", squares, *whole.RMSE**whole.RMSE)
	}
}

func (c config) withCSV(path string, val float64) config {
	c.csv, c.val = path, val
	return c
}

// What a step of Newton's method takes is said before it: of all weights and biases that
// are trained.
func TestNewtonTellsItsCost(t *testing.T) {
	dir := t.TempDir()
	from := filepath.Join(dir, "m.safetensors")
	_, text, _ := demo(t.Context(), strings.Fields("train --csv iris --optimizer newton --steps 1 --save "+from+" --out "+dir)...)
	checkText(t, text, "Training: Newton's method, 1 step, 67 Hessian-vector products a step.")
	_, text, _ = demo(t.Context(), strings.Fields("train --csv iris --optimizer newton --steps 1 --init-from "+from+" --freeze 1 --out "+dir)...)
	checkText(t, text, "27 Hessian-vector products")
}

// A network that L-BFGS has made sure of every class is trained on: its gradients are not
// called wrong.
func TestTrainOnWhatIsSure(t *testing.T) {
	dir := t.TempDir()
	from := filepath.Join(dir, "m.safetensors")
	result(t, "--csv iris --optimizer lbfgs --save "+from+" --out "+dir)
	if r := result(t, "--csv iris --freeze 1 --steps 5 --init-from "+from+" --out "+dir); !(*r.Cost < 1e-6) {
		t.Errorf("the cost is %v", *r.Cost)
	}
}

// A training that --patience has ended says what goes on.
func TestResumeAfterPatience(t *testing.T) {
	dir := t.TempDir()
	from := filepath.Join(dir, "m.safetensors")
	ended := result(t, "--csv iris --epochs 200 --lr 0.3 --batch 16 --val 0.2 --patience 2 --save "+from+" --out "+dir)
	_, text, _ := demo(t.Context(), strings.Fields("train --resume "+from+" --epochs 300 --out "+dir)...)
	checkText(t, strings.Join(strings.Fields(text), " "), "by --patience: a larger one goes on.")
	if r := result(t, "--resume "+from+" --patience 4 --out "+dir); r.Steps <= ended.Steps {
		t.Errorf("%d steps after %d", r.Steps, ended.Steps)
	}
}

// A file without a training in it is resumed as what it is: weights to begin with.
func TestResumeOfWeights(t *testing.T) {
	dir := t.TempDir()
	from := filepath.Join(dir, "m.safetensors")
	result(t, "--csv iris --steps 0 --save "+from+" --out "+dir)
	for _, c := range []struct {
		steps string
		new   bool
	}{{"3", true}, {"5", false}} {
		_, text, _ := demo(t.Context(), strings.Fields("train --resume "+from+" --steps "+c.steps+" --out "+dir)...)
		text = strings.Join(strings.Fields(text), " ")
		checkText(t, text, "the first weights are those of "+from)
		if told := strings.Contains(text, from+" has weights, but no step of a training"); told != c.new {
			t.Errorf("%s steps: told %t", c.steps, told)
		}
	}
}
