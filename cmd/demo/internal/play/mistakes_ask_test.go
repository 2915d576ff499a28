package play

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/kernel"
)

// mistaken opens a network of the tests of mistakes.
func mistaken(t *testing.T, network, mistake string) *Session {
	t.Helper()
	s := NewSession(Limits{})
	t.Cleanup(s.Close)
	ask[state](t, s, `{"do":"open","experiment":{"version":1,%s,"seed":3},"mistake":%q}`, networks[network], mistake)
	return s
}

// TestMistakesInDerivations holds that the derivation of each mistake that is said to be
// available has its first wrong line, with the numbers that the run trains by, and that of a
// run without one has none.
func TestMistakesInDerivations(t *testing.T) {
	for _, network := range tried() {
		s := mistaken(t, network, "")
		if d := ask[derived](t, s, `{"do":"derive"}`); d.FirstWrong != "" {
			t.Errorf("%s: %s is wrong without a mistake", network, d.FirstWrong)
		}
		for _, m := range ask[[]mistakeReply](t, s, `{"do":"mistakes"}`) {
			want, possible := first[m.Name][network]
			if m.Available != possible || possible == (m.Why != "") || m.Title == "" || m.What == "" {
				t.Errorf("%s in %s: available %v, %q", m.Name, network, m.Available, m.Why)
			}
			if !possible {
				_, err := s.Ask(fmt.Appendf(nil, `{"do":"open","experiment":{"version":1,%s},"mistake":%q}`, networks[network], m.Name))
				if err == nil || !strings.Contains(err.Error(), m.Why) {
					t.Errorf("%s in %s: %v", m.Name, network, err)
				}
				continue
			}
			notes, _, _ := strings.Cut(want, "/")
			d := ask[derived](t, mistaken(t, network, m.Name), `{"do":"derive"}`)
			at := slices.IndexFunc(d.Lines, func(l derivedLine) bool { return l.ID == d.FirstWrong })
			if at < 0 {
				t.Errorf("%s in %s: nothing is wrong", m.Name, network)
				continue
			}
			l := d.Lines[at]
			if m.Name == "sign" && strings.Contains("adam one layer", network) { // whose means have the sign first
				notes = "update " + l.Name
			}
			if got := l.Phase + " " + l.Name; got != notes {
				t.Errorf("%s in %s: %s is wrong first, %s expected", m.Name, network, got, notes)
			}
			if l.Phase == "given" {
				continue
			}
			cols := 1
			if len(l.Shape) == 2 {
				cols = l.Shape[1]
			}
			e := ask[entry](t, mistaken(t, network, m.Name), `{"do":"entry","line":%q,"row":%d,"col":%d}`, l.ID, l.Wrong.Row, l.Wrong.Col)
			if e.Wrong == nil || e.Wrong.Value != l.Wrong.Value || !near(float64(e.Value), float64(e.Wrong.Right)) {
				t.Errorf("%s in %s: the entry is %v, wrong %+v", m.Name, network, e.Value, e.Wrong)
			}
			if got := l.Value.Data[l.Wrong.Row*cols+l.Wrong.Col]; got != float64(l.Wrong.Value) || l.Wrong.Value == l.Wrong.Right {
				t.Errorf("%s in %s: %s has %v at the worst place, and %+v is said", m.Name, network, l.ID, got, l.Wrong)
			}
		}
	}
}

// TestMistakenStep holds that the update that a derivation with a mistake shows is the step
// that the run takes then.
func TestMistakenStep(t *testing.T) {
	for _, network := range []string{"notes", "adam"} {
		for _, m := range mistakeNames() {
			if _, possible := first[m][network]; !possible {
				continue
			}
			s := mistaken(t, network, m)
			ask[frame](t, s, `{"do":"goto","step":5}`)
			d := ask[derived](t, s, `{"do":"derive"}`)
			f := ask[frame](t, s, `{"do":"goto","step":6}`)
			for i, name := range []string{"W1", "b1", "W2", "b2"} {
				at := slices.IndexFunc(d.Lines, func(l derivedLine) bool { return l.Phase == "update" && l.Name == name })
				if at < 0 {
					t.Fatalf("%s: no update of %s", m, name)
				}
				for k, v := range d.Lines[at].Value.Data {
					if got := f.Runs[0].Params[i][k]; !near(v, got) {
						t.Errorf("%s in %s: %s[%d] is %v after the step, %v shown", m, network, name, k, got, v)
						break
					}
				}
			}
		}
	}
}

