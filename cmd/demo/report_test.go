package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// classFile writes a file with the given numbers of inputs and classes.
func classFile(t *testing.T, inputs, classes int) string {
	t.Helper()
	header := "kind"
	for i := range inputs {
		header = fmt.Sprintf("in%d,", inputs-i) + header // the first one last
	}
	lines := []string{header}
	for i := range 10 * classes {
		line := ""
		for k := range inputs {
			line += fmt.Sprintf("%d,", (i*(k+3))%(7+k)+5*(i%classes)*(1-2*k))
		}
		lines = append(lines, fmt.Sprintf("%skind%d", line, i%classes))
	}
	return write(t, fmt.Sprintf("%d-%d.csv", inputs, classes), lines...)
}

// What is drawn depends on the data and on the network, and the report says
// what is not and why.
func TestOmissions(t *testing.T) {
	deep := strings.Repeat("3,", maxDrawn-1) + "3"
	for _, c := range []struct {
		args  string
		files []string
		words []string
	}{
		{"--csv " + classFile(t, 2, 6), pictureNames(), []string{"2-6.csv: 60 examples of 6 classes, 2 inputs. 48 to train on, 12 held out", "standardised"}},
		{"--csv " + classFile(t, 2, 7), []string{costName, graphName, runName}, []string{"No boundary.png: the data has 7 classes, and a boundary is drawn for 6 at most."}},
		{"--csv " + classFile(t, 1, 2), []string{costName, graphName, runName}, []string{"No boundary.png: the data has 1 input, and"}},
		{"--csv " + classFile(t, 3, 3), []string{costName, graphName, runName}, []string{"No boundary.png: the data has 3 inputs, and"}},
		{"--data blobs --hidden " + deep, []string{boundaryName, costName, runName}, []string{"No graph.svg: the network has 9 layers, and the graph of more than 8 is too"}},
	} {
		dir := t.TempDir()
		args := append(strings.Fields("train --steps 2 --out "+dir), strings.Fields(c.args)...)
		code, stdout, stderr := demo(t.Context(), args...)
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d, %q", c.args, code, stderr)
		}
		checkPlain(t, stdout)
		for _, word := range append(c.words, "held-out accuracy ") {
			checkText(t, strings.Join(strings.Fields(stdout), " "), strings.TrimRight(word, " "))
		}
		checkFiles(t, dir, slices.Clone(c.files)...)
		if testing.Short() {
			break // pictures take seconds with the race detector
		}
	}
}

// A picture of an earlier run that stays is pointed out.
func TestOldPicture(t *testing.T) {
	dir := t.TempDir()
	must(os.WriteFile(filepath.Join(dir, boundaryName), nil, 0o644))
	_, stdout, _ := demo(t.Context(), "train", "--csv", classFile(t, 3, 2), "--steps", "2", "--held", "0", "--out", dir)
	text := strings.Join(strings.Fields(stdout), " ")
	checkText(t, text, "drawn for two; the one there is of an earlier run.")
	if strings.Contains(text, "held") {
		t.Errorf("nothing is held out: %s", text)
	}
}

// The JSON of a file tells its names and what was held out.
func TestFileJSON(t *testing.T) {
	file := classFile(t, 3, 3)
	_, stdout, _ := demo(t.Context(), "train", "--json", "--csv", file, "--held", "0.5", "--steps", "20", "--out", t.TempDir())
	_, result := parse(t, stdout)
	got, err := json.Marshal(result.Data)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`{"name":%q,"examples":15,"held_out":15,"inputs":["in1","in2","in3"],"classes":["kind0","kind1","kind2"]}`, file)
	if string(got) != want {
		t.Errorf("%s, %s expected", got, want)
	}
	if s := result.Settings; !slices.Equal(s.Hidden, []int{8}) || s.Optimizer != "adam" || s.Rate != 0.01 || result.Held == nil ||
		!slices.Equal(s.Init, []string{"glorot", "glorot"}) || len(result.Without) != 1 || result.Checked != 15 {
		t.Errorf("%+v", result)
	}
	_, stdout, _ = demo(t.Context(), "train", "--json", "--csv", file, "--held", "0", "--steps", "1", "--out", t.TempDir())
	if _, result := parse(t, stdout); result.Held != nil || result.Data.Held != 0 || result.Data.Examples != 30 {
		t.Errorf("%+v", result)
	}
}

// A deep network has a row for each layer, with equal ones merged, and lists
// some of its parameters.
func TestDeepReport(t *testing.T) {
	units := strings.TrimSuffix(strings.Repeat("5,", 20), ",")
	_, stdout, _ := demo(t.Context(), "train", "--csv", classFile(t, 3, 2), "--hidden", units, "--steps", "1", "--out", t.TempDir())
	checkPlain(t, stdout)
	checkText(t, stdout, "3-5-…-5-1 (21 layers),", "                  W      b      Z       A\n",
		"  layer 1         (5,3)  (5,1)  (5,16)  (5,16)\n",
		"  layers 2 to 20  (5,5)  (5,1)  (5,16)  (5,16)\n",
		"  layer 21        (1,5)", "These are the 16 of 42 parameters")
}

func TestMerged(t *testing.T) {
	got := merged([][]string{{"", "W"}, {"layer 1", "a"}, {"layer 2", "b"}, {"layer 3", "b"}, {"layer 4", "b"}, {"layer 5", "c"}})
	if text := fmt.Sprint(got); text != "[[ W] [layer 1 a] [layers 2 to 4 b] [layer 5 c]]" {
		t.Error(text)
	}
}

// The worst rows stay in their order.
func TestWorst(t *testing.T) {
	var rows []comparison
	for i, d := range []float64{1, 5, 2, 5, 3} {
		rows = append(rows, comparison{Parameter: fmt.Sprint(i), Differences: d})
	}
	for n, want := range map[int]string{5: "01234", 3: "134", 1: "1"} {
		got := ""
		for _, row := range worst(rows, n) {
			got += row.Parameter
		}
		if got != want {
			t.Errorf("%d worst: %s, %s expected", n, got, want)
		}
	}
}

// The profile lists the instructions of a step, in text and in JSON, and is not
// there unless it is asked for.
func TestProfileReport(t *testing.T) {
	args := []string{"train", "--data", "moons", "--steps", "5", "--out", t.TempDir()}
	_, stdout, _ := demo(t.Context(), append(args, "--profile")...)
	checkText(t, stdout, "Where a step spends its time", "matmul", "Tanh", "the mean of 5")
	_, stdout, _ = demo(t.Context(), append(args, "--profile", "--json")...)
	_, result := parse(t, stdout)
	share := 0.0
	for _, row := range result.Profile {
		share += row.Share
	}
	if len(result.Profile) < 5 || math.Abs(share-1) > 1e-9 {
		t.Errorf("%d rows whose shares sum to %v", len(result.Profile), share)
	}
	_, stdout, _ = demo(t.Context(), append(args, "--json")...)
	if _, result := parse(t, stdout); result.Profile != nil {
		t.Error("a profile that was not asked for")
	}
}
