package lesson

import (
	"bytes"
	"context"
	_ "embed" // for the script
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

//go:embed vectorise.py
var pythonScript string

// pythonTimes is what the script in Python measured.
type pythonTimes struct {
	Python   string
	NumPy    string
	Networks []struct {
		Seconds map[string][]float64
		Gap     float64 // between loop and NumPy
	}
	missing string // why there are no times, "" if there are
}

// measurePython runs the script in the Python of one of the names, where there is
// one.
func measurePython(ctx context.Context, names []string, nets []*plainNet, counts []int, budget time.Duration, limit float64) (*pythonTimes, error) {
	path := findPython(ctx, names)
	if path == "" {
		return &pythonTimes{missing: "python3 is missing"}, ctx.Err()
	}
	task := struct {
		Networks [][]int `json:"networks"`
		Counts   []int   `json:"counts"`
		Budget   float64 `json:"budget"`
		Limit    float64 `json:"limit"`
	}{Counts: counts, Budget: budget.Seconds(), Limit: limit}
	for _, n := range nets {
		task.Networks = append(task.Networks, []int{n.n0, n.n1, n.n2})
	}
	in, err := json.Marshal(task)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, "-c", pythonScript)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	times := &pythonTimes{}
	if err == nil {
		err = json.Unmarshal(out, times)
	}
	if err != nil || len(times.Networks) != len(nets) {
		return &pythonTimes{missing: sentence("%s does not run the script: %v", path, err)}, nil
	}
	return times, nil
}

// pythonNames returns where Python may be.
func pythonNames() []string { return []string{os.Getenv("PYTHON"), "python3", "/usr/bin/python3"} }

// findPython returns the first of some Pythons that has NumPy, or else the first
// that there is, or "".
func findPython(ctx context.Context, names []string) string {
	first := ""
	for _, name := range names {
		path, err := exec.LookPath(name)
		if name == "" || err != nil {
			continue
		}
		if exec.CommandContext(ctx, path, "-c", "import numpy").Run() == nil {
			return path
		}
		if first == "" {
			first = path
		}
	}
	return first
}

// add adds the times of network i to those measured in Go.
func (p *pythonTimes) add(t *timings, i int) {
	if p.missing != "" {
		return
	}
	for w, name := range map[way]string{pythonLoop: "loop", numpyByOne: "one", numpyAtOnce: "numpy"} {
		copy(t.seconds[w], p.Networks[i].Seconds[name])
	}
}

// versions says with what was measured.
func (p *pythonTimes) versions() Table {
	python, numpy := p.Python, p.NumPy
	if p.missing != "" {
		python, numpy = p.missing, "–"
	} else if numpy == "" {
		numpy = "missing in this python3"
	}
	t := Table{Header: []string{"measured with", "version"}, Timed: true, Rows: [][]string{
		{"Go", strings.TrimPrefix(runtime.Version(), "go")},
		{"cores", fmt.Sprint(runtime.GOMAXPROCS(0))},
		{"Python", python},
		{"NumPy", numpy},
	}}
	if p.missing == "" && p.NumPy != "" {
		gap := 0.0
		for _, n := range p.Networks {
			gap = max(gap, n.Gap)
		}
		t.Rows = append(t.Rows, []string{"Python loop and NumPy differ by", gapText(gap)})
	}
	return t
}
