package optim

import (
	"fmt"
	"slices"

	"chainrule/graph"
	"chainrule/internal/words"
)

// Updates adds one step of the rule to a graph that has the gradients, one for each of
// Params in their order, for who reads the step, runs it or writes it down otherwise than by
// Step. It returns what the step assigns, the rule's assignments and then those of the graph
// itself (graph.Graph.Assignments), and the present rates as feeds of the scalar inputs that
// it added, which are called as in Rates. The rule's state is the Trainer's, which stays as
// it is. Gradients that are nil, of several graphs or of other shapes are an error, and so is
// a second call on one graph, which has the rates already.
func (t *Trainer) Updates(grads []*graph.Node) (updates []graph.Update, rates graph.Feeds, err error) {
	if err := t.begin(); err != nil {
		return nil, nil, err
	}
	defer t.end()
	if err := t.learn(); err != nil {
		return nil, nil, err
	}
	if len(grads) != len(t.Params) {
		return nil, nil, fmt.Errorf("optim: Updates was given %s, one for each of %s expected", words.Count(len(grads), "gradient"), words.Count(len(t.Params), "parameter"))
	}
	for i, p := range t.Params {
		d := grads[i]
		if err := d.Err(); err != nil {
			return nil, nil, fmt.Errorf("optim: Updates: the gradient of parameter %q: %w", p.Name(), err)
		}
		switch {
		case d.Graph() != grads[0].Graph():
			return nil, nil, fmt.Errorf("optim: Updates: the gradient of parameter %q is of another graph than that of %q", p.Name(), t.Params[0].Name())
		case !slices.Equal(d.Shape(), p.Shape()):
			return nil, nil, fmt.Errorf("optim: Updates: the gradient of parameter %q has shape %v, %v expected", p.Name(), d.Shape(), p.Shape())
		}
	}
	state := t.state.clone() // what the rule asks for beyond it, which none should, is the graph's alone
	u, err := t.step(grads[0].Graph(), grads, &state)
	if err != nil {
		return nil, nil, err
	}
	rates = graph.Feeds{}
	for name, n := range u.rates {
		rates[n] = state.rates[name]
	}
	return u.assign, rates, nil
}
