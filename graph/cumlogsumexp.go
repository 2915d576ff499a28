package graph

import (
	"fmt"

	"chainrule/internal/kernel"
	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// CumLogSumExp returns ln Σ e^x of the entries of x along an axis up to and including each,
// without overflow. An axis below zero counts from the last. The logarithm is that of a sum
// of at least 1, the largest entry so far being taken out, so that the error is a few u of
// that entry or of 1, with u as for Sum.
func CumLogSumExp(x *Node, axis int) *Node { return Cumulative{}.LogSumExp(x, axis) }

// CumLogSumExpAttrs are the axis of CumLogSumExp, and whether it starts from the last
// entry.
type CumLogSumExpAttrs struct {
	Axis    int
	Reverse bool
}

func newCumLogSumExpOp(a CumLogSumExpAttrs) *Op {
	return &Op{Name: "CumLogSumExp", Text: "cumlogsumexp", Attrs: a, Inputs: 1,
		Source: cumulation{numPy: "np.logaddexp.accumulate({0}, axis=%[1]d)", method: "LogSumExp",
			start: "math.Inf(-1)", join: "logAddExp({0}, {1})", needs: []Definition{logAddExpDef}}.source(a.Axis, a.Reverse),
		Backward: func(x []*Node, y, dy *Node) []*Node { return []*Node{cumLogSumExpBackward(x[0], y, dy, a)} },
		Rules:    []string{"cumulative log-sum-exp: the entry's share of each sum, times what flows back there"},
		Along:    besides(a.Axis),
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return overAxes(in[0], []int{a.Axis}) },
		naive:    naive{addExpsAlong[float64](a), addExpsAlong[float32](a)},
		lower:    func(l *lowering, p *plan.Node) { l.cumLogSumExp(p, a) },
		rewrites: []rewrite{{"cumlogsumexp along an axis of size 1 → x", func(_ *simplifier, _ *Op, in []*Node) *Node {
			return when(in[0].shape[a.Axis] == 1, in[0])
		}}}}
}

// cumLogSumExpBackward is Σ e^(x − y′)·dy′ over the sums y′ that an entry is in, as
// e^(x − y)·s with s = dy + e^(y − y′)·s′, y′ and s′ those of the entry behind: no exponent is
// above zero.
func cumLogSumExpBackward(x, y, dy *Node, a CumLogSumExpAttrs) *Node {
	last := y.shape[a.Axis] - 1
	if a.Reverse {
		last = 0
	}
	behind := neighbour(y, slice(y, a.Axis, last, last+1), a.Axis, !a.Reverse)
	s := Cumulative{Reverse: !a.Reverse}.Recurrence(Exp(Sub(y, behind)), dy, a.Axis)
	return Mul(Exp(Sub(x, y)), s)
}

// addExpsAlong keeps the largest entry so far, or 0 where that is infinite, and the sum of
// the exponentials less it.
func addExpsAlong[T float32 | float64](a CumLogSumExpAttrs) func(out array[T], in []array[T]) {
	exp := func(v T) T { return kernel.Value1(loopOf(expOp), v) }
	return func(out array[T], in []array[T]) {
		most, sum := make([]T, len(out.data)), make([]T, len(out.data))
		along(out.shape, a.Axis, a.Reverse, func(at, before int) {
			x := in[0].data[at]
			most[at] = x
			if before >= 0 {
				most[at] = max(most[before], x)
			}
			shift := most[at]
			if shift-shift != 0 {
				shift = 0
			}
			sum[at] = exp(x - shift)
			if before >= 0 {
				sum[at] = T(exp(most[before]-shift)*sum[before]) + sum[at]
			}
			out.data[at] = shift + kernel.Value1(loopOf(logOp), sum[at])
		})
	}
}

// cumLogSumExp makes steps of addExpsAlong, all entries at once.
func (l *lowering) cumLogSumExp(p *plan.Node, a CumLogSumExpAttrs) {
	x, shape := p.In[0], p.Shape
	step := func(kind plan.Kind, reverse bool, in ...int) int {
		return l.part(fmt.Sprint(kind, in, a, reverse), func() plan.Node {
			return plan.Node{Kind: kind, In: in, Shape: shape, Axis: a.Axis, Reverse: reverse}
		})
	}
	most := step(plan.CumMax, a.Reverse, x)
	shift := l.finite(most)
	before := most
	if n := shape[a.Axis]; n > 1 {
		cut := func(from, count int) int {
			return l.part(fmt.Sprint(plan.Slice, most, a.Axis, from, count), func() plan.Node {
				part := append([]int{}, shape...)
				part[a.Axis] = count
				return plan.Node{Kind: plan.Slice, In: []int{most}, Shape: part, Axis: a.Axis, From: from}
			})
		}
		if a.Reverse {
			before = step(plan.Concat, false, cut(1, n-1), cut(n-1, 1))
		} else {
			before = step(plan.Concat, false, cut(0, 1), cut(0, n-1))
		}
	}
	decay := l.apply(expOp, l.apply(subOp, before, shift))
	sum := step(plan.Recurrence, a.Reverse, decay, l.apply(expOp, l.apply(subOp, x, shift)))
	l.compose(p, addOp, shift, l.apply(logOp, sum))
}
