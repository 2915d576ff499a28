package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"chainrule/internal/words"
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

// A foldFile is what scikit-learn is told: the examples, the folds and what there is to set.
type foldFile struct {
	Numbers    bool             `json:"numbers"` // and not classes
	Inputs     int              `json:"inputs"`
	X          []float64        `json:"x"`
	Y          []float64        `json:"y"`
	Hidden     []int            `json:"hidden"`
	Activation string           `json:"activation"`
	Rate       float64          `json:"rate"`
	Alpha      float64          `json:"alpha"`
	Batch      int              `json:"batch"`
	Epochs     int              `json:"epochs"`
	Seeds      []int            `json:"seeds"`
	Folds      [][]dataset.Fold `json:"folds"` // by seed
}

// newFoldFile describes a task on a set. scikit-learn adds alpha/m·W to a gradient of m
// examples where we add L2·W, and its squared error has a ½.
func newFoldFile(s experiment.Settings, set *dataset.Set) foldFile {
	f := foldFile{Numbers: set.Task() == dataset.Regress, Inputs: len(set.Features), X: set.X, Y: set.Y,
		Activation: s.Layers[0].Activation, Rate: s.Rule.Rate, Alpha: s.Rule.L2 * float64(s.Batch), Batch: s.Batch, Epochs: s.Epochs}
	for _, l := range s.Layers[:len(s.Layers)-1] {
		if l.Kind == "dense" {
			f.Hidden = append(f.Hidden, l.Units)
		}
	}
	if f.Numbers {
		f.Alpha /= 2
		return f
	}
	f.Y = nil
	for _, c := range set.Class {
		f.Y = append(f.Y, float64(c))
	}
	return f
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
		{"graph, " + kind, func(i int) ([]float64, error) { return foldScores(ctx, regression(t.settings, data.Train.Len()*(foldCount-1)/foldCount), data, file, i) }},
		{sklearnName(file.Numbers), sklearn.foldScores(path, file, "network")},
		{sklearnName(file.Numbers) + ", targets as they are", sklearn.foldScores(path, file, "raw")},
		{"sklearn, " + kind, sklearn.foldScores(path, file, "linear")},
	} {
		switch {
		case !s.System.MatchString(system.name), system.scores == nil:
			continue
		}
		row := foldRow{Data: t.name, System: system.name, Measure: measure, Seeds: s.Seeds}
		if len(rows) == 0 && system.name == first {
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

func sklearnName(numbers bool) string {
	if numbers {
		return "sklearn, MLPRegressor"
	}
	return "sklearn, MLPClassifier"
}

// foldScores returns what asks scikit-learn for the scores of one of its models; nil if it
// is not there, or has none.
func (p *peer) foldScores(path string, file foldFile, model string) func(i int) ([]float64, error) {
	if p == nil || model == "raw" && !file.Numbers {
		return nil
	}
	return func(i int) ([]float64, error) {
		var reply map[string][]float64
		err := p.ask(map[string]any{"do": "folds", "file": path, "seed": file.Seeds[i], "model": model}, &reply)
		if err == nil && len(reply["scores"]) != len(file.Folds[i]) {
			err = fmt.Errorf("%d scores returned, %d expected", len(reply["scores"]), len(file.Folds[i]))
		}
		return reply["scores"], err
	}
}

// reportFolds prints the rows of a task.
func (s *session) reportFolds(t foldTask, rows []foldRow) error {
	if s.JSON {
		for _, r := range rows {
			if err := json.NewEncoder(s.out).Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	if len(rows) == 0 {
		return fmt.Errorf("--system %s: none of them", s.System)
	}
	fmt.Fprintf(s.out, "%s\n", t.title())
	writeColumns(s.out, foldColumns(rows))
	fmt.Fprintln(s.out)
	return nil
}

// title says what the table of a task shows.
func (t foldTask) title() string {
	s := t.settings
	measure := "accuracy in %"
	if s.Cost.Kind == "squared-error" {
		measure = "R²"
	}
	texts := []string{fmt.Sprintf("%s, %s, %d folds: %s", t.name, measure, foldCount, words.Count(s.Layers[0].Units, "hidden unit")),
		s.Layers[0].Activation}
	for _, l := range s.Layers {
		if l.Kind == "dropout" {
			texts = append(texts, fmt.Sprintf("dropout %v", l.Rate))
		}
	}
	texts = append(texts, fmt.Sprintf("%s at rate %v", s.Rule.Kind, s.Rule.Rate))
	if s.Rule.L2 > 0 {
		texts = append(texts, fmt.Sprintf("L2 %v", s.Rule.L2))
	}
	return strings.Join(append(texts, fmt.Sprintf("batches of %d", s.Batch), words.Count(s.Epochs, "epoch")), ", ")
}

// foldColumns is a table of the rows of a task.
func foldColumns(rows []foldRow) [][]string {
	table := [][]string{{"system", "mean", "goal"}}
	for _, seed := range rows[0].Seeds {
		table[0] = append(table[0], "seed "+strconv.Itoa(seed))
	}
	for _, r := range rows {
		format := func(v float64) string { return fmt.Sprintf("%.2f", 100*v) }
		if r.Measure == "r2" {
			format = func(v float64) string { return fmt.Sprintf("%.3f", v) }
		}
		goal := ""
		switch {
		case r.Goal == 0:
		case r.Mean >= r.Goal:
			goal = "≥ " + format(r.Goal)
		default:
			goal = "< " + format(r.Goal)
		}
		line := []string{r.System, format(r.Mean), goal}
		for _, v := range r.Scores {
			line = append(line, format(v))
		}
		table = append(table, line)
	}
	return table
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// setData and setSeeds take the flags of folds.
func (o *Options) setData(text string) error {
	var known []string
	for _, t := range foldTasks() {
		known = append(known, t.name)
	}
	for _, name := range strings.Split(text, ",") {
		if !slices.Contains(known, name) {
			return errors.New(words.List(known, "or") + " expected")
		}
		o.Data = append(o.Data, name)
	}
	return nil
}

func (o *Options) setSeeds(text string) error {
	from, to, isRange := strings.Cut(text, "-")
	if !isRange {
		from, to = "0", text
	}
	a, err := strconv.Atoi(from)
	b, err2 := strconv.Atoi(to)
	if !isRange {
		b--
	}
	if err != nil || err2 != nil || a < 0 || b < a || b > 1_000_000 || b-a >= 1000 {
		return errors.New("a number of seeds, up to 1000, or the first and the last, such as 10 or 100-104, expected")
	}
	for o.Seeds = nil; a <= b; a++ {
		o.Seeds = append(o.Seeds, a)
	}
	return nil
}
