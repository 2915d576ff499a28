package graph

import (
	"cmp"
	"fmt"
	"math"

	"chainrule/internal/term"
)

// Symbol returns the name by which formulas call n: the user's name, or the
// notes' letter with the number of the layer (Z1, A1, W1, b1, and dZ1 for the
// gradient of Z1), or else the formula itself.
func (n *Node) Symbol() string {
	if n.Err() != nil {
		return ""
	}
	return newWriter(n.g).symbol(n)
}

// A Formula is one line of a derivation.
type Formula struct {
	Node   *Node
	Symbol string // "dW2"
	Text   string // "dZ2·A1ᵀ"

	term *term.Term // what Text writes
}

// String returns the line with its shape: "dW2 = dZ2·A1ᵀ (1,4)".
func (f Formula) String() string {
	return fmt.Sprintf("%s = %s %s", f.Symbol, f.Text, shapeString(f.Node.Shape()))
}

// Formulas returns the computation of the given nodes, line by line in order
// of computation, in the notation of the notes: ⊙ multiplies entry by entry,
// · matrices, ᵀ transposes, and m is the number of examples. Nodes that have
// no name and are used once stand inside the line of their user.
func Formulas(nodes ...*Node) ([]Formula, error) {
	g := graphOf(nodes)
	if g == nil {
		return nil, errNoGraph
	}
	if err := checkSameGraph(g, nodes); err != nil {
		return nil, mistake("Formulas", err, nodes...)
	}
	if g.err != nil {
		return nil, g.err
	}
	w := newWriter(g)
	var out []Formula
	for _, n := range w.chooseLines(g, nodes) {
		if w.hasLine(n) {
			out = append(out, w.formula(n))
		}
	}
	return out, nil
}

// chooseLines gives a symbol to every node that stands in a line of its own when
// the asked ones are written, and returns what these depend on, in order.
func (w *writer) chooseLines(g *Graph, asked []*Node) []*Node {
	order, uses := g.reachable(asked, nil)
	is := map[*Node]bool{}
	for _, n := range asked {
		is[n] = true
	}
	for _, n := range order {
		several := is[n] || uses[n.id] > 1
		if several {
			delete(w.inlined, n)
		}
		if n.kind == opNode && w.symbols[n] == "" && (is[n] || several && !w.isPlainTranspose(n)) {
			w.temporary(n)
		}
	}
	return order
}

// hasLine reports whether n stands in a line of its own.
func (w *writer) hasLine(n *Node) bool {
	return n.kind == opNode && w.symbols[n] != "" && !w.inlined[n]
}

// formula returns n's line.
func (w *writer) formula(n *Node) Formula {
	t := w.apply(n)
	return Formula{Node: n, Symbol: w.symbols[n], Text: t.Plain(), term: t}
}

// isPlainTranspose reports whether n is the transpose of something with a
// symbol, which needs none of its own.
func (w *writer) isPlainTranspose(n *Node) bool {
	return isA[TransposeAttrs](n) && w.symbols[n.in[0]] != ""
}

// A writer writes nodes as formulas.
type writer struct {
	symbols   map[*Node]string
	inlined   map[*Node]bool   // have a symbol, but stand inside the line of their user
	gradients map[*Node]string // symbols of gradients, by what they are the gradients of
	constant  string           // what constant arrays are called
	constants map[*Node]string // or each of them
	taken     map[string]bool  // symbols that are used
	examples  int              // m, the number of columns of the inputs; 0 if unknown
	depends   map[*Node]bool   // whether nodes depend on the examples, as far as asked for
	plain     map[*Node]bool   // have factors that are no shares of m
	averaged  map[*Node]bool   // means are computed from them; nil until asked
	count     int              // of temporaries
	depth     int              // how many more operations may stand inside each other; 0 is no limit
}

func newWriter(g *Graph) *writer {
	w := newForwardWriter(g)
	w.nameGradients(g, g.adjoints)
	return w
}

// newForwardWriter returns a writer that does not know of gradients.
func newForwardWriter(g *Graph) *writer {
	w := &writer{symbols: map[*Node]string{}, inlined: map[*Node]bool{}, gradients: map[*Node]string{},
		constants: map[*Node]string{}, taken: map[string]bool{}, examples: g.Examples()}
	w.nameForward(g)
	return w
}

// symbol returns n's symbol, or its formula.
func (w *writer) symbol(n *Node) string {
	if s := w.symbols[n]; s != "" {
		return s
	}
	return w.shallow(n).Plain()
}

// shallow writes the operation of n alone, so that errors stay short.
func (w *writer) shallow(n *Node) *term.Term {
	switch n.kind {
	case constNode:
		return term.Number(n.value)
	case dataNode:
		return term.Symbol(cmp.Or(w.constants[n], w.constant))
	case inputNode, paramNode: // of another graph
		return term.Symbol(n.name)
	}
	return term.Call(n.op.Name, term.Symbol("…"))
}

