package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// foldCount is how many folds the examples are dealt into.
const foldCount = 5

// A foldRow is how a system did on the folds of a set.
type foldRow struct {
	Data    string    `json:"data"`
	System  string    `json:"system"`
	Measure string    `json:"measure"` // accuracy or r2
	Seeds   []int     `json:"seeds"`
	Scores  []float64 `json:"scores"` // by seed, each the mean over its folds
	Mean    float64   `json:"mean"`
	Goal    float64   `json:"goal,omitempty"`
}

// folds judges the networks of foldTasks, and what else there is, by cross-validation.
func (s *session) folds(ctx context.Context) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(s.Threads[0]))
	s.versions = map[string]string{}
	scratch, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	out := s.Out
	if out == "" {
		out = scratch
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	var sklearn *peer
	if s.System.MatchString("sklearn") {
		if sklearn = s.startSklearn(ctx, scratch); sklearn != nil {
			defer sklearn.Close()
		}
	}
	var all [][]foldRow
	for _, t := range s.foldTasks() {
		rows, err := s.foldTask(ctx, t, out, sklearn)
		if err != nil {
			return fmt.Errorf("folds of %s: %w", t.name, err)
		}
		s.progress.clear()
		if err := s.reportFolds(t, rows); err != nil {
			return err
		}
		all = append(all, rows)
	}
	if s.Update {
		return s.updateFolds(all)
	}
	return nil
}

// foldTasks are those of --data.
func (s *session) foldTasks() []foldTask {
	return slices.DeleteFunc(foldTasks(), func(t foldTask) bool { return !slices.Contains(s.Data, t.name) })
}

// startSklearn starts scikit-learn; if there is none, nil, which is noted.
func (s *session) startSklearn(ctx context.Context, folder string) *peer {
	p, err := startPeer(ctx, "sklearn", folder, s.Threads[0])
	if err != nil {
		s.miss("sklearn is %v", err)
		return nil
	}
	s.versions["sklearn"] = p.version
	return p
}

// foldTask runs a task and returns its rows.
func (s *session) foldTask(ctx context.Context, t foldTask, out string, sklearn *peer) ([]foldRow, error) {
	data, err := t.examples()
	if err != nil {
		return nil, err
	}
	file := newFoldFile(t.settings, data.Train)
	for _, seed := range s.Seeds {
		folds, err := data.Train.Folds(foldCount, uint64(seed))
		if err != nil {
			return nil, err
		}
		file.Seeds, file.Folds = append(file.Seeds, seed), append(file.Folds, folds)
	}
	path := filepath.Join(out, t.name+"-folds.json")
	if err := errors.Join(writeJSON(path, file), writeJSON(filepath.Join(out, t.name+".json"), t.settings)); err != nil {
		return nil, err
	}

	measure, kind := "accuracy", "logistic"
	if file.Numbers {
		measure, kind = "r2", "linear"
	}
	var rows []foldRow
	for _, system := range []struct {
		name   string
		scores func(i int) ([]float64, error) // of each fold of the seed
	}{
		{"graph", func(i int) ([]float64, error) { return foldScores(ctx, t.settings, data, file, i) }},
		{"graph, " + kind, func(i int) ([]float64, error) {
			return foldScores(ctx, regression(t.settings, data.Train.Len()*(foldCount-1)/foldCount), data, file, i)
		}},
		{sklearnName(file.Numbers), sklearn.foldScores(path, file, "network")},
		{sklearnName(file.Numbers) + ", targets as they are", sklearn.foldScores(path, file, "raw")},
		{"sklearn, " + kind, sklearn.foldScores(path, file, "linear")},
	} {
		if system.scores == nil || t.ofImages() && system.name != first || !s.System.MatchString(system.name) {
			continue
		}
		row := foldRow{Data: t.name, System: system.name, Measure: measure, Seeds: s.Seeds}
		if system.name == first {
			row.Goal = t.goal
		}
		s.progress.begin("%s: %s", t.name, system.name)
		for i, seed := range s.Seeds {
			s.progress.detail("seed %d", seed)
			scores, err := system.scores(i)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", system.name, err)
			}
			row.Scores = append(row.Scores, mean(scores))
		}
		row.Mean = mean(row.Scores)
		rows = append(rows, row)
	}
	return rows, nil
}

// foldScores trains on each fold of the i-th seed, as demo train --folds does, and
// returns the scores on what was held out.
func foldScores(ctx context.Context, settings experiment.Settings, data experiment.Examples, file foldFile, i int) ([]float64, error) {
	settings.Seed = uint32(file.Seeds[i])
	var scores []float64
	for _, f := range file.Folds[i] {
		score, err := foldScore(ctx, settings, data, f)
		if err != nil {
			return nil, err
		}
		if file.Numbers {
			scores = append(scores, score.R2)
		} else {
			scores = append(scores, score.Accuracy)
		}
	}
	return scores, nil
}

func foldScore(ctx context.Context, settings experiment.Settings, data experiment.Examples, f dataset.Fold) (score experiment.Score, err error) {
	part, err := data.Fold(f)
	if err != nil {
		return score, err
	}
	e, err := experiment.NewOn(settings, part)
	if err != nil {
		return score, err
	}
	defer e.Close()
	if _, err := e.Fit(ctx); err != nil {
		return score, err
	}
	return e.Score(e.Held)
}
