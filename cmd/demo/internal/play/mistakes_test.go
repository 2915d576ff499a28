package play

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
	"chainrule/optim/experiment"
)

// networks are those that mistakes are tried on, by the layers, cost and rule of an
// experiment.
var networks = map[string]string{
	"notes":     `"layers":[{"kind":"dense","units":4,"activation":"tanh"},{"kind":"dense","units":1,"activation":"sigmoid"}],"cost":{"kind":"cross-entropy"},"rule":{"kind":"gd","rate":1.2},"data":{"kind":"toy","name":"flower","examples":60}`,
	"deep":      `"layers":[{"kind":"dense","units":5,"activation":"tanh"},{"kind":"dense","units":3,"activation":"tanh"},{"kind":"dense","units":3,"activation":"sigmoid"},{"kind":"dense","units":1,"activation":"sigmoid"}],"cost":{"kind":"cross-entropy"},"rule":{"kind":"gd","rate":0.3},"data":{"kind":"toy","name":"moons","examples":50}`,
	"classes":   `"layers":[{"kind":"dense","units":3,"activation":"tanh"},{"kind":"dense","units":3,"activation":"softmax"}],"cost":{"kind":"cross-entropy"},"rule":{"kind":"gd","rate":0.3},"data":{"kind":"toy","name":"spirals","arms":3,"examples":60}`,
	"adam":      `"layers":[{"kind":"dense","units":4,"activation":"tanh"},{"kind":"dense","units":4,"activation":"relu"},{"kind":"dense","units":1,"activation":"sigmoid"}],"cost":{"kind":"cross-entropy"},"rule":{"kind":"adam","rate":0.01,"l2":0.01},"data":{"kind":"toy","name":"circles","examples":40},"batch":16`,
	"one layer": `"layers":[{"kind":"dense","units":1,"activation":"sigmoid"}],"cost":{"kind":"cross-entropy"},"rule":{"kind":"momentum","rate":0.1},"data":{"kind":"toy","name":"moons","examples":40}`,
}

// tried returns the names of the networks, of fewer by -short.
func tried() []string {
	if testing.Short() {
		return []string{"notes", "deep"}
	}
	return slices.Sorted(maps.Keys(networks))
}

// first are the lines in which a mistake shows first in a network, where it is not the same
// in both conventions with the other one behind a slash; networks that cannot make it lack.
var first = map[string]map[string]string{
	"labels-shifted":    {"notes": "backward dZ2", "deep": "backward dZ4", "classes": "backward dZ2", "adam": "backward dZ3", "one layer": "backward dZ1"},
	"output-slope":      {"notes": "backward dZ2", "deep": "backward dZ4", "classes": "backward dZ2", "adam": "backward dZ3", "one layer": "backward dZ1"},
	"no-slope":          {"notes": "backward dZ1", "deep": "backward dZ3", "classes": "backward dZ1", "adam": "backward dZ2"},
	"wrong-slope":       {"notes": "backward dZ1", "deep": "backward dZ3", "classes": "backward dZ1", "adam": "backward dZ2"},
	"slope-of-z":        {"notes": "backward dZ1", "deep": "backward dZ2", "classes": "backward dZ1", "adam": "backward dZ1"},
	"not-transposed":    {"deep": "backward dZ2", "classes": "backward dZ1", "adam": "backward dZ1"},
	"updated-too-early": {"notes": "backward dZ1", "deep": "backward dZ3", "classes": "backward dZ1"},
	"no-activation":     {"notes": "backward dW2", "deep": "backward dW4", "classes": "backward dW2", "adam": "backward dW3"},
	"no-mean":           {"notes": "backward dW2/backward dZ2", "deep": "backward dW4/backward dZ4", "classes": "backward dW2/backward dZ2", "adam": "backward dW3/backward dZ3", "one layer": "backward dW1/backward dZ1"},
	"mean-twice":        {"notes": "backward dW2", "deep": "backward dW4", "classes": "backward dW2", "adam": "backward dW3", "one layer": "backward dW1"},
	"no-mean-in-b":      {"notes": "backward db2", "deep": "backward db4", "classes": "backward db2", "adam": "backward db3", "one layer": "backward db1"},
	"wrong-axis":        {"notes": "backward db1", "deep": "backward db3", "classes": "backward db2", "adam": "backward db2"},
	"sign":              {"notes": "update W1", "deep": "update W1", "classes": "update W1", "adam": "update W1", "one layer": "update W1"},
	"layer-rate":        {"notes": "update W1", "deep": "update W1", "classes": "update W1", "adam": "update W1"},
	"biases-still":      {"notes": "update b1", "deep": "update b1", "classes": "update b1", "adam": "update b1", "one layer": "update b1"},
	"zero-init":         {"notes": "given W1", "deep": "given W1", "classes": "given W1", "adam": "given W1"},
}

