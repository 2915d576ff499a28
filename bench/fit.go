package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// fitGoals are the most that a training may take of the time of scikit-learn's.
func fitGoals() map[string]float64 { return map[string]float64{"float64": 0.25, "float32": 0.15} }

// fitEpochs is how many epochs a training has, as in the folds of the digits.
const fitEpochs = 60

// leastAccuracy is what a training must reach on what it was trained on.
const leastAccuracy = 0.95

// fits times whole trainings of 64-64-10 on the digits: the scaling of the inputs, first weights,
// graph, compilation and all steps, beside scikit-learn's scaling and MLPClassifier.fit.
// Batches are of 200, its default, and of 32.
func (s *session) fits(ctx context.Context) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(s.Threads[0]))
	s.versions = map[string]string{}
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	sklearn := (*peer)(nil)
	if s.System.MatchString("sklearn") {
		if sklearn = s.startSklearn(ctx, folder); sklearn != nil {
			defer sklearn.Close()
		}
	}
	var races []*race
	for _, batch := range []int{32, 200} {
		t := foldTask{"digits", foldSettings("digits", 10, 64, "relu", 0, 0.001, 0, batch, fitEpochs), 0}
		data, err := t.examples()
		if err != nil {
			return err
		}
		path := filepath.Join(folder, fmt.Sprintf("digits-%d.json", batch))
		if err := writeJSON(path, newFoldFile(t.settings, data.Train)); err != nil {
			return err
		}
		for _, dtype := range s.Dtypes {
			t.settings.Dtype = dtype
			racers := []racer{{first, func() (time.Duration, error) { return fitOnce(ctx, t.settings, data.Train) }}}
			if sklearn != nil {
				racers = append(racers, racer{"sklearn", func() (time.Duration, error) { return sklearn.fitOnce(path, dtype) }})
			}
			r, err := s.race(ctx, fmt.Sprintf("digits-64-64-10-batch%d", batch), dtype, fitGoals()[dtype], racers...)
			if err != nil {
				return err
			}
			races = append(races, r)
		}
	}
	return s.reportRaces("fit", "Whole trainings", fmt.Sprintf("%d epochs of shuffled batches of the 1797 digits by Adam, from the examples in memory "+
		"to the trained network: scaling, first weights, and for `graph` derivatives and compilation, against scikit-learn's `StandardScaler` and\n"+
		"`MLPClassifier.fit` on arrays of the same dtype. Its default batch is 200. Goals: %v of its time in float64, %v in float32.",
		fitEpochs, fitGoals()["float64"], fitGoals()["float32"]), races)
}

// fitOnce trains on a set, from its examples in their units on.
func fitOnce(ctx context.Context, settings experiment.Settings, set *dataset.Set) (took time.Duration, err error) {
	start := time.Now()
	data, err := experiment.Prepare(set, experiment.Data{})
	if err != nil {
		return 0, err
	}
	e, err := experiment.NewOn(settings, data)
	if err != nil {
		return 0, err
	}
	defer e.Close()
	if _, err := e.Fit(ctx); err != nil {
		return 0, err
	}
	took = time.Since(start)
	score, err := e.Score(e.Train)
	if err == nil {
		err = learned(score.Accuracy)
	}
	return took, err
}

// fitOnce lets scikit-learn do the same.
func (p *peer) fitOnce(path, dtype string) (time.Duration, error) {
	var reply struct {
		NS    int64
		Score float64
	}
	if err := p.ask(map[string]any{"do": "fit", "file": path, "dtype": dtype, "seed": 0}, &reply); err != nil {
		return 0, err
	}
	return time.Duration(reply.NS), learned(reply.Score)
}

// learned reports a training that did not do its work.
func learned(accuracy float64) error {
	if accuracy >= leastAccuracy {
		return nil
	}
	return fmt.Errorf("the training reached an accuracy of %.3f, at least %v expected", accuracy, leastAccuracy)
}
