package page

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"chainrule/cmd/demo/internal/lesson"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/words"
)

// Text returns a result as text in lines of at most width columns: paragraphs and
// listings are broken, tables folded or turned on their side. 0 is no limit.
func Text(r Result, width int) string {
	var b strings.Builder
	title := words.Wrap(fmt.Sprintf("%s: %s", r.Lesson.Name, r.Lesson.Title), "", width)
	longest := 0
	for line := range strings.Lines(title) {
		longest = max(longest, utf8.RuneCountInString(strings.TrimRight(line, "\n")))
	}
	fmt.Fprintf(&b, "%s\n%s\n\n%s\n\n", title, strings.Repeat("=", longest), words.Wrap("Claim: "+r.claim(), "", width))
	if len(r.Lesson.Settings) > 0 {
		b.WriteString("Settings:\n")
		writeSettings(&b, r, width)
		b.WriteByte('\n')
	}
	for _, block := range r.Report.Blocks {
		b.WriteString(textBlock(block, width))
	}
	b.WriteString(words.Wrap("Verdict: "+verdict(r.Report), "", width) + "\n")
	return b.String()
}

// verdict returns that of a report with what explains it.
func verdict(r *lesson.Report) string {
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
		if width > 0 && utf8.RuneCountInString(left) > width {
			list := words.Wrap(strings.ReplaceAll(row[1], ",", ", "), "      ", width) // broken behind commas
			left = "  " + row[0] + "\n" + strings.ReplaceAll(list, ", ", ",")
		}
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
		return indented(string(x), width) + "\n"
	case lesson.Table:
		return textTable(x, width) + "\n"
	case lesson.Picture:
		return words.Wrap(fmt.Sprintf("Picture %s, drawn with --out DIR: %s", x.Name, x.Caption), "", width) + "\n\n"
	case lesson.Check:
		return words.Wrap(fmt.Sprintf("→ %s: %s", outcome(x), x.Text), "", width) + "\n\n"
	}
	return ""
}

// textTable returns a table with aligned columns, or on its side.
func textTable(t lesson.Table, width int) string {
	return terminal.Table{Header: t.Header, Rows: t.Rows, Right: right(t), Ruled: true}.Text(width)
}

// indented puts two spaces before every line that is not empty, and breaks what
// is longer than the width.
func indented(text string, width int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		if line != "" {
			line = words.Fold("  "+line, "      ", width)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
