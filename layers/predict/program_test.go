package predict_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/internal/experiment"
	"chainrule/internal/schema"
	"chainrule/layers"
)

// golang runs the go command, with more in the environment.
func golang(t *testing.T, environment []string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip(err)
	}
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), environment...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// The package links nothing of graphs and training, and of other modules only what knows
// the processor.
func TestDependencies(t *testing.T) {
	allowed := []string{"internal/kernel", "internal/plan", "internal/modelfile", "internal/safetensors", "internal/experiment",
		"internal/schema", "internal/nearest", "internal/words", "layers/predict"}
	all := golang(t, nil, "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".")
	for name := range strings.FieldsSeq(all) {
		ours, is := strings.CutPrefix(name, "chainrule/")
		if is && !slices.Contains(allowed, ours) || !is && name != "golang.org/x/sys/cpu" {
			t.Errorf("%s is linked", name)
		}
	}
	if !strings.Contains(all, "chainrule/internal/kernel") {
		t.Errorf("no list: %s", all)
	}
}

// fruits writes the file of a model that knows its columns, and returns a table with the
// lines that are expected of it.
func fruits(t *testing.T, path string) (table, want string) {
	t.Helper()
	s := experiment.Settings{Inputs: 3, Layers: []experiment.Layer{dense(2, "tanh"), dense(1, "sigmoid")}}
	m := layers.Model{Network: network(t, s), Settings: s, Schema: schema.Schema{Task: schema.Classify, Targets: []string{"kind"},
		Classes: []string{"apple", "banana"}, Columns: []schema.Column{{Name: "weight"}, {Name: "colour", Categories: []string{"green", "red"}}}}}
	if err := layers.SaveFile(path, m); err != nil {
		t.Fatal(err)
	}
	y := make([]float64, 2)
	if err := m.Predict(y, []float64{0.5, 0, 1, -2, 1, 0}); err != nil {
		t.Fatal(err)
	}
	return "kind,colour,weight\napple,red,0.5\n?,green,-2\n", fmt.Sprintf("[%v]\n[%v]\n", y[0], y[1])
}

// A program that reads examples is small, and one that serves them is.
func TestPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds programs")
	}
	for name, most := range map[string]int64{"stdin": 4_000_000, "server": 7_400_000} {
		program := filepath.Join(t.TempDir(), name)
		golang(t, []string{"CGO_ENABLED=0"}, "build", "-ldflags", "-s -w", "-o", program, "./testdata/"+name)
		info, err := os.Stat(program)
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > most {
			t.Errorf("%s has %d bytes, at most %d expected", name, info.Size(), most)
		}
		t.Logf("%s has %d bytes", name, info.Size())
		if name != "stdin" {
			continue
		}
		model := filepath.Join(t.TempDir(), "model.safetensors")
		table, want := fruits(t, model)
		cmd := exec.Command(program, model)
		cmd.Stdin = strings.NewReader(table)
		if out, err := cmd.CombinedOutput(); err != nil || string(out) != want {
			t.Errorf("%q, error %v, %q expected", out, err, want)
		}
	}
}

// The same program runs as WebAssembly, where loops are in portable Go, if there is
// Node.js to run it.
func TestWebAssembly(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a program")
	}
	folder := t.TempDir()
	program := filepath.Join(folder, "stdin.wasm")
	golang(t, []string{"GOOS=js", "GOARCH=wasm"}, "build", "-o", os.DevNull, ".")
	golang(t, []string{"GOOS=wasip1", "GOARCH=wasm"}, "build", "-o", program, "./testdata/stdin")
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip(err)
	}
	if exec.Command(node, "--input-type=module", "-e", `import "node:wasi"`).Run() != nil {
		t.Skip("node has no WASI")
	}
	table, want := fruits(t, filepath.Join(folder, "model.safetensors"))
	cmd := exec.Command(node, "--no-warnings", "testdata/wasi.mjs", program, folder, "/model.safetensors")
	cmd.Stdin = strings.NewReader(table)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var got, expected [2]float64
	fmt.Sscanf(string(out), "[%g]\n[%g]\n", &got[0], &got[1])
	fmt.Sscanf(want, "[%g]\n[%g]\n", &expected[0], &expected[1])
	for i := range got {
		if d := got[i] - expected[i]; !(d < 1e-14 && d > -1e-14) || got[i] == 0 {
			t.Errorf("%s, %s expected", out, want)
		}
	}
}
