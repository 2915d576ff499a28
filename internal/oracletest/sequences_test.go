package oracletest

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// A sequenceRow is the line of a layer for sequences; sequences.py says what it holds.
type sequenceRow struct {
	Kind, Case     string
	Heads, Hidden  int
	Causal, Behind bool
	Activation     string
	Params         []array
	Lengths        []float64
	X, V, Y        array
	Grads          []array
	W              []array
	Second         []array
}

// layer returns the layer of a row and its parameters in PyTorch's order.
func (r sequenceRow) layer(t *testing.T, dtype tensor.Dtype) (layers.Layer, []*graph.Param) {
	t.Helper()
	n := r.X.Shape[1]
	recurrent := layers.RecurrentSettings{Name: "l", In: n, Out: r.Hidden, Init: layers.Zeros, Dtype: dtype}
	var l layers.Layer
	switch r.Kind {
	case "LayerNorm":
		l = layers.LayerNormSettings{Name: "l", Features: n, Dtype: dtype}.New()
	case "MultiHeadAttention":
		l = layers.MultiHeadAttentionSettings{Name: "l", Features: n, Heads: r.Heads, Causal: r.Causal, Init: layers.Zeros, Dtype: dtype}.New(nil)
	case "Transformer":
		block := layers.TransformerSettings{Name: "l", Features: n, Heads: r.Heads, Causal: r.Causal, Hidden: r.Hidden,
			PostNorm: r.Behind, Init: layers.Zeros, Dtype: dtype}.New(nil)
		p := block.Params()
		if r.Behind { // attention, norm1, dense, norm2
			return block, slices.Concat(p[:4], p[6:10], p[4:6], p[10:])
		}
		return block, slices.Concat(p[2:6], p[8:], p[:2], p[6:8]) // norm1, attention, norm2, dense
	case "RNN":
		rnn := recurrent.NewRNN(nil)
		if r.Activation != "" {
			rnn.Activation = layers.ReLU
		}
		l = rnn
	case "GRU":
		l = recurrent.NewGRU(nil)
	case "LSTM":
		l = recurrent.NewLSTM(nil)
	default:
		t.Fatalf("kind %q", r.Kind)
	}
	return l, l.Params()
}

// compute returns values, gradients and second derivatives beside those of the row.
func (r sequenceRow) compute(t *testing.T, dtype tensor.Dtype) []pair {
	t.Helper()
	layer, params := r.layer(t, dtype)
	c := newComputation(dtype)
	x, v := c.input("X", r.X), c.input("V", r.V)
	wrt := []*graph.Node{x}
	for i, p := range params {
		if err := p.Set(r.Params[i].tensor(dtype)); err != nil {
			t.Fatal(err)
		}
		wrt = append(wrt, c.g.Use(p))
	}
	var lengths *graph.Node
	if len(r.Lengths) > 0 {
		lengths = c.input("lengths", array{[]int{len(r.Lengths)}, r.Lengths})
	}
	y := layers.ApplyMasked(layer, x, lengths)
	if lengths != nil && r.Kind == "Transformer" { // its dense layers take steps behind the end too
		y = graph.Mul(y, graph.Less(c.input("steps", stepsOf(r.X)), lengths))
	}
	first, err := graph.Grad(graph.Sum(graph.Mul(v, y)), wrt...)
	if err != nil {
		t.Fatalf("%s: %v", r.Case, err)
	}
	sum := c.g.Const(0)
	for i, w := range c.inputs("w", r.W) {
		sum = graph.Add(sum, graph.Dot(first[i], w))
	}
	second, err := graph.Grad(sum, wrt...)
	if err != nil {
		t.Fatalf("%s: %v", r.Case, err)
	}
	c.expect("y", y, r.Y)
	c.expectAll("gradient ", first, r.Grads)
	c.expectAll("second ", second, r.Second)
	pairs, err := c.run()
	if err != nil {
		t.Fatalf("%s: %v", r.Case, err)
	}
	return pairs
}

// stepsOf returns the numbers of the steps of x, of shape (T,1,1).
func stepsOf(x array) array {
	steps := array{Shape: []int{x.Shape[0], 1, 1}}
	for t := range x.Shape[0] {
		steps.Data = append(steps.Data, float64(t))
	}
	return steps
}

// Attention, blocks of a transformer and recurrent layers compute what PyTorch's do with its
// parameters, whole sequences and masked ones, and have the same first and second derivatives.
func TestSequencesAgainstPyTorch(t *testing.T) {
	text, err := os.ReadFile("testdata/sequences.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []sequenceRow
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) < 37 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, r := range rows {
		for dtype, tolerance := range tolerances {
			for _, p := range r.compute(t, dtype) {
				if err := p.check(tolerance); err != nil {
					t.Errorf("%s, %v: %v", r.Case, dtype, err)
				}
				if err := p.checkNotices(tolerance); err != nil {
					t.Errorf("%s, %v: %v", r.Case, dtype, err)
				}
			}
		}
	}
}

// The table is what PyTorch computes, where that is installed.
func TestSequencesTable(t *testing.T) {
	const python = "/usr/bin/python3"
	if testing.Short() || exec.Command(python, "-c", "import torch").Run() != nil {
		t.Skip("no PyTorch")
	}
	if out, err := exec.Command(python, "sequences.py", "--check").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
