package metrics

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Calibration compares probabilities with how often what they are of comes true, in bins of
// one width: of all examples with a probability near 0.8 four in five should be positive.
//
// Of more than two classes it is told the probability of the likeliest class, and whether that
// was right; or it judges one class after the other.
type Calibration struct {
	// Bins is how many there are; if 0, 10. It is not changed once examples were added.
	Bins int

	bins []calibrated
}

type calibrated struct {
	count, positive int
	p               sum
}

const usualCalibrationBins = 10

// Add takes an example by the probability that it is positive, and whether it is.
func (c *Calibration) Add(p float64, positive bool) error {
	if c == nil {
		return errNil
	}
	if err := checkProbability(p); err != nil {
		return err
	}
	if err := checkBins(c.Bins, len(c.bins), usualCalibrationBins); err != nil {
		return err
	}
	if c.bins == nil {
		c.bins = make([]calibrated, cmp.Or(c.Bins, usualCalibrationBins))
	}
	b := &c.bins[binOf(p, len(c.bins))]
	b.count++
	b.p.add(p)
	if positive {
		b.positive++
	}
	return nil
}

// Merge adds what another has seen, of as many bins or an error.
func (c *Calibration) Merge(other *Calibration) error {
	if c == nil || other == nil {
		return errNil
	}
	if a, b := cmp.Or(len(c.bins), c.Bins, usualCalibrationBins), cmp.Or(len(other.bins), other.Bins, usualCalibrationBins); a != b {
		return fmt.Errorf("metrics: a Calibration of %d bins and one of %d do not merge", a, b)
	}
	if c.bins == nil {
		c.bins = slices.Clone(other.bins)
		return nil
	}
	for i, b := range other.bins {
		c.bins[i].count += b.count
		c.bins[i].positive += b.positive
		c.bins[i].p.merge(b.p)
	}
	return nil
}

// A CalibrationBin holds the examples whose probability is at least From and below To, or 1
// in the last.
type CalibrationBin struct {
	From, To float64
	Count    int     // examples
	Mean     float64 // of their probabilities; NaN of none
	Positive float64 // share of them that are positive; NaN of none
}

// Table returns all bins, empty ones included; none without examples.
func (c *Calibration) Table() []CalibrationBin {
	var table []CalibrationBin
	if c == nil {
		return nil
	}
	n := float64(len(c.bins))
	for i, b := range c.bins {
		table = append(table, CalibrationBin{float64(i) / n, float64(i+1) / n, b.count, b.p.over(b.count), share(b.positive, b.count)})
	}
	return table
}

// ExpectedError returns the mean over the examples of how far the mean probability and the
// share of positive examples of their bin are apart, NaN without examples.
//
// From M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities
// using Bayesian binning", AAAI 2015.
func (c *Calibration) ExpectedError() float64 {
	var gaps sum
	n := 0
	for _, b := range c.Table() {
		if b.Count > 0 {
			gaps.add(float64(b.Count) * math.Abs(b.Mean-b.Positive))
			n += b.Count
		}
	}
	return gaps.over(n)
}
