package explain

import (
	"slices"

	"chainrule/graph"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// A Derivation is the computation of a cost, and how the chain rule leads from
// it back to its gradient, line by line in the notation of the notes. Its
// methods write it as text, LaTeX, Markdown and HTML.
type Derivation struct {
	Title string // heads documents, if it is not empty
	Intro string // a paragraph under the title, if it is not empty

	Given    []Line // inputs and parameters
	Forward  []Line
	Raw      []Line // the way back as the chain rule alone gives it; only of DeriveRaw
	Output   []Line // the way back through a sigmoid output, as the cost of its values gives it; only of DeriveRaw
	Backward []Line // the way back after simplification, as one derives it by hand

	// Loops are the loops in Forward and Backward, step by step; Raw's are among them only
	// where they are the same.
	Loops []Loop

	// Note says what the d of dZ2 stands for in Raw and Backward, and why. It
	// stands under the first of them.
	Note string

	outputNote string // stands above Output

	script    *graph.Script
	gradients []*graph.Node
	symbols   []string // of the gradients
}

// Script returns how the derivation calls nodes and writes them, for pictures.
func (d *Derivation) Script() *graph.Script { return d.orEmpty().script }

// Gradients returns the derivatives with respect to the nodes that were asked for,
// each once, in their order: the nodes of the last lines of Backward.
func (d *Derivation) Gradients() []*graph.Node { return slices.Clone(d.orEmpty().gradients) }

// A Line is a line of a derivation.
type Line struct {
	graph.Formula
	Rule  string        // why: "product: gradient of the left factor"
	Value *tensor.Dense // set by Evaluate

	// Near is shown beside Value, if it is not nil: the same by other means, such
	// as central differences. NaN stands for an entry that is not known.
	Near *tensor.Dense

	Remark string // more to be shown with the line, such as the outcome of a check
}

// Derive returns the derivation of the gradient of cost, a node with one entry,
// with respect to each of xs. The lines of the backward pass stand in the order
// of back-propagation: of every layer dZ, dW, db, the last layer first. Derive
// adds the nodes of the gradient to cost's graph, as graph.Grad does. The
// convention is that of the notes, see [Notes]; the method of Settings takes
// another.
func Derive(cost *graph.Node, xs ...*graph.Node) (*Derivation, error) {
	return Settings{}.Derive(cost, xs...)
}

// Derive is the function Derive.
func (s Settings) Derive(cost *graph.Node, xs ...*graph.Node) (*Derivation, error) {
	d, _, err := s.derive(cost, xs)
	return d, err
}

func (s Settings) derive(cost *graph.Node, xs []*graph.Node) (*Derivation, *explainer, error) {
	e, err := newExplainer(s, cost, xs, nil)
	if err != nil {
		return nil, nil, err
	}
	var symbols []string
	for _, x := range e.xs {
		symbols = append(symbols, e.script.GradientOf(x))
	}
	return &Derivation{symbols: symbols, Given: e.given(), Forward: e.forward(), Backward: e.backward(), Note: e.note(), Loops: e.loops(),
		script: e.script, gradients: e.derivatives}, e, nil
}

// DeriveRaw is Derive with the derivation before simplification besides: each
// line one rule of the chain rule, and nothing put together. Where the cost is the
// cross-entropy of a sigmoid, which is computed from the logits, the way back
// through the sigmoid's values stands in Output; its nodes are added to the graph too.
func DeriveRaw(cost *graph.Node, xs ...*graph.Node) (*Derivation, error) {
	return Settings{}.DeriveRaw(cost, xs...)
}

// DeriveRaw is the function DeriveRaw.
func (s Settings) DeriveRaw(cost *graph.Node, xs ...*graph.Node) (*Derivation, error) {
	d, e, err := s.derive(cost, xs)
	if err != nil {
		return nil, err
	}
	if d.Output, d.outputNote, err = e.throughOutput(); err != nil {
		return nil, err
	}
	raw, err := newExplainer(s, cost, xs, e) // last, as graphs call gradients by the names of the last ones
	if err != nil {
		return nil, err
	}
	d.Raw = raw.backward()
	return d, nil
}

// Evaluate computes the Value of every line from the feeds and the present
// values of the parameters.
func (d *Derivation) Evaluate(feeds graph.Feeds) error {
	var outputs []*graph.Node
	seen := map[*graph.Node]bool{}
	for _, p := range d.passes() {
		for _, s := range p.lines {
			if !seen[s.Node] {
				seen[s.Node] = true
				outputs = append(outputs, s.Node)
			}
		}
	}
	p, err := graph.Compile(graph.Spec{Outputs: outputs})
	if err != nil {
		return err
	}
	defer p.Close()
	if err := p.Run(feeds); err != nil {
		return err
	}
	for _, part := range d.passes() {
		for i := range part.lines {
			v, err := p.Value(part.lines[i].Node)
			if err != nil {
				return err
			}
			part.lines[i].Value = v
		}
	}
	return nil
}

// orEmpty returns an empty derivation for a nil one.
func (d *Derivation) orEmpty() *Derivation {
	if d == nil {
		return &Derivation{}
	}
	return d
}

// A part of a derivation is a list of lines under a heading.
type part struct {
	title string
	lines []Line
	note  string // under the title, if it is not empty
}

// parts returns the parts that are not empty.
func (d *Derivation) parts() []part {
	out := d.passes()
	for _, l := range d.orEmpty().Loops {
		out = append(out, part{l.Title, l.Lines, l.Note})
	}
	return out
}

// passes returns the parts that are not empty, but for those of loops, whose lines
// have no values.
func (d *Derivation) passes() []part {
	d = d.orEmpty()
	all := []part{{title: "Given", lines: d.Given}, {title: "Forward", lines: d.Forward}}
	if len(d.Raw) > 0 {
		all = append(all, part{"Backward, rule by rule", d.Raw, d.Note}, part{"Backward through the output", d.Output, d.outputNote},
			part{title: "Backward, simplified", lines: d.Backward})
	} else {
		all = append(all, part{"Backward", d.Backward, d.Note})
	}
	var out []part
	for _, p := range all {
		if len(p.lines) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// check reports what cannot be explained.
func check(cost *graph.Node, xs []*graph.Node) error {
	if cost != nil && cost.Graph() != nil && len(xs) == 0 {
		return graph.Errorf("Derive", "%s: no nodes given to differentiate with respect to, at least one expected", cost.Symbol())
	}
	fits := cost.Err() == nil && cost.Shape().TotalSize() == 1
	for _, x := range xs {
		fits = fits && x.Err() == nil && x.Graph() == cost.Graph()
	}
	if fits {
		return cost.Graph().Err()
	}
	_, err := graph.Grad(cost, xs...) // which says what is wrong
	return err
}

// shapeText writes a shape for people.
func shapeText(shape []int) string {
	if len(shape) == 0 {
		return "scalar"
	}
	return words.Shape(shape...)
}
