package play

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/graph"
	"chainrule/internal/words"
)

// entryRequest asks how one entry of a line is computed.
type entryRequest struct {
	Run        int    `json:"run"`
	Line       string `json:"line"` // its id
	Row        int    `json:"row"`  // from 0
	Col        int    `json:"col"`
	Convention string `json:"convention"`
}

// maxTerms is how many terms of a sum are told.
const maxTerms = 1000

// An entry is a factor times a sum of terms.
type entry struct {
	Name   string  `json:"name"`  // dW1[2,0]
	Words  string  `json:"words"` // row 3, column 1 of dW1
	Text   string  `json:"text"`
	MathML string  `json:"mathml"` // of the whole line
	Factor *factor `json:"factor,omitempty"`
	Terms  []term  `json:"terms"`
	Shown  *shown  `json:"shown,omitempty"` // where there are more terms

	Sum   number `json:"sum"`   // the factor times the terms, added here one by one
	Value number `json:"value"` // as the engine computes it

	// Ulps is how far they are apart, in units in the last place of the sum of the terms'
	// magnitudes.
	Ulps number `json:"ulps"`

	// Wrong is of an entry that a run with a mistake has otherwise: Right is Value, and the
	// sum is how that comes about.
	Wrong *wrongValue `json:"wrong,omitempty"`
}

// A factor is a number with what it stands for.
type factor struct {
	Text  string `json:"text"`
	Value number `json:"value"`
}

// A term is a product.
type term struct {
	Text    string   `json:"text"`
	Factors []factor `json:"factors"`
	Value   number   `json:"value"`
	Example *int     `json:"example,omitempty"` // the column of the batch that it is of
}

type shown struct {
	Terms int `json:"terms"`
	Of    int `json:"of"`
}

func (s *Session) entry(r entryRequest) (any, error) {
	run, convention, err := s.runOf(r.Run, r.Convention)
	if err != nil {
		return nil, err
	}
	step, err := run.next(convention)
	if err != nil {
		return nil, err
	}
	l := step.derivation.line(r.Line)
	if l == nil {
		return nil, badf("line", "there is no line %q; there are %s", short(r.Line), words.List(step.derivation.ids(), "and"))
	}
	index, name, said, err := place(l.Name, l.Shape, r.Row, r.Col)
	if err != nil {
		return nil, err
	}
	e := entry{Name: name, Words: said, MathML: l.MathML}
	x := &expander{step: step, m: step.derivation.batch}
	// First what the sum is of, then its numbers.
	whole := x.expand(l.node, index)
	values, err := step.values(append(x.needed, l.node)...)
	if err != nil {
		return nil, err
	}
	e.Value = number(values[l.node].at(index))
	e.finish(whole, values)
	e.Text = name + " = " + e.text()
	faults, err := run.faults(step)
	if err != nil {
		return nil, err
	}
	e.Wrong = l.wrongAt(faults, r.Row, r.Col)
	s.reach(Goal{Kind: "entry-opened", Run: r.Run, Line: l.ID, Row: r.Row, Col: r.Col})
	return e, nil
}

// ids returns those of all lines.
func (d *derivation) ids() (ids []string) {
	for _, l := range d.lines {
		ids = append(ids, l.ID)
	}
	return ids
}

// short is the beginning of a text of somebody's.
func short(text string) string { return fmt.Sprintf("%.40s", text) }

// place returns the index of an entry and its name, by row and column from 0 and from 1.
func place(name string, shape []int, row, col int) (index []int, called, said string, err error) {
	switch {
	case len(shape) > 2:
		return nil, "", "", badf("line", "%s has %d axes, at most 2 expected", name, len(shape))
	case row < 0 || row >= size(shape, 0):
		return nil, "", "", badf("row", "%d given, but %s has %s, from 0", row, name, words.Count(size(shape, 0), "row"))
	case col < 0 || col >= size(shape, 1):
		return nil, "", "", badf("col", "%d given, but %s has %s, from 0", col, name, words.Count(size(shape, 1), "column"))
	}
	index = []int{row, col}[:len(shape)]
	return index, entryName(name, index), fmt.Sprintf("row %d, column %d of %s", row+1, col+1, name), nil
}

