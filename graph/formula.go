package graph

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// How tightly signs bind, from loose to tight.
const (
	comparePrec = 1 + iota
	sumPrec
	productPrec
	matMulPrec
	postfixPrec
)

// Symbol returns the name by which formulas call n: the user's name, or the
// notes' letter with the number of the layer (Z1, A1, W1, b1, and dZ1 for the
// gradient of Z1), or else the formula itself.
func (n *Node) Symbol() string {
	if n == nil || n.err != nil {
		return ""
	}
	return newWriter(n.g).symbol(n)
}

// A Formula is one line of a derivation.
type Formula struct {
	Node   *Node
	Symbol string // "dW2"
	Text   string // "dZ2·A1ᵀ"
}

// String returns the line with its shape: "dW2 = dZ2·A1ᵀ (1,4)".
func (f Formula) String() string {
	return fmt.Sprintf("%s = %s %s", f.Symbol, f.Text, shapeString(f.Node.shape))
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
		return nil, g.fail("Formulas", err, nodes...)
	}
	if g.err != nil {
		return nil, g.err
	}
	w := newWriter(g)
	order, uses := g.reachable(nodes)
	asked := map[*Node]bool{}
	for _, n := range nodes {
		asked[n] = true
	}
	for _, n := range order {
		if n.kind == opNode && w.symbols[n] == "" && (asked[n] || uses[n] > 1 && !w.isPlainTranspose(n)) {
			w.temporary(n)
		}
	}
	var out []Formula
	for _, n := range order {
		if n.kind == opNode && w.symbols[n] != "" && !w.isInline(n, asked[n], uses[n]) {
			out = append(out, Formula{Node: n, Symbol: w.symbols[n], Text: w.definition(n)})
		}
	}
	return out, nil
}

// isPlainTranspose reports whether n is the transpose of something with a
// symbol, which needs none of its own.
func (w *writer) isPlainTranspose(n *Node) bool {
	return n.op.kind == transposeKind && w.symbols[n.in[0]] != ""
}

// reachable returns the nodes that the given ones depend on, in order, and how
// often each is used by them.
func (g *Graph) reachable(nodes []*Node) (order []*Node, uses map[*Node]int) {
	uses = map[*Node]int{}
	needed := make([]bool, len(g.nodes))
	for _, n := range nodes {
		needed[n.id] = true
	}
	for id := len(g.nodes) - 1; id >= 0; id-- {
		if !needed[id] {
			continue
		}
		for _, x := range g.nodes[id].in {
			needed[x.id] = true
			uses[x]++
		}
	}
	for id, is := range needed {
		if is {
			order = append(order, g.nodes[id])
		}
	}
	return order, uses
}

// A writer writes nodes as formulas.
type writer struct {
	symbols  map[*Node]string
	inlined  map[*Node]bool // have a symbol, but no line of their own when used once
	examples int            // m, the number of columns of the inputs; 0 if unknown
	count    int            // of temporaries
	depth    int            // how many more operations may stand inside each other; 0 is no limit
}

func newWriter(g *Graph) *writer {
	w := &writer{symbols: map[*Node]string{}, inlined: map[*Node]bool{}}
	w.examples = g.examples()
	w.nameForward(g)
	w.nameGradients(g)
	return w
}

// symbol returns n's symbol, or its formula.
func (w *writer) symbol(n *Node) string {
	if s := w.symbols[n]; s != "" {
		return s
	}
	return w.shallow(n)
}

// shallow writes the operation of n alone, so that errors stay short.
func (w *writer) shallow(n *Node) string {
	switch n.kind {
	case constNode:
		return number(n.value)
	case dataNode:
		return "constant"
	}
	return n.op.Name + "(…)"
}

// definition writes n by its operation.
func (w *writer) definition(n *Node) string {
	if n.kind != opNode {
		return w.symbol(n)
	}
	text, _ := w.apply(n)
	return text
}

// operand writes n for use under a sign that binds as tightly as prec.
func (w *writer) operand(n *Node, prec int) string {
	if s := w.symbols[n]; s != "" && !w.inlined[n] {
		return s
	}
	if w.depth == 1 && n.kind == opNode {
		return w.shallow(n)
	}
	if w.depth > 1 {
		w.depth--
		defer func() { w.depth++ }()
	}
	text, own := w.apply(n)
	if own < prec {
		return "(" + text + ")"
	}
	return text
}

const atomPrec = 9

