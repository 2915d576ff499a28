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
		if !finite(v) {
			return i
		}
	}
	return -1
}

// finite reports whether v is neither NaN nor infinite.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// same reports whether the entries of two equally long lists differ by gap at
// most, and those that are not finite are the same.
func same(a, b []float64, gap float64) bool {
	for i, v := range a {
		switch w := b[i]; {
		case finite(v) && finite(w):
			if math.Abs(v-w) > gap {
				return false
			}
		case v != w && !(math.IsNaN(v) && math.IsNaN(w)):
			return false
		}
	}
	return true
}

// largest returns the largest finite entry without its sign.
func largest(data []float64) float64 {
	size := 0.0
	for _, v := range data {
		if finite(v) {
			size = max(size, math.Abs(v))
		}
	}
	return size
}

// rolled returns a with its columns moved by one, to the right or to the left; the
// last one comes first, or the first one last.
func rolled(a handgrad.Matrix, by int) handgrad.Matrix {
	out := handgrad.Zeros(a.Rows, a.Cols)
	for i := range a.Rows {
		for j := range a.Cols {
			out.Data[i*a.Cols+(j+by+a.Cols)%a.Cols] = a.Data[i*a.Cols+j]
		}
	}
	return out
}

// column returns column j.
func column(a handgrad.Matrix, j int) handgrad.Matrix {
	out := handgrad.Zeros(a.Rows, 1)
	for i := range out.Data {
		out.Data[i] = a.Data[i*a.Cols+j]
	}
	return out
}

// largestOfColumns returns 1 for the largest entry of each column, else 0.
func largestOfColumns(a handgrad.Matrix) handgrad.Matrix {
	out := handgrad.Zeros(a.Rows, a.Cols)
	for j := range a.Cols {
		best := j
		for i := j; i < len(a.Data); i += a.Cols {
			if a.Data[i] > a.Data[best] {
				best = i
			}
		}
		out.Data[best] = 1
	}
	return out
}
