package graph

import (
	"math"
	"strconv"
	"strings"

	"gorgonia.org/tensor"
)

// The largest matrix that is shown whole; of a larger one the first entries are.
const (
	maxMatrixRows = 8
	maxMatrixCols = 6
)

// matrix returns the rows of l.Value as text, with aligned columns.
func (l Line) matrix() []string {
	cells := l.cells()
	if len(cells) == 0 {
		return nil
	}
	width := 0
	for _, row := range cells {
		for _, c := range row {
			width = max(width, runes(c))
		}
	}
	var out []string
	for i, row := range cells {
		left, right := "⎢ ", " ⎥"
		switch {
		case len(cells) == 1:
			left, right = "[ ", " ]"
		case i == 0:
			left, right = "⎡ ", " ⎤"
		case i == len(cells)-1:
			left, right = "⎣ ", " ⎦"
		}
		for j, c := range row {
			row[j] = strings.Repeat(" ", width-runes(c)) + c
		}
		out = append(out, left+strings.Join(row, "  ")+right)
	}
	return out
}

// cells returns the entries of l.Value, rows and columns that are left out as
// "…".
func (l Line) cells() [][]string {
	if l.Value == nil {
		return nil
	}
	values, rows, cols := entries(l.Value)
	digits := decimals(values)
	var out [][]string
	for i := range min(rows, maxMatrixRows) {
		var row []string
		for j := range min(cols, maxMatrixCols) {
			switch {
			case rows > maxMatrixRows && i == maxMatrixRows-1, cols > maxMatrixCols && j == maxMatrixCols-1:
				row = append(row, "…")
			default:
				row = append(row, digits(values[i*cols+j]))
			}
		}
		out = append(out, row)
	}
	return out
}

// entries returns a tensor's numbers, row by row. What has not two axes is one
// row, or all rows below each other.
func entries(t *tensor.Dense) (values []float64, rows, cols int) {
	shape := t.Shape()
	cols = 1
	if len(shape) > 0 {
		cols = shape[len(shape)-1]
	}
	rows = shape.TotalSize() / cols
	it := t.Iterator()
	for i, err := it.Next(); err == nil; i, err = it.Next() {
		switch v := t.Get(i).(type) {
		case float64:
			values = append(values, v)
		case float32:
			values = append(values, float64(v))
		}
	}
	return values, rows, cols
}

// decimals returns how the numbers of a matrix are written: all with as many
// decimals as give the largest of them five digits.
func decimals(values []float64) func(v float64) string {
	largest := 0.0
	for _, v := range values {
		if a := math.Abs(v); a > largest && !math.IsInf(a, 0) { // NaN is not larger
			largest = a
		}
	}
	format, digits := byte('f'), 0
	if largest > 0 {
		digits = 4 - int(math.Floor(math.Log10(largest)))
	}
	if digits < 0 || digits > 8 {
		format, digits = 'e', 4
	}
	digits = min(digits, 8)
	return func(v float64) string {
		return strings.Replace(strconv.FormatFloat(v, format, digits, 64), "-", "−", 1)
	}
}
