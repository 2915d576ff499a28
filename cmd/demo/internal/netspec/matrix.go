package netspec

import (
	"math"

	"chainrule/internal/handgrad"
)

// The functions of this file return new matrices and rely on shapes that their
// callers know. Candidates for a mistake are computed by them, not by the graph.

func zeros(rows, cols int) handgrad.Matrix {
	return handgrad.Matrix{Rows: rows, Cols: cols, Data: make([]float64, rows*cols)}
}

// mul returns a·b.
func mul(a, b handgrad.Matrix) handgrad.Matrix {
	c := zeros(a.Rows, b.Cols)
	for i := range a.Rows {
		row := c.Data[i*c.Cols : (i+1)*c.Cols]
		for k := range a.Cols {
			f := a.Data[i*a.Cols+k]
			for j, v := range b.Data[k*b.Cols : (k+1)*b.Cols] {
				row[j] += f * v
			}
		}
	}
	return c
}

func transpose(a handgrad.Matrix) handgrad.Matrix {
	c := zeros(a.Cols, a.Rows)
	for i, v := range a.Data {
		c.Data[i%a.Cols*c.Cols+i/a.Cols] = v
	}
	return c
}

// apply returns f of every entry.
func apply(f func(float64) float64, a handgrad.Matrix) handgrad.Matrix {
	c := zeros(a.Rows, a.Cols)
	for i, v := range a.Data {
		c.Data[i] = f(v)
	}
	return c
}

// combine returns f of every pair of entries of two matrices of one shape.
func combine(f func(a, b float64) float64, a, b handgrad.Matrix) handgrad.Matrix {
	c := zeros(a.Rows, a.Cols)
	for i, v := range a.Data {
		c.Data[i] = f(v, b.Data[i])
	}
	return c
}

func times(a, b handgrad.Matrix) handgrad.Matrix {
	return combine(func(a, b float64) float64 { return a * b }, a, b)
}

func sub(a, b handgrad.Matrix) handgrad.Matrix {
	return combine(func(a, b float64) float64 { return a - b }, a, b)
}

func scale(f float64, a handgrad.Matrix) handgrad.Matrix {
	return apply(func(v float64) float64 { return f * v }, a)
}

func absolute(a handgrad.Matrix) handgrad.Matrix { return apply(math.Abs, a) }

// addColumn returns a with the column b added to each of its columns.
func addColumn(a, b handgrad.Matrix) handgrad.Matrix {
	c := zeros(a.Rows, a.Cols)
	for i, v := range a.Data {
		c.Data[i] = v + b.Data[i/a.Cols]
	}
	return c
}

// addRow returns a with the entries of b added to each of its rows.
func addRow(a, b handgrad.Matrix) handgrad.Matrix {
	c := zeros(a.Rows, a.Cols)
	for i, v := range a.Data {
		c.Data[i] = v + b.Data[i%a.Cols]
	}
	return c
}

// sumColumns returns the sum over the columns, a (a.Rows,1) matrix.
func sumColumns(a handgrad.Matrix) handgrad.Matrix {
	c := zeros(a.Rows, 1)
	for i, v := range a.Data {
		c.Data[i/a.Cols] += v
	}
	return c
}

// sumRows returns the sum over the rows, a (1,a.Cols) matrix.
func sumRows(a handgrad.Matrix) handgrad.Matrix {
	c := zeros(1, a.Cols)
	for i, v := range a.Data {
		c.Data[i%a.Cols] += v
	}
	return c
}

// sumAll returns the sum of all entries, a (1,1) matrix.
func sumAll(a handgrad.Matrix) handgrad.Matrix { return sumRows(sumColumns(a)) }

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
