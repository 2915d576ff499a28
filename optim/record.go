package optim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A Metric is a number that says how good a network is.
type Metric struct {
	Name  string
	Value float64
}

// A Record is what was measured after an epoch.
type Record struct {
	Epoch int // the last one with a step taken, from 1
	Step  int // steps taken

	// Cost is the mean cost over the examples that were dealt since the record
	// before, each as its batch was stepped on: one of many weights, not of the last.
	Cost float64

	// Rate is the rate of the last step, the one that Fit.Rate names; 0 if the rule has
	// none of that name.
	Rate float64

	Metrics []Metric // what Fit.Measure returned
	Best    bool     // what is watched is better than in all records before; see Fit.Resume for a new Patience
}

// watched is the number that Patience goes by.
func (r Record) watched() float64 {
	if len(r.Metrics) > 0 {
		return r.Metrics[0].Value
	}
	return r.Cost
}

// record measures the network, and keeps it if it is the best one so far.
func (f *Fit) record(ctx context.Context) error {
	s := &f.state
	r := Record{Epoch: s.Epoch, Step: s.Step, Cost: s.Costs / float64(s.Examples)}
	if s.Batch > 0 {
		r.Epoch++
	}
	rates, err := f.Trainer.Rates()
	if err != nil {
		return err
	}
	r.Rate = rates[cmp.Or(f.Rate, learningRate)]
	if f.Measure != nil {
		if r.Metrics, err = f.Measure(ctx); err != nil {
			return err
		}
		if err := f.checkMetrics(r.Metrics); err != nil {
			return err
		}
	}
	s.Waited++
	if r.Best = f.isBest(r); r.Best {
		if err := f.keepBest(); err != nil {
			return err
		}
		s.Best, s.Waited = len(f.History)+1, 0
	}
	s.Costs, s.Examples = 0, 0
	f.History = append(f.History, r)
	if err := f.observe(r); err != nil {
		return err
	}
	if f.OnEpoch != nil {
		return f.OnEpoch(r)
	}
	return nil
}

// observe tells the schedule what was measured, if it wants to know.
func (f *Fit) observe(r Record) error {
	watcher, ok := f.Schedule.(Observer)
	if !ok {
		return nil
	}
	cost := r.watched()
	if f.Maximize {
		cost = -cost
	}
	return watcher.Observe(cost)
}

// checkMetrics reports metrics that cannot be told apart, or that are others than
// in the records before.
func (f *Fit) checkMetrics(metrics []Metric) error {
	names := make([]string, len(metrics))
	for i, m := range metrics {
		if names[i] = m.Name; m.Name == "" || slices.Contains(names[:i], m.Name) {
			return fmt.Errorf("optim: the Fit's Measure returned a metric %d called %q: a name of its own expected", i, m.Name)
		}
	}
	if len(f.History) > 0 {
		if before := f.History.Names(); !slices.Equal(names, before) {
			return fmt.Errorf("optim: the Fit's Measure returned %s, after %s before: the same expected", quoted(names), quoted(before))
		}
	}
	return nil
}

// isBest reports whether what is watched is better than in the best record. NaN is
// better than nothing, and everything is better than NaN.
func (f *Fit) isBest(r Record) bool {
	if f.state.Best == 0 {
		return true
	}
	before, now := f.History[f.state.Best-1].watched(), r.watched()
	if math.IsNaN(before) {
		return !math.IsNaN(now)
	}
	if f.Maximize {
		return now > before
	}
	return now < before
}

// saved is a value that a parameter had.
type saved struct {
	param *graph.Param
	value *tensor.Dense
}

// keepBest copies what the best network consists of, if it is to be restored.
func (f *Fit) keepBest() error {
	if f.Patience == 0 {
		return nil
	}
	model, err := f.Trainer.model()
	if err != nil {
		return err
	}
	f.best = f.best[:0]
	for _, p := range model {
		f.best = append(f.best, saved{p, p.Value()})
	}
	return nil
}

// finish makes the last record, unless there is one of the last step, and gives the
// parameters the values of the best.
func (f *Fit) finish(ctx context.Context) error {
	if f.state.Examples > 0 {
		if err := f.record(ctx); err != nil && !errors.Is(err, ErrStop) {
			return err
		}
	}
	for _, b := range f.best {
		if err := b.param.Set(b.value); err != nil {
			return err
		}
	}
	return nil
}
