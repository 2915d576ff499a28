package metrics

import (
	"fmt"
	"math"
)

func checkNumbers(prediction, target float64) error {
	if prediction-prediction != 0 || target-target != 0 {
		return fmt.Errorf("metrics: prediction %v of target %v given, finite numbers expected", prediction, target)
	}
	return nil
}

// AbsoluteError is the mean absolute error, the mean of |prediction − target|.
type AbsoluteError struct {
	total sum
	of    int
}

// Add takes an output and what it should have been.
func (a *AbsoluteError) Add(prediction, target float64) error {
	if a == nil {
		return errNil
	}
	if err := checkNumbers(prediction, target); err != nil {
		return err
	}
	a.of++
	a.total.add(math.Abs(prediction - target))
	return nil
}

// Merge adds what another has seen.
func (a *AbsoluteError) Merge(other AbsoluteError) error {
	if a == nil {
		return errNil
	}
	a.total.merge(other.total)
	a.of += other.of
	return nil
}

// Value returns the mean, NaN without examples.
func (a AbsoluteError) Value() float64 { return a.total.over(a.of) }
