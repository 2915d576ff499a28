package graph

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/internal/words"
	"gorgonia.org/gorgonia"
)

// segmentSize is how many nodes gorgonia differentiates at once. Its look-ups
// scan all nodes of a graph, so that the cost grows with the square of the
// size.
const segmentSize = 500

// A walk is one pass of the chain rule from an output back to the nodes that
// its gradient is asked for. Segments of the graph are replayed, last one
// first, into fresh gorgonia graphs, and gorgonia.Backpropagate walks each: a
// fresh graph because a second walk of one graph goes wrong silently.
//
// gorgonia gives the order and the calls: it calls the rule of every operation
// between y and the xs, once, after those of all its users. It does not give
// the sums. In a gorgonia graph a gradient is an opaque input that stands for a
// node of ours. Where a value is used several times gorgonia adds such inputs
// up, and may return another sum's node instead, since it merges nodes by a
// 32-bit hash. So what it adds is not looked at: the terms are kept here, in the
// order of the calls, and the sum is made of them.
type walk struct {
	g        *Graph
	examples *exampleWalk      // nil for derivatives of the output alone
	active   []bool            // by node id: depends on what the gradient is asked for
	terms    map[*Node][]*Node // gradients that flow into a node, as nodes of ours
	totals   map[*Node]*Node
	expr     *expression // the segment
	counter  int         // of opaque inputs
	mistake  error       // of a rule
}

// run differentiates through nodes, which are in order and whose gradients'
// first terms are given.
func (w *walk) run(nodes []*Node) error {
	gorgoniaLock.Lock()
	defer gorgoniaLock.Unlock()
	for len(nodes) > 0 {
		cut := max(0, len(nodes)-segmentSize)
		segment := nodes[cut:]
		nodes = nodes[:cut]
		err := guard("differentiating", func() error { return w.runSegment(segment) })
		if w.mistake != nil {
			return w.mistake
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) runSegment(segment []*Node) error {
	w.expr = newExpression()
	var outputs, gradients, inputs gorgonia.Nodes
	for _, n := range segment {
		op := &exprOp{n: n, backward: w.backward, active: make([]bool, len(n.in))}
		for i, x := range n.in {
			op.active[i] = w.active[x.id]
			if w.expr.nodes[x] != nil {
				continue
			}
			leaf := w.expr.leaf(x)
			if w.active[x.id] {
				inputs = append(inputs, leaf)
			}
		}
		if err := w.expr.apply(op); err != nil {
			return err
		}
	}
	for _, n := range segment {
		if len(w.terms[n]) > 0 {
			outputs = append(outputs, w.expr.nodes[n])
			gradients = append(gradients, w.opaque(n))
		}
	}
	_, err := gorgonia.Backpropagate(outputs, gradients, inputs)
	return err
}

// opaque adds an input of n's shape that stands for a gradient flowing into n.
func (w *walk) opaque(n *Node) *gorgonia.Node {
	w.counter++
	return w.expr.input(fmt.Sprintf("gradient %d", w.counter), w.g.dtype, n.shape)
}

// backward is called by gorgonia when it comes to an operation: it applies the
// operation's rule and returns an opaque input for each gradient.
func (w *walk) backward(o *exprOp, _ *gorgonia.Node) (gorgonia.Nodes, error) {
	n := o.n
	dx, err := w.applyRule(n)
	if err != nil {
		w.mistake = err
		return nil, err
	}
	out := make(gorgonia.Nodes, len(n.in))
	for i, x := range n.in {
		if o.active[i] {
			w.terms[x] = append(w.terms[x], dx[i])
			w.examples.flow(n, i)
			out[i] = w.opaque(x)
		}
	}
	return out, nil
}

// applyRule returns the gradients with respect to n's active inputs.
func (w *walk) applyRule(n *Node) ([]*Node, error) {
	op := n.op
	if op.Backward == nil && op.Slope == nil {
		return nil, ruleError(n, fmt.Errorf("operation %s has neither Slope nor Backward", op.Name))
	}
	dx, ofMean := w.examples.throughMean(n, w.total(n))
	if !ofMean {
		var err error
		if dx, err = w.callRule(n); err != nil {
			return nil, ruleError(n, err)
		}
	}
	if len(dx) != len(n.in) {
		return nil, ruleError(n, fmt.Errorf("the Backward rule of %s returned %s for %s", op.Name, words.Count(len(dx), "gradient"), words.Count(len(n.in), "input")))
	}
	out := make([]*Node, len(dx))
	for i, d := range dx {
		x := n.in[i]
		if !w.active[x.id] {
			continue
		}
		d, err := w.mend(d, x, n)
		if err != nil {
			return nil, ruleError(n, fmt.Errorf("the rule of %s, gradient for input %d: %w", op.Name, i, err))
		}
		out[i] = d
	}
	return out, w.g.err
}

// callRule calls the rule of n's operation, which is a user's code, without
// the lock.
func (w *walk) callRule(n *Node) (dx []*Node, err error) {
	total := w.total(n)
	gorgoniaLock.Unlock()
	defer gorgoniaLock.Lock()
	function := "Backward"
	if n.op.Slope != nil {
		function = "Slope"
	}
	err = n.op.guarded(function, func() { dx = n.derive(total) })
	return dx, err
}

// derive returns the gradients with respect to the inputs of n from that with
// respect to n, by the Slope or the Backward rule of its operation.
func (n *Node) derive(dn *Node) []*Node {
	if n.op.Slope != nil {
		return []*Node{throughSlope(n, dn)}
	}
	return n.op.Backward(slices.Clone(n.in), n, dn)
}

// ruleError reports what is wrong with the rule of n's operation, at the place of
// a mistake made inside the rule if it is one.
func ruleError(n *Node, err error) error {
	e := mistake("Grad", err, n)
	if inside := (*Error)(nil); errors.As(err, &inside) {
		e.Place = inside.Place
	} else if p := panicOf(err); p != nil {
		e.Place = p.Place
	}
	return e
}

// mend brings the gradient that the rule of y returned for its input x to the
// shape of x.
func (w *walk) mend(d, x, y *Node) (*Node, error) {
	switch op := y.op; {
	case d == nil:
		return w.g.Const(0, x.shape...), nil
	case d.err != nil:
		return nil, d.err
	case d.g != w.g:
		return nil, errors.New("it belongs to another graph")
	case slices.Equal(d.shape, x.shape):
		return d, nil
	case d.kind == constNode && op.isElementwise() && broadcasts(d.shape, x.shape):
		return BroadcastTo(d, x.shape...), nil
	case op.Binary != nil && broadcasts(x.shape, d.shape) && broadcasts(d.shape, y.shape):
		return sumTo(d, x.shape), nil
	}
	return nil, fmt.Errorf("it has shape %s, %s expected", shapeString(d.shape), shapeString(x.shape))
}

// total returns the sum of the gradients that flow into n. It is asked for
// when all of them are known.
func (w *walk) total(n *Node) *Node {
	if t, ok := w.totals[n]; ok {
		return t
	}
	terms := w.examples.settle(n, w.terms[n])
	if len(terms) == 0 {
		return nil
	}
	t := terms[0]
	for _, term := range terms[1:] {
		t = Add(t, term)
	}
	w.totals[n] = t
	return t
}
