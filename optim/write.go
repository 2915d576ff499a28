package optim

import (
	"fmt"
	"slices"

	"chainrule/graph"
)

// Write adds one step of the rule to a graph that has the gradients, one for each of
// Params in their order, and returns what the step assigns, what the graph itself assigns
// included, and the present rates as feeds of the inputs that it added. It is for those who
// write a step down or run it themselves, as explain.Program does: Trainer's own steps need
// no call. Gradients that are nil, of several graphs or of other shapes are an error, and so
// is a second call on one graph, which has the rates already.
func (t *Trainer) Write(grads []*graph.Node) (updates []graph.Update, rates graph.Feeds, err error) {
	if err := t.begin(); err != nil {
		return nil, nil, err
	}
	defer t.end()
	before := t.state.clone()
	defer func() {
		if err != nil {
			t.state = before
		}
	}()
	if err := t.checkParams(); err != nil {
		return nil, nil, err
	}
	if len(grads) != len(t.Params) {
		return nil, nil, fmt.Errorf("optim: Write was given %d gradients for %d parameters", len(grads), len(t.Params))
	}
	var g *graph.Graph
	for i, p := range t.Params {
		d := grads[i]
		if err := d.Err(); err != nil {
			return nil, nil, fmt.Errorf("optim: the gradient of parameter %q: %w", p.Name(), err)
		}
		if g == nil {
			g = d.Graph()
		}
		switch {
		case d.Graph() != g:
			return nil, nil, fmt.Errorf("optim: the gradient of parameter %q is of another graph than that of %q", p.Name(), t.Params[0].Name())
		case !slices.Equal(d.Shape(), p.Shape()):
			return nil, nil, fmt.Errorf("optim: the gradient of parameter %q has shape %v, %v expected", p.Name(), d.Shape(), p.Shape())
		}
	}
	u, err := t.write(g, grads)
	if err != nil {
		return nil, nil, err
	}
	rates = graph.Feeds{}
	for name, n := range u.rates {
		rates[n] = t.state.rates[name]
	}
	return u.assign, rates, nil
}
