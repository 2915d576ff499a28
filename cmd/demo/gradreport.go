package main

import (
	"fmt"
	"math"
	"strings"

	"chainrule/cmd/demo/internal/netspec"
	"chainrule/internal/handgrad"
	"chainrule/internal/words"
)

// gradComparison writes what is right and wrong about given results, and
// returns an error if something is wrong.
func (r *textReport) gradComparison(c netspec.Comparison, tolerance float64) error {
	if len(c.Wrong) == 0 {
		r.Text("%s: right, with relative errors of at most %.3g.", lineNames(c.Right), tolerance)
		return r.Err
	}
	first := c.Wrong[0]
	if n := len(c.Right); n > 0 {
		r.Text("Right: %s.", lineNames(c.Right))
		r.Print("\n")
	}
	r.Text("%s", describeMismatch(first, tolerance))
	r.Print("\n")
	switch len(first.Causes) {
	case 0:
		r.Text("It is none of the common mistakes.")
	case 1:
		r.Text("Likely cause: %s. %s.", first.Causes[0].Kind, sentence(first.Causes[0].Text))
	default:
		r.Text("Likely causes, which all give these numbers:")
		for _, cause := range first.Causes {
			r.Print(words.Wrap(fmt.Sprintf("%s. %s.", cause.Kind, sentence(cause.Text)), "  ", r.Width) + "\n")
		}
	}
	r.laterMistakes(first.Line, c.Wrong[1:])
	if r.Err != nil {
		return r.Err
	}
	return fmt.Errorf("%v is wrong", first.Line)
}

// laterMistakes writes which other lines are wrong.
func (r *textReport) laterMistakes(first netspec.Line, later []netspec.Mismatch) {
	var dependent, independent []netspec.Line
	for _, m := range later {
		if m.Independent {
			independent = append(independent, m.Line)
		} else {
			dependent = append(dependent, m.Line)
		}
	}
	if len(dependent) > 0 {
		r.Print("\n")
		r.Text("Wrong as well, perhaps only as a consequence of %v: %s.", first, lineNames(dependent))
	}
	if len(independent) > 0 {
		r.Print("\n")
		r.Text("Wrong as well, and not computed from %v: %s.", first, lineNames(independent))
	}
}

// describeMismatch says how a line is wrong.
func describeMismatch(m netspec.Mismatch, tolerance float64) string {
	if !m.HasShape() {
		return fmt.Sprintf("%v is the first wrong line: it is %s, and %s is expected.", m.Line, shapeText(m.Shape), shapeText(m.Wanted))
	}
	by := fmt.Sprintf("a relative error of %.3g, at most %.3g expected", m.Error, tolerance)
	switch {
	case math.IsInf(m.Error, 0):
		by = "a value that is not finite"
	case m.Absolute:
		by = fmt.Sprintf("an error of %.3g where all entries are 0", m.Error)
	}
	text := fmt.Sprintf("%v is the first wrong line, by %s.", m.Line, by)
	if len(m.Wanted) == 0 {
		return text + fmt.Sprintf(" %v given, %v expected.", m.Given, m.Value)
	}
	return text + fmt.Sprintf(" The worst entry is in row %d, column %d: %v given, %v expected.", m.Row, m.Col, m.Given, m.Value)
}

// shapeText says what has a shape.
func shapeText(shape []int) string {
	switch len(shape) {
	case 0:
		return "a number"
	case 1:
		return "a flat list of " + words.Count(shape[0], "number")
	}
	return fmt.Sprintf("a (%d,%d) matrix", shape[0], shape[1])
}

// lineNames lists lines.
func lineNames(lines []netspec.Line) string {
	names := make([]string, len(lines))
	for i, l := range lines {
		names[i] = l.String()
	}
	return words.List(names, "and")
}

// sentence returns text with a capital letter, unless it begins with a symbol.
func sentence(text string) string {
	word, _, _ := strings.Cut(text, " ")
	if strings.ContainsAny(word, "0123456789(") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// gradResult writes the matrices of a result with few digits.
func (r *textReport) gradResult(result *netspec.Result) {
	r.Printf("cost  %v\n", result.Cost)
	for l := range result.Z {
		r.gradMatrix(fmt.Sprint("Z", l+1), result.Z[l])
		r.gradMatrix(fmt.Sprint("A", l+1), result.A[l])
	}
	for l := len(result.Z) - 1; l >= 0; l-- {
		r.gradMatrix(fmt.Sprint("dZ", l+1), result.DZ[l])
		r.gradMatrix(fmt.Sprint("dW", l+1), result.DW[l])
		r.gradMatrix(fmt.Sprint("db", l+1), result.DB[l])
	}
}

// The most rows of a matrix that are shown, and the columns of one cell.
const (
	maxMatrixRows = 20
	cellColumns   = 14
)

// gradMatrix writes a matrix, as much of it as there is room for.
func (r *textReport) gradMatrix(name string, a handgrad.Matrix) {
	r.Printf("\n%s  %v\n", name, a)
	fit := max(1, (r.Width-cellColumns/2)/cellColumns)
	if a.Cols <= r.Width/cellColumns {
		fit = a.Cols
	}
	var rows [][]string
	for i := range min(a.Rows, maxMatrixRows) {
		var row []string
		for j := range min(a.Cols, fit) {
			row = append(row, fmt.Sprintf("%*s", cellColumns-2, fewDigits(a.Data[i*a.Cols+j])))
		}
		if a.Cols > fit {
			row = append(row, "…")
		}
		rows = append(rows, row)
	}
	r.Table(rows)
	if a.Rows > maxMatrixRows {
		r.Printf("  … %s\n", words.Count(a.Rows-maxMatrixRows, "more row"))
	}
}
