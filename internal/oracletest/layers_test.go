package oracletest

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// A layerRow is the line of a layer; layers.py says what it holds.
type layerRow struct {
	Kind, Case        string
	Momentum, Epsilon float64
	Gamma, Beta       array
	Steps             []layerStep
	Evaluation        layerStep
}

type layerStep struct {
	X, V, Y, DX, DGamma, DBeta array
	Mean, Variance             array
}

func layerRows(t *testing.T) []layerRow {
	t.Helper()
	text, err := os.ReadFile("testdata/layers.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []layerRow
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) < 15 {
		t.Fatalf("%d rows", len(rows))
	}
	return rows
}

// Normalisations compute what PyTorch's do, in training and in evaluation, keep the same
// numbers, and have the same gradients.
func TestLayersAgainstPyTorch(t *testing.T) {
	for _, r := range layerRows(t) {
		for dtype, tolerance := range tolerances {
			n := r.Gamma.Shape[0]
			var layer layers.Layer
			var gamma, beta *graph.Param
			switch r.Kind {
			case "BatchNorm":
				l := layers.BatchNormSettings{Name: "l", Features: n, Momentum: r.Momentum, Epsilon: r.Epsilon, Dtype: dtype}.New()
				layer, gamma, beta = l, l.Gamma, l.Beta
			case "LayerNorm":
				l := layers.LayerNormSettings{Name: "l", Features: n, Epsilon: r.Epsilon, Dtype: dtype}.New()
				layer, gamma, beta = l, l.Gamma, l.Beta
			default:
				t.Fatalf("kind %q", r.Kind)
			}
			for p, a := range map[*graph.Param]array{gamma: r.Gamma, beta: r.Beta} {
				if err := p.Set(a.tensor(dtype)); err != nil {
					t.Fatal(err)
				}
			}
			for i, s := range append(r.Steps, r.Evaluation) {
				for _, p := range s.compute(t, layer, gamma, beta, dtype, i < len(r.Steps)) {
					if err := p.check(tolerance); err != nil {
						t.Errorf("%s, %v, step %d: %v", r.Case, dtype, i, err)
					}
					if err := p.checkNotices(tolerance); err != nil {
						t.Errorf("%s, %v, step %d: %v", r.Case, dtype, i, err)
					}
				}
			}
		}
	}
}

// compute takes the step and compares.
func (s layerStep) compute(t *testing.T, layer layers.Layer, gamma, beta *graph.Param, dtype tensor.Dtype, training bool) []pair {
	t.Helper()
	g := graph.New(graph.Settings{Dtype: dtype, Training: training})
	x, v := g.Input("X", s.X.Shape...), g.Input("V", s.V.Shape...)
	y := layer.Apply(x)
	d, err := graph.Grad(graph.Sum(graph.Mul(v, y)), x, g.Use(gamma), g.Use(beta))
	if err != nil {
		t.Fatal(err)
	}
	outputs := append([]*graph.Node{y}, d...)
	p, err := graph.Compile(graph.Spec{Outputs: outputs, Updates: g.Assignments()})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Run(graph.Feeds{x: s.X.tensor(dtype), v: s.V.tensor(dtype)}); err != nil {
		t.Fatal(err)
	}
	pairs := []pair{{what: "y", want: s.Y}, {what: "dX", want: s.DX}, {what: "dγ", want: s.DGamma}, {what: "dβ", want: s.DBeta}}
	for i, n := range outputs {
		got, err := p.Value(n)
		if err != nil {
			t.Fatal(err)
		}
		pairs[i].got = widened(got)
	}
	kept := []array{s.Mean, s.Variance}
	for i, state := range layers.State(layer) {
		pairs = append(pairs, pair{what: state.Name(), want: kept[i], got: widened(state.Value())})
	}
	return pairs
}

// The table is what PyTorch computes, where that is installed.
func TestLayersTable(t *testing.T) {
	const python = "/usr/bin/python3"
	if testing.Short() || exec.Command(python, "-c", "import torch").Run() != nil {
		t.Skip("no PyTorch")
	}
	if out, err := exec.Command(python, "layers.py", "--check").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
