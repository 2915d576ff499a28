package graph

import (
	"chainrule/internal/kernel"
	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// Softmax returns e^z / Σ e^z, the sum over the given axes; without axes, over
// all entries. For logits of shape (n_y, m), one column per example, the
// probabilities are Softmax(Z, 0). It does not overflow. A logit of −Inf has the
// probability 0, unless all are −Inf and all probabilities NaN. A logit of +Inf has
// the probability NaN, and those beside it 0.
func Softmax(z *Node, axes ...int) *Node {
	return intern(z.Graph(), SoftmaxAttrs{sortedAxes(z, axes)}, newSoftmaxOp).Apply(z)
}

// LogSoftmax returns the logarithm of Softmax, z − ln Σ e^z. It is accurate where
// the probability is near 0 and where it is near 1, as −4.1e−8 for the first of
// (17, 0): ln Σ e^z is taken as the largest logit plus ln(1 + Σ) over the others.
func LogSoftmax(z *Node, axes ...int) *Node {
	return intern(z.Graph(), LogSoftmaxAttrs{sortedAxes(z, axes)}, newLogSoftmaxOp).Apply(z)
}

// LogSumExp returns ln Σ e^z, the sum over the given axes, which vanish from
// the shape; without axes, over all entries. It does not overflow: it is +Inf if
// a logit is, and −Inf if all are. The derivative is Softmax, which is NaN for a
// logit of +Inf, and for all where all are −Inf.
func LogSumExp(z *Node, axes ...int) *Node { return Reduce{}.LogSumExp(z, axes...) }

// LogSumExp is the function LogSumExp.
func (r Reduce) LogSumExp(z *Node, axes ...int) *Node {
	result := intern(z.Graph(), LogSumExpAttrs{sortedAxes(z, axes)}, newLogSumExpOp).Apply(z)
	return r.drop(z, result, axes)
}

// SoftmaxAttrs, LogSoftmaxAttrs and LogSumExpAttrs are the axes of these
// operations, ascending. LogSumExp keeps them as axes of size 1.
type (
	SoftmaxAttrs    struct{ Axes []int }
	LogSoftmaxAttrs struct{ Axes []int }
	LogSumExpAttrs  struct{ Axes []int }
)

func newSoftmaxOp(a SoftmaxAttrs) *Op {
	return &Op{Name: "Softmax", Source: softmaxSource(a.Axes), Text: "softmax", Attrs: a, Inputs: 1, Activation: true,
		Backward: func(_ []*Node, y, dy *Node) []*Node {
			return []*Node{Mul(y, Sub(dy, kept.Sum(Mul(y, dy), a.Axes...)))}
		},
		Rules: []string{"softmax: A ⊙ (dA − Σ A ⊙ dA)"},
		Along: besides(a.Axes...),
		many:  manyBy(func(b *mapped) SoftmaxAttrs { return SoftmaxAttrs{b.axes(a.Axes)} }, newSoftmaxOp),
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return overAxes(in[0], a.Axes) },
		naive: naive{softmax[float64](a.Axes), softmax[float32](a.Axes)},
		lower: func(l *lowering, p *plan.Node) {
			l.compose(p, divOp, l.exps(p.In[0], a.Axes), l.sumOfExps(p.In[0], a.Axes))
		}}
}

func newLogSoftmaxOp(a LogSoftmaxAttrs) *Op {
	return &Op{Name: "LogSoftmax", Source: logSoftmaxSource(a.Axes), Text: "logsoftmax", Attrs: a, Inputs: 1,
		Backward: func(z []*Node, _, dy *Node) []*Node {
			return []*Node{Sub(dy, Mul(Softmax(z[0], a.Axes...), kept.Sum(dy, a.Axes...)))}
		},
		Along: besides(a.Axes...),
		many:  manyBy(func(b *mapped) LogSoftmaxAttrs { return LogSoftmaxAttrs{b.axes(a.Axes)} }, newLogSoftmaxOp),
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return overAxes(in[0], a.Axes) },
		naive: naive{logSoftmax[float64](a.Axes), logSoftmax[float32](a.Axes)},
		lower: func(l *lowering, p *plan.Node) {
			l.compose(p, subOp, l.shifted(p.In[0], a.Axes), l.logOfSum(p.In[0], a.Axes))
		}}
}

func newLogSumExpOp(a LogSumExpAttrs) *Op {
	return &Op{Name: "LogSumExp", Source: logSumExpSource(a.Axes), Text: "logsumexp", Attrs: a, Inputs: 1,
		Backward: func(z []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, Softmax(z[0], a.Axes...))} },
		Rules:    []string{"logsumexp′ = softmax"},
		Along:    besides(a.Axes...),
		many:     manyBy(func(b *mapped) LogSumExpAttrs { return LogSumExpAttrs{b.axes(a.Axes)} }, newLogSumExpOp),
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return sumShape(in[0], a.Axes, true) },
		naive:    naive{logSumExp[float64](a.Axes), logSumExp[float32](a.Axes)},
		lower: func(l *lowering, p *plan.Node) {
			l.compose(p, addOp, l.shift(p.In[0], a.Axes), l.logOfSum(p.In[0], a.Axes))
		}}
}

// overAxes checks the axes and returns the shape itself.
func overAxes(in tensor.Shape, axes []int) (tensor.Shape, error) {
	_, err := sumShape(in, axes, true)
	return in, err
}

