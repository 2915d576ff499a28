package graph

import (
	"slices"

	"chainrule/internal/plan"
)

// loopParts are what a program reads of a loop's result.
type loopParts struct {
	by    *Node        // the loop with the most that is kept, which computes this one too
	whole bool         // something reads all of it
	read  map[int]bool // places of parts that are read
	at    map[int]int  // where these parts lie in the plan's result
}

// findLoops notes what the nodes of a program read of loops. Of loops that differ only
// in what is kept, the one that keeps the most computes all.
func (l *lowering) findLoops(nodes, roots []*Node, given map[*Node]bool) {
	l.loops = map[*Node]*loopParts{}
	var order []*Node
	for _, n := range nodes {
		if n.scanned() != nil && !given[n] {
			l.loops[n] = &loopParts{by: n, read: map[int]bool{}}
			order = append(order, n)
		}
	}
	for _, n := range slices.Backward(order) {
		for _, less := range order {
			s := n.op.scan
			if (s.base == less.op.scan || s == less.op.scan && n.id > less.id) && slices.Equal(n.in, less.in) {
				l.loops[less].by = l.loops[n].by
			}
		}
	}
	for _, n := range order { // to the end of a chain of loops that each do more
		for by := l.loops[n].by; l.loops[by].by != by; by = l.loops[n].by {
			l.loops[n].by = l.loops[by].by
		}
	}
	parts := func(n *Node) *loopParts {
		if p := l.loops[n]; p != nil {
			return l.loops[p.by]
		}
		return nil
	}
	for _, n := range nodes {
		if given[n] {
			continue
		}
		for _, x := range n.in {
			p := parts(x)
			if p == nil {
				continue
			}
			if a, ok := AttrsOf[PartAttrs](n); ok {
				p.read[a.From] = true
			} else {
				p.whole = true
			}
		}
	}
	for _, n := range roots {
		if p := parts(n); p != nil {
			p.whole = true
		}
	}
}

// addLoop adds the loop that computes n, if it is not there.
func (l *lowering) addLoop(n *Node) {
	by := l.loops[n].by
	if _, done := l.index[by]; !done {
		l.same[by] = by
		p := plan.Node{Shape: by.shape}
		l.reading = l.loops[by]
		l.fill(&p, by)
		l.append(&p, by)
	}
	l.same[n], l.index[n] = l.same[by], l.index[by]
	if n != by && l.loops[by].whole {
		p := plan.Node{Kind: plan.Part, In: []int{l.index[by]}, Shape: n.shape}
		l.append(&p, n)
	}
}

// partAt returns where the part of a loop's result that begins at an entry lies.
func (l *lowering) partAt(x, from int) int {
	if at, ok := l.moved[x]; ok {
		return at[from]
	}
	return from
}

// repeat sets p to the loop s, with as much of it as is read.
func (l *lowering) repeat(p *plan.Node, s *scanOp) {
	parts, x := l.reading, p.In
	u := s.used(parts)
	loop := &plan.Loop{Steps: s.limit(), Reverse: s.Reverse, Bounded: s.Bounded, While: s.While,
		Wrong: func(v float64) any { return &loopError{s.checkLength(v)} }}
	if s.While {
		loop.Wrong = func(float64) any { return &loopError{s.checkMore()} }
	}
	p.Kind, p.Loop, p.In = plan.Repeat, loop, nil
	at := 0
	place := func(from, n int) plan.Span {
		if parts.whole {
			return plan.Span{From: from, Size: n}
		}
		span := plan.Span{From: at, Size: n}
		parts.at[from] = at
		at += (n + lineSize - 1) / lineSize * lineSize
		return span
	}
	parts.at = map[int]int{}
	for _, i := range u.state {
		p.In = append(p.In, x[i])
		loop.States = append(loop.States, place(s.finalAt(i), size(s.body.next[i].shape)))
	}
	for _, i := range u.over {
		p.In = append(p.In, x[s.State+i])
		loop.Over = append(loop.Over, size(s.body.over[i].shape))
	}
	for _, i := range u.free {
		p.In = append(p.In, x[s.State+s.Over+i])
	}
	for _, i := range u.out {
		loop.Rows = append(loop.Rows, place(s.stackAt(i), s.Steps*size(s.body.out[i].shape)))
	}
	if s.Bounded {
		p.In = append(p.In, x[len(x)-1])
	}
	if !parts.whole {
		p.Shape = []int{max(at, 1)}
		l.moved[len(l.source.Nodes)] = parts.at
	}
	loop.Body = l.lowerBody(s.body, u)
}

// lineSize is to how many entries parts of a loop's result are rounded up, so that
// they begin at a line of the cache.
const lineSize = 16

