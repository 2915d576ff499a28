package graph

import (
	"fmt"
	"slices"

	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// BroadcastTo returns x repeated to fill a shape, by NumPy's rules: aligned at
// the last axis, sizes equal or 1 in x. Element-wise operations broadcast their
// operands by themselves.
func BroadcastTo(x *Node, shape ...int) *Node { return x.Graph().broadcastOp(shape).Apply(x) }

// BroadcastAttrs are the sizes of the result of BroadcastTo.
type BroadcastAttrs struct{ Shape []int }

func (g *Graph) broadcastOp(shape []int) *Op {
	return intern(g, BroadcastAttrs{slices.Clone(shape)}, newBroadcastOp)
}

func newBroadcastOp(a BroadcastAttrs) *Op {
	return &Op{Name: "Broadcast", Source: broadcastSource(a.Shape), Attrs: a, Inputs: 1,
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return broadcastShape(in[0], a.Shape) },
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{sumTo(dy, x[0].shape)} },
		Along:    func(s Shapes, _, axis int) (of int, ok bool) { return broadcastAlong(s.Out, s.In[0], axis) },
		many:     manyBroadcast,
		write:    writeOperand,
		naive:    naive{repeat[float64], repeat[float32]},
		lower:    func(_ *lowering, p *plan.Node) { p.Kind = plan.Broadcast },
		moves:    true,
		carry: func(n *Node, axes []int) (out []int, ok bool) {
			lead := len(n.shape) - len(n.in[0].shape)
			for _, axis := range axes {
				if n.shape[lead+axis] != n.in[0].shape[axis] {
					return nil, false
				}
				out = append(out, lead+axis)
			}
			return out, true
		},
		rewrites: broadcastRewrites}
}

func broadcastShape(in, shape tensor.Shape) (tensor.Shape, error) {
	if err := checkSizes(shape); err != nil {
		return nil, err
	}
	if !broadcasts(in, shape) {
		return nil, fmt.Errorf("shape %s does not broadcast to %s", shapeString(in), shapeString(shape))
	}
	return shape, nil
}

// broadcasts reports whether shape from can be repeated to shape to.
func broadcasts(from, to []int) bool { return fills(from, to, to) }

// fills reports whether two shapes broadcast against each other to a third.
func fills(a, b, to []int) bool {
	out, err := broadcastShapes(a, b)
	return err == nil && slices.Equal(out, to)
}

// sumTo undoes a broadcast: it sums x down to a shape that broadcasts to x's.
func sumTo(x *Node, shape []int) *Node {
	if slices.Equal(x.shape, shape) {
		return x
	}
	lead := len(x.shape) - len(shape)
	var axes []int
	for i, n := range x.shape {
		if i < lead || shape[i-lead] != n {
			axes = append(axes, i)
		}
	}
	if len(axes) > 0 {
		x = kept.Sum(x, axes...)
	}
	if lead > 0 {
		x = Reshape(x, shape...)
	}
	return x
}

func repeat[T float32 | float64](out array[T], in []array[T]) {
	index := make([]int, len(out.shape))
	for i := range out.data {
		out.data[i] = in[0].at(index)
		advance(index, out.shape)
	}
}

var broadcastRewrites = []rewrite{
	constantRewrite,
	sameShapeRewrite,
	{"broadcast of a broadcast → one", func(s *simplifier, op *Op, in []*Node) *Node {
		if !isA[BroadcastAttrs](in[0]) || s.isGiven(in[0]) {
			return nil
		}
		return s.apply(op, in[0].in[0])
	}},
}

// unbroadcastRewrite drops explicit broadcasts of the operands of an
// element-wise operation that broadcasts them by itself.
var unbroadcastRewrite = rewrite{"f(broadcast(x), y) → f(x, y)", func(s *simplifier, _ *Op, in []*Node) *Node {
	in[0], in[1] = s.unbroadcast(in[0], in[1])
	return nil
}}

func (s *simplifier) unbroadcast(a, b *Node) (*Node, *Node) {
	shape, err := broadcastShapes(a.shape, b.shape)
	if err != nil {
		return a, b
	}
	if isA[BroadcastAttrs](a) && !s.isGiven(a) && fills(a.in[0].shape, b.shape, shape) {
		a = a.in[0]
	}
	if isA[BroadcastAttrs](b) && !s.isGiven(b) && fills(b.in[0].shape, a.shape, shape) {
		b = b.in[0]
	}
	return a, b
}

func broadcastSource(shape []int) func(s Shapes) Source {
	return written("np.broadcast_to({0}, "+pythonTuple(shape)+")", "graph.BroadcastTo({0}"+goList(shape)+")", "{0}")
}
