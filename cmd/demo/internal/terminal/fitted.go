package terminal

import (
	"strings"
	"unicode/utf8"

	"chainrule/internal/words"
)

// A Table has a header and rows of as many cells.
type Table struct {
	Header []string
	Rows   [][]string
	Right  []bool // columns that stand to the right; nil for none
	Ruled  bool   // with a line below the header
}

// headerLines is how many lines a header may take before a table is turned.
const headerLines = 3

// Text returns the table in lines of at most width columns. Cells are never
// broken. Where there is no room, the header takes up to three lines; where that
// is not enough, the table is turned on its side: every row is a record of lines
// with a name and a value, and an empty line stands between records. Only there a
// value that is longer than a line is broken at spaces. A width of 0 is no limit.
func (t Table) Text(width int) string {
	least := columnWidths(append([][]string{make([]string, len(t.Header))}, t.Rows...))
	for lines := 1; lines <= headerLines; lines++ {
		widths, sum := make([]int, len(least)), 0
		for i, name := range t.Header {
			widths[i] = foldedWidth(name, least[i], lines)
			sum += 2 + widths[i]
		}
		if width <= 0 || sum <= width {
			return t.upright(widths)
		}
	}
	return t.turned(width)
}

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

// upright returns the table with columns of the given widths.
func (t Table) upright(widths []int) string {
	var b strings.Builder
	folded, height := make([][]string, len(t.Header)), 0
	for i, name := range t.Header {
		folded[i] = strings.Split(words.Wrap(name, "", widths[i]), "\n")
		height = max(height, len(folded[i]))
	}
	for k := range height { // the last lines of all names stand beside each other
		row := make([]string, len(folded))
		for i, lines := range folded {
			if at := k - height + len(lines); at >= 0 {
				row[i] = lines[at]
			}
		}
		t.line(&b, row, widths)
	}
	if t.Ruled {
		for _, n := range widths {
			b.WriteString("  " + strings.Repeat("─", n))
		}
		b.WriteByte('\n')
	}
	for _, row := range t.Rows {
		t.line(&b, row, widths)
	}
	return b.String()
}

// line writes a row with aligned cells.
func (t Table) line(b *strings.Builder, row []string, widths []int) {
	line := ""
	for i, cell := range row {
		space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if t.Right != nil && t.Right[i] {
			line += "  " + space + cell
		} else {
			line += "  " + cell + space
		}
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
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
