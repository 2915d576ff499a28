package optim

import (
	"cmp"
	"fmt"
	"math"
)

// check reports a place that is none.
func (p Position) check() error {
	return cmp.Or(atLeast("Position.Step", p.Step, 0), atLeast("Position.Steps", p.Steps, 0))
}

// length returns how many steps a schedule takes, which it says itself or the
// training.
func (p Position) length(field string, own int) (int, error) {
	if err := cmp.Or(p.check(), atLeast(field, own, 0)); err != nil {
		return 0, err
	}
	if own == 0 {
		own = p.Steps
	}
	if own == 0 {
		return 0, fmt.Errorf("optim: %s: 0 given, at least 1 expected where the Position does not tell Steps", field)
	}
	return own, nil
}

func atLeast(field string, v, least int) error {
	if v >= least {
		return nil
	}
	return fmt.Errorf("optim: %s: %d given, at least %d expected", field, v, least)
}

func between(field string, v, least, most float64) error {
	if v >= least && v <= most {
		return nil
	}
	return fmt.Errorf("optim: %s: %v given, a number from %v to %v expected", field, v, least, most)
}

func aboveZero(field string, v float64) error {
	if v > 0 && !math.IsInf(v, 1) {
		return nil
	}
	return fmt.Errorf("optim: %s: "+positiveError, field, v)
}

// finite reports a factor that has grown beyond all numbers.
func finite(schedule string, factor float64) (float64, error) {
	if isRate(factor) {
		return factor, nil
	}
	return 0, fmt.Errorf("optim: %s: the factor has grown to %v, a finite number expected", schedule, factor)
}

// proper wants what is strictly between 0 and 1.
func proper(field string, v float64) error {
	if v > 0 && v < 1 {
		return nil
	}
	return fmt.Errorf("optim: %s: %v given, a number above 0 and below 1 expected", field, v)
}

func share(field string, v float64) error {
	if v >= 0 && v < 1 {
		return nil
	}
	return fmt.Errorf("optim: %s: %v given, a number from 0 to below 1 expected", field, v)
}
