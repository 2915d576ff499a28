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
	for _, op := range Operations() {
		if len(op.Rules) == 0 || !strings.HasPrefix(op.Rules[0], "cross-entropy′ = ") {
			continue
		}
		checked++
		g := New(Settings{})
		z, y := g.Input("Z", 2, 3), g.Input("Y", 2, 3)
		loss := op.Apply(z, y)
		d := op.Backward([]*Node{z, y}, loss, g.Input("dL", loss.shape...))
		if got, want := newWriter(g).operand(d[0]).Plain(), "dL ⊙ ("+strings.TrimPrefix(op.Rules[0], "cross-entropy′ = ")+")"; got != want {
			t.Errorf("the rule of %s says %s, and its nodes %s", op.Name, want, got)
		}
	}
	if checked < 5 {
		t.Errorf("%d rules are formulas, those of softmax, logsumexp and three cross-entropies expected", checked)
	}
}
