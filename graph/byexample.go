package graph

import (
	"slices"
)

// ByExample are derivatives in the convention of course notes. They tell values of
// which every example has its own, a column of Z say, from those that the examples
// share, such as parameters. Of the first they are derivatives of each example's
// own loss, m times those of the mean cost; of the second they are derivatives of
// the cost, and 1/m comes in where the chain rule reaches them:
//
//	dZ2 = A2 − Y,  dW2 = (1/m)·dZ2·A1ᵀ
//
// A cost has such losses if it is linear in its means over the examples, which Mean
// and MeanOver build. Anything else may be added that no example's values go into,
// such as a penalty of parameters. A value by which examples reach each other's
// losses, as before a normalisation over the batch, has none of its own: its
// derivative is that of the cost.
type ByExample struct {
	Gradients []*Node // with respect to the xs, in their order, each of the shape of its x

	// Means are the means over the examples that the cost is made of, the last
	// first. Without any, all derivatives are those of the cost.
	Means []*Node

	// Bent are means over the examples that the cost is not linear in.
	Bent []*Node

	// Coupled are values that depend on the examples, the nearest to the cost first,
	// and are not each example's own all the same: one example reaches the losses of
	// others through them, or the cost beside the means.
	Coupled []Coupling

	own map[*Node]example
}

// A Coupling is a value that is not each example's own, and why.
type Coupling struct {
	Value *Node
	By    *Node // what is computed of it, or of what is, in another way than example by example
	Aside bool  // By goes into the cost beside the means only, as a penalty of values does
}

// Own reports whether the derivative with respect to n is that of each example's own
// loss, and the axis of n along which the examples lie. It knows the nodes between
// the xs and the cost, xs included.
func (b *ByExample) Own(n *Node) (axis int, ok bool) {
	if b == nil || b.own[n].state != ownValue {
		return 0, false
	}
	return b.own[n].axis, true
}

// GradByExample is Grad in the convention of course notes. It leaves the names by
// which formulas call gradients as they are: what it returns is dZ2 in a derivation
// that says so.
func GradByExample(y *Node, xs ...*Node) (*ByExample, error) { return gradByExample(y, xs, true) }

// GradByExampleRaw is GradByExample without simplification.
func GradByExampleRaw(y *Node, xs ...*Node) (*ByExample, error) { return gradByExample(y, xs, false) }

func gradByExample(y *Node, xs []*Node, simple bool) (*ByExample, error) {
	e := &exampleWalk{ByExample: &ByExample{own: map[*Node]example{}}, apart: map[*Node]axes{}, from: map[*Node][]int{},
		sharedBy: map[*Node]*Node{}}
	gradients, err := grad(y, xs, simple, e)
	if err != nil {
		return nil, err
	}
	e.Gradients = gradients
	e.findCoupled(y)
	return e.ByExample, nil
}

// An example tells whether the derivative of a value is that of own losses.
type example struct {
	state exampleState
	axis  int // along which the examples lie; of sums and means, along which they were added up
}

type exampleState uint8

const (
	unreached    exampleState = iota
	ownValue                  // every example has a slice, which goes into its own loss only
	sharedValue               // all else
	meanOfLosses              // a shared value, below which own losses begin
	sumOfLosses               // under it
)

// axes is a set of axes, a bit for each.
type axes uint8

func (a axes) has(axis int) bool { return a>>axis&1 == 1 }

// An exampleWalk accompanies the chain rule on its way back. It comes to every node
// behind all users of it, so that it knows by then whether the node is an example's
// own. The methods of nil do nothing, for derivatives of the cost alone.
type exampleWalk struct {
	*ByExample
	apart    map[*Node]axes  // axes along which a node has a slice for every example
	sharedBy map[*Node]*Node // by which use a node is shared
	from     map[*Node][]int // for each gradient that flows into a node: of how many examples' own losses it is the derivative, 0 if it is that of the cost
}

