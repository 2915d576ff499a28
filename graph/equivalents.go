package graph

import "slices"

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
