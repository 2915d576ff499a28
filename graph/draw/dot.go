package draw

import (
	"fmt"
	"strings"
)

const (
	font     = "Helvetica"
	boldFont = "Helvetica-Bold"

	titleSize = 12.0 // of the first line in a box, in points
	sizesSize = 10.0 // of the second
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
	sideNames = [...]string{forward: "forward", backward: "backward", derived: "from gradients"}
	sideFills = [...]string{forward: "#f5f9fe", backward: "#fff8f2", derived: "#f9f7fd"}
	layerFill = [...]string{forward: "#e9f2fc", backward: "#fdf0e5", derived: ""}
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
  graph [bgcolor="#ffffff" fontname=%[1]q fontsize=13 newrank=true rankdir=TB ranksep=0.2 nodesep=0.28 pad=0.2]
  node [fontname=%[1]q fontsize=%[2]g fixedsize=true style=filled penwidth=1.1]
  edge [fontname=%[1]q fontsize=10 arrowsize=0.65 color="#2b6cb0" fontcolor="#5a6577"]
`, font, titleSize)
	for s := range sideNames {
		p.cluster(&w, side(s))
	}
	p.align(&w)
	p.stack(&w)
	for _, b := range p.boxes {
		p.edges(&w, b)
	}
	w.WriteString("}\n")
	return w.String()
}

// cluster writes the boxes of one side, layer by layer.
func (p *picture) cluster(w *strings.Builder, s side) {
	layers := map[int][]*box{}
	total := 0
	for _, b := range p.boxes {
		if b.side == s {
			layers[b.layer] = append(layers[b.layer], b)
			total++
		}
	}
	if total == 0 {
		return
	}
	fmt.Fprintf(w, "  subgraph cluster_%d {\n", s)
	fmt.Fprintf(w, "    label=%q labeljust=l fontname=%q fontcolor=%q style=\"filled,rounded\" color=%q fillcolor=%q margin=12\n",
		sideNames[s], boldFont, valueLooks[s].text, sideFills[s], sideFills[s])
	for _, b := range layers[-1] {
		p.node(w, "    ", b)
	}
	for i, name := range p.layers {
		if len(layers[i]) == 0 {
			continue
		}
		fmt.Fprintf(w, "    subgraph cluster_%d_%d {\n", s, i)
		fmt.Fprintf(w, "      label=%s %s fontsize=11 color=%q fillcolor=%q margin=8\n",
			quote(shorten(name, maxName)), p.nameAt(s, i), layerFill[s], layerFill[s])
		for _, b := range layers[i] {
			p.node(w, "      ", b)
		}
		w.WriteString("    }\n")
	}
	w.WriteString("  }\n")
}

// nameAt returns where the name of a layer stands, away from crossing edges.
func (p *picture) nameAt(s side, layer int) string {
	switch {
	case s != forward:
		return "labeljust=r"
	case layer == p.cost:
		return "labeljust=l labelloc=b"
	}
	return "labeljust=l"
}

// node writes one box. Its size is fixed, as Graphviz does not know how wide
// the text will be in the reader's font.
func (p *picture) node(w *strings.Builder, indent string, b *box) {
	l, wide, high := b.look(), b.width(), 30.0
	attributes := ""
	switch {
	case b.Op() == nil:
		high = 40
	case b.symbol == "":
		high = 24
	}
	label := escape(b.title())
	if !b.shapeOnEdge {
		label, high = label+`\n`+b.sizes(), high+10
	}
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
		attributes += " penwidth=2.4"
	}
	fmt.Fprintf(w, "%sn%d [label=\"%s\" shape=%s fillcolor=%q color=%q fontcolor=%q width=%.2f height=%.2f%s tooltip=%s]\n",
		indent, b.id, label, l.shape, l.fill, l.line, l.text,
		wide/72, high/72, attributes, quoteTooltip(b.tooltip()))
}

// width returns the width of a box in points.
func (b *box) width() float64 {
	text := width(b.title()) * titleSize
	if !b.shapeOnEdge {
		text = max(text, width(b.sizes())*sizesSize)
	}
	switch {
	case b.Op() == nil:
		return max(text+24, 58)
	case b.symbol == "":
		return max(text+18, 50)
	}
	return text + 24
}
