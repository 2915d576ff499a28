package main

import (
	"fmt"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// graphEngine is our library as its users call it: a Trainer's step, or a
// program that predicts.
type graphEngine struct {
	p       *Problem
	dtype   tensor.Dtype
	net     *layers.MLP
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
	e := &graphEngine{p: p, dtype: dtypeOf(p)}
	if err := e.makeNet(); err != nil {
		return nil, err
	}
	// Data sets hand out their examples column by column.
	e.batch = optim.Batch{"X": e.columns(p.X), "Y": e.columns(p.Y)}
	if p.Rule == "forward" {
		return e, e.makePredict()
	}
	var err error
	e.trainer, err = e.newTrainer()
	return e, err
}

// makeNet makes the network with the problem's parameters.
func (e *graphEngine) makeNet() error {
	s := layers.MLPSettings{Sizes: e.p.Sizes, Init: []layers.Initializer{layers.Zeros}, Dtype: e.dtype}
	if len(e.p.Sizes) > 2 {
		g, err := layers.ActivationByName(e.p.Hidden)
		if err != nil {
			return err
		}
		s.Hidden = []layers.Activation{g}
	}
	e.net = s.New(nil)
	for _, m := range e.p.Params() {
		e.initial = append(e.initial, e.tensor(m.Data, m.Rows, m.Cols))
	}
	if got := len(e.net.Params()); got != len(e.initial) {
		return fmt.Errorf("the network has %d parameters, %d expected", got, len(e.initial))
	}
	return e.reset()
}

// tensor returns a row-major tensor of the problem's dtype.
func (e *graphEngine) tensor(data []float64, shape ...int) *tensor.Dense {
	return newTensor(e.dtype, data, shape...)
}

// columns returns m as a column-major tensor.
func (e *graphEngine) columns(m Matrix) *tensor.Dense {
	t := e.tensor(Columns(m), m.Rows, m.Cols)
	if m.Rows > 1 && m.Cols > 1 {
		tensor.AsFortran(nil)(t)
	}
	return t
}

// cost adds the cost of m examples to a graph.
func (e *graphEngine) cost(g *graph.Graph, m int) *graph.Node {
	sizes := e.p.Sizes
	x, y := g.Input("X", sizes[0], m), g.Input("Y", sizes[len(sizes)-1], m)
	if e.p.Output == "softmax" {
		return losses.SoftmaxCrossEntropy(e.net.Apply(x), y)
	}
	return losses.SigmoidCrossEntropy(e.net.Apply(x), y)
}

func (e *graphEngine) newTrainer() (*optim.Trainer, error) {
	t := &optim.Trainer{Params: e.net.Params(), Cost: e.cost, Workers: e.p.Threads}
	switch e.p.Rule {
	case "descent":
		t.Rule = optim.GradientDescent{LearningRate: e.p.Rate}
	case "adam":
		t.Rule = optim.Adam{LearningRate: e.p.Rate, Beta1: beta1, Beta2: beta2, Epsilon: epsilon}
	default:
		return nil, fmt.Errorf("unknown rule %q", e.p.Rule)
	}
	return t, nil
}

// makePredict compiles the forward pass.
func (e *graphEngine) makePredict() error {
	g := graph.New(graph.Settings{Dtype: e.dtype})
	x := g.Input("X", e.p.Sizes[0], e.p.Examples)
	z := e.net.Apply(x)
	e.output = graph.Softmax(z, 0)
	if e.p.Output == "sigmoid" {
		e.output = graph.Sigmoid(z)
	}
	var err error
	e.predict, err = graph.Compile(graph.Spec{Outputs: []*graph.Node{e.output}, Workers: e.p.Threads})
	e.feeds = graph.Feeds{x: e.batch["X"]}
	e.result = e.tensor(make([]float64, len(e.p.Y.Data)), e.p.Y.Rows, e.p.Y.Cols)
	return err
}

func (e *graphEngine) reset() error {
	for i, p := range e.net.Params() {
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
	t, err := e.newTrainer() // with optimiser state of its own
	if err != nil {
		return Outcome{}, err
	}
	for range checkSteps {
		if _, err := t.Step(e.batch); err != nil {
			return Outcome{}, err
		}
	}
	for _, p := range e.net.Params() {
		out.After = append(out.After, floats(p.Value()))
	}
	return out, t.Close()
}

// gradients returns the cost and the gradients, which a step does not show.
func (e *graphEngine) gradients() (out Outcome, err error) {
	g := graph.New(graph.Settings{Dtype: e.dtype})
	cost := e.cost(g, e.p.Examples)
	var params []*graph.Node
	for _, p := range e.net.Params() {
		params = append(params, g.Param(p))
	}
	grads, err := graph.Grad(cost, params...)
	if err != nil {
		return out, err
	}
	program, err := graph.Compile(graph.Spec{Outputs: append(grads, cost), Workers: e.p.Threads})
	if err != nil {
		return out, err
	}
	defer program.Close()
	feeds := graph.Feeds{}
	for _, n := range program.Inputs() {
		feeds[n] = e.batch[n.Name()]
	}
	if err := program.Run(feeds); err != nil {
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
