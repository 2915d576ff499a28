package graph

import (
	"slices"

	"gorgonia.org/tensor"
)

// A labelPart is where some of the labels come from that Concat puts together.
type labelPart struct {
	root    *Node // a leaf of the labels
	entries []int // entries of the root, row-major
	at      []int // which of the labels they are, row-major
}

// leaves returns the nodes whose entries n shows, in whatever order: one, or several
// that Concat puts together.
func (n *Node) leaves() []*Node {
	var all []*Node
	seen := map[*Node]bool{}
	var visit func(n *Node)
	visit = func(n *Node) {
		switch n = n.viewed(); {
		case seen[n]:
		case isA[ConcatAttrs](n):
			for _, x := range n.in {
				visit(x)
			}
		default:
			all = append(all, n)
		}
		seen[n] = true
	}
	visit(n)
	return all
}

// partsOf returns which of the labels come from which of the leaves.
func partsOf(labels *Node, leaves []*Node) []labelPart {
	numbers, leaf, first := map[*Node][]float64{}, []int{}, []int{}
	for i, x := range leaves { // all entries of all leaves are numbered
		from := len(leaf)
		first = append(first, from)
		for range size(x.shape) {
			numbers[x] = append(numbers[x], float64(len(leaf)))
			leaf = append(leaf, i)
		}
	}
	parts := make([]labelPart, len(leaves))
	for i, x := range leaves {
		parts[i].root = x
	}
	for at, number := range viewOf(labels, numbers) {
		i := leaf[int(number)]
		p := &parts[i]
		p.entries, p.at = append(p.entries, int(number)-first[i]), append(p.at, at)
	}
	return parts
}

// requireParts is Require of labels that come from several leaves.
func requireParts(labels, by *Node, leaves []*Node, r Requirement) *Node {
	c := &labelCheck{Requirement: r, labels: labels, by: by, size: size(labels.shape)}
	kept := false
	for _, p := range partsOf(labels, leaves) {
		if a, ok := AttrsOf[OneHotAttrs](p.root); ok {
			classes := Requirement{Values: ClassNumbers, Classes: a.Classes, Op: r.Op}
			if by = Require(p.root.in[0], by, classes); by.err != nil {
				return by
			}
		}
		switch p.root.kind {
		case inputNode, paramNode:
			kept = true
		case constNode, dataNode:
		default:
			continue // what the graph computes is not checked
		}
		c.parts = append(c.parts, p)
	}
	if kept {
		by.g.required = append(by.g.required, c)
		return by
	}
	j := jointLabels{labelCheck: c.withParts(c.parts)}
	for _, p := range c.parts {
		j.sources = append(j.sources, labelSource{labelPart: p, kind: p.root.kind, fixed: constants(p.root)})
	}
	if err := (&execution[float64]{}).checkJoint(j, nil); err != nil {
		return failedNode(by.g, r.Op, err, labels)
	}
	return by
}

// constants returns the entries of a constant.
func constants(n *Node) []float64 {
	if n.kind == constNode {
		return slices.Repeat([]float64{n.value}, size(n.shape))
	}
	return n.data.as(tensor.Float64).f64
}

// withParts returns the check of some of the parts. Sums are left out where entries
// are missing, which read as 0.
func (c *labelCheck) withParts(parts []labelPart) *labelCheck {
	some, known := *c, 0
	for _, p := range parts {
		known += len(p.at)
	}
	if some.Values == SumToOne && known < c.size {
		some.Values = Fractions
	}
	some.parts = parts
	return &some
}

// jointLabels are labels from several places of a program.
type jointLabels struct {
	*labelCheck
	sources []labelSource
}

// A labelSource is where a program has a part of some labels.
type labelSource struct {
	labelPart
	kind  nodeKind
	index int       // of the feed or parameter
	fixed []float64 // of a constant
}

// requireJoint has labels from several places checked at every run.
func (l *lowering) requireJoint(c *labelCheck, given map[*Node]bool) {
	var j jointLabels
	var parts []labelPart
	kept := false
	for _, p := range c.parts {
		s := labelSource{labelPart: p, kind: p.root.kind}
		switch there := false; {
		case given[p.root]:
			continue
		case s.kind == inputNode:
			if s.index, there = l.c.feedIndex[p.root]; !there {
				continue
			}
			kept = true
		case s.kind == paramNode:
			if s.index, there = l.params[p.root.param]; !there {
				continue
			}
			kept = true
		default:
			s.fixed = constants(p.root)
		}
		parts, j.sources = append(parts, p), append(j.sources, s)
	}
	if kept {
		j.labelCheck = c.withParts(parts)
		l.c.joint = append(l.c.joint, j)
	}
}

// A fedArray is what an input was given.
type fedArray[T float32 | float64] struct {
	entries []T
	order   order
}

// checkJoint checks labels from several places, once all is fed.
func (e *execution[T]) checkJoint(j jointLabels, params []storage) error {
	e.scratch = slices.Grow(e.scratch[:0], j.size)
	labels := e.scratch[:j.size]
	clear(labels)
	for _, s := range j.sources {
		var from fedArray[T]
		switch s.kind {
		case inputNode:
			from = e.fed[s.index]
		case paramNode:
			from.entries = e.data(params[s.index])
		}
		for i, entry := range s.entries {
			switch {
			case s.fixed != nil:
				labels[s.at[i]] = T(s.fixed[entry])
				continue
			case from.order == columnMajor:
				entry = columnMajorEntry(entry, s.root.shape)
			}
			labels[s.at[i]] = from.entries[entry]
		}
	}
	return checkValues(j.labelCheck, labels, rowMajor)
}
