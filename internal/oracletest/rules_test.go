package oracletest

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// A rulesTable is what rules.py writes.
type rulesTable struct {
	X, Y      array
	W         array `json:"W"`
	B         array `json:"b"`
	Rules     []ruleRow
	Costs     []float64
	Schedules []struct {
		Case    string
		Factors []float64
	}
}

// A ruleRow holds the parameters after each step.
type ruleRow struct {
	Case string
	W    array `json:"W"`
	B    array `json:"b"`
}

func readRules(t *testing.T, path string) (table rulesTable) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &table)
	}
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// ruleBuilders make the rules of the table, of which each row has one.
var ruleBuilders = map[string]func(w, b *graph.Param) optim.Rule{
	"gd":                  plain(optim.GradientDescent{LearningRate: 0.5}),
	"momentum":            plain(optim.Momentum{LearningRate: 0.1}),
	"nesterov":            plain(optim.Momentum{LearningRate: 0.1, Beta: 0.8, Nesterov: true}),
	"adam":                plain(optim.Adam{}),
	"adam, options":       plain(optim.Adam{LearningRate: 0.05, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-3}),
	"rmsprop":             plain(optim.RMSProp{}),
	"rmsprop, options":    plain(optim.RMSProp{LearningRate: 0.02, Beta: 0.9, Epsilon: 1e-3}),
	"rmsprop, momentum":   plain(optim.RMSProp{LearningRate: 0.005, Momentum: 0.7}),
	"rmsprop, centered":   plain(optim.RMSProp{LearningRate: 0.005, Centered: true}),
	"rmsprop, both":       plain(optim.RMSProp{LearningRate: 0.002, Beta: 0.95, Momentum: 0.5, Centered: true}),
	"adagrad":             plain(optim.Adagrad{}),
	"adagrad, decay":      plain(optim.Adagrad{LearningRate: 0.3, Decay: 0.25}),
	"adagrad, options":    plain(optim.Adagrad{LearningRate: 0.3, Epsilon: 0.01}),
	"adamw":               plain(optim.AdamW{WeightDecay: 0.01}),
	"adamw, options":      plain(optim.AdamW{LearningRate: 0.05, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-3, WeightDecay: 0.5}),
	"lion":                plain(optim.Lion{}),
	"lion, options":       plain(optim.Lion{LearningRate: 0.02, Beta1: 0.8, Beta2: 0.95, WeightDecay: 0.5}),
	"l2, gd":              plain(optim.Decay{Rule: optim.GradientDescent{LearningRate: 0.5}, L2: 0.3}),
	"l2, rmsprop":         plain(optim.Decay{Rule: optim.RMSProp{}, L2: 0.3}),
	"l1, adam":            plain(optim.Decay{Rule: optim.Adam{LearningRate: 0.01}, L1: 0.2}),
	"clip value":          plain(optim.Clip{Rule: optim.GradientDescent{LearningRate: 0.5}, Value: 0.2}),
	"clip norm":           plain(optim.Clip{Rule: optim.GradientDescent{LearningRate: 0.5}, Norm: 0.25}),
	"clip norm, adagrad":  plain(optim.Clip{Rule: optim.Adagrad{}, Norm: 1e6}),
	"average, momentum":   plain(optim.Average{Rule: optim.Momentum{LearningRate: 0.1}, Decay: 0.9}),
	"decoupled is adamw":  plain(optim.Decay{Rule: optim.Adam{}, Decoupled: 0.01}),
	"decoupled of half":   plain(optim.Decay{Rule: optim.Adam{LearningRate: 0.05, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-3}, Decoupled: 0.5}),
	"decoupled is l2, gd": plain(optim.Decay{Rule: optim.GradientDescent{LearningRate: 0.5}, Decoupled: 0.3}),
	"l1, l2, all": func(w, b *graph.Param) optim.Rule {
		return optim.Decay{Rule: optim.Decay{Rule: optim.GradientDescent{LearningRate: 0.5}, L1: 0.2}, L2: 0.1, Params: []*graph.Param{w, b}}
	},
	"per parameter": func(w, b *graph.Param) optim.Rule {
		return optim.PerParameter{Rule: optim.Adam{LearningRate: 0.02}, Factors: map[*graph.Param]float64{b: 2.5}}
	},
}

// otherRows are the rows of rules that come to the same as others.
var otherRows = map[string]string{"decoupled is adamw": "adamw", "decoupled of half": "adamw, options", "decoupled is l2, gd": "l2, gd"}

func plain(r optim.Rule) func(w, b *graph.Param) optim.Rule {
	return func(_, _ *graph.Param) optim.Rule { return r }
}

// part is row i of an array, of the shape without its first axis.
func (a array) part(i int) array {
	shape := a.Shape[1:]
	size := tensor.Shape(shape).TotalSize()
	return array{Shape: shape, Data: a.Data[i*size:][:size]}
}

// Twenty steps of every rule are those of PyTorch, or of the paper, in either
// precision; and an error of ten times the tolerance would be noticed.
func TestRulesAgainstPyTorch(t *testing.T) {
	table := readRules(t, "testdata/rules.json")
	rows := map[string]ruleRow{}
	for _, r := range table.Rules {
		if rows[r.Case] = r; ruleBuilders[r.Case] == nil {
			t.Errorf("no rule for row %s", r.Case)
		}
	}
	for dtype, tolerance := range tolerances {
		worst, where := 0.0, ""
		for name, build := range ruleBuilders {
			from := name
			if other, ok := otherRows[name]; ok {
				from = other
			}
			row, ok := rows[from]
			if !ok {
				t.Errorf("the table has no row %s", from)
				continue
			}
			for _, p := range table.steps(t, dtype, row, build) {
				if err := p.check(tolerance); err != nil {
					t.Errorf("%s, %v: %v", name, dtype, err)
				}
				if err := p.checkNotices(tolerance); err != nil {
					t.Errorf("%s, %v: %v", name, dtype, err)
				}
				if d, _ := p.distance(); d > worst {
					worst, where = d, name+", "+p.what
				}
			}
		}
		t.Logf("%v: the largest difference is %.2g: %s", dtype, worst, where)
	}
}