// examplesOf returns the axes along which n has a slice for every example: the last
// one of inputs and constant arrays, a column each, and what goes along with it.
func (e *exampleWalk) examplesOf(n *Node) axes {
	stack := []*Node{n}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		if _, known := e.apart[n]; known {
			stack = stack[:len(stack)-1]
			continue
		}
		waits := false
		for _, x := range n.in {
			if _, known := e.apart[x]; !known {
				stack, waits = append(stack, x), true
			}
		}
		if !waits {
			e.apart[n] = e.examplesFrom(n)
		}
	}
	return e.apart[n]
}

// examplesFrom is examplesOf from those of the operands.
func (e *exampleWalk) examplesFrom(n *Node) axes {
	if last := len(n.shape) - 1; last > 0 && (n.kind == inputNode || n.kind == dataNode) {
		return 1 << last
	}
	var out axes
	for axis := range n.shape {
		for i, x := range n.in {
			if of, ok := n.along(i, axis); ok && e.apart[x].has(of) {
				out |= 1 << axis
			}
		}
	}
	return out
}

// holdsExamples reports whether n is an input or an array with a column for each of
// several examples.
func (n *Node) holdsExamples() bool {
	last := len(n.shape) - 1
	return (n.kind == inputNode || n.kind == dataNode) && last > 0 && n.shape[last] > 1
}

// dependsOnExamples reports whether n is computed from values of several examples.
func dependsOnExamples(n *Node) bool { return slices.ContainsFunc(Upstream(n), (*Node).holdsExamples) }

// throughMean returns the gradients of n's operands if n is a mean over the examples
// in which the cost is linear: that of the sum is as if it were not divided.
func (e *exampleWalk) throughMean(n, dn *Node) ([]*Node, bool) {
	if e == nil || e.own[n].state == ownValue {
		return nil, false
	}
	m, ok := n.g.means[n]
	if !ok {
		return nil, false
	}
	axis, ok := e.summedExamples(m.sum)
	if !ok {
		return nil, false
	}
	if dependsOnExamples(dn) {
		e.Bent = append(e.Bent, n)
		return nil, false
	}
	e.Means = append(e.Means, n)
	e.own[n] = example{meanOfLosses, axis}
	examples := m.sum.in[0].shape[axis]
	if scale := m.scale * float64(examples) / float64(m.count); scale != 1 {
		dn = dn.Times(scale)
	}
	out := make([]*Node, len(n.in))
	out[slices.Index(n.in, m.sum)] = dn
	return out, true
}

// summedExamples returns the axis of the operand of a sum along which it adds up the
// examples.
func (e *exampleWalk) summedExamples(sum *Node) (axis int, ok bool) {
	attrs, ok := AttrsOf[SumAttrs](sum)
	if !ok {
		return 0, false
	}
	examples := e.examplesOf(sum.in[0])
	for _, axis := range attrs.Axes {
		if examples == 1<<axis {
			return axis, true
		}
	}
	return 0, false
}

// flow tells that a gradient flows from n, all whose users are known, into its
// operand i.
func (e *exampleWalk) flow(n *Node, i int) {
	if e == nil {
		return
	}
	x, user := n.in[i], e.own[n]
	is, examples := example{state: sharedValue}, 0
	switch user.state {
	case meanOfLosses:
		is, examples = example{sumOfLosses, user.axis}, x.in[0].shape[user.axis]
	case sumOfLosses:
		is, examples = example{ownValue, user.axis}, x.shape[user.axis]
	case ownValue:
		examples = n.shape[user.axis]
		if of, ok := n.along(i, user.axis); ok && x.kind != paramNode {
			is = example{ownValue, of}
		}
	}
	e.meet(x, is, n)
	e.from[x] = append(e.from[x], examples)
}

// meet tells what x is by its use in n. By uses that differ it is shared.
func (e *exampleWalk) meet(x *Node, is example, n *Node) {
	switch was := e.own[x]; {
	case was.state == unreached:
	case was == is, was.state == sharedValue:
		return
	default:
		is = example{state: sharedValue}
	}
	e.own[x] = is
	if is.state == sharedValue {
		e.sharedBy[x] = n
	}
}

