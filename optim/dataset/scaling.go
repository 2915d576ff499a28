package dataset

import (
	"fmt"
	"math"
)

// A Scaling moves and scales numbers: x becomes (x − mean)/std, or 0 where std is
// 0. [Set.Scaling] measures one; Apply brings a set to its scale, that which it was
// measured on or others.
type Scaling struct {
	Mean []float64 // of each feature, in its own unit
	Std  []float64 // standard deviation of each feature, in its own unit; 0 for a constant one
}

// Scaling returns mean and standard deviation of each feature. The standard
// deviation is that of a population, √(Σ(x − mean)²/m). It is exactly 0 for a
// constant feature, and both are NaN for one that holds NaN or Inf.
//
// Of a set that [Set.Check] reports the scaling is empty.
func (s *Set) Scaling() Scaling {
	if s.Check() != nil {
		return Scaling{}
	}
	return measure(s.X, len(s.Features))
}

// TargetScaling is [Set.Scaling] for the numbers in Y. Of a set without them it is
// empty.
func (s *Set) TargetScaling() Scaling {
	if s.Check() != nil || s.Task() != Regress {
		return Scaling{}
	}
	return measure(s.Y, len(s.Targets))
}

// Apply scales the features of s in place. It is an error, and nothing is
// changed, if s is not valid (see [Set.Check]), if it has not as many features
// as the scaling, or if a mean or standard deviation is not a finite number,
// the latter at least 0.
func (sc Scaling) Apply(s *Set) error {
	if err := s.Check(); err != nil {
		return err
	}
	n := len(s.Features)
	if len(sc.Mean) != n || len(sc.Std) != n {
		return fmt.Errorf("dataset: a scaling of %d means and %d standard deviations given for %d features",
			len(sc.Mean), len(sc.Std), n)
	}
	for i := range n {
		if mean, std := sc.Mean[i], sc.Std[i]; !isFinite(mean) || !isFinite(std) || std < 0 {
			return fmt.Errorf("dataset: the scaling of feature %s is mean %v, standard deviation %v: finite numbers, the latter at least 0, expected",
				plain(s.Features[i]), mean, std)
		}
	}
	sc.apply(s.X)
	s.missing = nil // what Columns have for new examples is in the units of the file
	return nil
}

// apply scales examples that lie one after the other.
func (sc Scaling) apply(x []float64) {
	n := len(sc.Mean)
	for start := 0; start < len(x); start += n {
		for i, v := range x[start : start+n] {
			x[start+i] = scale(v, sc.Mean[i], sc.Std[i])
		}
	}
}

func scale(x, mean, std float64) float64 {
	if std == 0 {
		return 0
	}
	d := x - mean
	if math.IsInf(d, 0) { // both near ±1.8e308: the difference may be too large, not the quotient
		return (x/2 - mean/2) / std * 2
	}
	return d / std
}

// measure returns the mean and standard deviation of each of n features.
//
// The method is the corrected two-pass algorithm of T. Chan, G. Golub and
// R. LeVeque, "Algorithms for computing the sample variance", The American
// Statistician 37(3), 1983, on deviations divided by the largest of them, so
// that squares neither overflow nor vanish.
func measure(x []float64, n int) Scaling {
	m := float64(len(x) / n)
	lo, hi := extremes(x, n)
	sc := Scaling{Mean: make([]float64, n), Std: make([]float64, n)}
	unit := make([]float64, n) // a power of two that keeps sums from overflowing
	for i := range n {
		_, exp := math.Frexp(max(math.Abs(lo[i]), math.Abs(hi[i])))
		unit[i] = math.Ldexp(1, min(-exp, 1000))
	}
	each(x, n, func(i int, v float64) { sc.Mean[i] += v * unit[i] })
	reach := make([]float64, n) // the largest deviation
	for i := range n {
		sc.Mean[i] /= m
		reach[i] = max(hi[i]*unit[i]-sc.Mean[i], sc.Mean[i]-lo[i]*unit[i])
	}
	sum, squares := make([]float64, n), make([]float64, n)
	each(x, n, func(i int, v float64) {
		d := (v*unit[i] - sc.Mean[i]) / reach[i]
		sum[i] += d
		squares[i] += d * d
	})
	for i := range n {
		if lo[i] == hi[i] && isFinite(lo[i]) { // exactly, whatever was rounded above
			sc.Mean[i], sc.Std[i] = lo[i], 0
			continue
		}
		shift := sum[i] / m
		sc.Mean[i] = min(max((sc.Mean[i]+shift*reach[i])/unit[i], lo[i]), hi[i])
		sc.Std[i] = math.Sqrt(squares[i]/m-shift*shift) * reach[i] / unit[i]
	}
	return sc
}

// extremes returns the smallest and largest number of each feature, NaN for one
// that holds NaN.
func extremes(x []float64, n int) (lo, hi []float64) {
	lo, hi = append([]float64(nil), x[:n]...), append([]float64(nil), x[:n]...)
	each(x, n, func(i int, v float64) { lo[i], hi[i] = min(lo[i], v), max(hi[i], v) })
	return lo, hi
}

// each calls f on the numbers in the order in which they lie, with their feature.
func each(x []float64, n int, f func(i int, v float64)) {
	for start := 0; start < len(x); start += n {
		for i, v := range x[start : start+n] {
			f(i, v)
		}
	}
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