// exponentials are the common parts of these and of the cross-entropies: the
// differences to the largest entry over some axes, or to 0 if that is infinite, their
// exponentials, the sums of these and their logarithms. group says which of the sums
// belongs to each entry.
type exponentials[T float32 | float64] struct {
	shift, shifted, exps, total, logOfSum []T
	group                                 []int
}

func exponentialsOf[T float32 | float64](axes []int, z array[T]) exponentials[T] {
	kept, _ := sumShape(z.shape, axes, true)
	n := size(kept)
	e := exponentials[T]{shift: make([]T, n), total: make([]T, n), logOfSum: make([]T, n)}
	evaluateExtremum(kept, e.shift, z, larger)
	for i, v := range e.shift {
		if v-v != 0 {
			e.shift[i] = 0
		}
	}
	var others []T
	eachReduced(kept, z, func(to int, v T) {
		s := v - e.shift[to]
		exp := kernel.Value1(loopOf(expOp), s)
		e.group, e.shifted, e.exps = append(e.group, to), append(e.shifted, s), append(e.exps, exp)
		if s == 0 {
			exp = 0
		}
		others = append(others, exp)
	})
	addUp(axes, e.total, array[T]{z.shape, e.exps})
	addUp(axes, e.logOfSum, array[T]{z.shape, others})
	for i, total := range e.total {
		if total >= 1 && !(total >= 2) {
			e.logOfSum[i] = kernel.Value1(loopOf(log1pOp), e.logOfSum[i])
		} else {
			e.logOfSum[i] = kernel.Value1(loopOf(logOp), total)
		}
	}
	return e
}

func softmax[T float32 | float64](axes []int) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		e := exponentialsOf(axes, in[0])
		for i, to := range e.group {
			out.data[i] = e.exps[i] / e.total[to]
		}
	}
}

func logSoftmax[T float32 | float64](axes []int) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		e := exponentialsOf(axes, in[0])
		for i, to := range e.group {
			out.data[i] = e.shifted[i] - e.logOfSum[to]
		}
	}
}

func logSumExp[T float32 | float64](axes []int) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		e := exponentialsOf(axes, in[0])
		for i, v := range e.logOfSum {
			out.data[i] = e.shift[i] + v
		}
	}
}

// shift returns max z, or 0 where that is infinite.
func (l *lowering) shift(z int, axes []int) int {
	return l.finite(l.reduce(plan.Max, z, axes))
}

// finite returns x, or 0 where that is infinite or NaN.
func (l *lowering) finite(x int) int {
	zero := l.apply(subOp, x, x) // or NaN
	return l.apply(whereOp, l.apply(equalOp, zero, zero), x)
}

// shifted returns z − shift.
func (l *lowering) shifted(z int, axes []int) int {
	return l.apply(subOp, z, l.shift(z, axes))
}

// exps returns e^(z − shift).
func (l *lowering) exps(z int, axes []int) int { return l.apply(expOp, l.shifted(z, axes)) }

// sumOfExps returns Σ e^(z − shift).
func (l *lowering) sumOfExps(z int, axes []int) int {
	return l.reduce(plan.Sum, l.exps(z, axes), axes)
}

// logOfSum returns ln Σ e^(z − shift): where the sum is below 2, and the largest
// entry alone 1 of it, as ln(1 + Σ) over the others.
func (l *lowering) logOfSum(z int, axes []int) int {
	total := l.sumOfExps(z, axes)
	others := l.reduce(plan.Sum, l.unlessZero(l.shifted(z, axes), l.exps(z, axes)), axes)
	small := l.apply(subOp, l.apply(greaterEqualOp, total, l.number(1)), l.apply(greaterEqualOp, total, l.number(2)))
	large := l.apply(equalOp, small, l.number(0)) // NaN too
	return l.apply(addOp, l.unlessZero(small, l.apply(log1pOp, others)), l.unlessZero(large, l.apply(logOp, total)))
}

// unlessZero returns x, but 0 where c is 0.
func (l *lowering) unlessZero(c, x int) int { return l.apply(whereOp, c, x) }

func softmaxSource(axes []int) func(s Shapes) Source {
	return func(s Shapes) Source {
		return Source{NumPy: "softmax({0}, axis=" + pythonAxes(axes, s.In[0]) + ")", Library: "graph.Softmax({0}" + goList(axes) + ")",
			Needs: []Definition{softmaxDef}, Steps: func(z []*Node) *Node {
				e := Exp(Sub(z[0], kept.Max(z[0], axes...)))
				return Div(e, kept.Sum(e, axes...))
			}}
	}
}

func logSoftmaxSource(axes []int) func(s Shapes) Source {
	return Source{Library: "graph.LogSoftmax({0}" + goList(axes) + ")",
		Steps: func(z []*Node) *Node { return Sub(z[0], kept.LogSumExp(z[0], axes...)) }}.Of
}

func logSumExpSource(axes []int) func(s Shapes) Source {
	return func(s Shapes) Source {
		return Source{NumPy: "logsumexp({0}, axis=" + pythonAxes(axes, s.In[0]) + ")",
			Library: "graph.Reduce{KeepDims: true}.LogSumExp({0}" + goList(axes) + ")",
			Needs:   []Definition{logSumExpDef}, Steps: func(z []*Node) *Node {
				most := kept.Max(z[0], axes...)
				return Add(most, logOp.Apply(kept.Sum(Exp(Sub(z[0], most)), axes...)))
			}}
	}
}
