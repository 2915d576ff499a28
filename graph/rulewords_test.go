package graph

import (
	"strings"
	"testing"
)

// A rule that is a formula, as "softmax: A ⊙ (dA − …)" or "logsumexp′ = softmax",
// is what Backward does, for the input Z, the result A and the gradient dA.
func TestFormulasInRules(t *testing.T) {
	checked := 0
	for _, op := range Operations() {
		for _, rule := range op.Rules {
			_, formula, is := strings.Cut(rule, ": ")
			if function, short := strings.CutPrefix(rule, functionName(op)+"′ = "); short {
				formula, is = "dA ⊙ "+function+"(Z)", true
			}
			if !is || !strings.Contains(formula, "⊙") {
				continue
			}
			checked++
			g := New(Settings{})
			z := g.Input("Z", 2, 3)
			a := op.Apply(z).Named("A")
			d := op.Backward([]*Node{z}, a, g.Input("dA", a.shape...))
			if got := newWriter(g).operand(d[0]).Plain(); got != formula {
				t.Errorf("the rule of %s says %s, and its nodes %s", op.Name, rule, got)
			}
		}
	}
	if checked < 2 {
		t.Errorf("%d rules are formulas, those of softmax and logsumexp expected", checked)
	}
}
