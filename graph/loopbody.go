package graph

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"chainrule/internal/words"
)

// A loopBody is what a loop does at each step, as a graph of its own, in which inputs
// stand for what a step is given.
type loopBody struct {
	g                 *Graph
	state, over, free []*Node // inputs: the state, rows, and what is the same at every step
	next, out         []*Node
}

var errInBody = errors.New("the node belongs to the body of a loop: what is needed of it elsewhere must be part of the state or kept of every step")

// newBodyGraph returns an empty graph for a body of a loop in g.
func (g *Graph) newBodyGraph() *Graph {
	b := New(Settings{Dtype: g.dtype, Training: g.training})
	b.ops = g.ops // an operation is the same one in both
	return b
}

// placeholder adds an input for n under a name that no other node has.
func (g *Graph) placeholder(name string, n *Node, shape []int) *Node {
	free := name
	for i := 1; g.names[free] != nil; i++ {
		free = fmt.Sprintf("%s%d", name, i)
	}
	return g.named(&Node{kind: inputNode, shape: slices.Clone(shape), integer: n.integer}, "Scan", free)
}

// takeBody calls build and takes the nodes that it makes out of the graph. It returns
// also the nodes of the graph that they are computed from.
func (g *Graph) takeBody(init, over []*Node, build func(state, in []*Node) (next, out []*Node)) (*loopBody, []*Node, error) {
	b := &loopBody{g: g.newBodyGraph()}
	t := &taking{from: g, start: len(g.nodes), to: b.g, nodes: map[*Node]*Node{}, plain: map[*Node]*Node{}}
	required, assigned := len(g.required), len(g.assigned)
	state, in := make([]*Node, len(init)), make([]*Node, len(over))
	for i, n := range init {
		state[i] = g.placeholder("state", n, n.shape)
		b.state = append(b.state, t.stand(state[i]))
	}
	for i, n := range over {
		in[i] = g.placeholder("row", n, n.shape[1:])
		b.over = append(b.over, t.stand(in[i]))
	}
	next, out := build(slices.Clone(state), slices.Clone(in))
	b.next, b.out = next, out
	if err := g.checkBody(init, next, out); err != nil {
		return b, nil, err
	}
	if err := t.take(slices.Concat(next, out)); err != nil {
		return b, nil, err
	}
	b.next, b.out = t.all(next), t.all(out)
	b.free = t.free
	return b, t.outer, g.leaveBody(t, slices.Concat(state, in), required, assigned)
}

// checkBody reports what is wrong with the results of a body.
func (g *Graph) checkBody(init, next, out []*Node) error {
	all := slices.Concat(next, out)
	for _, n := range all {
		if n != nil && n.err != nil {
			g.keep(n.err)
			return n.err
		}
	}
	if g.err != nil {
		return g.err
	}
	if err := checkSameGraph(g, all); err != nil && len(all) > 0 {
		return fmt.Errorf("of what the body returns: %w", err)
	}
	if len(next) != len(init) {
		return fmt.Errorf("the body returns a state of %s, and Init has %d", words.Count(len(next), "part"), len(init))
	}
	if len(all) == 0 {
		return errors.New("there is neither a state nor anything kept")
	}
	for i, n := range next {
		if !slices.Equal(n.shape, init[i].shape) {
			return fmt.Errorf("part %d of the state has shape %s, and the body returns %s for it", i, shapeString(init[i].shape), shapeString(n.shape))
		}
		if init[i].integer && !n.isWhole() {
			return fmt.Errorf("part %d of the state is of integers, and the body returns numbers for it", i)
		}
	}
	return nil
}

// leaveBody removes from g what was made for the body alone.
func (g *Graph) leaveBody(t *taking, placeholders []*Node, required, assigned int) error {
	roots := slices.Clone(t.outer)
	depends := func(n *Node) bool { // on integers too, for which no gradient asks
		order, _ := g.reachable([]*Node{n}, nil)
		return slices.ContainsFunc(order, func(x *Node) bool { return slices.Contains(placeholders, x) })
	}
	for _, u := range g.assigned[assigned:] {
		if depends(u.Value) {
			return fmt.Errorf("parameter %q is assigned what a step computes", u.Param.name)
		}
		roots = append(roots, u.Value)
	}
	g.required = slices.DeleteFunc(g.required, func(c *labelCheck) bool {
		return slices.Contains(g.required[required:], c) && (c.root == nil || c.root.id >= t.start)
	})
	for _, c := range g.required[min(required, len(g.required)):] {
		roots = append(roots, c.labels)
		c.spans = nil
	}
	made := slices.Clone(g.nodes[t.start:])
	live := g.prune(t.start, roots)
	gone := func(n *Node) bool { return n.err == errInBody }
	for _, n := range made {
		if !live[n] {
			n.err = errInBody
		}
	}
	maps.DeleteFunc(g.adjoints, func(n, d *Node) bool { return gone(n) || gone(d) })
	return nil
}

// A taking copies nodes from one graph to another. Those before start, and inputs,
// parameters and arrays, stay where they are, and inputs of the other graph stand for
// them.
type taking struct {
	from, to    *Graph
	start       int
	nodes       map[*Node]*Node // those of to, by those of from
	plain       map[*Node]*Node // what is taken in place of a node
	free, outer []*Node         // inputs of to, and what they stand for
}

// stand returns an input of the other graph for a placeholder.
func (t *taking) stand(n *Node) *Node {
	t.nodes[n] = t.to.placeholder(n.name, n, n.shape)
	return t.nodes[n]
}

// take copies what roots are computed from, in the order in which it was made.
func (t *taking) take(roots []*Node) error {
	made := slices.Clone(t.from.nodes[t.start:])
	order, _ := t.from.reachable(roots, nil)
	for _, n := range order { // what is computed from logits of nodes outside must depend on these
		if n.id >= t.start && n.detour != nil && n.detour.of.id < t.start {
			p, err := n.plainly()
			if err != nil {
				return err
			}
			t.plain[n] = p
		}
	}
	needed := map[*Node]bool{}
	for _, n := range order {
		needed[n] = true
	}
	for _, n := range made {
		if needed[n] {
			t.node(n)
		}
	}
	return nil
}

// all copies nodes.
func (t *taking) all(nodes []*Node) []*Node {
	out := make([]*Node, len(nodes))
	for i, n := range nodes {
		out[i] = t.node(n)
	}
	return out
}

// node returns the copy of n.
func (t *taking) node(n *Node) *Node {
	if c := t.nodes[n]; c != nil {
		return c
	}
	var c *Node
	switch p := t.plain[n]; {
	case p != nil:
		c = t.node(p)
	case n.kind == constNode:
		c = t.to.Const(n.value, n.shape...)
	case n.kind != opNode || n.id < t.start:
		c = t.to.placeholder(n.outerName(), n, n.shape)
		t.free, t.outer = append(t.free, c), append(t.outer, n)
	default:
		c = t.to.add(&Node{op: n.op, in: t.all(n.in), shape: n.shape, name: n.name, integer: n.integer})
		if n.name != "" && t.to.names[n.name] == nil {
			t.to.names[n.name] = c
		} else {
			c.name = ""
		}
	}
	t.nodes[n] = c
	return c
}

// outerName is what a body calls a node from outside.
func (n *Node) outerName() string {
	if n.name != "" {
		return n.name
	}
	return "given"
}
