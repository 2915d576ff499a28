package metrics

import "math"

// R2 is the coefficient of determination, how much of the variance of the targets the
// predictions explain:
//
//	R² = 1 − Σ(prediction − target)²/Σ(target − mean of targets)²
//
// It is 1 for perfect predictions, 0 for those that are no better than the mean, and negative
// for worse ones.
type R2 struct {
	wrong   sum // Σ(prediction − target)²
	of      int
	first   float64 // target, from which means are counted: so they have the digits of differences
	mean    float64 // of target − first
	squares float64 // Σ(target − first − mean)²
}

// Add takes an output and what it should have been. The mean and the squares of targets are
// updated as by B. P. Welford, "Note on a method for calculating corrected sums of squares and
// products", Technometrics 4, 1962.
func (r *R2) Add(prediction, target float64) error {
	if r == nil {
		return errNil
	}
	if err := checkNumbers(prediction, target); err != nil {
		return err
	}
	r.wrong.add((prediction - target) * (prediction - target))
	r.of++
	if r.of == 1 {
		r.first = target
	}
	target -= r.first
	d := target - r.mean
	r.mean += d / float64(r.of)
	r.squares += d * (target - r.mean)
	return nil
}

// Merge adds what another has seen, by T. F. Chan, G. H. Golub and R. J. LeVeque, "Updating
// formulae and a pairwise algorithm for computing sample variances", 1979.
func (r *R2) Merge(other R2) error {
	if r == nil {
		return errNil
	}
	switch {
	case other.of == 0:
		return nil
	case r.of == 0:
		*r = other
		return nil
	}
	r.wrong.merge(other.wrong)
	d, n := other.mean-r.mean+(other.first-r.first), float64(r.of+other.of)
	r.squares += other.squares + d*d*float64(r.of)*float64(other.of)/n
	r.mean += d * float64(other.of) / n
	r.of += other.of
	return nil
}

// Value returns R², NaN where all targets are equal or there are none.
func (r R2) Value() float64 {
	if r.squares == 0 {
		return math.NaN()
	}
	return 1 - r.wrong.value()/r.squares
}