// lowerBody makes the plan of what is used of a body.
func (l *lowering) lowerBody(b *loopBody, u loopUse) *plan.Plan {
	in := newLowering(&compiled{dtype: l.c.dtype, feedIndex: map[*Node]int{}, outputs: map[*Node]int{}}, nil)
	in.w = newForwardWriter(b.g)
	give := func(kind plan.Kind, index int, n *Node, fresh bool) int {
		in.source.Nodes = append(in.source.Nodes, plan.Node{Kind: kind, Index: index, Shape: n.shape, Label: in.w.symbol(n), Fresh: fresh})
		return len(in.source.Nodes) - 1
	}
	stand := func(kind plan.Kind, index int, n *Node) { in.index[n], in.same[n] = give(kind, index, n, false), n }
	for k, i := range u.state {
		stand(plan.Param, k, b.state[i])
	}
	for k, i := range u.over {
		stand(plan.Feed, k, b.over[i])
	}
	for k, i := range u.free {
		stand(plan.Feed, len(u.over)+k, b.free[i])
	}
	roots := u.roots(b)
	nodes, _ := b.g.reachable(roots, nil)
	in.findLoops(nodes, roots, nil)
	for _, n := range nodes {
		if n.kind != inputNode {
			in.add(n, false)
		}
	}
	for _, i := range u.state {
		in.source.Updates = append(in.source.Updates, plan.Update{Param: in.index[b.state[i]], Value: in.index[b.next[i]]})
	}
	for k, i := range u.out {
		in.source.Updates = append(in.source.Updates, plan.Update{Param: give(plan.Param, len(u.state)+k, b.out[i], true), Value: in.index[b.out[i]]})
	}
	return plan.New(in.source)
}

// A loopUse are the numbers of the parts of a loop that a program needs.
type loopUse struct{ state, over, free, out []int }

// roots returns the nodes of the body that are needed.
func (u loopUse) roots(b *loopBody) []*Node {
	var roots []*Node
	for _, i := range u.state {
		roots = append(roots, b.next[i])
	}
	for _, i := range u.out {
		roots = append(roots, b.out[i])
	}
	return roots
}

// used returns what is needed to compute the parts that are read.
func (s *scanOp) used(parts *loopParts) loopUse {
	var u loopUse
	b := s.body
	for i := range b.out {
		if parts.whole || parts.read[s.stackAt(i)] {
			u.out = append(u.out, i)
		}
	}
	needed := make([]bool, len(b.state))
	for i := range needed {
		needed[i] = parts.whole || parts.read[s.finalAt(i)] || s.While && i == s.State-1
	}
	for {
		u.state = trues(needed)
		roots := u.roots(b)
		nodes, _ := b.g.reachable(roots, nil)
		is := map[*Node]bool{}
		for _, n := range nodes {
			is[n] = true
		}
		more := false
		for i, n := range b.state {
			more = more || is[n] && !needed[i]
			needed[i] = needed[i] || is[n]
		}
		if more {
			continue
		}
		u.over, u.free = whichOf(b.over, is), whichOf(b.free, is)
		return u
	}
}

// trues returns the numbers of those that are set.
func trues(is []bool) []int {
	var out []int
	for i, is := range is {
		if is {
			out = append(out, i)
		}
	}
	return out
}

// whichOf returns the numbers of the nodes that are in the set.
func whichOf(nodes []*Node, set map[*Node]bool) []int {
	is := make([]bool, len(nodes))
	for i, n := range nodes {
		is[i] = set[n]
	}
	return trues(is)
}

// place sets p to the array before it among zeros.
func (l *lowering) place(p *plan.Node, a PlacedAttrs) {
	x := p.In[0]
	step := func(n plan.Node) int {
		l.source.Nodes = append(l.source.Nodes, n)
		return len(l.source.Nodes) - 1
	}
	n := size(l.source.Nodes[x].Shape)
	parts := []int{step(plan.Node{Kind: plan.Reshape, In: []int{x}, Shape: []int{n}})}
	if a.From > 0 {
		parts = append([]int{step(plan.Node{Kind: plan.Fill, Shape: []int{a.From}})}, parts...)
	}
	if behind := a.Size - a.From - n; behind > 0 {
		parts = append(parts, step(plan.Node{Kind: plan.Fill, Shape: []int{behind}}))
	}
	p.Kind, p.Axis, p.In = plan.Concat, 0, parts
}

// A loopError is what a run panics with, and returns, if a length is none.
type loopError struct{ err error }

func (e *loopError) Error() string { return e.err.Error() }
func (e *loopError) Unwrap() error { return e.err }
