package lesson

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"chainrule/graph"
	"chainrule/internal/numpyrand"
	"chainrule/layers"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
	"gorgonia.org/tensor"
)

// A network is a classifier to be trained by gradient descent in an experiment,
// in float64. Two classes have one sigmoid output, more a softmax.
type network struct {
	hidden []int             // units of the hidden layers
	g      layers.Activation // of the hidden layers
	init   experiment.Init   // of all weights, which NumPy's generator draws; Glorot if missing
	seed   uint32
	rate   float64

	start layers.Initializer // if not nil in place of init
}

// normal is the init of normal numbers with a standard deviation.
func normal(sigma float64) experiment.Init { return experiment.Init{Kind: "normal", Scale: sigma} }

// A learner is a network in training on a data set. It must be closed.
type learner struct {
	*layers.MLP
	*experiment.Experiment
	data    *dataset.Set
	trainer *optim.Trainer
	batch   optim.Batch
}

// settings returns the network as an experiment on a data set.
func (n network) settings(data *dataset.Set) experiment.Settings {
	outputs, output := 1, layers.Sigmoid
	if k := len(data.Classes); k > 2 {
		outputs, output = k, layers.Softmax
	}
	sizes := slices.Concat([]int{len(data.Features)}, n.hidden, []int{outputs})
	s := experiment.Settings{
		Cost: experiment.Cost{Kind: "cross-entropy"},
		Rule: experiment.Rule{Kind: "gd", Rate: n.rate},
		Seed: n.seed,
	}
	s.Inputs, s.Layers = experiment.Chain(sizes, append(slices.Repeat([]string{n.g.String()}, len(n.hidden)), output.String()))
	for l := range s.Layers {
		s.Layers[l].Init = n.init
	}
	return s
}

// learner returns the network, untrained, on a data set.
func (n network) learner(data *dataset.Set) (*learner, error) {
	e, err := experiment.NewOn(n.settings(data), experiment.Examples{Train: data})
	if err != nil {
		return nil, err
	}
	net, err := e.MLP()
	if err != nil {
		return nil, err
	}
	e.Workers = 1
	l := &learner{MLP: net, Experiment: e, data: data, trainer: e.Trainer(), batch: e.Batch(data)}
	return l, n.redraw(net)
}

// redraw sets the weights by start, if there is one.
func (n network) redraw(net *layers.MLP) error {
	rng := numpyrand.New(n.seed)
	for _, w := range net.W {
		if n.start == nil {
			break
		}
		out, in := w.Shape()[0], w.Shape()[1]
		values := make([]float64, out*in)
		if err := n.start(values, in, out, rng); err != nil {
			return err
		}
		if err := w.Set(graph.Tensor(values, out, in)); err != nil {
			return err
		}
	}
	return nil
}

// fitNumbers trains an experiment of one input and one output from numbers to
// numbers, and returns its cost and outputs in the end.
func fitNumbers(ctx context.Context, s experiment.Settings, x, y []float64) (cost float64, outputs []float64, err error) {
	e, err := experiment.NewOn(s, experiment.Examples{})
	if err != nil {
		return 0, nil, err
	}
	e.Workers = 1
	trainer := e.Trainer()
	defer func() { err = errors.Join(err, trainer.Close(), e.Close()) }()
	row := func(v []float64) *tensor.Dense {
		return graph.Tensor(v, 1, len(v))
	}
	batch := optim.Batch{"X": row(x), "Y": row(y)}
	fit := optim.Fit{Trainer: trainer, Data: optim.Batches{batch}, Steps: s.Steps, Every: s.Steps}
	if err := fit.Run(ctx); err != nil {
		return 0, nil, err
	}
	if cost, err = trainer.Evaluate(batch); err != nil {
		return 0, nil, err
	}
	outputs, err = e.Predict(x)
	return cost, outputs, err
}

// train takes steps, calls each, which may be nil, after every step with its
// number from 0 and the cost before it, and returns these costs. It ends early,
// without an error, when each returns false.
func (l *learner) train(ctx context.Context, steps int, each func(step int, cost float64) bool) ([]float64, error) {
	costs := make([]float64, 0, steps)
	for step := range steps {
		if step%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		cost, err := l.trainer.Step(l.batch)
		if err != nil {
			return nil, err
		}
		costs = append(costs, cost)
		if each != nil && !each(step, cost) {
			break
		}
	}
	return costs, nil
}

// value returns the present cost.
func (l *learner) value() (float64, error) { return l.trainer.Evaluate(l.batch) }

// accuracy returns the share of a set's examples that the network gets right.
func (l *learner) accuracy(set *dataset.Set) (float64, error) {
	s, err := l.Score(set)
	return s.Accuracy, err
}

// close frees the programs.
func (l *learner) close() {
	l.trainer.Close() // nothing is running, of either
	l.Close()
}

// forEach calls f for 0, …, n−1, some at a time, and returns the first error in
// that order. f puts what it finds where its number says, so that the result
// does not depend on who is first.
func forEach(ctx context.Context, n int, f func(i int) error) error {
	errs, next := make([]error, n), make(chan int)
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				errs[i] = f(i)
			}
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("run %d: %w", i, err)
		}
	}
	return ctx.Err()
}
