package graph

import (
	"fmt"
	"slices"
)

// A form is what a node is by construction: the sigmoid of logits (axes is nil), or
// their softmax over axes. In searches for another function, such as exponents, the
// logits are its argument. They are made when they are asked for.
type form struct {
	axes   []int
	logits func() *Node
}

// formOf is the form of a function applied to z.
func formOf(z *Node, axes []int) *form {
	return &form{axes, func() *Node { return z }}
}

// scaled is the form whose logits are c times those of f, of the sigmoid.
func (f *form) scaled(c float64) *form {
	return &form{nil, func() *Node { return multiple(f.logits(), c) }}
}

// multiple returns c·x with the factors of x put together, so that 2·(z/2) is z.
func multiple(x *Node, c float64) *Node {
	base, a, b := affine(x)
	if b == 0 {
		x, c = base, a*c
	}
	switch c {
	case 1:
		return x
	case -1:
		return Neg(x)
	}
	return x.Times(c)
}

// Logits finds the logits of probabilities. It returns z if n is Sigmoid(z) entry by
// entry, axes being nil, and z and the axes if n is Softmax(z, axes...). Costs and
// logarithms use it to stay finite where the probabilities saturate.
//
// It looks through what moves or repeats entries (Reshape, Transpose, Slice,
// BroadcastTo, Concat, StopGradient), as long as the axes of a softmax stay whole, and
// makes the same of the logits. It knows probabilities that are written otherwise:
//
//   - 1 − σ(z), ½ + ½·tanh(z/2), 1/(1 + e^−z), e^z/(1 + e^z), e^u/(e^u + e^v), and
//     e^(−softplus(−z)), numbers added and multiplied in any order;
//   - e^z/Σ e^z, e^LogSoftmax(z) and e^(z − LogSumExp(z)).
//
// What is not found: probabilities whose numbers come from arrays or inputs, that
// were clipped, weighted or chosen by Where, and 1 − softmax.
func (n *Node) Logits() (z *Node, axes []int, ok bool) {
	f := probability(n)
	if f == nil {
		return nil, nil, false
	}
	return f.logits(), slices.Clone(f.axes), true
}

// probability returns the form of probabilities, nil if n is not known to be some.
func probability(n *Node) *form {
	if n.Err() != nil {
		return nil
	}
	return affineProbability(affine(n))
}

// affine writes n as a·x + b with numbers a and b, x as far down as possible and of
// the shape of n.
func affine(n *Node) (x *Node, a, b float64) {
	for a = 1; ; {
		x, c, first := n.number()
		if x == nil {
			return n, a, b
		}
		switch n.op {
		case negOp:
			a = -a
		case addOp:
			b += a * c
		case subOp:
			if first {
				b, a = b+a*c, -a
			} else {
				b -= a * c
			}
		case mulOp:
			a *= c
		case divOp:
			a /= c
		}
		n = x
	}
}

// number returns the operand x of a negative, or of a sum, difference, product or
// quotient with a number c, nil if n is none of these. first says that c is the first
// operand.
func (n *Node) number() (x *Node, c float64, first bool) {
	switch n.op {
	case negOp:
		return n.in[0], 0, false
	case addOp, subOp, mulOp, divOp:
		a, b := n.in[0], n.in[1]
		switch {
		case b.kind == constNode && slices.Equal(a.shape, n.shape):
			return a, b.value, false
		case a.kind == constNode && n.op != divOp && slices.Equal(b.shape, n.shape):
			return b, a.value, true
		}
	}
	return nil, 0, false
}

// affineProbability returns the form of the probabilities a·x + b.
func affineProbability(x *Node, a, b float64) *form {
	switch {
	case a == 1 && b == 0:
		return bareProbability(x)
	case a == -1 && b == 1:
		if f := bareProbability(x); f != nil && f.axes == nil {
			return f.scaled(-1) // 1 − σ(z) = σ(−z)
		}
	case b == 0.5 && (a == 0.5 || a == -0.5):
		if f := argument(tanhOp, x); f != nil {
			return f.scaled(4 * a) // ½ + ½·tanh(z/2) = σ(z)
		}
	}
	return nil
}

