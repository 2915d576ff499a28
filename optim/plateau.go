package optim

import (
	"cmp"
	"errors"
	"math"
)

// Plateau lowers the rate when the costs that it is told no longer fall. It is
// PyTorch's ReduceLROnPlateau: a cost is better if
//
//	cost < best − Threshold·|best|
//
// and after Patience costs in a row that are not, the factor is multiplied by Ratio, and
// the count begins anew. A cost that is not a number is not better. Its state are
// fields too, so that a checkpoint holds them if it holds the value; it starts as
// all zeros. The zero Plateau is ready to use.
type Plateau struct {
	Ratio float64 // above 0 and below 1; if 0, 0.1

	// Patience is how many costs in a row are not better before the rate falls; if 0, 11.
	// PyTorch counts one less, and has 10.
	Patience int

	Threshold float64 // from 0 to below 1; 0 takes every smaller cost for a better one
	Least     float64 // the factor goes no lower; from 0 to 1
	Rest      int     // so many costs after a fall are not counted, at least 0

	State PlateauState
}

// PlateauState is what a Plateau has seen.
type PlateauState struct {
	Seen    int     // costs
	Best    float64 // the smallest of them; 0 if none is a number
	Found   bool    // whether there is a Best
	Waiting int     // costs in a row that are not better
	Resting int     // costs that will not be counted
	Falls   int     // how often the rate was lowered
}

var (
	_ Schedule = (*Plateau)(nil)
	_ Observer = (*Plateau)(nil)
)

var errNoPlateau = errors.New("optim: the Plateau is nil")

func (s *Plateau) check() error {
	if s == nil {
		return errNoPlateau
	}
	return cmp.Or(proper("Plateau.Ratio", orDefault(s.Ratio, 0.1)), atLeast("Plateau.Patience", s.Patience, 0),
		share("Plateau.Threshold", s.Threshold), between("Plateau.Least", s.Least, 0, 1),
		atLeast("Plateau.Rest", s.Rest, 0), atLeast("Plateau.State.Falls", s.State.Falls, 0))
}

// Factor returns Ratio to the number of falls, or Least if that is larger.
func (s *Plateau) Factor(p Position) (float64, error) {
	if err := cmp.Or(s.check(), p.check()); err != nil {
		return 0, err
	}
	return max(s.Least, math.Pow(orDefault(s.Ratio, 0.1), float64(s.State.Falls))), nil
}

// Observe counts a cost.
func (s *Plateau) Observe(cost float64) error {
	if err := s.check(); err != nil {
		return err
	}
	at := &s.State
	at.Seen++
	if !math.IsNaN(cost) && !math.IsInf(cost, 0) && (!at.Found || cost < at.Best-s.Threshold*math.Abs(at.Best)) {
		at.Best, at.Found, at.Waiting = cost, true, 0
	} else {
		at.Waiting++
	}
	if at.Resting > 0 {
		at.Resting, at.Waiting = at.Resting-1, 0
	}
	patience := s.Patience
	if patience == 0 {
		patience = 11
	}
	if at.Waiting >= patience {
		at.Falls, at.Waiting, at.Resting = at.Falls+1, 0, s.Rest
	}
	return nil
}
