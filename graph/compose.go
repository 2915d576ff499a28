package graph

import (
	"fmt"

	"chainrule/internal/plan"
)

// Some operations are made of several steps of the plan. The steps that are no
// node of the graph are shared: softmax and log-sum-exp of the same logits
// compute their exponentials once.

// compose sets p to an element-wise operation on steps.
func (l *lowering) compose(p *plan.Node, op *Op, in ...int) {
	p.Kind, p.Func, p.In = plan.Map, loopOf(op), in
}

// reduce returns the step of a reduction of x that keeps the axes.
func (l *lowering) reduce(kind plan.Kind, x int, axes []int) int {
	return l.part(fmt.Sprint(kind, x, axes), func() plan.Node {
		shape, _ := sumShape(l.source.Nodes[x].Shape, axes, true)
		return plan.Node{Kind: kind, Axes: axes, In: []int{x}, Shape: shape}
	})
}

// apply returns the step of an element-wise operation whose result has the
// shape of its first operand.
func (l *lowering) apply(op *Op, in ...int) int {
	return l.part(fmt.Sprintf("%p %v", op, in), func() plan.Node {
		return plan.Node{Kind: plan.Map, Func: loopOf(op), In: in, Shape: l.source.Nodes[in[0]].Shape}
	})
}

// number returns the step of a constant.
func (l *lowering) number(v float64) int {
	return l.part(fmt.Sprint("number ", v), func() plan.Node { return plan.Node{Kind: plan.Fill, Value: v} })
}

// part returns the step of that key, made unless it is there.
func (l *lowering) part(key string, make func() plan.Node) int {
	if at, ok := l.parts[key]; ok {
		return at
	}
	p := make()
	at := len(l.source.Nodes)
	l.source.Nodes = append(l.source.Nodes, p)
	l.parts[key] = at
	return at
}
