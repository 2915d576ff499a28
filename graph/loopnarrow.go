package graph

import "slices"

// A loop has one result, so that a node that is read from it seems to depend on all that
// the loop is given. narrow tells what it does depend on: it puts loops that do no more than is
// read of them in the place of the others.

// narrow returns roots computed without what nothing reads of the loops that depend on any of the
// given nodes, or of all loops if none are given.
func (g *Graph) narrow(roots, given []*Node) []*Node {
	for { // what a loop does not read any more, another need not do
		narrow := g.narrowOnce(roots, given)
		if slices.Equal(narrow, roots) {
			return roots
		}
		roots = narrow
	}
}

func (g *Graph) narrowOnce(roots, given []*Node) []*Node {
	order, _ := g.reachable(roots, nil)
	depends := map[*Node]bool{}
	for _, n := range given {
		depends[n] = true
	}
	read := map[*Node][]*Node{} // of each loop, the parts
	for _, n := range order {
		depends[n] = depends[n] || slices.ContainsFunc(n.in, func(x *Node) bool { return depends[x] })
		if n.scanned() != nil && (depends[n] || len(given) == 0) {
			read[n] = []*Node{}
		}
		for _, x := range n.in {
			if read[x] != nil {
				read[x] = append(read[x], n)
			}
		}
	}
	done := map[*Node]*Node{}
	for _, n := range order {
		in := slices.Clone(n.in)
		for i, x := range in {
			in[i] = done[x]
		}
		switch {
		case done[n] != nil: // a part of a loop
		case read[n] != nil && n.scanned().narrowed(n, in, read[n], done):
		case slices.Equal(in, n.in):
			done[n] = n
		default:
			done[n] = n.op.Apply(in...)
		}
	}
	out := make([]*Node, len(roots))
	for i, n := range roots {
		out[i] = done[n]
	}
	return out
}

// narrowed adds to done what computes the parts that are read of the loop n, whose operands are
// now in, if they are whole parts and less than all.
func (s *scanOp) narrowed(n *Node, in, parts []*Node, done map[*Node]*Node) bool {
	final, out := make([]bool, s.State), make([]bool, s.Stacked)
	for _, p := range parts {
		isFinal, i := s.partNumber(p)
		switch {
		case i < 0:
			return false
		case isFinal:
			final[i] = true
		default:
			out[i] = true
		}
	}
	if s.While { // which reads them itself
		final[s.State-1], final[s.State-2] = true, true
	}
	to, operands := s.body.narrowed(final, out)
	if len(operands) == s.State+s.Over+len(s.body.free) && len(to.out) == s.Stacked {
		return false
	}
	given := make([]*Node, len(operands))
	for i, k := range operands {
		given[i] = in[k]
	}
	if s.Bounded {
		given = append(given, in[len(in)-1])
	}
	done[n] = n          // which nothing reads any more
	if len(given) == 0 { // each step keeps the same
		_, rows := to.apply(n.g, nil, nil, nil, 0)
		for _, p := range parts {
			_, i := s.partNumber(p)
			done[p] = BroadcastTo(rows[count(out[:i])], s.stackShape(i)...)
		}
		return true
	}
	op := s.again(to).op
	op.scan.most = s.most
	loop := op.Apply(given...)
	for _, p := range parts {
		isFinal, i := s.partNumber(p)
		if isFinal {
			done[p] = op.scan.final(loop, slices.Index(operands, i))
		} else {
			done[p] = op.scan.stack(loop, count(out[:i]))
		}
	}
	return true
}

// partNumber returns which part of the final state n is, or of what is kept; i is below 0 if it is
// neither.
func (s *scanOp) partNumber(n *Node) (final bool, i int) {
	a, ok := AttrsOf[PartAttrs](n)
	if !ok {
		return false, -1
	}
	for i, next := range s.body.next {
		if s.finalAt(i) == a.From && slices.Equal(next.shape, a.Shape) {
			return true, i
		}
	}
	for i := range s.body.out {
		if s.stackAt(i) == a.From && slices.Equal(s.stackShape(i), a.Shape) {
			return false, i
		}
	}
	return false, -1
}

// narrowed returns a body for some parts of the final state and of what is kept, and which of the
// loop's operands it has.
func (b *loopBody) narrowed(final, out []bool) (to *loopBody, operands []int) {
	next, kept, state := slices.Clone(b.next), slices.Clone(b.out), slices.Clone(final)
	var needed map[*Node]bool
	for {
		narrow := b.g.narrow(append(picked(next, state), picked(kept, out)...), nil)
		spread(next, state, narrow)
		spread(kept, out, narrow[count(state):])
		needed = map[*Node]bool{}
		order, _ := b.g.reachable(narrow, nil)
		for _, n := range order {
			needed[n] = true
		}
		before := count(state)
		for i, n := range b.state {
			state[i] = state[i] || needed[n]
		}
		if count(state) == before {
			break
		}
	}
	to = &loopBody{g: b.g, next: picked(next, state), out: picked(kept, out)}
	for i, n := range slices.Concat(b.state, b.over, b.free) {
		switch over := len(b.state) + len(b.over); {
		case i < len(b.state):
			if !state[i] {
				continue
			}
			to.state = append(to.state, n)
		case !needed[n]:
			continue
		case i < over:
			to.over = append(to.over, n)
		default:
			to.free = append(to.free, n)
		}
		operands = append(operands, i)
	}
	return to, operands
}

// picked returns those nodes of which is holds, and spread puts others in their places.
func picked(nodes []*Node, is []bool) []*Node {
	var out []*Node
	for i, n := range nodes {
		if is[i] {
			out = append(out, n)
		}
	}
	return out
}

func spread(nodes []*Node, is []bool, others []*Node) {
	for i := range nodes {
		if is[i] {
			nodes[i], others = others[0], others[1:]
		}
	}
}

// count returns how many hold.
func count(is []bool) int {
	n := 0
	for _, b := range is {
		if b {
			n++
		}
	}
	return n
}
