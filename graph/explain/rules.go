package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chainrule/graph"
)

// forwardRule says what a line of the forward pass is.
func (e *explainer) forwardRule(n *graph.Node) string {
	switch {
	case n == e.cost:
		return e.costRule()
	case n.IsZ():
		return "weighted sum and bias"
	case n.Op().Activation:
		return "activation: " + strings.ToLower(n.Op().Name)
	case n.Name() != "":
		return ""
	case isSquaredError(n, e.users[n]):
		return "residual"
	}
	return e.usedRule(n)
}

func (e *explainer) usedRule(n *graph.Node) string {
	if e.uses[n] < 2 {
		return ""
	}
	return fmt.Sprintf("used %d times", e.uses[n])
}

// costRule names the costs of the notes.
func (e *explainer) costRule() string {
	sum, _ := e.cost.Factor()
	if !isA[graph.SumAttrs](sum) {
		return ""
	}
	inner := sum.Inputs()[0]
	if inner.Op() == squareOp && inner.Inputs()[0].Op() == subOp {
		return "squared error" + e.meanOf()
	}
	if !isCrossEntropy(inner) {
		return ""
	}
	return "cross-entropy, from " + e.script.Called(inner.Inputs()[0])
}

// meanOf says of what the cost is a mean.
func (e *explainer) meanOf() string {
	sum, _, count, ok := e.cost.Mean()
	switch {
	case !ok || count == 1:
		return ""
	case count == sum.Inputs()[0].Shape().TotalSize() && count != e.cost.Graph().Examples():
		return ", mean over all entries"
	}
	return ", mean over the examples"
}

// isCrossEntropy reports whether n is a cross-entropy of logits.
func isCrossEntropy(n *graph.Node) bool {
	return n.Op() == sigmoidCrossEntropyOp || isA[graph.SoftmaxCrossEntropyAttrs](n) || isA[graph.WeightedSoftmaxCrossEntropyAttrs](n)
}

// isProbability reports whether n is a sigmoid or a softmax.
func isProbability(n *graph.Node) bool {
	return n.Op() == sigmoidOp || isA[graph.SoftmaxAttrs](n)
}

func isSquaredError(n *graph.Node, users []*graph.Node) bool {
	return n.Op() == subOp && slices.ContainsFunc(users, func(u *graph.Node) bool { return u.Op() == squareOp })
}

// backwardRule says by which rule a line of the backward pass is got.
func (e *explainer) backwardRule(d *graph.Node) string {
	x := e.of[d]
	if x == nil {
		if isA[graph.BroadcastAttrs](d) {
			return sumOp.Rules[0]
		}
		return e.usedRule(d)
	}
	if inner, _ := d.Factor(); inner.Op() == subOp && isProbability(inner.Inputs()[0]) && inner.Inputs()[0].Inputs()[0] == x {
		return strings.ToLower(inner.Inputs()[0].Op().Name) + " under cross-entropy"
	}
	return e.chainRule(x)
}

// aliasRule says why the gradient of x is d as it is.
func (e *explainer) aliasRule(x, d *graph.Node) string {
	value, isConst := d.ConstValue()
	switch {
	case isConst && value == 0:
		return "the cost does not depend on it in a way that has a slope"
	case len(e.users[x]) == 1 && e.users[x][0].Op() == addOp:
		return addOp.Rules[0]
	}
	return e.chainRule(x)
}

// chainRule says how the gradient of x comes from those of its users.
func (e *explainer) chainRule(x *graph.Node) string {
	users := e.users[x]
	if len(users) != 1 {
		var rules []string
		for _, u := range slices.Backward(users) { // as the chain rule comes to them
			rules = append(rules, e.useRule(u, x))
		}
		if len(rules) == 0 {
			return ""
		}
		return fmt.Sprintf("sum over its %d uses: %s", len(users), strings.Join(rules, "; "))
	}
	u := users[0]
	if isA[graph.ReshapeAttrs](u) && e.script.Symbol(u) == "" && len(e.users[u]) == 1 {
		return e.chainRule(u) // which formulas pass over
	}
	rule := e.useRule(u, x)
	if isSquaredError(u, e.users[u]) {
		return "derivative of the squared error"
	}
	if e.script.Symbol(u) == "" || e.hasGradientLine(u) {
		return rule
	}
	if through := e.through(u); through != "" {
		return "chain rule through " + through + "; " + rule
	}
	return rule
}

// hasGradientLine reports whether the gradient of n stands in a line of its own,
// from which the rule for an operand of n starts.
func (e *explainer) hasGradientLine(n *graph.Node) bool {
	d := e.adjoints[n]
	return d != nil && e.of[d] == n && e.script.HasLine(d)
}

// through names the values by which the cost depends on n.
func (e *explainer) through(n *graph.Node) string {
	var names []string
	for _, u := range e.users[n] {
		name := e.script.Symbol(u)
		switch {
		case isSquaredError(u, e.users[u]):
			name = "the squared error"
		case name == "":
			name = e.through(u)
		}
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, " and ")
}

// useRule names the rule by which a gradient comes from u to its operand x.
func (e *explainer) useRule(u, x *graph.Node) string {
	rule := e.ruleOfOp(u, x)
	switch {
	case !e.averages(u, x):
		return rule
	case rule == biasRule:
		return "bias: mean over the examples"
	}
	return rule + ", mean over the examples"
}

const biasRule = "bias: sum over the examples"

// ruleOfOp is useRule but for the mean over the examples.
func (e *explainer) ruleOfOp(u, x *graph.Node) string {
	op, in := u.Op(), u.Inputs()
	elementwise := op.Unary != nil || op.Binary != nil
	switch {
	case isA[graph.MatMulAttrs](u) && in[0] == in[1]:
		return "product: gradients of both factors"
	case elementwise && e.sumsExamples(u, x):
		return biasRule
	case elementwise && !slices.Equal(u.Shape(), x.Shape()):
		return "sum over where it is repeated"
	case len(op.Rules) > 0:
		return op.Rules[min(slices.Index(in, x), len(op.Rules)-1)]
	}
	function := cmp.Or(op.Text, op.Name)
	return cmp.Or(op.Derivative(), "derivative of "+function)
}

// sumsExamples reports whether u adds x to every example.
func (e *explainer) sumsExamples(u, x *graph.Node) bool {
	all, one, m := u.Shape(), x.Shape(), u.Graph().Examples()
	return u.Op() == addOp && len(all) == 2 && len(one) == 2 && one[0] == all[0] && one[1] == 1 && all[1] == m && m > 1
}

// The operations that rules know by themselves.
var (
	scalar    = graph.New(graph.Settings{}).Input("x")
	addOp     = graph.Add(scalar, scalar).Op()
	subOp     = graph.Sub(scalar, scalar).Op()
	sumOp     = graph.Sum(scalar).Op()
	squareOp  = graph.Square(scalar).Op()
	sigmoidOp = graph.Sigmoid(scalar).Op()

	sigmoidCrossEntropyOp = graph.SigmoidCrossEntropy(scalar, scalar).Op()
)

// isA reports whether n is the result of an operation of the family of A.
func isA[A any](n *graph.Node) bool {
	_, ok := graph.AttrsOf[A](n)
	return ok
}
