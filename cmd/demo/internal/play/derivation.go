package play

import (
	"chainrule/graph"
	"chainrule/graph/explain"
	settings "chainrule/internal/experiment"
	"chainrule/optim/experiment"
	"slices"
)

// A derivation is how a step of a run on a batch of some size is computed, as nodes and
// lines; it has no values.
type derivation struct {
	batch      int
	convention explain.Convention
	nodes      experiment.Nodes
	explained  *explain.Derivation
	lines      []line
	layers     []int         // that each parameter belongs to, from 1
	through    []*graph.Node // what each layer gives, of a graph of its own
}

// A line is one line of a derivation.
type line struct {
	stripLine
	node *graph.Node
}

// derivation returns that of a batch of m examples.
func (r *run) derivation(m int, convention explain.Convention) (*derivation, error) {
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
	for _, n := range graph.Upstream(d.nodes.Cost) {
		for _, x := range n.Inputs() {
			of[n] = max(of[n], of[x])
		}
		gradients[script.GradientOf(n)] = of[n]
	}
	of[d.nodes.Cost] = 0
	for _, part := range []struct {
		phase string
		lines []explain.Line
	}{{"given", d.explained.Given}, {"forward", d.explained.Forward}, {"backward", d.explained.Backward}} {
		for _, l := range part.lines {
			one := line{stripLine{ID: l.Symbol, Phase: part.phase, Layer: of[l.Node], Name: l.Symbol, Text: l.String(), MathML: l.MathML(),
				Shape: append([]int{}, l.Node.Shape()...), Rule: l.Rule}, l.Node}
			if part.phase == "backward" {
				one.Layer = gradients[l.Symbol]
			}
			d.lines = append(d.lines, one)
		}
	}
	return d, nil
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
