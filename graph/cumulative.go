package graph

import (
	"fmt"
	"slices"
	"strings"
)

// Cumulative says from which end a function goes along an axis. Its zero value is how the
// functions CumSum, CumProd, CumLogSumExp and Recurrence do, which are short for its methods.
type Cumulative struct {
	// Reverse starts from the last entry: 6, 5, 3 are the sums of 1, 2, 3.
	Reverse bool
}

// Sum is the function CumSum.
func (c Cumulative) Sum(x *Node, axis int) *Node {
	return cumSum(x, CumSumAttrs{countedAxis(x, axis), c.Reverse})
}

// Prod is the function CumProd.
func (c Cumulative) Prod(x *Node, axis int) *Node {
	return intern(x.Graph(), CumProdAttrs{countedAxis(x, axis), c.Reverse}, newCumProdOp).Apply(x)
}

// LogSumExp is the function CumLogSumExp.
func (c Cumulative) LogSumExp(x *Node, axis int) *Node {
	return intern(x.Graph(), CumLogSumExpAttrs{countedAxis(x, axis), c.Reverse}, newCumLogSumExpOp).Apply(x)
}

// Recurrence is the function Recurrence, with h[t+1] in the place of h[t−1] in reverse.
func (c Cumulative) Recurrence(a, b *Node, axis int) *Node {
	if a.Err() == nil && b.Err() == nil && a.g == b.g {
		if shape, err := broadcastShapes(a.shape, b.shape); err == nil {
			a, b = repeatedTo(a, shape), repeatedTo(b, shape)
		}
		axis = countedAxis(b, axis)
	}
	return intern(a.Graph(), RecurrenceAttrs{axis, c.Reverse}, newRecurrenceOp).Apply(a, b)
}

// repeatedTo returns x repeated to a shape, and x itself if it has it.
func repeatedTo(x *Node, shape []int) *Node {
	if slices.Equal(x.shape, shape) {
		return x
	}
	return BroadcastTo(x, shape...)
}

// along goes along an axis of an array of a shape: step is called with the place of each
// entry and that of the one before it, −1 for the first.
func along(shape []int, axis int, reverse bool, step func(at, before int)) {
	n, inner := shape[axis], size(shape[axis+1:])
	for k := range size(shape) {
		at, before := k, k-inner
		if reverse {
			at, before = size(shape)-1-k, size(shape)-1-k+inner
		}
		if k/inner%n == 0 {
			before = -1
		}
		step(at, before)
	}
}

// neighbour returns for each entry of x the one before it along an axis, or with behind the
// one behind it, and end where there is none.
func neighbour(x, end *Node, axis int, behind bool) *Node {
	n := x.shape[axis]
	switch {
	case n == 1:
		return end
	case behind:
		return Concat(axis, slice(x, axis, 1, n), end)
	}
	return Concat(axis, end, slice(x, axis, 0, n-1))
}

// endOf returns a constant for the end of neighbour.
func endOf(x *Node, axis int, v float64) *Node {
	shape := slices.Clone(x.shape)
	shape[axis] = 1
	return x.g.Const(v, shape...)
}

// A cumulation is how programs join the entries along an axis up to each.
type cumulation struct {
	numPy       string // of {0} and axis %[1]d
	method      string // of Cumulative
	start, join string // as in Source; start changes nothing that it is joined with
	needs       []Definition
}

// source joins, in plain loops, all entries of the axis, but start instead of those that
// lie behind.
func (c cumulation) source(axis int, reverse bool) func(s Shapes) Source {
	numPy, library, compare := c.numPy, fmt.Sprintf("graph.Cum%s({0}, %d)", c.method, axis), "<="
	if reverse {
		flip := "np.flip(%s, axis=%%[1]d)"
		numPy = fmt.Sprintf(flip, strings.ReplaceAll(numPy, "{0}", fmt.Sprintf(flip, "{0}")))
		library, compare = fmt.Sprintf("graph.Cumulative{Reverse: true}.%s({0}, %d)", c.method, axis), ">="
	}
	return func(s Shapes) Source {
		rank := len(s.Out)
		return Source{NumPy: fmt.Sprintf(numPy, axis), Library: library, Start: c.start, Join: c.join, Over: []int{s.In[0][axis]},
			Needs: append([]Definition{pickDef}, c.needs...),
			EntryAt: func(index []string) string {
				return fmt.Sprintf("pick(%s %s %s, {0}, %s)", index[rank], compare, index[axis], c.start)
			},
			At: func(_ int, index []string) []string {
				place := slices.Clone(index[:rank])
				place[axis] = index[rank]
				return place
			}}
	}
}
