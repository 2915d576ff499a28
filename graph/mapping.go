package graph

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/internal/words"
)

// Vmap returns what f makes of the slices of the xs along their first axis,
// stacked along a first axis, computed for all slices at once. f is called once,
// with a node for a slice of each x, of its shape without that axis, and returns
// nodes of the same graph. What f uses besides, such as parameters, is the same for
// all slices, random numbers of a seed included. f may call Grad and Vmap, and what
// Vmap returns can be differentiated: the gradient of every example by itself is
//
//	graph.Vmap(func(x []*graph.Node) []*graph.Node {
//		d, err := graph.Grad(cost(w, x[0]), w)
//		…
//	}, X)
//
// Built-in operations are mapped as a whole: a product of matrices becomes one of
// arrays of matrices, a sum over axes one over the axes behind the first. Their
// results are the bits of f on each slice alone. Random numbers of a seed that is
// mapped, loops of mapped lengths, and operations of one's own that are not element-wise, are
// computed slice by slice. What f requires of labels (see Require) is checked for all slices, and Assign is an error.
func Vmap(f func(x []*Node) []*Node, xs ...*Node) ([]*Node, error) { return Mapping{}.Vmap(f, xs...) }

// A Mapping are the settings of Vmap. Those of its zero value are the function's.
type Mapping struct {
	// Last puts the slices along the last axis instead of the first, in what is
	// given and in what is returned. Element-wise functions then run along the
	// slices, and a product of matrices becomes a sum of element-wise products of
	// its rows and columns, which is fast where there are many slices of few entries.
	// Products and sums then round otherwise than those of a slice alone.
	Last bool
}

