package optim_test

import (
	"context"
	"errors"
	"fmt"
	"math"
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

// A record that an error of OnStep or Measure has kept from being made is made when the
// training goes on, and ends it if patience is at its end.
func TestFitMakesTheRecordLater(t *testing.T) {
	p, fails := newProblem(tensor.Float64), errors.New("fails")
	for _, late := range []string{"OnStep", "Measure"} {
		trainer, broken := p.trainer(optim.GradientDescent{LearningRate: 0.1}), false
		f := optim.Fit{Trainer: trainer, Data: p.whole(), Steps: 9, Patience: 2}
		once := func(now bool) error {
			if now && !broken {
				broken = true
				return fails
			}
			return nil
		}
		f.OnStep = func(pr optim.Progress) error { return once(late == "OnStep" && pr.Step == 3) }
		f.Measure = func(context.Context) ([]optim.Metric, error) {
			return []optim.Metric{{Name: "same", Value: 1}}, once(late == "Measure" && f.State().Step == 3)
		}
		if err := f.Run(t.Context()); !errors.Is(err, fails) || len(f.History) != 2 {
			t.Fatalf("%s: error %v after %d records", late, err, len(f.History))
		}
		if err := f.Run(t.Context()); err != nil || len(f.History) != 3 || f.History[2].Step != 3 || f.State().Step != 3 {
			t.Errorf("%s: error %v, %+v, step %d: a record of step 3 and no step after it expected", late, err, f.History, f.State().Step)
		}
		trainer.Close()
	}
	var none context.Context
	if err := (&optim.Fit{Trainer: p.trainer(optim.Adam{}), Data: p.whole(), Steps: 1}).Run(none); err == nil {
		t.Error("no error without a context")
	}
}

// aPosition is a schedule that keeps where it was asked for last.
type aPosition struct{ optim.Position }

func (a *aPosition) Factor(p optim.Position) (float64, error) {
	a.Position = p
	return 1, nil
}

// A schedule is told how many steps there will be: those of the end that comes first.
func TestFitTellsSteps(t *testing.T) {
	p := newProblem(tensor.Float64)
	batch := p.whole()[0]
	data := optim.Batches{batch, batch, batch}
	for want, f := range map[optim.Position]optim.Fit{
		{Step: 5, Steps: 6}: {Data: data, Steps: 100, Epochs: 2},
		{Step: 3, Steps: 4}: {Data: data, Steps: 4, Epochs: 2},
		{Step: 2, Steps: 3}: {Data: data, Epochs: 1},
		{Step: 1, Steps: 2}: {Data: data, Steps: 2},
		{Step: 4, Steps: 5}: {Data: optim.DataFunc(data.Batch), Steps: 5, Epochs: 2},
		{Step: 8, Steps: 0}: {Data: optim.DataFunc(data.Batch), Epochs: 3},
	} {
		var at aPosition
		f.Trainer, f.Schedule = p.trainer(optim.GradientDescent{LearningRate: 0.1}), &at
		if err := f.Run(t.Context()); err != nil || at.Position != want {
			t.Errorf("the last position is %+v, error %v, %+v expected", at.Position, err, want)
		}
		f.Trainer.Close()
	}
}

// halved is a schedule that halves the rate from step to step, from a half on.
type halved struct{}

func (halved) Factor(p optim.Position) (float64, error) { return math.Pow(0.5, float64(p.Step+1)), nil }

// The rates that a Fit tells are those that its next step has, also when that was refused.
func TestFitTellsRates(t *testing.T) {
	p := newProblem(tensor.Float64)
	trainer := p.trainer(optim.GradientDescent{LearningRate: 0.8})
	defer trainer.Close()
	var told float64
	f := &optim.Fit{Trainer: trainer, Data: p.whole(), Steps: 3, Schedule: halved{}}
	tell := func() {
		rates, err := f.Rates()
		if err != nil {
			t.Fatal(err)
		}
		told = rates["learning rate"]
	}
	tell()
	f.OnStep = func(optim.Progress) error {
		if rates, err := trainer.Rates(); err != nil || rates["learning rate"] != told {
			t.Errorf("a step has the rates %v, error %v, and %v was told", rates, err, told)
		}
		tell()
		return nil
	}
	if err := f.Run(t.Context()); err != nil {
		t.Fatal(err)
	}

	w := graph.NewParam("w", graph.Tensor([]float64{1, math.NaN()}, 1, 2))
	refused := &optim.Trainer{Params: []*graph.Param{w}, Rule: optim.GradientDescent{LearningRate: 0.8},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return graph.Mean(graph.Square(graph.MatMul(g.Use(w), g.Input("X", 2, m))))
		}}
	defer refused.Close()
	f = &optim.Fit{Trainer: refused, Data: optim.Batches{{"X": graph.Tensor([]float64{1, 1}, 2, 1)}}, Steps: 1, Schedule: halved{}}
	if err := f.Run(t.Context()); err == nil {
		t.Fatal("a step was taken whose cost is not a number")
	}
	if tell(); told != 0.4 {
		t.Errorf("after a step that was refused the rate of the next one is %v, 0.4 expected", told)
	}
	if _, err := (&optim.Fit{Trainer: refused, Data: f.Data, Schedule: halved{}, Rate: "size"}).Rates(); err == nil {
		t.Error("no error for a rate that the rule has not")
	}
	for _, bad := range []*optim.Fit{nil, {}} {
		if _, err := bad.Rates(); err == nil {
			t.Errorf("%v: no error", bad)
		}
	}
}

func TestProfiled(t *testing.T) {
	w := graph.NewParam("w", graph.Tensor([]float64{1, 2}, 1, 2))
	trainer := &optim.Trainer{Params: []*graph.Param{w}, Rule: optim.GradientDescent{LearningRate: 0.1}, Profile: true, Workers: 1,
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return graph.Mean(graph.Square(graph.MatMul(g.Use(w), g.Input("X", 2, m))))
		}}
	defer trainer.Close()
	batch := optim.Batch{"X": graph.Tensor(make([]float64, 6), 2, 3)}
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
