package plan

import (
	"slices"

	"chainrule/internal/kernel"
)

// naiveIndexed goes through what is moved, which is of the shape of the result or of
// the first operand, in row-major order.
func naiveIndexed[T kernel.Float](n Node, in [][]T, shapes [][]int) []T {
	adds := n.Kind == ScatterAdd || n.Kind == ScatterAlong
	along := n.Kind == TakeAlong || n.Kind == ScatterAlong
	moved, whole := n.Shape, shapes[0]
	if adds {
		moved, whole = whole, moved
	}
	out := make([]T, volume(n.Shape))
	for e, c := range coords(moved) {
		var there []int
		if along {
			there = slices.Clone(c)
			there[n.Axis] = int(in[1][e])
		} else {
			end := n.Axis + len(shapes[1])
			i := int(in[1][entry(shapes[1], c[n.Axis:end])])
			there = append(append(slices.Clone(c[:n.Axis]), i), c[end:]...)
		}
		if adds {
			out[entry(whole, there)] += in[0][e]
		} else {
			out[e] = in[0][entry(whole, there)]
		}
	}
	return out
}

// naiveArgsort counts for every entry those that come before it.
func naiveArgsort[T kernel.Float](n Node, x []T, shape []int) []T {
	less := func(a, b T) bool {
		if n.Reverse {
			a, b = b, a
		}
		return a < b || a == a && b != b
	}
	out := make([]T, volume(n.Shape))
	for _, c := range coords(shape) {
		rank := 0
		for j := range shape[n.Axis] {
			d := slices.Clone(c)
			d[n.Axis] = j
			a, b := x[entry(shape, d)], x[entry(shape, c)]
			if less(a, b) || !less(b, a) && j < c[n.Axis] {
				rank++
			}
		}
		if rank < n.Shape[n.Axis] {
			d := slices.Clone(c)
			d[n.Axis] = rank
			out[entry(n.Shape, d)] = T(c[n.Axis])
		}
	}
	return out
}
