package draw

import (
	"strings"
	"sync"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// operation writes what n does to its operands, which are called refs.
func operation(n *graph.Node, refs []string) string {
	op := n.Op()
	known := notationOf(op)
	switch {
	case op.Unary == nil && op.Binary == nil && op.Eval == nil:
		return structural(op, refs)
	case known.postfix != "":
		return factor(refs[0]) + known.postfix
	case known.prefix != "":
		return known.prefix + factor(refs[0])
	case known.sign == "⊙":
		return product(n, refs)
	case known.sign != "":
		return factor(refs[0]) + " " + known.sign + " " + factor(refs[1])
	}
	return call(known.function, refs)
}

// structural writes a built-in operation that is not element-wise: one that
// has none of the functions which a user's own needs.
func structural(op *graph.Op, refs []string) string {
	switch op.Name {
	case "MatMul":
		transA, transB := transposed(op)
		return factor(refs[0]) + mark(transA) + "·" + factor(refs[1]) + mark(transB)
	case "Transpose":
		return factor(refs[0]) + "ᵀ"
	case "Sum":
		return "Σ " + factor(refs[0])
	}
	_, function := op.Notation()
	return call(strings.ToLower(function), refs)
}

// call writes a function of operands, without them if that gets too long.
func call(function string, refs []string) string {
	name := shorten(function, maxName)
	text := name + "(" + strings.Join(refs, ", ") + ")"
	if count(text) > maxFormula {
		return name
	}
	return text
}

// product writes an element-wise product, and one with a constant as in 2 × Z1
// or Z1 / 400.
func product(n *graph.Node, refs []string) string {
	for i, x := range n.Inputs() {
		c, ok := x.ConstValue()
		if !ok {
			continue
		}
		other := factor(refs[1-i])
		if k, ok := quotient(c); ok {
			return other + " / " + number(k)
		}
		return number(c) + " × " + other
	}
	return factor(refs[0]) + " ⊙ " + factor(refs[1])
}

// A notation is how an element-wise operation is written.
type notation struct {
	sign     string // between two operands
	prefix   string // before one operand
	postfix  string // after one operand
	function string // in front of operands in parentheses
}

// notations returns the operations that are not written as formulas write them.
var notations = sync.OnceValue(func() map[*graph.Op]notation {
	x := graph.New(graph.Settings{}).Input("x")
	return map[*graph.Op]notation{
		graph.Mul(x, x).Op():     {sign: "⊙"},
		graph.Neg(x).Op():        {prefix: "−"},
		graph.Square(x).Op():     {postfix: "²"},
		graph.Sqrt(x).Op():       {function: "√"},
		graph.Reciprocal(x).Op(): {prefix: "1 / "},
	}
})

// notationOf returns how op is written.
func notationOf(op *graph.Op) notation {
	known, ok := notations()[op]
	if !ok && op != nil {
		known.sign, known.function = op.Notation()
	}
	return known
}

// transposed reports which factors of a matrix product enter transposed. It asks
// the operation which shapes go together.
func transposed(op *graph.Op) (a, b bool) {
	fits := func(left, right tensor.Shape) bool {
		_, err := op.Shape([]tensor.Shape{left, right})
		return err == nil
	}
	a = fits(tensor.Shape{3, 2}, tensor.Shape{3, 5}) || fits(tensor.Shape{3, 2}, tensor.Shape{5, 3})
	b = fits(tensor.Shape{2, 3}, tensor.Shape{5, 3}) || fits(tensor.Shape{3, 2}, tensor.Shape{5, 3})
	return a, b
}

func mark(transposed bool) string {
	if transposed {
		return "ᵀ"
	}
	return ""
}
