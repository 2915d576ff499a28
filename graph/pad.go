package graph

import (
	"fmt"
	"slices"

	"chainrule/internal/words"
)

// A Padding is how many entries Pad adds before and behind those along an axis.
type Padding struct{ Before, Behind int }

// Pad returns x with a border of one value, with a Padding for every axis from the first
// on; nothing is added along the axes behind them.
func Pad(x *Node, value float64, pads ...Padding) *Node {
	if x.Err() != nil {
		return slice(x, 0, 0, 0) // which complains
	}
	if err := perAxis(x, "padding", len(pads)); err != nil {
		return failedNode(x.g, "Pad", err, x)
	}
	for axis, p := range pads {
		if p.Before < 0 || p.Behind < 0 {
			return failedNode(x.g, "Pad", fmt.Errorf("%d entries before and %d behind those of axis %d, none below 0 expected", p.Before, p.Behind, axis), x)
		}
	}
	for axis, p := range slices.Backward(pads) { // what is copied twice is small
		if x = padded(x, axis, value, p.Before, p.Behind); x.err != nil {
			break
		}
	}
	return x
}

// Tile returns x repeated as a whole, with a count for every axis from the first on:
// Tile(x, 2, 3) of a matrix has two copies of it below each other and three in a row. The
// axes behind stay as they are.
func Tile(x *Node, counts ...int) *Node {
	if x.Err() != nil {
		return slice(x, 0, 0, 0) // which complains
	}
	if err := perAxis(x, "count", len(counts)); err != nil {
		return failedNode(x.g, "Tile", err, x)
	}
	var apart, repeated, tiled []int // the axis of copies, before each axis that is repeated
	for axis, n := range x.shape {
		times := 1
		if axis < len(counts) {
			times = counts[axis]
		}
		if times < 1 {
			return failedNode(x.g, "Tile", fmt.Errorf("%s of axis %d, at least 1 expected", words.Count(times, "copy"), axis), x)
		}
		if times > 1 {
			apart, repeated = append(apart, 1), append(repeated, times)
		}
		apart, repeated, tiled = append(apart, n), append(repeated, n), append(tiled, times*n)
	}
	if slices.Equal(tiled, x.shape) {
		return x
	}
	if len(repeated) > maxRank { // with the axes of copies
		for axis, n := range counts {
			x = Concat(axis, slices.Repeat([]*Node{x}, n)...)
		}
		return x
	}
	return Reshape(BroadcastTo(Reshape(x, apart...), repeated...), tiled...)
}

// Split cuts x along an axis into parts of the given sizes, which add up to the size of
// the axis, and returns as many nodes. An axis below zero counts from the last. Nothing is
// moved in memory for it, and the gradients of the parts become one array again.
func Split(x *Node, axis int, sizes ...int) []*Node {
	fail := func(err error) []*Node {
		return slices.Repeat([]*Node{failedNode(x.Graph(), "Split", err, x)}, len(sizes))
	}
	if err := x.Err(); err != nil {
		return slices.Repeat([]*Node{slice(x, 0, 0, 0)}, len(sizes)) // which complains
	}
	axis = countedAxis(x, axis)
	if axis < 0 || axis >= len(x.shape) {
		return fail(fmt.Errorf("axis %d of shape %s, which has %s", axis, shapeString(x.shape), words.Count(len(x.shape), "axis")))
	}
	sum := 0
	for _, n := range sizes {
		if n < 1 {
			return fail(fmt.Errorf("a part of size %d, at least 1 expected", n))
		}
		sum += n
	}
	if sum != x.shape[axis] {
		return fail(fmt.Errorf("parts of %s together along axis %d of shape %s", words.Count(sum, "entry"), axis, shapeString(x.shape)))
	}
	parts, from := make([]*Node, len(sizes)), 0
	for i, n := range sizes {
		parts[i] = slice(x, axis, from, from+n)
		from += n
	}
	return parts
}

// Stack returns nodes of one shape one behind the other along an axis of its own, the
// given one of the result: m vectors of shape (n) become an (m,n) matrix along axis 0 and an
// (n,m) matrix along axis 1. An axis below zero counts from the last of the result.
func Stack(axis int, x ...*Node) *Node {
	if err := checkSameGraph(graphOf(x), x); err != nil {
		return failedNode(graphOf(x), "Stack", err, x...)
	}
	rank := len(x[0].shape) + 1
	if axis < 0 {
		axis += rank
	}
	if axis < 0 || axis >= rank {
		return failedNode(x[0].g, "Stack", fmt.Errorf("axis %d of a result with %s", axis, words.Count(rank, "axis")), x...)
	}
	rows := make([]*Node, len(x))
	for i, n := range x {
		if n.err != nil {
			return Concat(0, x...) // which complains
		}
		if !slices.Equal(n.shape, x[0].shape) {
			return failedNode(x[0].g, "Stack", fmt.Errorf("shapes %s and %s, nodes of one shape expected", shapeString(x[0].shape), shapeString(n.shape)), x...)
		}
		rows[i] = Reshape(n, slices.Insert(slices.Clone(n.shape), axis, 1)...)
	}
	return Concat(axis, rows...)
}
