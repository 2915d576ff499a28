package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/modelfile"
	"chainrule/internal/safetensors"
)

// What a model holds, in 80 and 40 columns and as JSON.
func TestInspect(t *testing.T) {
	path, m, _ := trained(t, "iris", 1)
	code, out, stderr := demo(t.Context(), "inspect", path, "--json")
	var i modelfile.Inspection
	if err := json.Unmarshal([]byte(out), &i); code != 0 || err != nil || stderr != "" {
		t.Fatal(code, err, stderr)
	}
	if want := 2*4 + 4*6 + 6 + 6*3 + 3; i.Parameters != want || i.Inputs != 4 || i.Outputs != 3 || len(i.Tensors) != 6 || i.Data.Classes[2] != m.ClassNames()[2] {
		t.Errorf("%d parameters, %d expected: %s", i.Parameters, want, out)
	}
	in, err := inspectFile(path)
	must(err)
	for _, width := range []int{80, 40} {
		var b bytes.Buffer
		writeInspection(&terminal.Writer{W: &b, Width: width}, "m.safetensors", in)
		for line := range strings.Lines(b.String()) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > width {
				t.Errorf("%d columns of %d: %s", n, width, line)
			}
		}
		checkText(t, b.String(), "softmax", "W2", "virginica", "sepal_length", "59")
	}
}

// A file of somebody else is told, whatever its names are, and is no mistake.
func TestInspectForeign(t *testing.T) {
	path := filepath.Join(t.TempDir(), "theirs.safetensors")
	var b bytes.Buffer
	must(safetensors.Write(&b, map[string]string{"format": "pt\x1b[2J"}, []safetensors.Tensor{{Name: "w\x1b[31m", Shape: []int{2}, Data: []float32{1, 2}}}))
	must(os.WriteFile(path, b.Bytes(), 0o644))
	code, out, stderr := demo(t.Context(), "inspect", path)
	if code != 0 || stderr != "" {
		t.Fatal(code, stderr)
	}
	checkText(t, out, "no model of this program", "F32", "(2)", "8 bytes")
	checkPlain(t, out)
	for _, c := range []struct{ args, want string }{
		{"inspect", "the name of a model file expected"},
		{"inspect a b", `unexpected argument "b"`},
		{"inspect none", "none: no such file"},
		{"inspect .", "this is a directory"},
		{"inspect inspect_test.go", "inspect_test.go: "},
	} {
		if code, out, stderr := demo(t.Context(), strings.Fields(c.args)...); code != 2 || out != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d, %q, %q", c.args, code, out, stderr)
		}
	}
}
