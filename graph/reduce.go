package graph

import (
	"fmt"
	"slices"

	"gorgonia.org/tensor"
)

// Sum returns the sum of x over the given axes, which vanish from the shape;
// without axes, the sum of all entries, a scalar. Axes below zero count from
// the last.
func Sum(x *Node, axes ...int) *Node { return sum(x, false, axes) }

// SumKeepDims is Sum with the summed axes kept as axes of size 1, so that the
// result broadcasts against x. The bias gradient db = Σ dZ over the examples is
// SumKeepDims(dZ, 1).
func SumKeepDims(x *Node, axes ...int) *Node { return sum(x, true, axes) }

// Mean is Sum divided by the number of entries that go into each sum.
func Mean(x *Node, axes ...int) *Node { return mean(x, Sum(x, axes...)) }

// MeanKeepDims is SumKeepDims divided by the number of entries that go into
// each sum.
func MeanKeepDims(x *Node, axes ...int) *Node { return mean(x, SumKeepDims(x, axes...)) }

func mean(x, total *Node) *Node {
	if total.Err() != nil {
		return total
	}
	return Scale(total, float64(size(total.shape))/float64(size(x.shape)))
}

// Variance returns the mean of (x − mean)² over the given axes, which vanish
// from the shape; without axes, over all entries. The mean is that over the
// same axes.
func Variance(x *Node, axes ...int) *Node { return Mean(deviation(x, axes), axes...) }

// VarianceKeepDims is Variance with the axes kept as axes of size 1.
func VarianceKeepDims(x *Node, axes ...int) *Node { return MeanKeepDims(deviation(x, axes), axes...) }

func deviation(x *Node, axes []int) *Node { return Square(Sub(x, MeanKeepDims(x, axes...))) }

func sum(x *Node, keep bool, axes []int) *Node {
	return x.Graph().sumOp(sortedAxes(x, axes), keep).Apply(x)
}

// sortedAxes returns the axes in order, counted from the first, all of x's if
// none is given.
func sortedAxes(x *Node, axes []int) []int {
	axes = slices.Clone(axes)
	if x == nil {
		return axes
	}
	if len(axes) == 0 {
		for i := range x.shape {
			axes = append(axes, i)
		}
	}
	for i, a := range axes {
		axes[i] = countedAxis(x, a)
	}
	slices.Sort(axes)
	return axes
}

func (g *Graph) sumOp(axes []int, keep bool) *Op {
	return g.intern(Op{Name: "Sum", kind: sumKind, attrs: attrs{axes: axes, keep: keep},
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return sumShape(in[0], axes, keep) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			kept, _ := sumShape(x[0].shape, axes, true)
			if len(kept) != len(dy.shape) {
				dy = Reshape(dy, kept...)
			}
			return []*Node{BroadcastTo(dy, x[0].shape...)}
		}})
}

func sumShape(in tensor.Shape, axes []int, keep bool) (tensor.Shape, error) {
	out := slices.Clone(in)
	for i, a := range axes {
		if a < 0 || a >= len(in) {
			return nil, fmt.Errorf("axis %d of shape %s, which has %d axes", a, shapeString(in), len(in))
		}
		if i > 0 && axes[i-1] == a {
			return nil, fmt.Errorf("axis %d is given twice", a)
		}
		out[a] = 1
	}
	if keep {
		return out, nil
	}
	dropped := tensor.Shape{}
	for i, n := range out {
		if !slices.Contains(axes, i) {
			dropped = append(dropped, n)
		}
	}
	return dropped, nil
}

// BroadcastTo returns x repeated to fill a shape, by NumPy's rules: aligned at
// the last axis, sizes equal or 1 in x. Element-wise operations broadcast their
// operands by themselves.
func BroadcastTo(x *Node, shape ...int) *Node { return x.Graph().broadcastOp(shape).Apply(x) }

func (g *Graph) broadcastOp(shape []int) *Op {
	shape = slices.Clone(shape)
	return g.intern(Op{Name: "Broadcast", kind: broadcastKind, attrs: attrs{shape: shape},
		Shape: func(in []tensor.Shape) (tensor.Shape, error) {
			if err := checkSizes(shape); err != nil {
				return nil, err
			}
			if !broadcasts(in[0], shape) {
				return nil, fmt.Errorf("shape %s does not broadcast to %s", shapeString(in[0]), shapeString(shape))
			}
			return shape, nil
		},
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{sumTo(dy, x[0].shape)} }})
}

// broadcasts reports whether shape from can be repeated to shape to.
func broadcasts(from, to []int) bool {
	out, err := broadcastShapes(from, to)
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
		x = SumKeepDims(x, axes...)
	}
	if lead > 0 {
		x = Reshape(x, shape...)
	}
	return x
}
