package optim

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A Batch gives the inputs of a cost their values, by name. Matrices hold one
// column per example.
type Batch map[string]*tensor.Dense

// A Trainer takes steps of a rule on a cost. Its fields are set before the
// first step and not changed after. One Trainer is used by one goroutine.
type Trainer struct {
	// Params are the parameters to train. All have the same dtype, and the cost
	// must depend on each of them.
	Params []*graph.Param

	// Rule updates them.
	Rule Rule

	// Cost builds the cost of a batch of m examples, a scalar, in an empty
	// graph. It is called once per batch size; all sizes share the parameters
	// and the rule's state.
	Cost func(g *graph.Graph, m int) *graph.Node

	// Workers is how many goroutines share the work of a step. See
	// graph.Spec.Workers.
	Workers int

	// Profile makes steps measure their instructions, for Profiled.
	Profile bool

	programs map[key]*program
	last     *program // that ran
	state    *state
}

// key tells the programs of a Trainer apart.
type key struct {
	examples int
	train    bool
}

// program is a compiled cost for one number of examples.
type program struct {
	*graph.Program
	key
	cost   *graph.Node
	inputs map[string]*graph.Node
	feeds  graph.Feeds
	rates  map[string]*graph.Node

	// What Program.Inputs are called in a batch, "" for rates; how many are in
	// one; and room for their values.
	names  []string
	fed    int
	values []any
}

// Step takes one step on a batch and returns the batch's cost before it. The
// number of examples is that of the columns of the batch's matrices.
func (t *Trainer) Step(batch Batch) (cost float64, err error) { return t.run(batch, true) }

// Evaluate returns the cost of a batch and changes nothing.
func (t *Trainer) Evaluate(batch Batch) (cost float64, err error) { return t.run(batch, false) }

