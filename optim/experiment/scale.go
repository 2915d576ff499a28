package experiment

import (
	"slices"

	"chainrule/optim/dataset"
)

// Scaled returns a set as the network takes it: a copy whose inputs and numbers to
// predict are standardised, or the set itself where there is nothing to scale. Of a set
// that does not fit the scaling it is nil, of which programs say that it is missing.
func (e *Experiment) Scaled(set *dataset.Set) *dataset.Set {
	if e == nil || set == nil || e.Scaling == nil && e.TargetScaling == nil {
		return set
	}
	out := *set
	if e.Scaling != nil {
		out.X = slices.Clone(set.X)
		if e.Scaling.Apply(&out) != nil {
			return nil
		}
	}
	if e.TargetScaling != nil && len(set.Targets) > 0 && len(set.Y) > 0 {
		numbers := &dataset.Set{X: slices.Clone(set.Y), Features: set.Targets}
		if e.TargetScaling.Apply(numbers) != nil {
			return nil
		}
		out.Y = numbers.X
	}
	return &out
}

// unscale turns outputs of the network into numbers in the units of the targets.
func (e *Experiment) unscale(outputs []float64) {
	if e.TargetScaling == nil {
		return
	}
	for i := range outputs {
		k := i % len(e.TargetScaling.Mean)
		outputs[i] = outputs[i]*e.TargetScaling.Std[k] + e.TargetScaling.Mean[k]
	}
}
