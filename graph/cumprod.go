package graph

import (
	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// CumProd returns the products of the entries of x along an axis, up to and including
// each: 1, 2, 6 of 1, 2, 3. An axis below zero counts from the last. Its derivatives of any
// order are right where entries are zero, too: nothing is divided by.
func CumProd(x *Node, axis int) *Node { return Cumulative{}.Prod(x, axis) }

// CumProdAttrs are the axis of a cumulative product, and whether it starts from the last
// entry.
type CumProdAttrs struct {
	Axis    int
	Reverse bool
}

func newCumProdOp(a CumProdAttrs) *Op {
	return &Op{Name: "CumProd", Text: "cumprod", Attrs: a, Inputs: 1,
		Source:   cumulation{numPy: "np.cumprod({0}, axis=%[1]d)", method: "Prod", start: "1", join: "{0} * {1}"}.source(a.Axis, a.Reverse),
		Backward: func(x []*Node, y, dy *Node) []*Node { return []*Node{cumProdBackward(x[0], y, dy, a)} },
		Rules:    []string{"cumulative product: times the other factors of each product, the sum of these"},
		Along:    besides(a.Axis),
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return overAxes(in[0], []int{a.Axis}) },
		naive:    naive{multiplyAlong[float64](a), multiplyAlong[float32](a)},
		lower:    func(_ *lowering, p *plan.Node) { p.Kind, p.Axis, p.Reverse = plan.CumProd, a.Axis, a.Reverse },
		rewrites: []rewrite{{"cumprod along an axis of size 1 → x", func(_ *simplifier, _ *Op, in []*Node) *Node {
			return when(in[0].shape[a.Axis] == 1, in[0])
		}}}}
}

// cumProdBackward multiplies the product y of what comes before each entry by s, the sum of
// dy and, for each entry behind, dy there times the product of the entries up to it: s is
// dy + x′·s′, with x′ and s′ those of the entry behind.
func cumProdBackward(x, y, dy *Node, a CumProdAttrs) *Node {
	before := neighbour(y, endOf(y, a.Axis, 1), a.Axis, a.Reverse)
	factors := neighbour(x, endOf(x, a.Axis, 0), a.Axis, !a.Reverse)
	return Mul(before, Cumulative{Reverse: !a.Reverse}.Recurrence(factors, dy, a.Axis))
}

// multiplyAlong multiplies each entry by the product before it.
func multiplyAlong[T float32 | float64](a CumProdAttrs) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		along(out.shape, a.Axis, a.Reverse, func(at, before int) {
			out.data[at] = in[0].data[at]
			if before >= 0 {
				out.data[at] = out.data[before] * in[0].data[at]
			}
		})
	}
}
