package graph

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/internal/words"
)

// A Loop repeats a part of a graph, step by step, with a state that each step hands to
// the next: a recurrent network, an integrator, steps of gradient descent. However
// many steps there are, the graph and its programs hold one body.
//
// Its zero value has no state and no steps; Init, Over and Steps say what there is.
type Loop struct {
	// Init is the state before the first step, of as many parts as one likes.
	Init []*Node

	// Over are arrays with one row for every step along Axis, of which step t is given
	// row t, without that axis.
	Over []*Node

	// Axis is the axis of the steps, in Over and in what is kept; a negative one counts
	// from the last. Arrays are moved in memory if it is not the first.
	Axis int

	// Steps is how many steps there are; if 0, as many as Over has rows.
	Steps int

	// Length, if set, is a scalar: how many steps are made, a whole number from 0 to
	// Steps. A run with any other is an error and updates nothing.
	Length *Node

	// Checkpoint makes gradients keep the state at about every √Steps-th step alone and
	// compute what lies between again: less memory, for the time of another pass forward.
	// Sums over steps are then taken in another order.
	Checkpoint bool
}

// Scan adds the loop. It calls body once, with nodes that stand for the state and for
// the rows that a step is given; body returns the state for the next step, of the same
// shapes as Init, and what is to be kept of the step. It may use any nodes and
// parameters of the graph, which are the same at every step; nodes that it makes are
// the loop's own, and using them elsewhere is an error.
//
// Scan returns the state behind the last step, and what was kept: each with one row for
// every step along a new axis Axis, rows of steps that Length leaves out being zero.
// With no step made, the final state is Init.
//
// Values and gradients are those of the same steps built one behind the other, bit for
// bit where what the loop shares with them is used by it alone and the parts of a state
// are different nodes, but for the sign of zeros. Functions of probabilities find their
// logits within a step only. A body may draw random numbers, from a seed that is a part
// of the state; to assign what a step computes to a parameter is an error. Labels that a
// cost in the body requires (Require) are checked where they come from outside, and not
// where they are rows of Over.
func (l Loop) Scan(body func(state, in []*Node) (next, out []*Node)) (final, stacked []*Node) {
	if n := l.mistake("Scan", func() error { return l.checkScan(body == nil) }); n != nil {
		return l.failedScan(n, body)
	}
	axis := l.Axis
	l.Steps, l.Over, l.Axis = l.steps(), slices.Clone(l.Over), 0
	for i, x := range l.Over {
		l.Over[i] = moveAxis(x, axisOf(axis, len(x.shape)), 0)
	}
	final, stacked = l.scan("Scan", body)
	for i, x := range stacked {
		if x.err != nil {
			continue
		}
		to := axisOf(axis, len(x.shape))
		if to < 0 {
			stacked[i] = failedNode(x.g, "Scan", fmt.Errorf("what is kept of a step has shape %s, among whose axes there is none that becomes axis %d", shapeString(x.shape[1:]), axis), x)
			continue
		}
		stacked[i] = moveAxis(x, 0, to)
	}
	return final, stacked
}

// axisOf returns which of so many axes is meant, -1 if there is none.
func axisOf(axis, axes int) int {
	if axis < 0 {
		axis += axes
	}
	if axis < 0 || axis >= axes {
		return -1
	}
	return axis
}

// moveAxis returns x with an axis at another place among the others.
func moveAxis(x *Node, from, to int) *Node {
	if from == to {
		return x
	}
	perm := make([]int, len(x.shape))
	for i := range perm {
		perm[i] = i
	}
	return Transpose(x, slices.Insert(slices.Delete(perm, from, from+1), to, from)...)
}

// scan adds the loop for op, whose settings have been checked.
func (l Loop) scan(op string, body func(state, in []*Node) (next, out []*Node)) (final, stacked []*Node) {
	g := l.operands()[0].g
	required := len(g.required)
	b, outer, err := g.takeBody(l.Init, l.Over, body)
	if err != nil {
		n := failedNode(g, op, err, l.operands()...)
		return slices.Repeat([]*Node{n}, len(l.Init)), slices.Repeat([]*Node{n}, len(b.out))
	}
	if l.Checkpoint && l.steps() > 3 {
		final, stacked = l.checkpointed(b, outer)
		by := slices.Concat(final, stacked)[0]
		for by.err == nil && by.scanned() == nil {
			by = by.in[0]
		}
		g.requiredBy(required, by)
		return final, stacked
	}
	in := slices.Concat(l.Init, l.Over, outer)
	if l.Length != nil {
		in = append(in, l.Length)
	}
	n := newScanOp(l.steps(), l.Length != nil, false, b).Apply(in...)
	g.requiredBy(required, n)
	return n.op.scan.finals(n), n.op.scan.stacks(n)
}

// requiredBy makes a loop what requires labels that a node of its body required, from number
// start on.
func (g *Graph) requiredBy(start int, loop *Node) {
	for _, c := range g.required[min(start, len(g.required)):] {
		c.by = loop
	}
}

// operands returns the nodes that the loop is given.
func (l Loop) operands() []*Node {
	all := slices.Concat(l.Init, l.Over)
	if l.Length != nil {
		all = append(all, l.Length)
	}
	return all
}

// steps returns how many steps there are at most.
func (l Loop) steps() int {
	if l.Steps == 0 && len(l.Over) > 0 {
		if axis := axisOf(l.Axis, len(l.Over[0].shape)); axis >= 0 {
			return l.Over[0].shape[axis]
		}
	}
	return l.Steps
}

// mistake returns a failed node of op if what the loop is given is wrong, or its settings
// are by check, and else nil.
func (l Loop) mistake(op string, check func() error) *Node {
	all := l.operands()
	for _, n := range all {
		if n != nil && n.err != nil {
			poison(all, n.err)
			return &Node{g: graphOf(all), err: n.err}
		}
	}
	g := graphOf(all)
	err := checkSameGraph(g, all)
	if err == nil {
		err = check()
	}
	if err == nil {
		return nil
	}
	return failedNode(g, op, err, all...)
}

// checkScan reports what is wrong with the settings for Scan.
func (l Loop) checkScan(bodyless bool) error {
	for _, x := range l.Over {
		switch axis := axisOf(l.Axis, len(x.shape)); {
		case len(x.shape) == 0:
			return errors.New("a scalar has no rows to go over")
		case axis < 0:
			return fmt.Errorf("shape %s to go over has no axis %d", shapeString(x.shape), l.Axis)
		case x.shape[axis] != l.steps():
			return fmt.Errorf("an array with %s given for %s", words.Count(x.shape[axis], "row"), words.Count(l.steps(), "step"))
		}
	}
	switch {
	case bodyless:
		return errors.New("the body is nil")
	case l.steps() < 1:
		return fmt.Errorf("%s given, at least 1 expected, or arrays to go over", words.Count(l.Steps, "step"))
	case l.Length != nil && len(l.Length.shape) > 0:
		return errors.New("the length is no scalar")
	}
	return nil
}

// failedScan returns a failed node for everything that the loop would have returned.
func (l Loop) failedScan(n *Node, body func(state, in []*Node) (next, out []*Node)) (final, stacked []*Node) {
	final = slices.Repeat([]*Node{n}, len(l.Init))
	if body != nil {
		defer func() { _ = recover() }() // of a body that expects shapes
		_, out := body(final, slices.Repeat([]*Node{n}, len(l.Over)))
		stacked = slices.Repeat([]*Node{n}, len(out))
	}
	return final, stacked
}
