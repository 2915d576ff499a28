package optim

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"chainrule/graph"
)

// key tells the programs of a Trainer apart.
type key struct {
	examples int
	train    bool
	finite   bool // steps that are not are refused
}

// program is a compiled cost for one number of examples.
type program struct {
	*graph.Program
	key
	cost   *graph.Node
	inputs map[string]*graph.Node // of the cost, by name
	rates  map[string]*graph.Node // of the rule

	changes []*graph.Param // by a step

	// What Program.Inputs are called in a batch, "" for rates, and a batch's
	// values in that order.
	names  []string
	nodes  []*graph.Node
	ranks  []int
	values []any // nil or *tensor.Dense
}

// program returns the program for a batch, with the batch's values in it, as
// the first of the programs. Those that are there are asked whether the batch is
// made for them, which is faster than to look through the batch.
func (t *Trainer) program(batch Batch, train, finite bool) (*program, error) {
	for i, p := range t.programs {
		if p.train == train && p.finite == finite && p.take(batch) {
			if i > 0 {
				t.use(i)
			}
			return p, nil
		}
		clear(p.values)
	}
	m, err := t.examples(batch, train)
	if err != nil {
		return nil, err
	}
	k := key{m, train, finite}
	i := slices.IndexFunc(t.programs, func(p *program) bool { return p.key == k })
	if i < 0 {
		p, err := t.compile(k)
		if err != nil {
			return nil, err
		}
		i = len(t.programs)
		t.programs = append(t.programs, p)
	}
	p := t.programs[i]
	t.use(i)
	if err := t.dropOldest(); err != nil {
		return nil, err
	}
	if p.take(batch) {
		return p, nil
	}
	if err := p.check(batch); err != nil {
		clear(p.values)
		return nil, err
	}
	return p, nil
}

// use moves program i to the front.
func (t *Trainer) use(i int) {
	p := t.programs[i]
	copy(t.programs[1:i+1], t.programs[:i])
	t.programs[0] = p
}

// dropOldest closes the program that was used least lately, if there are too
// many.
func (t *Trainer) dropOldest() error {
	most := t.Programs
	if most == 0 {
		most = defaultPrograms
	}
	if len(t.programs) <= most {
		return nil
	}
	err := t.programs[most].Close()
	t.programs = slices.Delete(t.programs, most, most+1)
	return err
}

// compile makes the program of a key. If that fails the rule's state is as it was.
func (t *Trainer) compile(k key) (p *program, err error) {
	before := t.state.clone()
	defer func() {
		if p == nil || err != nil {
			p, t.state = nil, before
		}
	}()
	p, spec, err := t.build(k)
	if err != nil {
		return nil, err
	}
	if p.Program, err = graph.Compile(spec); err != nil {
		return nil, err
	}
	return p, p.order(t.state.rates)
}

// build makes the graph of a program, and what is to be compiled of it.
func (t *Trainer) build(k key) (p *program, spec graph.Spec, err error) {
	g := t.newGraph(k.train)
	var cost *graph.Node
	if err := call("Cost", func() { cost = t.Cost(g, k.examples) }); err != nil {
		return nil, spec, err
	}
	if err := g.Err(); err != nil { // also what was wrong with a layer that has no Params for it
		if k.examples == 0 {
			err = fmt.Errorf("optim: the batch holds no examples, without which the cost cannot be built: %w", err)
		}
		return nil, spec, err
	}
	if err := t.checkParams(); err != nil {
		return nil, spec, err
	}
	switch {
	case cost == nil || cost.Graph() != g:
		return nil, spec, errors.New("optim: Cost returned no node of the graph that it was given")
	case len(cost.Shape()) != 0:
		return nil, spec, fmt.Errorf("optim: Cost returned a node of shape %v, a scalar expected", cost.Shape())
	}
	p = &program{key: k, cost: cost, inputs: map[string]*graph.Node{}, rates: map[string]*graph.Node{}}
	for _, n := range g.Nodes() {
		if n.IsInput() {
			p.inputs[n.Name()] = n
		}
	}
	spec = graph.Spec{Outputs: []*graph.Node{cost}, Workers: t.Workers, Profile: t.Profile, Finite: k.finite}
	if k.train {
		if spec.Updates, err = t.updates(g, cost); err != nil {
			return nil, spec, err
		}
		for _, a := range spec.Updates {
			p.changes = append(p.changes, a.Param)
		}
	}
	return p, spec, nil
}

// call calls a function of the user's and returns its panic as an error.
func call(name string, f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("optim: %w", graph.Recovered("the Trainer's "+name, r))
		}
	}()
	f()
	return nil
}

// apply has the rule write its step.
func (t *Trainer) apply(u *Update) error {
	if err := call("Rule", func() { t.Rule.Apply(u) }); err != nil {
		return err
	}
	return u.graph.Err()
}

// newGraph returns an empty graph of the parameters' dtype.
func (t *Trainer) newGraph(train bool) *graph.Graph {
	s := graph.Settings{Training: train}
	if len(t.Params) > 0 && t.Params[0] != nil && t.Params[0].Err() == nil {
		s.Dtype = t.Params[0].Dtype()
	}
	return graph.New(s)
}

