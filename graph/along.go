package graph

import "slices"

// along returns the axis of n's operand i that goes along with the given axis of
// n: slice k of n is computed from slice k of the operand and from no other slice
// of it. It is not ok if there is none, or none is known.
func (n *Node) along(i, axis int) (of int, ok bool) {
	in := n.in[i].shape
	switch op := n.op; {
	case op.isElementwise():
		of, ok = broadcastAlong(n.shape, in, axis)
	case op.Along != nil:
		s := Shapes{Out: n.Shape()}
		for _, x := range n.in {
			s.In = append(s.In, x.Shape())
		}
		of, ok = op.Along(s, i, axis)
	}
	return of, ok && of >= 0 && of < len(in) && in[of] == n.shape[axis]
}

// broadcastAlong is Along of an operand that is broadcast to out.
func broadcastAlong(out, in []int, axis int) (of int, ok bool) {
	of = axis - (len(out) - len(in))
	return of, of >= 0 && in[of] == out[axis]
}

// besides returns the Along of an operation that only mixes entries along the given
// axes, which its result keeps.
func besides(axes ...int) func(s Shapes, input, axis int) (of int, ok bool) {
	return func(_ Shapes, _, axis int) (of int, ok bool) { return axis, !slices.Contains(axes, axis) }
}

// besidesDropped is besides of an operation whose result has not got the axes.
func besidesDropped(axes []int) func(s Shapes, input, axis int) (of int, ok bool) {
	return func(_ Shapes, _, axis int) (of int, ok bool) {
		for _, a := range axes { // ascending
			if a <= axis {
				axis++
			}
		}
		return axis, true
	}
}
