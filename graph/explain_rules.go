package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// forwardRule says what a line of the forward pass is.
func (e *explainer) forwardRule(n *Node) string {
	_, isZ := e.g.zs[n]
	switch {
	case n == e.cost:
		return e.costRule()
	case isZ:
		return "weighted sum and bias"
	case n.op.Activation:
		return "activation: " + strings.ToLower(n.op.Name)
	case n.name != "":
		return ""
	case isSquaredError(n, e.users[n]):
		return "residual"
	}
	return e.usedRule(n)
}

func (e *explainer) usedRule(n *Node) string {
	if e.uses[n] < 2 {
		return ""
	}
	return fmt.Sprintf("used %d times", e.uses[n])
}

// costRule names the costs of the notes.
func (e *explainer) costRule() string {
	mean, _ := factor(e.cost)
	if !isA[SumAttrs](mean) {
		return ""
	}
	inner := mean.in[0]
	if inner.op == squareOp && inner.in[0].op == subOp {
		return "squared error, mean over the examples"
	}
	if inner.op != subOp {
		return ""
	}
	z, ok := crossEntropyOf(inner)
	if !ok {
		return ""
	}
	return "cross-entropy, from " + e.symbol(z)
}

// crossEntropyOf returns the logits z of softplus(z) − y ⊙ z and of
// logsumexp(z) − Σ y ⊙ z.
func crossEntropyOf(difference *Node) (z *Node, ok bool) {
	first, second := unshaped(difference.in[0]), unshaped(difference.in[1])
	if first.op != softplusOp && !isA[LogSumExpAttrs](first) {
		return nil, false
	}
	if isA[SumAttrs](second) {
		second = second.in[0]
	}
	z = first.in[0]
	return z, second.op == mulOp && slices.Contains(second.in, z)
}

// unshaped returns what n is a reshaped form of.
func unshaped(n *Node) *Node {
	for isA[ReshapeAttrs](n) {
		n = n.in[0]
	}
	return n
}

// isProbability reports whether n is a sigmoid or a softmax.
func isProbability(n *Node) bool {
	return n.op == sigmoidOp || isA[SoftmaxAttrs](n)
}

func isSquaredError(n *Node, users []*Node) bool {
	return n.op == subOp && slices.ContainsFunc(users, func(u *Node) bool { return u.op == squareOp })
}

// backwardRule says by which rule a line of the backward pass is got.
func (e *explainer) backwardRule(d *Node) string {
	x := e.of[d]
	if x == nil {
		if isA[BroadcastAttrs](d) {
			return sameForAll
		}
		return e.usedRule(d)
	}
	if inner, _ := factor(d); inner.op == subOp && isProbability(inner.in[0]) && inner.in[0].in[0] == x {
		return strings.ToLower(inner.in[0].op.Name) + " under cross-entropy"
	}
	return e.chainRule(x)
}

// aliasRule says why the gradient of x is d as it is.
func (e *explainer) aliasRule(x, d *Node) string {
	switch {
	case d.isConst(0):
		return "the cost does not depend on it in a way that has a slope"
	case len(e.users[x]) == 1 && e.users[x][0].op == addOp:
		return "sum: passed on as it is"
	}
	return e.chainRule(x)
}

// chainRule says how the gradient of x comes from those of its users.
func (e *explainer) chainRule(x *Node) string {
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
	rule := e.useRule(u, x)
	if isSquaredError(u, e.users[u]) {
		return "derivative of the squared error"
	}
	if e.symbols[u] == "" || e.hasGradientLine(u) {
		return rule
	}
	if through := e.through(u); through != "" {
		return "chain rule through " + through + "; " + rule
	}
	return rule
}

// hasGradientLine reports whether the gradient of n stands in a line of its own,
// from which the rule for an operand of n starts.
func (e *explainer) hasGradientLine(n *Node) bool {
	d := e.adjoints[n]
	return d != nil && e.of[d] == n && e.hasLine(d)
}

// through names the values by which the cost depends on n.
func (e *explainer) through(n *Node) string {
	var names []string
	for _, u := range e.users[n] {
		name := e.symbols[u]
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
func (e *explainer) useRule(u, x *Node) string {
	switch {
	case isA[MatMulAttrs](u) && u.in[0] == u.in[1]:
		return "product: gradients of both factors"
	case u.op.isElementwise() && e.sumsExamples(u, x):
		return "bias: sum over the examples"
	case u.op.isElementwise() && !slices.Equal(u.shape, x.shape):
		return "sum over where it is repeated"
	case len(u.op.Rules) > 0:
		return u.op.Rules[min(slices.Index(u.in, x), len(u.op.Rules)-1)]
	}
	return derivativeRule(u.op)
}

// sumsExamples reports whether u adds x to every example.
func (e *explainer) sumsExamples(u, x *Node) bool {
	return u.op == addOp && len(u.shape) == 2 && len(x.shape) == 2 && x.shape[0] == u.shape[0] &&
		x.shape[1] == 1 && u.shape[1] == e.examples && e.examples > 1
}

// derivativeRule states the derivative of a function, by its input Z and its
// result A.
func derivativeRule(op *Op) string {
	return cmp.Or(op.Derivative(), "derivative of "+functionName(op))
}
