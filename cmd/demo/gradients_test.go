package main

import (
	"math"
	"strings"
	"testing"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/graph/gradtest"
	"chainrule/internal/words"
	"chainrule/layers"
)

// The gradients agree for every activation in one and in several layers, for
// both kinds of output and both types, also where the entries of a parameter are
// sampled.
func TestCheckGradients(t *testing.T) {
	for i, activation := range layers.ActivationNames() {
		for _, data := range []string{"flower", "blobs"} {
			for dtype, rounding := range map[string]float64{"float64": 0, "float32": 1e-4} {
				if testing.Short() && (i+len(data)+len(dtype))%4 > 0 {
					continue
				}
				c := defaultConfig()
				c.data, c.activation, c.dtype, c.hidden = data, []string{activation}, dtype, []int{30}
				if data == "blobs" {
					c.activation, c.hidden = []string{activation, "tanh", activation}, []int{5, 20, 4}
				}
				got := checked(t, build(t, c))
				for _, row := range got.rows {
					if !(row.Rounding <= rounding) || (row.Rounding > 0) != (dtype == "float32") {
						t.Errorf("%s %s %s: %+v", data, activation, dtype, row)
					}
				}
			}
		}
	}
}

// checked returns the check of a problem, which must be right.
func checked(t *testing.T, p *problem) check {
	t.Helper()
	c, err := p.checkGradients()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.wrong(); err != nil {
		t.Error(err)
	}
	formulas := 1e-12
	if p.config.dtype == "float32" {
		formulas = constAgree
	}
	if len(c.rows) != len(p.net.Params()) {
		t.Fatalf("%d rows, %d parameters", len(c.rows), len(p.net.Params()))
	}
	_, symbolic, err := p.gradients(p.sample(c.examples))
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range c.rows {
		w := p.net.Params()[i]
		if row.Parameter != w.Name() || row.Entries != w.Shape().TotalSize() {
			t.Errorf("row %d is %+v, parameter %s of shape %v", i, row, w.Name(), w.Shape())
		}
		differences := row.Differences * norm(symbolic[i]) / row.RelativeTo
		if !(*row.Formulas <= formulas) || !(differences <= 1e-6) || row.RelativeTo < c.floor ||
			row.Compared+row.Kinks+row.Undecided != min(row.Entries, c.sample) {
			t.Errorf("%s: %+v", words.Join(p.sizes(), "-"), row)
		}
	}
	return c
}

// float32Row compares an entry with 1.
func float32Row(entry float64) gradtest.Row {
	e := gradtest.Entry{Symbolic: entry, Numeric: 1, Verdict: gradtest.Wrong}
	return gradtest.Row{Float32: true, Scale: 1, Entries: []gradtest.Entry{e}}
}

// A check finds a gradient that is wrong.
func TestWrongGradients(t *testing.T) {
	p := build(t, defaultConfig())
	set := p.sample(p.Train.Len())
	_, right, err := p.gradients(set)
	if err != nil {
		t.Fatal(err)
	}
	wrong := append([]float64{}, right[0]...)
	wrong[3] += 1e-6
	byHand, err := p.formulas(set)
	if err != nil {
		t.Fatal(err)
	}
	right0 := p.compare(1e-3, "W1", right[0], byHand[0].Data, gradtest.Row{})
	if right0.wrong != nil || *right0.Formulas != *checked(t, p).rows[0].Formulas {
		t.Errorf("right: %+v", right0)
	}
	row := p.compare(1e-3, "W1", wrong, byHand[0].Data, gradtest.Row{})
	if row.wrong == nil || !(math.Abs(*row.Formulas-1e-6/norm(right[0])) < 1e-12) {
		t.Errorf("a change of 1e-6: %+v", row)
	}
	if row.addRounding(float32Row(2)); row.Rounding != 1 || !strings.Contains(row.wrong.Error(), "by hand") {
		t.Errorf("the first mistake stays: %+v", row)
	}
	if right0.addRounding(float32Row(math.NaN())); right0.wrong == nil {
		t.Errorf("NaN in float32: %+v", right0)
	}
	c := check{rows: []comparison{{}, {Parameter: "W1"}}}
	c.rows[1].wrong = cli.ErrInterrupted
	if err := c.wrong(); err == nil || !strings.Contains(err.Error(), cli.ErrInterrupted.Error()) {
		t.Errorf("the mistake of a row is %v", err)
	}
}

// Large first weights are checked as long as the cost is a number to train on,
// and otherwise named.
func TestLargeWeights(t *testing.T) {
	c := defaultConfig()
	c.scale = 1e4
	checked(t, build(t, c))
	c.scale = 1e200
	if _, err := build(t, c).checkGradients(); err == nil || !strings.Contains(err.Error(), "before the training: the first weights are too large") {
		t.Error(err)
	}
}

// Of a large network and of many examples only a part is checked.
func TestCheckOfPart(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it long")
	}
	for _, units := range [][]int{{10000}, {8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8}, {700, 700}} {
		c := defaultConfig()
		c.data, c.hidden, c.examples = "spirals", units, 4000
		p := build(t, c)
		got := checked(t, p)
		if got.examples > 2000 || got.examples < 1 || got.sample < 4 {
			t.Errorf("%v: %d examples, %d entries", units, got.examples, got.sample)
		}
	}
}
