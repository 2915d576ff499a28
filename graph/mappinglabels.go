package graph

import "slices"

// A mappedCheck is a requirement of the labels of all slices, which gradients may concern too.
type mappedCheck struct {
	*labelCheck
	gradient bool
}

// labelsOf returns the labels of checks.
func labelsOf(checks []mappedCheck) (labels []*Node) {
	for _, c := range checks {
		labels = append(labels, c.labels)
	}
	return labels
}

// require makes what was mapped, the ys, demand of the labels of all slices what it demanded of those of one.
func (b *mapped) require(ys []*Node) (made []mappedCheck, err error) {
	if len(ys) == 0 {
		return nil, nil
	}
	for _, c := range slices.Clone(b.g.required) {
		by, gradient := b.done[c.by], false
		for n, to := range b.done {
			gradient = gradient || to != n && c.covers(n)
		}
		if (by == nil || by == c.by) && !gradient {
			continue
		}
		if by == nil || by == c.by {
			by = ys[0] // the cost itself is not computed, but its gradient
		}
		labels := b.node(c.labels)
		start := len(b.g.required)
		if by = Require(b.examples(c.labels, labels), by, c.Requirement); by.err != nil {
			return nil, by.err
		}
		for _, m := range b.g.required[start:] {
			if labels != c.labels {
				m.last, m.each = b.Last, b.n
				if _, examples := c.matrix(); !b.Last {
					m.each = examples
				}
			}
			made = append(made, mappedCheck{m, gradient})
		}
	}
	return made, nil
}

// examples returns the labels of all slices as those of so many times the examples.
func (b *mapped) examples(n, value *Node) *Node {
	axes := len(n.shape)
	if value == n || axes == 0 {
		return value
	}
	shape := slices.Clone(n.shape)
	shape[axes-1] *= b.n
	if b.Last {
		return Reshape(value, shape...)
	}
	return Reshape(moveAxis(value, 0, axes-1), shape...)
}

// derivedInSlices notes that the nodes from start on compute gradients of all slices.
func (g *Graph) derivedInSlices(checks []mappedCheck, start int) {
	for _, c := range checks {
		if c.gradient {
			c.addSpan(span{start, len(g.nodes)})
		}
	}
}
