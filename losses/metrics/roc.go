package metrics

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// ROC tells how well scores separate the examples of class 1, the positive ones, from the
// others, whatever threshold is chosen: the receiver operating characteristic. It keeps all
// scores, 16 bytes for each; see [StreamROC].
type ROC struct {
	scores []scored
	sorted bool
}

type scored struct {
	score    float64
	positive bool
}

// Add takes an example by its score, a probability or a logit of class 1, and whether it is of
// class 1. A score that is NaN is an error.
func (r *ROC) Add(score float64, positive bool) error {
	if r == nil {
		return errNil
	}
	if math.IsNaN(score) {
		return fmt.Errorf("metrics: the score is NaN, a number expected")
	}
	r.scores, r.sorted = append(r.scores, scored{score, positive}), false
	return nil
}

// Merge adds what another has seen.
func (r *ROC) Merge(other *ROC) error {
	if r == nil || other == nil {
		return errNil
	}
	r.scores, r.sorted = append(r.scores, other.scores...), false
	return nil
}

// groups calls f for the examples of each score, the largest first, with how many of them are
// positive and negative.
func (r *ROC) groups(f func(score float64, positives, negatives int)) {
	if r == nil {
		return
	}
	if !r.sorted {
		slices.SortFunc(r.scores, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
		r.sorted = true
	}
	for i := 0; i < len(r.scores); {
		score, positives, negatives := r.scores[i].score, 0, 0
		for ; i < len(r.scores) && r.scores[i].score == score; i++ {
			if r.scores[i].positive {
				positives++
			} else {
				negatives++
			}
		}
		f(score, positives, negatives)
	}
}

// AUC returns the area under the curve, which is the share of the pairs of a positive and a
// negative example of which the positive has the larger score, where equal scores count half.
// It is exact but for one division, and NaN unless there are examples of both classes.
//
// From J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver
// operating characteristic curve", Radiology 143, 1982.
func (r *ROC) AUC() float64 {
	var positives, negatives, twice uint64 // twice the pairs in order
	r.groups(func(_ float64, p, n int) {
		twice += uint64(n) * (2*positives + uint64(p))
		positives += uint64(p)
		negatives += uint64(n)
	})
	return float64(twice) / (2 * float64(positives) * float64(negatives))
}

// A Point of the curve is what a threshold gives, from which on scores are taken for class 1.
type Point struct {
	Threshold     float64
	FalsePositive float64 // share of the negative examples that are taken for class 1
	TruePositive  float64 // share of the positive ones
}

// Curve returns a point for each score that occurs, the largest first, after the point of the
// threshold +Inf, at which nothing is taken for class 1. It is nil unless there are examples
// of both classes.
func (r *ROC) Curve() []Point {
	positives, negatives := 0, 0
	r.groups(func(_ float64, p, n int) { positives, negatives = positives+p, negatives+n })
	if positives == 0 || negatives == 0 {
		return nil
	}
	curve := []Point{{Threshold: math.Inf(1)}}
	truly, falsely := 0, 0
	r.groups(func(score float64, p, n int) {
		truly, falsely = truly+p, falsely+n
		curve = append(curve, Point{score, share(falsely, negatives), share(truly, positives)})
	})
	return curve
}
