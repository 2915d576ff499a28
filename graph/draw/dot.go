package draw

import (
	"fmt"
	"strings"
)

const (
	plainFont = "Helvetica"
	boldFont  = "Helvetica-Bold"

	titleSize = 12.0 // of the first line in a box, in points
	sizesSize = 10.0 // of the second, and on edges
	panelSize = 12.0 // of the name of a panel
)

// A look is how boxes of one kind are drawn.
type look struct{ shape, fill, line, text string }

var (
	inputLook    = look{"ellipse", "#ffffff", "#4a5568", "#1a202c"}
	paramLook    = look{"cylinder", "#e6f4ea", "#2f7d4f", "#1d4d31"}
	constantLook = look{"note", "#f4f4f5", "#71717a", "#3f3f46"}
	valueLooks   = [...]look{
		forward:  {"box", "#dcebfa", "#2b6cb0", "#1a365d"},
		backward: {"box", "#fde8d8", "#c05621", "#652b19"},
		derived:  {"box", "#ece4f7", "#6b46c1", "#3c2a73"},
	}
	sideNames  = [...]string{forward: "forward", backward: "backward", derived: "from gradients"}
	sideFills  = [...]string{forward: "#f5f9fe", backward: "#fff8f2", derived: "#f9f7fd"}
	layerFills = [...]string{forward: "#e9f2fc", backward: "#fdf0e5", derived: "#f1ebfa"}
)

func (b *box) look() look {
	switch {
	case b.IsInput():
		return inputLook
	case b.Param() != nil:
		return paramLook
	case b.Op() == nil:
		return constantLook
	}
	return valueLooks[b.side]
}

// dot returns the picture as Graphviz source.
func (p *picture) dot() string {
	var w strings.Builder
	fmt.Fprintf(&w, `digraph {
  graph [bgcolor="#ffffff" fontname=%[1]q fontsize=%[2]g newrank=true rankdir=TB ranksep=0.2 nodesep=0.28 pad=0.2]
  node [fontname=%[1]q fontsize=%[2]g fixedsize=true style=filled penwidth=%[4]g]
  edge [fontname=%[1]q fontsize=%[3]g arrowsize=0.65 color=%[5]q fontcolor=%[6]q]
`, plainFont, titleSize, sizesSize, thin, forwardLine, labelColour)
	p.write(&w)
	w.WriteString("}\n")
	return w.String()
}

// write writes what is in the picture, and behind it the bodies of loops that do not
// stand in their boxes.
func (p *picture) write(w *strings.Builder) {
	for i, panel := range p.panels {
		if i > 0 && panel.layer < 0 {
			w.WriteString("  }\n")
		}
		p.cluster(w, panel)
	}
	w.WriteString("  }\n")
	p.align(w)
	p.stack(w)
	for i, e := range p.edges {
		e.write(w, i)
	}
	for _, b := range p.boxes {
		if b.body != nil && !b.open() {
			b.writeBody(w)
		}
	}
}

// cluster writes a panel with the boxes that stand in no panel inside it. That
// of a side stays open for those of its layers.
func (p *picture) cluster(w *strings.Builder, panel *panel) {
	indent, just, margin, end := "  ", "l", 14, ""
	if panel.layer >= 0 {
		indent, margin, end = "    ", 10, "    }\n"
	}
	if panel.layer >= 0 && panel.side != forward {
		just = "r" // away from the edges that cross over
	}
	fmt.Fprintf(w, "%ssubgraph %s {\n%s  label=%s labeljust=%s fontname=%q fontcolor=%q style=\"filled,rounded\" color=%q fillcolor=%[8]q margin=%[9]d\n",
		indent, panel.id(), indent, quote(panel.name.s), just, boldFont, panel.name.colour, panel.fill(), margin)
	for _, b := range p.boxes {
		if b.side == panel.side && b.layer == panel.layer {
			b.write(w, indent+"  ")
		}
	}
	w.WriteString(end)
}

// write writes one box. Its size is fixed, as Graphviz does not know how wide
// the text will be in the reader's font.
func (b *box) write(w *strings.Builder, indent string) {
	l, lines := b.look(), b.lines()
	size, attributes := b.size(), ""
	if b.symbol != "" {
		attributes += " fontname=" + quote(boldFont)
	}
	if b.Op() != nil && b.side != backward {
		attributes += ` style="filled,rounded"`
	}
	if b.layer >= 0 && (b.side == forward && b.Op() != nil || b.twin != nil && b.twin.Op() != nil) {
		attributes += fmt.Sprintf(" group=g%d", b.side) // one column
	}
	if b.output {
		attributes += fmt.Sprintf(" penwidth=%g", thick)
	}
	label := escape(lines[0])
	if len(lines) > 1 {
		label += `\n` + lines[1]
	}
	fmt.Fprintf(w, "%s%s [label=\"%s\" shape=%s fillcolor=%q color=%q fontcolor=%q width=%.2f height=%.2f%s tooltip=%s]\n",
		indent, b.id(), label, l.shape, l.fill, l.line, l.text, size.x/72, size.y/72, attributes, quoteTooltip(b.tooltip()))
}

func (b *box) id() string { return fmt.Sprint(b.prefix, "n", b.number) }

// lines returns what stands in a box.
func (b *box) lines() []string {
	if b.shapeOnEdge {
		return []string{b.title()}
	}
	return []string{b.title(), b.sizes()}
}

// size returns the width and the height of a box in points.
func (b *box) size() point {
	size := point{58, 30}
	switch {
	case b.Op() == nil:
		size.y = 40
	case b.symbol == "":
		size = point{50, 24}
	}
	if !b.shapeOnEdge {
		size.y += 10
	}
	for i, line := range b.lines() {
		size.x = max(size.x, wider*width(line, [...]float64{titleSize, sizesSize}[i], b.symbol != "")+12)
	}
	if b.open() {
		page := b.body.page
		size = point{max(size.x, page.width()+2*loopMargin), page.height() + loopTitle + loopMargin}
	}
	return size
}
