package explain_test

import (
	"math"
	"slices"
	"testing"

	"chainrule/graph/explain"
	"chainrule/internal/formulatest"
	"chainrule/internal/handgrad"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// The text of every line, computed by an evaluator that knows nothing of graphs,
// gives what the program computes, and at the end its gradients.
func TestFormulasTellTheTruth(t *testing.T) {
	for name, n := range explainedNetworks() {
		cost, params, feeds := n.build(t)
		d, err := explain.DeriveRaw(cost, params...)
		if err != nil {
			t.Fatal(name, err)
		}
		if err := d.Evaluate(feeds); err != nil {
			t.Fatal(name, err)
		}
		for what, way := range map[string][]explain.Line{"raw": d.Raw, "simplified": d.Backward} {
			e := &formulatest.Evaluator{Values: map[string]handgrad.Matrix{"m": formulatest.Scalar(float64(n.m))}}
			for _, l := range d.Given {
				e.Values[l.Symbol] = matrixOf(l.Value)
			}
			for _, l := range slices.Concat(d.Forward, way) {
				checkLine(t, name+", "+what, e, l, notesTolerance)
			}
			checkGradients(t, name+", "+what, n, e)
		}
	}
}

// checkLine compares the value of a formula's text with the program's.
func checkLine(t *testing.T, name string, e *formulatest.Evaluator, l explain.Line, tolerance float64) {
	t.Helper()
	want := matrixOf(l.Value)
	got, err := e.EvaluateLine(l.Symbol, l.Text, want.Rows, want.Cols)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if gap := largestGap(got.Data, want.Data); !(gap <= tolerance*math.Max(1, largestOf(want.Data))) {
		t.Errorf("%s: %v differs by %v", name, l.Formula, gap)
	}
}

// checkGradients compares what was evaluated for dW1, db1, … with the gradients
// of a program that was compiled without any explanation.
func checkGradients(t *testing.T, name string, n explained, e *formulatest.Evaluator) {
	t.Helper()
	cost, params, feeds := n.build(t)
	values := gradients(t, cost, feeds, params...)
	for i, p := range params {
		got, ok := e.Values["d"+p.Symbol()]
		gap := largestGap(got.Data, values[i])
		if !ok || !(gap <= notesTolerance*math.Max(1, largestOf(values[i]))) {
			t.Errorf("%s: d%s, there: %v, differs by %v", name, p.Symbol(), ok, gap)
		}
	}
}

func matrixOf(v *tensor.Dense) handgrad.Matrix {
	rows, cols := 1, 1
	if s := v.Shape(); len(s) == 2 {
		rows, cols = s[0], s[1]
	} else if len(s) == 1 {
		cols = s[0]
	}
	m := handgrad.Matrix{Rows: rows, Cols: cols}
	if f, ok := v.Data().(float64); ok {
		m.Data = []float64{f}
	} else {
		m.Data = v.Float64s()
	}
	return m
}

func largestGap(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	gap := 0.0
	for i := range a {
		gap = math.Max(gap, math.Abs(a[i]-b[i])) // Max keeps a NaN
	}
	return gap
}

func largestOf(a []float64) float64 { return largestGap(a, make([]float64, len(a))) }

// The evaluator does see what is wrong: a changed sign, factor, order or axis.
func TestEvaluatorSeesLies(t *testing.T) {
	n := explainedNetworks()["two layers"]
	cost, params, feeds := n.build(t)
	d, err := explain.Derive(cost, params...)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Evaluate(feeds); err != nil {
		t.Fatal(err)
	}
	values := map[string]handgrad.Matrix{"m": formulatest.Scalar(float64(n.m))}
	for _, l := range slices.Concat(d.Given, d.Forward, d.Backward) {
		values[l.Symbol] = matrixOf(l.Value)
	}
	for lie, of := range map[string]string{"(A2 − Y)/m": "dZ2", "Y − A2": "dZ2", "(1/m)·A1·dZ2ᵀ": "dW2", "(1/m)·dZ2·A1": "dW2",
		"W2ᵀ·dZ2 ⊙ (1 − A1)": "dZ1", "W2ᵀ·dZ2": "dZ1", "Σ dZ2": "db2", "(2/m)·Σ dZ2": "db2", "(1/m)·dZ1·X": "dW1", "dZ1·Xᵀ": "dW1",
		"(1/m)·dZ1·Xᵀ)": "dW1", "(1/n)·dZ1·Xᵀ": "dW1", "∂J/∂Z2": "dZ2"} {
		want := values[of]
		got, err := (&formulatest.Evaluator{Values: values}).Evaluate(lie, want.Rows, want.Cols)
		if err == nil && largestGap(got.Data, want.Data) <= 1e-6 {
			t.Errorf("%s = %s is taken for true", of, lie)
		}
	}
}

// gelu′ has a number in it, of which six digits are printed.
func TestFormulaOfGELU(t *testing.T) {
	n := explained{9, []int{2, 5, 1}, []layers.Activation{layers.GELU}, layers.Sigmoid, crossEntropyCost}
	cost, params, feeds := n.build(t)
	d, err := explain.Derive(cost, params...)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Evaluate(feeds); err != nil {
		t.Fatal(err)
	}
	e := &formulatest.Evaluator{Values: map[string]handgrad.Matrix{"m": formulatest.Scalar(9)}}
	for _, l := range d.Given {
		e.Values[l.Symbol] = matrixOf(l.Value)
	}
	for _, l := range slices.Concat(d.Forward, d.Backward) {
		checkLine(t, "gelu", e, l, 1e-6)
	}
}
