package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMain lets the test's program be a worker, as the benchmark's is.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == workerCommand {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// command runs a command line.
func command(t *testing.T, ctx context.Context, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errors bytes.Buffer
	code = run(ctx, args, &out, &errors)
	return code, out.String(), errors.String()
}

func TestMistakesInTheCommandLine(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"gem", `unknown command "gem", gemm, growth, folds, fit, batches, nets, serve, gather, rows, conv or scan expected`},
		{"gemm growth", `unexpected argument "growth"`},
		{"--nonsense", "nonsense"},
		{"--rounds 0", "a whole number from 1 to 10000 expected"},
		{"--threads 1,x", "a whole number from 1 to 10000 expected"},
		{"--dtype float16", "float64 or float32 expected"},
		{"--workload (", "missing closing"},
		{"folds --data rose", "iris, wine, breast-cancer, digits, digits-images or diabetes expected"},
		{"folds --seeds 0", "a number of seeds, up to 1000, or the first and the last, such as 10 or 100-104, expected"},
		{"folds --seeds 5-4", "such as 10 or 100-104, expected"},
		{"folds --seeds -3", "such as 10 or 100-104, expected"},
		{"serve --seeds 3", "--data, --seeds and --out are flags of folds, and have no effect without it"},
		{"--update --docs nowhere", "start the program in the root"},
		{"--chart a.jpg", "want .png or .svg"},
	} {
		code, stdout, stderr := command(t, t.Context(), strings.Fields(c.args)...)
		if code != codeUsage || stdout != "" || !strings.Contains(stderr, c.want) || !strings.Contains(stderr, "--") {
			t.Errorf("%s: code %d, stdout %q, stderr %q, want %q", c.args, code, stdout, stderr, c.want)
		}
	}
	code, _, stderr := command(t, t.Context(), "--workload", "nothing")
	if code != codeFailed || !strings.Contains(stderr, "there are flower-2-4-1, ") {
		t.Errorf("no such workload: code %d, stderr %q", code, stderr)
	}
	for _, as := range []string{"--json", "--quick"} {
		code, _, stderr = command(t, t.Context(), "folds", "--data", "iris", "--system", "nobody", as)
		if code != codeFailed || !strings.Contains(stderr, `no system matches --system "nobody"`) {
			t.Errorf("no such system: code %d, stderr %q", code, stderr)
		}
	}
	if code, stdout, _ := command(t, t.Context(), "--help"); code != 0 || stdout != helpText {
		t.Errorf("--help: code %d, stdout %q", code, stdout)
	}
}

// The flags work with one dash and with two, before and behind the command.
func TestOptions(t *testing.T) {
	o, err := parseOptions(strings.Fields("-json gemm --threads 1,2 -quick"))
	if err != nil {
		t.Fatal(err)
	}
	if o, err := parseOptions(strings.Fields("folds --seeds 100-102")); err != nil || fmt.Sprint(o.Seeds) != "[100 101 102]" || len(o.Data) != 6 {
		t.Errorf("options are %+v, error %v", o, err)
	}
	if !o.JSON || o.Command != "gemm" || len(o.Threads) != 2 || !o.Quick || o.Rounds != 5 {
		t.Errorf("options are %+v", o)
	}
}

var onSmall = []string{"--workload", "notes|gemm-10x1x128-NN", "--system", "^(graph|hand|gonum)$", "--quick", "--rounds", "2"}

func TestJSON(t *testing.T) {
	for _, cmd := range []string{"", "gemm"} {
		code, stdout, stderr := command(t, t.Context(), append(onSmall, strings.Fields("--json --dtype float64 "+cmd)...)...)
		if code != 0 {
			t.Fatalf("code %d: %s", code, stderr)
		}
		lines := strings.Split(strings.TrimSpace(stdout), "\n")
		if len(lines) != 3 {
			t.Errorf("%q: %d lines, 3 expected: %s", cmd, len(lines), stdout)
		}
		for _, line := range lines {
			var r struct {
				Workload, Dtype, System string
				Threads                 int
				Median                  float64 `json:"median_ns"`
				Min                     float64 `json:"min_ns"`
				Max                     float64 `json:"max_ns"`
			}
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			if r.Workload == "" || r.Dtype != "float64" || r.Threads != 1 || r.System == "" ||
				!(0 < r.Min && r.Min <= r.Median && r.Median <= r.Max) {
				t.Errorf("line %s", line)
			}
		}
	}
}

// Every command draws, and writes its own section of the docs and no other.
func TestUpdate(t *testing.T) {
	docs := t.TempDir()
	args := append(onSmall, "--update", "--threads", "1", "--docs", docs)
	for _, cmd := range [][]string{nil, {"gemm"}, {"growth", "--workload", "batch"}, {"folds", "--data", "iris", "--seeds", "1"},
		{"fit", "--dtype", "float32", "--rounds", "1"}, {"batches"}, {"serve"}, nil} {
		if code, _, stderr := command(t, t.Context(), slices.Concat(args, cmd)...); code != 0 {
			t.Fatalf("%v: code %d: %s", cmd, code, stderr)
		}
	}
	data, err := os.ReadFile(docsFile(docs))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# Benchmarks\n", "## Training steps", "## Matrix products", "## Growth", "## Networks on 5 folds", "### iris, accuracy in %",
		"## Whole trainings", "## Shuffled batches", "## Predictions", "| predict alone | 64 |", "| float32 | 1 | shuffled |",
		"pictures/benchmarks.svg", "| notes-3-4-1 | float64 | 1 | hand |"} {
		if n := strings.Count(string(data), want); n != 1 {
			t.Errorf("%q is there %d times, once expected", want, n)
		}
	}
	for _, name := range []string{"benchmarks.svg", "growth.svg"} {
		picture, err := os.ReadFile(docs + "/pictures/" + name)
		if err != nil || !bytes.Contains(picture, []byte("</svg>")) {
			t.Errorf("%s: %v, %d bytes", name, err, len(picture))
		}
	}
}

// The docs begin as new ones do.
func TestHeadOfDocs(t *testing.T) {
	text, err := os.ReadFile(docsFile("../docs"))
	if err != nil || !strings.HasPrefix(string(text), docsHead) {
		t.Errorf("docs/benchmarks.md does not begin with docsHead; error %v", err)
	}
}

// A Go system in a process of its own does as well.
func TestGoWorker(t *testing.T) {
	code, stdout, stderr := command(t, t.Context(), strings.Fields("gemm --workload 10x1x128 --system graph-avx2 --quick --json")...)
	if code != 0 || strings.Count(stdout, `"system":"graph-avx2"`) != 2 {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// A system that is not installed is named, with the reason.
func TestMissingPeer(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip(err)
	}
	script := filepath.Join(t.TempDir(), "script.py")
	if err := os.WriteFile(script, []byte("import no_such_module\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = launch(t.Context(), peerKind{module: "no_such_module"}, t.TempDir(), 1, python, script)
	if err == nil || err.Error() != "no no_such_module" {
		t.Errorf("error %v", err)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code, _, stderr := command(t, ctx, onSmall...)
	if code != codeInterrupted || !strings.Contains(stderr, "interrupted") {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
}
