package optim_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"chainrule/graph"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// whole is all examples of the problem as one batch.
func (p *problem) whole() optim.Batches {
	x, y := p.batch(5)
	return optim.Batches{{"X": dense64(x, 3, 5), "Y": dense64(y, 2, 5)}}
}

func TestFit(t *testing.T) {
	p := newProblem(tensor.Float64)
	trainer := p.trainer(optim.GradientDescent{LearningRate: 0.1})
	ctx, cancel := context.WithCancel(context.Background())
	fit := func(onStep func(optim.Progress) error) (steps int, err error) {
		f := optim.Fit{Trainer: trainer, Data: p.whole(), Steps: 10, OnStep: func(pr optim.Progress) error {
			steps = pr.Step
			return onStep(pr)
		}}
		err = f.Run(ctx)
		if got := f.State().Step; got != steps {
			t.Errorf("the state says %d steps, OnStep %d", got, steps)
		}
		return steps, err
	}
	costs := []float64{}
	if n, err := fit(func(pr optim.Progress) error { costs = append(costs, pr.Cost); return nil }); n != 10 || err != nil {
		t.Errorf("%d steps, error %v", n, err)
	}
	if !(costs[9] < costs[0]) {
		t.Errorf("costs %v", costs)
	}
	for _, stop := range []error{optim.ErrStop, fmt.Errorf("good enough: %w", optim.ErrStop)} {
		if n, err := fit(func(pr optim.Progress) error {
			if pr.Step == 4 {
				return stop
			}
			return nil
		}); n != 4 || err != nil {
			t.Errorf("%v at 4: %d steps, error %v", stop, n, err)
		}
	}
	mine := errors.New("mine")
	if n, err := fit(func(optim.Progress) error { return mine }); n != 1 || !errors.Is(err, mine) {
		t.Errorf("own error: %d steps, error %v", n, err)
	}
	if n, err := fit(func(pr optim.Progress) error {
		if pr.Step == 3 {
			cancel()
		}
		return nil
	}); n != 3 || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled at 3: %d steps, error %v", n, err)
	}
}

func TestProfiled(t *testing.T) {
	w := graph.NewParam("w", tensor.New(tensor.WithShape(1, 2), tensor.WithBacking([]float64{1, 2})))
	trainer := &optim.Trainer{Params: []*graph.Param{w}, Rule: optim.GradientDescent{LearningRate: 0.1}, Profile: true, Workers: 1,
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return graph.Mean(graph.Square(graph.MatMul(g.Use(w), g.Input("X", 2, m))))
		}}
	defer trainer.Close()
	batch := optim.Batch{"X": tensor.New(tensor.WithShape(2, 3), tensor.WithBacking(make([]float64, 6)))}
	for range 2 {
		if _, err := trainer.Step(batch); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := trainer.Evaluate(batch); err != nil { // has a program of its own
		t.Fatal(err)
	}
	if p, err := trainer.Profiled(3); err != nil || p.Runs != 2 || len(p.Rows) == 0 {
		t.Errorf("profile %v, %v", p, err)
	}
	if _, err := trainer.Profiled(4); err == nil {
		t.Error("a profile of a batch size that was never seen")
	}
}
