package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What --save writes as JSON is read by demo grad, which finds the cost that the training
// ended with, and gradients that pass its own check.
func TestSaveSpec(t *testing.T) {
	for line, tolerance := range map[string]float64{
		"--csv iris --steps 50 --hidden 5,4 --activation relu,tanh": 1e-12,
		"--csv diabetes --steps 20":                                 1e-12,
		"--data moons --steps 20 --dtype float32":                   1e-5,
		"--csv wine --steps 20 --average 0.9":                       1e-12,
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "net.json")
		r := result(t, line+" --save "+path+" --out "+dir)
		code, stdout, stderr := demo(t.Context(), "grad", "--spec", path)
		var of struct {
			Cost float64 `json:"cost"`
		}
		if err := json.Unmarshal([]byte(stdout), &of); code != 0 || err != nil {
			t.Fatalf("%s: exit code %d, %q, error %v", line, code, stderr, err)
		}
		if r.Model != path || math.Abs(of.Cost-*r.Cost) > tolerance**r.Cost {
			t.Errorf("%s: cost %v by demo grad, %v by the training", line, of.Cost, *r.Cost)
		}
		if code, _, stderr := demo(t.Context(), "grad", "--spec", path, "--check"); code != 0 {
			t.Errorf("%s: the check ends with %d, %q", line, code, stderr)
		}
	}
}

// What a spec cannot say is told before the training, and no file is there.
func TestSaveSpecUsage(t *testing.T) {
	for line, words := range map[string][]string{
		"--csv iris --dropout 0.5 --save net.json":    {"--save net.json: the spec of demo grad cannot say this network: a chain of dense layers", ".safetensors holds any"},
		"--csv iris --activation elu --save net.json": {"sigmoid, tanh, relu, leaky-relu, identity or softmax expected"},
	} {
		checkUsageOf(t, line, words...)
	}
}

// Of many examples a spec has some.
func TestSaveSpecSample(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "net.json")
	result(t, "--data moons --examples 3000 --steps 2 --save "+path+" --out "+dir)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var spec struct{ Y [][]float64 }
	if err := json.Unmarshal(text, &spec); err != nil || len(spec.Y[0]) != specExamples || strings.Count(string(text), "1") < specExamples/3 {
		t.Errorf("%d examples, error %v", len(spec.Y[0]), err)
	}
}
