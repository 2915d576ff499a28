package draw

import (
	"fmt"
	"strings"
)

const (
	forwardLine = "#2b6cb0"
	crossLine   = "#8a97ab" // of values that the chain rule needs again
	labelColour = "#5a6577"

	thin, thick, faint = 1.1, 2.4, 0.9 // widths of lines
)

// An edge leads from an operand to a box that is computed from it.
type edge struct {
	from, to *box
	dashed   bool
	colour   string
	back     bool   // Graphviz gets it from its end to its start
	layout   string // what else Graphviz gets to know
	label    text
	curve    // up to the head of the arrow
	tip      point
}

// findEdges makes the edges.
func (p *picture) findEdges() {
	for _, b := range p.boxes {
		for _, x := range p.operands(b) {
			e := &edge{from: x, to: b, colour: valueLooks[b.side].line, label: text{size: sizesSize, colour: labelColour}}
			if carriesShape(x, b) {
				e.label.s, x.shapeOnEdge = x.sizes(), true
			}
			p.place(e)
			p.edges = append(p.edges, e)
		}
	}
}

func edgeID(number int) string { return fmt.Sprint("e", number) }

// write writes the edge of the given number.
func (e *edge) write(w *strings.Builder, number int) {
	tail, head := e.from, e.to
	if e.back {
		tail, head = e.to, e.from
	}
	fmt.Fprintf(w, "  %s -> %s [id=%s", tail.id(), head.id(), e.from.prefix+edgeID(number))
	if e.colour != forwardLine {
		fmt.Fprintf(w, " color=%q", e.colour)
	}
	if e.dashed {
		fmt.Fprintf(w, " style=dashed penwidth=%g", faint)
	}
	if e.back {
		w.WriteString(" dir=back")
	}
	w.WriteString(e.layout)
	if e.label.s != "" {
		w.WriteString(" label=" + quote("   "+e.label.s+"  "))
	}
	w.WriteString("]\n")
}

// place tells Graphviz how an edge counts. Graphviz puts the box that an
// edge comes from above the other, and what is computed from gradients is to
// stand above its operands, against the forward pass: such edges are turned
// round, and so are their arrows.
func (p *picture) place(e *edge) {
	x, b := e.from, e.to
	switch {
	case b.side == forward && x.Op() == nil && x.layer == b.layer && (x.Param() != nil || x.layer >= 0):
		e.layout = " minlen=0" // beside its user
	case b.side == forward && b.layer >= 0 && (b.layer != p.cost || x.layer == p.cost):
		e.layout = " weight=8" // in one column
	case b.side == forward:
	case x.side == forward:
		e.dashed, e.colour = true, crossLine
		e.placeCross()
	default:
		e.back = true
		switch {
		case b.twin == nil:
		case x.twin == nil: // a step between two gradients: beside each other, such boxes broke Graphviz's memory
		case b.twin.Param() != nil:
			e.layout = " minlen=0"
		default:
			e.layout = " weight=8"
		}
	}
}

// placeCross is place for an edge by which a gradient uses a value of the
// forward pass. It counts for the layout only where it is certain which of them
// stands above the other.
func (e *edge) placeCross() {
	x, b := e.from, e.to
	e.layout = " weight=0"
	switch {
	case x.layer >= 0 && b.layer > x.layer:
	case x.layer >= 0 && b.layer >= 0 && b.layer < x.layer, b.layer < 0 && x.Param() != nil:
		e.back = true
	case b.early || x.IsInput():
	default:
		e.layout = " constraint=false"
	}
}

// align puts a gradient at the height of its value, to the right of it.
func (p *picture) align(w *strings.Builder) {
	for _, b := range p.boxes {
		if b.twin != nil {
			fmt.Fprintf(w, "  { rank=same; %s -> %s [style=invis] }\n", b.twin.id(), b.id())
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
					fmt.Fprintf(w, "  %s -> %s [style=invis weight=0]\n", upper.id(), lower.id())
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
