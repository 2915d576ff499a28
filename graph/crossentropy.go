package graph

import (
	"fmt"
	"math"
	"slices"

	"chainrule/internal/kernel"
	"chainrule/internal/plan"
	"chainrule/internal/term"
	"gorgonia.org/tensor"
)

// The cross-entropies are operations of their own, since their formulas lose
// digits that another form of the same function has: ln(1 + e^z) − y·z is 0 in
// float32 for y = 1 and z = 16, and 1.1e−7 in truth. They are written by their
// formulas and have their derivatives.

// SigmoidCrossEntropy returns the cross-entropy of a label y and the probability
// a = σ(z) of every pair of entries, from the logit z:
//
//	−y·ln a − (1 − y)·ln(1 − a) = ln(1 + e^z) − y·z
//
// They are broadcast against each other, and a label is from 0 to 1. It is computed as
// z·(step(z) − y) + ln(1 + e^−|z|), in which nothing cancels, so that it is off by a
// few roundings of itself. An infinite logit costs 0 if it is right, that is for the
// label 1 of +Inf and 0 of −Inf, and +Inf otherwise. The derivative is σ(z) − y.
func SigmoidCrossEntropy(z, y *Node) *Node { return sigmoidCrossEntropyOp.Apply(z, y) }

// SoftmaxCrossEntropy returns the cross-entropy of labels y and probabilities
// a = softmax(z), from logits z:
//
//	−Σ y·ln a = ln Σ e^z − Σ y·z
//
// the sums over the given axes, which become axes of size 1; without axes, over all
// entries. Both have one shape. The two sides are equal where the labels sum to 1 over
// the axes; where they do not, the result and the derivative softmax(z) − y are those
// of the right one, and WeightedSoftmaxCrossEntropy has the left one.
//
// Nothing that is large is subtracted where labels sum to 1, up to 4 roundings a label:
// the result then depends on differences of logits alone, and is off by a few roundings
// of itself and as many of the sum's as Sum states. A logit of −Inf is a class that is
// ruled out: it costs nothing where its label is 0 and +Inf elsewhere. A logit of +Inf
// costs +Inf where its label is 0, and elsewhere is NaN, as its softmax is.
func SoftmaxCrossEntropy(z, y *Node, axes ...int) *Node {
	return intern(z.Graph(), SoftmaxCrossEntropyAttrs{sortedAxes(z, axes)}, newSoftmaxCrossEntropyOp).Apply(z, y)
}

// WeightedSoftmaxCrossEntropy is the left side of SoftmaxCrossEntropy for labels of
// any sum, as those that are multiplied by weights of classes or examples:
//
//	−Σ y·ln a = Σ y·ln Σ e^z − Σ y·z
//
// The derivative is softmax(z)·Σ y − y. Labels that are all 0 cost 0.
func WeightedSoftmaxCrossEntropy(z, y *Node, axes ...int) *Node {
	return intern(z.Graph(), WeightedSoftmaxCrossEntropyAttrs{sortedAxes(z, axes)}, newWeightedSoftmaxCrossEntropyOp).Apply(z, y)
}

// SoftmaxCrossEntropyAttrs and WeightedSoftmaxCrossEntropyAttrs are the axes of
// these operations, ascending, which they keep as axes of size 1.
type (
	SoftmaxCrossEntropyAttrs         struct{ Axes []int }
	WeightedSoftmaxCrossEntropyAttrs struct{ Axes []int }
)

// sigmoidCrossEntropyOp is set in init because its derivative uses operations.
var sigmoidCrossEntropyOp *Op

