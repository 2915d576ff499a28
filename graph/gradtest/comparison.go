package gradtest

import (
	"math"

	"chainrule/graph"
)

// A comparison gathers a Row entry by entry.
type comparison struct {
	Row
	floor     float64
	largest   float64 // entry of either gradient
	worst     int     // entry, −1 before the first
	gap       float64 // of the worst entry
	notFinite bool    // the worst entry is not
}

func newComparison(x *graph.Node, order int, tolerance, floor float64) *comparison {
	name := x.Name()
	if name == "" {
		name = x.Symbol()
	}
	return &comparison{Row: Row{Name: name, Shape: x.Shape(), Order: order, Tolerance: tolerance},
		floor: floor, worst: -1}
}

// add compares entry e. Values that are not finite are wrong even at a kink.
func (c *comparison) add(e int, symbolic, numeric float64, kink bool) {
	c.Entries++
	finite := isFinite(symbolic) && isFinite(numeric)
	if kink && finite {
		c.Kinks++
		return
	}
	if c.notFinite {
		return
	}
	gap := math.Abs(symbolic - numeric)
	c.largest = max(c.largest, math.Abs(symbolic), math.Abs(numeric))
	if c.worst < 0 || gap > c.gap || !finite {
		c.worst, c.gap, c.notFinite = e, gap, !finite
		c.Worst.Symbolic, c.Worst.Numeric = symbolic, numeric
	}
}

// row returns the result.
func (c *comparison) row() Row {
	r := c.Row
	if c.worst < 0 {
		return r
	}
	r.Absolute = c.largest < c.floor
	r.Error = c.gap / max(c.largest, c.floor)
	if c.notFinite {
		r.Error = math.Inf(1)
		r.Absolute = false
	}
	r.Worst.Index = unravel(c.worst, r.Shape)
	return r
}

// unravel returns the index of entry e of a row-major array.
func unravel(e int, shape []int) []int {
	index := make([]int, len(shape))
	for axis := len(shape) - 1; axis >= 0; axis-- {
		index[axis] = e % shape[axis]
		e /= shape[axis]
	}
	return index
}
