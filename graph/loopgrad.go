package graph

import (
	"fmt"
	"math"
	"slices"
)

// The gradient of a loop is a loop through the same steps the other way round. Its
// state are the gradients with respect to the state, and for each node that all steps
// use a sum that grows from step to step; what it reads of the steps is kept by another
// loop, which is the first with more that is kept and is computed in its place.
//
// Terms are added in the order in which Grad adds those of steps that are built one
// behind the other, so that the bits are the same.

// A scanRule is how gradients come through a loop, for gradients with respect to some
// of its results.
type scanRule struct {
	more  *scanOp // the loop with all that is read kept
	saved []int   // which of what it keeps is read
	rows  []int   // which of the stacked operands are read
	free  []int   // which of the operands of every step are read
	back  *Op     // the loop backwards

	into []int // which stacked operands have a gradient
	sums []int // which operands of every step have one
}

// backward is the loop's chain rule.
func (s *scanOp) backward(x []*Node, _, dy *Node) []*Node {
	final, out := make([]*Node, s.State), make([]*Node, s.Stacked)
	for i := range final {
		final[i] = partOf(dy, s.finalAt(i), s.body.next[i].shape)
	}
	for i := range out {
		out[i] = partOf(dy, s.stackAt(i), s.stackShape(i))
	}
	var r *scanRule
	err := s.checkBound()
	if err == nil {
		r, err = s.ruleFor(final, out, !dy.g.raw)
	}
	if err != nil {
		return slices.Repeat([]*Node{failedNode(dy.g, "Scan", err, x...)}, len(x))
	}
	if r.back.scan.State == 0 && r.back.scan.Stacked == 0 { // no gradient flows through a step
		return make([]*Node, len(x))
	}
	n := r.back.Apply(r.operands(s, x, final, out)...)
	return r.gradients(s, n, len(x))
}

// operands returns what the loop backwards is given.
func (r *scanRule) operands(s *scanOp, x, final, out []*Node) []*Node {
	g := x[0].g
	nothing := func(shape []int) *Node { return g.Const(math.Copysign(0, -1), shape...) } // to which terms are added exactly
	var in []*Node
	for i, n := range final {
		if n == nil {
			n = nothing(s.body.next[i].shape)
		}
		in = append(in, n)
	}
	for _, i := range r.sums {
		in = append(in, nothing(s.body.free[i].shape))
	}
	for _, d := range out {
		if d != nil {
			in = append(in, d)
		}
	}
	for _, i := range r.rows {
		in = append(in, x[s.State+i])
	}
	var made *Node
	if len(r.saved) > 0 || s.While {
		more := r.more.op.Apply(x...)
		made = r.more.made(more)
		for _, i := range r.saved {
			in = append(in, r.more.stack(more, i))
		}
	}
	for _, i := range r.free {
		in = append(in, x[s.State+s.Over+i])
	}
	switch {
	case s.Bounded:
		in = append(in, x[len(x)-1])
	case s.While:
		in = append(in, made)
	}
	return in
}

// gradients takes those with respect to the operands from the result n.
func (r *scanRule) gradients(s *scanOp, n *Node, operands int) []*Node {
	dx, back := make([]*Node, operands), r.back.scan
	for i := range s.State {
		dx[i] = back.final(n, i)
	}
	for k, i := range r.sums {
		dx[s.State+s.Over+i] = back.final(n, s.State+k)
	}
	for k, i := range r.into {
		dx[s.State+i] = back.stack(n, k)
	}
	return dx
}

// partOf returns what of dy, a gradient with respect to a loop's result, is that with
// respect to a part of it, nil if it is zero.
func partOf(dy *Node, from int, shape []int) *Node {
	if dy.isConst(0) {
		return nil
	}
	if dy.op == addOp {
		a, b := partOf(dy.in[0], from, shape), partOf(dy.in[1], from, shape)
		switch {
		case a == nil:
			return b
		case b == nil:
			return a
		}
		return Add(a, b)
	}
	if x, c := factor(dy); x != dy {
		if x = partOf(x, from, shape); x != nil {
			x = x.Times(c)
		}
		return x
	}
	if a, ok := AttrsOf[PlacedAttrs](dy); ok {
		switch x := dy.in[0]; {
		case a.From == from && slices.Equal(x.shape, shape):
			return x
		case a.From+size(x.shape) <= from || from+size(shape) <= a.From:
			return nil
		}
	}
	return part(dy, from, shape)
}