func init() {
	sigmoidCrossEntropyOp = fromKernel(kernel.SigmoidCrossEntropy, Op{Name: "SigmoidCrossEntropy", Source: Source{Library: "graph.SigmoidCrossEntropy({0}, {1})", Steps: func(x []*Node) *Node {
		return Sub(Softplus(x[0]), Mul(x[1], x[0]))
	}}.Of,
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{Mul(dy, Sub(Sigmoid(x[0]), x[1])), Neg(Mul(dy, x[0]))}
		},
		Rules: []string{"cross-entropy′ = σ(Z) − Y", "cross-entropy: minus the logits"},
		Along: besides(),
		write: func(w *writer, n *Node) *term.Term {
			return minus(term.Call(softplusOp.Text, w.operand(n.in[0])), w.labelled(n, w.operand(n.in[0])))
		}})
}

func newSoftmaxCrossEntropyOp(a SoftmaxCrossEntropyAttrs) *Op {
	return &Op{Name: "SoftmaxCrossEntropy", Source: crossEntropySource("SoftmaxCrossEntropy", a.Axes, func(z, y *Node) *Node {
		return Sub(kept.LogSumExp(z, a.Axes...), kept.Sum(Mul(y, z), a.Axes...))
	}), Attrs: a, Inputs: 2,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return keptShape(in, a.Axes) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{Mul(dy, Sub(Softmax(x[0], a.Axes...), x[1])), Neg(Mul(dy, x[0]))}
		},
		Rules: []string{"cross-entropy′ = softmax(Z) − Y", "cross-entropy: minus the logits"},
		Along: besides(a.Axes...),
		many:  manyBy(func(b *mapped) SoftmaxCrossEntropyAttrs { return SoftmaxCrossEntropyAttrs{b.axes(a.Axes)} }, newSoftmaxCrossEntropyOp),
		write: func(w *writer, n *Node) *term.Term {
			return minus(term.Call("logsumexp", w.operand(n.in[0])), term.Sum(w.labelled(n, w.operand(n.in[0]))))
		},
		naive: naive{softmaxCrossEntropy[float64](a.Axes), softmaxCrossEntropy[float32](a.Axes)},
		lower: func(l *lowering, p *plan.Node) {
			z, y := p.In[0], p.In[1]
			chosen := l.reduce(plan.Sum, l.unlessZero(y, l.apply(mulOp, y, l.shifted(z, a.Axes))), a.Axes)
			// What labels that do not sum to 1 leave of the shift.
			rest := l.apply(subOp, l.reduce(plan.Sum, y, a.Axes), l.number(1))
			isOff := l.apply(greaterOp, l.apply(absOp, rest), l.number(sumTolerance(p, l, a.Axes)))
			shift := l.unlessZero(isOff, l.apply(mulOp, rest, l.shift(z, a.Axes)))
			l.compose(p, subOp, l.apply(subOp, l.logOfSum(z, a.Axes), chosen), shift)
		}}
}

func newWeightedSoftmaxCrossEntropyOp(a WeightedSoftmaxCrossEntropyAttrs) *Op {
	return &Op{Name: "WeightedSoftmaxCrossEntropy", Source: crossEntropySource("WeightedSoftmaxCrossEntropy", a.Axes, func(z, y *Node) *Node {
		return Neg(kept.Sum(xmulyOp.Apply(y, LogSoftmax(z, a.Axes...)), a.Axes...))
	}), Attrs: a, Inputs: 2,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return keptShape(in, a.Axes) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			softmax := Mul(Softmax(x[0], a.Axes...), kept.Sum(x[1], a.Axes...))
			return []*Node{Mul(dy, Sub(softmax, x[1])), Neg(Mul(dy, LogSoftmax(x[0], a.Axes...)))}
		},
		Rules: []string{"cross-entropy′ = softmax(Z) ⊙ (Σ Y) − Y", "cross-entropy: minus the logarithms of the softmax"},
		Along: besides(a.Axes...),
		many: manyBy(func(b *mapped) WeightedSoftmaxCrossEntropyAttrs {
			return WeightedSoftmaxCrossEntropyAttrs{b.axes(a.Axes)}
		}, newWeightedSoftmaxCrossEntropyOp),
		write: func(w *writer, n *Node) *term.Term {
			return term.Negative(term.Sum(w.labelled(n, term.Call("logsoftmax", w.operand(n.in[0])))))
		},
		naive: naive{weightedSoftmaxCrossEntropy[float64](a.Axes), weightedSoftmaxCrossEntropy[float32](a.Axes)},
		lower: func(l *lowering, p *plan.Node) {
			z, y := p.In[0], p.In[1]
			surprise := l.apply(mulOp, y, l.apply(subOp, l.shifted(z, a.Axes), l.logOfSum(z, a.Axes)))
			l.compose(p, negOp, l.reduce(plan.Sum, l.unlessZero(y, surprise), a.Axes))
		}}
}

