package graph

import "chainrule/internal/term"

// A Script writes nodes as formulas and chooses the symbols in them. It is for
// documents that lead through a computation, such as those of graph/explain;
// Formulas is enough for a list of lines.
type Script struct{ w *writer }

// NewScript returns a script in which the values of g have their symbols, constant
// arrays are numbered, and gradients are not known.
func NewScript(g *Graph) *Script {
	s := &Script{newForwardWriter(g)}
	s.w.numberConstants(g)
	return s
}

// Adopt calls the nodes as another script does, and numbers further symbols behind
// those of the other.
func (s *Script) Adopt(from *Script, nodes ...*Node) {
	s.w.count = from.w.count
	for _, n := range nodes {
		if symbol := from.w.symbols[n]; symbol != "" {
			s.w.symbols[n] = symbol
		}
	}
}

// Symbol returns the symbol of n, "" if it has none.
func (s *Script) Symbol(n *Node) string { return s.w.symbols[n] }

// Called returns what n is called: its symbol, or else a short formula.
func (s *Script) Called(n *Node) string { return s.w.symbol(n) }

// Number gives n a symbol of its own, such as t1, if it is the result of an
// operation and has none.
func (s *Script) Number(n *Node) {
	if n.kind == opNode && s.w.symbols[n] == "" {
		s.w.temporary(n)
	}
}

// NameGradients tells the gradient of each of the nodes. It returns what the
// gradients that got a symbol by that are the gradients of.
func (s *Script) NameGradients(gradients map[*Node]*Node) map[*Node]*Node {
	of := map[*Node]*Node{}
	for n := range gradients {
		s.w.nameGradients(n.g, gradients)
		break
	}
	for n, d := range gradients {
		if symbol := s.w.gradients[n]; symbol != "" && s.w.symbols[d] == symbol {
			of[d] = n
		}
	}
	return of
}

// GradientOf returns the symbol of the gradient of n, such as dW1.
func (s *Script) GradientOf(n *Node) string { return s.w.gradientOf(n) }

// PutTogether decides which nodes stand in lines of their own when the asked ones
// and what they depend on are written: those that were asked for, and those with
// a symbol or several users; the others stand in the lines of their users. If
// whole, so do gradients that only lead to the next one.
func (s *Script) PutTogether(whole bool, asked ...*Node) {
	if !whole {
		clear(s.w.inlined)
	}
	if g := graphOf(asked); g != nil {
		s.w.chooseLines(g, asked)
	}
}

// HasLine reports whether n stands in a line of its own.
func (s *Script) HasLine(n *Node) bool { return s.w.hasLine(n) }

// Line returns the line of n, which has a symbol: how it is computed.
func (s *Script) Line(n *Node) Formula { return s.w.formula(n) }

// Alias returns the line that calls n by another symbol.
func (s *Script) Alias(symbol string, n *Node) Formula {
	t := s.w.operand(n)
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