// SetRate changes a rate of the rule, such as "learning rate", from the next
// step on.
func (t *Trainer) SetRate(name string, v float64) error {
	if err := t.check(); err != nil {
		return err
	}
	if len(t.programs) == 0 {
		t.learnRates()
	}
	if _, ok := t.state.rates[name]; !ok {
		return fmt.Errorf("optim: the rule has no rate %q; it has %s", name, quoted(t.state.rateNames))
	}
	t.state.rates[name] = v
	for _, p := range t.programs {
		if n, ok := p.rates[name]; ok {
			if err := p.Set(n, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// Profiled returns where the steps on batches of m examples spent their time.
// The field Profile must have been set before the first of them.
func (t *Trainer) Profiled(m int) (graph.Profile, error) {
	p := t.programs[key{m, true}]
	if p == nil {
		return graph.Profile{}, fmt.Errorf("optim: no step was taken on %d examples", m)
	}
	return p.Program.Profile()
}

// learnRates asks the rule which rates it has, before there is a program.
func (t *Trainer) learnRates() {
	if slices.Contains(t.Params, nil) {
		return // the first step reports it
	}
	g := t.newGraph()
	grads := make([]*graph.Node, len(t.Params))
	for i, p := range t.Params {
		grads[i] = g.Fill(0, p.Shape()...)
	}
	t.Rule.Apply(newUpdate(g, t.Params, grads, t.state))
}

// newGraph returns an empty graph of the parameters' dtype.
func (t *Trainer) newGraph() *graph.Graph {
	var s graph.Settings
	if len(t.Params) > 0 && t.Params[0] != nil && t.Params[0].Err() == nil {
		s.Dtype = t.Params[0].Dtype()
	}
	return graph.New(s)
}

// Close frees the buffers of all programs. The parameters and the rule's state
// stay, and a later step compiles anew.
func (t *Trainer) Close() error {
	for _, p := range t.programs {
		if err := p.Program.Close(); err != nil {
			return err
		}
	}
	t.programs, t.last = nil, nil
	return nil
}

func (t *Trainer) run(batch Batch, train bool) (float64, error) {
	if err := t.check(); err != nil {
		return 0, err
	}
	if p := t.last; p != nil && p.train == train && p.take(batch) {
		err := p.RunInOrder(p.values)
		clear(p.values)
		if err != nil {
			return 0, err
		}
		return p.Scalar(p.cost)
	}
	m, err := examples(batch)
	if err != nil {
		return 0, err
	}
	p := t.programs[key{m, train}]
	if p == nil {
		if p, err = t.compile(m, train); err != nil {
			return 0, err
		}
	}
	if err := p.bind(batch); err != nil {
		return 0, err
	}
	err = p.Run(p.feeds)
	clear(p.feeds)
	if err != nil {
		return 0, err
	}
	t.last = p
	return p.Scalar(p.cost)
}

// take puts the values of a batch in the order of the program's inputs. It
// reports false if the batch is not made for that.
func (p *program) take(batch Batch) bool {
	if len(batch) != p.fed {
		return false
	}
	for i, name := range p.names {
		if name == "" {
			continue
		}
		t := batch[name]
		if t == nil {
			return false
		}
		if shape := t.Shape(); len(shape) > 0 && shape[len(shape)-1] != p.examples {
			return false
		}
		p.values[i] = t
	}
	return true
}

// order notes what the inputs are called.
func (p *program) order() {
	p.values = make([]any, len(p.Inputs()))
	for _, n := range p.Inputs() {
		name := n.Name()
		if p.inputs[name] != n {
			name = ""
		} else {
			p.fed++
		}
		p.names = append(p.names, name)
	}
}

// check reports missing settings.
func (t *Trainer) check() error {
	switch {
	case t.Cost == nil:
		return errors.New("optim: the Trainer has no Cost")
	case t.Rule == nil:
		return errors.New("optim: the Trainer has no Rule")
	}
	if t.state == nil {
		t.state = newState()
	}
	if t.programs == nil {
		t.programs = map[key]*program{}
	}
	return nil
}

// examples returns the number of columns that all matrices of a batch have.
func examples(batch Batch) (int, error) {
	m, from := 0, ""
	for name, t := range batch {
		if t == nil {
			return 0, fmt.Errorf("optim: the batch's %q is nil", name)
		}
		shape := t.Shape()
		if len(shape) == 0 {
			continue
		}
		columns := shape[len(shape)-1]
		if m != 0 && columns != m {
			return 0, fmt.Errorf("optim: the batch's %q has %d columns (examples) and its %q has %d", name, columns, from, m)
		}
		m, from = columns, name
	}
	if m == 0 {
		return 0, errors.New("optim: the batch holds no examples")
	}
	return m, nil
}

// compile makes the program for m examples.
func (t *Trainer) compile(m int, train bool) (*program, error) {
	g := t.newGraph()
	cost := t.Cost(g, m)
	if err := g.Err(); err != nil {
		return nil, err // also what was wrong with a layer that has no Params for it
	}
	switch {
	case len(t.Params) == 0:
		return nil, errors.New("optim: the Trainer has no Params")
	case slices.Contains(t.Params, nil):
		return nil, fmt.Errorf("optim: the Trainer's parameter %d is nil", slices.Index(t.Params, nil))
	case cost == nil || cost.Graph() != g:
		return nil, errors.New("optim: Cost returned no node of the graph that it was given")
	case len(cost.Shape()) != 0:
		return nil, fmt.Errorf("optim: Cost returned a node of shape %v, a scalar expected", cost.Shape())
	}
	p := &program{key: key{m, train}, cost: cost, inputs: map[string]*graph.Node{}, feeds: graph.Feeds{}, rates: map[string]*graph.Node{}}
	for _, n := range g.Nodes() {
		if n.IsInput() {
			p.inputs[n.Name()] = n
		}
	}
	spec := graph.Spec{Outputs: []*graph.Node{cost}, Workers: t.Workers, Profile: t.Profile}
	if train {
		updates, err := t.update(g, cost)
		if err != nil {
			return nil, err
		}
		spec.Updates = updates
	}
	var err error
	if p.Program, err = graph.Compile(spec); err != nil {
		return nil, err
	}
	p.order()
	if train {
		if err := t.bindRates(p); err != nil {
			return nil, err
		}
	}
	t.programs[key{m, train}] = p
	return p, nil
}

// update adds the gradient and one step of the rule to the graph.
func (t *Trainer) update(g *graph.Graph, cost *graph.Node) ([]graph.Update, error) {
	nodes := make([]*graph.Node, len(t.Params))
	for i, p := range t.Params {
		nodes[i] = g.Param(p)
	}
	if err := g.Err(); err != nil {
		return nil, err
	}
	grads, err := graph.Grad(cost, nodes...)
	if err != nil {
		return nil, err
	}
	for i, d := range grads {
		if v, ok := d.ConstValue(); ok && v == 0 {
			return nil, fmt.Errorf("optim: the cost does not depend on parameter %q: its gradient is zero everywhere", t.Params[i].Name())
		}
	}
	u := newUpdate(g, t.Params, grads, t.state)
	t.Rule.Apply(u)
	return u.assign, g.Err()
}

// bindRates gives the program the present values of the rule's rates.
func (t *Trainer) bindRates(p *program) error {
	for _, n := range p.Inputs() {
		v, ok := t.state.rates[n.Name()]
		if !ok || p.inputs[n.Name()] != nil {
			continue
		}
		if err := p.Set(n, v); err != nil {
			return err
		}
		p.rates[n.Name()] = n
	}
	return nil
}

// bind looks the batch's names up among the inputs.
func (p *program) bind(batch Batch) error {
	clear(p.feeds)
	for name, t := range batch {
		n, ok := p.inputs[name]
		if !ok {
			return fmt.Errorf("optim: the cost has no input %q; it has %s", name, quoted(slices.Sorted(maps.Keys(p.inputs))))
		}
		p.feeds[n] = t
	}
	return nil
}

func quoted(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(out, ", ")
}
