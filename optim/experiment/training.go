package experiment

import (
	"context"
	"errors"
	"fmt"

	"chainrule/internal/experiment"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"chainrule/optim/fullbatch"
)

// A Training is an optim.Fit as the settings of an experiment say. Its fields may be
// changed and callbacks set before Run.
type Training struct {
	*optim.Fit

	// Minimum is where a full-batch rule ended; nil before, and with other rules.
	Minimum *fullbatch.Result

	of    *Experiment
	val   *scorer
	begun optim.FitState
	done  optim.FitState // of a full-batch rule
	last  []float64      // parameters that the rule changed last, while the network has their means; else nil
}

// Training returns a training of the network by the experiment's data, rule, schedule,
// batches, steps or epochs, and patience. If there are examples for validation they are
// scored after every epoch: metrics are val-cost, which is watched, and val-accuracy, or
// val-rmse, val-mae and val-r2. Of an experiment that Open returned it goes on where the
// file's training was; after one that has taken steps it begins anew, with the network as that
// left it. The caller closes it.
//
// With rule.average the means of the parameters are scored, and are the network after Run;
// a Run that goes on does so with the last parameters.
func (e *Experiment) Training() (*Training, error) {
	full := e != nil && e.Settings.Rule.FullBatch()
	switch {
	case e.made() != nil:
		return nil, errBare
	case e.Train == nil:
		return nil, experiment.Errorf("data", "missing, examples to train on expected")
	case e.Rule == nil && !full:
		return nil, experiment.Errorf("rule", "missing, expected where there is something to train")
	case full && e.from != nil:
		return nil, experiment.Errorf("rule.kind", "a training by %s does not go on: what it knows of its steps is in no file", e.Settings.Rule.Kind)
	}
	s := e.Settings
	t := &Training{Fit: &optim.Fit{Trainer: e.Trainer(), Steps: s.Steps, Epochs: s.Epochs, Patience: s.Patience}, of: e}
	if s.Schedule.Kind != "" {
		t.Schedule = e.Schedule()
	}
	if s.Batch == 0 {
		t.Data = optim.Batches{e.Batch(e.Train)}
	} else {
		batches, err := e.Scaled(e.Train).Batches(dataset.BatchSettings{Size: s.Batch, Seed: uint64(s.Seed), Dtype: e.Dtype()})
		if err != nil {
			return nil, err
		}
		t.Data = batches
	}
	if e.Val != nil {
		var err error
		if t.val, err = e.scorer(e.Val); err != nil {
			return nil, err
		}
		t.Measure = t.measure
	}
	if e.last != nil && e.last.State() != e.last.begun { // the network is no longer that of the file
		e.from = nil
	}
	if e.from != nil && e.from.training != nil {
		if err := t.Resume(*e.from.training); err != nil {
			return nil, errors.Join(err, t.Close())
		}
		t.last = e.from.last
	}
	e.last, t.begun = t, t.State()
	return t, nil
}

// measure scores the network, of an averaged one the means.
func (t *Training) measure(context.Context) (metrics []optim.Metric, err error) {
	err = t.withMeans(func() error {
		metrics, err = t.val.metrics()
		return err
	})
	return metrics, err
}

// Run trains, see optim.Fit.Run. A full-batch rule takes steps until the gradient is as
// small as asked for or no lower cost is found, at most Steps or Epochs, which are the same
// to it: see Minimum.
func (t *Training) Run(ctx context.Context) error {
	switch {
	case t == nil || t.Fit == nil:
		return errBare
	case t.of != nil && t.of.Settings.Rule.FullBatch():
		return t.minimize(ctx)
	}
	if err := t.toLast(); err != nil {
		return err
	}
	err := t.Fit.Run(ctx)
	return errors.Join(err, t.toMeans())
}

// State returns where the training is.
func (t *Training) State() optim.FitState {
	switch {
	case t == nil:
		return optim.FitState{}
	case t.done.Step > 0:
		return t.done
	}
	return t.Fit.State()
}

