package terminal

import (
	"strings"
	"unicode/utf8"

	"chainrule/internal/words"
)

// headerLines is how many lines a header may take before a table is turned.
const headerLines = 3

// foldedWidth returns the least width, from the given one on, in which text
// takes at most so many lines.
func foldedWidth(text string, least, lines int) int {
	for whole := utf8.RuneCountInString(text); least < whole; least++ {
		folded := strings.Split(words.Wrap(text, "", least), "\n")
		if len(folded) <= lines && longestLine(folded) <= least {
			return least
		}
	}
	return least
}

// longestLine returns the columns of the longest of some lines.
func longestLine(lines []string) int {
	n := 0
	for _, line := range lines {
		n = max(n, utf8.RuneCountInString(line))
	}
	return n
}

// turned returns the rows as records.
func (t Table) turned(width int) string {
	names := longestLine(t.Header)
	var b strings.Builder
	for i, row := range t.Rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		for j, cell := range row {
			name := t.Header[j]
			line := "  " + name + strings.Repeat(" ", names-utf8.RuneCountInString(name)+2) + cell
			switch {
			case cell == "":
				continue
			case name == "": // the cell is what the record is about
				b.WriteString(words.Wrap(cell, "  ", width))
			case utf8.RuneCountInString(line) <= width:
				b.WriteString(line)
			default:
				b.WriteString(words.Wrap(name, "  ", width) + "\n" + words.Wrap(cell, "      ", width))
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
