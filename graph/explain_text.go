package graph

import (
	"strings"
	"unicode/utf8"
)

// Text writes the derivation with aligned columns: formula, shape, rule. Where a
// line would be wider than width, its rule stands below it; a width of 0 is no
// limit.
func (d *Derivation) Text(width int) string {
	var b strings.Builder
	for _, s := range []string{d.Title, d.Intro} {
		if s != "" {
			b.WriteString(wrapText(s, "", width) + "\n\n")
		}
	}
	for i, p := range d.parts() {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.title + "\n")
		p.writeText(&b, width)
	}
	return b.String()
}

func (p part) writeText(b *strings.Builder, width int) {
	symbols, formulas, shapes, rules := 0, 0, 0, 0
	for _, l := range p.lines {
		symbols = max(symbols, runes(l.Symbol))
		formulas = max(formulas, runes(l.Text))
		shapes = max(shapes, runes(l.shape()))
		rules = max(rules, runes(l.Rule))
	}
	equals := " = "
	if formulas == 0 {
		equals = ""
	}
	indent := strings.Repeat(" ", 2+symbols+runes(equals))
	beside := width <= 0 || runes(indent)+formulas+shapes+rules+4 <= width
	for _, l := range p.lines {
		b.WriteString("  " + pad(l.Symbol, symbols) + equals + pad(l.Text, formulas) + "  ")
		switch {
		case beside && l.Rule != "":
			b.WriteString(pad(l.shape(), shapes) + "  " + l.Rule + "\n")
		case beside || l.Rule == "":
			b.WriteString(l.shape() + "\n")
		default:
			b.WriteString(l.shape() + "\n" + wrapText(l.Rule, indent, width) + "\n")
		}
		for _, row := range l.matrix() {
			b.WriteString(indent + row + "\n")
		}
		if l.Remark != "" {
			b.WriteString(wrapText(l.Remark, indent, width) + "\n")
		}
	}
}

func (l Line) shape() string { return shapeText(l.Node.shape) }

func runes(s string) int { return utf8.RuneCountInString(s) }

func pad(s string, width int) string { return s + strings.Repeat(" ", max(0, width-runes(s))) }

// wrapText breaks text at spaces into lines behind an indent; a width of 0 is
// no limit.
func wrapText(s, indent string, width int) string {
	var b strings.Builder
	room := 0
	for i, word := range strings.Fields(s) {
		n := runes(word)
		switch {
		case i == 0:
			b.WriteString(indent)
			room = width - runes(indent)
		case width > 0 && n+1 > room:
			b.WriteString("\n" + indent)
			room = width - runes(indent)
		default:
			b.WriteByte(' ')
			room--
		}
		b.WriteString(word)
		room -= n
	}
	return b.String()
}