// definition writes n by its operation.
func (w *writer) definition(n *Node) string {
	if n.kind != opNode {
		return w.symbol(n)
	}
	return w.apply(n).Plain()
}

// operand returns n as it stands in the formula of its user.
func (w *writer) operand(n *Node) *term.Term {
	if s := w.symbols[n]; s != "" && !w.inlined[n] {
		return term.Symbol(s)
	}
	if w.depth == 1 && n.kind == opNode {
		return w.shallow(n)
	}
	if w.depth > 1 {
		w.depth--
		defer func() { w.depth++ }()
	}
	return w.apply(n)
}

// apply returns n's operation with its operands.
func (w *writer) apply(n *Node) *term.Term {
	if n.kind != opNode {
		if s := w.symbols[n]; s != "" {
			return term.Symbol(s)
		}
		return w.shallow(n)
	}
	switch op := n.op; {
	case op.write != nil:
		return op.write(w, n)
	case op.Sign != "" && len(n.in) == 1:
		return term.Call(op.Sign, w.operand(n.in[0]))
	case op.Sign != "":
		return term.Infix(w.operand(n.in[0]), op.Sign, w.operand(n.in[1]), cmp.Or(op.prec, term.MatrixProduct))
	}
	return w.called(n)
}

// called writes n as a function.
func (w *writer) called(n *Node) *term.Term {
	var args []*term.Term
	for _, x := range n.in {
		args = append(args, w.operand(x))
	}
	return term.Call(functionName(n.op), args...)
}

// writeOperand writes operations that formulas do not show.
func writeOperand(w *writer, n *Node) *term.Term { return w.operand(n.in[0]) }

// product writes a ⊙ b, and a constant factor as in 2·x, x/m, 2·x/m or (1/m)·Σ x.
func (w *writer) product(n *Node) *term.Term {
	x, c := factor(n)
	switch {
	case c == 1 && x != n: // as of a mean over one example
		return w.operand(x)
	case c == 1:
		return term.Infix(w.operand(n.in[0]), "⊙", w.operand(n.in[1]), term.Product)
	}
	t, times := w.operand(x), math.Abs(c)
	switch k := 1 / times; {
	case w.isShare(n):
		t = term.Share(math.Round(times*float64(w.examples)), term.Symbol("m"), t)
	case isSmallInteger(k) && k > 1.5:
		t = term.Fraction(t, "/", term.Number(math.Round(k)))
	case times != 1:
		t = term.Infix(term.Number(times), "·", t, term.Product)
	}
	if c < 0 {
		t = term.Negative(t)
	}
	return t
}

// isShare reports whether the constant factor of n is written as k/m.
func (w *writer) isShare(n *Node) bool {
	x, c := factor(n)
	return w.countsExamples(math.Abs(c)) && !w.plain[n] && (x.kind == constNode || w.dependsOnExamples(x)) && !w.isOfOneExample(n, x)
}

// isOfOneExample reports whether n, a multiple of x, is a value of each example that a mean
// over them is computed from: the ½ of a loss is no share of m, whose 1/m the mean has.
func (w *writer) isOfOneExample(n, x *Node) bool {
	last := len(x.shape) - 1
	if _, mean := n.g.means[n]; mean || n.IsBackward() || last < 0 || x.shape[last] != w.examples {
		return false
	}
	if w.averaged == nil {
		w.averaged = map[*Node]bool{}
		for _, m := range n.g.means {
			for _, x := range Upstream(m.sum) {
				w.averaged[x] = true
			}
		}
	}
	return w.averaged[n]
}

// countsExamples reports whether c is to be written as k/m: k is the factor of a
// mean, and not a fraction such as ½ that m happens to be divisible by.
func (w *writer) countsExamples(c float64) bool {
	k := c * float64(w.examples)
	return w.examples > 1 && isSmallInteger(k) && k < 9.5 && !isSmallInteger(c)
}

// dependsOnExamples reports whether there is a mean over the examples that n may be a
// part of: a factor of what does not depend on them is no share of m.
func (w *writer) dependsOnExamples(n *Node) bool {
	depends, known := w.depends[n]
	if !known {
		if w.depends == nil {
			w.depends = map[*Node]bool{}
		}
		depends = dependsOnExamples(n)
		w.depends[n] = depends
	}
	return depends
}

// isSmallInteger reports whether v is a whole number up to rounding.
func isSmallInteger(v float64) bool {
	r := math.Round(v)
	return r >= 1 && r <= 1e6 && math.Abs(v-r) <= 1e-6*r
}

// functionName writes built-in functions as the notes do.
func functionName(op *Op) string { return cmp.Or(op.Text, op.Name) }

// Factor takes a constant factor off n: it returns x and c with n = c·x, and n
// itself and 1 if there is none.
func (n *Node) Factor() (x *Node, c float64) {
	if n.Err() != nil {
		return n, 1
	}
	return factor(n)
}
