package play

import (
	"fmt"
	"slices"

	"chainrule/graph"
	"chainrule/graph/explain"
	settings "chainrule/internal/experiment"
	"chainrule/optim/experiment"
)

// A derivation is how a step of a run on a batch of some size is computed, as nodes and
// lines; it has no values.
type derivation struct {
	batch      int
	convention explain.Convention
	nodes      experiment.Nodes
	explained  *explain.Derivation
	lines      []line
	layers     []int                  // that each parameter belongs to, from 1
	through    []*graph.Node          // what each layer gives, of a graph of its own
	rates      map[string]*graph.Node // inputs of the graph, of the rule

	// Of a run with a mistake: what updates are made of, made of inputs in the place of the
	// gradients, and those inputs by the gradients.
	regiven map[*graph.Node]*graph.Node

	program *graph.Program // of all lines; nil before it is asked for
}

// A line is one line of a derivation.
type line struct {
	stripLine
	node *graph.Node
	sets *graph.Param // of an update, what it assigns
}

// derivation returns that of a batch of m examples. The last one is kept.
func (r *run) derivation(m int, convention explain.Convention) (*derivation, error) {
	if d := r.derived; d != nil && d.batch == m && d.convention == convention {
		return d, nil
	}
	d, err := r.newDerivation(m, convention)
	if err != nil {
		return nil, err
	}
	r.derived.close()
	r.derived = d
	return d, nil
}

func (d *derivation) close() {
	if d != nil {
		d.program.Close() // nothing is running
	}
}

func (r *run) newDerivation(m int, convention explain.Convention) (*derivation, error) {
	e := r.exp
	g := graph.New(graph.Settings{Dtype: e.Dtype(), Training: true})
	d := &derivation{batch: m, convention: convention, nodes: e.Express(g, m), layers: layersOf(r.settings.Layers)}
	d.through, _ = throughLayers(e, e.NewGraph().Input("X", e.Settings.Inputs, 1))
	var err error
	if d.explained, err = (explain.Settings{Convention: convention}).Derive(d.nodes.Cost, d.nodes.Params...); err != nil {
		return nil, err
	}
	of := map[*graph.Node]int{} // the layer of a node: the last of whose parameters it is computed from
	for i, p := range d.nodes.Params {
		of[p] = d.layers[i]
	}
	script := d.explained.Script()
	gradients := map[string]int{}
	ofCost := map[*graph.Node]bool{d.nodes.Y: true} // what is compared with the labels is of no layer
	for _, n := range g.Nodes() {
		if n.IsBackward() {
			continue
		}
		for _, x := range n.Inputs() {
			of[n], ofCost[n] = max(of[n], of[x]), ofCost[n] || ofCost[x]
		}
		if ofCost[n] {
			of[n] = 0
		}
		gradients[script.GradientOf(n)] = of[n]
	}
	for _, part := range []struct {
		phase string
		lines []explain.Line
	}{{"given", d.explained.Given}, {"forward", d.explained.Forward}, {"backward", d.explained.Backward}} {
		for _, l := range part.lines {
			one := line{stripLine{ID: l.Symbol, Phase: part.phase, Layer: of[l.Node], Name: l.Symbol, Text: textOf(l.Formula), MathML: l.MathML(),
				Shape: append([]int{}, l.Node.Shape()...), Rule: l.Rule}, l.Node, nil}
			if part.phase == "backward" {
				one.Layer = gradients[l.Symbol]
			}
			d.add(one)
		}
	}
	return d, d.addUpdates(r)
}

// add appends a line, in which the learning rate is α, and whose id is no other's.
func (d *derivation) add(l line) {
	l.Text, l.MathML = withAlpha(l.Text), withAlpha(l.MathML)
	for id := l.ID; d.line(l.ID) != nil; {
		l.ID = fmt.Sprintf("%s (%d)", id, len(d.lines))
	}
	d.lines = append(d.lines, l)
}

// textOf is a formula without its shape.
func textOf(f graph.Formula) string {
	if f.Text == "" {
		return f.Symbol
	}
	return f.Symbol + " = " + f.Text
}

// line returns the line of an id, nil if there is none.
func (d *derivation) line(id string) *line {
	for i := range d.lines {
		if d.lines[i].ID == id {
			return &d.lines[i]
		}
	}
	return nil
}

// layersOf returns for each parameter of a network the layer that it belongs to, from 1.
func layersOf(list []settings.Layer) (of []int) {
	for i, l := range list {
		of = append(of, slices.Repeat([]int{i + 1}, paramsOf(l))...)
	}
	return of
}

// paramsOf counts the parameters of a layer.
func paramsOf(l settings.Layer) (n int) {
	switch l.Kind {
	case settings.Dense, settings.BatchNorm, settings.LayerNorm:
		return 2
	}
	for _, inner := range l.Layers {
		n += paramsOf(inner)
	}
	return n
}