// bareProbability returns the form of probabilities that are no multiple or sum.
func bareProbability(x *Node) *form {
	if softmax, is := AttrsOf[SoftmaxAttrs](x); is {
		return formOf(x.in[0], softmax.Axes)
	}
	var f *form
	switch x.op {
	case sigmoidOp:
		return formOf(x.in[0], nil)
	case expOp:
		f = logProbability(x.in[0])
	case reciprocalOp:
		f = quotient(nil, x.in[0])
	case divOp:
		f = quotient(x.in[0], x.in[1])
	case mulOp:
		for i, other := range []*Node{x.in[1], x.in[0]} {
			if f == nil && other.op == reciprocalOp {
				f = quotient(x.in[i], other.in[0])
			}
		}
	}
	if f == nil {
		f = carried(x, probability)
	}
	return f
}

// quotient returns the form of num/den, where a num that is nil is 1: an exponential
// over the sum of two, or over the sum of all.
func quotient(num, den *Node) *form {
	if num != nil && num.isConst(1) {
		if !fills(num.shape, den.shape, den.shape) {
			return nil
		}
		num = nil
	}
	if num != nil && !fills(den.shape, num.shape, num.shape) {
		return nil
	}
	if e, a, b := affine(den); a == 1 && b == 1 {
		switch u := argument(expOp, e); {
		case u == nil:
		case num == nil:
			return u.scaled(-1) // 1/(1 + e^u) = σ(−u)
		case slices.Equal(num.shape, e.shape) && same(num, e):
			return u // e^u/(1 + e^u) = σ(u)
		}
		return nil
	}
	if num == nil || argument(expOp, num) == nil {
		return nil
	}
	if den.op == addOp && slices.Equal(den.shape, num.shape) {
		for i, other := range []*Node{den.in[1], den.in[0]} {
			if u, v := argument(expOp, num), argument(expOp, other); same(num, den.in[i]) && v != nil {
				return &form{nil, func() *Node { return Sub(u.logits(), v.logits()) }} // e^u/(e^u + e^v) = σ(u − v)
			}
		}
		return nil
	}
	s := reduced(den, num.shape)
	if sum, is := AttrsOf[SumAttrs](s); is && keeps(den, s, num.shape, sum.Axes) && same(s.in[0], num) {
		return &form{sum.Axes, argument(expOp, num).logits}
	}
	return nil
}

// logProbability returns the form of e^n, whose logarithm n is by construction.
func logProbability(n *Node) *form {
	if log, is := AttrsOf[LogSoftmaxAttrs](n); is {
		return formOf(n.in[0], log.Axes)
	}
	if n.op == subOp && fills(n.in[1].shape, n.in[0].shape, n.in[0].shape) {
		z, total := n.in[0], n.in[1]
		if total.op == softplusOp && slices.Equal(total.shape, z.shape) && same(total.in[0], z) {
			return formOf(z, nil) // z − softplus(z) = ln σ(z)
		}
		s := reduced(total, z.shape)
		if log, is := AttrsOf[LogSumExpAttrs](s); is && keeps(total, s, z.shape, log.Axes) && same(s.in[0], z) {
			return formOf(z, log.Axes)
		}
	}
	if x, a, b := affine(n); a == -1 && b == 0 {
		if f := argument(softplusOp, x); f != nil {
			return f.scaled(-1) // −softplus(z) = ln σ(−z)
		}
	}
	return carried(n, logProbability)
}

// reduced returns what is repeated or reshaped to n beside an array of a shape.
func reduced(n *Node, shape []int) *Node {
	for isA[BroadcastAttrs](n) && slices.Equal(n.shape, shape) || isA[ReshapeAttrs](n) {
		n = n.in[0]
	}
	return n
}

// keeps reports whether total, which is s repeated or reshaped, stands for the
// reduction of an array of a shape over axes when it is broadcast against the array.
func keeps(total, s *Node, shape, axes []int) bool {
	kept, err := sumShape(shape, axes, true)
	if err != nil || len(axes) == 0 || !slices.Equal(s.in[0].shape, shape) {
		return false
	}
	for isA[BroadcastAttrs](total) && slices.Equal(total.shape, shape) {
		total = total.in[0]
	}
	lead := len(kept) - len(total.shape)
	return lead >= 0 && size(kept) == size(kept[lead:]) && slices.Equal(kept[lead:], total.shape)
}

