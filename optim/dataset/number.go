package dataset

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"chainrule/internal/schema"
)

// isMissing tells a cell that says that there is nothing.
func isMissing(cell []byte) bool { return len(cell) <= 4 && schema.IsMissing(string(cell)) }

// numbers reads numbers that all have the same decimal mark.
type numbers struct {
	mark    byte // '.' or ','; 0 while no number had one
	line    int  // of the first number that had one; 0 if the mark was given
	sure    bool // some number with a comma is not like 1,234, where it could separate thousands
	doubt   *CSVError
	pointed []byte // a number with a point in place of its comma
}

// parse returns the finite number in a cell of a line and column, or what is
// wrong with it.
func (n *numbers) parse(cell []byte, line, column int) (v float64, problem string) {
	comma := bytes.IndexByte(cell, ',')
	if comma < 0 && (n.mark == '.' || bytes.IndexByte(cell, '.') < 0) {
		return parse(cell)
	}
	n.pointed = append(n.pointed[:0], cell...)
	for i, c := range cell {
		if c == ',' {
			n.pointed[i] = '.'
		}
	}
	v, problem = parse(n.pointed)
	if problem != "" {
		if isGrouped(cell) {
			return 0, quote(string(cell)) + " has several marks, so that it is not clear which one is decimal: a number without marks of thousands expected"
		}
		_, problem = parse(cell)
		return 0, problem
	}
	return v, n.agree(cell, comma, line, column)
}

// agree says what is wrong with the mark of a number, at comma if that is one.
func (n *numbers) agree(cell []byte, comma, line, column int) (problem string) {
	mark, name := byte('.'), "point"
	if comma >= 0 {
		mark, name = ',', "comma"
	}
	switch {
	case n.mark == 0:
		n.mark, n.line = mark, line
	case n.mark != mark && n.line == 0:
		return fmt.Sprintf("%s is not a number, the decimal mark being %q", quote(string(cell)), n.mark)
	case n.mark != mark:
		return fmt.Sprintf("%s has a decimal %s, but a number on line %d has the other mark", quote(string(cell)), name, n.line)
	}
	if mark == '.' || n.line == 0 || n.sure {
		return ""
	}
	whole := bytes.TrimLeft(cell[:comma], "+-")
	n.sure = len(cell)-comma != len(",234") || len(whole) == 0 || len(whole) > 3 || whole[0] == '0'
	if !n.sure && n.doubt == nil {
		n.doubt = &CSVError{Line: line, Column: column, Text: "is the comma of " + quote(string(cell)) +
			" decimal, or does it separate thousands? CSV.Decimal tells"}
	}
	return ""
}

// isGrouped tells digits with several marks, such as 1.234,5.
func isGrouped(cell []byte) bool {
	marks := bytes.Count(cell, []byte(",")) + bytes.Count(cell, []byte("."))
	return marks > 1 && len(bytes.Trim(cell, "+-0123456789.,")) == 0
}

// parse returns a finite number with a decimal point or what is wrong with the
// cell.
func parse(cell []byte) (v float64, problem string) {
	v, problem = schema.ParseNumber(string(cell), '.')
	if problem != "" && !utf8.Valid(cell) {
		return 0, notUTF8(cell)
	}
	return v, problem
}
