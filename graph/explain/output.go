package explain

import (
	"fmt"
	"slices"

	"chainrule/graph"
)

// throughOutput returns the way back through the probabilities of a sigmoid
// output, which a cost that is computed from the logits does without: dA of the
// output, and dZ as that times the slope of the sigmoid. It adds the nodes of the
// cost in its other form and of these two. There are no lines if the cost is not
// the cross-entropy of a sigmoid whose node is there.
func (e *explainer) throughOutput() ([]Line, string, error) {
	a, y := e.sigmoidOutput()
	if a == nil {
		return nil, "", nil
	}
	g, one := a.Graph(), a.Graph().Const(1)
	loss := graph.Add(graph.Mul(y, graph.Log(a)), graph.Mul(graph.Sub(one, y), graph.Log(graph.Sub(one, a)))).Times(-1)
	cost := graph.Sum(loss)
	if _, scale, m, ok := e.cost.Mean(); ok {
		cost = graph.MeanOver(cost, scale, m)
	} else if _, factor := e.cost.Factor(); factor != 1 {
		cost = cost.Times(factor)
	}
	z := a.Inputs()[0]
	other := &explainer{settings: e.settings, script: graph.NewScript(g), cost: cost, xs: []*graph.Node{a}}
	grads, err := other.differentiate(false, other.xs)
	if err != nil {
		return nil, "", err
	}
	slope, err := graph.GradByExample(graph.Sum(a), z)
	if err != nil {
		return nil, "", err
	}
	dz := graph.Mul(grads[0], slope.Gradients[0])
	s := other.script
	s.Adopt(e.script, append(graph.Upstream(a, y), e.cost)...)
	s.NameGradients(map[*graph.Node]*graph.Node{a: grads[0]})
	s.PutTogether(false, grads[0]) // in whose line 1 − A stands, as in the other
	second := s.Line(dz)
	second.Symbol = s.GradientOf(z)
	lines := []Line{
		{Formula: s.Line(grads[0]), Rule: "derivative of the cost by " + s.Called(a)},
		{Formula: second, Rule: "chain rule through " + s.Called(a) + "; " + a.Op().Derivative()},
	}
	A, Y, Z := s.Called(a), s.Called(y), s.Called(z)
	note := fmt.Sprintf("%s is computed from %s, so that it stays finite, and its derivative does not pass %s. From the other form, −(%s ⊙ log %[3]s + (1 − %[4]s) ⊙ log(1 − %[3]s)) of each output, the chain rule comes to the same %[5]s in two steps.",
		s.Called(e.cost), Z, A, Y, "d"+Z)
	return lines, note, nil
}

// sigmoidOutput returns the output a and the labels y of a cost that is the
// cross-entropy of a sigmoid; nil if it is not, or has no node for a.
func (e *explainer) sigmoidOutput() (a, y *graph.Node) {
	sum, _ := e.cost.Factor()
	if !isA[graph.SumAttrs](sum) || sum.Inputs()[0].Op() != sigmoidCrossEntropyOp {
		return nil, nil
	}
	logits, y := sum.Inputs()[0].Inputs()[0], sum.Inputs()[0].Inputs()[1]
	for _, n := range e.order {
		if n.Op() == sigmoidOp && n.Inputs()[0] == logits && !n.IsBackward() {
			a = n
		}
	}
	if a == nil || !slices.Equal(a.Shape(), y.Shape()) {
		return nil, nil
	}
	return a, y
}