func size(shape []int, axis int) int {
	if axis < len(shape) {
		return shape[axis]
	}
	return 1
}

func entryName(name string, index []int) string {
	if len(index) == 0 {
		return name
	}
	return name + "[" + words.Join(index, ",") + "]"
}

// An expander writes an entry as a sum of products of entries.
type expander struct {
	step   *upcoming
	m      int
	needed []*graph.Node // whose values are to be computed
}

// A ref is an entry of a node, or a constant without one, perhaps negated.
type ref struct {
	node     *graph.Node
	index    []int
	constant float64
	text     string
}

// A sum is factors times the sum of products.
type sum struct {
	factors  []ref
	products [][]ref
	examples []int // of each product, the column of the batch, −1 for none
}

// The operations that a sum is made of.
var (
	addOp = graph.Add(scalar, scalar).Op()
	subOp = graph.Sub(scalar, scalar).Op()
	mulOp = graph.Mul(scalar, scalar).Op()
)

// expand returns an entry as a sum.
func (x *expander) expand(n *graph.Node, index []int) sum {
	if inner, c := n.Factor(); c != 1 && inner != n {
		s := x.expand(inner, index)
		s.factors = append([]ref{x.constant(c)}, s.factors...)
		return s
	}
	if n.Op() == nil {
		return single(x.entry(n, index))
	}
	in := n.Inputs()
	if mul, ok := graph.AttrsOf[graph.MatMulAttrs](n); ok && len(index) == 2 {
		return x.product(in[0], in[1], mul, index)
	}
	if over, ok := graph.AttrsOf[graph.SumAttrs](n); ok {
		return x.sum(in[0], over, index)
	}
	switch n.Op() {
	case addOp, subOp:
		a, b := x.addend(in[0], index), x.addend(in[1], index)
		if n.Op() == subOp {
			for i := range b.products {
				b.products[i] = append([]ref{x.constant(-1)}, b.products[i]...)
			}
		}
		return sum{products: append(a.products, b.products...), examples: append(a.examples, b.examples...)}
	case mulOp:
		a, b := in[0], in[1]
		if x.isSum(b) && !x.isSum(a) {
			a, b = b, a
		}
		if x.isSum(a) {
			s := x.expand(a, broadcast(a.Shape(), index))
			s.factors = append(s.factors, x.entry(b, index))
			return s
		}
		return single(x.entry(a, index), x.entry(b, index))
	}
	return single(x.formula(n, index))
}

// addend is what stands in a sum of sums: its factors go into its products.
func (x *expander) addend(n *graph.Node, index []int) sum {
	index = broadcast(n.Shape(), index)
	_, c := n.Factor()
	if !x.isSum(n) && c == 1 && n.Op() != addOp && n.Op() != subOp && n.Op() != mulOp || x.hasName(n) {
		return single(x.entry(n, index))
	}
	s := x.expand(n, index)
	for i, p := range s.products {
		s.products[i] = append(slices.Clone(s.factors), p...)
	}
	s.factors = nil
	return s
}

// isSum reports whether a node that has no line of its own is a product of matrices or a sum.
func (x *expander) isSum(n *graph.Node) bool {
	if x.hasName(n) {
		return false
	}
	inner, _ := n.Factor()
	_, product := graph.AttrsOf[graph.MatMulAttrs](inner)
	_, sum := graph.AttrsOf[graph.SumAttrs](inner)
	return product || sum
}

// hasName reports whether a node has a symbol by which entries call it.
func (x *expander) hasName(n *graph.Node) bool {
	script := x.step.derivation.explained.Script()
	return n.Op() == nil || script.Symbol(n) != "" && script.HasLine(n)
}

