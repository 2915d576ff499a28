package terminal

import (
	"strings"
	"unicode/utf8"
)

// Table writes rows of cells with aligned columns.
func (w *Writer) Table(rows [][]string) {
	for _, line := range TableLines(rows) {
		w.Print(line + "\n")
	}
}

// TableLines returns rows of cells with aligned columns, a line for each.
func TableLines(rows [][]string) []string {
	widths := columnWidths(rows)
	lines := make([]string, len(rows))
	for r, row := range rows {
		line := ""
		for i, cell := range row {
			line += "  " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		}
		lines[r] = strings.TrimRight(line, " ")
	}
	return lines
}

// TableWidth returns how many columns of the terminal a table takes.
func TableWidth(rows [][]string) int {
	sum := 0
	for _, w := range columnWidths(rows) {
		sum += w + 2
	}
	return sum
}

// Turned returns the rows of a table as columns.
func Turned(rows [][]string) [][]string {
	out := make([][]string, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			out[i] = append(out[i], cell)
		}
	}
	return out
}

// columnWidths returns the width of the widest cell of every column.
func columnWidths(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}
