package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"chainrule/internal/words"
	"chainrule/optim/experiment"
)

func sklearnName(numbers bool) string {
	if numbers {
		return "sklearn, MLPRegressor"
	}
	return "sklearn, MLPClassifier"
}

// reportFolds prints the rows of a task.
func (s *session) reportFolds(t foldTask, rows []foldRow) error {
	if len(rows) == 0 {
		return fmt.Errorf("no system matches --system %q, or what matches is missing", s.System)
	}
	if s.JSON {
		for _, r := range rows {
			if err := json.NewEncoder(s.out).Encode(r); err != nil {
				return err
			}
		}
		return nil
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
	if t.ofImages() {
		texts = []string{fmt.Sprintf("%s, %s, %d folds: convolutions of ", t.name, measure, foldCount) + words.List(channels(s.Layers), "and") + " channels", "relu and pools behind them", s.Dtype}
	}
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

// channels lists those of convolutions.
func channels(layers []experiment.Layer) (list []string) {
	for _, l := range layers {
		if l.Kind == "conv" {
			list = append(list, strconv.Itoa(l.Channels))
		}
	}
	return list
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
