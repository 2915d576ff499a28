package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"chainrule/optim"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
	"gorgonia.org/tensor"
)

// batchesGoal is the most that steps on shuffled batches may take of the time of as many on
// one batch that stays.
const batchesGoal = 1.05

// batches times steps on shuffled batches of the digits against as many on one batch.
func (s *session) batches(ctx context.Context) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(s.Threads[0]))
	const size = 64
	t := foldTask{"digits", foldSettings("digits", 10, 64, "relu", 0, 0.001, 0, size, 0), 0}
	data, err := t.examples()
	if err != nil {
		return err
	}
	whole := make([]int, data.Train.Len()/size*size) // so that all batches are of the same size
	for i := range whole {
		whole[i] = i
	}
	set, err := data.Train.Select(whole)
	if err != nil {
		return err
	}
	var races []*race
	for _, dtype := range s.Dtypes {
		t.settings.Dtype = dtype
		shuffled, err := newBatchRun(t.settings, set, s.Threads[0], false)
		if err != nil {
			return err
		}
		defer shuffled.training.Close()
		fixed, err := newBatchRun(t.settings, set, s.Threads[0], true)
		if err != nil {
			return err
		}
		defer fixed.training.Close()
		r, err := s.race(ctx, "digits-64-64-10-batch64", dtype, batchesGoal,
			racer{"shuffled", func() (time.Duration, error) { return shuffled.run(ctx) }},
			racer{"one batch", func() (time.Duration, error) { return fixed.run(ctx) }})
		if err != nil {
			return err
		}
		races = append(races, r)
	}
	return s.reportRaces("batches", "Shuffled batches", fmt.Sprintf("A training step of 64-64-10 by Adam on %d of the digits, dealt anew in every epoch,\n"+
		"against one on the same %d again and again. Goal: %v of its time.", size, size, batchesGoal), races)
}

// A batchRun is a training that is timed by the step.
type batchRun struct{ training *experiment.Training }

func newBatchRun(settings experiment.Settings, set *dataset.Set, workers int, fixed bool) (*batchRun, error) {
	data, err := experiment.Prepare(set, experiment.Data{})
	if err != nil {
		return nil, err
	}
	e, err := experiment.NewOn(settings, data)
	if err != nil {
		return nil, err
	}
	e.Workers = workers
	t, err := e.Training()
	if err != nil {
		return nil, err
	}
	if fixed {
		if t.Data, err = oneBatch(t.Data, set.Len()/settings.Batch); err != nil {
			return nil, err
		}
	}
	return &batchRun{t}, nil
}

// oneBatch deals the first batch of data again and again.
func oneBatch(data optim.Data, perEpoch int) (optim.Data, error) {
	batch, _, err := data.Batch(0, 0)
	if err != nil {
		return nil, err
	}
	copied := optim.Batch{}
	for name, t := range batch {
		copied[name] = t.Clone().(*tensor.Dense)
	}
	return optim.DataFunc(func(_, b int) (optim.Batch, bool, error) { return copied, b == perEpoch-1, nil }), nil
}

// run trains two epochs more and returns the time of a step in the second.
func (r *batchRun) run(ctx context.Context) (time.Duration, error) {
	r.training.Epochs = r.training.State().Epoch + 1
	if err := r.training.Run(ctx); err != nil {
		return 0, err
	}
	from := r.training.State().Step
	r.training.Epochs++
	start := time.Now()
	err := r.training.Run(ctx)
	took := time.Since(start)
	return took / time.Duration(max(r.training.State().Step-from, 1)), err
}