// steps trains the problem of the table by a rule, and returns what became of the
// parameters, or of their averages, beside the row.
func (table rulesTable) steps(t *testing.T, dtype tensor.Dtype, row ruleRow, build func(w, b *graph.Param) optim.Rule) (pairs []pair) {
	t.Helper()
	w, b := graph.NewParam("W", table.W.tensor(dtype)), graph.NewParam("b", table.B.tensor(dtype))
	b.Bias = true
	rule := build(w, b)
	trainer := &optim.Trainer{Params: []*graph.Param{w, b}, Rule: rule, Cost: func(g *graph.Graph, m int) *graph.Node {
		off := graph.Sub(graph.Tanh(graph.Add(graph.MatMul(g.Use(w), g.Input("X", 3, m)), g.Use(b))), g.Input("Y", 2, m))
		return graph.Sum(graph.Square(off)).Times(1 / float64(m))
	}}
	defer trainer.Close()
	batch := optim.Batch{"X": table.X.tensor(dtype), "Y": table.Y.tensor(dtype)}
	for i := range row.W.Shape[0] {
		if _, err := trainer.Step(batch); err != nil {
			t.Fatalf("%s: %v", row.Case, err)
		}
		got := []*graph.Param{w, b}
		if _, averages := rule.(optim.Average); averages {
			var err error
			if got, err = trainer.Averages(); err != nil {
				t.Fatal(err)
			}
		}
		pairs = append(pairs, pair{what: fmt.Sprint("W after step ", i+1), want: row.W.part(i), got: widened(got[0].Value())},
			pair{what: fmt.Sprint("b after step ", i+1), want: row.B.part(i), got: widened(got[1].Value())})
	}
	if len(pairs) != 40 {
		t.Errorf("%s: %d steps, 20 expected", row.Case, len(pairs)/2)
	}
	return pairs
}

// schedules are those of the table.
var schedules = map[string]optim.Schedule{
	"staircase":          optim.Staircase{Every: 3},
	"staircase, options": optim.Staircase{Every: 4, Ratio: 0.5},
	"exponential":        optim.Exponential{Ratio: 0.9},
	"cosine":             optim.Cosine{Steps: 20},
	"cosine, options":    optim.Cosine{Steps: 25, Least: 0.1},
	"one cycle":          optim.OneCycle{Steps: 21},
	"one cycle, options": optim.OneCycle{Steps: 30, Rise: 0.45, Div: 10, FinalDiv: 100},
	"plateau":            &optim.Plateau{Patience: 3},
	"plateau, options":   &optim.Plateau{Ratio: 0.5, Patience: 2, Threshold: 0.01, Rest: 2, Least: 0.1},
}

func TestSchedulesAgainstPyTorch(t *testing.T) {
	table := readRules(t, "testdata/rules.json")
	if len(table.Schedules) != len(schedules) {
		t.Errorf("%d schedules in the table, %d expected", len(table.Schedules), len(schedules))
	}
	for _, row := range table.Schedules {
		s, ok := schedules[row.Case]
		if !ok || len(row.Factors) < 20 {
			t.Errorf("%s: known %v, %d factors", row.Case, ok, len(row.Factors))
			continue
		}
		for step, want := range row.Factors {
			got, err := s.Factor(optim.Position{Step: step})
			if err != nil || !(math.Abs(got-want) <= 1e-12) {
				t.Errorf("%s, step %d: factor %v (%v), %v expected", row.Case, step, got, err, want)
			}
			if o, ok := s.(optim.Observer); ok {
				if err := o.Observe(table.Costs[step]); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// Where PyTorch is there, it computes the table again.
func TestRulesTableIsPyTorchs(t *testing.T) {
	python := os.Getenv("PYTHON")
	if python == "" {
		python = "/usr/bin/python3"
	}
	if testing.Short() || exec.Command(python, "-c", "import torch, numpy").Run() != nil {
		t.Skip("no PyTorch, or -short")
	}
	path := filepath.Join(t.TempDir(), "rules.json")
	if out, err := exec.Command(python, "rules.py", path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want, got := readRules(t, "testdata/rules.json"), readRules(t, path)
	near := func(a, b []float64) bool {
		return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= 1e-13 })
	}
	if len(got.Rules) != len(want.Rules) || len(got.Schedules) != len(want.Schedules) || !slices.Equal(got.Costs, want.Costs) {
		t.Fatalf("%d rules, %d schedules and %d costs; %d, %d and %d in the table", len(got.Rules), len(got.Schedules), len(got.Costs),
			len(want.Rules), len(want.Schedules), len(want.Costs))
	}
	for _, c := range [][2]array{{got.X, want.X}, {got.Y, want.Y}, {got.W, want.W}, {got.B, want.B}} {
		if !reflect.DeepEqual(c[0], c[1]) {
			t.Errorf("the problem is %v, %v in the table", c[0], c[1])
		}
	}
	for i, r := range got.Rules {
		if w := want.Rules[i]; r.Case != w.Case || !near(r.W.Data, w.W.Data) || !near(r.B.Data, w.B.Data) {
			t.Errorf("%s is not row %s of the table", r.Case, w.Case)
		}
	}
	for i, s := range got.Schedules {
		if w := want.Schedules[i]; s.Case != w.Case || !near(s.Factors, w.Factors) {
			t.Errorf("%s is not row %s of the table", s.Case, w.Case)
		}
	}
}
