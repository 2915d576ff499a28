package graph

import (
	"fmt"
	"slices"
)

// A detour is what a node computes that does so from logits: plain makes it of the
// probabilities themselves.
type detour struct {
	of    *Node
	plain func() *Node
}

// FromLogits returns a function of probabilities a that is computed from their logits:
// ofLogits gets what a.Logits returns and makes the function of it, and plain makes it
// of a itself, where there are no logits or ofLogits returns nil. Both must be the same
// function of a.
//
// The result depends on a in every way but its numbers: a derivative with respect to a,
// or to what lies between the logits and a, is that of plain, and so is the value when
// such a node is given to a program (Spec.Given). In plain, Log and its relatives look
// for no logits.
func FromLogits(a *Node, ofLogits func(z *Node, axes []int) *Node, plain func() *Node) *Node {
	if ofLogits != nil && a.Err() == nil && !a.g.plain && !a.g.walking {
		if z, axes, ok := a.Logits(); ok {
			if n := ofLogits(z, axes); n != nil {
				return n.insteadOf(a, plain)
			}
		}
	}
	if plain == nil {
		return failedNode(a.Graph(), "FromLogits", errNoPlain, a)
	}
	return plain()
}

// insteadOf notes what n, a node just made, is computed in place of.
func (n *Node) insteadOf(a *Node, plain func() *Node) *Node {
	if n.err == nil && plain != nil {
		n.detour = &detour{a, plain}
	}
	return n
}

// detours returns the nodes that y depends on and that x is passed by: they depend on
// x but not by what they are computed from.
func (g *Graph) detours(x *Node, roots ...*Node) []*Node {
	if x.kind != opNode || !slices.ContainsFunc(g.nodes, func(n *Node) bool { return n.detour != nil }) {
		return nil
	}
	depends, passed := make([]bool, len(g.nodes)), make([]bool, len(g.nodes))
	depends[x.id] = true
	for _, n := range g.nodes[x.id+1:] {
		direct := slices.ContainsFunc(n.in, func(in *Node) bool { return depends[in.id] })
		passed[n.id] = !direct && n.detour != nil && depends[n.detour.of.id]
		depends[n.id] = direct || passed[n.id]
	}
	order, _ := g.reachable(roots, nil)
	return slices.DeleteFunc(order, func(n *Node) bool { return !passed[n.id] })
}

// plainly makes what n is computed in place of.
func (n *Node) plainly() (*Node, error) {
	defer func(before bool) { n.g.plain = before }(n.g.plain)
	n.g.plain = true
	switch p := n.detour.plain(); {
	case p.Err() != nil:
		return nil, p.Err()
	case p.g != n.g || !slices.Equal(p.shape, n.shape):
		return nil, mistake("FromLogits", fmt.Errorf("what is made of the probabilities has shape %s, and of the logits %s: one shape expected", shapeString(p.shape), shapeString(n.shape)), n.detour.of)
	default:
		return p, nil
	}
}

// plainly makes, for a program to which nodes are given that detours pass by, what is
// computed in place of the detours.
func (g *Graph) plainly(spec Spec) (map[*Node]*Node, error) {
	roots := slices.Clone(spec.Outputs)
	for _, u := range spec.Updates {
		roots = append(roots, u.Value)
	}
	plain := map[*Node]*Node{}
	for i := 0; i <= len(plain); i++ { // what is made may have detours itself
		for _, x := range spec.Given {
			for _, n := range g.detours(x, roots...) {
				if plain[n] != nil {
					continue
				}
				p, err := n.plainly()
				if err != nil {
					return nil, err
				}
				plain[n] = p
				roots = append(roots, p)
			}
		}
	}
	return plain, nil
}

// readInstead returns of what is in plain which nodes before start the node there is
// computed from.
func readInstead(plain map[*Node]*Node, start int) map[*Node][]*Node {
	if len(plain) == 0 {
		return nil
	}
	read := map[*Node][]*Node{}
	for n := range plain {
		seen := map[*Node]bool{}
		var visit func(x *Node)
		visit = func(x *Node) {
			switch p := plain[x]; {
			case seen[x]:
			case x.id < start && x != n:
				read[n] = append(read[n], x)
			case p != nil:
				visit(p)
			default:
				for _, x := range x.in {
					visit(x)
				}
			}
			seen[x] = true
		}
		visit(n)
	}
	return read
}

// sources returns what roots are computed from, in order, where what is given is not
// computed and what is in plain is computed by the node there.
func (g *Graph) sources(roots []*Node, given map[*Node]bool, plain map[*Node]*Node) []*Node {
	if len(plain) == 0 {
		order, _ := g.reachable(roots, given)
		return order
	}
	var order []*Node
	seen := map[*Node]bool{}
	var visit func(n *Node)
	visit = func(n *Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if p := plain[n]; p != nil && !given[n] {
			visit(p)
		} else if !given[n] {
			for _, x := range n.in {
				visit(x)
			}
		}
		order = append(order, n)
	}
	for _, n := range roots {
		visit(n)
	}
	return order
}
