package draw

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"chainrule/graph"
)

const (
	maxFormula = 34 // runes; a longer formula gives way to its last operation
	maxInner   = 14 // of an operation that is written inside another
	maxName    = 40
	maxRef     = 16 // of a name inside an operation
	maxTooltip = 500
	gap        = "…" // stands for an operand
)

// title is the first line in a box: "Z1 = W1·X + b1", or the operation alone.
func (b *box) title() string {
	switch {
	case b.Op() == nil:
		return shorten(b.symbol, maxName)
	case b.symbol == "":
		return operation(b.Node, b.refs)
	case count(b.formula) > maxFormula:
		return shorten(b.symbol, maxName) + " = " + operation(b.Node, b.refs)
	}
	return shorten(b.symbol, maxName) + " = " + b.formula
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
	text := b.symbol
	switch {
	case b.Op() == nil:
	case b.symbol == "":
		text = operation(b.Node, b.refs)
	default:
		text += " = " + b.formula
	}
	return shorten(text, maxTooltip) + " " + b.sizes()
}

// findRefs chooses how each box calls its operands: by symbol or value, or by
// what they do if that is short and the order of operands matters. Where
// several operands are left without a name and their order matters they are
// called a, b, …, and so are the edges from them.
func (p *picture) findRefs() {
	for _, b := range p.boxes {
		in := b.Inputs()
		b.refs, b.marks = p.refs(in), make([]string, len(in))
		if notationOf(b.Op()).commutes || len(in) < 2 {
			continue
		}
		letters := 0
		for i, x := range in {
			if b.refs[i] == gap {
				b.refs[i] = p.inner(x)
			}
			if b.refs[i] == gap {
				b.marks[i] = string(rune('a' + letters%26))
				letters++
			}
		}
		for i, m := range b.marks {
			switch {
			case letters < 2:
				b.marks[i] = ""
			case m != "":
				b.refs[i] = m
			}
		}
	}
}

func (p *picture) refs(in []*graph.Node) []string {
	refs := make([]string, len(in))
	for i, x := range in {
		refs[i] = p.ref(x)
	}
	return refs
}

// ref names an operand by its symbol or value.
func (p *picture) ref(n *graph.Node) string {
	if b := p.of[n]; b != nil && b.symbol != "" {
		return shorten(b.symbol, maxRef)
	}
	if v, ok := n.ConstValue(); ok {
		return number(v)
	}
	return gap
}

// inner writes an operand by what it does.
func (p *picture) inner(n *graph.Node) string {
	refs := p.refs(n.Inputs())
	if slices.Contains(refs, gap) {
		return gap
	}
	text := operation(n, refs)
	if count(text) > maxInner {
		return gap
	}
	if strings.ContainsAny(text, " ·") {
		return "(" + text + ")"
	}
	return text
}

func number(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'g', 4, 64), "-", "−", 1)
}

// quotient returns k if c is 1/k.
func quotient(c float64) (k float64, ok bool) {
	k = math.Round(1 / c)
	return k, math.Abs(k) > 1 && math.Abs(1/c-k) <= 1e-6*math.Abs(k)
}

// shorten cuts a name to at most limit runes.
func shorten(s string, limit int) string {
	if count(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}
