package netspec

import (
	"math"

	"chainrule/internal/handgrad"
)

// The functions of this file return new matrices and rely on shapes that their
// callers know. Candidates for a mistake are computed by them, not by the graph.

func absolute(a handgrad.Matrix) handgrad.Matrix { return a.Apply(math.Abs) }

// addRow returns a with the entries of b added to each of its rows.
func addRow(a, b handgrad.Matrix) handgrad.Matrix {
	c := handgrad.Zeros(a.Rows, a.Cols)
	for i, v := range a.Data {
		c.Data[i] = v + b.Data[i%a.Cols]
	}
	return c
}

// sumAll returns the sum of all entries, a (1,1) matrix.
func sumAll(a handgrad.Matrix) handgrad.Matrix { return a.SumColumns().SumRows() }

// number returns v as a (1,1) matrix.
func number(v float64) handgrad.Matrix {
	return handgrad.Matrix{Rows: 1, Cols: 1, Data: []float64{v}}
}

// norm returns the largest entry without its sign, NaN if one is NaN.
func norm(data []float64) float64 {
	largest := 0.0
	for _, v := range data {
		largest = math.Max(largest, math.Abs(v))
	}
	return largest
}

// notFinite returns the first entry that is NaN or infinite, −1 if none is.
func notFinite(a handgrad.Matrix) int {
	for i, v := range a.Data {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return i
		}
	}
	return -1
}
