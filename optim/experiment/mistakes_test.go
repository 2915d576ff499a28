package experiment_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// small is an experiment that the tests of errors spoil.
const small = `{
  "version": 1, "inputs": 2,
  "layers": [{"kind": "dense", "units": 4, "activation": "tanh", "init": {"kind": "glorot", "scale": 2}},
             {"kind": "dense", "units": 1, "activation": "sigmoid"}],
  "cost": {"kind": "cross-entropy"}, "rule": {"kind": "momentum", "rate": 0.1, "beta": 0.8},
  "schedule": {"kind": "constant"},
  "data": {"kind": "toy", "name": "moons", "examples": 20, "noise": 0.1, "seed": 3},
  "steps": 5, "seed": 7, "dtype": "float32"}`

// Every mistake is told with its path and what was expected.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ from, to, path, words string }{
		{`{
  "version"`, `[{"version"`, "", "line "},
		{small, "", "", "it is empty"},
		{small, "[]", "", "a list given, an object expected"},
		{`"seed": 7`, `"seed": NaN`, "", "NaN is no number in JSON"},
		{`"version": 1, `, ``, "version", "missing"},
		{`"version": 1`, `"version": 2`, "version", "2 given, 1 expected"},
		{`"steps": 5`, `"step": 5`, "step", "unknown field, did you mean steps?"},
		{`"steps": 5`, `"xyzzy": 5`, "xyzzy", "unknown field: version, name, inputs"},
		{`"steps": 5`, `"steps": 5, "steps": 6`, "steps", "there twice"},
		{`"steps": 5`, `"steps": -5`, "steps", "-5 given, at least 0"},
		{`"steps": 5`, `"steps": 5.5`, "steps", "the number 5.5 given, a whole number"},
		{`"seed": 7`, `"seed": -1`, "seed", "a whole number from 0 to 4294967295"},
		{`"float32"`, `"float16"`, "dtype", `"float16" given, float64 or float32`},
		{`"float32"`, `32`, "dtype", "the number 32 given, a text"},
		{`"inputs": 2`, `"inputs": -1`, "inputs", "-1 given"},
		{`"inputs": 2`, `"inputs": 3`, "inputs", "3 given, but the data has 2"},
		{`"inputs": 2`, `"inputs": "two"`, "inputs", `"two" given`},
		{`"layers": [{`, `"layers": {"a": [{`, "", "line"},
		{`"units": 4`, `"units": 0`, "layers[0].units", "0 given, at least 1 expected"},
		{`"steps": 5`, `"steps": 3000000000`, "steps", "the number 3000000000 given, a whole number of at most 2147483647"},
		{`"units": 4`, `"units": null`, "layers[0].units", "null given, a whole number"},
		{`"units": 4`, `"units": 2000000000`, "layers[0].units", "at most 134217728 weights and biases"},
		{`"units": 4`, `"units": 100000000`, "layers[0].units", "100000000 given behind 2: with the layers before at most 134217728"},
		{`[{"kind": "dense"`, `[{"kind": "dense", "units": 30000000}, {"kind": "dense"`, "layers[1].units", "4 given behind 30000000"},
		{`"units": 4`, `"unts": 4`, "layers[0].unts", "dense has no such field, did you mean units?"},
		{`"units": 4`, `"units": 4, "dropout": 0.5`, "layers[0].dropout", "dense has no such field: kind, name, units"},
		{`"units": 4`, `"units": 4, "name": "a"`, "layers[1].name", "all dense layers have a name, or none"},
		{`{"kind": "dense", "units": 4, "activation": "tanh", "init"`, `{"kind": "dens", "units": 4, "init"`, "layers[0].kind", `unknown kind "dens", did you mean dense?`},
		{`{"kind": "dense", "units": 4`, `{"units": 4`, "layers[0].kind", "missing, dense, activation, dropout"},
		{`{"kind": "dense", "units": 4`, `{"kind": "convolution", "units": 4`, "layers[0].kind", `unknown kind "convolution": dense, activation, dropout`},
		{`{"kind": "dense", "units": 4`, `{"kind": "activation", "units": 4`, "layers[0].init", "activation has no such field"},
		{`"tanh"`, `"tahn"`, "layers[0].activation", `did you mean "tanh"?`},
		{`"tanh"`, `true`, "layers[0].activation", "true given, a text"},
		{`"kind": "glorot"`, `"kind": "gloro"`, "layers[0].init.kind", `did you mean "glorot"?`},
		{`"kind": "glorot", `, ``, "layers[0].init.kind", "missing"},
		{`"init": {"kind": "glorot", "scale": 2}`, `"init": "glorot"`, "layers[0].init", `"glorot" given, an object`},
		{`"scale": 2`, `"factor": 2`, "layers[0].init.factor", "unknown field: kind, scale are known"},
		{`"scale": 2`, `"scale": 1e999`, "layers[0].init.scale", "a number of float64"},
		{`"scale": 2`, `"scale": 1e308`, "layers[0].init.scale", "1e+308 given, a number from -1e+30 to 1e+30 expected"},
		{`"sigmoid"`, `"tanh"`, "layers[1].activation", `"tanh" given, sigmoid or softmax expected for cross-entropy`},
		{`, "activation": "sigmoid"`, ``, "layers[1].activation", "none given, sigmoid or softmax"},
		{`"sigmoid"`, `"softmax"`, "layers[1].activation", "of one output it is always 1"},
		{`"name": "moons"`, `"name": "blobs"`, "layers", "1 output given, but the data has 3 classes"},
		{`"units": 1`, `"units": 3`, "layers", "3 outputs given, but the data has 2 classes"},
		{`"cost": {"kind": "cross-entropy"}`, `"cost": {}`, "cost.kind", "missing, cross-entropy, squared-error"},
		{`"cost": {"kind": "cross-entropy"}, `, ``, "cost", "missing"},
		{`"cross-entropy"`, `"crossentropy"`, "cost.kind", "did you mean cross-entropy?"},
		{`"momentum"`, `"momentun"`, "rule.kind", "did you mean momentum?"},
		{`"beta": 0.8`, `"beta1": 0.8`, "rule.beta1", "momentum has no such field, did you mean beta?"},
		{`"beta": 0.8`, `"beta": 1`, "rule.beta", "1 given, a number from 0 to below 1"},
		{`"rate": 0.1, `, ``, "rule.rate", "missing"},
		{`"rate": 0.1`, `"rate": -0.1`, "rule.rate", "-0.1 given"},
		{`"rate": 0.1`, `"rate": 0.1, "l1": -1`, "rule.l1", "-1 given, a number above 0 expected"},
		{`"rate": 0.1`, `"rate": 0.1, "l2": 1e39`, "rule.l2", "1e+39 given, which float32 rounds to +Inf"},
		{`"rate": 0.1`, `"rate": 0.1, "weight-decay": -1`, "rule.weight-decay", "-1 given"},
		{`"rate": 0.1`, `"rate": 0.1, "clip": -1`, "rule.clip", "-1 given"},
		{`"rate": 0.1`, `"rate": 0.1, "clip-norm": 1e-46`, "rule.clip-norm", "1e-46 given, which float32 rounds to 0"},
		{`"kind": "momentum", "rate": 0.1, "beta": 0.8`, `"kind": "adamw"`, "rule.weight-decay", "missing, a number above 0"},
		{`"kind": "momentum", "rate": 0.1, "beta": 0.8`, `"kind": "rmsprop", "momentum": 1`, "rule.momentum", "1 given, a number from 0 to below 1"},
		{`"kind": "momentum", "rate": 0.1, "beta": 0.8`, `"kind": "rmsprop", "beta1": 0.5`, "rule.beta1", "rmsprop has no such field, did you mean beta?"},
		{`"kind": "momentum", "rate": 0.1, "beta": 0.8`, `"kind": "adagrad", "epsilon": -1`, "rule.epsilon", "-1 given"},
		{`"kind": "momentum", "rate": 0.1, "beta": 0.8`, `"kind": "lion", "beta2": 1`, "rule.beta2", "1 given"},
		{`"kind": "momentum", "rate": 0.1, "beta": 0.8`, `"kind": "lion", "centered": true`, "rule.centered", "lion has no such field"},
		{`"constant"`, `"cosin"`, "schedule.kind", `unknown kind "cosin", did you mean cosine?`},
		{`"constant"`, `"constant", "warmup": -1`, "schedule.warmup", "-1 given, at least 0"},
		{`"constant"`, `"constant", "warmup": 5`, "schedule.warmup", "5 given, below the 5 steps"},
		{`"constant"`, `"constant", "steps": 5`, "schedule.steps", "constant has no such field"},
		{`"constant"`, `"step"`, "schedule.every", "0 given, at least 1"},
		{`"constant"`, `"step", "every": 2, "ratio": -1`, "schedule.ratio", "-1 given"},
		{`"constant"`, `"exponential"`, "schedule.ratio", "missing, a number above 0"},
		{`"constant"`, `"exponential", "ratio": 1, "every": -1`, "schedule.every", "-1 given"},
		{`"constant"`, `"cosine", "steps": -1`, "schedule.steps", "-1 given"},
		{`"constant"`, `"cosine", "least": 1`, "schedule.least", "1 given, a number from 0 to below 1"},
		{`"constant"`, `"one-cycle", "steps": 1`, "schedule.steps", "one-cycle has 1 step, at least 2"},
		{`"constant"`, `"one-cycle", "warmup": 4`, "schedule.steps", "one-cycle has 1 step, at least 2"},
		{`"constant"`, `"one-cycle", "rise": 1`, "schedule.rise", "1 given"},
		{`"constant"`, `"one-cycle", "div": 0.5`, "schedule.div", "0.5 given, a finite number of at least 1"},
		{`"constant"`, `"one-cycle", "final-div": -1`, "schedule.final-div", "-1 given"},
		{`"constant"`, `"plateau", "ratio": 1`, "schedule.ratio", "1 given, a number from 0 to below 1"},
		{`"constant"`, `"plateau", "patience": -1`, "schedule.patience", "-1 given"},
		{`"constant"`, `"plateau", "threshold": 1`, "schedule.threshold", "1 given"},
		{`"constant"`, `"plateau", "rest": -1`, "schedule.rest", "-1 given"},
		{`"constant"`, `"plateau", "every": 1`, "schedule.every", "plateau has no such field"},
		{`"name": "moons", `, ``, "data.name", "missing"},
		{`"moons"`, `"moon"`, "data.name", "did you mean moons?"},
		{`"examples": 20`, `"examples": 1`, "data.examples", "1 examples given"},
		{`"examples": 20`, `"examples": 20, "arms": 2`, "data.arms", "for spirals only"},
		{`"noise": 0.1`, `"noise": -0.1`, "data.noise", "-0.1 given"},
		{`"noise": 0.1`, `"noise": 2e6`, "data.noise", "2e+06 given, at most 1e+06 expected"},
		{`"moons"`, `"plane"`, "cost.kind", "the targets are numbers"},
		{`"noise": 0.1`, `"val": 1`, "data.val", "1 given"},
		{`{"kind": "toy", "name": "moons", "examples": 20, "noise": 0.1, "seed": 3}`, `{"kind": "csv", "path": "x", "task": "regres"}`, "data.task", "did you mean regress?"},
		{`"noise": 0.1`, `"held": 0.1`, "data.held", "toy has no such field"},
		{`{"kind": "toy", "name": "moons", "examples": 20, "noise": 0.1, "seed": 3}`, `{"kind": "csv"}`, "data.path", "missing"},
		{`{"kind": "toy", "name": "moons", "examples": 20, "noise": 0.1, "seed": 3}`, `{"kind": "csv", "path": "no such file"}`, "data.path", "no such file"},
		{`{"kind": "toy", "name": "moons", "examples": 20, "noise": 0.1, "seed": 3}`, `{"kind": "csv", "path": "x", "held": 1}`, "data.held", "1 given"},
		{`{"kind": "toy", "name": "moons", "examples": 20, "noise": 0.1, "seed": 3}`, `{"kind": "csv", "path": "x", "header": "maybe"}`, "data.header", `"maybe" given: auto, yes, no are known`},
		{`{"kind": "toy", "name": "moons", "examples": 20, "noise": 0.1, "seed": 3}`, `{"kind": "csv", "path": "x", "header": true}`, "data.header", "true given, a text"},
		{`{"kind": "toy", "name": "moons", "examples": 20, "noise": 0.1, "seed": 3}`, `{"kind": "csv", "path": "x", "separator": "."}`, "data.separator", `"." given`},
		{`{"kind": "toy", "name": "moons", "examples": 20, "noise": 0.1, "seed": 3}`, `{"kind": "csv", "path": "x", "decimal": ";"}`, "data.decimal", `";" given`},
		{`{"kind": "toy", "name": "moons", "examples": 20, "noise": 0.1, "seed": 3}`, `{"kind": "csv", "path": "x", "missing": "mena"}`, "data.missing", "did you mean mean?"},
		{`{"kind": "toy", "name": "moons", "examples": 20, "noise": 0.1, "seed": 3}`, `{"kind": "csv", "path": "x", "ignore": "a"}`, "data.ignore", `"a" given, a list`},
		{`{"kind": "toy", "name": "moons", "examples": 20, "noise": 0.1, "seed": 3}`, `{"kind": "csv", "path": "x", "ignore": [1]}`, "data.ignore[0]", "the number 1 given, a text"},
	} {
		if !strings.Contains(small, c.from) {
			t.Fatalf("%s is not in the experiment", c.from)
		}
		_, err := experiment.Read(strings.NewReader(strings.Replace(small, c.from, c.to, 1)))
		var at *experiment.Error
		path := ""
		if errors.As(err, &at) {
			path = at.Path
		}
		if err == nil || path != c.path || !strings.HasPrefix(err.Error(), c.path) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s → %s: %v; path %q and %q expected", c.from, c.to, err, c.path, c.words)
		}
	}
	if _, err := experiment.Read(strings.NewReader(small)); err != nil {
		t.Error(err)
	}
}