// argument returns z, as logits, where n is op applied to z entry by entry.
func argument(op *Op, n *Node) *form {
	if n.op == op {
		return formOf(n.in[0], nil)
	}
	return carried(n, func(x *Node) *form { return argument(op, x) })
}

// carried returns the form of n if its operation moves entries and all its operands
// have one of the kind that of finds.
func carried(n *Node, of func(*Node) *form) *form {
	if n.op == nil || n.op.carry == nil {
		return nil
	}
	parts := make([]*form, len(n.in))
	for i, x := range n.in {
		if parts[i] = of(x); parts[i] == nil || !slices.Equal(parts[i].axes, parts[0].axes) {
			return nil
		}
	}
	axes, ok := n.op.carry(n, parts[0].axes)
	if !ok || len(axes) == 0 && len(parts[0].axes) > 0 {
		return nil
	}
	return &form{axes, func() *Node {
		z := make([]*Node, len(parts))
		for i, f := range parts {
			z[i] = f.logits()
		}
		return n.op.Apply(z...)
	}}
}

// same reports whether two nodes are found to compute the same, looking at a few nodes.
func same(a, b *Node) bool {
	left := 64
	return sameWithin(a, b, &left)
}

func sameWithin(a, b *Node, left *int) bool {
	if *left--; a == b || *left < 0 {
		return a == b
	}
	if a.kind == constNode && b.kind == constNode {
		return a.value == b.value && slices.Equal(a.shape, b.shape)
	}
	if a.op == nil || a.op != b.op || len(a.in) != len(b.in) {
		return false
	}
	for i := range a.in {
		if !sameWithin(a.in[i], b.in[i], left) {
			return false
		}
	}
	return true
}

// logarithmOf returns what makes ln(a·x + b) accurate where x saturates, nil if x is not
// known to be such that there is something to gain.
func logarithmOf(x *Node, a, b float64) func() *Node {
	x, c, d := affine(x)
	a, b = a*c, b+a*d
	if f := affineProbability(x, a, b); f != nil {
		return f.logarithm
	}
	if u := argument(expOp, x); u != nil && a == 1 {
		switch b {
		case 0:
			return func() *Node { return Reshape(u.logits(), x.shape...) } // a node of its own
		case 1:
			return func() *Node { return Softplus(u.logits()) }
		}
	}
	if sum, is := AttrsOf[SumAttrs](x); is && a == 1 && b == 0 {
		if u := argument(expOp, x.in[0]); u != nil {
			return func() *Node { return Reduce{sum.Keep}.LogSumExp(u.logits(), sum.Axes...) }
		}
	}
	if x.op == nil || x.op.carry == nil {
		return nil
	}
	if _, ok := x.op.carry(x, nil); !ok {
		return nil
	}
	parts, found := make([]func() *Node, len(x.in)), false
	for i, part := range x.in {
		if parts[i] = logarithmOf(part, a, b); parts[i] != nil {
			found = true
			continue
		}
		parts[i] = func() *Node { return logOp.Apply(plus(multiple(part, a), b)) }
	}
	if !found {
		return nil
	}
	return func() *Node {
		logs := make([]*Node, len(parts))
		for i, part := range parts {
			logs[i] = part()
		}
		return x.op.Apply(logs...)
	}
}

func plus(x *Node, b float64) *Node {
	if b == 0 {
		return x
	}
	return x.Plus(b)
}

// logarithm returns the logarithm of probabilities from their logits.
func (f *form) logarithm() *Node {
	if f.axes == nil {
		return Neg(Softplus(multiple(f.logits(), -1)))
	}
	return LogSoftmax(f.logits(), f.axes...)
}

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

// stably returns ln(a·x + b) without loss if x allows it, put into the function of it
// that of makes, and else plain.
func stably(x *Node, b float64, of func(ln *Node) *Node, plain func() *Node) *Node {
	if x.Err() == nil && !x.g.plain && !x.g.walking { // a simplified gradient forgets detours
		if ln := logarithmOf(x, 1, b); ln != nil {
			return of(ln()).insteadOf(x, plain)
		}
	}
	return plain()
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