// apply writes n's operation with its operands, and how tightly it binds.
func (w *writer) apply(n *Node) (string, int) {
	if n.kind != opNode {
		if n.kind == constNode && n.value < 0 {
			return w.symbol(n), sumPrec
		}
		return w.symbol(n), atomPrec
	}
	op := n.op
	switch {
	case op == negOp:
		return "−" + w.operand(n.in[0], productPrec), sumPrec
	case op == squareOp:
		return w.operand(n.in[0], atomPrec) + "²", postfixPrec
	case op == mulOp:
		return w.product(n)
	case op.kind == matMulKind:
		a, b := w.operand(n.in[0], matMulPrec), w.operand(n.in[1], matMulPrec+1)
		if op.attrs.transA {
			a = w.operand(n.in[0], atomPrec) + "ᵀ"
		}
		if op.attrs.transB {
			b = w.operand(n.in[1], atomPrec) + "ᵀ"
		}
		return a + "·" + b, matMulPrec
	case op.infix != "":
		return w.operand(n.in[0], op.prec) + " " + op.infix + " " + w.operand(n.in[1], op.prec+1), op.prec
	case op.kind == transposeKind && len(n.shape) == 2:
		return w.operand(n.in[0], atomPrec) + "ᵀ", postfixPrec
	case op.Name == "Pow" && op.text != "":
		return w.operand(n.in[0], atomPrec) + superscript(op.attrs.numbers[0]), postfixPrec
	case op == reciprocalOp:
		return "1/" + w.operand(n.in[0], productPrec+1), productPrec
	case op.kind == sliceKind:
		return w.operand(n.in[0], atomPrec) + sliceText(op.attrs, len(n.shape)), postfixPrec
	case op.kind == sumKind && len(op.attrs.axes) > 0:
		return "Σ " + w.operand(n.in[0], productPrec), productPrec
	case op.kind == reshapeKind || op.kind == broadcastKind || op.kind == sumKind:
		return w.operand(n.in[0], sumPrec), sumPrec
	}
	args := make([]string, len(n.in))
	for i, x := range n.in {
		args[i] = w.operand(x, 0)
	}
	if op.text == "onehot" {
		args = args[:1] // without the numbers of the rows
	}
	return functionName(op) + "(" + strings.Join(append(args, op.constants()...), ", ") + ")", atomPrec
}

// product writes a ⊙ b, and a constant factor as in 2·x, x/m or 2·x/m.
func (w *writer) product(n *Node) (string, int) {
	x, c := factor(n)
	if c == 1 {
		return w.operand(n.in[0], productPrec) + " ⊙ " + w.operand(n.in[1], productPrec+1), productPrec
	}
	sign, times, over := "", math.Abs(c), ""
	if c < 0 {
		sign = "−"
	}
	if m := float64(w.examples); m > 1 && isSmallInteger(times*m) && !isSmallInteger(times) {
		times, over = math.Round(times*m), "/m"
	} else if k := 1 / times; isSmallInteger(k) && k > 1.5 {
		times, over = 1, "/"+number(math.Round(k))
	}
	prec := productPrec
	if sign != "" {
		prec = sumPrec
	}
	if times == 1 {
		return sign + w.operand(x, productPrec) + over, prec
	}
	return sign + number(times) + "·" + w.operand(x, productPrec+1) + over, prec
}

// isSmallInteger reports whether v is a whole number up to rounding.
func isSmallInteger(v float64) bool {
	r := math.Round(v)
	return r >= 1 && r <= 1e6 && math.Abs(v-r) <= 1e-6*r
}

// functionName writes built-in functions as the notes do.
func functionName(op *Op) string { return cmp.Or(op.text, op.Name) }

// Notation returns how formulas write op: the sign between its operands, such as
// "⊙", "" if it has none, and what it is called as a function, such as "softmax".
func (op *Op) Notation() (sign, function string) { return op.infix, functionName(op) }

// constants returns the arguments of a function that are not nodes.
func (op *Op) constants() []string {
	if op.text == "clip" {
		return []string{number(op.attrs.numbers[0]), number(op.attrs.numbers[1])}
	}
	return nil
}

// superscript writes an exponent: ³ if it is a small whole number, ^2.5 if not.
func superscript(c float64) string {
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	switch {
	case c == math.Trunc(c) && c >= 0 && c < 10:
		return string(digits[int(c)])
	case c == math.Trunc(c) && c < 0 && c > -10:
		return "⁻" + string(digits[int(-c)])
	case c < 0:
		return "^(" + number(c) + ")"
	}
	return "^" + number(c)
}

// sliceText writes the indices of a part as in [:, 2:5].
func sliceText(a attrs, rank int) string {
	parts := make([]string, rank)
	for i := range parts {
		parts[i] = ":"
		if i == a.axes[0] {
			parts[i] = fmt.Sprintf("%d:%d", a.from, a.to)
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func number(v float64) string {
	s := strconv.FormatFloat(v, 'g', 6, 64)
	return strings.Replace(s, "-", "−", 1)
}

// MarkZ tells formulas that n is the Z of the next layer, the value before the
// activation, and returns n.
func MarkZ(n *Node) *Node {
	if n != nil && n.err == nil {
		n.g.zs[n] = struct{}{}
	}
	return n
}
