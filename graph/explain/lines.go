package explain

import (
	"maps"
	"slices"

	"chainrule/graph"
)

// An explainer writes the lines of one derivation.
type explainer struct {
	settings    Settings
	script      *graph.Script
	examples    *graph.ByExample // nil if all gradients are those of cost
	cost        *graph.Node
	xs          []*graph.Node
	derivatives []*graph.Node                 // of xs
	order       []*graph.Node                 // what cost and gradients are computed from
	uses        map[*graph.Node]int           // how often they use each other
	before      map[*graph.Node]bool          // belongs to the forward pass
	users       map[*graph.Node][]*graph.Node // by which cost depends on a node
	adjoints    map[*graph.Node]*graph.Node   // the gradients of values
	of          map[*graph.Node]*graph.Node   // what a gradient with a symbol is the gradient of
	first       *explainer                    // wrote the forward pass; nil if this one does
}

// newExplainer takes the gradient of cost. If first is given it explains the raw
// gradient: it calls the values of the forward pass as first does, and puts no
// gradients together.
func newExplainer(s Settings, cost *graph.Node, xs []*graph.Node, first *explainer) (*explainer, error) {
	if err := check(cost, xs); err != nil {
		return nil, err
	}
	if err := s.Convention.check(); err != nil {
		return nil, err
	}
	e := &explainer{settings: s, cost: cost, xs: distinct(xs), first: first}
	e.findUsers()
	e.nameValues()
	// The gradients of interior values are asked for too, to know which they are.
	values := e.namedValues()
	all, err := e.differentiate(first != nil, append(values, e.xs...))
	if err != nil {
		return nil, err
	}
	e.derivatives = all[len(values):]
	e.adjoints = map[*graph.Node]*graph.Node{}
	for i, n := range append(values, e.xs...) {
		e.adjoints[n] = all[i]
	}
	asked := slices.Concat([]*graph.Node{cost}, e.xs, e.derivatives)
	e.order, e.uses = graph.Upstream(asked...), map[*graph.Node]int{}
	for _, n := range e.order {
		if !n.IsBackward() {
			e.before[n] = true // as the output, which a cost from logits does without
		}
		for _, x := range n.Inputs() {
			e.uses[x]++
		}
	}
	e.of = e.script.NameGradients(e.adjoints)
	e.script.PutTogether(first == nil, asked...)
	return e, nil
}

// findUsers tells what cost is computed from, and who uses whom in it.
func (e *explainer) findUsers() {
	e.before, e.users = map[*graph.Node]bool{}, map[*graph.Node][]*graph.Node{}
	for _, n := range graph.Upstream(e.cost) {
		e.before[n] = true
		for _, x := range distinct(n.Inputs()) {
			e.users[x] = append(e.users[x], n)
		}
	}
}

// nameValues gives symbols to the values that have one, the cost and the xs
// among them.
func (e *explainer) nameValues() {
	e.script = graph.NewScript(e.cost.Graph())
	if e.first != nil {
		e.script.Adopt(e.first.script, slices.Collect(maps.Keys(e.first.before))...)
	}
	for _, x := range append(slices.Clone(e.xs), e.cost) {
		e.script.Number(x)
	}
}

// namedValues returns the operations that cost is computed by and that have a
// symbol, in order.
func (e *explainer) namedValues() []*graph.Node {
	var out []*graph.Node
	for _, n := range graph.Upstream(e.cost) {
		if n.Op() != nil && e.script.Symbol(n) != "" {
			out = append(out, n)
		}
	}
	return out
}

// given returns the lines of inputs, parameters and constant arrays.
func (e *explainer) given() []Line {
	var out []Line
	for _, n := range e.order {
		_, number := n.ConstValue()
		role := "constant"
		switch {
		case n.Op() != nil || number:
			continue
		case n.IsInput():
			role = "input"
		case n.Param() != nil:
			role = "parameter"
		}
		out = append(out, Line{Formula: graph.Formula{Node: n, Symbol: e.script.Called(n)}, Rule: role})
	}
	return out
}

// forward returns the lines of the forward pass, in order of computation.
func (e *explainer) forward() []Line {
	var out []Line
	for _, n := range e.order {
		if e.before[n] && e.script.HasLine(n) {
			out = append(out, Line{Formula: e.script.Line(n), Rule: e.forwardRule(n)})
		}
	}
	return out
}

// backward returns the lines of the backward pass in the order of
// back-propagation.
func (e *explainer) backward() []Line {
	var lines []*movingLine
	at := map[*graph.Node]*movingLine{}
	for _, n := range e.order {
		if e.script.HasLine(n) && (!e.before[n] || e.first != nil && !e.first.script.HasLine(n)) {
			at[n] = &movingLine{Line: Line{Formula: e.script.Line(n), Rule: e.backwardRule(n)}, rank: len(e.xs)}
			lines = append(lines, at[n])
			e.findReads(at[n], n, at)
		}
	}
	for i, x := range e.xs {
		d, symbol := e.derivatives[i], e.script.GradientOf(x)
		l := at[d]
		if l == nil || l.Symbol != symbol { // it is another value as it is
			l = &movingLine{Line: Line{Formula: e.script.Alias(symbol, d), Rule: e.aliasRule(x, d)}}
			lines = append(lines, l)
			if at[d] != nil {
				l.reads, at[d].read = []*movingLine{at[d]}, true
			}
		}
		l.rank = i
	}
	return arrange(lines)
}

// findReads finds the lines from which n, which is a part of l, is computed.
func (e *explainer) findReads(l *movingLine, n *graph.Node, at map[*graph.Node]*movingLine) {
	for _, x := range n.Inputs() {
		if from := at[x]; from != nil {
			l.reads, from.read = append(l.reads, from), true
		} else if !e.before[x] {
			e.findReads(l, x, at)
		}
	}
}

// A moving line is on its way to its place.
type movingLine struct {
	Line
	reads []*movingLine // from which it is computed
	read  bool          // another line is computed from it
	rank  int           // of the gradient of an x among the others
	done  bool
}

// arrange brings lines into the order of back-propagation: a result that
// nothing else is computed from comes as soon as it can, and before the next
// value on the way back. The lines are given in an order of computation.
func arrange(lines []*movingLine) []Line {
	var out []Line
	for range lines {
		var next *movingLine
		for _, l := range lines {
			ready := !l.done && !slices.ContainsFunc(l.reads, func(from *movingLine) bool { return !from.done })
			if ready && (next == nil || !l.read && (next.read || l.rank < next.rank)) {
				next = l
			}
		}
		next.done = true
		out = append(out, next.Line)
	}
	return out
}

// distinct returns each of the nodes once.
func distinct(nodes []*graph.Node) []*graph.Node {
	var out []*graph.Node
	for _, n := range nodes {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
