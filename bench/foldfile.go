package main

import (
	"encoding/json"
	"fmt"
	"os"

	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

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

func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
