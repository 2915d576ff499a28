package static_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"chainrule/cmd/demo/internal/play/static"
)

// mostBytes is how large the engine may be, compressed. Six million sufficed before there were loops,
// convolutions, integers and layers of sequences (record 39).
const mostBytes = 6_400_000

// The folder is whole: every file is there, the page names the worker as its way, and the
// engine is WebAssembly that does not take long to load.
func TestBuild(t *testing.T) {
	if testing.Short() {
		t.Skip("building the engine takes a minute")
	}
	all, err := static.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names, err := static.Names()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]byte{}
	var order []string
	for _, f := range all {
		got[f.Name] = f.Data
		order = append(order, f.Name)
		if len(f.Data) == 0 {
			t.Errorf("%s is empty", f.Name)
		}
	}
	if !slices.Equal(order, names) || order[len(order)-1] != "index.html" {
		t.Errorf("%v, %v expected", order, names)
	}
	if page := string(got["index.html"]); strings.Count(page, `content="worker"`) != 1 || strings.Contains(page, `content="server"`) {
		t.Error(page)
	}
	if !strings.Contains(string(got["wasm_exec.js"]), "class") || !strings.Contains(string(got["worker.js"]), static.Engine) {
		t.Error("the worker's scripts are others")
	}
	if n := len(got[static.Engine]); n > mostBytes {
		t.Errorf("the engine has %d bytes, at most %d expected", n, mostBytes)
	}
	r, err := gzip.NewReader(bytes.NewReader(got[static.Engine]))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil || !bytes.HasPrefix(plain, []byte("\x00asm")) {
		t.Errorf("the engine is no WebAssembly: %v", err)
	}
}

// What is missing is said.
func TestMissing(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go")
	}
	from, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("source", func(t *testing.T) {
		t.Chdir(t.TempDir())
		if _, err := static.Build(t.Context()); err == nil || !strings.Contains(err.Error(), "in a clone of this project") {
			t.Error(err)
		}
	})
	t.Run("toolchain", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if _, err := static.Build(t.Context()); err == nil || !strings.Contains(err.Error(), "there is no go in PATH") {
			t.Error(err)
		}
	})
	if at, err := os.Getwd(); err != nil || at != from {
		t.Fatal(at, err)
	}
}