// trained returns a training with mistakes after some steps.
func trained(t *testing.T, network, mistake string, steps int) (*experiment.Experiment, *experiment.Training, *planted) {
	t.Helper()
	e, err := experiment.Read(strings.NewReader(fmt.Sprintf(`{"version":1,%s,"seed":3}`, networks[network])))
	if err != nil {
		t.Fatal(err)
	}
	e.Workers = 1
	fit, err := e.Training()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { fit.Close() })
	p, err := plant(e, fit.Trainer, mistake)
	if err != nil {
		t.Fatal(err)
	}
	if fit.Steps = steps; steps > 0 {
		if err := fit.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	return e, fit, p
}

// faultsOf returns the faults of the step that is next.
func faultsOf(t *testing.T, fit *experiment.Training, p *planted, c explain.Convention) []fault {
	t.Helper()
	s := fit.State()
	batch, _, err := fit.Data.Batch(s.Epoch, s.Batch)
	if err != nil {
		t.Fatal(err)
	}
	rates, err := fit.Trainer.Rates()
	if err != nil {
		t.Fatal(err)
	}
	faults, err := p.faults(planStep{fit.Trainer, batch, rates}, c)
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

// TestFirstWrongLine holds each mistake in each network to the line in which it shows first,
// at the start and in training, in both conventions.
func TestFirstWrongLine(t *testing.T) {
	if got, want := mistakeNames(), len(first); len(got) != want {
		t.Fatalf("%d mistakes, %d tested", len(got), want)
	}
	for _, m := range mistakes() {
		for _, network := range tried() {
			want, possible := first[m.name][network]
			e, err := experiment.Read(strings.NewReader(fmt.Sprintf(`{"version":1,%s}`, networks[network])))
			if err != nil {
				t.Fatal(err)
			}
			if why := m.unfit(e); (why == "") != possible {
				t.Errorf("%s in %s: %q is why it cannot be made", m.name, network, why)
			}
			if !possible {
				if _, err := plant(e, e.Trainer(), m.name); err == nil {
					t.Errorf("%s in %s was planted", m.name, network)
				}
				continue
			}
			notes, mean, differ := strings.Cut(want, "/")
			if !differ {
				mean = notes
			}
			for _, steps := range []int{0, 7} {
				_, fit, p := trained(t, network, m.name, steps)
				for c, want := range map[explain.Convention]string{explain.Notes: notes, explain.MeanCost: mean} {
					faults := faultsOf(t, fit, p, c)
					if len(faults) == 0 {
						t.Errorf("%s in %s after %d steps, %s: nothing is wrong, %s expected", m.name, network, steps, c, want)
						continue
					}
					if got := faults[0].phase + " " + faults[0].name; got != want {
						t.Errorf("%s in %s after %d steps, %s: %s is wrong first, %s expected", m.name, network, steps, c, got, want)
					}
				}
			}
		}
	}
}

// TestNoMistake holds that without a mistake nothing is wrong, even when a wrapped run is compared.
func TestNoMistake(t *testing.T) {
	for _, network := range tried() {
		_, fit, p := trained(t, network, "", 3)
		if p != nil || len(faultsOf(t, fit, p, explain.Notes)) > 0 {
			t.Errorf("%s: planted without a name", network)
		}
		// The same comparison of a run with no wrong formula.
		e, fit, p := trained(t, network, "biases-still", 0)
		fit.Trainer.Rule = wrongRule{p.change, e.Rule}
		for _, c := range []explain.Convention{explain.Notes, explain.MeanCost} {
			if faults := faultsOf(t, fit, p, c); len(faults) > 0 {
				t.Errorf("%s, %s: %s is wrong of a right pass", network, c, faults[0].name)
			}
		}
	}
}

// TestTwoMistakes holds that the first of several is the one that is computed first, and
// that those in one place are refused.
func TestTwoMistakes(t *testing.T) {
	for names, want := range map[string]string{
		"no-slope+no-mean": "backward dW2", "no-slope+sign": "backward dZ1", "sign+no-mean-in-b": "backward db2",
		"zero-init+labels-shifted": "given W1", "wrong-axis+biases-still": "backward db1", "output-slope+no-activation+no-mean-in-b+layer-rate": "backward dZ2",
	} {
		_, fit, p := trained(t, "notes", names, 2)
		faults := faultsOf(t, fit, p, explain.Notes)
		if len(faults) == 0 || faults[0].phase+" "+faults[0].name != want {
			t.Errorf("%s: %v first, %s expected", names, faults, want)
		}
	}
	for _, names := range []string{"no-slope+wrong-slope", "sign+sign", "+", "no-slop", "not-transposed", "no-slope+sign+no-mean+layer-rate+biases-still"} {
		e, err := experiment.Read(strings.NewReader(fmt.Sprintf(`{"version":1,%s}`, networks["notes"])))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := plant(e, e.Trainer(), names); err == nil || len(err.Error()) < 15 {
			t.Errorf("%s: error %v", names, err)
		}
	}
}

// byHand are wrong backward passes written with loops: dW and db of a network with tanh
// hidden layers and a sigmoid output, in place of (A−Y)/m, Wᵀ·dZ ⊙ (1 − A²), dZ·Aᵀ, Σ dZ.
var byHand = map[string]func(w, b []handgrad.Matrix, x, y handgrad.Matrix) (dW, db []handgrad.Matrix){
	"no-slope": func(w, b []handgrad.Matrix, x, y handgrad.Matrix) (dW, db []handgrad.Matrix) {
		return handPass(w, b, x, y, func(dA, z, a handgrad.Matrix) handgrad.Matrix { return dA }, 1/float64(x.Cols), y)
	},
	"slope-of-z": func(w, b []handgrad.Matrix, x, y handgrad.Matrix) (dW, db []handgrad.Matrix) {
		return handPass(w, b, x, y, func(dA, z, a handgrad.Matrix) handgrad.Matrix {
			return dA.Times(z.Apply(func(v float64) float64 { return 1 - v*v }))
		}, 1/float64(x.Cols), y)
	},
	"no-mean": func(w, b []handgrad.Matrix, x, y handgrad.Matrix) (dW, db []handgrad.Matrix) {
		return handPass(w, b, x, y, tanhBack, 1, y)
	},
	"labels-shifted": func(w, b []handgrad.Matrix, x, y handgrad.Matrix) (dW, db []handgrad.Matrix) {
		next := handgrad.Zeros(y.Rows, y.Cols)
		for j := range y.Cols {
			next.Data[j] = y.Data[(j+1)%y.Cols]
		}
		return handPass(w, b, x, y, tanhBack, 1/float64(x.Cols), next)
	},
}

func tanhBack(dA, _, a handgrad.Matrix) handgrad.Matrix {
	return dA.Times(a.Apply(func(v float64) float64 { return 1 - v*v }))
}

func handPass(w, b []handgrad.Matrix, x, _ handgrad.Matrix, back func(dA, z, a handgrad.Matrix) handgrad.Matrix, mean float64, y handgrad.Matrix) (dW, db []handgrad.Matrix) {
	z1 := w[0].Mul(x).AddColumn(b[0])
	a1 := z1.Apply(math.Tanh)
	a2 := w[1].Mul(a1).AddColumn(b[1]).Apply(func(v float64) float64 { return 1 / (1 + math.Exp(-v)) })
	dZ2 := a2.Sub(y)
	dZ1 := back(w[1].Transpose().Mul(dZ2), z1, a1)
	return []handgrad.Matrix{dZ1.Mul(x.Transpose()).Scale(mean), dZ2.Mul(a1.Transpose()).Scale(mean)},
		[]handgrad.Matrix{dZ1.SumColumns().Scale(mean), dZ2.SumColumns().Scale(mean)}
}

// TestTrainsAsTheMistakeLeads compares trainings with mistakes to loops that make them.
func TestTrainsAsTheMistakeLeads(t *testing.T) {
	const steps = 6
	for name, pass := range byHand {
		e, _, _ := trained(t, "notes", name, steps)
		begin, _, _ := trained(t, "notes", "", 0)
		var w, b []handgrad.Matrix
		for i, p := range begin.Network.Params() {
			s := p.Shape()
			m := handgrad.Matrix{Rows: s[0], Cols: s[1], Data: float64s(p.Value())}
			if i%2 == 0 {
				w = append(w, m)
			} else {
				b = append(b, m)
			}
		}
		batch := begin.Batch(begin.Train)
		m := begin.Train.Len()
		x, y := handgrad.Matrix{Rows: 2, Cols: m, Data: float64s(batch["X"])}, handgrad.Matrix{Rows: 1, Cols: m, Data: float64s(batch["Y"])}
		for range steps {
			dW, db := pass(w, b, x, y)
			for l := range w {
				w[l], b[l] = w[l].Sub(dW[l].Scale(1.2)), b[l].Sub(db[l].Scale(1.2))
			}
		}
		for i, p := range e.Network.Params() {
			want := slices.Concat(w, b)[i/2+i%2*len(w)].Data
			for k, v := range float64s(p.Value()) {
				if math.Abs(v-want[k]) > 1e-9*max(1, math.Abs(want[k])) {
					t.Fatalf("%s: %s[%d] is %v after %d steps, by hand %v", name, p.Name(), k, v, steps, want[k])
				}
			}
		}
	}
}

// TestWrongFormulas holds that the line of a mistake says what was computed.
func TestWrongFormulas(t *testing.T) {
	for name, want := range map[string]string{"no-slope": "dZ1 = W2ᵀ·dZ2", "wrong-slope": "dZ1 = W2ᵀ·dZ2 ⊙ (A1 ⊙ (1 − A1))",
		"no-mean": "dW2 = dZ2·A1ᵀ", "no-activation": "dW2 = (1/m)·dZ2·Z1ᵀ", "output-slope": "dZ2 = (A2 − Y) ⊙ (A2 ⊙ (1 − A2))",
		"sign": "W1 ← W1 − (−dW1) ⊙ α", "layer-rate": "W1 ← W1 + 10·(W1 − dW1 ⊙ α − W1)", "biases-still": "b1 ← b1"} {
		_, fit, p := trained(t, "notes", name, 0)
		faults := faultsOf(t, fit, p, explain.Notes)
		f := faults[0]
		for _, later := range faults[1:] { // which are right but for what they are made of
			if name != "no-mean" && name != "wrong-slope" && later.phase == "backward" && later.text != "" {
				t.Errorf("%s: %s is right, %s given", name, later.name, later.text)
			}
		}
		if f.text != want || !strings.HasPrefix(f.mathml, "<math") {
			t.Errorf("%s: %s = %s, %s expected", name, f.name, f.text, want)
		}
		symbol, sign := "<mi>d</mi><mi>"+f.name[1:2]+"</mi>", "<mo>=</mo>"
		if f.phase == "update" {
			symbol, sign = "<mi>"+f.name[:1]+"</mi>", "<mo>←</mo>"
		}
		if left, _, written := strings.Cut(f.mathml, sign); !written || !strings.Contains(left, symbol) {
			t.Errorf("%s: the left side of %s is %s", name, f.name, left)
		}
	}
}
