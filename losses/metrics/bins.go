package metrics

import (
	"cmp"
	"fmt"
)

// checkBins reports a number of bins that is none, or not that of before, if there is a before.
func checkBins(bins, before, usual int) error {
	switch {
	case bins < 0:
		return fmt.Errorf("metrics: Bins is %d, at least 1 expected, or 0 for %d", bins, usual)
	case before > 0 && before != cmp.Or(bins, usual):
		return fmt.Errorf("metrics: Bins is %d, %d expected, which examples were added to", cmp.Or(bins, usual), before)
	}
	return nil
}

// binOf returns the number of the bin of a probability, of n: [0, 1/n), [1/n, 2/n), and so on,
// the last with 1.
func binOf(p float64, n int) int { return min(int(p*float64(n)), n-1) }
