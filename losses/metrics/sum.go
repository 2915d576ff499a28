package metrics

import "math"

// A sum adds numbers with the error of each addition kept beside it, so that its error does
// not grow with their number.
//
// From A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
// ZAMM 54, 1974, algorithm IV.
type sum struct{ total, lost float64 }

func (s *sum) add(x float64) {
	t := s.total + x
	if math.Abs(s.total) >= math.Abs(x) {
		s.lost += s.total - t + x
	} else {
		s.lost += x - t + s.total
	}
	s.total = t
}

func (s *sum) merge(other sum) {
	s.add(other.total)
	s.lost += other.lost
}

func (s sum) value() float64 {
	if math.IsInf(s.total, 0) {
		return s.total // and what is lost is none
	}
	return s.total + s.lost
}

// over returns the mean of n numbers, NaN of none.
func (s sum) over(n int) float64 { return s.value() / float64(n) }

// share returns part/whole, NaN of nothing.
func share(part, whole int) float64 { return float64(part) / float64(whole) }
