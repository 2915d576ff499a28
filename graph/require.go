package graph

import (
	"cmp"
	"slices"
)

// A Requirement is what the labels of a cost or metric must be for it to be what
// its name says.
type Requirement struct {
	// Values is the kind of labels.
	Values LabelValues

	// Classes is how many classes there are, for ClassNumbers.
	Classes int

	// Op is what requires it, such as "SoftmaxCrossEntropy", for errors.
	Op string

	// Of is what a value is called, by the number of its column, for errors; if empty it
	// is "label of example".
	Of string

	// Instead says what to use where labels are others, for errors.
	Instead string
}

// LabelValues is a kind of labels. NaN and ±Inf are of none.
type LabelValues uint8

const (
	AnyNumber    LabelValues = iota // finite numbers
	NotNegative                     // of at least 0
	Fractions                       // from 0 to 1
	ZeroOrOne                       // 0 or 1
	SumToOne                        // from 0 to 1, every column with the sum 1
	ClassNumbers                    // whole numbers from 0 to Classes − 1
)

// labelRounding is how far Fractions may lie outside 0 to 1, and how far, for each
// class and 16 times more, the sum of a column may lie from 1: as much as
// rounding to float32 and adding up in float32 may move probabilities, in graphs
// of float64 too, since labels may have been computed in float32.
const labelRounding = 0x1p-23

// Require makes by, a cost or metric that is computed from labels, demand of
// them what r says, and returns it. Labels that are fed, an input or a part,
// reshape, transpose, broadcast or StopGradient of one, or several of these that Concat
// puts together, are then checked at every run of a program that computes by or a
// gradient through it: the run computes and updates nothing, and its error names value
// and example. So are parameters. Labels that are constant are checked at once and fail
// by. Those that the graph computes, such as smoothed ones, are not checked, and no sums
// where some of the labels are computed; of OneHot of an input the classes are.
//
// The last axis of labels is that of the examples, and the first that of the
// classes. Inputs among Spec.Given are not checked.
func Require(labels, by *Node, r Requirement) *Node {
	both := []*Node{labels, by}
	for _, n := range both {
		if n != nil && n.err != nil {
			return Fail(n.err, both...)
		}
	}
	if err := checkSameGraph(graphOf(both), both); err != nil {
		return failedNode(graphOf(both), "Require", err, both...)
	}
	leaves := labels.leaves()
	if len(leaves) > 1 {
		return requireParts(labels, by, leaves, r)
	}
	root := leaves[0]
	if a, ok := AttrsOf[OneHotAttrs](root); ok {
		return Require(root.in[0], by, Requirement{Values: ClassNumbers, Classes: a.Classes, Op: r.Op})
	}
	c := &labelCheck{Requirement: r, labels: labels, root: root, by: by, size: size(root.shape)}
	c.findEntries()
	switch root.kind {
	case inputNode, paramNode:
		by.g.required = append(by.g.required, c)
	case constNode, dataNode:
		data := root.data
		if root.kind == constNode {
			data = filled(by.g.dtype, root.shape, root.value)
		}
		if err := checkStored(c, data); err != nil {
			return failedNode(by.g, r.Op, err, labels)
		}
	}
	return by
}

// viewed returns the node whose entries n shows, in whatever order, as far as that is one.
func (n *Node) viewed() *Node {
	for isA[ReshapeAttrs](n) || isA[SliceAttrs](n) || isA[TransposeAttrs](n) || isA[BroadcastAttrs](n) || n.op == stopGradientOp {
		n = n.in[0]
	}
	return n
}

// A labelCheck is a requirement of labels that are, or are a view of, a root.
type labelCheck struct {
	Requirement
	labels, root, by *Node // root is nil of labels from several
	parts            []labelPart
	size             int    // of the root, or else of the labels
	entries          []int  // entry of the root for each of the labels, both row-major; nil if these are the root
	spans            []span // that differentiate by, or one of themselves, in order

	// Of labels of a mapping, which are those of all slices one behind the other: how many examples a
	// slice has, 0 if there are no slices, or if they lie along the last axis how many slices there are.
	each int
	last bool
}

// A span are nodes that Grad made, by id, from the first to before the end.
type span struct{ from, end int }

// addSpan adds one behind the others, or around the last ones, which a rule may have
// made. It is one with the last if no operation lies between them, so that gradients
// taken one after the other are one span.
func (c *labelCheck) addSpan(s span) {
	last := len(c.spans) - 1
	for ; last >= 0 && c.spans[last].end > s.from; last-- {
		s.from = min(s.from, c.spans[last].from)
		c.spans = c.spans[:last]
	}
	isOp := func(n *Node) bool { return n.kind == opNode }
	if last >= 0 && !slices.ContainsFunc(c.by.g.nodes[c.spans[last].end:s.from], isOp) {
		c.spans[last].end = s.end
		return
	}
	c.spans = append(c.spans, s)
}

