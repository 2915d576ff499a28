package explain

import "strings"

// Markdown returns the derivation as tables, with formulas as code, which read
// well as text too.
func (d *Derivation) Markdown() string {
	d = d.orEmpty()
	var b strings.Builder
	if d.Title != "" {
		b.WriteString("# " + markdownCell(d.Title) + "\n\n")
	}
	if d.Intro != "" {
		b.WriteString(markdownCell(d.Intro) + "\n\n")
	}
	for i, p := range d.parts() {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("## " + p.title + "\n\n")
		if p.note != "" {
			b.WriteString(markdownCell(p.note) + "\n\n")
		}
		p.writeMarkdown(&b)
	}
	return b.String()
}

func (p part) writeMarkdown(b *strings.Builder) {
	rows := [][]string{{"", "shape", ""}, nil}
	remarks, values := false, false
	for _, l := range p.lines {
		remarks, values = remarks || l.Remark != "", values || l.Value != nil
		formula := l.Symbol
		if l.Text != "" {
			formula += " = " + l.Text
		}
		rows = append(rows, []string{markdownCode(formula), l.shape(), markdownCell(l.Rule)})
	}
	if remarks {
		rows[0] = append(rows[0], "")
		for i, l := range p.lines {
			rows[i+2] = append(rows[i+2], markdownCell(l.Remark))
		}
	}
	for range rows[0] {
		rows[1] = append(rows[1], "---")
	}
	writeMarkdownTable(b, rows)
	if !values {
		return
	}
	p.writeMatrices(b)
}

// writeMatrices writes the values of a part as text.
func (p part) writeMatrices(b *strings.Builder) {
	width := 0
	for _, l := range p.lines {
		width = max(width, runes(l.Symbol))
	}
	b.WriteString("\n```text\n")
	for _, l := range p.lines {
		for _, row := range l.matrices(pad(l.Symbol, width)+" = ", strings.Repeat(" ", width)+" ≈ ", 0) {
			b.WriteString(row + "\n")
		}
	}
	b.WriteString("```\n")
}

func writeMarkdownTable(b *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], runes(cell))
		}
	}
	for _, row := range rows {
		for i, cell := range row {
			b.WriteString("| " + pad(cell, widths[i]) + " ")
		}
		b.WriteString("|\n")
	}
}

// markdownCell writes text, which may stand in a table.
func markdownCell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "*", `\*`, "_", `\_`, "<", "&lt;").Replace(s)
}

// markdownCode writes code in a table.
func markdownCode(s string) string {
	s = strings.NewReplacer("|", `\|`, "\n", " ").Replace(s)
	if strings.Contains(s, "`") {
		return "`` " + s + " ``"
	}
	return "`" + s + "`"
}
