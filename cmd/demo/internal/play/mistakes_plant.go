package play

import (
	"fmt"
	"reflect"

	"chainrule/graph"
	"chainrule/optim"
	"chainrule/optim/experiment"
	"gorgonia.org/tensor"
)

// Planted are the mistakes that a run makes. A nil one makes none.
type planted struct {
	e      *experiment.Experiment
	right  optim.Rule // the rule of the settings
	wrong  formulas
	uphill bool            // the rule takes gradients with the other sign
	starts []*tensor.Dense // the parameters of the settings, in order
	began  []*tensor.Dense // and those that the run begins with

	cost  func(g *graph.Graph, m int) *graph.Node
	nodes experiment.Nodes // of the graph that was built last
}

// plant has a run make the mistakes that a text names, such as "no-mean+sign". It changes
// the trainer, which has taken no step, and the parameters that it starts from. Without
// mistakes it returns nil.
func plant(e *experiment.Experiment, t *optim.Trainer, names string) (*planted, error) {
	made, err := mistakesNamed(names, e)
	if err != nil || len(made) == 0 {
		return nil, err
	}
	p := &planted{e: e, right: t.Rule, cost: t.Cost}
	for _, q := range e.Network.Params() {
		p.starts = append(p.starts, q.Value())
	}
	rule := t.Rule
	for _, m := range made {
		if err := p.wrong.add(m.wrong); err != nil {
			return nil, fmt.Errorf("%s: %w", names, err)
		}
		if m.rule != nil {
			rule = m.rule(rule, e.Network.Params())
			_, up := rule.(uphill)
			p.uphill = p.uphill || up
		}
		if m.start {
			if err := zeroWeights(e); err != nil {
				return nil, err
			}
		}
	}
	t.Cost, t.Rule = p.build, wrongRule{p.change, rule} // whose gradients a wrong rule is given
	for _, q := range e.Network.Params() {
		p.began = append(p.began, q.Value())
	}
	return p, nil
}

// add puts in the formulas of another mistake. Two that write the same one are an error.
func (f *formulas) add(other formulas) error {
	to, from := reflect.ValueOf(f).Elem(), reflect.ValueOf(other)
	for i := range from.NumField() {
		if from.Field(i).IsNil() {
			continue
		}
		if !to.Field(i).IsNil() {
			return fmt.Errorf("two of the mistakes are in the same place, different ones expected")
		}
		to.Field(i).Set(from.Field(i))
	}
	return nil
}

func (f formulas) isZero() bool { return reflect.ValueOf(f).IsZero() }

// zeroWeights sets all W to 0.
func zeroWeights(e *experiment.Experiment) error {
	params := e.Network.Params()
	for i := 0; i < len(params); i += 2 {
		if err := params[i].Set(tensor.New(tensor.Of(e.Dtype()), tensor.WithShape(params[i].Shape()...))); err != nil {
			return err
		}
	}
	return nil
}

// build is the trainer's Cost.
func (p *planted) build(g *graph.Graph, m int) *graph.Node {
	p.nodes = p.e.Express(g, m)
	return p.nodes.Cost
}

// wrongRule has a rule take its step by gradients that change has changed. That is a
// function, so that checkpoints, which hold a rule's fields, do not hold a graph.
type wrongRule struct {
	Change func(u *optim.Update) error
	Rule   optim.Rule
}

// Apply writes one step.
func (r wrongRule) Apply(u *optim.Update) {
	if err := r.Change(u); err != nil {
		graph.Fail(err, u.Grads...)
		return
	}
	r.Rule.Apply(u)
}

// change puts the gradients of the wrong backward pass in. In a graph without the cost, by
// which a trainer finds out what a rule keeps, there is none.
func (p *planted) change(u *optim.Update) error {
	if cost := p.nodes.Cost; p.wrong.isZero() || cost.Err() != nil || cost.Graph() != u.Graph() {
		return nil
	}
	right, err := rightPass(p.nodes)
	if err != nil {
		return err
	}
	if p.wrong.Weights != nil { // of plain gradient descent, whose rate is given
		right.rate = u.Rate(learningRate, p.e.Settings.Rule.Rate)
	}
	wrong, err := p.wrong.pass(right)
	if err != nil {
		return err
	}
	for l := range wrong.dZ { // what is right keeps the bits of a run without mistakes
		if wrong.dW[l] != right.dW[l] {
			u.Grads[2*l] = wrong.dW[l]
		}
		if wrong.db[l] != right.db[l] {
			u.Grads[2*l+1] = wrong.db[l]
		}
	}
	return nil
}
