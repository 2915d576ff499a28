package play

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/layers/predict"
	"chainrule/optim/experiment"
)

// exportOf returns the file of a format.
func exportOf(t *testing.T, s *Session, format string) []byte {
	t.Helper()
	x := ask[exported](t, s, `{"do":"export","format":%q}`, format)
	if x.Name == "" || x.Mime == "" || len(x.Data) == 0 {
		t.Fatalf("%s: %q, %q, %d bytes", format, x.Name, x.Mime, len(x.Data))
	}
	return x.Data
}

// paramsOf returns the parameters of the first run.
func paramsNow(t *testing.T, s *Session) []numbers {
	t.Helper()
	return ask[frame](t, s, `{"do":"frame"}`).Runs[0].Params
}

func equalBits(a, b []numbers) bool {
	return slices.EqualFunc(a, b, func(x, y numbers) bool { return slices.Equal(x, y) })
}

// TestExportedExperiment holds that the experiment opens again to the same bits.
func TestExportedExperiment(t *testing.T) {
	for name := range networks {
		s := mistaken(t, name, "")
		ask[frame](t, s, `{"do":"goto","step":25}`)
		again := open(t, Limits{}, string(exportOf(t, s, "experiment")))
		ask[frame](t, again, `{"do":"goto","step":25}`)
		if !equalBits(paramsNow(t, s), paramsNow(t, again)) {
			t.Errorf("%s: the exported experiment comes to other parameters", name)
		}
	}
}

