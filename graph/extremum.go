package graph

import "gorgonia.org/tensor"

// Max returns the largest entry of x over the given axes, which vanish from the
// shape; without axes, the largest of all, a scalar. It is NaN if an entry is.
// Axes below zero count from the last. Where several entries are the largest
// they share the derivative evenly.
func Max(x *Node, axes ...int) *Node { return dropAxes(x, MaxKeepDims(x, axes...), axes) }

// MaxKeepDims is Max with the axes kept as axes of size 1.
func MaxKeepDims(x *Node, axes ...int) *Node {
	axes = sortedAxes(x, axes)
	return x.Graph().maxOp(axes).Apply(x)
}

// Min returns the smallest entry of x over the given axes. Otherwise it is
// like Max.
func Min(x *Node, axes ...int) *Node { return dropAxes(x, MinKeepDims(x, axes...), axes) }

// MinKeepDims is Min with the axes kept as axes of size 1.
func MinKeepDims(x *Node, axes ...int) *Node {
	axes = sortedAxes(x, axes)
	return x.Graph().minOp(axes).Apply(x)
}

// maxOp and minOp keep the axes, so that their result broadcasts against their
// input.
func (g *Graph) maxOp(axes []int) *Op {
	return g.intern(Op{Name: "Max", text: "max", kind: maxKind, attrs: attrs{axes: axes}, Kink: kinkAtTie,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return sumShape(in[0], axes, true) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return shareOutOver(axes, x[0].g.isMaxOp(axes).Apply(x[0]), dy)
		}})
}

func (g *Graph) minOp(axes []int) *Op {
	return g.intern(Op{Name: "Min", text: "min", kind: minKind, attrs: attrs{axes: axes}, Kink: kinkAtTie,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return sumShape(in[0], axes, true) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return shareOutOver(axes, x[0].g.isMinOp(axes).Apply(x[0]), dy)
		}})
}

// isMaxOp is 1 where an entry is the largest over the axes, and else 0; isMinOp
// is the like. They compare with a maximum of their own, so that a gradient
// depends on x alone.
func (g *Graph) isMaxOp(axes []int) *Op {
	return g.intern(Op{Name: "IsMax", text: "ismax", kind: isMaxKind, attrs: attrs{axes: axes},
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return overAxes(in[0], axes) },
		Backward: noGradient})
}

func (g *Graph) isMinOp(axes []int) *Op {
	return g.intern(Op{Name: "IsMin", text: "ismin", kind: isMinKind, attrs: attrs{axes: axes},
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return overAxes(in[0], axes) },
		Backward: noGradient})
}

// shareOutOver gives dy to the chosen entries in equal parts.
func shareOutOver(axes []int, chosen, dy *Node) []*Node {
	return []*Node{Mul(chosen, Div(dy, SumKeepDims(chosen, axes...)))}
}

// dropAxes reshapes the result of a reduction of x that kept the axes.
func dropAxes(x, kept *Node, axes []int) *Node {
	if kept.err != nil {
		return kept
	}
	shape, _ := sumShape(x.shape, sortedAxes(x, axes), false)
	if len(shape) == len(kept.shape) {
		return kept
	}
	return Reshape(kept, shape...)
}
