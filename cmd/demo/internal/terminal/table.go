package terminal

import (
	"strings"
	"unicode/utf8"

	"chainrule/internal/words"
)

// A Table has a header and rows of as many cells, or rows alone.
type Table struct {
	Header []string
	Rows   [][]string
	Right  []bool // columns that stand to the right; nil for none
	Ruled  bool   // with a line below the header
}

// Table writes rows of cells with aligned columns.
func (w *Writer) Table(rows [][]string) { w.Print(Table{Rows: rows}.Text(0)) }

// TableWidth returns how many columns of the terminal rows of cells take.
func TableWidth(rows [][]string) int {
	sum := 0
	for _, w := range columnWidths(rows, 0) {
		sum += w + 2
	}
	return sum
}

// Text returns the table in lines of at most width columns. Cells are never
// broken. Where there is no room, the header takes up to three lines; where that
// is not enough, the table is turned on its side: every row is a record of lines
// with a name and a value, and an empty line stands between records. Only there a
// value that is longer than a line is broken at spaces. A width of 0 is no limit, and
// without a header there is none.
func (t Table) Text(width int) string {
	least := columnWidths(t.Rows, len(t.Header))
	if len(t.Header) == 0 {
		return t.upright(least)
	}
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

// columnWidths returns the width of the widest cell of every column, of which
// there are so many at least.
func columnWidths(rows [][]string, columns int) []int {
	widths := make([]int, columns)
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
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