// TestExportedModel holds that the model predicts as the page does, and that its training
// goes on to the page's bits.
func TestExportedModel(t *testing.T) {
	for _, name := range []string{"notes", "classes", "adam"} {
		s := mistaken(t, name, "")
		ask[frame](t, s, `{"do":"goto","step":20}`)
		path := filepath.Join(t.TempDir(), "model.safetensors")
		if err := os.WriteFile(path, exportOf(t, s, "model"), 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := predict.LoadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		st := ask[state](t, s, `{"do":"state"}`)
		right := 0
		out := make([]float64, m.Outputs())
		for j, class := range st.Train.Y {
			if err := m.Predict(out, []float64{st.Train.X[0][j], st.Train.X[1][j]}); err != nil {
				t.Fatal(err)
			}
			said := 0
			for c, v := range out {
				if len(out) == 1 && v > 0.5 || v > out[said] {
					said = max(c, 1-min(len(out)-1, 1))
				}
			}
			if float64(said) == class {
				right++
			}
		}
		want := float64(*ask[frame](t, s, `{"do":"frame"}`).Runs[0].Accuracy)
		if got := float64(right) / float64(len(st.Train.Y)); got != want {
			t.Errorf("%s: the model is right for %v, the page says %v", name, got, want)
		}
		e, err := experiment.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		fit, err := e.Training()
		if err != nil {
			t.Fatal(err)
		}
		fit.Steps, fit.Epochs = 33, 0
		if err := fit.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		fit.Close()
		ask[frame](t, s, `{"do":"goto","step":33}`)
		for i, p := range paramsNow(t, s) {
			if !slices.Equal(p, float64s(e.Network.Params()[i].Value())) {
				t.Errorf("%s: parameter %d is another after going on from the file", name, i)
			}
		}
	}
	s := mistaken(t, "notes", "no-mean") // the model alone
	ask[frame](t, s, `{"do":"goto","step":5}`)
	if _, err := predict.Load(bytes.NewReader(exportOf(t, s, "model"))); err != nil {
		t.Error(err)
	}
}

// TestExportedWeights holds that the archive has the parameters, as NumPy lays them out.
func TestExportedWeights(t *testing.T) {
	s := mistaken(t, "notes", "")
	ask[frame](t, s, `{"do":"goto","step":7}`)
	data := exportOf(t, s, "npz")
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	params := paramsNow(t, s)
	for i, name := range []string{"W1.npy", "b1.npy", "W2.npy", "b2.npy"} {
		f, err := archive.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		var all bytes.Buffer
		if _, err := all.ReadFrom(f); err != nil {
			t.Fatal(err)
		}
		numbers := all.Bytes()[all.Len()-8*len(params[i]):]
		for k, want := range params[i] {
			if got := math.Float64frombits(binary.LittleEndian.Uint64(numbers[8*k:])); got != want {
				t.Errorf("%s: entry %d is %v, %v expected", name, k, got, want)
			}
		}
	}
}

// TestExportedHistory holds that the costs of the table are those of the frames.
func TestExportedHistory(t *testing.T) {
	s := mistaken(t, "notes", "")
	f := ask[frame](t, s, `{"do":"goto","step":60}`)
	ask[frame](t, s, `{"do":"goto","step":40}`)
	rows, err := csv.NewReader(bytes.NewReader(exportOf(t, s, "csv"))).ReadAll()
	if err != nil || len(rows) != 42 || strings.Join(rows[0], ",") != "step,cost,held-cost" {
		t.Fatalf("%d rows, %v, %v", len(rows), rows[0], err)
	}
	for i, row := range rows[1:] {
		cost, err := strconv.ParseFloat(row[1], 64)
		if err != nil || row[0] != strconv.Itoa(i) || cost != f.Runs[0].Curve.Train[i] {
			t.Errorf("row %d is %v, cost %v expected", i, row, f.Runs[0].Curve.Train[i])
		}
	}
}

// TestExportedPrograms runs the programs and holds what they print to what the page shows.
func TestExportedPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs programs")
	}
	python := ""
	for _, p := range []string{os.Getenv("PYTHON"), "python3", "/usr/bin/python3"} {
		if python == "" && p != "" && exec.Command(p, "-c", "import numpy").Run() == nil {
			python = p
		}
	}
	for _, name := range []string{"notes", "deep", "classes", "adam"} {
		s := mistaken(t, name, "")
		ask[frame](t, s, `{"do":"goto","step":4}`)
		d := ask[derived](t, s, `{"do":"derive"}`)
		for format, command := range map[string][]string{"numpy": {python}, "go-loops": {"go", "run"}, "go": {"go", "run"}} {
			if format != "numpy" && (name == "deep" || name == "classes") {
				continue // the writer's own tests run these in Go
			}
			if command[0] == "" {
				t.Log("numpy: no Python with NumPy, it is not run")
				continue
			}
			dir, err := os.MkdirTemp(".", "_exported") // in the module, whose packages the program of go imports, and not one of them
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			x := ask[exported](t, s, `{"do":"export","format":%q}`, format)
			path := filepath.Join(dir, x.Name)
			if err := os.WriteFile(path, x.Data, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(command[0], append(command[1:], path)...).Output()
			if err != nil {
				t.Fatalf("%s, %s: %v", name, format, err)
			}
			printed := 0
			for _, text := range strings.Split(strings.TrimSpace(string(out)), "\n") {
				var line struct {
					Name   string  `json:"name"`
					Values numbers `json:"values"`
				}
				if err := json.Unmarshal([]byte(text), &line); err != nil {
					t.Fatalf("%s, %s: %v in %.80s", name, format, err, text)
				}
				at := slices.IndexFunc(d.Lines, func(l derivedLine) bool {
					return l.Name == line.Name && l.Phase != "given" && l.Phase != "forward" || l.Name == line.Name && l.Name == "cost"
				})
				if at < 0 {
					t.Errorf("%s, %s: %s is no line", name, format, line.Name)
					continue
				}
				printed++
				want := d.Lines[at].Value.Data
				for k, v := range line.Values {
					if size := largest(want); !(math.Abs(v-want[k]) <= 1e-12*max(size, 1e-3)) {
						t.Errorf("%s, %s: %s[%d] is %v, the page has %v", name, format, line.Name, k, v, want[k])
						break
					}
				}
			}
			if want := 1 + 2*2*len(ask[state](t, s, `{"do":"state"}`).Experiment.Layers); printed < want {
				t.Errorf("%s, %s: %d lines are printed, %d expected", name, format, printed, want)
			}
		}
	}
}

func TestExportErrors(t *testing.T) {
	s := mistaken(t, "notes", "no-slope")
	for request, path := range map[string]string{
		`{"do":"export"}`:                                          "format",
		`{"do":"export","format":"pdf"}`:                           "format",
		`{"do":"export","format":"numpy"}`:                         "format",
		`{"do":"export","format":"latex"}`:                         "format",
		`{"do":"export","format":"csv","run":1}`:                   "run",
		`{"do":"export","format":"csv","steps":-1}`:                "steps",
		`{"do":"export","format":"experiment","steps":1000000000}`: "steps",
	} {
		if e := refused(t, s, "%s", request); e.Path != path {
			t.Errorf("%s: %v", request, e)
		}
	}
	if e := refused(t, open(t, Limits{}, strings.Replace(flower, `"name":"flower"`, `"name":"moons","examples":9000`, 1)), `{"do":"export","format":"numpy"}`); !strings.HasPrefix(e.Text, "the inputs and parameters have ") || !strings.Contains(e.Text, "20000") {
		t.Errorf("%v", e)
	}
	if tex := string(exportOf(t, open(t, Limits{}, flower), "latex")); !strings.Contains(tex, `dZ^{[2]}`) || !strings.HasSuffix(strings.TrimSpace(tex), `\end{document}`) {
		t.Errorf("%.300s", tex)
	}
}
