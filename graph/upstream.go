package graph

import "slices"

// Upstream returns the nodes that the given ones depend on, themselves included,
// in order of computation. The nodes belong to one graph.
func Upstream(nodes ...*Node) []*Node {
	g := graphOf(nodes)
	if checkSameGraph(g, nodes) != nil {
		return nil
	}
	order, _ := g.reachable(nodes, nil)
	return order
}

// reachable returns the nodes that roots depend on, in order, and how often each
// is used by them, by id. What given nodes are computed from does not count.
func (g *Graph) reachable(roots []*Node, given map[*Node]bool) (order []*Node, uses []int) {
	uses = make([]int, len(g.nodes))
	needed := make([]bool, len(g.nodes))
	for _, n := range roots {
		needed[n.id] = true
	}
	for id, n := range slices.Backward(g.nodes) {
		if !needed[id] || given[n] {
			continue
		}
		for _, x := range n.in {
			needed[x.id] = true
			uses[x.id]++
		}
	}
	for id, is := range needed {
		if is {
			order = append(order, g.nodes[id])
		}
	}
	return order, uses
}

// pathBetween marks the nodes up to y that depend on xs, and returns the
// operations among them through which y depends on xs, in order. On integers nothing
// depends, as no gradient flows into them.
func (g *Graph) pathBetween(xs []*Node, y *Node) (active []bool, path []*Node) {
	last := y.id
	for _, x := range xs {
		last = max(last, x.id)
	}
	active = make([]bool, last+1)
	for _, x := range xs {
		active[x.id] = !x.integer
	}
	through := make([]bool, last+1) // has an active input
	for _, n := range g.nodes[:y.id+1] {
		for _, x := range n.in {
			if active[x.id] && !n.integer {
				through[n.id], active[n.id] = true, true
				break
			}
		}
	}
	needed := make([]bool, last+1)
	needed[y.id] = true
	for id := y.id; id >= 0; id-- {
		n := g.nodes[id]
		if !needed[id] || !through[id] {
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

// prune drops the nodes from index start on that none of roots depends on. It
// returns the set of those that stay.
func (g *Graph) prune(start int, roots []*Node) map[*Node]bool {
	live := map[*Node]bool{}
	stack := slices.Clone(roots)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n.id < start || live[n] {
			continue
		}
		live[n] = true
		stack = append(stack, n.in...)
	}
	kept := g.nodes[:start]
	for _, n := range g.nodes[start:] {
		if live[n] {
			n.id = len(kept)
			kept = append(kept, n)
			continue
		}
		if n.name != "" {
			delete(g.names, n.name)
		}
		delete(g.means, n)
		if n.param != nil {
			delete(g.params, n.param)
		}
		delete(g.zs, n)
		if len(n.shape) == 0 {
			for bits, c := range g.consts {
				if c == n {
					delete(g.consts, bits)
				}
			}
		}
	}
	clear(g.nodes[len(kept):])
	g.nodes = kept
	return live
}
