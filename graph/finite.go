package graph

import (
	"fmt"
	"math"
	"slices"
)

// A NotFinite says why a run of a program with Spec.Finite changed nothing.
type NotFinite struct {
	// Result is the first output, or else the value of the first update, that
	// would not have been finite, and ResultValue one of its entries that is not.
	Result      *Node
	ResultValue float64

	// Node is where that begins, of the nodes on which Result depends: an input, a
	// parameter or constant with such an entry, or an operation whose operands
	// are finite. Index is the first such entry, and Value what it is.
	Node  *Node
	Index []int
	Value float64

	// Operand is what an operation has its largest entry from, by absolute value,
	// and Largest that entry; nil of what is no operation.
	Operand *Node
	Largest float64
}

// Error names the node and the entry in which it begins, and what follows from it.
func (e *NotFinite) Error() string {
	if e == nil || e.Node == nil || e.Result == nil {
		return "graph: a value is not finite"
	}
	text := ""
	name := describe([]*Node{e.Node})[0]
	switch e.Node.kind {
	case inputNode:
		text = fmt.Sprintf("input %s holds %v%s", name, e.Value, e.place())
	case paramNode:
		text = fmt.Sprintf("parameter %s held %v%s before the run", name, e.Value, e.place())
	case constNode, dataNode:
		text = fmt.Sprintf("constant %s holds %v%s", name, e.Value, e.place())
	default:
		text = fmt.Sprintf("%v becomes %v%s", e.Node, e.Value, e.place())
		switch {
		case e.Operand == nil:
		case math.IsInf(e.Value, 0):
			text += fmt.Sprintf(", an overflow or a pole: its operands are finite, the largest entry is %.3g in %s", e.Largest, describe([]*Node{e.Operand})[0])
		default:
			text += fmt.Sprintf(", which is no number: its operands are finite, the largest entry is %.3g in %s", e.Largest, describe([]*Node{e.Operand})[0])
		}
	}
	if e.Result != e.Node {
		text += fmt.Sprintf("; from it %s becomes %v", describe([]*Node{e.Result})[0], e.ResultValue)
	}
	return text
}

// place says which entry it is; of a matrix, whose columns are examples, by row
// and column.
func (e *NotFinite) place() string {
	switch len(e.Index) {
	case 0:
		return ""
	case 2:
		if e.Node.kind == inputNode {
			return fmt.Sprintf(" at row %d of example %d (from 0)", e.Index[0], e.Index[1])
		}
	}
	return " at " + shapeString(e.Index)
}

// diagnose finds out what is not finite, by a program that computes every node; nil
// if all outputs and updates are.
func (p *Program) diagnose(fed func(i int) any) error {
	p.exclusive.Lock() // clones may come here at once
	defer p.exclusive.Unlock()
	results := slices.Clone(p.spec.Outputs)
	for _, u := range p.spec.Updates {
		results = append(results, u.Value)
	}
	given := map[*Node]bool{}
	for _, n := range p.spec.Given {
		given[n] = true
	}
	nodes, _ := results[0].g.reachable(results, given)
	all, err := Compile(Spec{Outputs: nodes, Given: p.feeds, Dtype: p.dtype, Workers: p.workers})
	if err != nil {
		return mistake("Run", fmt.Errorf("an output or an update would not be finite, and it cannot be found out where that begins: %w", err), results...)
	}
	defer all.Close() // nothing is running
	feeds := Feeds{}
	for i, n := range p.feeds {
		if feeds[n] = fed(i); feeds[n] == nil {
			feeds[n] = p.exec.setValue(i)
		}
	}
	if err := all.Run(feeds); err != nil {
		return err
	}
	d := diagnosis{given: given, values: map[*Node][]float64{}}
	for _, n := range nodes {
		if d.values[n], err = all.Float64s(nil, n); err != nil {
			return err
		}
	}
	for _, n := range results {
		if at := d.first(n, isNotFinite); at >= 0 {
			return mistake("Run", d.explain(n, at))
		}
	}
	return nil
}

// A diagnosis are the values of all nodes of a run.
type diagnosis struct {
	given  map[*Node]bool
	values map[*Node][]float64
}

func isNotFinite(v float64) bool { return v-v != 0 }

// first returns the number of the first entry of n that is so, -1 if none is.
func (d diagnosis) first(n *Node, is func(v float64) bool) int {
	return slices.IndexFunc(d.values[n], is)
}

// explain goes back from an entry of a result to where it begins.
func (d diagnosis) explain(result *Node, at int) *NotFinite {
	e := &NotFinite{Result: result, ResultValue: d.values[result][at], Node: result}
	for from := d.cause(result); from != nil; from = d.cause(from) {
		e.Node = from
	}
	at = max(d.first(e.Node, isNotFinite), 0)
	e.Value, e.Index = d.values[e.Node][at], indexOf(at, e.Node.shape)
	if e.Node.kind == opNode && !d.given[e.Node] {
		for _, x := range e.Node.in {
			for _, v := range d.values[x] {
				if e.Operand == nil || math.Abs(v) > math.Abs(e.Largest) {
					e.Operand, e.Largest = x, v
				}
			}
		}
	}
	return e
}

// cause returns the operand that n is not finite from: one with a NaN if n has one
// and an operand too, else one that is infinite; nil if all are finite.
func (d diagnosis) cause(n *Node) *Node {
	if n.kind != opNode || d.given[n] {
		return nil
	}
	if d.first(n, math.IsNaN) >= 0 {
		for _, x := range n.in {
			if d.first(x, math.IsNaN) >= 0 {
				return x
			}
		}
	}
	for _, x := range n.in {
		if d.first(x, isNotFinite) >= 0 {
			return x
		}
	}
	return nil
}

// indexOf returns the index of an entry by its number in row-major order.
func indexOf(e int, shape []int) []int {
	index := make([]int, len(shape))
	for axis := len(shape) - 1; axis >= 0; axis-- {
		index[axis] = e % shape[axis]
		e /= shape[axis]
	}
	return index
}
