package main

import (
	"math"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/optim"
)

// Advice is given where its ground shows: units that are the same, weights that
// stay 0, a cost that has risen by more than rounding. Classes of unequal size move
// the unit of a sigmoid, where equal ones leave it to rounding.
func TestAdvice(t *testing.T) {
	for _, c := range []struct {
		name, csv   string
		init        string
		activation  string
		hidden      []int
		rate        float64
		dtype       string
		want, never string
	}{
		{"zeros", "", "zeros", "tanh", []int{4}, 0, "float64", "4 units of hidden layer 1", "learning rate"},
		{"zeros of float32", "", "zeros", "tanh", []int{4}, 0, "float32", "lesson symmetry", "learning rate"},
		{"zeros and sigmoid", "", "zeros", "sigmoid", []int{3}, 0, "float64", "3 units of hidden layer 1", "learning rate"},
		{"second layer", "", "zeros", "tanh", []int{1, 2}, 0, "float64", "weights of hidden layer 1 are 0", "learning rate"},
		{"one unit", "", "zeros", "tanh", []int{1}, 0, "float64", "weights of hidden layer 1 are 0", "learning rate"},
		{"one unit that moves", "breast-cancer", "zeros", "sigmoid", []int{1}, 0, "float64", "", "hidden layer"},
		{"no hidden units", "", "zeros", "tanh", []int{}, 0, "float64", "", "symmetry"},
		{"random", "", "", "tanh", []int{4}, 0, "float64", "", "e"},
		{"too fast", "", "", "tanh", []int{4}, 20, "float64", "The cost has risen since the start: a smaller learning rate", "symmetry"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := defaultConfig()
			config.csv, config.init, config.activation, config.hidden, config.rate, config.dtype = c.csv, c.init, []string{c.activation}, c.hidden, c.rate, c.dtype
			config.steps = 200
			p := build(t, config)
			trained, err := p.fit(t.Context(), func(int, float64) {}, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := p.advice(trained)
			if !strings.Contains(got, c.want) || c.want == "" && got != "" && strings.Contains(got, c.never) {
				t.Errorf("%q, %q expected", got, c.want)
			}
			if c.want != "" && strings.Contains(got, c.never) {
				t.Errorf("%q has %q", got, c.never)
			}
		})
	}
}

// Whether the cost has risen is asked of all examples: one batch may have a small one by chance.
func TestRoseIsOfAllExamples(t *testing.T) {
	config := defaultConfig()
	config.csv, config.epochs, config.batch, config.rate, config.dropout, config.optimizer = "iris", 1, 1, 1e-9, 0.5, "gd"
	p := build(t, config)
	before, err := p.Score(p.Train)
	if err != nil {
		t.Fatal(err)
	}
	trained, err := p.fit(t.Context(), func(int, float64) {}, func(optim.Record) {})
	if err != nil || trained.first != before.Cost || p.advice(trained) != "" {
		t.Errorf("from %v, %v expected; error %v; %s", trained.first, before.Cost, err, p.advice(trained))
	}
}

// A cost that has risen by its rounding has not risen.
func TestRose(t *testing.T) {
	for _, c := range []struct {
		first, cost float64
		dtype       string
		want        bool
	}{
		{0.6931471805599453, 0.6931471805599455, "float64", false},
		{0.6931471805599453, 0.693147181, "float64", true},
		{0.6931472, 0.6931474, "float32", false},
		{0.6931472, 0.694, "float32", true},
		{0.7, 0.6, "float64", false},
	} {
		if got := (training{first: c.first, cost: c.cost}).rose(c.dtype); got != c.want {
			t.Errorf("from %v to %v: %v", c.first, c.cost, got)
		}
	}
}

// A step that is refused ends a training as one that diverged, with the node in
// which the overflow begins; before the first step no learning rate is to blame.
func TestRefusedStep(t *testing.T) {
	code, _, stderr := demo(t.Context(), "train", "--steps", "9", "--lr", "1.7e+308", "--out", t.TempDir())
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	checkText(t, stderr, "the training diverged: after 1 step a step is refused: ", "becomes +Inf, an overflow", "its operands are finite", "than --lr 1.7e+308")

	p := build(t, defaultConfig())
	dir, err := openDirectory(t.TempDir(), pictureNames()...)
	if err != nil {
		t.Fatal(err)
	}
	n := p.NewGraph().Input("Z")
	text := p.divergence(training{refused: &graph.NotFinite{Node: n, Result: n}}, dir, nil).Error()
	if !strings.Contains(text, "--init-scale 0.01") || strings.Contains(text, "--lr") {
		t.Errorf("%q", text)
	}

	// An input that is not finite is the data's fault.
	p.Train.X[7] = math.Inf(1)
	if _, err := p.fit(t.Context(), func(int, float64) {}, nil); err == nil || !strings.Contains(err.Error(), "input X (2,400) holds ") || !strings.Contains(err.Error(), "row 1 of example 3") {
		t.Errorf("%v", err)
	}
}
