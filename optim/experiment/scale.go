package experiment

import (
	"math"
	"slices"

	"chainrule/internal/experiment"
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

// scalingFor returns how inputs are scaled for a network, if they are measured as sc. Classes, of which an embedding
// makes numbers, are not. Images are scaled by channel: the pixels of a channel have one mean and one standard
// deviation, those of all of its pixels together, so that neighbours keep their relation. Of a
// network whose first layer is no image it is sc itself.
func scalingFor(s Settings, sc *dataset.Scaling) *dataset.Scaling {
	if experiment.TakesClasses(s.Layers) {
		return nil
	}
	first := s.Layers[0]
	if sc == nil || first.Kind != experiment.Image || len(sc.Mean) != s.Inputs || len(sc.Std) != s.Inputs {
		return sc
	}
	out := dataset.Scaling{Mean: slices.Clone(sc.Mean), Std: slices.Clone(sc.Std)}
	pixels := s.Inputs / first.Shape[0]
	for at := 0; at < s.Inputs; at += pixels {
		means, stds := out.Mean[at:][:pixels], out.Std[at:][:pixels]
		if one(means) && one(stds) {
			continue // as in a file
		}
		mean, variance := 0.0, 0.0
		for _, m := range means {
			mean += m / float64(pixels)
		}
		for i, std := range stds {
			variance += (std*std + (means[i]-mean)*(means[i]-mean)) / float64(pixels)
		}
		for i := range means {
			means[i], stds[i] = mean, math.Sqrt(variance)
		}
	}
	return &out
}

// one reports whether all numbers are the same.
func one(list []float64) bool {
	return !slices.ContainsFunc(list, func(v float64) bool { return v != list[0] })
}
