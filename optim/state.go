package optim

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"chainrule/graph"
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
	if dtype == tensor.Float32 {
		return graph.Tensor(make([]float32, shape.TotalSize()), shape...)
	}
	return graph.Tensor(make([]float64, shape.TotalSize()), shape...)
}