// What JSON cannot say in Go is reported by the same paths.
func TestMistakesInGo(t *testing.T) {
	good := func() experiment.Settings {
		s := experiment.Settings{Cost: experiment.Cost{Kind: "cross-entropy"}, Rule: experiment.Rule{Kind: "gd", Rate: 1}}
		s.Inputs, s.Layers = experiment.Chain([]int{2, 3, 1}, []string{"tanh", "sigmoid"})
		return s
	}
	for path, spoil := range map[string]func(s *experiment.Settings){
		"rule.beta":            func(s *experiment.Settings) { s.Rule.Beta = 0.9 },
		"layers[0].init.kind":  func(s *experiment.Settings) { s.Layers[0].Init.Scale = 2 },
		"layers[0].init.scale": func(s *experiment.Settings) { s.Layers[0].Init = experiment.Init{Kind: "normal", Scale: 1e308} },
		"inputs":               func(s *experiment.Settings) { s.Inputs = 0 },
		"layers":               func(s *experiment.Settings) { s.Layers = nil },
		"version":              func(s *experiment.Settings) { s.Version = 3 },
		"layers[1].activation": func(s *experiment.Settings) {
			s.Layers[1] = experiment.Layer{Kind: "activation"}
		},
		"layers[1].name": func(s *experiment.Settings) { s.Layers[0].Name, s.Layers[1].Name = "a", "a" },
	} {
		s := good()
		spoil(&s)
		_, err := experiment.New(s)
		var at *experiment.Error
		if !errors.As(err, &at) || at.Path != path {
			t.Errorf("%v, path %s expected", err, path)
		}
	}
	if _, err := experiment.New(good()); err != nil {
		t.Error(err)
	}
}