// minimize is Run by a full-batch rule, whose steps are epochs.
func (t *Training) minimize(ctx context.Context) error {
	rule := t.of.Settings.Rule
	batch, _, err := t.Data.Batch(0, 0)
	if err != nil {
		return err
	}
	before := t.done.Step // of a Run that went before
	most := 0
	for _, n := range []int{t.Steps, t.Epochs} {
		if n > 0 && before >= n {
			return nil
		}
		if n > 0 && (most == 0 || n-before < most) {
			most = n - before
		}
	}
	var open *optim.Record // one that is still to be made
	every := max(t.Every, 1)
	record := func() error {
		r := *open
		open = nil
		if t.Measure != nil {
			if r.Metrics, err = t.Measure(ctx); err != nil {
				return err
			}
		}
		t.History = append(t.History, r)
		if t.OnEpoch != nil {
			return t.OnEpoch(r)
		}
		return nil
	}
	result, err := fullbatch.Minimize(ctx, t.Trainer, batch, fullbatch.Settings{Method: methods[rule.Kind], Gradient: rule.Gradient,
		Memory: rule.Memory, Iterations: most, OnStep: func(p fullbatch.Progress) error {
			step := before + p.Step
			t.done.Step, t.done.Epoch = step, step
			open = &optim.Record{Epoch: step, Step: step, Cost: p.Before}
			if t.OnStep != nil {
				if err := t.OnStep(optim.Progress{Step: step, Epoch: step, Cost: p.Before}); err != nil {
					return err
				}
			}
			if step%every == 0 {
				return record()
			}
			return nil
		}})
	if err != nil {
		return fmt.Errorf("%s: %w", rule.Kind, err)
	}
	t.Minimum = &result
	if open != nil {
		return record()
	}
	return nil
}

// averages reports whether the network is to be the means of its parameters, and there are
// some.
func (t *Training) averages() bool {
	return t.of != nil && t.of.Settings.Rule.Average > 0 && t.State().Step > 0
}

// toMeans gives the network the means of its parameters, if the rule keeps some.
func (t *Training) toMeans() error {
	if !t.averages() || t.last != nil {
		return nil
	}
	means, err := t.Trainer.Averages()
	if err != nil {
		return err
	}
	from, err := optim.Flatten(means)
	if err != nil {
		return err
	}
	to, err := optim.Flatten(t.Trainer.Params)
	if err != nil {
		return err
	}
	last := to.CopyOut(nil)
	if err := to.CopyIn(from.CopyOut(nil)); err != nil {
		return err
	}
	t.last = last
	return nil
}

// toLast gives it back what toMeans took.
func (t *Training) toLast() error {
	if t.last == nil {
		return nil
	}
	to, err := optim.Flatten(t.Trainer.Params)
	if err != nil {
		return err
	}
	if err := to.CopyIn(t.last); err != nil {
		return err
	}
	t.last = nil
	return nil
}

// withMeans calls f while the network is the means, and leaves it as it was.
func (t *Training) withMeans(f func() error) error {
	if t.last != nil {
		return f()
	}
	if err := t.toMeans(); err != nil {
		return err
	}
	return errors.Join(f(), t.toLast())
}

// Close frees the programs of steps and scores.
func (t *Training) Close() error {
	if t == nil || t.Fit == nil {
		return nil
	}
	err := t.Trainer.Close()
	if t.val != nil {
		err = errors.Join(err, t.val.program.Close())
	}
	return err
}

// Fit trains to the end: it runs what Training returns. The settings must say when the
// training ends.
func (e *Experiment) Fit(ctx context.Context) (optim.History, error) {
	t, err := e.Training()
	if err != nil {
		return nil, err
	}
	if s := e.Settings; s.Steps == 0 && s.Epochs == 0 && s.Patience == 0 {
		return nil, errors.Join(experiment.Errorf("steps", "missing, and epochs and patience too, one of them expected"), t.Close())
	}
	err = t.Run(ctx)
	return t.History, errors.Join(err, t.Close())
}
