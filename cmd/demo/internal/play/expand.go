package play

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/graph"
)

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
