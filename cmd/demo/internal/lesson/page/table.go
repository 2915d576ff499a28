package page

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"chainrule/cmd/demo/internal/lesson"
)

// right tells of each column of a table whether it stands to the right: whether
// most of its cells are numbers.
func right(t lesson.Table) []bool {
	columns := make([]bool, len(t.Header))
	for i := range columns {
		filled, numeric := 0, 0
		for _, row := range t.Rows {
			switch {
			case row[i] == "" || row[i] == "–":
			case isNumber(row[i]):
				numeric++
				fallthrough
			default:
				filled++
			}
		}
		columns[i] = 2*numeric > filled
	}
	return columns
}

// isNumber reports whether a cell is a number, perhaps with a unit of a few
// letters behind it.
func isNumber(cell string) bool {
	number, unit, _ := strings.Cut(cell, " ")
	if strings.Contains(unit, " ") || utf8.RuneCountInString(unit) > 5 {
		return false
	}
	number = strings.ReplaceAll(strings.ReplaceAll(number, "−", "-"), ",", "")
	number = strings.TrimRight(strings.TrimLeft(number, "<>≤≥≈~"), "×%")
	_, err := strconv.ParseFloat(number, 64)
	return err == nil
}

// pad fills a cell up to a width.
func pad(cell string, width int, right bool) string {
	space := strings.Repeat(" ", max(width-utf8.RuneCountInString(cell), 0))
	if right {
		return space + cell
	}
	return cell + space
}

// widths returns the width of the widest cell of every column, at least least.
func widths(header []string, rows [][]string, least int) []int {
	w := make([]int, len(header))
	for _, row := range append([][]string{header}, rows...) {
		for i, cell := range row {
			w[i] = max(w[i], utf8.RuneCountInString(cell), least)
		}
	}
	return w
}
