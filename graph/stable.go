package graph

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