// Examples for validation are left out of those trained on, in the share of what is not held out;
// all are encoded by one schema and scaled alike.
func TestValidation(t *testing.T) {
	rows := "a,colour,price\n" + strings.Repeat("1,red,5.25\n3,blue,7.5\n2,red,9\n8,,1\n7,blue,2\n", 8)
	d := experiment.Data{Kind: "csv", Path: "a.csv", Held: 0.25, Val: 0.2, Seed: 1, Missing: "fill", Task: "regress", Targets: []string{"price"}}
	e, err := experiment.LoadFrom(strings.NewReader(rows), d)
	if err != nil || e.Train.Len() != 24 || e.Held.Len() != 10 || e.Val.Len() != 6 {
		t.Fatalf("%+v, error %v", e, err)
	}
	red, n := 0, 0
	for j := range e.Train.Len() { // those of 8 have no colour
		if x := e.Train.X[3*j : 3*j+3]; x[0] != 8 {
			red += int(x[2])
			n++
		}
	}
	if s := e.Schema; s.Task != "regress" || s.Inputs() != 3 || 2*red <= n || s.Columns[1].FillCategory != "red" || s.Check() != nil {
		t.Errorf("schema %+v, though %d of %d to train on are red", s, red, n)
	}
	if e.Train.X[0] != math.Trunc(e.Train.X[0]) || e.Train.Y[0]*4 != math.Trunc(e.Train.Y[0]*4) {
		t.Errorf("%v and %v are no numbers of the file", e.Train.X[0], e.Train.Y[0])
	}
	for i := range 3 { // the scale is that of the examples to train on
		sum := 0.0
		for j := range e.Train.Len() {
			sum += (e.Train.X[3*j+i] - e.Scaling.Mean[i]) / e.Scaling.Std[i]
		}
		if math.Abs(sum) > 1e-12 {
			t.Errorf("input %d: a sum of %v", i, sum)
		}
	}
	if got, want := e.TargetScaling, e.Train.TargetScaling(); got == nil || !slices.Equal(got.Mean, want.Mean) || !slices.Equal(got.Std, want.Std) {
		t.Errorf("targets are scaled by %v, %v expected", got, want)
	}
	var at *experiment.Error
	d.Val = 1
	if _, err := experiment.LoadFrom(strings.NewReader(rows), d); !errors.As(err, &at) || at.Path != "data.val" {
		t.Errorf("error %v", err)
	}
	for _, name := range []string{"moons", "plane"} {
		e, err := experiment.Load(experiment.Data{Kind: "toy", Name: name, Examples: 100, Val: 0.2})
		if err != nil || e.Train.Len() != 80 || e.Val.Len() != 20 || e.Held.Len() != 100 || e.Schema.Check() != nil {
			t.Errorf("%s: %+v, error %v", name, e, err)
		}
	}
}

