package lesson

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var quickVectorise = Values{"examples": []int{1, 10}, "budget": 1, "limit": 0.01}

func TestVectoriseHolds(t *testing.T) {
	r := tried(t, vectorise(), quickVectorise)
	for _, c := range r.Checks() {
		if !c.Holds && !c.Timed { // what times show depends on what else runs here
			t.Error(c.Text)
		}
	}
	distinctPictures(t, r)
}

// A loop that forgets the bias is found out.
func TestVectoriseFails(t *testing.T) {
	l := vectorise()
	l.Run = vectorising{loop: func(n *plainNet, x []float64, m int, out []float64) {
		without := *n
		without.b2 = make([]float64, n.n2)
		loopForward(&without, x, m, out)
	}}.run
	r := tried(t, l, quickVectorise)
	if c := r.Checks()[0]; c.Holds || c.Timed || c.Says != Refutes {
		t.Errorf("holds: %s", c.Text)
	}
}

func TestVectoriseStops(t *testing.T) {
	mustStop(t, vectorise(), Values{"examples": []int{1, 10, 100}, "budget": 10000})
}

func TestVectoriseRejects(t *testing.T) {
	l := vectorise()
	for _, counts := range [][]int{{10, 1}, {5, 5}} {
		err := l.Run(context.Background(), changed(t, l, Values{"examples": counts}), &Report{})
		if err == nil || !strings.Contains(err.Error(), "increasing numbers expected") {
			t.Errorf("%v: error %v", counts, err)
		}
	}
}

// timesOf returns times of one network for 1 and 1000 examples.
func timesOf(python, numpy, loop, whole [2]float64) *timings {
	t := &timings{net: "2-4-1", counts: []int{1, 1000}}
	for w := range t.seconds {
		t.seconds[w] = make([]float64, 2)
	}
	for w, v := range map[way][2]float64{numpyByOne: python, numpyAtOnce: numpy, goLoop: loop, atOnce: whole} {
		copy(t.seconds[w], v[:])
	}
	return t
}

// judged returns the checks on such times.
func judged(python, numpy, loop, whole [2]float64) []bool {
	r := &Report{}
	judge(r, []*timings{timesOf(python, numpy, loop, whole)})
	var holds []bool
	for _, c := range r.Checks() {
		holds = append(holds, c.Holds)
	}
	return holds
}

func TestJudge(t *testing.T) {
	for name, test := range map[string]struct {
		python, numpy, loop, whole [2]float64
		want                       []bool
	}{
		"as expected":     {[2]float64{6e-6, 6e-3}, [2]float64{6e-6, 2e-5}, [2]float64{1e-7, 1e-4}, [2]float64{3e-7, 8e-6}, []bool{true, true, true}},
		"a slow matrix":   {[2]float64{6e-6, 6e-3}, [2]float64{6e-6, 2e-5}, [2]float64{1e-7, 1e-4}, [2]float64{3e-7, 8e-4}, []bool{false, true, true}},
		"a slow loop":     {[2]float64{6e-6, 6e-3}, [2]float64{6e-6, 2e-5}, [2]float64{4e-7, 1e-4}, [2]float64{3e-7, 8e-6}, []bool{true, false, true}},
		"a slow Go":       {[2]float64{6e-6, 6e-3}, [2]float64{6e-6, 2e-5}, [2]float64{1e-7, 5e-3}, [2]float64{3e-7, 8e-6}, []bool{true, true, false}},
		"without Python":  {[2]float64{}, [2]float64{}, [2]float64{1e-7, 1e-4}, [2]float64{3e-7, 8e-6}, []bool{true, true}},
		"without Go loop": {[2]float64{6e-6, 6e-3}, [2]float64{6e-6, 2e-5}, [2]float64{1e-7, 0}, [2]float64{3e-7, 8e-6}, []bool{false, true}},
	} {
		got := judged(test.python, test.numpy, test.loop, test.whole)
		if len(got) != len(test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
			continue
		}
		for i := range got {
			if got[i] != test.want[i] {
				t.Errorf("%s: %v, want %v", name, got, test.want)
			}
		}
	}
}

// Without Python the lesson says so, and with one that does not run it too.
func TestPythonIsMissing(t *testing.T) {
	nets := []*plainNet{newPlainNet(2, 4, 1)}
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken, []byte("#!/bin/sh\nexit 3\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{broken: "broken does not run the script", filepath.Join(broken, "none"): "python3 is missing"} {
		p, err := measurePython(context.Background(), []string{"", name}, nets, []int{1}, time.Millisecond, 1)
		if err != nil || !strings.Contains(p.missing, want) {
			t.Errorf("%s: %q, %v", name, p.missing, err)
		}
	}
	missing := &pythonTimes{missing: "python3 is missing"}
	times := &timings{counts: []int{1}}
	for w := range times.seconds {
		times.seconds[w] = make([]float64, 1)
	}
	missing.add(times, 0)
	rows := missing.versions().Rows
	if rows[2][1] != "python3 is missing" || rows[3][1] != "–" || times.table().Rows[0][1] != "–" {
		t.Errorf("rows %q, times %q", rows, times.table().Rows)
	}
	without := &pythonTimes{Python: "3.0"}
	if rows := without.versions().Rows; rows[3][1] != "missing in this python3" {
		t.Errorf("rows %q", rows)
	}
}

func TestDurationText(t *testing.T) {
	for seconds, want := range map[float64]string{1.5: "1.5 s", 2e-3: "2 ms", 3.21e-6: "3.21 µs", 5e-8: "50 ns"} {
		if got := duration(seconds); got != want {
			t.Errorf("%v: %s, want %s", seconds, got, want)
		}
	}
}
