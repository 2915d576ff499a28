package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chainrule/optim/experiment"
)

// A file that cannot be read is told once, with what is wrong, and no names of packages
// between: flag, file, what.
func TestErrorsOfFilesAreShort(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "m.safetensors")
	result(t, "--csv iris --steps 5 --save "+model+" --out "+dir)
	whole, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(dir, "cut.safetensors")
	bad := filepath.Join(dir, "bad.safetensors")
	for path, data := range map[string][]byte{cut: whole[:len(whole)-9], bad: []byte(strings.Repeat("no model ", 99))} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	packages := regexp.MustCompile(`\b(experiment|predict|serve|modelfile|safetensors|npz|layers|optim|dataset|schema|files|answer): `)
	for _, path := range []string{cut, bad, filepath.Join(dir, "none.safetensors"), dir} {
		for _, line := range []string{"predict --csv iris --model ", "eval --csv iris --model ", "serve ", "inspect ", "train --resume ", "train --csv iris --init-from "} {
			code, _, stderr := demo(t.Context(), strings.Fields(line+path)...)
			first, _, _ := strings.Cut(strings.ReplaceAll(stderr, path, "FILE"), "\n")
			if code != 2 || strings.Count(first, "FILE") != 1 || packages.MatchString(first) {
				t.Errorf("%s: exit code %d, %q", line, code, first)
			}
		}
	}
}

// Columns that the model does not know are named once, on standard error; that of the
// target is none of them.
func TestIgnoredColumnsAreNamed(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "m.safetensors")
	lines := []string{"id,a,b,class,note"}
	for i := range 40 {
		lines = append(lines, []string{"7,1,0,x,n", "8,0,1,y,n"}[i%2])
	}
	table := write(t, "t.csv", lines...)
	result(t, "--csv "+table+" --label class --ignore id,note --steps 5 --save "+model+" --out "+dir)
	for _, command := range []string{"predict", "eval"} {
		code, _, stderr := demo(t.Context(), command, "--model", model, "--csv", table)
		if want := "demo: " + table + ": 2 columns not looked at: id, note\n"; code != 0 || stderr != want {
			t.Errorf("%s: exit code %d, %q, %q expected", command, code, stderr, want)
		}
	}
}

// Several numbers are predicted by --targets.
func TestTargets(t *testing.T) {
	lines := []string{"a,b,sum,difference"}
	for i := range 60 {
		a, b := float64(i%7), float64(i%5)
		lines = append(lines, strings.Join([]string{digits(figure(a)), digits(figure(b)), digits(figure(a + b)), digits(figure(a - b))}, ","))
	}
	table, dir := write(t, "t.csv", lines...), t.TempDir()
	r := result(t, "--csv "+table+" --targets sum,difference --hidden 0 --optimizer lbfgs --out "+dir)
	if strings.Join(r.Data.Targets, " ") != "sum difference" || !(*r.R2 > 0.999) || strings.Join(r.Data.Inputs, " ") != "a b" {
		t.Errorf("%+v", r)
	}
	checkFiles(t, dir, "predicted-1.png", "predicted-2.png", costName, graphName, runName)
	_, text, _ := demo(t.Context(), strings.Fields("train --csv "+table+" --targets sum,difference --steps 1 --out "+dir)...)
	checkText(t, text, "held out, mean over sum, difference: RMSE", "predicted-2.png")
	c := configOf(mustSettings(t, filepath.Join(dir, runName)))
	if strings.Join(c.targets, " ") != "sum difference" || c.label != "" {
		t.Errorf("repeated as %+v", c.csvConfig)
	}
	checkUsageOf(t, "--csv "+table+" --targets sum --label b", "--label has no effect: the columns to predict are those of --targets")
	checkUsageOf(t, "--csv "+table+" --targets sum,product", "product")
	checkUsageOf(t, "--targets sum", "--targets has no effect")
}

func mustSettings(t *testing.T, path string) experiment.Settings {
	t.Helper()
	s, err := readSettings(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
