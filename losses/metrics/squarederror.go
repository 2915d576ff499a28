package metrics

import "math"

// SquaredError is the mean squared error, the mean of (prediction − target)², and its root.
type SquaredError struct {
	total sum
	of    int
}

// Add takes an output and what it should have been.
func (s *SquaredError) Add(prediction, target float64) error {
	if s == nil {
		return errNil
	}
	if err := checkNumbers(prediction, target); err != nil {
		return err
	}
	s.of++
	s.total.add((prediction - target) * (prediction - target))
	return nil
}

// Merge adds what another has seen.
func (s *SquaredError) Merge(other SquaredError) error {
	if s == nil {
		return errNil
	}
	s.total.merge(other.total)
	s.of += other.of
	return nil
}

// Mean returns the mean, NaN without examples.
func (s SquaredError) Mean() float64 { return s.total.over(s.of) }

// Root returns the root of the mean, in the unit of the targets, NaN without examples.
func (s SquaredError) Root() float64 { return math.Sqrt(s.Mean()) }
