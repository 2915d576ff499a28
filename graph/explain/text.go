package explain

import (
	"strings"
	"unicode/utf8"

	"chainrule/internal/words"
)

// leastRule is how many columns the rules need beside the formulas.
const leastRule = 30

// Text writes the derivation with aligned columns: formula, shape, rule. Rules
// are broken to fit into the given width, and stand below the formulas where
// there is no room; a width of 0 is no limit.
func (d *Derivation) Text(width int) string {
	d = d.orEmpty()
	var b strings.Builder
	for _, s := range []string{d.Title, d.Intro} {
		if s != "" {
			b.WriteString(words.Wrap(s, "", width) + "\n\n")
		}
	}
	for i, p := range d.parts() {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.title + "\n")
		if p.note != "" {
			b.WriteString(words.Wrap(p.note, "  ", width) + "\n\n")
		}
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
	equals, gap := " = ", "  "
	if formulas == 0 {
		equals, gap = "", ""
	}
	indent := strings.Repeat(" ", 2+symbols+max(2, runes(equals)))
	column := runes(indent+gap) + formulas + shapes + 2 // of the rules
	narrow := width > 0 && column-2 > width             // shapes stand below the formulas too
	for _, l := range p.lines {
		formula := pad("  "+pad(l.Symbol, symbols)+equals, runes(indent))
		if narrow {
			b.WriteString(words.Fold(formula+l.Text, indent+"  ", width) + "\n" + indent + l.shape())
		} else {
			b.WriteString(formula + pad(l.Text, formulas) + gap + l.shape())
		}
		switch {
		case l.Rule == "":
		case width <= 0 || column+min(rules, leastRule) <= width:
			rule := words.Wrap(l.Rule, strings.Repeat(" ", column), width)
			b.WriteString(strings.Repeat(" ", shapes-runes(l.shape())+2) + strings.TrimLeft(rule, " "))
		default:
			b.WriteString("\n" + words.Wrap(l.Rule, indent, width))
		}
		b.WriteByte('\n')
		before := indent[:len(indent)-2]
		for _, row := range l.matrices(before+"  ", before+"≈ ", width) {
			b.WriteString(row + "\n")
		}
		if l.Remark != "" {
			b.WriteString(words.Wrap(l.Remark, indent, width) + "\n")
		}
	}
}

func (l Line) shape() string { return shapeText(l.Node.Shape()) }

func runes(s string) int { return utf8.RuneCountInString(s) }

func pad(s string, width int) string { return s + strings.Repeat(" ", max(0, width-runes(s))) }
