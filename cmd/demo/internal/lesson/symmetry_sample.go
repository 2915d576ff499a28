package lesson

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/internal/plotting"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/optim/dataset"
)

// A sample holds what the runs of an experiment measured, one number a seed.
type sample []float64

// quantile returns the value that a share q of the sample lies below, between
// its neighbours in proportion: 0 is the least, 0.5 the median.
func (s sample) quantile(q float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(s))
	at := q * float64(len(s)-1)
	i := int(at)
	low, high := sorted[i], sorted[min(i+1, len(s)-1)]
	if low == high || at == float64(i) {
		return low
	}
	return low + (high-low)*(at-float64(i))
}

func (s sample) median() float64 { return s.quantile(0.5) }

// mean returns the arithmetic mean.
func (s sample) mean() float64 {
	sum := 0.0
	for _, v := range s {
		sum += v
	}
	return sum / float64(len(s))
}

// inPercent writes a share with one digit behind the point.
func inPercent(share float64) string { return words.PercentTo(share, 1) }

// inPercentRange writes the median of shares, with the least and the largest if
// they differ.
func inPercentRange(s sample) string {
	least, most := slices.Min(s), slices.Max(s)
	if least == most {
		return inPercent(least)
	}
	return withRange(s.median(), least, most)
}

// withRange writes a share with the least and the largest that it is of.
func withRange(share, least, most float64) string {
	bare := func(v float64) string { return strings.TrimSuffix(inPercent(v), " %") }
	return fmt.Sprintf("%s (%s to %s)", inPercent(share), bare(least), bare(most))
}

// drawn is a way to set weights: normal around a mean, all equal to it if sigma
// is 0.
type drawn struct{ mean, sigma float64 }

// byLayer returns the Initializer of one network that draws W1, W2, … each in its
// own way, in this order.
func byLayer(ways ...drawn) layers.Initializer {
	layer := 0
	return func(w []float64, _, _ int, rng layers.Source) error {
		if layer >= len(ways) {
			return fmt.Errorf("layer %d: ways to draw %d layers given", layer+1, len(ways))
		}
		for i := range w {
			w[i] = ways[layer].mean + ways[layer].sigma*rng.NormFloat64()
		}
		layer++
		return nil
	}
}

// examplesOf returns the points of a set with two features for a picture.
func examplesOf(s *dataset.Set) []plotting.Point {
	points := make([]plotting.Point, s.Len())
	for i, class := range s.Class {
		points[i] = plotting.Point{X1: s.X[2*i], X2: s.X[2*i+1], Class: class}
	}
	return points
}

// onLogAxis returns v, or NaN, which is a gap, if a logarithmic axis has no place
// for it.
func onLogAxis(v float64) float64 {
	if !(v > 0) || math.IsInf(v, 1) {
		return math.NaN()
	}
	return v
}

// withValues returns the lines that are more than a gap.
func withValues(lines []plotting.Line) []plotting.Line {
	return slices.DeleteFunc(lines, func(l plotting.Line) bool {
		return !slices.ContainsFunc(l.Y, func(v float64) bool { return !math.IsNaN(v) })
	})
}
