package draw

import (
	"cmp"
	"math"
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
)

// title is the first line in a box: "Z1 = W1·X + b1", or the operation alone.
func (b *box) title() string {
	name := shorten(cmp.Or(b.symbol, b.step), maxName)
	switch {
	case b.Op() == nil:
		return name
	case name == "":
		return b.action()
	case b.symbol == "" || count(b.formula) > maxFormula:
		return name + " = " + b.action()
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

// findRefs chooses how each box calls its operands: by symbol or value, by what
// they do if that is short, or else by a name s1, s2, … that they get for it.
func (p *picture) findRefs() {
	taken := map[string]bool{}
	for _, b := range p.boxes {
		taken[b.symbol] = true
	}
	steps := 0
	for _, b := range p.boxes {
		for _, n := range b.Inputs() {
			x := p.of[n]
			if x != nil && x.symbol == "" && x.step == "" && count(x.action()) > maxInner {
				for steps++; taken["s"+strconv.Itoa(steps)]; {
					steps++
				}
				x.step = "s" + strconv.Itoa(steps)
			}
			b.refs = append(b.refs, p.ref(n))
		}
	}
}

// ref names an operand.
func (p *picture) ref(n *graph.Node) string {
	b := p.of[n]
	switch v, uniform := n.ConstValue(); {
	case b != nil && b.symbol != "":
		return shorten(b.symbol, maxRef)
	case uniform || b == nil:
		return number(v)
	case b.step != "":
		return b.step
	}
	return b.action()
}

// action is what b does to its operands.
func (b *box) action() string { return operation(b.Node, b.refs) }

// factor returns a term as it stands beside a sign: in parentheses, unless it
// is a name, a call or a sum of one.
func factor(term string) string {
	depth := 0
	for _, r := range strings.TrimPrefix(term, "Σ ") {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case depth == 0 && strings.ContainsRune(" ·", r):
			return "(" + term + ")"
		}
	}
	return term
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