// sumTolerance is how far labels may be from a sum of 1 by rounding.
func sumTolerance(p *plan.Node, l *lowering, axes []int) float64 {
	in := l.source.Nodes[p.In[0]].Shape
	unit := math.Ldexp(1, -52)
	if l.c.dtype == tensor.Float32 {
		unit = math.Ldexp(1, -23)
	}
	return 2 * float64(size(in)/size(p.Shape)) * unit
}

func keptShape(in []tensor.Shape, axes []int) (tensor.Shape, error) {
	if !slices.Equal(in[0], in[1]) {
		return nil, fmt.Errorf("logits of shape %s and labels of shape %s given, one shape of both expected", shapeString(in[0]), shapeString(in[1]))
	}
	return sumShape(in[0], axes, true)
}

func minus(a, b *term.Term) *term.Term { return term.Infix(a, subOp.Sign, b, term.Addition) }

// labelled is the product of a cross-entropy's labels with x.
func (w *writer) labelled(n *Node, x *term.Term) *term.Term {
	return term.Infix(w.operand(n.in[1]), mulOp.Sign, x, term.Product)
}

func softmaxCrossEntropy[T float32 | float64](axes []int) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		e := exponentialsOf(axes, in[0])
		chosen, labels := make([]T, len(out.data)), make([]T, len(out.data))
		addUp(axes, chosen, array[T]{in[0].shape, timesUnlessZero(in[1].data, e.shifted)})
		addUp(axes, labels, in[1])
		epsilon := math.Nextafter(1, 2) - 1
		if _, single := any(T(0)).(float32); single {
			epsilon = float64(math.Nextafter32(1, 2) - 1)
		}
		tolerance := T(2 * float64(len(e.shifted)/len(out.data)) * epsilon)
		for i := range out.data {
			var shift T
			if rest := labels[i] - 1; rest > tolerance || -rest > tolerance {
				shift = T(rest * e.shift[i])
			}
			out.data[i] = e.logOfSum[i] - chosen[i] - shift
		}
	}
}

func weightedSoftmaxCrossEntropy[T float32 | float64](axes []int) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		e := exponentialsOf(axes, in[0])
		logs := make([]T, len(e.shifted))
		for i, to := range e.group {
			logs[i] = e.shifted[i] - e.logOfSum[to]
		}
		addUp(axes, out.data, array[T]{in[0].shape, timesUnlessZero(in[1].data, logs)})
		for i := range out.data {
			out.data[i] = -out.data[i]
		}
	}
}

// timesUnlessZero returns y·x, and 0 where y is 0.
func timesUnlessZero[T float32 | float64](y, x []T) []T {
	product := make([]T, len(y))
	for i := range y {
		if y[i] != 0 {
			product[i] = y[i] * x[i]
		}
	}
	return product
}

// crossEntropySource has the formula of a cross-entropy as its steps.
func crossEntropySource(name string, axes []int, of func(z, y *Node) *Node) func(s Shapes) Source {
	return Source{Library: "graph." + name + "({0}, {1}" + goList(axes) + ")", Steps: func(x []*Node) *Node { return of(x[0], x[1]) }}.Of
}
