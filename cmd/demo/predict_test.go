package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/layers"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// Predictions are what the model says of each row, whatever order the columns are in.
func TestPredictOfFile(t *testing.T) {
	path, m, set := trained(t, "iris", 60)
	y := make([]float64, set.Len()*3)
	must(m.Predict(y, set.X))
	classes := make([]int, set.Len())
	must(m.Classes(classes, y))

	var turned bytes.Buffer // the columns the other way round, one more between them
	rows := cells(t, shippedText(t, "iris"))
	for i, row := range rows {
		slices.Reverse(row)
		turned.WriteString(strings.Join(slices.Insert(row, 2, "more"+strconv.Itoa(i%2)), ",") + "\n")
	}
	file := write(t, "turned.csv", strings.TrimSuffix(turned.String(), "\n"))
	for name, args := range map[string][]string{"shipped": {"--csv", "iris"}, "turned": {"--csv", file}} {
		code, out, stderr := demo(t.Context(), append([]string{"predict", "--model", path, "--probabilities"}, args...)...)
		want := ""
		if name == "turned" {
			want = "demo: " + file + ": 1 column not looked at: more0\n"
		}
		if code != 0 || stderr != want {
			t.Fatalf("%s: exit code %d, %s", name, code, stderr)
		}
		got := cells(t, out)
		if len(got) != set.Len()+1 || !slices.Equal(got[0][1:], []string{"probability_setosa", "probability_versicolor", "probability_virginica"}) || got[0][0] != set.Targets[0] {
			t.Fatalf("%s: %d rows, header %q", name, len(got), got[0])
		}
		for i, row := range got[1:] {
			if row[0] != set.Classes[classes[i]] {
				t.Errorf("%s: row %d is %s", name, i, row[0])
			}
			for k := range 3 {
				if v, err := strconv.ParseFloat(row[1+k], 64); err != nil || v != y[3*i+k] {
					t.Fatalf("%s: row %d: %s, %v expected", name, i, row[1+k], y[3*i+k])
				}
			}
		}
	}
}

// Numbers come in the units of the set, into the file that --out names.
func TestPredictNumbers(t *testing.T) {
	path, m, set := trained(t, "diabetes", 60)
	y := make([]float64, set.Len())
	must(m.Predict(y, set.X))
	to := filepath.Join(t.TempDir(), "answers.csv")
	code, out, stderr := demo(t.Context(), "predict", "--model", path, "--csv", "diabetes", "--out", to)
	if code != 0 || out != "" || stderr != "" {
		t.Fatal(code, out, stderr)
	}
	text, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	got := cells(t, string(text))
	if len(got) != len(y)+1 || got[0][0] != set.Targets[0] {
		t.Fatalf("%d rows, header %q", len(got), got[0])
	}
	for i, row := range got[1:] {
		if v, _ := strconv.ParseFloat(row[0], 64); v != y[i] {
			t.Fatalf("row %d: %s, %v expected", i, row[0], y[i])
		}
	}
}

// What is wrong with a table ends with exit code 2, and the file of --out stays as it was.
func TestPredictMistakes(t *testing.T) {
	path, _, _ := trained(t, "iris", 1)
	numbers, _, _ := trained(t, "diabetes", 1)
	header := strings.Join(cells(t, shippedText(t, "iris"))[0], ",")
	bad := write(t, "bad.csv", header, "1,2,3,4,setosa", "1,2,x,4,setosa")
	missing := write(t, "missing.csv", "sepal_length,petal,more", "1,2,3")
	dir := t.TempDir()
	out := filepath.Join(dir, "out.csv")
	must(os.WriteFile(out, []byte("old"), 0o644))
	for _, c := range []struct{ line, want string }{
		{"--csv iris", "--model FILE is needed"},
		{"--model " + path, "--csv FILE is needed"},
		{"--model " + path + " --csv none.csv", "no such file or directory, and"},
		{"--model " + path + " --csv " + dir, "this is a directory, a CSV file expected"},
		{"--model " + dir + " --csv iris", "this is a directory, a model file expected"},
		{"--model none --csv iris", "--model: none: no such file"},
		{"--model " + bad + " --csv iris", "--model: " + bad},
		{"--model " + path + " --csv " + bad + " --out " + out, bad + ":3:3: column "},
		{"--model " + path + " --csv " + missing, "those given are sepal_length, petal, more"},
		{"--model " + numbers + " --csv diabetes --probabilities", "--probabilities has no effect: the model predicts numbers"},
		{"--model " + path + " --csv iris --out " + filepath.Join(dir, "none", "a.csv"), "--out: "},
	} {
		code, stdout, stderr := demo(t.Context(), append([]string{"predict"}, strings.Fields(c.line)...)...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d, %q, %q; %q expected", c.line, code, stdout, stderr, c.want)
		}
	}
	entries, err := os.ReadDir(dir)
	if text, _ := os.ReadFile(out); err != nil || len(entries) != 1 || string(text) != "old" {
		t.Errorf("%v, %q, %v", entries, text, err)
	}
}

