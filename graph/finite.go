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
// if all outputs and updates are. Then the program is kept for the next such run.
func (p *Program) diagnose(fed func(i int) any) (err error) {
	if p.diagnosis == nil {
		if p.diagnosis, err = p.newDiagnosis(); err != nil {
			return err
		}
	}
	d := p.diagnosis
	defer func() {
		if clear(d.feeds); err != nil {
			d.all.Close() // nothing is running
			p.diagnosis = nil
		}
	}()
	for i, n := range p.feeds {
		if d.feeds[n] = fed(i); d.feeds[n] == nil {
			d.feeds[n] = p.exec.setValue(i)
		}
	}
	if err := d.all.Run(d.feeds); err != nil {
		return err
	}
	for _, n := range d.nodes {
		if d.values[n], err = d.all.Float64s(d.values[n][:0], n); err != nil {
			return err
		}
	}
	for _, n := range d.results {
		if at := d.first(n, isNotFinite); at >= 0 {
			return mistake("Run", d.explain(n, at))
		}
	}
	return nil
}

// newDiagnosis compiles the program of a diagnosis.
func (p *Program) newDiagnosis() (*diagnosis, error) {
	results := slices.Clone(p.spec.Outputs)
	for _, u := range p.spec.Updates {
		results = append(results, u.Value)
	}
	g := results[0].g
	g.diagnosing.Lock()
	defer g.diagnosing.Unlock()
	d := &diagnosis{results: results, nodes: p.computed(results), operands: p.operands, feeds: Feeds{}, values: map[*Node][]float64{}}
	var err error
	if d.all, err = Compile(Spec{Outputs: d.nodes, Given: p.feeds, Dtype: p.dtype, Workers: p.workers}); err != nil {
		return nil, mistake("Run", fmt.Errorf("an output or an update would not be finite, and it cannot be found out where that begins: %w", err), results...)
	}
	return d, nil
}

// A diagnosis are the values of all nodes of a run.
type diagnosis struct {
	all      *Program
	results  []*Node // outputs and updates of the run
	nodes    []*Node // what they are computed from, themselves included
	operands func(n *Node) []*Node
	feeds    Feeds
	values   map[*Node][]float64
}

// operands returns what a program computes n from; nothing if n is fed.
func (c *compiled) operands(n *Node) []*Node {
	if slices.Contains(c.spec.Given, n) {
		return nil
	}
	if instead, ok := c.instead[n]; ok {
		return instead
	}
	return n.in
}

// computed returns what results are computed from, in order, themselves included.
func (c *compiled) computed(results []*Node) []*Node {
	var order []*Node
	seen := map[*Node]bool{}
	stack := slices.Clone(results)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[n] {
			continue
		}
		seen[n] = true
		order = append(order, n)
		stack = append(stack, c.operands(n)...)
	}
	slices.SortFunc(order, func(a, b *Node) int { return a.id - b.id })
	return order
}

func isNotFinite(v float64) bool { return v-v != 0 }

// first returns the number of the first entry of n that is so, -1 if none is.
func (d *diagnosis) first(n *Node, is func(v float64) bool) int {
	return slices.IndexFunc(d.values[n], is)
}

// explain goes back from an entry of a result to where it begins.
func (d *diagnosis) explain(result *Node, at int) *NotFinite {
	e := &NotFinite{Result: result, ResultValue: d.values[result][at], Node: result}
	for from := d.cause(result); from != nil; from = d.cause(from) {
		e.Node = from
	}
	at = max(d.first(e.Node, isNotFinite), 0)
	e.Value, e.Index = d.values[e.Node][at], indexOf(at, e.Node.shape)
	for _, x := range d.operands(e.Node) {
		for _, v := range d.values[x] {
			if e.Operand == nil || math.Abs(v) > math.Abs(e.Largest) {
				e.Operand, e.Largest = x, v
			}
		}
	}
	return e
}

// cause returns the operand that n is not finite from: one with a NaN if n has one
// and an operand too, else one that is infinite; nil if all are finite.
func (d *diagnosis) cause(n *Node) *Node {
	if d.first(n, math.IsNaN) >= 0 {
		for _, x := range d.operands(n) {
			if d.first(x, math.IsNaN) >= 0 {
				return x
			}
		}
	}
	for _, x := range d.operands(n) {
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
