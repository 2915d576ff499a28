package page

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"chainrule/cmd/demo/internal/lesson"
	"chainrule/internal/words"
)

// Text returns a result as text of the given width, which tables and listings
// may exceed.
func Text(r Result, width int) string {
	var b strings.Builder
	title := fmt.Sprintf("%s: %s", r.Lesson.Name, r.Lesson.Title)
	fmt.Fprintf(&b, "%s\n%s\n\n%s\n\n", title, strings.Repeat("=", utf8.RuneCountInString(title)), words.Wrap("Claim: "+r.claim(), "", width))
	if len(r.Lesson.Settings) > 0 {
		b.WriteString("Settings:\n")
		writeSettings(&b, r, width)
		b.WriteByte('\n')
	}
	for _, block := range r.Report.Blocks {
		b.WriteString(textBlock(block, width))
	}
	b.WriteString(words.Wrap("Verdict: "+sentence(r.Report), "", width) + "\n")
	return b.String()
}

// sentence returns the verdict of a report with what explains it.
func sentence(r *lesson.Report) string {
	if why := r.Explanation(); why != "" {
		return r.Verdict().String() + ". " + why
	}
	return r.Verdict().String()
}

// writeSettings lists the settings of the run, with what they are beside them.
func writeSettings(b *strings.Builder, r Result, width int) {
	rows := r.settings().Rows
	w := widths([]string{"", "", ""}, rows, 0)
	const widest = 24 // of the values, that what they are still fits beside them
	for _, row := range rows {
		left := fmt.Sprintf("  %s  %s", pad(row[0], w[0], false), pad(row[1], min(w[1], widest), false))
		column := 6 + w[0] + min(w[1], widest)
		if utf8.RuneCountInString(left)+2 > column || column > width/2+8 {
			fmt.Fprintf(b, "%s\n%s\n", strings.TrimRight(left, " "), words.Wrap(row[2], "      ", width))
			continue
		}
		about := strings.TrimLeft(words.Wrap(row[2], strings.Repeat(" ", column), width), " ")
		fmt.Fprintf(b, "%s  %s\n", left, about)
	}
}

// textBlock returns a block with an empty line behind it.
func textBlock(block lesson.Block, width int) string {
	switch x := block.(type) {
	case lesson.Text:
		return words.Wrap(string(x), "", width) + "\n\n"
	case lesson.Listing:
		return indented(string(x)) + "\n"
	case lesson.Table:
		return textTable(x) + "\n"
	case lesson.Picture:
		return words.Wrap(fmt.Sprintf("Picture %s, drawn with --out DIR: %s", x.Name, x.Caption), "", width) + "\n\n"
	case lesson.Check:
		return words.Wrap(fmt.Sprintf("→ %s: %s", outcome(x), x.Text), "", width) + "\n\n"
	}
	return ""
}

// textTable returns a table with aligned columns.
func textTable(t lesson.Table) string {
	var b strings.Builder
	w, r := widths(t.Header, t.Rows, 0), right(t)
	for i, row := range append([][]string{t.Header}, t.Rows...) {
		line := ""
		for j, cell := range row {
			line += "  " + pad(cell, w[j], r[j])
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
		if i == 0 {
			rule := ""
			for _, n := range w {
				rule += "  " + strings.Repeat("─", n)
			}
			b.WriteString(rule + "\n")
		}
	}
	return b.String()
}

// indented puts two spaces before every line that is not empty.
func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		if strings.TrimSpace(line) != "" {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	return b.String()
}