// updates adds the gradient and one step of the rule to the graph, and returns
// the rule's assignments and the layers'.
func (t *Trainer) updates(g *graph.Graph, cost *graph.Node) ([]graph.Update, error) {
	nodes := make([]*graph.Node, len(t.Params))
	for i, p := range t.Params {
		nodes[i] = g.Use(p)
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
			return nil, noGradient(g, t.Params[i])
		}
	}
	u, err := t.step(g, grads, &t.state)
	if err != nil {
		return nil, err
	}
	t.state.known = true
	for _, a := range g.Assignments() {
		if !slices.Contains(t.assigned, a.Param) {
			t.assigned = append(t.assigned, a.Param)
		}
	}
	return u.assign, nil
}

// step adds a step of the rule by the gradients to the graph, and what the graph assigns.
func (t *Trainer) step(g *graph.Graph, grads []*graph.Node, s *state) (*Update, error) {
	u := newUpdate(g, t.Params, grads, s)
	if err := t.apply(u); err != nil {
		return nil, err
	}
	for _, a := range g.Assignments() {
		if slices.ContainsFunc(u.assign, func(b graph.Update) bool { return b.Param == a.Param }) {
			return nil, fmt.Errorf("optim: parameter %q is updated by the rule and assigned in the cost's graph: one of the two expected", a.Param.Name())
		}
		u.Assign(a.Param, a.Value)
	}
	return u, nil
}

// noGradient is the error of a trained parameter on which the cost does not
// depend. One that the graph assigns is a layer's state, and not to be trained.
func noGradient(g *graph.Graph, p *graph.Param) error {
	if slices.ContainsFunc(g.Assignments(), func(a graph.Update) bool { return a.Param == p }) {
		return fmt.Errorf("optim: parameter %q is trained by the rule and assigned in the cost's graph: one of the two expected, and the cost does not depend on it", p.Name())
	}
	return fmt.Errorf("optim: the cost does not depend on parameter %q: its gradient is zero everywhere", p.Name())
}

// order notes what the inputs are called, and gives those that are rates their
// values.
func (p *program) order(rates map[string]float64) error {
	inputs := p.Inputs()
	p.names, p.nodes, p.ranks, p.values = make([]string, len(inputs)), inputs, make([]int, len(inputs)), make([]any, len(inputs))
	for i, n := range inputs {
		p.ranks[i] = len(n.Shape())
		name := n.Name()
		v, isRate := rates[name]
		if p.inputs[name] != nil || !isRate {
			p.names[i] = name
			continue
		}
		p.rates[name] = n
		if err := p.Set(n, v); err != nil {
			return err
		}
	}
	return nil
}

// take puts the values of a batch in the order of the program's inputs. It
// reports whether the batch has these, nothing else and the program's number of
// columns.
func (p *program) take(batch Batch) bool {
	taken, columns := 0, 0
	for i, name := range p.names {
		if name == "" {
			continue
		}
		p.values[i] = nil
		t := batch[name]
		if t == nil {
			return false
		}
		p.values[i] = t
		taken++
		switch shape := t.Shape(); {
		case len(shape) < p.ranks[i]:
			if !p.nodes[i].Takes(shape...) {
				return false
			}
			columns = p.examples
		case len(shape) > 0:
			if columns = shape[len(shape)-1]; columns != p.examples {
				return false
			}
		}
	}
	return taken == len(batch) && columns == p.examples
}

// run computes the cost of the batch that was taken, and takes the step if the
// program has one.
func (p *program) run() (float64, error) {
	err := p.RunInOrder(p.values)
	clear(p.values)
	if err != nil {
		return 0, refused(err)
	}
	return p.Scalar(p.cost)
}

// refused says of the error of a run that is not finite what has become of the step.
func refused(err error) error {
	if n := (*graph.NotFinite)(nil); errors.As(err, &n) {
		return fmt.Errorf("optim: the step is refused and nothing has changed: %w", err)
	}
	return err
}

// check reports values of a batch that belong to no input of the cost, that do
// not fit an input on which the cost does not depend, or that are missing. The
// rest is checked by running the program.
func (p *program) check(batch Batch) error {
	for name, t := range batch {
		n, ok := p.inputs[name]
		switch {
		case !ok:
			return fmt.Errorf("optim: the cost has no input %q; it has %s", name, quoted(slices.Sorted(maps.Keys(p.inputs))))
		case slices.Contains(p.names, name):
		case !n.Takes(t.Shape()...) || t.Dtype() != n.Graph().Dtype():
			return fmt.Errorf("optim: the batch's %q is of shape %v and %v, %v and %v expected", name, t.Shape(), t.Dtype(), n.Shape(), n.Graph().Dtype())
		}
	}
	for _, name := range p.names {
		if name != "" && batch[name] == nil {
			return fmt.Errorf("optim: the batch has no %q; it has %s", name, quoted(slices.Sorted(maps.Keys(batch))))
		}
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
