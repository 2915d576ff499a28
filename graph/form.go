package graph

import "slices"

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
