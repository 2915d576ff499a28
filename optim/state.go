package optim

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"chainrule/graph"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// state is what a rule keeps from step to step, for all batch sizes.
type state struct {
	known     bool // the rule has been asked
	rates     map[string]float64
	rateNames []string
	params    []*graph.Param // in the order in which the rule asked for them
}

// State returns what the rule keeps from step to step, such as running means of
// gradients, as parameters. They are there, at zero, before the first step, in
// an order and with names that depend on the rule and on Params alone. With
// Params, Rates and what layers keep for themselves they are a checkpoint.
func (t *Trainer) State() ([]*graph.Param, error) {
	if err := t.begin(); err != nil {
		return nil, err
	}
	defer t.end()
	if err := t.learn(); err != nil {
		return nil, err
	}
	return slices.Clone(t.state.params), nil
}

// Rates returns the present rates of the rule by name.
func (t *Trainer) Rates() (map[string]float64, error) {
	if err := t.begin(); err != nil {
		return nil, err
	}
	defer t.end()
	if err := t.learn(); err != nil {
		return nil, err
	}
	return maps.Clone(t.state.rates), nil
}

// SetRate changes a rate of the rule, such as "learning rate", from the next
// step on. It is a finite number above 0, or 0, by which nothing moves.
func (t *Trainer) SetRate(name string, v float64) error {
	if err := t.begin(); err != nil {
		return err
	}
	defer t.end()
	if err := t.learn(); err != nil {
		return err
	}
	if _, ok := t.state.rates[name]; !ok {
		return fmt.Errorf("optim: the rule has no rate %q; it has %s", name, quoted(t.state.rateNames))
	}
	if r := roundedTo(t.Params[0].Dtype(), v); !isRate(r) {
		return fmt.Errorf("optim: SetRate of %q: "+rateError, name, r)
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

// rateError is how a rate that is none is reported; a field of a rule, in which
// 0 stands for nothing given, is reported in the same words.
const rateError = positiveError + ", or 0 to stand still"

// isRate reports whether v can be the value of a rate.
func isRate(v float64) bool { return v >= 0 && !math.IsInf(v, 1) }

// learn asks the rule what it keeps, unless a step has.
func (t *Trainer) learn() (err error) {
	if t.state.known {
		return nil
	}
	before := t.state.clone()
	defer func() {
		if !t.state.known {
			t.state = before
		}
	}()
	if err := t.checkParams(); err != nil {
		return err
	}
	g := t.newGraph(true)
	grads := make([]*graph.Node, len(t.Params))
	for i, p := range t.Params {
		grads[i] = g.Const(0, g.Use(p).Shape()...)
	}
	if err := g.Err(); err != nil {
		return err
	}
	err = t.apply(newUpdate(g, t.Params, grads, &t.state))
	t.state.known = err == nil
	return err
}

// Updates adds one step of the rule to a graph, for who reads or runs it otherwise than by
// Step: grads are nodes of the graph, the gradients of Params in their order, and what is
// returned are the rule's assignments. The rule's state is the Trainer's; its rates are
// scalar inputs of the graph by their names, to be fed from Rates. What layers assign is in
// graph.Graph.Assignments.
func (t *Trainer) Updates(g *graph.Graph, grads []*graph.Node) ([]graph.Update, error) {
	if err := t.begin(); err != nil {
		return nil, err
	}
	defer t.end()
	if err := t.learn(); err != nil {
		return nil, err
	}
	if len(grads) != len(t.Params) {
		return nil, fmt.Errorf("optim: Updates was given %s, one for each of %s expected", words.Count(len(grads), "gradient"), words.Count(len(t.Params), "parameter"))
	}
	for i, d := range grads {
		switch {
		case g == nil || d == nil || d.Graph() != g:
			return nil, fmt.Errorf("optim: Updates was given a gradient %d that is no node of the graph", i)
		case !slices.Equal(d.Shape(), t.Params[i].Shape()):
			return nil, fmt.Errorf("optim: Updates was given a gradient of %q of shape %v, %v expected", t.Params[i].Name(), d.Shape(), t.Params[i].Shape())
		}
	}
	state := t.state.clone() // which the rule has asked for all of
	u := newUpdate(g, t.Params, grads, &state)
	if err := t.apply(u); err != nil {
		return nil, err
	}
	return u.assign, nil
}

// clone returns a copy, whose parameters are the same.
func (s *state) clone() state {
	return state{known: s.known, rates: maps.Clone(s.rates), rateNames: slices.Clone(s.rateNames), params: slices.Clone(s.params)}
}

// param returns the parameter of that name, which is made unless it is there.
func (s *state) param(u *Update, name string, dtype tensor.Dtype, shape tensor.Shape) *graph.Param {
	at := slices.IndexFunc(s.params, func(p *graph.Param) bool { return p.Name() == name })
	if at < 0 {
		p := graph.NewParam(name, zeros(dtype, shape))
		s.params = append(s.params, p)
		return p
	}
	p := s.params[at]
	if !slices.Equal(p.Shape(), shape) {
		graph.Fail(graph.Errorf("State", "%q is asked for in shape %v and is there in shape %v", name, shape, p.Shape()), u.Grads...)
	}
	return p
}

// rate keeps the initial value of a rate that is new.
func (s *state) rate(name string, initial float64) {
	if _, ok := s.rates[name]; ok {
		return
	}
	if s.rates == nil {
		s.rates = map[string]float64{}
	}
	s.rates[name] = initial
	s.rateNames = append(s.rateNames, name)
}

func zeros(dtype tensor.Dtype, shape tensor.Shape) *tensor.Dense {
	switch {
	case len(shape) > 0:
		return tensor.New(tensor.Of(dtype), tensor.WithShape(shape...))
	case dtype == tensor.Float32:
		return tensor.New(tensor.FromScalar(float32(0)))
	}
	return tensor.New(tensor.FromScalar(0.0))
}