// cutSpans forgets nodes from start on.
func (c *labelCheck) cutSpans(start int) {
	c.spans = slices.DeleteFunc(c.spans, func(s span) bool { return s.from >= start })
	if last := len(c.spans) - 1; last >= 0 {
		c.spans[last].end = min(c.spans[last].end, start)
	}
}

// covers reports whether an operation lies in one.
func (c *labelCheck) covers(n *Node) bool {
	at, _ := slices.BinarySearchFunc(c.spans, n.id, func(s span, id int) int { return cmp.Compare(s.end, id+1) })
	return at < len(c.spans) && c.spans[at].from <= n.id && n.kind == opNode
}

// findEntries evaluates the views for the numbers of the root's entries.
func (c *labelCheck) findEntries() {
	if c.labels == c.root {
		return
	}
	numbers := make([]float64, size(c.root.shape))
	for i := range numbers {
		numbers[i] = float64(i)
	}
	for _, e := range viewOf(c.labels, map[*Node][]float64{c.root: numbers}) {
		c.entries = append(c.entries, int(e))
	}
}

// viewOf returns the entries of n, which shows those of the leaves.
func viewOf(n *Node, leaves map[*Node][]float64) []float64 {
	if values, ok := leaves[n]; ok {
		return values
	}
	in := make([]storage, len(n.in))
	for i, x := range n.in {
		in[i] = storage{shape: x.shape, f64: viewOf(x, leaves)}
	}
	out := make([]float64, size(n.shape))
	evaluateAs(n, out, in, func(s storage) []float64 { return s.f64 })
	return out
}

// derived notes that nodes of the span were made by differentiating y.
func (g *Graph) derived(y *Node, s span) {
	if len(g.required) == 0 || s.from == s.end {
		return
	}
	order, _ := g.reachable([]*Node{y}, nil)
	for _, c := range g.required {
		if c.concerns(order) {
			c.addSpan(s)
		}
	}
}

// concerns reports whether nodes have the one that requires it, or one of its
// derivatives.
func (c *labelCheck) concerns(nodes []*Node) bool {
	return slices.ContainsFunc(nodes, func(n *Node) bool {
		return n == c.by || c.covers(n)
	})
}

// requirements returns what the nodes of a program require, by the roots, and of
// labels that have several.
func (g *Graph) requirements(nodes []*Node, given map[*Node]bool) (found map[*Node][]*labelCheck, joint []*labelCheck) {
	for _, c := range g.required {
		if given[c.root] || given[c.labels] || !c.concerns(nodes) {
			continue
		}
		if c.root == nil {
			joint = append(joint, c)
			continue
		}
		if found == nil {
			found = map[*Node][]*labelCheck{}
		}
		found[c.root] = append(found[c.root], c)
	}
	return found, joint
}

// checkStored checks labels of a root that a storage holds.
func checkStored(c *labelCheck, s storage) error {
	if s.dtype.Type == nil || len(s.f64) > 0 {
		return checkLabels(c, s.f64, rowMajor, nil)
	}
	return checkLabels(c, s.f32, rowMajor, nil)
}

// checkLabels checks the labels among the entries of the root; scratch has room for
// those of a view, or is nil.
func checkLabels[T float32 | float64](c *labelCheck, root []T, o order, scratch []T) error {
	if c.entries != nil {
		if scratch == nil {
			scratch = make([]T, len(c.entries))
		}
		for i, e := range c.entries {
			if o == columnMajor {
				e = columnMajorEntry(e, c.root.shape)
			}
			scratch[i] = root[e]
		}
		root, o = scratch[:len(c.entries)], rowMajor
	}
	return checkValues(c, root, o)
}

// columnMajorEntry returns where the entry of number e in row-major order lies in
// column-major order.
func columnMajorEntry(e int, shape []int) int {
	at, stride := 0, size(shape)
	for axis := len(shape) - 1; axis >= 0; axis-- {
		stride /= shape[axis]
		at += e % shape[axis] * stride
		e /= shape[axis]
	}
	return at
}

// checkValues checks labels that lie in order o.
func checkValues[T float32 | float64](c *labelCheck, y []T, o order) error {
	rows, columns := c.matrix()
	if at := firstWrong(c.Requirement, y); at >= 0 {
		row, column := at/columns, at%columns
		if o == columnMajor {
			row, column = at%rows, at/rows
		}
		return c.wrongValue(float64(y[at]), row, column)
	}
	if c.Values != SumToOne {
		return nil
	}
	if column, sum := wrongColumn(y, rows, columns, o); column >= 0 {
		return c.wrongSum(sum, column)
	}
	return nil
}

// matrix returns the numbers of rows and columns of the labels.
func (c *labelCheck) matrix() (rows, columns int) {
	shape := c.labels.shape
	if len(shape) == 0 {
		return 1, 1
	}
	columns = shape[len(shape)-1]
	return size(shape) / columns, columns
}