func near(a, b float64) bool {
	d := a - b
	return d <= 1e-10*max(1, a, -a) && -d <= 1e-10*max(1, a, -a)
}

// TestMistakesGoBack holds that a run with a mistake comes to the same bits again.
func TestMistakesGoBack(t *testing.T) {
	for _, m := range []string{"no-slope", "sign", "zero-init", "layer-rate+no-mean-in-b", "labels-shifted"} {
		s := mistaken(t, "adam", m)
		there := ask[frame](t, s, `{"do":"goto","step":40}`).Runs[0].Params
		ask[frame](t, s, `{"do":"goto","step":200}`)
		ask[frame](t, s, `{"do":"goto","step":0}`)
		again := ask[frame](t, s, `{"do":"goto","step":40}`).Runs[0].Params
		for i := range there {
			if !slices.Equal(there[i], again[i]) {
				t.Errorf("%s: parameter %d is another after going back", m, i)
			}
		}
	}
}

// TestLessonsOpen opens each lesson in a session, trains, and holds it to the numbers that
// the lesson's own training came to.
func TestLessonsOpen(t *testing.T) {
	type lesson struct {
		Name, Title, Claim, Verdict, Page, Section, Screen, Difference string
		Experiment, Other                                              json.RawMessage
		Steps                                                          int
		Numbers                                                        []struct {
			Name  string
			Run   int
			Value float64
			At    int
		}
	}
	s := newSession(t, Limits{})
	lessons := ask[[]lesson](t, s, `{"do":"lessons"}`)
	if len(lessons) != 14 {
		t.Errorf("%d lessons, 14 expected", len(lessons))
	}
	for _, l := range lessons {
		if l.Title == "" || l.Claim == "" || l.Verdict == "" || l.Page == "" || l.Section == "" || len(l.Numbers) == 0 || (len(l.Other) > 0) != (l.Difference != "") {
			t.Errorf("%s lacks something", l.Name)
		}
		other := ""
		if len(l.Other) > 0 {
			other = `,"other":` + string(l.Other)
		}
		st := ask[state](t, s, `{"do":"open","experiment":%s%s}`, l.Experiment, other)
		if l.Difference != "" && st.Runs[1].Difference == "" {
			t.Errorf("%s: the session finds no difference", l.Name)
		}
		f := ask[frame](t, s, `{"do":"goto","step":%d}`, l.Steps)
		for _, n := range l.Numbers {
			r := f.Runs[n.Run]
			got, known := map[string]float64{"cost": float64(r.Cost), "accuracy": float64(*r.Accuracy)}[n.Name]
			if n.Name == "dead" {
				got, known = r.Units.Dead[0], true
			}
			exact := kernel.Vectorised() // elsewhere sums round in another way than where the lessons were written
			if !known || exact && got != n.Value || f.Step != n.At {
				t.Errorf("%s: %s of run %d is %v after %d steps, %v after %d in the lesson", l.Name, n.Name, n.Run, got, f.Step, n.Value, n.At)
			}
		}
		if l.Screen == "one-step" {
			if d := ask[derived](t, s, `{"do":"derive"}`); len(d.Lines) == 0 {
				t.Errorf("%s: there is no step to show", l.Name)
			}
		}
	}
}

