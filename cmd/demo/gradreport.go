package main

import (
	"fmt"
	"slices"

	"chainrule/cmd/demo/internal/netspec"
	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
	"chainrule/internal/words"
)

// gradComparison writes what is right and wrong about given results, and
// returns an error if something is wrong.
func (r *textReport) gradComparison(c netspec.Comparison, tolerance float64) error {
	if len(c.Wrong) == 0 {
		r.Text("%s: right, with relative errors of at most %.3g.", lineNames(c.Right), tolerance)
		r.convention(c.Convention)
		return r.Err
	}
	first := c.Wrong[0]
	if n := len(c.Right); n > 0 {
		r.Text("Right: %s.", lineNames(c.Right))
		r.Print("\n")
	}
	r.Text("%s", describeMismatch(first, tolerance))
	r.Print("\n")
	r.causes(first)
	r.laterMistakes(first.Line, c.Wrong[1:])
	r.notFinite(c.Wrong)
	r.convention(c.Convention)
	if r.Err != nil {
		return r.Err
	}
	return fmt.Errorf("%v is wrong", first.Line)
}

// convention writes in which convention dZ was judged, if that makes a difference.
func (r *textReport) convention(c explain.Convention) {
	text, ok := map[explain.Convention]string{
		explain.Notes:    "dZ was judged in the notes' convention: it is the derivative of each example's own loss, and 1/m comes in with dW and db.",
		explain.MeanCost: "dZ was judged in the convention of the mean: it is the derivative of the cost, 1/m included, and dW and db are made of it as it is.",
	}[c]
	if ok {
		r.Print("\n")
		r.Text("%s", text)
	}
}

// causes writes what may have led to a mismatch.
func (r *textReport) causes(m netspec.Mismatch) {
	switch len(m.Causes) {
	case 0:
		text := "It is none of the common mistakes."
		if m.Untried {
			text = "It is none of the common mistakes that were tried; the network is too large to follow all of them from line to line. Give more lines."
		}
		r.Text("%s", text)
	case 1:
		r.Text("Likely cause: %s. %s.", m.Causes[0].Kind, words.Capital(m.Causes[0].Text))
	default:
		r.Text("Likely causes, which all give these numbers:")
		for _, cause := range m.Causes {
			r.Print(words.Wrap(fmt.Sprintf("%s. %s.", cause.Kind, words.Capital(cause.Text)), "  ", r.Width) + "\n")
		}
	}
}

// laterMistakes writes which other lines are wrong, each beside the wrong line that
// may explain it, and why where there is none. Lines with one cause stand together.
func (r *textReport) laterMistakes(first netspec.Line, later []netspec.Mismatch) {
	r.wrongToo("perhaps by the same mistake", later, func(m netspec.Mismatch) bool { return m.Shared })
	r.consequences(first, later, func(m netspec.Mismatch) bool { return !m.Independent && !m.Shared })
	var unexplained []netspec.Line
	for i, m := range later {
		switch {
		case !m.Independent || m.From != m.Line:
			continue
		case len(m.Causes) == 0:
			unexplained = append(unexplained, m.Line)
			continue
		}
		alike := func(other netspec.Mismatch) bool { return other.Independent && sameCauses(m, other) }
		if slices.ContainsFunc(later[:i], alike) {
			continue
		}
		var lines []netspec.Line
		for _, other := range later[i:] {
			if alike(other) {
				lines = append(lines, other.Line)
			}
		}
		r.Print("\n")
		r.Text("Wrong as well, and not computed from %v: %s.", first, lineNames(lines))
		r.causes(m)
	}
	if len(unexplained) > 0 {
		r.Print("\n")
		r.Text("Wrong as well, and not computed from %v: %s.", first, lineNames(unexplained))
	}
	for _, m := range later {
		r.consequences(m.Line, later, func(other netspec.Mismatch) bool {
			return other.Independent && other.Line != m.Line && other.From == m.Line
		})
	}
}

// consequences writes which lines may be wrong only because of another one.
func (r *textReport) consequences(of netspec.Line, later []netspec.Mismatch, are func(netspec.Mismatch) bool) {
	r.wrongToo(fmt.Sprintf("perhaps only as a consequence of %v", of), later, are)
}

// wrongToo writes which lines are wrong besides, and why.
func (r *textReport) wrongToo(why string, later []netspec.Mismatch, are func(netspec.Mismatch) bool) {
	var lines []netspec.Line
	for _, m := range later {
		if are(m) {
			lines = append(lines, m.Line)
		}
	}
	if len(lines) > 0 {
		r.Print("\n")
		r.Text("Wrong as well, %s: %s.", why, lineNames(lines))
	}
}

// sameCauses returns whether the same words explain two mismatches.
func sameCauses(a, b netspec.Mismatch) bool {
	return slices.EqualFunc(a.Causes, b.Causes, func(x, y netspec.Cause) bool { return x.Kind == y.Kind && x.Text == y.Text })
}

// notFinite writes which lines hold NaN or infinities.
func (r *textReport) notFinite(wrong []netspec.Mismatch) {
	var all []netspec.Line
	for _, m := range wrong {
		if m.NotFinite > 0 {
			all = append(all, m.Line)
		}
	}
	if len(all) > 1 {
		r.Print("\n")
		r.Text("NaN or infinite entries are in %s.", lineNames(all))
	}
}

// describeMismatch says how a line is wrong.
func describeMismatch(m netspec.Mismatch, tolerance float64) string {
	if !m.HasShape() {
		text := fmt.Sprintf("%v is the first wrong line: it is %s, and %s is expected.", m.Line, shapeText(m.Shape), shapeText(m.Wanted))
		if m.NotFinite > 0 {
			text += fmt.Sprintf(" Not finite: %s.", words.Count(m.NotFinite, "number"))
		}
		return text
	}
	by := fmt.Sprintf(", by a relative error of %.3g, at most %.3g expected", m.Error, tolerance)
	switch {
	case m.NotFinite > 0 && len(m.Wanted) == 0:
		by = ": it is not finite"
	case m.NotFinite > 0:
		by = ": " + notFiniteEntries(m.NotFinite, m.Wanted[0]*m.Wanted[1])
	case m.Absolute:
		by = fmt.Sprintf(", by an error of %.3g where all entries are 0", m.Error)
	}
	text := fmt.Sprintf("%v is the first wrong line%s.", m.Line, by)
	if len(m.Wanted) == 0 {
		return text + fmt.Sprintf(" %v given, %v expected.", m.Given, m.Value)
	}
	return text + fmt.Sprintf(" The worst entry is in row %d, column %d: %v given, %v expected.", m.Row, m.Col, m.Given, m.Value)
}

// notFiniteEntries says how many of all entries are NaN or infinite.
func notFiniteEntries(n, all int) string {
	switch {
	case all == 1:
		return "its entry is NaN or infinite"
	case n == all:
		return fmt.Sprintf("all %d entries are NaN or infinite", all)
	case n == 1:
		return fmt.Sprintf("1 of %d entries is NaN or infinite", all)
	}
	return fmt.Sprintf("%d of %d entries are NaN or infinite", n, all)
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

// gradResult writes the matrices of a result with few digits.
func (r *textReport) gradResult(result *netspec.Result) {
	r.Printf("cost  %v\n", result.Cost)
	r.Print("\n")
	if result.Convention == explain.Notes {
		r.Text("dZ: the derivative of each example's own loss, as in notes; 1/m comes in with dW and db.")
	} else {
		r.Text("dZ: the derivative of the cost, 1/m included.")
	}
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
