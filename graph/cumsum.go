package graph

import (
	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// CumSum returns the sums of the entries of x along an axis, up to and including
// each: 1, 3, 6 of 1, 2, 3. An axis below zero counts from the last. Each sum is the
// one before it plus an entry, so that the error grows with their number: the sum of
// n entries is off by at most (n − 1)·u·Σ|x|, with u as for Sum, and in float32 stops
// growing with ones at 2²⁴.
func CumSum(x *Node, axis int) *Node { return Cumulative{}.Sum(x, axis) }

func cumSum(x *Node, a CumSumAttrs) *Node { return intern(x.Graph(), a, newCumSumOp).Apply(x) }

// CumSumAttrs are the axis of a cumulative sum, and whether it starts from the
// last entry, as that does by which gradients flow back.
type CumSumAttrs struct {
	Axis    int
	Reverse bool
}

func newCumSumOp(a CumSumAttrs) *Op {
	return &Op{Name: "CumSum", Source: cumulation{numPy: "np.cumsum({0}, axis=%[1]d)", method: "Sum", start: "0", join: "{0} + {1}"}.source(a.Axis, a.Reverse), Text: "cumsum", Attrs: a, Inputs: 1,
		Backward: func(_ []*Node, _, dy *Node) []*Node {
			return []*Node{cumSum(dy, CumSumAttrs{a.Axis, !a.Reverse})}
		},
		Rules: []string{"cumulative sum: the sum of what comes behind"},
		Along: besides(a.Axis),
		many:  manyBy(func(b *mapped) CumSumAttrs { return CumSumAttrs{b.axis(a.Axis), a.Reverse} }, newCumSumOp),
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return overAxes(in[0], []int{a.Axis}) },
		naive: naive{addAlong[float64](a), addAlong[float32](a)},
		lower: func(_ *lowering, p *plan.Node) { p.Kind, p.Axis, p.Reverse = plan.CumSum, a.Axis, a.Reverse },
		rewrites: []rewrite{
			{"cumsum(0) → 0", func(_ *simplifier, _ *Op, in []*Node) *Node { return when(in[0].isConst(0), in[0]) }},
			{"cumsum along an axis of size 1 → x", func(_ *simplifier, _ *Op, in []*Node) *Node {
				return when(in[0].shape[a.Axis] == 1, in[0])
			}},
		}}
}

// addAlong adds each entry to the sum before it.
func addAlong[T float32 | float64](a CumSumAttrs) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		along(out.shape, a.Axis, a.Reverse, func(at, before int) {
			out.data[at] = in[0].data[at]
			if before >= 0 {
				out.data[at] = out.data[before] + in[0].data[at]
			}
		})
	}
}