// Vmap is the function Vmap.
func (m Mapping) Vmap(f func(x []*Node) []*Node, xs ...*Node) (ys []*Node, err error) {
	g := graphOf(xs)
	switch err := checkSameGraph(g, xs); {
	case err != nil:
		return nil, mistake("Vmap", err, xs...)
	case g.err != nil:
		return nil, g.err
	case f == nil:
		return nil, mistake("Vmap", errors.New("the function is nil"), xs...)
	case g.walking:
		return nil, errors.New("graph.Vmap: called by a Backward rule on the graph that is being differentiated")
	}
	slices, count := make([]*Node, len(xs)), 0
	for i, x := range xs {
		shape, n, ok := m.slice(x.shape)
		if !ok || i > 0 && n != count {
			return nil, mistake("Vmap", m.unequal(), xs...)
		}
		slices[i], count = &Node{kind: inputNode, shape: shape, integer: x.integer}, n
	}
	err = g.attempt(func() error {
		start, assigned := len(g.nodes), len(g.assigned)
		values := map[*Node]*Node{}
		for i, x := range slices {
			values[g.add(x)] = xs[i]
		}
		ys = f(slices)
		if len(g.assigned) > assigned {
			g.assigned = g.assigned[:assigned]
			return mistake("Vmap", errors.New("the function assigns a parameter, which has one value and not one for each slice"), xs...)
		}
		var b *mapped
		if ys, b, err = m.replace(g, ys, values, count); err != nil {
			return err
		}
		checks, err := b.require(ys)
		if err != nil {
			return err
		}
		g.forget(start, append(labelsOf(checks), ys...))
		g.derivedInSlices(checks, start)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ys, nil
}

// Nodes returns nodes that compute ys of a built graph for many values of some
// nodes at once. values has for each of these what to compute with instead, a node of
// its shape with the axis of the slices added; what the ys depend on besides is the
// same for all slices. The results have that axis too. Otherwise it is like Vmap: a
// program of one network becomes one of many when its parameters are among the
// nodes.
func (m Mapping) Nodes(ys []*Node, values map[*Node]*Node) (mapped []*Node, err error) {
	g := graphOf(ys)
	if err := checkSameGraph(g, ys); err != nil {
		return nil, mistake("Mapping.Nodes", err, ys...)
	}
	if g.err != nil {
		return nil, g.err
	}
	count, first := 0, true
	for x, value := range values {
		both := []*Node{x, value}
		if err := checkSameGraph(g, both); err != nil {
			return nil, mistake("Mapping.Nodes", err, both...)
		}
		shape, n, ok := m.slice(value.shape)
		if !ok || !first && n != count {
			return nil, mistake("Mapping.Nodes", m.unequal(), value)
		}
		if !slices.Equal(shape, x.shape) {
			return nil, mistake("Mapping.Nodes", fmt.Errorf("a slice of the value has shape %s, %s expected", shapeString(shape), shapeString(x.shape)), both...)
		}
		count, first = n, false
	}
	if first {
		return nil, mistake("Mapping.Nodes", errors.New("no values are given"), ys...)
	}
	err = g.attempt(func() error {
		start := len(g.nodes)
		all, b, err := m.replace(g, ys, values, count)
		if err != nil {
			return err
		}
		checks, err := b.require(all)
		g.derivedInSlices(checks, start)
		mapped = all
		return err
	})
	if err != nil {
		return nil, err
	}
	return mapped, nil
}

// slice returns the shape of the slices of an array and their number.
func (m Mapping) slice(shape []int) (rest []int, n int, ok bool) {
	if len(shape) == 0 {
		return nil, 0, false
	}
	if last := len(shape) - 1; m.Last {
		return slices.Clone(shape[:last]), shape[last], true
	}
	return slices.Clone(shape[1:]), shape[0], true
}

func (m Mapping) unequal() error {
	place := "first"
	if m.Last {
		place = "last"
	}
	return fmt.Errorf("a %s axis expected, of one size in all", place)
}

// replace returns the ys with values in the place of nodes, and what it knows of the nodes before.
func (m Mapping) replace(g *Graph, ys []*Node, values map[*Node]*Node, count int) ([]*Node, *mapped, error) {
	if g.err != nil {
		return nil, nil, g.err
	}
	if err := checkSameGraph(g, ys); len(ys) > 0 && err != nil {
		return nil, nil, mistake("Vmap", fmt.Errorf("of the results, %w", err), ys...)
	}
	b := &mapped{Mapping: m, g: g, n: count, done: map[*Node]*Node{}}
	for x, value := range values {
		b.done[x] = value
	}
	out := make([]*Node, len(ys))
	for i, y := range ys {
		if out[i] = b.whole(y, b.node(y)); out[i].err != nil {
			return nil, nil, out[i].err
		}
	}
	return out, b, g.err
}

// errInSlice is the error of using what a function made for one slice elsewhere.
var errInSlice = errors.New("the node belongs to a slice of a mapping: what is needed of it elsewhere must be among what the function returns")

// forget drops the nodes from start on that none of ys depends on, with what the
// graph knows of them.
func (g *Graph) forget(start int, ys []*Node) {
	made := slices.Clone(g.nodes[start:])
	live := g.prune(start, ys)
	for _, n := range made {
		if !live[n] {
			n.err = errInSlice
		}
	}
	gone := func(n *Node) bool { return n != nil && n.err == errInSlice }
	for n, d := range g.adjoints {
		if gone(n) || gone(d) {
			delete(g.adjoints, n)
		}
	}
	g.required = slices.DeleteFunc(g.required, func(c *labelCheck) bool { return gone(c.by) || gone(c.root) || gone(c.labels) })
	for _, c := range g.required {
		c.cutSpans(start)
	}
}

// mapped are nodes in the making that compute others for n slices at once.
type mapped struct {
	Mapping
	g    *Graph
	n    int
	done map[*Node]*Node // what computes a node for all slices; itself if it is the same for them
}

// node returns what computes root for all slices, or root if it is the same for all.
func (b *mapped) node(root *Node) *Node {
	stack := []*Node{root}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		if b.done[n] != nil {
			stack = stack[:len(stack)-1]
			continue
		}
		in, ready := make([]*Node, len(n.in)), true
		for i, x := range n.in {
			if in[i] = b.done[x]; in[i] == nil {
				stack, ready = append(stack, x), false
			}
		}
		if ready {
			b.done[n] = b.compute(n, in)
		}
	}
	return b.done[root]
}

// compute returns n of mapped operands.
func (b *mapped) compute(n *Node, in []*Node) *Node {
	if slices.Equal(in, n.in) {
		return n
	}
	for _, x := range in {
		if x.err != nil {
			return x
		}
	}
	var out *Node
	switch op := n.op; {
	case op.isElementwise():
		out = op.Apply(b.aligned(n, in, len(n.shape))...)
	case op.many != nil:
		out = op.many(b, n, b.allWhole(n, in))
	case op.manyShared != nil:
		out = op.manyShared(b, n, in)
	default:
		out = b.oneByOne(n, in)
	}
	if out.err == nil && !slices.Equal(out.shape, b.shape(n.shape)) {
		return failedNode(b.g, "Vmap", fmt.Errorf("%s has shape %s for %s, %s expected", n.op.Name, shapeString(out.shape), words.Count(b.n, "slice"), shapeString(b.shape(n.shape))), n)
	}
	if n.detour != nil {
		b.takeDetour(n, out)
	}
	return out
}

// takeDetour notes that out is computed in place of what n is, for all slices.
func (b *mapped) takeDetour(n, out *Node) {
	of := b.done[n.detour.of]
	if of == nil || out.err != nil {
		return // nothing that is asked for depends on it
	}
	out.insteadOf(of, func() *Node {
		defer b.remember()()
		start := len(b.g.nodes)
		p := b.node(n.detour.plain())
		b.g.prune(start, []*Node{p})
		return p
	})
}

// remember makes the nodes of a slice usable until the function that it returns is called.
func (b *mapped) remember() (forget func()) {
	var gone []*Node
	for n := range b.done {
		if n.err == errInSlice {
			n.err = nil
			gone = append(gone, n)
		}
	}
	return func() {
		for _, n := range gone {
			n.err = errInSlice
		}
	}
}

// place returns where the axis of the slices is put between those of a slice.
func (b *mapped) place(rank int) int {
	if b.Last {
		return rank
	}
	return 0
}

// shape returns the shape of what has the given one for each slice.
func (b *mapped) shape(shape []int) []int {
	return slices.Insert(slices.Clone(shape), b.place(len(shape)), b.n)
}

// axis returns where an axis of a slice is.
func (b *mapped) axis(axis int) int {
	if b.Last {
		return axis
	}
	return axis + 1
}

// axes are axis of several.
func (b *mapped) axes(axes []int) []int {
	out := make([]int, len(axes))
	for i, a := range axes {
		out[i] = b.axis(a)
	}
	return out
}

// aligned returns operands of n so that those of a rank, counted from the last axis of
// a slice, are broadcast against each other.
func (b *mapped) aligned(n *Node, in []*Node, rank int) []*Node {
	out := slices.Clone(in)
	for i, x := range in {
		switch own := n.in[i].shape; {
		case x == n.in[i] && b.Last && len(own) > 0:
			out[i] = Reshape(x, append(slices.Clone(own), 1)...)
		case x != n.in[i] && !b.Last && len(own) < rank:
			shape := append([]int{b.n}, slices.Repeat([]int{1}, rank-len(own))...)
			out[i] = Reshape(x, append(shape, own...)...)
		}
	}
	return out
}

// whole returns what computes n for all slices, repeated if it is the same for all.
func (b *mapped) whole(n, value *Node) *Node {
	switch {
	case value != n || n.err != nil:
		return value
	case n.kind == constNode:
		return b.g.Const(n.value, b.shape(n.shape)...)
	}
	if b.Last {
		value = Reshape(n, append(slices.Clone(n.shape), 1)...)
	}
	return BroadcastTo(value, b.shape(n.shape)...)
}

// allWhole is whole of all operands of n.
func (b *mapped) allWhole(n *Node, in []*Node) []*Node {
	out := make([]*Node, len(in))
	for i, x := range in {
		out[i] = b.whole(n.in[i], x)
	}
	return out
}

// oneByOne computes n of every slice and puts the results together.
func (b *mapped) oneByOne(n *Node, in []*Node) *Node {
	axis := func(x *Node) int { return b.place(len(x.shape)) }
	parts := make([]*Node, b.n)
	for k := range parts {
		of := slices.Clone(in)
		for i, x := range in {
			if own := n.in[i]; x != own {
				of[i] = Reshape(slice(x, axis(own), k, k+1), own.shape...)
			}
		}
		one := n.op.Apply(of...)
		if one.err != nil {
			return one
		}
		parts[k] = Reshape(one, slices.Insert(slices.Clone(one.shape), axis(one), 1)...)
	}
	return Concat(axis(n), parts...)
}
