package graph

import (
	"fmt"
	"slices"

	"chainrule/internal/plan"
	"chainrule/internal/term"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// Sum returns the sum of x over the given axes, which vanish from the shape;
// without axes, the sum of all entries, a scalar. Axes below zero count from
// the last.
//
// The entries are added in short chains, whose results are added in pairs: of n
// entries x the sum is off by at most (258 + log₂ n)·u·Σ|x|, where u, half the
// distance from 1 to the next number, is 2⁻⁵³ in float64 and 2⁻²⁴ in float32, and
// by no more than (n − 1)·u·Σ|x|, both but for terms in u². The order depends on
// shape and axes alone. The sign of a sum that is 0 is not specified.
func Sum(x *Node, axes ...int) *Node { return Reduce{}.Sum(x, axes...) }

// Mean is Sum times the reciprocal of the number of entries that go into each sum,
// which adds two roundings to the error of the sum.
func Mean(x *Node, axes ...int) *Node { return Reduce{}.Mean(x, axes...) }

// Reduce are reductions with settings. Those of its zero value are the functions
// of the same names.
type Reduce struct {
	// KeepDims keeps the reduced axes as axes of size 1, so that the result
	// broadcasts against what was reduced. The bias gradient db = Σ dZ over the
	// examples is Reduce{KeepDims: true}.Sum(dZ, 1).
	KeepDims bool
}

// kept are the reductions that derivatives are made of.
var kept = Reduce{KeepDims: true}

// Sum is the function Sum.
func (r Reduce) Sum(x *Node, axes ...int) *Node {
	return intern(x.Graph(), SumAttrs{sortedAxes(x, axes), r.KeepDims}, newSumOp).Apply(x)
}

// Mean is the function Mean.
func (r Reduce) Mean(x *Node, axes ...int) *Node {
	total := r.Sum(x, axes...)
	if total.Err() != nil {
		return total
	}
	return MeanOver(total, 1, size(x.shape)/size(total.shape))
}

// drop reshapes the result of a reduction of x that kept the axes, unless it is to
// keep them.
func (r Reduce) drop(x, result *Node, axes []int) *Node {
	if r.KeepDims || result.err != nil {
		return result
	}
	shape, _ := sumShape(x.shape, sortedAxes(x, axes), false)
	if len(shape) == len(result.shape) {
		return result
	}
	return Reshape(result, shape...)
}

// Variance returns the mean of (x − mean)² over the given axes, which vanish
// from the shape; without axes, over all entries. The mean is that over the
// same axes.
func Variance(x *Node, axes ...int) *Node { return Reduce{}.Variance(x, axes...) }

// Variance is the function Variance.
func (r Reduce) Variance(x *Node, axes ...int) *Node {
	return r.Mean(Square(Sub(x, kept.Mean(x, axes...))), axes...)
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

// SumAttrs are the axes that are summed over, ascending, and whether they stay
// as axes of size 1.
type SumAttrs struct {
	Axes []int
	Keep bool
}

func newSumOp(a SumAttrs) *Op {
	return &Op{Name: "Sum", Source: sumSource(a), Attrs: a, Inputs: 1,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return sumShape(in[0], a.Axes, a.Keep) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			kept, _ := sumShape(x[0].shape, a.Axes, true)
			if len(kept) != len(dy.shape) {
				dy = Reshape(dy, kept...)
			}
			return []*Node{BroadcastTo(dy, x[0].shape...)}
		},
		Rules: []string{"sum: the same for every entry"},
		Along: sumAlong(a),
		many:  manyBy(func(b *mapped) SumAttrs { return SumAttrs{b.axes(a.Axes), a.Keep} }, newSumOp),
		write: writeSum(a),
		naive: naive{sumOver[float64](a.Axes), sumOver[float32](a.Axes)},
		lower: func(_ *lowering, p *plan.Node) { p.Kind, p.Axes = plan.Sum, a.Axes },
		carry: func(n *Node, axes []int) ([]int, bool) { // over axes of size 1
			if size(n.shape) != size(n.in[0].shape) {
				return nil, false
			}
			return reshapedAxes(n.in[0].shape, n.shape, axes)
		},
		rewrites: sumRewrites}
}

func sumAlong(a SumAttrs) func(s Shapes, input, axis int) (of int, ok bool) {
	if a.Keep {
		return besides(a.Axes...)
	}
	return besidesDropped(a.Axes)
}

func sumShape(in tensor.Shape, axes []int, keep bool) (tensor.Shape, error) {
	out := slices.Clone(in)
	for i, a := range axes {
		if a < 0 || a >= len(in) {
			return nil, fmt.Errorf("axis %d of shape %s, which has %s", a, shapeString(in), words.Count(len(in), "axis"))
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

func writeSum(a SumAttrs) func(w *writer, n *Node) *term.Term {
	if len(a.Axes) == 0 {
		return writeOperand
	}
	return func(w *writer, n *Node) *term.Term { return term.Sum(w.operand(n.in[0])) }
}

func sumOver[T float32 | float64](axes []int) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) { addUp(axes, out.data, in[0]) }
}

func addUp[T float32 | float64](axes []int, out []T, x array[T]) {
	joinInOrder(axes, out, x, 0, func(a, b T) T { return a + b })
}

// joinInOrder makes one of the entries over the axes in the order that
// plan.Source defines: a trailing block of reduced axes is a run, joined from
// leaves of 2048 entries of sixteen interleaved parts, each from start on; runs
// and everything else are joined from leaves of 128 terms.
func joinInOrder[T float32 | float64](axes []int, out []T, x array[T], start T, join func(a, b T) T) {
	var shape []int
	var reduced []bool
	for i, n := range x.shape {
		if n > 1 {
			shape, reduced = append(shape, n), append(reduced, slices.Contains(axes, i))
		}
	}
	run := 1
	for i := len(shape) - 1; i >= 0 && reduced[i]; i-- {
		run *= shape[i]
	}
	terms := make([][]T, len(out))
	index := make([]int, len(shape))
	for at := 0; at < len(x.data); at += run {
		to := 0
		for i, n := range shape {
			if !reduced[i] {
				to = to*n + index[i]
			}
		}
		v := joinLeaves(x.data[at:at+run], 2048, join, func(leaf []T) T { return joinRun(leaf, start, join) })
		terms[to] = append(terms[to], v)
		for range run {
			advance(index, shape)
		}
	}
	for to, t := range terms {
		out[to] = joinLeaves(t, 128, join, func(leaf []T) T {
			v := leaf[0]
			for _, next := range leaf[1:] {
				v = join(v, next)
			}
			return v
		})
	}
}

// joinLeaves joins leaves of a size in pairs: the first 2^k of them, as many as
// there are less than all, with the others.
func joinLeaves[T any](x []T, size int, join func(a, b T) T, leaf func([]T) T) T {
	if len(x) <= size {
		return leaf(x)
	}
	first := size
	for 2*first < len(x) {
		first *= 2
	}
	return join(joinLeaves(x[:first], size, join, leaf), joinLeaves(x[first:], size, join, leaf))
}

func joinRun[T float32 | float64](x []T, start T, join func(a, b T) T) T {
	if len(x) == 1 {
		return x[0]
	}
	var part [16]T
	for i := range part {
		part[i] = start
	}
	for i, v := range x {
		part[i%16] = join(part[i%16], v)
	}
	for w := 8; w > 0; w /= 2 {
		for i := range w {
			part[i] = join(part[i], part[i+w])
		}
	}
	return part[0]
}

var sumRewrites = []rewrite{
	{"Σ constant → n·constant", func(s *simplifier, op *Op, in []*Node) *Node {
		if in[0].kind != constNode {
			return nil
		}
		shape, _ := op.resultShape(in)
		return s.g.Const(in[0].value*(float64(size(in[0].shape))/float64(size(shape))), shape...)
	}},
	sameShapeRewrite, // a sum over axes of size 1 that stay
	{"Σ over axes of size 1 → reshape", func(s *simplifier, op *Op, in []*Node) *Node {
		shape, _ := op.resultShape(in)
		if size(shape) != size(in[0].shape) {
			return nil
		}
		return s.apply(s.g.reshapeOp(shape), in[0])
	}},
}

func sumSource(a SumAttrs) func(s Shapes) Source {
	return func(s Shapes) Source {
		keep := ""
		out := Source{Entry: "{0}", Start: "0", Join: "{0} + {1}", Library: "graph.Sum({0}" + goList(a.Axes) + ")"}
		if a.Keep {
			keep, out.Library = ", keepdims=True", "graph.Reduce{KeepDims: true}.Sum({0}"+goList(a.Axes)+")"
		}
		switch axes := pythonAxes(a.Axes, s.In[0]); {
		case len(a.Axes) == 0: // all of a scalar, which is none
			return written("{0}", "{0}", "{0}")(s)
		case len(a.Axes) == len(s.In[0]) && !a.Keep:
			out.NumPy, out.Library = "np.sum({0})", "graph.Sum({0})"
		default:
			out.NumPy = "np.sum({0}, axis=" + axes + keep + ")"
		}
		return out.over(s, a.Axes, a.Keep)
	}
}
