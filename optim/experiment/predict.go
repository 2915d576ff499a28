package experiment

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/graph"
	"chainrule/internal/words"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// maxPredictors is for how many numbers of examples programs are kept.
const maxPredictors = 8

// A predictor computes the outputs of some number of examples.
type predictor struct {
	program *graph.Program
	x, a    *graph.Node // a is (m, k), so that it is read example by example
	out     *tensor.Dense
}

// Predict returns the outputs for examples whose inputs lie in x one after the
// other, example by example, in their own units: of two classes the probability of the
// second, of more one of each, and of targets that are numbers these, in theirs.
func (e *Experiment) Predict(x []float64) ([]float64, error) {
	if err := e.made(); err != nil {
		return nil, err
	}
	n := e.Settings.Inputs
	if len(x) == 0 || len(x)%n != 0 {
		return nil, fmt.Errorf("experiment: %s given, %d for each example expected", words.Count(len(x), "number"), n)
	}
	points := e.Scaled(&dataset.Set{X: x, Features: make([]string, n)})
	p, err := e.predictor(len(x) / n)
	if err != nil {
		return nil, err
	}
	if err := p.program.Run(graph.Feeds{p.x: points.Inputs(e.Dtype())}); err != nil {
		return nil, err
	}
	if err := p.program.CopyTo(p.out, p.a); err != nil {
		return nil, err
	}
	out := float64s(p.out)
	e.unscale(out)
	return out, nil
}

// PredictPlane is Predict for the points (x1[i], x2[i]) of two inputs.
func (e *Experiment) PredictPlane(x1, x2 []float64) ([]float64, error) {
	if len(x1) != len(x2) {
		return nil, fmt.Errorf("experiment: %s x1 and %s x2 given, as many expected", words.Count(len(x1), "number"), words.Count(len(x2), "number"))
	}
	points := make([]float64, 0, 2*len(x1))
	for i := range x1 {
		points = append(points, x1[i], x2[i])
	}
	return e.Predict(points)
}

// predictor returns the program for m examples.
func (e *Experiment) predictor(m int) (*predictor, error) {
	if p := e.run[m]; p != nil {
		return p, nil
	}
	if len(e.run) >= maxPredictors {
		if err := e.Close(); err != nil {
			return nil, err
		}
	}
	p := &predictor{}
	g := e.NewGraph()
	p.x = g.Input("X", e.Settings.Inputs, m)
	_, a := e.forward(p.x)
	p.a = graph.Transpose(a[len(a)-1])
	var err error
	if p.program, err = graph.Compile(graph.Spec{Outputs: []*graph.Node{p.a}, Workers: e.Workers}); err != nil {
		return nil, err
	}
	p.out = tensor.New(tensor.Of(e.Dtype()), tensor.WithShape(p.a.Shape()...))
	e.run[m] = p
	return p, nil
}

// Close frees the programs of predictions; a later one compiles anew.
func (e *Experiment) Close() error {
	if e == nil {
		return nil
	}
	var errs []error
	for m, p := range e.run {
		errs = append(errs, p.program.Close())
		delete(e.run, m)
	}
	return errors.Join(errs...)
}

// Feeds returns the values of X and Y for the examples of a set, scaled.
func (e *Experiment) Feeds(n Nodes, set *dataset.Set) graph.Feeds {
	set = e.Scaled(set)
	return graph.Feeds{n.X: set.Inputs(e.Dtype()), n.Y: set.Labels(e.Dtype())}
}

// float64s returns a copy of the entries of a tensor as float64.
func float64s(t *tensor.Dense) []float64 {
	if t.Dtype() == tensor.Float64 {
		return slices.Clone(t.Float64s())
	}
	out := make([]float64, 0, t.Shape().TotalSize())
	for _, v := range t.Float32s() {
		out = append(out, float64(v))
	}
	return out
}
