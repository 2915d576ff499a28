package explain

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/graph"
	"chainrule/internal/words"
)

// A Loop is what a loop of a derivation does at each step.
type Loop struct {
	Title string // "Loop 1, each step"

	// Note says which loop it is, what its state begins as and what rows a step is given.
	Note string

	// Lines compute the state for the next step, called next state, and what is kept. They
	// belong to a graph of their own and have no values.
	Lines []Line
}

// loops returns the loops by which nodes are computed, each with those in it behind it.
// The gradient of a loop reads more of its steps than the cost does, and the loop that
// keeps all that stands for both.
func (e *explainer) loops() []Loop {
	w := &loopWriter{}
	w.write(e.script, e.order)
	return w.out
}

// A loopWriter writes loops and numbers them.
type loopWriter struct{ out []Loop }

// write writes the loops among the nodes, which a script calls.
func (w *loopWriter) write(script *graph.Script, nodes []*graph.Node) {
	for i, n := range nodes {
		body, ok := graph.StepOf(n)
		if !ok || slices.ContainsFunc(nodes[i+1:], func(m *graph.Node) bool { return keepsMore(m, n) }) {
			continue
		}
		w.step(script, n, body)
	}
}

// keepsMore reports whether m is the loop n with more that is kept.
func keepsMore(m, n *graph.Node) bool {
	a, ok := graph.AttrsOf[graph.ScanAttrs](m)
	b, _ := graph.AttrsOf[graph.ScanAttrs](n)
	if !ok || a.Stacked <= b.Stacked || !slices.Equal(m.Inputs(), n.Inputs()) {
		return false
	}
	b.Stacked = a.Stacked
	return a == b
}

// step writes a step of the loop n.
func (w *loopWriter) step(outer *graph.Script, n *graph.Node, body graph.StepBody) {
	results := body.Results()
	script := graph.NewScript(results[0].Graph())
	roles := map[*graph.Node][]string{}
	for i, x := range body.Next {
		script.Name(x, "next "+body.State[i].Name())
		roles[x] = append(roles[x], "next "+body.State[i].Name())
	}
	for i, x := range body.Kept {
		kept := fmt.Sprintf("kept %d", i+1)
		script.Name(x, kept)
		roles[x] = append(roles[x], kept)
	}
	script.PutTogether(true, results...)
	l := Loop{Title: fmt.Sprintf("Loop %d, each step", len(w.out)+1), Note: stepNote(outer, n, body)}
	order := graph.Upstream(results...)
	for _, x := range order {
		if script.HasLine(x) {
			formula := script.Line(x)
			rule := slices.DeleteFunc(slices.Clone(roles[x]), func(s string) bool { return s == formula.Symbol })
			l.Lines = append(l.Lines, Line{Formula: formula, Rule: strings.Join(rule, ", ")})
		}
	}
	for _, x := range results {
		if x.Op() == nil {
			l.Lines = append(l.Lines, Line{Formula: script.Alias(roles[x][0], x), Rule: strings.Join(roles[x][1:], ", ")})
		}
	}
	w.out = append(w.out, l)
	w.write(script, order)
}

// stepNote says which loop it is and what its step is given.
func stepNote(outer *graph.Script, n *graph.Node, body graph.StepBody) string {
	steps := words.Count(body.Steps, "step")
	if body.Bounded {
		steps = "at most " + steps
	}
	if body.Reverse {
		steps += ", from the last to the first"
	}
	operands := n.Inputs()
	written := func(x *graph.Node) string { return outer.Alias("", x).Text }
	called := written(n)
	if outer.HasLine(n) {
		called += " = " + outer.Line(n).Text
	}
	parts := []string{fmt.Sprintf("%s makes %s", called, steps)}
	for i, x := range body.State {
		parts = append(parts, fmt.Sprintf("%s %s begins as %s", x.Name(), shapeText(x.Shape()), written(operands[i])))
	}
	for i, x := range body.Rows {
		parts = append(parts, fmt.Sprintf("%s %s is a row of %s", x.Name(), shapeText(x.Shape()), written(operands[len(body.State)+i])))
	}
	for i, x := range body.Given {
		if called := written(operands[len(body.State)+len(body.Rows)+i]); called != x.Name() {
			parts = append(parts, fmt.Sprintf("%s %s is %s", x.Name(), shapeText(x.Shape()), called))
		}
	}
	return strings.Join(parts, "; ") + "."
}
