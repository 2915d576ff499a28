package graph

import (
	"maps"
	"math"
	"slices"

	"chainrule/internal/term"
)

// A Script writes nodes as formulas and chooses the symbols in them. It is for
// documents that lead through a computation, such as those of graph/explain;
// Formulas is enough for a list of lines.
type Script struct{ w *writer }

// NewScript returns a script in which the values of g have their symbols, constant
// arrays are numbered, and gradients are not known. Of a graph that New did not
// make, and in the zero Script, no node has a symbol.
func NewScript(g *Graph) *Script {
	if g.made() != nil {
		g = New(Settings{})
	}
	s := &Script{newForwardWriter(g)}
	s.w.numberConstants(g)
	return s
}

// writer returns the script's writer, one of no graph if NewScript did not make it.
func (s *Script) writer() *writer {
	switch {
	case s == nil:
		return NewScript(nil).w
	case s.w == nil:
		s.w = NewScript(nil).w
	}
	return s.w
}

// Adopt calls the nodes as another script does, and numbers further symbols behind
// those of the other.
func (s *Script) Adopt(from *Script, nodes ...*Node) {
	s.writer().count = from.writer().count
	for _, n := range nodes {
		if symbol := from.writer().symbols[n]; symbol != "" {
			s.writer().symbols[n] = symbol
		}
	}
}

// Symbol returns the symbol of n, "" if it has none.
func (s *Script) Symbol(n *Node) string { return s.writer().symbols[n] }

// Called returns what n is called: its symbol, or else a short formula; "" for a
// node that is nil or failed.
func (s *Script) Called(n *Node) string {
	if n.Err() != nil {
		return ""
	}
	return s.writer().symbol(n)
}

// Number gives n a symbol of its own, such as t1, if it is the result of an
// operation and has none.
func (s *Script) Number(n *Node) {
	if n.Err() == nil && n.kind == opNode && s.writer().symbols[n] == "" {
		s.writer().temporary(n)
	}
}

// Name calls n by a symbol, with stars behind it if another has it, if n is the result of
// an operation and has none.
func (s *Script) Name(n *Node, symbol string) {
	if w := s.writer(); n.Err() == nil && n.kind == opNode && w.symbols[n] == "" && symbol != "" {
		w.symbols[n] = w.free(symbol)
	}
}

// Share returns k and the number of examples m if the constant factor of n is written as
// k/m, as that of a mean over the examples.
func (s *Script) Share(n *Node) (k float64, m int, ok bool) {
	w := s.writer()
	if n.Err() != nil || !w.isShare(n) {
		return 0, 0, false
	}
	_, c := factor(n)
	k, m = math.Round(c*float64(w.examples)), w.examples
	return k, m, k/float64(m) == c
}

// NameGradients tells the gradient of each of the nodes. It returns what the
// gradients that got a symbol by that are the gradients of.
func (s *Script) NameGradients(gradients map[*Node]*Node) map[*Node]*Node {
	of := map[*Node]*Node{}
	if g := graphOf(slices.Collect(maps.Keys(gradients))); g != nil {
		s.writer().nameGradients(g, gradients)
	}
	for n, d := range gradients {
		if symbol := s.writer().gradients[n]; symbol != "" && s.writer().symbols[d] == symbol {
			of[d] = n
		}
	}
	return of
}

// NamePartial calls the gradient of cost with respect to n ∂J/∂Z1, with the symbols
// of both, where dZ1 stands for something else.
func (s *Script) NamePartial(cost, n *Node) {
	if cost.Err() == nil && n.Err() == nil {
		w := s.writer()
		w.gradients[n] = w.free("∂" + w.symbol(cost) + "/∂" + w.symbol(n))
	}
}

// Plain tells that no factor in the lines of the nodes is a share of the number of
// examples m, as that of a mean: 0.5 is ½ then, even if m is 2.
func (s *Script) Plain(nodes ...*Node) {
	w := s.writer()
	if w.plain == nil {
		w.plain = map[*Node]bool{}
	}
	for _, n := range nodes {
		w.plain[n] = true
	}
}

// GradientOf returns the symbol of the gradient of n, such as dW1; "" for a node
// that is nil or failed.
func (s *Script) GradientOf(n *Node) string {
	if n.Err() != nil {
		return ""
	}
	return s.writer().gradientOf(n)
}

// PutTogether decides which nodes stand in lines of their own when the asked ones
// and what they depend on are written: those that were asked for, and those with
// a symbol or several users; the others stand in the lines of their users. If
// whole, so do gradients that only lead to the next one.
func (s *Script) PutTogether(whole bool, asked ...*Node) {
	if !whole {
		clear(s.writer().inlined)
	}
	if g := graphOf(asked); checkSameGraph(g, asked) == nil && g.err == nil {
		s.writer().chooseLines(g, asked)
	}
}

// HasLine reports whether n stands in a line of its own.
func (s *Script) HasLine(n *Node) bool { return n.Err() == nil && s.writer().hasLine(n) }

// Line returns the line of n, which has a symbol: how it is computed. It is empty
// for a node that is nil or failed.
func (s *Script) Line(n *Node) Formula {
	if n.Err() != nil {
		return Formula{Node: n}
	}
	return s.writer().formula(n)
}

// Alias returns the line that calls n by another symbol.
func (s *Script) Alias(symbol string, n *Node) Formula {
	if n.Err() != nil {
		return Formula{Node: n, Symbol: symbol}
	}
	t := s.writer().operand(n)
	return Formula{Node: n, Symbol: symbol, Text: t.Plain(), term: t}
}

// LaTeX returns the formula for mathematics mode with amsmath, as in
// dW^{[2]} = dZ^{[2]} \cdot A^{[1]\top}.
func (f Formula) LaTeX() string {
	symbol := term.Symbol(f.Symbol).LaTeX()
	if f.term == nil {
		return symbol
	}
	return symbol + " = " + f.term.LaTeX()
}

// MathML returns the formula as a math element.
func (f Formula) MathML() string {
	s := term.Symbol(f.Symbol).MathML()
	if f.term != nil {
		s += "<mo>=</mo>" + f.term.MathML()
	}
	return `<math xmlns="http://www.w3.org/1998/Math/MathML" displaystyle="true"><mrow>` + s + "</mrow></math>"
}
