package main

import (
	"fmt"
	"slices"

	"chainrule/graph"
	"chainrule/internal/words"
	"chainrule/optim"
	"chainrule/optim/experiment"
	"gorgonia.org/tensor"
)

// graphEngine is our library as its users call it: a Trainer's step, or a
// program that predicts.
type graphEngine struct {
	p *Problem
	*experiment.Experiment
	initial []*tensor.Dense
	batch   optim.Batch
	trainer *optim.Trainer

	predict *graph.Program // of a forward pass
	feeds   graph.Feeds
	output  *graph.Node
	result  *tensor.Dense
}

func newGraph(p *Problem) (engine, error) {
	if p.Product != nil {
		return newGraphProduct(p)
	}
	x, err := experiment.NewOn(p.settings(), experiment.Examples{})
	if err != nil {
		return nil, err
	}
	x.Workers = p.Threads
	e := &graphEngine{p: p, Experiment: x}
	if err := e.setParams(); err != nil {
		return nil, err
	}
	// Data sets hand out their examples column by column.
	e.batch = optim.Batch{"X": e.columns(p.X), "Y": e.columns(p.Y)}
	if p.Rule == "forward" {
		return e, e.makePredict()
	}
	e.trainer = e.Trainer()
	return e, nil
}

// settings returns the problem's network and rule as an experiment, whose
// parameters are set later.
func (p *Problem) settings() experiment.Settings {
	s := experiment.Settings{Cost: experiment.Cost{Kind: "cross-entropy"}, Dtype: p.Dtype}
	switch p.Rule {
	case "descent":
		s.Rule = experiment.Rule{Kind: "gd", Rate: p.Rate}
	case "adam":
		s.Rule = experiment.Rule{Kind: "adam", Rate: p.Rate, Beta1: beta1, Beta2: beta2, Epsilon: epsilon}
	case "forward":
	default:
		s.Rule.Kind = p.Rule // which NewOn rejects
	}
	s.Inputs, s.Layers = experiment.Chain(p.Sizes, append(slices.Repeat([]string{p.Hidden}, len(p.Sizes)-2), p.Output))
	for l := range s.Layers {
		s.Layers[l].Init.Kind = "zeros"
	}
	return s
}

// setParams sets the network's parameters to the problem's.
func (e *graphEngine) setParams() error {
	for _, m := range e.p.Params() {
		e.initial = append(e.initial, e.tensor(m.Data, m.Rows, m.Cols))
	}
	if got := len(e.Network.Params()); got != len(e.initial) {
		return fmt.Errorf("the network has %s, %d expected", words.Count(got, "parameter"), len(e.initial))
	}
	return e.reset()
}

// tensor returns a row-major tensor of the problem's dtype.
func (e *graphEngine) tensor(data []float64, shape ...int) *tensor.Dense {
	return newTensor(e.Dtype(), data, shape...)
}

// columns returns m as a column-major tensor.
func (e *graphEngine) columns(m Matrix) *tensor.Dense {
	t := e.tensor(Columns(m), m.Rows, m.Cols)
	if m.Rows > 1 && m.Cols > 1 {
		tensor.AsFortran(nil)(t)
	}
	return t
}

// makePredict compiles the forward pass.
func (e *graphEngine) makePredict() error {
	n := e.Express(e.NewGraph(), e.p.Examples)
	e.output = n.Output()
	var err error
	e.predict, err = graph.Compile(graph.Spec{Outputs: []*graph.Node{e.output}, Workers: e.Workers})
	e.feeds = graph.Feeds{n.X: e.batch["X"]}
	e.result = e.tensor(make([]float64, len(e.p.Y.Data)), e.p.Y.Rows, e.p.Y.Cols)
	return err
}

func (e *graphEngine) reset() error {
	for i, p := range e.Network.Params() {
		if err := p.Set(e.initial[i]); err != nil {
			return err
		}
	}
	return nil
}

func (e *graphEngine) step() error {
	if e.predict != nil {
		if err := e.predict.Run(e.feeds); err != nil {
			return err
		}
		return e.predict.CopyTo(e.result, e.output)
	}
	_, err := e.trainer.Step(e.batch)
	return err
}

func (e *graphEngine) check() (Outcome, error) {
	if err := e.reset(); err != nil {
		return Outcome{}, err
	}
	if e.predict != nil {
		err := e.step()
		return Outcome{Values: [][]float64{floats(e.result)}}, err
	}
	out, err := e.gradients()
	if err != nil {
		return Outcome{}, err
	}
	t := e.Trainer() // with optimiser state of its own
	for range checkSteps {
		if _, err := t.Step(e.batch); err != nil {
			return Outcome{}, err
		}
	}
	for _, p := range e.Network.Params() {
		out.After = append(out.After, floats(p.Value()))
	}
	return out, t.Close()
}

// gradients returns the cost and the gradients, which a step does not show.
func (e *graphEngine) gradients() (out Outcome, err error) {
	n := e.Express(e.NewGraph(), e.p.Examples)
	cost := n.Cost
	grads, err := graph.Grad(cost, n.Params...)
	if err != nil {
		return out, err
	}
	program, err := graph.Compile(graph.Spec{Outputs: append(grads, cost), Workers: e.p.Threads})
	if err != nil {
		return out, err
	}
	defer program.Close()
	if err := program.Run(graph.Feeds{n.X: e.batch["X"], n.Y: e.batch["Y"]}); err != nil {
		return out, err
	}
	for _, n := range grads {
		v, err := program.Value(n)
		if err != nil {
			return out, err
		}
		out.Values = append(out.Values, floats(v))
	}
	out.Cost, err = program.Scalar(cost)
	return out, err
}

func (e *graphEngine) close() error {
	if e.predict != nil {
		return e.predict.Close()
	}
	return e.trainer.Close()
}
