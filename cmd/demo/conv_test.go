package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chainrule/layers/predict"
)

// --conv and --image become layers, which --config takes apart again.
func TestConvolutionFlags(t *testing.T) {
	dir := t.TempDir()
	for flags, want := range map[string]string{
		"--conv 4,max": `{"kind":"image","shape":[1,8,8]},{"kind":"conv","activation":"relu","init":{"kind":"he","scale":1},"channels":4,"kernel":[3],"padding":[1]},` +
			`{"kind":"max-pool","kernel":[2]},{"kind":"flatten"},{"kind":"dense","units":10,"activation":"softmax","init":{"kind":"glorot","scale":1}}]`,
		"--conv 2x1,avg4 --image 4x4x4 --hidden 3 --init lecun --dropout 0.25 --freeze 1": `{"kind":"image","shape":[4,4,4]},` +
			`{"kind":"conv","activation":"relu","init":{"kind":"lecun","scale":1},"frozen":true,"channels":2,"kernel":[1]},{"kind":"avg-pool","kernel":[4]},` +
			`{"kind":"flatten"},{"kind":"dropout","rate":0.25},{"kind":"dense","units":3,`,
		"--conv 3x5,global --freeze 2": `"kernel":[5],"padding":[2]},{"kind":"global-avg-pool"},{"kind":"dense","units":10,"activation":"softmax","init":{"kind":"glorot","scale":1},"frozen":true}]`,
	} {
		out := filepath.Join(dir, "out")
		result(t, "--csv digits --steps 0 "+flags+" --out "+out)
		compact := func() string {
			text, err := os.ReadFile(filepath.Join(out, runName))
			if err != nil {
				t.Fatal(err)
			}
			var raw json.RawMessage = text
			b, err := json.Marshal(raw)
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		first := compact()
		if !strings.Contains(first, want) {
			t.Errorf("%s: %s\nin which %s is expected", flags, first, want)
		}
		result(t, "--config "+filepath.Join(out, runName)+" --out "+out)
		if again := compact(); again != first {
			t.Errorf("%s: --config makes\n%s\nof\n%s", flags, again, first)
		}
	}
}

// A network of images is trained, saved, resumed, described and asked for predictions.
func TestConvolutionsTrain(t *testing.T) {
	model := filepath.Join(t.TempDir(), "m.safetensors")
	r := result(t, "--csv digits --conv 4,max,4,max --batch 32 --epochs 4 --dtype float32 --out "+t.TempDir()+" --save "+model)
	if r.Held == nil || *r.Held < 0.8 {
		t.Errorf("accuracy %v of what is held out", *r.Held)
	}
	if again := result(t, "--resume "+model+" --epochs 5 --out "+t.TempDir()); again.Steps <= r.Steps {
		t.Errorf("%d steps after %d", again.Steps, r.Steps)
	}
	m, err := predict.LoadFile(model)
	if err != nil || m.Inputs() != 64 || m.Outputs() != 10 {
		t.Errorf("%d inputs, %d outputs, error %v", m.Inputs(), m.Outputs(), err)
	}
	code, stdout, stderr := demo(t.Context(), "inspect", model)
	if code != 0 || !strings.Contains(stdout, "max-pool") {
		t.Errorf("exit code %d, %q\n%s", code, stderr, stdout)
	}
}

func TestUsageOfConvolutions(t *testing.T) {
	for line, want := range map[string]string{
		"--conv 4":                          "--conv has no effect: points in the plane are no images",
		"--csv digits --image 8x8":          "--image has no effect",
		"--csv digits --conv 4,mean":        "entry 2 is mean, channels as 16",
		"--csv digits --conv 4x4":           "channels as 16 or, with a window of 5 by 5, 16x5",
		"--csv digits --conv global,4":      "entry 1 is global",
		"--csv digits --conv 4 --image 8":   "channels, height and width as in 3x32x32",
		"--csv digits --conv 4 --image 7x7": "--image: (1,7,7) given, which has 49 numbers; there are 64",
		"--csv wine --conv 4":               "--image: (1,4,4) given, which has 16 numbers; there are 13",
		"--csv digits --conv 4,max9":        "--conv: it covers 9 pixels along the height, more than the 8",
		"--csv digits --conv 4 --freeze 3":  "the network has 2 layers",
	} {
		code, _, stderr := demo(t.Context(), strings.Fields("train --steps 0 --out "+t.TempDir()+" "+line)...)
		if code != 2 || !strings.Contains(strings.Join(strings.Fields(stderr), " "), want) {
			t.Errorf("%s: exit code %d, %q, one with %q expected", line, code, stderr, want)
		}
	}
}
