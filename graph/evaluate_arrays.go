package graph

import (
	"slices"

	"chainrule/internal/kernel"
)

// evaluateConcat copies entry by entry.
func evaluateConcat[T float32 | float64](axis int, shape []int, out []T, in []storage, data func(storage) []T) {
	index := make([]int, len(shape))
	for at := range out {
		from := slices.Clone(index)
		for _, s := range in {
			if from[axis] < s.shape[axis] {
				out[at] = array[T]{s.shape, data(s)}.at(from)
				break
			}
			from[axis] -= s.shape[axis]
		}
		advance(index, shape)
	}
}

// evaluateExtremum joins the entries of x that broadcast against each entry of
// out.
func evaluateExtremum[T float32 | float64](shape []int, out []T, x array[T], join func(a, b T) T) {
	started := make([]bool, len(out))
	eachReduced(shape, x, func(to int, v T) {
		if started[to] {
			v = join(out[to], v)
		}
		out[to], started[to] = v, true
	})
}

// evaluateIs compares the entries of x with their extremum over the axes.
func evaluateIs[T float32 | float64](axes []int, out []T, x array[T], join func(a, b T) T) {
	kept, _ := sumShape(x.shape, axes, true)
	most := make([]T, size(kept))
	evaluateExtremum(kept, most, x, join)
	i := 0
	eachReduced(kept, x, func(to int, v T) {
		if v == most[to] {
			out[i] = 1
		}
		i++
	})
}

// eachReduced calls f for every entry of x with its place in an array of the
// given shape, which broadcasts against that of x.
func eachReduced[T float32 | float64](shape []int, x array[T], f func(to int, v T)) {
	index := make([]int, len(x.shape))
	for _, v := range x.data {
		to := 0
		for i, n := range shape {
			to *= n
			if n > 1 {
				to += index[i]
			}
		}
		f(to, v)
		advance(index, x.shape)
	}
}

// evaluateSoftmax computes softmax and its relatives from the largest entry,
// the exponentials of the differences to it, and their sum.
func evaluateSoftmax[T float32 | float64](op *Op, out []T, z array[T]) {
	kept, _ := sumShape(z.shape, op.attrs.axes, true)
	largest, total := make([]T, size(kept)), make([]T, size(kept))
	evaluateExtremum(kept, largest, z, func(a, b T) T { return max(a, b) })
	exps := array[T]{z.shape, make([]T, len(z.data))}
	shifted := make([]T, len(z.data))
	group := make([]int, len(z.data))
	i := 0
	eachReduced(kept, z, func(to int, v T) {
		group[i], shifted[i] = to, v-largest[to]
		exps.data[i] = kernel.Value1(loopOf(expOp), shifted[i])
		i++
	})
	evaluateSum(op.attrs.axes, total, exps)
	if op.kind == logSumExpKind {
		for i, v := range total {
			out[i] = largest[i] + kernel.Value1(loopOf(logOp), v)
		}
		return
	}
	for i, to := range group {
		if op.kind == softmaxKind {
			out[i] = exps.data[i] / total[to]
		} else {
			out[i] = shifted[i] - kernel.Value1(loopOf(logOp), total[to])
		}
	}
}
