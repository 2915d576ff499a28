package graph

import (
	"fmt"
	"slices"

	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// CumSum returns the sums of the entries of x along an axis, up to and including
// each: 1, 3, 6 of 1, 2, 3. An axis below zero counts from the last. Each sum is the
// one before it plus an entry, so that the error grows with their number: the sum of
// n entries is off by at most (n − 1)·u·Σ|x|, with u as for Sum, and in float32 stops
// growing with ones at 2²⁴.
func CumSum(x *Node, axis int) *Node { return cumSum(x, CumSumAttrs{Axis: countedAxis(x, axis)}) }

func cumSum(x *Node, a CumSumAttrs) *Node { return intern(x.Graph(), a, newCumSumOp).Apply(x) }

// CumSumAttrs are the axis of a cumulative sum, and whether it starts from the
// last entry, as that does by which gradients flow back.
type CumSumAttrs struct {
	Axis    int
	Reverse bool
}

func newCumSumOp(a CumSumAttrs) *Op {
	return &Op{Name: "CumSum", Source: cumSumSource(a), Text: "cumsum", Attrs: a, Inputs: 1,
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
		n, inner := out.shape[a.Axis], size(out.shape[a.Axis+1:])
		for at := range out.data {
			i, step := at, inner
			if a.Reverse {
				i, step = len(out.data)-1-at, -inner
			}
			out.data[i] = in[0].data[i]
			if at/inner%n > 0 {
				out.data[i] = out.data[i-step] + in[0].data[i]
			}
		}
	}
}

// cumSumSource adds, in plain loops, what lies before an entry and nothing for the others;
// the library has no sums from the last entry on, but those of what is turned round.
func cumSumSource(a CumSumAttrs) func(s Shapes) Source {
	numPy, from, to := "np.cumsum({0}, axis=%[1]d)", 1, 0
	if a.Reverse {
		numPy, from, to = "np.flip(np.cumsum(np.flip({0}, axis=%[1]d), axis=%[1]d), axis=%[1]d)", 0, 1
	}
	return func(s Shapes) Source {
		n, rank := s.In[0][a.Axis], len(s.Out)
		out := Source{NumPy: fmt.Sprintf(numPy, a.Axis), Start: "0", Join: "{0} + {1}", Over: []int{n}, Needs: []Definition{upToDef},
			EntryAt: func(index []string) string {
				at := []string{index[a.Axis], index[rank]}
				return fmt.Sprintf("upTo(%s, %s, {0})", at[from], at[to])
			},
			At: func(_ int, index []string) []string {
				place := slices.Clone(index[:rank])
				place[a.Axis] = index[rank]
				return place
			}}
		if !a.Reverse {
			out.Library = fmt.Sprintf("graph.CumSum({0}, %d)", a.Axis)
			return out
		}
		flip := func(x *Node) *Node {
			parts := make([]*Node, n)
			for i := range parts {
				parts[i] = slice(x, a.Axis, n-1-i, n-i)
			}
			return Concat(a.Axis, parts...)
		}
		out.Steps = func(x []*Node) *Node { return flip(CumSum(flip(x[0]), a.Axis)) }
		return out
	}
}
