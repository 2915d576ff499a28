package graph

import "slices"

// many computes a loop for all slices of a mapping by one loop, whose state and what is
// kept are those of all slices; the axis of the steps stays in front. Where the slices have
// lengths of their own, as those of a While, each is a loop of its own.
func (s *scanOp) many(b *mapped, n *Node, in []*Node) *Node {
	if last := len(in) - 1; s.While || s.Bounded && in[last] != n.in[last] {
		return b.oneByOne(n, in)
	}
	of := s.body
	inner := &mapped{Mapping: b.Mapping, g: of.g, n: b.n, done: map[*Node]*Node{}}
	to := &loopBody{g: of.g}
	stand := func(x *Node) *Node {
		p := of.g.placeholder(x.name, x, b.shape(x.shape))
		inner.done[x] = p
		return p
	}
	given := slices.Clone(in)
	for i, x := range of.state {
		to.state, given[i] = append(to.state, stand(x)), b.whole(n.in[i], in[i])
	}
	for k, x := range of.over {
		if i := s.State + k; in[i] != n.in[i] {
			x, given[i] = stand(x), b.changeSteps(in[i])
		}
		to.over = append(to.over, x)
	}
	for k, x := range of.free {
		if i := s.State + s.Over + k; in[i] != n.in[i] {
			x = stand(x)
		}
		to.free = append(to.free, x)
	}
	all := func(nodes []*Node) []*Node {
		out := make([]*Node, len(nodes))
		for i, x := range nodes {
			out[i] = inner.whole(x, inner.node(x))
		}
		return out
	}
	to.next, to.out = all(of.next), all(of.out)
	op := newScanOp(s.Steps, s.Bounded, s.Reverse, to)
	op.scan.most = s.most
	loop := op.Apply(given...)
	if loop.err != nil {
		return loop
	}
	var parts []*Node
	for i, x := range op.scan.finals(loop) {
		parts = append(parts, Reshape(x, b.shape([]int{size(of.next[i].shape)})...))
	}
	for i, x := range op.scan.stacks(loop) {
		parts = append(parts, Reshape(b.changeSteps(x), b.shape([]int{size(s.stackShape(i))})...))
	}
	return Concat(b.axis(0), parts...)
}

// changeSteps changes the axis of the slices and that of the steps over, if these are the first two.
func (b *mapped) changeSteps(x *Node) *Node {
	if b.Last {
		return x
	}
	perm := make([]int, len(x.shape))
	for i := range perm {
		perm[i] = i
	}
	perm[0], perm[1] = 1, 0
	return Transpose(x, perm...)
}

// manyPart is the rule of Part. What many of a loop has put together is taken as it was.
func manyPart(a PartAttrs) manyRule {
	return func(b *mapped, of *Node, in []*Node) *Node {
		x, axis, from, n := in[0], b.axis(0), a.From, size(a.Shape)
		if c, ok := AttrsOf[ConcatAttrs](x); ok && c.Axis == axis {
			at := 0
			for _, piece := range x.in {
				if at == from && piece.shape[axis] == n {
					x, from = piece, 0
					break
				}
				at += piece.shape[axis]
			}
		}
		out := Reshape(slice(x, axis, from, from+n), b.shape(a.Shape)...)
		out.integer = of.integer // the other parts may be numbers
		return out
	}
}

// manyPlaced is the rule of Placed.
func manyPlaced(a PlacedAttrs) manyRule {
	return func(b *mapped, n *Node, in []*Node) *Node {
		entries := size(n.in[0].shape)
		return padded(Reshape(in[0], b.shape([]int{entries})...), b.axis(0), 0, a.From, a.Size-a.From-entries)
	}
}