// TestMistakesTogether holds that mistakes in formulas and in the rule are all made, in the
// training as in the derivation.
func TestMistakesTogether(t *testing.T) {
	for _, m := range []string{"no-mean+sign", "no-slope+sign+layer-rate", "wrong-axis+biases-still"} {
		s := mistaken(t, "notes", m)
		d := ask[derived](t, s, `{"do":"derive"}`)
		before := ask[frame](t, s, `{"do":"frame"}`).Runs[0].Params
		after := ask[frame](t, s, `{"do":"step"}`).Runs[0].Params
		value := func(phase, name string) numbers {
			return d.Lines[slices.IndexFunc(d.Lines, func(l derivedLine) bool { return l.Phase == phase && l.Name == name })].Value.Data
		}
		for i, name := range []string{"W1", "b1", "W2", "b2"} {
			by := -1.2
			switch {
			case strings.Contains(m, "biases-still") && name[0] == 'b':
				by = 0
			case strings.Contains(m, "sign"):
				by = 1.2
			}
			if strings.Contains(m, "layer-rate") && name[1] == '1' {
				by *= otherRate
			}
			for k, dW := range value("backward", "d"+name) {
				want := before[i][k] + by*dW
				if shown := value("update", name)[k]; !near(after[i][k], want) || !near(shown, want) {
					t.Fatalf("%s: %s[%d] is %v after the step, %v shown, %v expected of its gradient", m, name, k, after[i][k], shown, want)
				}
			}
		}
	}
}

// TestMistakenMeans holds what a rule keeps in a run with a mistake to the gradients that are
// shown: Adam's m of a step is 0.9 of the one before and a tenth of the gradient.
func TestMistakenMeans(t *testing.T) {
	for m, sign := range map[string]float64{"no-mean": 1, "labels-shifted": 1, "no-mean-in-b+sign": -1} {
		s := newSession(t, Limits{})
		ask[state](t, s, `{"do":"open","experiment":%s,"mistake":%q}`, net(2, "tanh", `{"kind":"adam","rate":0.01}`, `{"kind":"toy","name":"flower"}`, ""), m)
		mean := map[string]numbers{}
		for range 3 {
			d := ask[derived](t, s, `{"do":"derive"}`)
			lines := map[string]derivedLine{}
			for _, l := range d.Lines {
				lines[l.ID] = l
			}
			for _, name := range []string{"W1", "b1", "W2", "b2"} {
				l, gradient := lines[name+" Adam m+"], lines["d"+name]
				if (l.Wrong == nil) != (gradient.Wrong == nil && sign > 0) {
					t.Errorf("%s: %s is said to be wrong: %v, and its gradient: %v", m, l.ID, l.Wrong, gradient.Wrong)
				}
				for k, v := range l.Value.Data {
					want := sign * gradient.Value.Data[k] / 10
					if before := mean[name]; before != nil {
						want += 0.9 * before[k]
					}
					if !near(v, want) {
						t.Fatalf("%s: %s[%d] is %v, %v expected of the gradient that is shown", m, l.ID, k, v, want)
					}
				}
				mean[name] = l.Value.Data
			}
			ask[frame](t, s, `{"do":"step"}`)
		}
	}
}

// TestNothingIsWrongBeyondAllNumbers holds that a line that is not finite either way is not
// said to be wrong.
func TestNothingIsWrongBeyondAllNumbers(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, test := range []struct {
		right, value float64
		want         bool
	}{{inf, inf, false}, {nan, nan, false}, {inf, nan, false}, {inf, -inf, true}, {1, nan, true}, {nan, 1, true}, {1, inf, true}, {1, 1, false}} {
		if f := (fault{right: []float64{test.right}, value: []float64{test.value}}); f.differs() != test.want {
			t.Errorf("%v for %v: wrong %v", test.value, test.right, f.differs())
		}
	}
}

// TestWrongStartsHavePresentValues holds that a line that was wrong at the start is given with
// the value that it has now.
func TestWrongStartsHavePresentValues(t *testing.T) {
	s := mistaken(t, "notes", "zero-init")
	p := s.runs[0].params[2]
	now := []float64{1, 2, 3, 4}
	if err := p.Set(graph.Tensor(slices.Clone(now), 1, 4)); err != nil {
		t.Fatal(err)
	}
	for _, l := range ask[derived](t, s, `{"do":"derive"}`).Lines {
		if l.ID == "W2" && (l.Wrong == nil || l.Wrong.Value != 0 || !slices.Equal(l.Value.Data, now)) {
			t.Errorf("W2 is %v, %v expected, wrong %+v", l.Value.Data, now, l.Wrong)
		}
	}
}
