package netspec

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"chainrule/graph/gradtest"
	"chainrule/internal/handgrad"
)

// matrixOfRows returns a matrix of rows.
func matrixOfRows(rows ...[]float64) handgrad.Matrix {
	a := handgrad.Matrix{Rows: len(rows), Cols: len(rows[0])}
	for _, row := range rows {
		a.Data = append(a.Data, row...)
	}
	return a
}

// total returns how many entries of all parameters have a verdict.
func total(all []CheckedParam, v gradtest.Verdict) int {
	n := 0
	for _, p := range all {
		n += p.Count(v)
	}
	return n
}

func checkGradients(t *testing.T, s *Spec, r *Result) []CheckedParam {
	t.Helper()
	all, err := CheckGradients(t.Context(), s, r)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Right gradients agree, wrong ones do not.
func TestCheckGradients(t *testing.T) {
	for i, s := range specsForMistakes(t) {
		r := compute(t, s)
		all := checkGradients(t, s, r)
		count := 0
		for _, p := range all {
			count += p.Total()
		}
		if agree := total(all, gradtest.Right); agree != count {
			t.Errorf("network %d: %d of %d entries agree: %+v", i, agree, count, all)
		}
		r.DW[0].Data[1] += 1e-2
		all = checkGradients(t, s, r)
		if e := all[0].Entries[1]; e.Verdict != gradtest.Wrong || !slices.Equal(e.Index, []int{0, 1}) || total(all, gradtest.Wrong) != 1 {
			t.Errorf("network %d: a wrong gradient is not found: %+v", i, all)
		}
	}
}

// XOR without biases has an input of ReLU that is 0, where the gradient is
// right and no difference exists.
func TestCheckAtKink(t *testing.T) {
	for _, name := range []string{"relu", "leaky-relu"} {
		s := plan(t, 3, CrossEntropy, 4, []int{2, 4, 1}, name, "sigmoid")
		s.X = matrixOfRows([]float64{0, 0, 1, 1}, []float64{0, 1, 0, 1})
		s.Y = matrixOfRows([]float64{0, 1, 1, 0})
		s.B[0] = handgrad.Zeros(4, 1)
		r := compute(t, s)
		all := checkGradients(t, s, r)
		if total(all, gradtest.Wrong) != 0 || total(all, gradtest.Kink) != 4 || all[1].Line != (Line{kindDB, 1}) || all[1].Count(gradtest.Kink) != 4 {
			t.Errorf("%s: %+v", name, all)
		}
		s.B[0] = s.B[0].Apply(func(float64) float64 { return 1e-3 })
		if all := checkGradients(t, s, compute(t, s)); total(all, gradtest.Kink) != 0 || total(all, gradtest.Wrong) != 0 {
			t.Errorf("%s, biases of 0.001: %+v", name, all)
		}
	}
}

// In ten layers with weights of 0.01 the gradient of the first is less than
// rounding moves the cost: that is undecided, and the last layer is not.
func TestCheckBelowRounding(t *testing.T) {
	sizes := []int{4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 1}
	s := plan(t, 1, CrossEntropy, 5, sizes)
	for l := range s.W {
		s.W[l], s.B[l] = s.W[l].Scale(0.01), s.B[l].Scale(0)
	}
	all := checkGradients(t, s, compute(t, s))
	if first := all[0]; first.Count(gradtest.Undecided) != len(first.Entries) {
		t.Errorf("dW1: %+v", first)
	}
	if last := all[len(all)-1]; !last.Verified() || total(all, gradtest.Wrong) != 0 {
		t.Errorf("db10: %+v", last)
	}
}

// A cost that overflows however little an entry moves decides nothing.
func TestCheckOverflow(t *testing.T) {
	s := plan(t, 1, SquaredError, 1, []int{1, 1}, "identity")
	s.W[0].Data[0], s.B[0].Data[0], s.X.Data[0], s.Y.Data[0] = math.Sqrt(math.MaxFloat64), 0, 1, 0
	all := checkGradients(t, s, compute(t, s))
	if e := all[0].Entries[0]; e.Verdict != gradtest.Undecided {
		t.Errorf("%+v", all)
	}
}

// A check of a large network takes some entries, and stops when it is told to.
func TestCheckSome(t *testing.T) {
	s := plan(t, 1, CrossEntropy, 3, []int{20, 30, 1})
	r := compute(t, s)
	all := checkGradients(t, s, r)
	if p := all[0]; p.Total() != 600 || len(p.Entries) != checkEntries {
		t.Errorf("%+v", all)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := CheckGradients(ctx, s, r); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	big := &Spec{Sizes: []int{3000, 3000, 1}, X: handgrad.Matrix{Rows: 3000, Cols: 1000},
		W: []handgrad.Matrix{{Data: make([]float64, 9_000_000)}}}
	if n := entriesToCheck(big); n != leastCheckEntries {
		t.Errorf("%d entries", n)
	}
}
