package explain

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"gorgonia.org/tensor"
)

// The largest matrix that is shown whole; of a larger one the first entries are.
const (
	maxMatrixRows = 8
	maxMatrixCols = 6
)

// matrices returns the rows of Value as text, and below them those of Near,
// with aligned columns. A sign stands before each matrix. Of a matrix that is too
// wide for lines of the given width fewer columns are shown; 0 is no limit.
func (l Line) matrices(equals, near string, width int) []string {
	var out []string
	for _, m := range []struct {
		cells func(cols int) [][]string
		sign  string
	}{
		{func(cols int) [][]string { return cells(l.Value, cols) }, equals},
		{func(cols int) [][]string { return nearCells(l.Near, cols) }, near},
	} {
		before, cols := m.sign, maxMatrixCols
		rows := bracketed(m.cells(cols))
		for ; width > 0 && cols > 2 && len(rows) > 0 && runes(before+rows[0]) > width; rows = bracketed(m.cells(cols)) {
			cols--
		}
		for _, row := range rows {
			out = append(out, before+row)
			before = strings.Repeat(" ", runes(m.sign))
		}
	}
	return out
}

// nearCells is cells with "–" for NaN.
func nearCells(value *tensor.Dense, maxCols int) [][]string {
	out := cells(value, maxCols)
	for _, row := range out {
		for j, c := range row {
			if c == "NaN" {
				row[j] = "–"
			}
		}
	}
	return out
}

// bracketed writes the rows of a matrix.
func bracketed(cells [][]string) []string {
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
		var line []string
		for _, c := range row {
			line = append(line, strings.Repeat(" ", width-runes(c))+c)
		}
		out = append(out, left+strings.Join(line, "  ")+right)
	}
	return out
}

// cells returns the entries of a matrix, rows and columns that are left out as
// "…".
func cells(value *tensor.Dense, maxCols int) [][]string {
	if value == nil {
		return nil
	}
	values, rows, cols := entries(value)
	digits := decimals(values)
	var out [][]string
	for i := range min(rows, maxMatrixRows) {
		var row []string
		for j := range min(cols, maxCols) {
			switch {
			case rows > maxMatrixRows && i == maxMatrixRows-1, cols > maxCols && j == maxCols-1:
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
		case int:
			values = append(values, float64(v))
		}
	}
	return values, rows, cols
}

// decimals returns how the numbers of a matrix are written: all with as many
// decimals as give the largest of them five digits, or fewer if those are zeros.
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
	write := func(v float64) string {
		if v == 0 {
			v = 0 // and not −0
		}
		return strings.ReplaceAll(strconv.FormatFloat(v, format, digits, 64), "-", "−")
	}
	for format == 'f' && digits > 0 && !slices.ContainsFunc(values, func(v float64) bool { return needsDigit(write(v)) }) {
		digits--
	}
	return write
}

// needsDigit reports whether the last digit of a number says something.
func needsDigit(number string) bool {
	last := number[len(number)-1]
	return last >= '1' && last <= '9'
}
