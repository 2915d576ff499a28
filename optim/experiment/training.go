package experiment

import (
	"context"
	"errors"

	"chainrule/internal/experiment"
	"chainrule/optim"
	"chainrule/optim/dataset"
)

// A Training is an optim.Fit as the settings of an experiment say. Its fields may be
// changed and callbacks set before Run.
type Training struct {
	*optim.Fit

	val   *scorer
	begun optim.FitState
}

// Training returns a training of the network by the experiment's data, rule, schedule,
// batches, steps or epochs, and patience. If there are examples for validation they are
// scored after every epoch: metrics are val-cost, which is watched, and val-accuracy, or
// val-rmse, val-mae and val-r2. Of an experiment that Open returned it goes on where the
// file's training was; after one that has taken steps it begins anew, with the network as that
// left it. The caller closes it.
func (e *Experiment) Training() (*Training, error) {
	switch {
	case e.made() != nil:
		return nil, errBare
	case e.Train == nil:
		return nil, experiment.Errorf("data", "missing, examples to train on expected")
	case e.Rule == nil:
		return nil, experiment.Errorf("rule", "missing, expected where there is something to train")
	}
	s := e.Settings
	t := &Training{Fit: &optim.Fit{Trainer: e.Trainer(), Steps: s.Steps, Epochs: s.Epochs, Patience: s.Patience}}
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
		t.Measure = func(context.Context) ([]optim.Metric, error) { return t.val.metrics() }
	}
	if e.last != nil && e.last.State() != e.last.begun { // the network is no longer that of the file
		e.from = nil
	}
	if e.from != nil {
		if err := t.Resume(*e.from); err != nil {
			return nil, errors.Join(err, t.Close())
		}
	}
	e.last, t.begun = t, t.State()
	return t, nil
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
