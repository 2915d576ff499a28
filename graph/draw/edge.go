package draw

import (
	"fmt"
	"strings"
)

const crossLine = "#8a97ab" // of values that the chain rule needs again

// edges writes the edges from b's operands to b.
func (p *picture) edges(w *strings.Builder, b *box) {
	for i, n := range b.Inputs() {
		x := p.of[n]
		if x == nil {
			continue
		}
		from, to, attributes := p.place(x, b)
		label := b.marks[i]
		if carriesShape(x, b) {
			label = strings.TrimSpace(label + " " + x.sizes())
		}
		if label != "" {
			attributes += " label=" + quote("  "+label+" ")
		}
		if attributes != "" {
			attributes = " [" + attributes[1:] + "]"
		}
		fmt.Fprintf(w, "  n%d -> n%d%s\n", from.id, to.id, attributes)
	}
}

// place returns the edge from operand x to b. Graphviz puts the box that an
// edge comes from above the other, and what is computed from gradients is to
// stand above its operands, against the forward pass: such edges are turned
// round, and so are their arrows.
func (p *picture) place(x, b *box) (from, to *box, attributes string) {
	switch {
	case b.side == forward && x.Op() == nil && x.layer == b.layer && (x.Param() != nil || x.layer >= 0):
		return x, b, " minlen=0" // beside its user
	case b.side == forward && b.layer >= 0 && (b.layer != p.cost || x.layer == p.cost):
		return x, b, " weight=8" // in one column
	case b.side == forward:
		return x, b, ""
	case x.side == forward:
		return p.placeCross(x, b)
	}
	attributes = fmt.Sprintf(" dir=back color=%q", valueLooks[b.side].line)
	switch {
	case b.twin == nil:
	case b.twin.Param() != nil:
		attributes += " minlen=0"
	case x.twin != nil:
		attributes += " weight=8"
	}
	return b, x, attributes
}

// placeCross returns the edge by which b, a gradient, uses x, a value of the
// forward pass. It counts for the layout only where it is certain which of them
// stands above the other.
func (p *picture) placeCross(x, b *box) (from, to *box, attributes string) {
	attributes = fmt.Sprintf(" style=dashed color=%q penwidth=0.9", crossLine)
	switch {
	case x.layer >= 0 && b.layer > x.layer:
		return x, b, attributes + " weight=0"
	case x.layer >= 0 && b.layer >= 0 && b.layer < x.layer, b.layer < 0 && x.Param() != nil:
		return b, x, attributes + " weight=0 dir=back"
	case b.early || x.IsInput():
		return x, b, attributes + " weight=0"
	}
	return x, b, attributes + " constraint=false"
}

// align puts a gradient at the height of its value, to the right of it.
func (p *picture) align(w *strings.Builder) {
	for _, b := range p.boxes {
		if b.twin != nil {
			fmt.Fprintf(w, "  { rank=same; n%d -> n%d [style=invis] }\n", b.twin.id, b.id)
		}
	}
}

// stack puts each layer below the one before it, by invisible edges from the
// lowest boxes of a layer to the highest of the next.
func (p *picture) stack(w *strings.Builder) {
	type part struct {
		side  side
		layer int
	}
	lowest, highest := map[part][]*box{}, map[part][]*box{}
	under, over := p.neighbours()
	for _, b := range p.boxes {
		at := part{b.side, b.layer}
		if !under[b] {
			highest[at] = append(highest[at], b)
		}
		if !over[b] {
			lowest[at] = append(lowest[at], b)
		}
	}
	for layer := range p.layers {
		for s := range sideNames {
			for _, upper := range lowest[part{side(s), layer}] {
				for _, lower := range highest[part{side(s), layer + 1}] {
					fmt.Fprintf(w, "  n%d -> n%d [style=invis weight=0]\n", upper.id, lower.id)
				}
			}
		}
	}
}

// carriesShape reports whether the edge from operand x to b shows the shape of
// x: all do but the dashed ones, which carry what has gone along another edge.
func carriesShape(x, b *box) bool { return x.side != forward || b.side == forward }

// neighbours returns the boxes that stand under, and those that stand over,
// another of the same layer.
func (p *picture) neighbours() (under, over map[*box]bool) {
	under, over = map[*box]bool{}, map[*box]bool{}
	for _, b := range p.boxes {
		for _, x := range p.operands(b) {
			if b.layer == x.layer && b.side == x.side {
				upper, lower := x, b
				if b.side != forward {
					upper, lower = b, x
				}
				under[lower], over[upper] = true, true
			}
		}
	}
	return under, over
}