func single(factors ...ref) sum { return sum{products: [][]ref{factors}, examples: []int{-1}} }

// product expands an entry of a product of matrices.
func (x *expander) product(a, b *graph.Node, t graph.MatMulAttrs, index []int) (s sum) {
	k := a.Shape()[1]
	if t.TransA {
		k = a.Shape()[0]
	}
	for i := range k {
		left, right := []int{index[0], i}, []int{i, index[1]}
		if t.TransA {
			left = []int{i, index[0]}
		}
		if t.TransB {
			right = []int{index[1], i}
		}
		s.products = append(s.products, []ref{x.entry(a, left), x.entry(b, right)})
		s.examples = append(s.examples, x.example(i, k, a, left))
	}
	return s
}

// sum expands an entry of a sum over axes.
func (x *expander) sum(n *graph.Node, over graph.SumAttrs, index []int) (s sum) {
	shape := n.Shape()
	at := make([]int, len(shape))
	count, kept := 1, 0
	for axis, size := range shape {
		if slices.Contains(over.Axes, axis) {
			count *= size
			if over.Keep {
				kept++
			}
			continue
		}
		at[axis] = index[kept]
		kept++
	}
	for i := range count {
		rest := i
		for k := len(over.Axes) - 1; k >= 0; k-- {
			axis := over.Axes[k]
			at[axis] = rest % shape[axis]
			rest /= shape[axis]
		}
		one := slices.Clone(at)
		if in := n.Inputs(); n.Op() == mulOp && !x.hasName(n) && !x.isSum(in[0]) && !x.isSum(in[1]) {
			s.products = append(s.products, []ref{x.entry(in[0], one), x.entry(in[1], one)})
		} else {
			s.products = append(s.products, []ref{x.entry(n, one)})
		}
		example := -1
		if last := len(shape) - 1; last >= 0 && slices.Contains(over.Axes, last) && shape[last] == x.m {
			example = one[last]
		}
		s.examples = append(s.examples, example)
	}
	return s
}

// example returns the column of the batch that term i of a product is of.
func (x *expander) example(i, terms int, a *graph.Node, index []int) int {
	if terms == x.m && len(index) == 2 && index[1] == i && a.Param() == nil && a.Shape()[1] == x.m {
		return i
	}
	return -1
}

// constant is a number; 1/m is written so.
func (x *expander) constant(c float64) ref {
	switch {
	case c == -1:
		return ref{constant: c, text: "−1"}
	case x.m > 1 && c == 1/float64(x.m):
		return ref{constant: c, text: "(1/m)"}
	}
	return ref{constant: c, text: signed(c)}
}

// signed writes a number with the minus of formulas.
func signed(c float64) string { return strings.ReplaceAll(fmt.Sprint(c), "-", "−") }

// entry is an entry of a node, by its symbol or how it is computed.
func (x *expander) entry(n *graph.Node, index []int) ref {
	index = broadcast(n.Shape(), index)
	if c, ok := n.ConstValue(); ok {
		return x.constant(c)
	}
	if x.hasName(n) {
		return x.ref(n, index, entryName(x.step.derivation.explained.Script().Called(n), index))
	}
	r := x.formula(n, index)
	if entrywise(n) && n.Op().Binary != nil {
		r.text = "(" + r.text + ")"
	}
	return r
}

func (x *expander) ref(n *graph.Node, index []int, text string) ref {
	x.needed = append(x.needed, n)
	return ref{node: n, index: index, text: withAlpha(text)}
}

// formula is an entry that is computed of other entries alone, written so.
func (x *expander) formula(n *graph.Node, index []int) ref { return x.ref(n, index, x.text(n, index)) }