// findCoupled finds the values that are neither an example's own nor shared by all.
// Above the means, and if there are none, all is of the cost.
func (e *exampleWalk) findCoupled(y *Node) {
	if len(e.Means) == 0 {
		return
	}
	counts := map[int]bool{} // of examples
	for _, n := range e.Means {
		counts[n.g.means[n].sum.in[0].shape[e.own[n].axis]] = true
	}
	depends, above := map[*Node]bool{}, map[*Node]bool{}
	nodes := Upstream(y)
	for _, n := range nodes {
		depends[n], above[n] = n.holdsExamples() && counts[n.shape[len(n.shape)-1]], slices.Contains(e.Means, n)
		for _, x := range n.in {
			depends[n], above[n] = depends[n] || depends[x], above[n] || above[x]
		}
	}
	couples, below := map[*Node]*Node{}, map[*Node]bool{}
	for _, n := range slices.Backward(nodes) {
		for _, x := range n.in {
			below[x] = below[x] || below[n] || slices.Contains(e.Means, n)
		}
		if by := e.sharedBy[n]; by != nil && depends[n] && !above[n] {
			couples[n] = by
			if further := couples[by]; further != nil && e.keepsExamples(n, by) {
				couples[n] = further
			}
			e.Coupled = append(e.Coupled, Coupling{Value: n, By: couples[n], Aside: !below[couples[n]]})
		}
	}
}

// keepsExamples reports whether n is computed of x example by example.
func (e *exampleWalk) keepsExamples(x, n *Node) bool {
	for axis := range n.shape {
		if of, ok := n.along(slices.Index(n.in, x), axis); ok && e.examplesOf(x).has(of) {
			return true
		}
	}
	return false
}

// aside returns what accompanies a walk from plain, which is taken in place of n.
func (e *exampleWalk) aside(n, plain *Node) *exampleWalk {
	if e == nil {
		return nil
	}
	own := map[*Node]example{}
	if e.own[n].state == ownValue {
		own[plain] = e.own[n]
	}
	return &exampleWalk{ByExample: &ByExample{own: own}, apart: e.apart, from: map[*Node][]int{}, sharedBy: map[*Node]*Node{}}
}

// join makes the gradients with respect to x that came by a detour of n and otherwise,
// nil for none, of one kind.
func (e *exampleWalk) join(x, n, d, before *Node, aside *exampleWalk) (detoured, direct *Node) {
	switch {
	case e == nil || d == nil:
	case before == nil:
		e.own[x] = aside.own[x]
		if by := aside.sharedBy[x]; by != nil {
			e.sharedBy[x] = by
		}
	case e.own[x] != aside.own[x]:
		d, before = aside.ofCost(x, d), e.ofCost(x, before)
		e.own[x], e.sharedBy[x] = example{state: sharedValue}, n
	}
	return d, before
}

// ofCost returns the gradient of the cost with respect to x from d, which may be that
// of own losses.
func (e *exampleWalk) ofCost(x, d *Node) *Node {
	if axis, own := e.Own(x); own && x.shape[axis] > 1 {
		return d.Times(1 / float64(x.shape[axis]))
	}
	return d
}

// asked returns the gradient that a caller asks for with respect to x from d, which of
// a sum of losses is 1: the mean over the examples is part of the cost above it.
func (e *exampleWalk) asked(x, d *Node) *Node {
	if e == nil || d == nil || e.own[x].state != sumOfLosses {
		return d
	}
	if examples := x.in[0].shape[e.own[x].axis]; examples > 1 {
		return d.Times(1 / float64(examples))
	}
	return d
}

// settle returns the gradients that flow into n, of which those of own losses are
// averaged if n is shared by the examples.
func (e *exampleWalk) settle(n *Node, terms []*Node) []*Node {
	if e == nil || e.own[n].state != sharedValue {
		return terms
	}
	var out, ofCost []*Node
	sums := map[int]*Node{}
	var counts []int
	for i, term := range terms {
		switch m := e.from[n][i]; {
		case m == 0:
			ofCost = append(ofCost, term)
		case sums[m] == nil:
			sums[m], counts = term, append(counts, m)
		default:
			sums[m] = Add(sums[m], term)
		}
	}
	for _, m := range counts {
		if m > 1 {
			sums[m] = sums[m].Times(1 / float64(m))
		}
		out = append(out, sums[m])
	}
	return append(out, ofCost...)
}
