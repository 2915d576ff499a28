package play

import (
	"cmp"
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
	if r.planted != nil {
		d.regive(values)
	}
	return d.nodes.Cost.Graph().Err()
}

// regive adds what updates are made of again, of inputs in the place of the gradients.
func (d *derivation) regive(values []*graph.Node) {
	g := d.nodes.Cost.Graph()
	d.regiven = map[*graph.Node]*graph.Node{}
	for i, n := range d.explained.Gradients() {
		d.regiven[n] = g.Input("gradient "+d.nodes.Params[i].Name(), n.Shape()...)
	}
	for _, n := range graph.Upstream(values...) {
		if n.IsBackward() || n.Op() == nil || d.regiven[n] != nil {
			continue
		}
		var in []*graph.Node
		another := false
		for _, x := range n.Inputs() {
			again := d.regiven[x]
			another = another || again != nil
			in = append(in, cmp.Or(again, x))
		}
		if another {
			d.regiven[n] = n.Op().Apply(in...)
		}
	}
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
	text, math := assignment(script, name, u.Value, !there[u.Value])
	d.add(line{stripLine{ID: name + "+", Name: name, Text: text, MathML: math, Phase: "update",
		Layer: layer, Shape: append([]int{}, u.Param.Shape()...), Rule: rule}, u.Value, u.Param})
}

// assignment writes a line such as W1 ← W1 − dW1 ⊙ α, alone if how the value is computed
// stands in no other line.
func assignment(script *graph.Script, name string, value *graph.Node, alone bool) (text, mathml string) {
	f := script.Alias(name, value)
	text, mathml = f.Text, f.MathML()
	if alone && value.Op() != nil {
		whole := script.Line(value)
		head, _, _ := strings.Cut(mathml, equals)
		_, tail, _ := strings.Cut(whole.MathML(), equals)
		text, mathml = whole.Text, head+equals+tail
	}
	return withAlpha(name + " ← " + text), withAlpha(strings.Replace(mathml, equals, "<mo>←</mo>", 1))
}

// withAlpha calls the learning rate α in a text or MathML.
func withAlpha(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "<mtext>learning rate</mtext>", "<mi>α</mi>"), learningRate, "α")
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
