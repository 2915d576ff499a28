package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTrainText(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "out")
	code, stdout, stderr := demo(t.Context(), "train", "--steps", "1000", "--out", dir)
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d, %q", code, stderr)
	}
	checkPlain(t, stdout)
	checkText(t, stdout, "400 points", "X  (2,400)  Y  (1,400)",
		"W  (4,2)    (1,4)", "b  (4,1)    (1,1)", "Z  (4,400)  (1,400)", "A  (4,400)  (1,400)",
		"dW1", "db1", "dW2", "db2", "       0   0.693048020\n", "     100  ", "    1000   0.288083294\n",
		" per step\n", "cost 0.288083294\n", "\naccuracy 89.25 % (357 of 400)\nheld-out accuracy ", filepath.Join(dir, graphName))
	checkFiles(t, dir, pictureNames()...)
}

// Every setting works, and gives what its result says.
func TestTrainVariants(t *testing.T) {
	for i, line := range []string{
		"--steps 1 --dtype float32 --optimizer adam --activation relu",
		"--dtype float32",
		"--optimizer adam --hidden 20",
		"--activation relu --lr 0.5 --seed 5",
		"--activation SIGMOID --hidden 1",
		"--steps 0",
		"--optimizer momentum --hidden 8,8 --activation relu,gelu --noise 0.3",
		"--hidden 0 --init uniform --init-scale 0.1",
		"--hidden 3,3,3 --activation softmax --init lecun --dtype float32",
	} {
		if testing.Short() && i > 0 {
			break // pictures take seconds with the race detector
		}
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			args := append([]string{"train", "--json", "--steps", "25", "--out", dir}, strings.Fields(line)...)
			code, stdout, stderr := demo(t.Context(), args...)
			if code != 0 || stderr != "" {
				t.Fatalf("exit code %d, %q", code, stderr)
			}
			progress, result := parse(t, stdout)
			checkFiles(t, dir, pictureNames()...)
			if result.Interrupted || result.Diverged || result.Steps != result.Settings.Steps {
				t.Errorf("result %+v", result)
			}
			last := progress[len(progress)-1]
			if progress[0].Step != 0 || last.Step != result.Steps || last.Cost != *result.Cost {
				t.Errorf("progress from %+v to %+v, result %+v", progress[0], last, result)
			}
			if last.Step == 25 && len(progress) != 10 { // 0, 3, …, 24, 25
				t.Errorf("%d progress events", len(progress))
			}
			if a := *result.Accuracy; math.Abs(math.Round(a*400)-a*400) > 1e-9 || a < 0.2 {
				t.Errorf("accuracy %v", a)
			}
			if len(result.Check) != 2*len(result.Settings.Init) || len(result.Files) != 4 || len(result.Without) != 0 {
				t.Errorf("result %+v", result)
			}
			if h := *result.Held; math.Abs(math.Round(h*400)-h*400) > 1e-9 || result.Data.Held != 400 {
				t.Errorf("accuracy %v on %d points held out", h, result.Data.Held)
			}
		})
	}
}

// parse returns the events of --json and checks that their keys are there.
func parse(t *testing.T, stdout string) (progress []progressEvent, result resultEvent) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	for i, line := range lines {
		want, into := []string{"event", "step", "steps", "cost"}, any(new(progressEvent))
		if i == len(lines)-1 {
			want, into = []string{"event", "cost", "accuracy", "steps", "seconds", "files", "gradient_check",
				"held_out_accuracy", "left_out", "data", "settings"}, &result
		}
		var keys map[string]any
		if err := json.Unmarshal([]byte(line), &keys); err != nil {
			t.Fatalf("line %d: %v: %s", i, err, line)
		}
		for _, key := range want {
			if _, ok := keys[key]; !ok {
				t.Errorf("line %d lacks %q: %s", i, key, line)
			}
		}
		if err := json.Unmarshal([]byte(line), into); err != nil {
			t.Fatal(err)
		}
		if p, ok := into.(*progressEvent); ok {
			progress = append(progress, *p)
			if p.Event != "progress" {
				t.Errorf("event %q in line %d", p.Event, i)
			}
		}
	}
	if result.Event != "result" {
		t.Errorf("the last event is %q", result.Event)
	}
	return progress, result
}

// Ctrl-C before the first step.
func TestTrainCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	code, stdout, stderr := demo(ctx, "train", "--out", dir)
	if code != 130 || stderr != "" {
		t.Errorf("exit code %d, %q", code, stderr)
	}
	checkText(t, stdout, "Interrupted after 0 of 10000 steps.", "accuracy 59.75 %")
	checkFiles(t, dir, pictureNames()...)
}

// canceller cancels when something is written for the second time.
type canceller struct {
	written bytes.Buffer
	cancel  func()
}

func (c *canceller) Write(p []byte) (int, error) {
	if c.written.Len() > 0 {
		c.cancel()
	}
	return c.written.Write(p)
}

// Ctrl-C while it trains.
func TestTrainInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	stdout, stderr := &canceller{cancel: cancel}, new(bytes.Buffer)
	dir := t.TempDir()
	code := run(ctx, []string{"train", "--json", "--steps", "1000", "--out", dir}, stdout, stderr)
	if code != 130 || stderr.String() != "" {
		t.Errorf("exit code %d, %q", code, stderr)
	}
	_, result := parse(t, stdout.written.String())
	if !result.Interrupted || result.Steps != 101 || result.Settings.Steps != 1000 || !(*result.Cost < 0.65) {
		t.Errorf("result %+v", result)
	}
	checkFiles(t, dir, pictureNames()...)
}

func TestTrainDiverged(t *testing.T) {
	for dtype, rate := range map[string]string{"float64": "1e+300", "float32": "1e+30"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, boundaryName), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		code, stdout, stderr := demo(t.Context(), "train", "--json", "--lr", rate, "--dtype", dtype, "--out", dir)
		if code != 1 {
			t.Errorf("exit code %d", code)
		}
		checkText(t, stderr, "demo: the training diverged: after 1 step the cost is ", "--lr "+rate,
			filepath.Join(dir, costName), boundaryName+" there is of an earlier run\n")
		_, result := parse(t, stdout)
		if !result.Diverged || result.Accuracy != nil || result.Held != nil || len(result.Files) != 3 || len(result.Without) != 1 {
			t.Errorf("result %+v", result)
		}
		if err := os.Remove(filepath.Join(dir, boundaryName)); err != nil {
			t.Fatal(err)
		}
		checkFiles(t, dir, costName, graphName, runName)
	}
}

// full is a disk that is full.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestTrainOutputFails(t *testing.T) {
	if testing.Short() {
		t.Skip("pictures take seconds with the race detector")
	}
	stderr := new(bytes.Buffer)
	if code := run(t.Context(), []string{"train", "--steps", "1", "--out", t.TempDir()}, full{}, stderr); code != 1 {
		t.Errorf("exit code %d", code)
	}
	checkText(t, stderr.String(), "demo: standard output cannot be written: ")
}
