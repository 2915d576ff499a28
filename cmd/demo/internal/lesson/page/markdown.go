package page

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"chainrule/cmd/demo/internal/lesson"
)

// Comments in Markdown and HTML that mark what a comparison leaves out: what
// differs from run to run, and what differs from machine to machine.
const (
	timedOpen     = "<!-- timed -->"
	timedClose    = "<!-- /timed -->"
	measuredOpen  = "<!-- measured -->"
	measuredClose = "<!-- /measured -->"
)

// index returns the list of the lessons in Markdown.
func index(all []*Drawn) string {
	var b strings.Builder
	b.WriteString("# Lessons\n\nClaims of notes on shallow neural networks, each tried by an experiment. " +
		"A claim, as it is worded, holds, holds in part or does not hold: every check of an experiment says whether it supports or refutes the claim, and the verdict follows from them. ")
	fmt.Fprintf(&b, "These pages are written by\n\n    go run ./cmd/demo lesson all --out docs/lessons\n\nand the whole is also one page, [%s](%s). "+
		"A lesson alone, with settings of your own, is `demo lesson NAME`; `demo lesson NAME --help` tells what can be set.\n\n", HTMLName, HTMLName)
	for i, d := range all {
		fmt.Fprintf(&b, "%d. [%s](%s.md): %s. %s\n   %s\n", i+1, d.Lesson.Name, d.Lesson.Name, escaped(d.Lesson.Title),
			escaped(d.claim()), measured(d.verdict()))
	}
	return b.String()
}

// verdict returns the verdict in Markdown, marked if it depends on times.
func (d *Drawn) verdict() string {
	v := fmt.Sprintf("**%s**", d.Report.Verdict())
	if why := d.Report.Explanation(); why != "" {
		v += ". " + escaped(why)
	}
	if d.timed() {
		return timedOpen + v + timedClose
	}
	return v
}

func measured(text string) string { return measuredOpen + text + measuredClose }

// markdown returns the lesson's page, with a link to the index if it is one of
// all.
func (d *Drawn) markdown(linked bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: %s\n\n> %s\n\n", d.Lesson.Name, escaped(d.Lesson.Title), escaped(d.claim()))
	if len(d.Lesson.Settings) > 0 {
		b.WriteString(markdownTable(d.settings()) + "\n")
	}
	fmt.Fprintf(&b, "    %s\n\n%s\n\n", d.command(), measuredOpen)
	for _, block := range d.Report.Blocks {
		b.WriteString(d.markdownBlock(block) + "\n")
	}
	fmt.Fprintf(&b, "Verdict: %s\n\n%s\n", d.verdict(), measuredClose)
	if linked {
		b.WriteString("\n[All lessons](" + IndexName + ")\n")
	}
	return b.String()
}

// markdownBlock returns a block with a line end behind it.
func (d *Drawn) markdownBlock(block lesson.Block) string {
	switch x := block.(type) {
	case lesson.Text:
		return paragraph(string(x)) + "\n"
	case lesson.Listing:
		return "```text\n" + strings.TrimRight(string(x), "\n") + "\n```\n"
	case lesson.Table:
		return marked(x.Timed, markdownTable(x))
	case lesson.Picture:
		alt := strings.ReplaceAll(x.Name, "-", " ")
		return marked(x.Timed, fmt.Sprintf("![%s](%s)\n\n*%s*\n", alt, d.file(x), escaped(x.Caption)))
	case lesson.Check:
		return marked(x.Timed, fmt.Sprintf("- **%s**: %s\n", outcome(x), escaped(x.Text)))
	}
	return ""
}

// marked puts marks around what differs from run to run.
func marked(timed bool, text string) string {
	if timed {
		return timedOpen + "\n\n" + text + "\n" + timedClose + "\n"
	}
	return text
}

// markdownTable returns a table whose source is aligned too.
func markdownTable(t lesson.Table) string {
	clean := func(row []string) []string {
		out := make([]string, len(row))
		for i, cell := range row {
			out[i] = strings.ReplaceAll(escaped(cell), "|", `\|`)
		}
		return out
	}
	header, r := clean(t.Header), right(t)
	var rows [][]string
	for _, row := range t.Rows {
		rows = append(rows, clean(row))
	}
	w := widths(header, rows, 3)
	var b strings.Builder
	line := func(row []string) {
		for i, cell := range row {
			b.WriteString("| " + pad(cell, w[i], r[i]) + " ")
		}
		b.WriteString("|\n")
	}
	line(header)
	for i, n := range w {
		rule := strings.Repeat("-", n)
		if r[i] {
			rule = rule[1:] + ":"
		}
		b.WriteString("| " + rule + " ")
	}
	b.WriteString("|\n")
	for _, row := range rows {
		line(row)
	}
	return b.String()
}

// numbered is what a list begins with, and a paragraph may.
var numbered = regexp.MustCompile(`^([0-9]+)([.)] )|^([#>+-])`)

// paragraph returns a paragraph as Markdown that shows just this text.
func paragraph(s string) string {
	return numbered.ReplaceAllString(escaped(s), `$1\$2$3`)
}

// escaped returns a piece of text as Markdown that shows just this text.
func escaped(s string) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	word := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]))
	}
	var b strings.Builder
	for i, r := range runes {
		switch {
		case r == '<':
			b.WriteString("&lt;")
			continue
		case strings.ContainsRune("\\`*$", r), r == '_' && !(word(i-1) && word(i+1)), r == '(' && i > 0 && runes[i-1] == ']':
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
