package graph

import "slices"

// A StepBody is what a loop computes at each step, as nodes of a graph of its own, to be
// drawn or written. See [StepOf].
type StepBody struct {
	ScanAttrs

	// State, Rows and Given are inputs of that graph: the parts of the state, the rows that
	// the step is given, and what is the same at every step. In this order they stand for
	// the operands of the loop; behind these may come its length. Those of Given have the
	// symbols of what they stand for, if it has any.
	State, Rows, Given []*Node

	// Next is the state for the next step, and Kept what is kept of this one. A node may be
	// among both, and an input may be.
	Next, Kept []*Node
}

// StepOf returns what the loop that computes n does at each step, as a copy, and whether
// a loop computes n; none computes a node that is nil or failed. The gradient of a loop is
// another one.
func StepOf(n *Node) (body StepBody, ok bool) {
	if n.Err() != nil || n.scanned() == nil {
		return StepBody{}, false
	}
	s := n.scanned()
	b := s.body.copy()
	w := newWriter(n.g)
	for i, x := range b.free {
		if symbol := w.symbols[n.in[s.State+s.Over+i]]; symbol != "" && b.g.names[symbol] == nil {
			delete(b.g.names, x.name)
			x.name = symbol
			b.g.names[symbol] = x
		}
	}
	return StepBody{ScanAttrs: s.ScanAttrs, State: b.state, Rows: b.over, Given: b.free, Next: b.next, Kept: b.out}, true
}

// Results returns the nodes that the step gives, each once.
func (b StepBody) Results() []*Node {
	var all []*Node
	for _, n := range slices.Concat(b.Next, b.Kept) {
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}
