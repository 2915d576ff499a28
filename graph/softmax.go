package graph

import (
	"slices"

	"chainrule/internal/kernel"
	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// Softmax returns e^z / Σ e^z, the sum over the given axes; without axes, over
// all entries. For logits of shape (n_y, m), one column per example, the
// probabilities are Softmax(Z, 0). It does not overflow.
func Softmax(z *Node, axes ...int) *Node {
	return intern(z.Graph(), SoftmaxAttrs{sortedAxes(z, axes)}, newSoftmaxOp).Apply(z)
}

// LogSoftmax returns the logarithm of Softmax, z − ln Σ e^z, accurate where the
// probability is near 0 or 1.
func LogSoftmax(z *Node, axes ...int) *Node {
	return intern(z.Graph(), LogSoftmaxAttrs{sortedAxes(z, axes)}, newLogSoftmaxOp).Apply(z)
}

// LogSumExp returns ln Σ e^z, the sum over the given axes, which vanish from
// the shape; without axes, over all entries. It does not overflow.
func LogSumExp(z *Node, axes ...int) *Node { return Reduce{}.LogSumExp(z, axes...) }

// LogSumExp is the function LogSumExp.
func (r Reduce) LogSumExp(z *Node, axes ...int) *Node {
	result := intern(z.Graph(), LogSumExpAttrs{sortedAxes(z, axes)}, newLogSumExpOp).Apply(z)
	return r.drop(z, result, axes)
}

// Logits returns z if n is Sigmoid(z), and z and the axes if n is
// Softmax(z, axes...). Costs use it to stay finite where the probabilities saturate.
func (n *Node) Logits() (z *Node, axes []int, ok bool) {
	if n == nil {
		return nil, nil, false
	}
	if softmax, is := AttrsOf[SoftmaxAttrs](n); is {
		return n.in[0], slices.Clone(softmax.Axes), true
	}
	if n.op == sigmoidOp {
		return n.in[0], nil, true
	}
	return nil, nil, false
}

// SoftmaxAttrs, LogSoftmaxAttrs and LogSumExpAttrs are the axes of these
// operations, ascending. LogSumExp keeps them as axes of size 1.
type (
	SoftmaxAttrs    struct{ Axes []int }
	LogSoftmaxAttrs struct{ Axes []int }
	LogSumExpAttrs  struct{ Axes []int }
)

func newSoftmaxOp(a SoftmaxAttrs) *Op {
	return &Op{Name: "Softmax", Text: "softmax", Attrs: a, Inputs: 1, Activation: true,
		Backward: func(_ []*Node, y, dy *Node) []*Node {
			return []*Node{Mul(y, Sub(dy, kept.Sum(Mul(y, dy), a.Axes...)))}
		},
		Rules: []string{"softmax: A ⊙ (dA − Σ A ⊙ dA)"},
		Along: besides(a.Axes...),
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return overAxes(in[0], a.Axes) },
		naive: naive{softmax[float64](a.Axes), softmax[float32](a.Axes)},
		lower: func(l *lowering, p *plan.Node) {
			l.compose(p, divOp, l.exps(p.In[0], a.Axes), l.sumOfExps(p.In[0], a.Axes))
		}}
}

func newLogSoftmaxOp(a LogSoftmaxAttrs) *Op {
	return &Op{Name: "LogSoftmax", Text: "logsoftmax", Attrs: a, Inputs: 1,
		Backward: func(z []*Node, _, dy *Node) []*Node {
			return []*Node{Sub(dy, Mul(Softmax(z[0], a.Axes...), kept.Sum(dy, a.Axes...)))}
		},
		Along: besides(a.Axes...),
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return overAxes(in[0], a.Axes) },
		naive: naive{logSoftmax[float64](a.Axes), logSoftmax[float32](a.Axes)},
		lower: func(l *lowering, p *plan.Node) {
			l.compose(p, subOp, l.shifted(p.In[0], a.Axes), l.logOfSum(p.In[0], a.Axes))
		}}
}

func newLogSumExpOp(a LogSumExpAttrs) *Op {
	return &Op{Name: "LogSumExp", Text: "logsumexp", Attrs: a, Inputs: 1,
		Backward: func(z []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, Softmax(z[0], a.Axes...))} },
		Rules:    []string{"logsumexp′ = softmax"},
		Along:    besides(a.Axes...),
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return sumShape(in[0], a.Axes, true) },
		naive:    naive{logSumExp[float64](a.Axes), logSumExp[float32](a.Axes)},
		lower: func(l *lowering, p *plan.Node) {
			l.compose(p, addOp, l.reduce(plan.Max, p.In[0], a.Axes), l.logOfSum(p.In[0], a.Axes))
		}}
}

// overAxes checks the axes and returns the shape itself.
func overAxes(in tensor.Shape, axes []int) (tensor.Shape, error) {
	_, err := sumShape(in, axes, true)
	return in, err
}

// exponentials are the common parts of the three: the differences to the largest
// entry over some axes, their exponentials, and the sums of these. group says
// which of the largest and sums belongs to each entry.
type exponentials[T float32 | float64] struct {
	largest, shifted, exps, total []T
	group                         []int
}

func exponentialsOf[T float32 | float64](axes []int, z array[T]) exponentials[T] {
	kept, _ := sumShape(z.shape, axes, true)
	e := exponentials[T]{largest: make([]T, size(kept)), total: make([]T, size(kept))}
	evaluateExtremum(kept, e.largest, z, larger)
	eachReduced(kept, z, func(to int, v T) {
		e.group = append(e.group, to)
		e.shifted = append(e.shifted, v-e.largest[to])
		e.exps = append(e.exps, kernel.Value1(loopOf(expOp), v-e.largest[to]))
	})
	addUp(axes, e.total, array[T]{z.shape, e.exps})
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
			out.data[i] = e.shifted[i] - kernel.Value1(loopOf(logOp), e.total[to])
		}
	}
}

func logSumExp[T float32 | float64](axes []int) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		e := exponentialsOf(axes, in[0])
		for i, v := range e.total {
			out.data[i] = e.largest[i] + kernel.Value1(loopOf(logOp), v)
		}
	}
}

// shifted returns z − max z.
func (l *lowering) shifted(z int, axes []int) int {
	return l.apply(subOp, z, l.reduce(plan.Max, z, axes))
}

// exps returns e^(z − max z).
func (l *lowering) exps(z int, axes []int) int { return l.apply(expOp, l.shifted(z, axes)) }

// sumOfExps returns Σ e^(z − max z).
func (l *lowering) sumOfExps(z int, axes []int) int {
	return l.reduce(plan.Sum, l.exps(z, axes), axes)
}

// logOfSum returns ln Σ e^(z − max z).
func (l *lowering) logOfSum(z int, axes []int) int { return l.apply(logOp, l.sumOfExps(z, axes)) }
