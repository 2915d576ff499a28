package lesson

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"chainrule/graph"
	"chainrule/internal/numpyrand"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// A network is a classifier to be trained in an experiment, in float64. Two
// classes have one sigmoid output, more a softmax.
type network struct {
	hidden []int               // units of the hidden layers
	g      []layers.Activation // of each hidden layer, or one for all; tanh if empty
	init   layers.Initializer  // of all weights, which NumPy's generator draws; Glorot if nil
	seed   uint32
	rule   optim.Rule
}

// A learner is a network in training on a data set. It must be closed.
type learner struct {
	*layers.MLP
	data    *dataset.Set
	trainer *optim.Trainer
	batch   optim.Batch
	cost    func(g *graph.Graph, m int) *graph.Node
	run     map[int]*predictor // by number of examples
}

// A predictor computes the probabilities of some examples.
type predictor struct {
	program *graph.Program
	x, a    *graph.Node
	out     *tensor.Dense
}

// learner returns the network, untrained, on a data set.
func (n network) learner(data *dataset.Set) *learner {
	outputs, output := 1, layers.Sigmoid
	if k := len(data.Classes); k > 2 {
		outputs, output = k, layers.Softmax
	}
	sizes := append(append([]int{len(data.Features)}, n.hidden...), outputs)
	s := layers.MLPSettings{Sizes: sizes, Hidden: n.g, Output: output}
	if n.init != nil {
		s.Init = []layers.Initializer{n.init}
	}
	l := &learner{MLP: s.New(numpyrand.New(n.seed)), data: data, run: map[int]*predictor{}}
	l.batch = optim.Batch{"X": data.Inputs(tensor.Float64), "Y": data.Labels(tensor.Float64)}
	l.cost = func(g *graph.Graph, m int) *graph.Node {
		z, y := l.Apply(g.Input("X", sizes[0], m)), g.Input("Y", outputs, m)
		if outputs > 1 {
			return losses.SoftmaxCrossEntropy(z, y)
		}
		return losses.SigmoidCrossEntropy(z, y)
	}
	l.trainer = &optim.Trainer{Params: l.Params(), Rule: n.rule, Cost: l.cost, Workers: 1}
	return l
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

// predict returns the probabilities of m examples, which lie in x one after the
// other: of class 1, or of all classes example by example. The result is valid
// until the next call.
func (l *learner) predict(x []float64, m int) ([]float64, error) {
	p, err := l.predictor(m)
	if err != nil {
		return nil, err
	}
	n := len(l.data.Features)
	in := tensor.New(tensor.WithShape(n, m), tensor.WithBacking(x), tensor.AsFortran(nil))
	if err := p.program.Run(graph.Feeds{p.x: in}); err != nil {
		return nil, err
	}
	if err := p.program.CopyTo(p.out, p.a); err != nil {
		return nil, err
	}
	return p.out.Float64s(), nil
}

func (l *learner) predictor(m int) (*predictor, error) {
	if p := l.run[m]; p != nil {
		return p, nil
	}
	g := graph.New(graph.Settings{})
	p := &predictor{x: g.Input("X", len(l.data.Features), m)}
	nodes := l.Forward(p.x)
	p.a = graph.Transpose(nodes.A[len(nodes.A)-1])
	var err error
	if p.program, err = graph.Compile(graph.Spec{Outputs: []*graph.Node{p.a}, Workers: 1}); err != nil {
		return nil, err
	}
	outputs := p.a.Shape()[1]
	p.out = tensor.New(tensor.WithShape(m, outputs), tensor.WithBacking(make([]float64, m*outputs)))
	l.run[m] = p
	return p, nil
}

// field is Predict of a plotting.Boundary.
func (l *learner) field(x, y []float64) ([]float64, error) {
	points := make([]float64, 0, 2*len(x))
	for i := range x {
		points = append(points, x[i], y[i])
	}
	return l.predict(points, len(x))
}

// accuracy returns the share of a set's examples that the network gets right.
// A probability of 0.5 is class 1.
func (l *learner) accuracy(s *dataset.Set) (float64, error) {
	p, err := l.predict(s.X, s.Len())
	if err != nil {
		return 0, err
	}
	right, k := 0, len(p)/s.Len()
	for i, class := range s.Class {
		if choice(p[i*k:][:k]) == class {
			right++
		}
	}
	return float64(right) / float64(s.Len()), nil
}

// choice returns the class that probabilities stand for.
func choice(p []float64) int {
	if len(p) == 1 {
		if p[0] >= 0.5 {
			return 1
		}
		return 0
	}
	best := 0
	for k, v := range p {
		if v > p[best] {
			best = k
		}
	}
	return best
}

// close frees the programs.
func (l *learner) close() {
	l.trainer.Close() // nothing is running
	for _, p := range l.run {
		p.program.Close()
	}
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
