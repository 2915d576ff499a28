package experiment

import (
	"maps"
	"slices"
	"testing"

	"chainrule/internal/experiment"
)

// Every kind that an experiment may have can be made, and no other.
func TestEveryKindIsMade(t *testing.T) {
	for _, c := range []struct {
		of          string
		made, known []string
	}{
		{"rules", slices.AppendSeq(slices.Collect(maps.Keys(ruleBuilders)), maps.Keys(methods)), experiment.Kinds(Rule{})},
		{"schedules", slices.Collect(maps.Keys(scheduleBuilders)), experiment.Kinds(Schedule{})},
		{"costs", slices.Collect(maps.Keys(costBuilders)), experiment.Kinds(Cost{})},
	} {
		for _, name := range append(c.made, c.known...) {
			if !slices.Contains(c.made, name) || !slices.Contains(c.known, name) {
				t.Errorf("%s: %s is made %v, known %v", c.of, name, slices.Contains(c.made, name), slices.Contains(c.known, name))
			}
		}
	}
}

// A cost is made of outputs of every meaning that it is of, and of no other; one
// of classes tells what is right.
func TestEveryMeaningHasItsCost(t *testing.T) {
	for output, meaning := range map[string]experiment.Meaning{"identity": experiment.Numbers, "": experiment.Numbers,
		"sigmoid": experiment.Probability, "softmax": experiment.Probabilities} {
		for kind, of := range costBuilders {
			s := Settings{Inputs: 1, Layers: []Layer{{Kind: "dense", Units: 2, Activation: output}}, Cost: Cost{Kind: kind}}
			if s.Meaning() != meaning {
				t.Errorf("%s means %d, %d expected", output, s.Meaning(), meaning)
			}
			if err := s.Check(); (err == nil) != (of[meaning] != nil) {
				t.Errorf("%s of %q is made %v, but error %v", kind, output, of[meaning] != nil, err)
			}
			if s.Cost.OfClasses() && (of[meaning] == nil) != (accuracies[meaning] == nil) {
				t.Errorf("%s of %q has an accuracy %v", kind, output, accuracies[meaning] != nil)
			}
		}
	}
}