// ruleFor returns the rule for gradients with respect to the parts that are not nil.
func (s *scanOp) ruleFor(final, out []*Node, simple bool) (*scanRule, error) {
	isThere := func(nodes []*Node) []bool {
		is := make([]bool, len(nodes))
		for i, n := range nodes {
			is[i] = n != nil
		}
		return is
	}
	key := fmt.Sprint(simple, isThere(out))
	if r := s.rule[key]; r != nil {
		return r, nil
	}
	d := &derivation{s: s, body: s.body.copy(), simple: simple}
	r, err := d.derive(isThere(out))
	if err == nil {
		s.rule[key] = r
	}
	return r, err
}

// copy returns the body as a new graph.
func (b *loopBody) copy() *loopBody {
	t := &taking{from: b.g, to: b.g.newBodyGraph(), nodes: map[*Node]*Node{}, plain: map[*Node]*Node{}}
	c := &loopBody{g: t.to}
	for _, group := range []struct{ from, to *[]*Node }{{&b.state, &c.state}, {&b.over, &c.over}, {&b.free, &c.free}} {
		for _, n := range *group.from {
			*group.to = append(*group.to, t.stand(n))
		}
	}
	order, _ := b.g.reachable(slices.Concat(b.next, b.out), nil)
	t.all(order)
	c.next, c.out = t.all(b.next), t.all(b.out)
	return c
}

// A derivation makes the rule of a loop.
type derivation struct {
	s      *scanOp
	body   *loopBody // a copy of the loop's
	simple bool      // what Grad gives, and not GradRaw

	outs    []*Node // rows of gradients with respect to what is kept
	carries []*Node // gradients with respect to the state behind the step
	sums    []*Node // for what all steps use, the sum so far
	start   int     // nodes from here on are made by the chain rule
}

func (d *derivation) derive(out []bool) (*scanRule, error) {
	g, b := d.body.g, d.body
	xs := slices.DeleteFunc(slices.Concat(b.state, b.over, b.free), (*Node).IsInteger)
	ys := slices.Clone(b.next)
	for i, n := range b.out {
		if out[i] {
			ys = append(ys, n)
		}
	}
	active, path := g.pathsTo(xs, ys)
	w := &walk{g: g, active: active, terms: map[*Node][]*Node{}, totals: map[*Node]*Node{}}
	d.seed(w, out)
	d.start = len(g.nodes)
	g.walking, g.raw = true, !d.simple
	defer func() { g.walking = false }()
	if err := w.run(path); err != nil {
		return nil, err
	}
	return d.split(w, out)
}

// pathsTo returns the nodes that depend on xs, by id, and in order those of them that ys
// depend on so that a gradient flows: not by an integer, such as where the largest entry is.
func (g *Graph) pathsTo(xs, ys []*Node) (active []bool, path []*Node) {
	active = make([]bool, len(g.nodes))
	for _, x := range xs {
		active[x.id] = true
	}
	order, _ := g.reachable(ys, nil)
	through := make([]bool, len(g.nodes))
	for _, n := range order {
		through[n.id] = !n.integer && slices.ContainsFunc(n.in, func(x *Node) bool { return active[x.id] })
		active[n.id] = active[n.id] || through[n.id]
	}
	needed := make([]bool, len(g.nodes))
	for _, y := range ys {
		needed[y.id] = true
	}
	for _, n := range slices.Backward(order) {
		if !needed[n.id] || !through[n.id] {
			continue
		}
		path = append(path, n)
		for _, x := range n.in {
			needed[x.id] = true
		}
	}
	slices.Reverse(path)
	return active, path
}

// seed adds inputs for the gradients that a step is given, and lets them flow.
func (d *derivation) seed(w *walk, out []bool) {
	b := d.body
	flow := func(n *Node, name string) *Node {
		seed := b.g.placeholder(name, &Node{}, n.shape)
		w.terms[n] = append(w.terms[n], seed)
		return seed
	}
	for _, n := range b.free {
		d.sums = append(d.sums, flow(n, "sum"))
	}
	for _, n := range b.next {
		d.carries = append(d.carries, flow(n, "dstate"))
	}
	d.outs = make([]*Node, len(b.out))
	for i, n := range slices.Backward(b.out) {
		if out[i] {
			d.outs[i] = flow(n, "dkept")
		}
	}
}