// A cut model is one error, of every command that reads one. Package serve cuts at every byte.
func TestCutModels(t *testing.T) {
	whole, err := os.ReadFile("../../layers/predict/testdata/fruits.safetensors")
	must(err)
	path := filepath.Join(t.TempDir(), "cut.safetensors")
	for n := 0; n < len(whole); n += 7 {
		must(os.WriteFile(path, whole[:n], 0o644))
		for _, args := range [][]string{{"predict", "--model", path, "--csv", "iris"}, {"eval", "--model", path, "--csv", "iris"}, {"inspect", path}, {"serve", path, "--addr", "nowhere"}} {
			code, stdout, stderr := demo(t.Context(), args...)
			if code != 2 || stdout != "" || !strings.Contains(stderr, path) {
				t.Fatalf("%s, cut at %d of %d: exit code %d, %q, %q", args[0], n, len(whole), code, stdout, stderr)
			}
		}
	}
}

// endless is a table that does not end, and counts what was read of it.
type endless struct {
	header string
	row    string
	rows   int // after which it ends
}

func (e *endless) Read(b []byte) (int, error) {
	if e.header != "" {
		n := copy(b, e.header)
		e.header = e.header[n:]
		return n, nil
	}
	n := 0
	for e.rows > 0 && n+len(e.row) <= len(b) {
		n += copy(b[n:], e.row)
		e.rows--
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// A table of any length takes the memory of a block.
func TestPredictMemory(t *testing.T) {
	if race {
		t.Skip("the race detector takes memory of its own")
	}
	path, _, _ := trained(t, "iris", 1)
	rows := cells(t, shippedText(t, "iris"))
	most := func(n int) uint64 {
		root := newRootCommand(io.Discard, io.Discard)
		root.SetIn(&endless{strings.Join(rows[0], ",") + "\n", strings.Join(rows[1], ",") + "\n", n})
		root.SetArgs([]string{"predict", "--model", path, "--csv", "-"})
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		if code := cli.Execute(t.Context(), root, io.Discard); code != 0 {
			t.Fatalf("exit code %d", code)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	most(1)
	// All that is ever allocated, garbage included: some 10 bytes for each row.
	if few, many := most(10_000), most(200_000); many > few+2<<20 {
		t.Errorf("%d bytes for 10,000 rows, %d for 200,000", few, many)
	}
}

// Somebody who waits for standard input is not kept waiting, and no file is left behind.
func TestPredictInterrupted(t *testing.T) {
	path, _, _ := trained(t, "iris", 1)
	dir := t.TempDir()
	for _, out := range []string{"-", filepath.Join(dir, "out.csv")} {
		in, closer := io.Pipe()
		ctx, stop := context.WithCancel(t.Context())
		var errs bytes.Buffer
		root := newRootCommand(io.Discard, &errs)
		root.SetIn(in)
		root.SetArgs([]string{"predict", "--model", path, "--csv", "-", "--out", out})
		time.AfterFunc(20*time.Millisecond, stop)
		if code := cli.Execute(ctx, root, &errs); code != cli.CodeInterrupted || !strings.Contains(errs.String(), "interrupted") {
			t.Errorf("exit code %d, %q", code, errs.String())
		}
		closer.Close()
		stop()
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("left %v", entries)
	}
}

// failing takes nothing.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }

func TestPredictUnwritable(t *testing.T) {
	path, _, _ := trained(t, "iris", 1)
	var errs bytes.Buffer
	code := run(t.Context(), []string{"predict", "--model", path, "--csv", "iris"}, failing{}, &errs)
	if code != 1 || !strings.Contains(errs.String(), "standard output cannot be written: nobody reads") {
		t.Errorf("exit code %d, %q", code, errs.String())
	}
}

// A class that a model of sequences does not know is told by its line and place, and nothing is half-written.
func TestPredictOfWrongClass(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	net := layers.Sequential{layers.NewEmbedding("words", 6, 2, rng), layers.Flatten{}, layers.NewDense("out", 6, 1, layers.Glorot, rng)}
	set, _, err := dataset.ReadCSV(strings.NewReader("a,b,c,y\n0,1,5,0.5\n1,2,3,0.7\n"), "words", dataset.CSV{Label: "y"})
	must(err)
	path := filepath.Join(t.TempDir(), "words.safetensors")
	must(layers.SaveFile(path, layers.Model{Network: net, Settings: experiment.Settings{Inputs: 3}, Schema: set.Schema()}))
	file := write(t, "words.csv", "a,b,c", "0,1,5", "0,9,2")
	code, out, stderr := demo(t.Context(), "predict", "--model", path, "--csv", file)
	if want := file + ":3: class 1, counted from 0, is 9, a whole number from 0 to 5 expected"; code != 2 || out != "" || !strings.Contains(stderr, want) {
		t.Errorf("exit code %d, output %q, %s", code, out, stderr)
	}
}
