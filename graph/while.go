package graph

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/internal/words"
)

// whileLimit is how many steps a While makes at most: float32 counts them exactly, and an
// endless loop ends.
const whileLimit = 1 << 24

// While repeats body as long as cond of the state, a scalar, is not 0, which is asked before
// every step. It returns the state behind the last step, and how many steps were made, a
// scalar with derivative 0. Both functions are called when the graph is built: cond with
// Init and with a state of the loop, body with a state of the loop. As in Scan they may use
// any nodes and parameters of the graph.
//
// Init is the state. Steps is the most steps that may be made; it is needed for gradients, for
// which so many states have room, and may be 0, for 2²⁴, where there are none. Over, Axis,
// Length and Checkpoint must not be set. A run in which cond is not 0 behind the last step that may
// be made is an error and updates nothing. Comparisons with NaN are 0, so that a loop whose
// state becomes NaN ends, as a rule; a cond that is itself NaN is not 0.
//
// Gradients come through the steps that were made, bit for bit as in Scan with so many
// of them as its Length. That steps change in number changes no gradient.
func (l Loop) While(cond func(state []*Node) *Node, body func(state []*Node) []*Node) (final []*Node, steps *Node) {
	fail := func(n *Node) ([]*Node, *Node) { return slices.Repeat([]*Node{n}, len(l.Init)), n }
	if n := l.mistake("While", func() error { return l.checkWhile(cond == nil || body == nil) }); n != nil {
		return fail(n)
	}
	g := l.Init[0].g
	required := len(g.required)
	first, err := l.goesOn(cond, l.Init)
	if err != nil {
		return fail(failedNode(g, "While", err, l.Init...))
	}
	init := append(slices.Clone(l.Init), g.Const(0), first)
	b, outer, err := g.takeBody(init, nil, func(state, _ []*Node) (next, out []*Node) {
		states, made := state[:len(l.Init)], state[len(l.Init)]
		next = body(states)
		err := g.checkBody(l.Init, next, nil)
		var again *Node
		if err == nil {
			again, err = l.goesOn(cond, next)
		}
		if err != nil {
			return slices.Repeat([]*Node{failedNode(g, "While", err, states...)}, len(init)), nil
		}
		return append(slices.Clone(next), made.Plus(1), again), nil
	})
	if err != nil {
		return fail(failedNode(g, "While", err, l.Init...))
	}
	n := newWhileOp(l.Steps, b).Apply(slices.Concat(init, outer)...)
	if n.err != nil {
		return fail(n)
	}
	g.requiredBy(required, n)
	all := n.op.scan.finals(n)
	return all[:len(l.Init)], all[len(l.Init)]
}

// checkWhile reports what is wrong with the settings for While.
func (l Loop) checkWhile(isMissing bool) error {
	switch {
	case isMissing:
		return errors.New("the condition or the body is nil")
	case len(l.Init) == 0:
		return errors.New("a state expected in Init, which is empty")
	case len(l.Over) > 0 || l.Axis != 0 || l.Length != nil || l.Checkpoint:
		return errors.New("one of Over, Axis, Length and Checkpoint is set, which are for a number of steps that is known")
	case l.Steps < 0 || l.Steps > whileLimit:
		return fmt.Errorf("at most %s given, a number from 0 to 2²⁴ expected", words.Count(l.Steps, "step"))
	}
	return nil
}

// goesOn returns 1 if cond of a state is not 0, and else 0.
func (l Loop) goesOn(cond func(state []*Node) *Node, state []*Node) (*Node, error) {
	c := cond(slices.Clone(state))
	if err := checkSameGraph(state[0].g, []*Node{c}); err != nil {
		return nil, fmt.Errorf("of what the condition returns: %w", err)
	}
	if c.err == nil && len(c.shape) > 0 {
		return nil, fmt.Errorf("the condition has shape %s, a scalar expected", shapeString(c.shape))
	}
	return oneMinus(isZero(c)), c.err
}

// newWhileOp returns a loop whose last parts of the state are how many steps were made, and
// whether there is another. It has no Source: programs that are written of a derivation would
// not tell that a bound is reached.
func newWhileOp(steps int, b *loopBody) *Op {
	op := newScanOp(steps, false, false, b)
	op.scan.While = true
	op.Name, op.Text, op.Attrs, op.Source = "While", "while", op.scan.ScanAttrs, nil
	return op
}

// again returns a loop like s, with another body.
func (s *scanOp) again(b *loopBody) *scanOp {
	if s.While {
		return newWhileOp(s.Steps, b).scan
	}
	return newScanOp(s.Steps, s.Bounded, s.Reverse, b).scan
}

// made returns how many steps the loop n made, nil if that is known before.
func (s *scanOp) made(n *Node) *Node {
	if !s.While {
		return nil
	}
	return s.final(n, s.State-2)
}

// limit returns how many steps are made at most.
func (s *scanOp) limit() int {
	if s.While && s.Steps == 0 {
		return whileLimit
	}
	return s.Steps
}

// checkBound reports a loop through which there are no gradients for want of a bound.
func (s *scanOp) checkBound() error {
	if s.While && s.Steps == 0 {
		return errors.New("the gradient of a While without a bound is asked for: set Steps of the Loop to the most steps that may be made")
	}
	return nil
}

// checkMore reports that a loop is not over where no more steps may be made.
func (s *scanOp) checkMore() error {
	return fmt.Errorf("the condition of a loop still holds behind %s, the most that may be made", words.Count(s.limit(), "step"))
}
