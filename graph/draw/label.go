package draw

import (
	"cmp"
	"strconv"
	"strings"

	"chainrule/graph"
)

const (
	maxFormula = 34 // runes; a longer formula gives way to its last operation
	maxInner   = 14 // of an operation that is written inside another
	maxName    = 40
	maxAction  = 60 // of an operation; a longer one is only named
	maxRef     = 16 // of a name inside an operation
	maxTooltip = 500
)

// title is the first line in a box: "Z1 = W1·X + b1", or the operation alone.
func (b *box) title() string {
	name := shorten(b.titled(), maxName)
	switch {
	case b.Op() == nil:
		return name
	case name == "":
		return b.action
	case b.symbol == "" || count(b.formula) > maxFormula:
		return name + " = " + b.action
	}
	return name + " = " + b.formula
}

// sizes is the second line in a box: the shape.
func (b *box) sizes() string {
	s := b.Shape()
	if len(s) == 0 {
		return "scalar"
	}
	sizes := make([]string, len(s))
	for i, size := range s {
		sizes[i] = strconv.Itoa(size)
	}
	return "(" + strings.Join(sizes, ",") + ")"
}

// tooltip is what there is to say about a box, with long formulas.
func (b *box) tooltip() string {
	text := b.title()
	if b.symbol != "" && b.formula != "" {
		text = b.symbol + " = " + b.formula
	}
	return shorten(text, maxTooltip) + " " + b.sizes()
}

// findSteps names the steps without a symbol that are too long to be written
// where they are used s1, s2, …
func (p *picture) findSteps() {
	taken := map[string]bool{}
	for _, b := range p.boxes {
		taken[b.symbol] = true
	}
	steps := 0
	for _, b := range p.boxes {
		for _, x := range p.operands(b) {
			if x.symbol != "" || x.step != "" || count(p.doing(x.Node)) <= maxInner {
				continue
			}
			for x.step == "" || taken[x.step] {
				steps++
				x.step = "s" + strconv.Itoa(steps)
			}
		}
	}
	for _, b := range p.boxes {
		if b.Op() != nil {
			b.action = p.doing(b.Node)
		}
	}
}

// doing is what n does to its operands.
func (p *picture) doing(n *graph.Node) string {
	text, name := n.Formula(p.called), strings.ToLower(n.Op().Name)
	switch in := n.Inputs(); {
	case count(text) > maxAction:
		return name
	case len(in) == 1 && text == cmp.Or(p.called(in[0]), in[0].Formula(p.called)):
		return name + "(" + text + ")" // a change of shape, which formulas pass over
	}
	return text
}

// called is how the users of n call it, "" if they write it out.
func (p *picture) called(n *graph.Node) string {
	if b := p.of[n]; b != nil {
		return shorten(cmp.Or(b.symbol, b.step), maxRef)
	}
	return ""
}

// shorten cuts a name to at most limit runes.
func shorten(s string, limit int) string {
	if count(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}
