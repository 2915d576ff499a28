package graph

import "slices"

// The gradient of a slice is what flows back among zeros. Those of several slices of one
// node would be as many arrays of its size, added up: they become one Concat of all
// parts, or for slices in steps one array that all are put into.

// addAmongZeros is the rewrite of a sum of two; simplifier.joinParts looks at more. Where two
// parts and something else reach an entry, they may be added in another order than written,
// and the sign of a zero may change.
func addAmongZeros(s *simplifier, _ *Op, in []*Node) *Node {
	x, y := in[0], in[1]
	if x.id < s.start || y.id < s.start || !slices.Equal(x.shape, y.shape) {
		return nil // nothing is computed twice of what others may use
	}
	if joined := s.joinParts(in, true); len(joined) == 1 {
		return joined[0]
	}
	for range 2 {
		if a, ok := AttrsOf[SetSliceAttrs](y); ok && y.in[0].isConst(0) && isZeroIn(x, a.Ranges) {
			return s.node(y.op, x, y.in[1])
		}
		x, y = y, x
	}
	return nil
}

// termsOf returns the inputs of n, or of a sum of sums that Grad made all its terms, as far
// as they are not simplified yet: ((a + b) + c) + d as a, b, c, d.
func (s *simplifier) termsOf(n *Node) []*Node {
	if n.op != addOp {
		return n.in
	}
	terms := []*Node{n.in[1]}
	for n = n.in[0]; n.op == addOp && n.id >= s.start && s.done[n] == nil; n = n.in[0] {
		terms = append(terms, n.in[1])
	}
	terms = append(terms, n)
	slices.Reverse(terms)
	return terms
}

// simpler returns n with simplified terms.
func (s *simplifier) simpler(n *Node, terms []*Node) *Node {
	if len(terms) == len(n.in) {
		return s.rewrite(n.op, terms)
	}
	terms = s.joinParts(terms, !slices.ContainsFunc(terms, func(x *Node) bool { parts, _ := s.partsAmongZeros(x); return parts == nil }))
	total := terms[0]
	for _, term := range terms[1:] {
		total = s.rewrite(addOp, []*Node{total, term})
	}
	return total
}

// joinParts returns terms of a sum with those that are parts among zeros put together, as far
// as no two of them overlap, where the first of them was. Parts at the same place are added if
// that is allowed.
func (s *simplifier) joinParts(terms []*Node, added bool) []*Node {
	var out []*Node
	var groups []*joinedParts
	for _, x := range terms {
		parts, axis := s.partsAmongZeros(x)
		if parts == nil {
			out = append(out, x)
			continue
		}
		at := slices.IndexFunc(groups, func(j *joinedParts) bool {
			return j.like.op == x.op && slices.Equal(j.like.shape, x.shape) && j.take(parts, added)
		})
		if at >= 0 {
			continue
		}
		if len(groups) < mostGroups {
			groups = append(groups, &joinedParts{like: x, axis: axis, at: len(out)})
			groups[len(groups)-1].take(parts, added)
		}
		out = append(out, x)
	}
	for _, j := range groups {
		if j.terms > 1 {
			out[j.at] = s.node(j.like.op, s.amongZeros(j)...)
		}
	}
	return out
}

// mostGroups is how many sets of parts are tried: of windows that overlap each is
// in another one.
const mostGroups = 8

// isZeroIn reports whether x is zero in ranges by its making: it is zeros in which a few other
// parts are set.
func isZeroIn(x *Node, ranges []Range) bool {
	for looks := 0; !x.isConst(0); looks++ {
		a, ok := AttrsOf[SetSliceAttrs](x)
		if !ok || looks > 2*mostGroups || !slices.ContainsFunc(axesOf(x), func(axis int) bool { return a.Ranges[axis].isApart(ranges[axis]) }) {
			return false
		}
		x = x.in[0]
	}
	return true
}

// axesOf returns the axes of x.
func axesOf(x *Node) []int {
	axes := make([]int, len(x.shape))
	for i := range axes {
		axes[i] = i
	}
	return axes
}

// isApart reports whether no index is in both ranges, which on returned.
func (r Range) isApart(o Range) bool {
	if r.count() > o.count() {
		r, o = o, r
	}
	for i := range r.count() {
		if at := r.From + i*r.Step - o.From; at%o.Step == 0 && at/o.Step >= 0 && at/o.Step < o.count() {
			return false
		}
	}
	return true
}

// A placedPart is what stands in a Concat from an index on: the sum of some nodes.
type placedPart struct {
	sum      []*Node
	from, to int
}

// partsAmongZeros returns the parts of a Concat that Grad made that are not zero, and its
// axis; none of what is no such Concat, or has no zeros.
func (s *simplifier) partsAmongZeros(n *Node) (parts []placedPart, axis int) {
	a, ok := AttrsOf[ConcatAttrs](n)
	if !ok || n.id < s.start {
		return nil, 0
	}
	from := 0
	for _, x := range n.in {
		to := from + x.shape[a.Axis]
		if !x.isConst(0) {
			parts = append(parts, placedPart{[]*Node{x}, from, to})
		}
		from = to
	}
	if len(parts) == len(n.in) {
		return nil, 0
	}
	return parts, a.Axis
}

// joinedParts are the parts of several terms along an axis, in order.
type joinedParts struct {
	like  *Node // one of the terms
	axis  int
	at    int // its place among what is left of all
	terms int
	parts []placedPart
}

// take takes parts in. It reports false, and does nothing, if one of them does not fit.
func (j *joinedParts) take(parts []placedPart, added bool) bool {
	place := func(p placedPart) (at int, same bool) {
		return slices.BinarySearchFunc(j.parts, p.from, func(o placedPart, from int) int { return o.from - from })
	}
	for _, p := range parts {
		at, same := place(p)
		if same && (!added || j.parts[at].to != p.to) || !same && (at > 0 && j.parts[at-1].to > p.from || at < len(j.parts) && j.parts[at].from < p.to) {
			return false
		}
	}
	for _, p := range parts {
		if at, same := place(p); same {
			j.parts[at].sum = append(j.parts[at].sum, p.sum...)
		} else {
			j.parts = slices.Insert(j.parts, at, p)
		}
	}
	j.terms++
	return true
}

// amongZeros returns the operands of a Concat of the parts.
func (s *simplifier) amongZeros(j *joinedParts) (in []*Node) {
	from := 0
	zeros := func(to int) {
		if to > from {
			shape := slices.Clone(j.like.shape)
			shape[j.axis] = to - from
			in = append(in, s.g.Const(0, shape...))
		}
	}
	for _, p := range j.parts {
		zeros(p.from)
		total := p.sum[0]
		for _, x := range p.sum[1:] {
			total = s.apply(addOp, total, x)
		}
		in, from = append(in, total), p.to
	}
	zeros(j.like.shape[j.axis])
	return in
}
