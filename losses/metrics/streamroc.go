package metrics

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// StreamROC is the area of [ROC] in bounded memory, with how far it may be off: it counts
// probabilities in bins of one width.
type StreamROC struct {
	// Bins is how many there are, 16 bytes for each; if 0, 4096. It is not changed once
	// examples were added.
	Bins int

	counts []binned
}

type binned struct{ positives, negatives uint64 }

const usualROCBins = 4096

// Add takes an example by the probability of class 1, and whether it is of class 1.
func (r *StreamROC) Add(p float64, positive bool) error {
	if r == nil {
		return errNil
	}
	if err := checkProbability(p); err != nil {
		return err
	}
	if err := checkBins(r.Bins, len(r.counts), usualROCBins); err != nil {
		return err
	}
	if r.counts == nil {
		r.counts = make([]binned, cmp.Or(r.Bins, usualROCBins))
	}
	b := &r.counts[binOf(p, len(r.counts))]
	if positive {
		b.positives++
	} else {
		b.negatives++
	}
	return nil
}

// Merge adds what another has seen, of as many bins or an error.
func (r *StreamROC) Merge(other *StreamROC) error {
	if r == nil || other == nil {
		return errNil
	}
	if a, b := cmp.Or(len(r.counts), r.Bins, usualROCBins), cmp.Or(len(other.counts), other.Bins, usualROCBins); a != b {
		return fmt.Errorf("metrics: a StreamROC of %d bins and one of %d do not merge", a, b)
	}
	if r.counts == nil {
		r.counts = slices.Clone(other.counts)
		return nil
	}
	for i, b := range other.counts {
		r.counts[i].positives += b.positives
		r.counts[i].negatives += b.negatives
	}
	return nil
}

// AUC returns the area and how far it may lie from that of [ROC]: half the share of the pairs
// that are in one bin, of which it counts half as in order. Both are NaN unless there are
// examples of both classes. The bound leaves out the rounding of a few operations, some
// parts of 1e-16.
func (r *StreamROC) AUC() (area, within float64) {
	if r == nil {
		r = &StreamROC{}
	}
	var below, positives uint64
	var inOrder, together sum
	for _, b := range r.counts {
		inOrder.add(float64(b.positives) * float64(below))
		together.add(float64(b.positives) * float64(b.negatives))
		below += b.negatives
		positives += b.positives
	}
	pairs := float64(positives) * float64(below)
	within = together.value() / 2 / pairs
	return inOrder.value()/pairs + within, within
}

// Curve returns the points of [ROC.Curve] whose thresholds are the lower ends of bins, of
// those that hold examples.
func (r *StreamROC) Curve() []Point {
	if r == nil {
		return nil
	}
	var positives, negatives, truly, falsely uint64
	for _, b := range r.counts {
		positives, negatives = positives+b.positives, negatives+b.negatives
	}
	if positives == 0 || negatives == 0 {
		return nil
	}
	curve := []Point{{Threshold: math.Inf(1)}}
	for i, b := range slices.Backward(r.counts) {
		if b == (binned{}) {
			continue
		}
		truly, falsely = truly+b.positives, falsely+b.negatives
		curve = append(curve, Point{Threshold: float64(i) / float64(len(r.counts)), FalsePositive: float64(falsely) / float64(negatives), TruePositive: float64(truly) / float64(positives)})
	}
	return curve
}
