package optim

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// ErrStop, returned by the callback of Fit, ends the training without an error.
var ErrStop = errors.New("optim: training stopped by the callback")

// Progress is what Fit reports after a step.
type Progress struct {
	Step int     // how many steps have been taken, from 1
	Cost float64 // of the step's batch, before the step
}

// Fit takes a step on each of the batches and calls onStep, which may be nil,
// after each. It ends when the batches do, when the context is done (it then
// returns the context's error), when a step fails, or when onStep returns an
// error; ErrStop counts as none. A step is taken whole or not at all, so that
// the parameters are always those of the last step reported; one whose cost or
// gradient is not finite is not taken, see Trainer.Finite.
func (t *Trainer) Fit(ctx context.Context, batches iter.Seq[Batch], onStep func(Progress) error) error {
	if batches == nil {
		return errors.New("optim: Fit was given no batches")
	}
	done := 0
	for batch := range batches {
		if err := ctx.Err(); err != nil {
			return err
		}
		cost, err := t.run(batch, true, true)
		if err != nil {
			return fmt.Errorf("step %d: %w", done+1, err)
		}
		done++
		if onStep == nil {
			continue
		}
		if err := onStep(Progress{Step: done, Cost: cost}); err != nil {
			if errors.Is(err, ErrStop) {
				return nil
			}
			return err
		}
	}
	return nil
}

// Repeat yields a batch n times: descent on all examples at once.
func Repeat(batch Batch, n int) iter.Seq[Batch] {
	return func(yield func(Batch) bool) {
		for range n {
			if !yield(batch) {
				return
			}
		}
	}
}
