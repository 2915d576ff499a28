package graph

import (
	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// Max returns the largest entry of x over the given axes, which vanish from the
// shape; without axes, the largest of all, a scalar. It is NaN if an entry is.
// Axes below zero count from the last. Where several entries are the largest
// they share the derivative evenly.
func Max(x *Node, axes ...int) *Node { return Reduce{}.Max(x, axes...) }

// Max is the function Max.
func (r Reduce) Max(x *Node, axes ...int) *Node {
	result := intern(x.Graph(), MaxAttrs{sortedAxes(x, axes)}, newMaxOp).Apply(x)
	return r.drop(x, result, axes)
}

// Min returns the smallest entry of x over the given axes. Otherwise it is
// like Max.
func Min(x *Node, axes ...int) *Node { return Reduce{}.Min(x, axes...) }

// Min is the function Min.
func (r Reduce) Min(x *Node, axes ...int) *Node {
	result := intern(x.Graph(), MinAttrs{sortedAxes(x, axes)}, newMinOp).Apply(x)
	return r.drop(x, result, axes)
}

// MaxAttrs and MinAttrs are the axes of Max and Min, ascending. The operations
// keep them as axes of size 1, so that the result broadcasts against the input.
type (
	MaxAttrs struct{ Axes []int }
	MinAttrs struct{ Axes []int }
)

func newMaxOp(a MaxAttrs) *Op {
	return extremumOp(Op{Name: "Max", Source: reduction("Max", "", "max({0}, {1})", a.Axes), Text: "max", Attrs: a,
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return shareOutOver(a.Axes, intern(x[0].g, IsMaxAttrs(a), newIsMaxOp).Apply(x[0]), dy)
		},
		naive: naive{extremes[float64](larger), extremes[float32](larger)},
		many:  manyBy(func(b *mapped) MaxAttrs { return MaxAttrs{b.axes(a.Axes)} }, newMaxOp),
		lower: func(_ *lowering, p *plan.Node) { p.Kind, p.Axes = plan.Max, a.Axes }}, a.Axes)
}

func newMinOp(a MinAttrs) *Op {
	return extremumOp(Op{Name: "Min", Source: reduction("Min", "", "min({0}, {1})", a.Axes), Text: "min", Attrs: a,
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return shareOutOver(a.Axes, intern(x[0].g, IsMinAttrs(a), newIsMinOp).Apply(x[0]), dy)
		},
		naive: naive{extremes[float64](smaller), extremes[float32](smaller)},
		many:  manyBy(func(b *mapped) MinAttrs { return MinAttrs{b.axes(a.Axes)} }, newMinOp),
		lower: func(_ *lowering, p *plan.Node) { p.Kind, p.Axes = plan.Min, a.Axes }}, a.Axes)
}

// extremumOp adds what Max and Min have in common.
func extremumOp(op Op, axes []int) *Op {
	op.Inputs, op.Kink, op.Along = 1, kinkAtTie, besides(axes...)
	op.Shape = func(in []tensor.Shape) (tensor.Shape, error) { return sumShape(in[0], axes, true) }
	op.rewrites = []rewrite{constantRewrite, sameShapeRewrite}
	return &op
}

// shareOutOver gives dy to the chosen entries in equal parts.
func shareOutOver(axes []int, chosen, dy *Node) []*Node {
	return []*Node{Mul(chosen, Div(dy, kept.Sum(chosen, axes...)))}
}

// IsMaxAttrs and IsMinAttrs are the axes of the operations that are 1 where an
// entry is the largest, or smallest, over them, and else 0. They compare with an
// extremum of their own, so that a gradient depends on x alone.
type (
	IsMaxAttrs struct{ Axes []int }
	IsMinAttrs struct{ Axes []int }
)

func newIsMaxOp(a IsMaxAttrs) *Op {
	return choiceOp(Op{Name: "IsMax", Source: Source{Steps: func(x []*Node) *Node { return Equal(x[0], kept.Max(x[0], a.Axes...)) }}.Of, Text: "ismax", Attrs: a,
		naive: naive{chosen[float64](a.Axes, larger), chosen[float32](a.Axes, larger)},
		many:  manyBy(func(b *mapped) IsMaxAttrs { return IsMaxAttrs{b.axes(a.Axes)} }, newIsMaxOp),
		lower: func(l *lowering, p *plan.Node) { l.compose(p, equalOp, p.In[0], l.reduce(plan.Max, p.In[0], a.Axes)) },
	}, a.Axes)
}

func newIsMinOp(a IsMinAttrs) *Op {
	return choiceOp(Op{Name: "IsMin", Source: Source{Steps: func(x []*Node) *Node { return Equal(x[0], kept.Min(x[0], a.Axes...)) }}.Of, Text: "ismin", Attrs: a,
		naive: naive{chosen[float64](a.Axes, smaller), chosen[float32](a.Axes, smaller)},
		many:  manyBy(func(b *mapped) IsMinAttrs { return IsMinAttrs{b.axes(a.Axes)} }, newIsMinOp),
		lower: func(l *lowering, p *plan.Node) { l.compose(p, equalOp, p.In[0], l.reduce(plan.Min, p.In[0], a.Axes)) },
	}, a.Axes)
}

// choiceOp adds what IsMax and IsMin have in common.
func choiceOp(op Op, axes []int) *Op {
	op.Inputs, op.Backward, op.Along = 1, noGradient, besides(axes...)
	op.Shape = func(in []tensor.Shape) (tensor.Shape, error) { return overAxes(in[0], axes) }
	return &op
}

func larger[T float32 | float64](a, b T) T  { return max(a, b) }
func smaller[T float32 | float64](a, b T) T { return min(a, b) }

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

func extremes[T float32 | float64](join func(a, b T) T) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) { evaluateExtremum(out.shape, out.data, in[0], join) }
}

// chosen compares entries with their extremum over the axes.
func chosen[T float32 | float64](axes []int, join func(a, b T) T) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		kept, _ := sumShape(in[0].shape, axes, true)
		most := make([]T, size(kept))
		evaluateExtremum(kept, most, in[0], join)
		i := 0
		eachReduced(kept, in[0], func(to int, v T) {
			if v == most[to] {
				out.data[i] = 1
			}
			i++
		})
	}
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
