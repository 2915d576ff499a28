package graph

import "slices"

// The gradient of a slice is what flows back among zeros. Those of several slices of one
// node would be as many arrays of its size, added up: they become one Concat of all
// parts, or for slices in steps one array that all are put into.

// addAmongZeros is the rewrite of a sum of two, and of one and a sum that has the
// other. Entries are added as they were before; only the sign of a zero may change.
func addAmongZeros(s *simplifier, _ *Op, in []*Node) *Node {
	if n := s.joined(in[0], in[1], true); n != nil {
		return n
	}
	sum, part := in[0], in[1]
	if part.op == addOp {
		sum, part = part, sum
	}
	if sum.op != addOp || sum.id < s.start {
		return nil
	}
	for i, x := range sum.in {
		if n := s.joined(x, part, false); n != nil {
			return s.apply(addOp, n, sum.in[1-i])
		}
	}
	return nil
}

// joined returns x + y without the additions of zeros, or nil. It keeps to what Grad made
// of one of its own, so that nothing is computed twice.
func (s *simplifier) joined(x, y *Node, added bool) *Node {
	if x.id < s.start || y.id < s.start || !slices.Equal(x.shape, y.shape) {
		return nil
	}
	if a, ok := AttrsOf[ConcatAttrs](x); ok && x.op == y.op {
		return s.joinedParts(x, y, a.Axis, added)
	}
	for range 2 {
		if a, ok := AttrsOf[SetSliceAttrs](y); ok && y.in[0].isConst(0) && isZeroIn(x, a.Ranges) {
			return s.node(y.op, x, y.in[1])
		}
		x, y = y, x
	}
	return nil
}

// isZeroIn reports whether x is zero in ranges by its making: it is zeros in which other
// parts are set.
func isZeroIn(x *Node, ranges []Range) bool {
	for !x.isConst(0) {
		a, ok := AttrsOf[SetSliceAttrs](x)
		if !ok || !slices.ContainsFunc(axesOf(x), func(axis int) bool { return a.Ranges[axis].isApart(ranges[axis]) }) {
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
	has := map[int]bool{}
	for i := range r.count() {
		has[r.From+i*r.Step] = true
	}
	for i := range o.count() {
		if has[o.From+i*o.Step] {
			return false
		}
	}
	return true
}

// A placedPart is what stands in a Concat from an index on: x, or a sum.
type placedPart struct {
	x, and   *Node
	from, to int
}

// nonzeroParts returns the parts of a Concat along an axis that are not zero.
func nonzeroParts(n *Node, axis int) (parts []placedPart) {
	from := 0
	for _, x := range n.in {
		to := from + x.shape[axis]
		if !x.isConst(0) {
			parts = append(parts, placedPart{x, nil, from, to})
		}
		from = to
	}
	return parts
}

// joinedParts is joined for two Concats along an axis. Parts that stand at the same place
// are added, if that is allowed; others must be apart.
func (s *simplifier) joinedParts(x, y *Node, axis int, added bool) *Node {
	a, b := nonzeroParts(x, axis), nonzeroParts(y, axis)
	if len(a) == len(x.in) && len(b) == len(y.in) {
		return nil // nothing is zero
	}
	var all []placedPart
	for len(a) > 0 && len(b) > 0 {
		p, q := a[0], b[0]
		switch {
		case p.to <= q.from:
			all, a = append(all, p), a[1:]
		case q.to <= p.from:
			all, b = append(all, q), b[1:]
		case added && p.from == q.from && p.to == q.to:
			all, a, b = append(all, placedPart{p.x, q.x, p.from, p.to}), a[1:], b[1:]
		default:
			return nil
		}
	}
	all = slices.Concat(all, a, b)
	for i, p := range all {
		if p.and != nil {
			all[i].x = s.apply(addOp, p.x, p.and)
		}
	}
	return s.node(x.op, amongZeros(all, axis, x)...)
}

// amongZeros returns the operands of a Concat to the shape of like.
func amongZeros(parts []placedPart, axis int, like *Node) (in []*Node) {
	from := 0
	zeros := func(to int) {
		if to > from {
			shape := slices.Clone(like.shape)
			shape[axis] = to - from
			in = append(in, like.g.Const(0, shape...))
		}
	}
	for _, p := range parts {
		zeros(p.from)
		in, from = append(in, p.x), p.to
	}
	zeros(like.shape[axis])
	return in
}
