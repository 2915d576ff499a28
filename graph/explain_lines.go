package graph

import "slices"

// An explainer writes the lines of one derivation.
type explainer struct {
	*writer
	g           *Graph
	cost        *Node
	xs          []*Node
	derivatives []*Node           // of xs
	order       []*Node           // what cost and gradients are computed from
	uses        map[*Node]int     // how often they use each other
	before      map[*Node]bool    // belongs to the forward pass
	users       map[*Node][]*Node // by which cost depends on a node
	adjoints    map[*Node]*Node   // the gradients of values
	of          map[*Node]*Node   // what a gradient with a symbol is the gradient of
	first       *explainer        // wrote the forward pass; nil if this one does
}

// newExplainer takes the gradient of cost. It calls the values of the forward
// pass as first does, if it is given, and then puts no gradients together.
func newExplainer(cost *Node, xs []*Node, grad func(y *Node, xs ...*Node) ([]*Node, error), first *explainer) (*explainer, error) {
	g, err := checkExplain(cost, xs)
	if err != nil {
		return nil, err
	}
	e := &explainer{g: g, cost: cost, xs: distinct(xs), first: first}
	e.findUsers()
	e.nameValues()
	// The gradients of interior values are asked for too, to know which they are.
	values := e.namedValues()
	all, err := grad(cost, append(values, e.xs...)...)
	if err != nil {
		return nil, err
	}
	e.derivatives = all[len(values):]
	e.adjoints = map[*Node]*Node{}
	for i, n := range append(values, e.xs...) {
		e.adjoints[n] = all[i]
	}
	asked := slices.Concat([]*Node{cost}, e.xs, e.derivatives)
	e.order, e.uses = g.reachable(asked)
	for _, n := range e.order {
		if !n.backward {
			e.before[n] = true // as the output, which a cost from logits does without
		}
	}
	e.nameDerivatives()
	e.chooseLines(e.order, e.uses, func(n *Node) bool { return slices.Contains(asked, n) })
	return e, nil
}

// findUsers tells what cost is computed from, and who uses whom in it.
func (e *explainer) findUsers() {
	e.before, e.users = map[*Node]bool{}, map[*Node][]*Node{}
	order, _ := e.g.reachable([]*Node{e.cost})
	for _, n := range order {
		e.before[n] = true
		for _, x := range distinct(n.in) {
			e.users[x] = append(e.users[x], n)
		}
	}
}

// nameValues gives symbols to the values that have one, the cost and the xs
// among them.
func (e *explainer) nameValues() {
	e.writer = newForwardWriter(e.g)
	e.numberConstants(e.g)
	if e.first != nil {
		e.count = e.first.count
		for n := range e.first.before {
			if s := e.first.symbols[n]; s != "" {
				e.symbols[n] = s
			}
		}
	}
	for _, x := range append(slices.Clone(e.xs), e.cost) {
		if x.kind == opNode && e.symbols[x] == "" {
			e.temporary(x)
		}
	}
}

// namedValues returns the operations that cost is computed by and that have a
// symbol, in order.
func (e *explainer) namedValues() []*Node {
	var out []*Node
	order, _ := e.g.reachable([]*Node{e.cost})
	for _, n := range order {
		if n.kind == opNode && e.symbols[n] != "" {
			out = append(out, n)
		}
	}
	return out
}

// nameDerivatives gives symbols to gradients.
func (e *explainer) nameDerivatives() {
	e.nameGradients(e.g, e.adjoints)
	e.of = map[*Node]*Node{}
	for n, d := range e.adjoints {
		if s := e.gradients[n]; s != "" && e.symbols[d] == s {
			e.of[d] = n
		}
	}
	if e.first != nil {
		e.inlined = map[*Node]bool{}
	}
}

// given returns the lines of inputs, parameters and constant arrays.
func (e *explainer) given() []Line {
	roles := map[nodeKind]string{inputNode: "input", paramNode: "parameter", dataNode: "constant"}
	var out []Line
	for _, n := range e.order {
		if role, ok := roles[n.kind]; ok {
			out = append(out, Line{Formula: Formula{Node: n, Symbol: e.symbol(n)}, Rule: role})
		}
	}
	return out
}

// forward returns the lines of the forward pass, in order of computation.
func (e *explainer) forward() []Line {
	var out []Line
	for _, n := range e.order {
		if e.before[n] && e.hasLine(n) {
			out = append(out, Line{Formula: e.formula(n), Rule: e.forwardRule(n)})
		}
	}
	return out
}

// backward returns the lines of the backward pass in the order of
// back-propagation.
func (e *explainer) backward() []Line {
	var lines []*movingLine
	at := map[*Node]*movingLine{}
	for _, n := range e.order {
		if e.hasLine(n) && (!e.before[n] || e.first != nil && !e.first.hasLine(n)) {
			at[n] = &movingLine{Line: Line{Formula: e.formula(n), Rule: e.backwardRule(n)}, rank: len(e.xs)}
			lines = append(lines, at[n])
			e.findReads(at[n], n, at)
		}
	}
	for i, x := range e.xs {
		d, symbol := e.derivatives[i], e.gradientOf(x)
		l := at[d]
		if l == nil || l.Symbol != symbol { // it is another value as it is
			t := e.operand(d)
			l = &movingLine{Line: Line{Formula: Formula{Node: d, Symbol: symbol, Text: t.Plain(), term: t}, Rule: e.aliasRule(x, d)}}
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
func (e *explainer) findReads(l *movingLine, n *Node, at map[*Node]*movingLine) {
	for _, x := range n.in {
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
func distinct(nodes []*Node) []*Node {
	var out []*Node
	for _, n := range nodes {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