// text writes how an entry is computed; of what is computed entry by entry all is written out.
func (x *expander) text(n *graph.Node, index []int) string {
	script := x.step.derivation.explained.Script()
	if !entrywise(n) {
		return entryName("("+n.Formula(script.Symbol)+")", index)
	}
	return n.Formula(func(operand *graph.Node) string {
		_, number := operand.ConstValue()
		at := broadcast(operand.Shape(), index)
		switch {
		case number:
			return ""
		case x.hasName(operand):
			return entryName(script.Called(operand), at)
		case entrywise(operand):
			return ""
		}
		return x.text(operand, at)
	})
}

// entrywise reports whether an entry of a node is computed of those of its operands.
func entrywise(n *graph.Node) bool {
	return n.Op() != nil && (n.Op().Unary != nil || n.Op().Binary != nil)
}

// number returns what a ref stands for.
func (r ref) number(values map[*graph.Node]array) factor {
	if r.node == nil {
		return factor{r.text, number(r.constant)}
	}
	return factor{r.text, number(values[r.node].at(r.index))}
}

// finish computes the terms and their sum.
func (e *entry) finish(s sum, values map[*graph.Node]array) {
	scale := 1.0
	var texts []string
	for _, r := range s.factors {
		f := r.number(values)
		scale *= float64(f.Value)
		texts = append(texts, f.Text)
	}
	if len(s.factors) > 0 {
		e.Factor = &factor{strings.Join(texts, "·"), number(scale)}
	}
	var total, rest, magnitude float64 // total + rest is the sum, by Neumaier
	e.Terms = []term{}
	for i, p := range s.products {
		t := term{Value: 1}
		var names []string
		for _, r := range p {
			f := r.number(values)
			t.Factors = append(t.Factors, f)
			t.Value *= f.Value
			names = append(names, f.Text)
		}
		t.Text = strings.TrimPrefix(strings.Join(names, "·"), "−1·")
		if len(names) > 1 && names[0] == "−1" {
			t.Text = "−" + t.Text
		}
		if s.examples[i] >= 0 {
			t.Example = &s.examples[i]
		}
		v := float64(t.Value)
		next := total + v
		if math.Abs(total) >= math.Abs(v) {
			rest += total - next + v
		} else {
			rest += v - next + total
		}
		total, magnitude = next, magnitude+math.Abs(v)
		if i < maxTerms {
			e.Terms = append(e.Terms, t)
		}
	}
	if len(s.products) > maxTerms {
		e.Shown = &shown{maxTerms, len(s.products)}
	}
	if !math.IsInf(total, 0) && !math.IsNaN(total) {
		total += rest
	}
	e.Sum = number(total * scale)
	e.Ulps = number(apartBy(float64(e.Sum), float64(e.Value), magnitude*math.Abs(scale)))
}

// apartBy is how far numbers are apart in units in the last place of a magnitude.
func apartBy(a, b, magnitude float64) float64 {
	if a == b || math.IsNaN(a) && math.IsNaN(b) {
		return 0
	}
	ulp := math.Nextafter(magnitude, math.Inf(1)) - magnitude
	return math.Abs(a-b) / ulp
}

// shownTerms is how many terms a text has.
const shownTerms = 4

// text writes the factor and the first terms.
func (e *entry) text() string {
	var parts []string
	for i, t := range e.Terms {
		if i == shownTerms && len(e.Terms) > shownTerms+1 {
			parts = append(parts, fmt.Sprintf("… (%d more)", max(len(e.Terms), e.of())-shownTerms))
			break
		}
		parts = append(parts, t.Text)
	}
	text := parts[0]
	for _, p := range parts[1:] {
		if after, minus := strings.CutPrefix(p, "−"); minus {
			text += " − " + after
		} else {
			text += " + " + p
		}
	}
	switch {
	case e.Factor == nil:
		return text
	case len(parts) > 1:
		text = "(" + text + ")"
	}
	return e.Factor.Text + "·" + text
}

// of is how many terms there are.
func (e *entry) of() int {
	if e.Shown != nil {
		return e.Shown.Of
	}
	return len(e.Terms)
}