// A file is split and standardised; its mistakes have paths.
func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	rows := "a,b,class\n" + strings.Repeat("1,5,x\n3,7,y\n2,9,x\n8,1,y\n", 5)
	if err := os.WriteFile(path, []byte(rows), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := experiment.Load(experiment.Data{Kind: "csv", Path: path, Held: 0.2, Seed: 1})
	if err != nil || got.Train.Len() != 16 || got.Held.Len() != 4 || got.Scaling == nil {
		t.Fatalf("%+v, error %v", got, err)
	}
	var at *experiment.Error
	if _, err := experiment.Load(experiment.Data{Kind: "csv", Path: path, Label: "d"}); !errors.As(err, &at) || at.Path != "data.path" {
		t.Errorf("error %v", err)
	}
	// As the world writes it; errors name the fields of the JSON.
	d := experiment.Data{Kind: "csv", Path: "world", Header: "no", Separator: "tab", Decimal: ",", Ignore: []string{"2"}, Missing: "mean", Encoding: "latin1"}
	got, err = experiment.LoadFrom(strings.NewReader("1,5\t9\t\xe4\n\t9\tb\n2,5\t9\tb\n"), d)
	if err != nil || got.Held != nil || got.Train.Len() != 3 || len(got.Train.Features) != 1 || got.Train.Classes[1] != "ä" || got.Scaling.Mean[0] != 2 ||
		got.Reading.String() != "no header, so that the columns are called 1, 2, 3 and so on; cells separated by tabs; decimal commas; 1 missing number of 1 set to the mean, 2" {
		t.Errorf("%+v, %+v, error %v", got.Train, got.Reading, err)
	}
	d.Missing = ""
	want := "data.path: world:2:1: column 1: the cell is empty, a number expected; data.missing tells what to do about missing ones"
	var located *dataset.CSVError
	if _, err = experiment.LoadFrom(strings.NewReader("1,5\t9\ta\n\t9\tb\n2,5\t9\tb\n"), d); err == nil || err.Error() != want || !errors.As(err, &located) {
		t.Errorf("error %v, %s expected", err, want)
	}
	texts := "t,y\na,0\nb,1\nc,0\na,1\n" // 3 inputs of 4 examples
	d = experiment.Data{Kind: "csv", Path: "texts", Label: "y"}
	if got, err = experiment.LoadWithin(strings.NewReader(texts), d, 12); err != nil || len(got.Train.X) != 12 {
		t.Errorf("%v, error %v", got.Train, err)
	}
	if _, err = experiment.LoadWithin(strings.NewReader(texts), d, 11); !errors.As(err, &at) || at.Path != "data.path" || !strings.Contains(err.Error(), "3 inputs of 4 examples are more than 11 numbers") || !strings.Contains(err.Error(), "data.ignore") {
		t.Errorf("error %v", err)
	}
	if _, err = experiment.LoadFrom(nil, experiment.Data{Kind: "toy", Name: "moons"}); !errors.As(err, &at) || at.Path != "data.kind" {
		t.Errorf("error %v", err)
	}
}
