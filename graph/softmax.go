package graph

import (
	"slices"

	"gorgonia.org/tensor"
)

// Softmax returns e^z / Σ e^z, the sum over the given axes; without axes, over
// all entries. For logits of shape (n_y, m), one column per example, the
// probabilities are Softmax(Z, 0). It does not overflow.
func Softmax(z *Node, axes ...int) *Node {
	return z.Graph().softmaxOp(sortedAxes(z, axes)).Apply(z)
}

// LogSoftmax returns the logarithm of Softmax, z − ln Σ e^z, accurate where the
// probability is near 0 or 1.
func LogSoftmax(z *Node, axes ...int) *Node {
	return z.Graph().logSoftmaxOp(sortedAxes(z, axes)).Apply(z)
}

// LogSumExp returns ln Σ e^z, the sum over the given axes, which vanish from
// the shape; without axes, over all entries. It does not overflow.
func LogSumExp(z *Node, axes ...int) *Node { return dropAxes(z, LogSumExpKeepDims(z, axes...), axes) }

// LogSumExpKeepDims is LogSumExp with the axes kept as axes of size 1.
func LogSumExpKeepDims(z *Node, axes ...int) *Node {
	return z.Graph().logSumExpOp(sortedAxes(z, axes)).Apply(z)
}

// SoftmaxLogits returns z and the axes if a is Softmax(z, axes...). Costs use it
// to stay finite where the softmax saturates.
func SoftmaxLogits(a *Node) (z *Node, axes []int, ok bool) {
	if a == nil || a.op == nil || a.op.kind != softmaxKind {
		return nil, nil, false
	}
	return a.in[0], slices.Clone(a.op.attrs.axes), true
}

func (g *Graph) softmaxOp(axes []int) *Op {
	return g.intern(Op{Name: "Softmax", text: "softmax", kind: softmaxKind, attrs: attrs{axes: axes}, activation: true,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return overAxes(in[0], axes) },
		Backward: func(_ []*Node, a, da *Node) []*Node {
			return []*Node{Mul(a, Sub(da, SumKeepDims(Mul(a, da), axes...)))}
		}})
}

func (g *Graph) logSoftmaxOp(axes []int) *Op {
	return g.intern(Op{Name: "LogSoftmax", text: "logsoftmax", kind: logSoftmaxKind, attrs: attrs{axes: axes},
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return overAxes(in[0], axes) },
		Backward: func(z []*Node, _, dy *Node) []*Node {
			return []*Node{Sub(dy, Mul(Softmax(z[0], axes...), SumKeepDims(dy, axes...)))}
		}})
}

func (g *Graph) logSumExpOp(axes []int) *Op {
	return g.intern(Op{Name: "LogSumExp", text: "logsumexp", kind: logSumExpKind, attrs: attrs{axes: axes},
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return sumShape(in[0], axes, true) },
		Backward: func(z []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, Softmax(z[0], axes...))} }})
}

// overAxes checks the axes and returns the shape itself.
func overAxes(in tensor.Shape, axes []int) (tensor.Shape, error) {
	_, err := sumShape(in, axes, true)
	return in, err
}
