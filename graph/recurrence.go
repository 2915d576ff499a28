package graph

import (
	"fmt"
	"slices"
	"strconv"

	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// Recurrence returns h along an axis with h[t] = a[t]⊙h[t−1] + b[t] and h[0] = b[0]: running
// means, discounted sums, states of linear systems. The operands are broadcast against each
// other; a[0] changes nothing. An axis below zero counts from the last of the result. Its gradient is
// a recurrence from the other end.
func Recurrence(a, b *Node, axis int) *Node { return Cumulative{}.Recurrence(a, b, axis) }

// RecurrenceAttrs are the axis of a recurrence, and whether it starts from the last entry.
type RecurrenceAttrs struct {
	Axis    int
	Reverse bool
}

func newRecurrenceOp(a RecurrenceAttrs) *Op {
	return &Op{Name: "Recurrence", Source: recurrenceSource(a), Text: "recurrence", Attrs: a, Inputs: 2,
		Backward: func(x []*Node, h, dh *Node) []*Node {
			factors := neighbour(x[0], endOf(h, a.Axis, 0), a.Axis, !a.Reverse)
			db := Cumulative{Reverse: !a.Reverse}.Recurrence(factors, dh, a.Axis)
			return []*Node{Mul(db, neighbour(h, endOf(h, a.Axis, 0), a.Axis, a.Reverse)), db}
		},
		Rules: []string{"recurrence: what flows back to the term beside it, times the entry before", "recurrence: a recurrence from the other end"},
		Along: besides(a.Axis),
		Shape: func(in []tensor.Shape) (tensor.Shape, error) {
			if !slices.Equal(in[0], in[1]) {
				return nil, fmt.Errorf("shapes %s and %s, operands of one shape expected", shapeString(in[0]), shapeString(in[1]))
			}
			return overAxes(in[0], []int{a.Axis})
		},
		naive: naive{recur[float64](a), recur[float32](a)},
		lower: func(_ *lowering, p *plan.Node) { p.Kind, p.Axis, p.Reverse = plan.Recurrence, a.Axis, a.Reverse },
		rewrites: []rewrite{
			{"recurrence along an axis of size 1 → b", func(_ *simplifier, _ *Op, in []*Node) *Node {
				return when(in[1].shape[a.Axis] == 1, in[1])
			}},
			{"recurrence of 0 → 0", func(_ *simplifier, _ *Op, in []*Node) *Node { return when(in[1].isConst(0), in[1]) }},
		}}
}

func recur[T float32 | float64](a RecurrenceAttrs) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		along(out.shape, a.Axis, a.Reverse, func(at, before int) {
			out.data[at] = in[1].data[at]
			if before >= 0 {
				out.data[at] = T(in[0].data[at]*out.data[before]) + in[1].data[at]
			}
		})
	}
}

// recurrenceSource takes the steps one by one where there are plain loops only.
func recurrenceSource(a RecurrenceAttrs) func(s Shapes) Source {
	numPy, library := "False", fmt.Sprintf("graph.Recurrence({0}, {1}, %d)", a.Axis)
	if a.Reverse {
		numPy, library = "True", fmt.Sprintf("graph.Cumulative{Reverse: true}.Recurrence({0}, {1}, %d)", a.Axis)
	}
	return Source{NumPy: "recurrence({0}, {1}, " + strconv.Itoa(a.Axis) + ", " + numPy + ")", Library: library, Needs: []Definition{recurrenceDef},
		Steps: func(x []*Node) *Node {
			n := x[1].shape[a.Axis]
			h := make([]*Node, n)
			for k := range n {
				t, before := k, k-1
				if a.Reverse {
					t, before = n-1-k, n-k
				}
				h[t] = slice(x[1], a.Axis, t, t+1)
				if k > 0 {
					h[t] = Add(Mul(slice(x[0], a.Axis, t, t+1), h[before]), h[t])
				}
			}
			return Concat(a.Axis, h...)
		}}.Of
}
