package play

import (
	"slices"
	"strings"

	"chainrule/graph"
)

// addUpdates adds the lines of what a step assigns, the rule's and then the layers', each
// behind those of what it is computed from.
func (d *derivation) addUpdates(r *run) error {
	trainer := r.training.Trainer
	own := trainer.Rule
	if r.planted != nil { // the lines are those of the right step
		trainer.Rule = r.planted.right
	}
	updates, rates, err := trainer.Updates(d.explained.Gradients())
	trainer.Rule = own
	if err != nil {
		return err
	}
	d.rates = map[string]*graph.Node{}
	for n := range rates {
		d.rates[n.Name()] = n
	}
	values := []*graph.Node{}
	for _, u := range updates {
		values = append(values, u.Value)
	}
	uses := map[*graph.Node]int{}
	for _, n := range graph.Upstream(values...) {
		for _, x := range n.Inputs() {
			uses[x]++
		}
	}
	d.explained.Script().PutTogether(true, append(values, d.explained.Gradients()...)...)
	there := map[*graph.Node]bool{}
	for _, l := range d.lines {
		there[l.node] = true
	}
	for _, u := range updates {
		d.addUpdate(r, u, uses, there)
	}
	return nil
}

// addUpdate adds the line of one assignment, and before it those of values with a symbol
// that do not stand there yet.
func (d *derivation) addUpdate(r *run, u graph.Update, uses map[*graph.Node]int, there map[*graph.Node]bool) {
	script := d.explained.Script()
	layer, rule := r.updated(d, u.Param)
	for _, n := range graph.Upstream(u.Value) {
		if there[n] || n.Op() == nil || !script.HasLine(n) || n == u.Value && uses[n] == 0 {
			continue
		}
		f := script.Line(n)
		d.add(line{stripLine{ID: f.Symbol, Name: f.Symbol, Text: textOf(f), MathML: f.MathML(), Phase: "update", Layer: layer,
			Shape: append([]int{}, n.Shape()...), Rule: "used by the step"}, n, nil})
		there[n] = true
	}
	name := script.Called(d.nodes.Cost.Graph().Use(u.Param))
	f := script.Alias(name, u.Value)
	text, math := f.Text, f.MathML()
	if !there[u.Value] && u.Value.Op() != nil { // how it is computed stands here alone
		whole := script.Line(u.Value)
		head, _, _ := strings.Cut(math, equals)
		_, tail, _ := strings.Cut(whole.MathML(), equals)
		text, math = whole.Text, head+equals+tail
	}
	d.add(line{stripLine{ID: name + "+", Name: name, Text: name + " ← " + text, MathML: strings.Replace(math, equals, "<mo>←</mo>", 1), Phase: "update",
		Layer: layer, Shape: append([]int{}, u.Param.Shape()...), Rule: rule}, u.Value, u.Param})
}

// equals is what MathML has between a symbol and its formula.
const equals = "<mo>=</mo>"

// updated returns the layer that an assigned parameter belongs to, 0 for none, and what it is.
func (r *run) updated(d *derivation, p *graph.Param) (layer int, rule string) {
	if at := slices.Index(r.params, p); at >= 0 {
		return d.layers[at], "update by the rule"
	}
	rule = "kept by the rule"
	if slices.Contains(r.kept, p) {
		rule = "kept by the layer"
	}
	for i, trained := range r.params { // W1 Adam m is of W1, batch-norm1.mean of the layer of batch-norm1.gamma
		title, _, dotted := strings.Cut(trained.Name(), ".")
		if strings.HasPrefix(p.Name(), trained.Name()+" ") || dotted && strings.HasPrefix(p.Name(), title+".") {
			return d.layers[i], rule
		}
	}
	return 0, rule
}