// split makes two loops of the step and its gradients: what is read of the step is kept
// by the one and given to the other.
func (d *derivation) split(w *walk, out []bool) (*scanRule, error) {
	b, g := d.body, d.body.g
	r := &scanRule{}
	var next, into []*Node
	for _, x := range b.state {
		t := w.total(x)
		if t == nil {
			t = g.Const(math.Copysign(0, -1), x.shape...)
		}
		next = append(next, t)
	}
	carried := slices.Clone(d.carries)
	for i, x := range b.free {
		if len(w.terms[x]) > 1 {
			next, carried = append(next, w.total(x)), append(carried, d.sums[i])
			r.sums = append(r.sums, i)
		}
	}
	for i, x := range b.over {
		if t := w.total(x); t != nil {
			into = append(into, t)
			r.into = append(r.into, i)
		}
	}
	if err := g.err; err != nil {
		return nil, err
	}
	all := slices.Concat(next, into)
	if d.simple {
		s := newSimplifier(g, d.start)
		for _, i := range backwardOrder(all, d.start) {
			all[i] = s.simplify(all[i])
		}
	}
	c := newCutting(d, r, carried, out)
	c.take(all)
	back := c.to
	back.next, back.out = c.all(all[:len(next)]), c.all(all[len(next):])
	g.prune(d.start, nil)
	more := *b
	more.out = slices.Concat(b.out, c.saved)
	s := d.s
	r.more = s.again(&more)
	r.more.base = s
	r.back = newScanOp(s.Steps, s.Bounded || s.While, !s.Reverse, back)
	r.more.most, r.back.scan.most = s.most, s.most
	return r, nil
}

// A cutting copies what the chain rule made to a graph of its own.
type cutting struct {
	d      *derivation
	r      *scanRule
	to     *loopBody
	nodes  map[*Node]*Node
	saved  []*Node // what of the step is read
	stacks []*Node // and the inputs that stand for it
}

func newCutting(d *derivation, r *scanRule, carried []*Node, out []bool) *cutting {
	c := &cutting{d: d, r: r, to: &loopBody{g: d.body.g.newBodyGraph()}, nodes: map[*Node]*Node{}}
	for _, n := range carried {
		c.to.state = append(c.to.state, c.stand(n))
	}
	for i, is := range out {
		if is {
			c.to.over = append(c.to.over, c.stand(d.outs[i]))
		}
	}
	return c
}

// stand returns an input that stands for n.
func (c *cutting) stand(n *Node) *Node {
	name := n.name
	if name == "" {
		name = "saved"
	}
	c.nodes[n] = c.to.g.placeholder(name, n, n.shape)
	return c.nodes[n]
}

// take copies what roots are computed from, in the order in which it was made.
func (c *cutting) take(roots []*Node) {
	order, _ := c.d.body.g.reachable(roots, nil)
	needed := map[*Node]bool{}
	stack := slices.Clone(roots)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if needed[n] {
			continue
		}
		needed[n] = true
		if c.copies(n) {
			stack = append(stack, n.in...)
		}
	}
	for _, n := range order {
		if needed[n] {
			c.node(n)
		}
	}
	b := c.d.body
	for i, n := range b.over {
		if needed[n] {
			c.r.rows, c.to.over = append(c.r.rows, i), append(c.to.over, c.nodes[n])
		}
	}
	for i, n := range b.free {
		if needed[n] {
			c.r.free, c.to.free = append(c.r.free, i), append(c.to.free, c.nodes[n])
		}
	}
	for i, n := range c.stacks {
		c.r.saved, c.to.over = append(c.r.saved, len(b.out)+i), append(c.to.over, n)
	}
}

// copies reports whether n is computed backwards too: views of what is saved are.
func (c *cutting) copies(n *Node) bool {
	return n.kind == opNode && (n.id >= c.d.start || isA[TransposeAttrs](n) || isA[ReshapeAttrs](n) || isA[BroadcastAttrs](n) || isA[SliceAttrs](n))
}

func (c *cutting) all(nodes []*Node) []*Node {
	out := make([]*Node, len(nodes))
	for i, n := range nodes {
		out[i] = c.node(n)
	}
	return out
}

// node returns what n is backwards.
func (c *cutting) node(n *Node) *Node {
	if known := c.nodes[n]; known != nil {
		return known
	}
	var to *Node
	b := c.d.body
	switch {
	case n.kind == constNode:
		to = c.to.g.Const(n.value, n.shape...)
	case c.copies(n):
		to = c.to.g.add(&Node{op: n.op, in: c.all(n.in), shape: n.shape, integer: n.integer})
	case slices.Contains(b.over, n) || slices.Contains(b.free, n):
		to = c.stand(n)
	default:
		to = c.stand(n)
		c.saved, c.stacks = append(c.saved, n), append(c.stacks, to)
	}
	c.nodes[n] = to
	return to
}
