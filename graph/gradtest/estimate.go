package gradtest

import (
	"math"
	"slices"
)

// A derivative is estimated from differences of these steps.
const (
	ratio    = 4         // of one step to the next
	columns  = 4         // how often the tableau extrapolates, at most
	finest   = 0x1p-30   // the last step, by the size of the number that moves
	coarsest = 0.125     // the first, by the size of the whole array or 1
	epsilon  = 0x1p-52   // spacing of the numbers around 1
	least    = 0x1p-1022 // number with all its digits
	near     = 0.25      // the steps that stay near a number, by its size
	few      = 5         // steps before an estimate may be good enough
	rerun    = 2531      // scales the second set of steps: more of them, and others
)

// A difference is a central difference of a function.
type difference struct {
	half     float64 // of the width
	slope    float64
	down, up float64 // the values
}

// secant returns the larger of the slopes from the middle to both sides.
func (d difference) secant(middle float64) float64 {
	return max(math.Abs(d.up-middle), math.Abs(d.down-middle)) / d.half
}

// noise returns how much one rounding of the values moves the slope.
func (d difference) noise() float64 {
	return max(epsilon*max(math.Abs(d.up), math.Abs(d.down)), least) / d.half
}

// An estimate is a derivative as differences know it.
type estimate struct {
	slope float64 // NaN if there is none
	err   float64 // estimated, of slope; +Inf if there is none
	steps int     // that could be used
	kink  bool    // larger steps are on two sides of a kink
	left  bool    // larger steps leave the domain
	flat  bool    // the function is the same number at all steps

	secant   float64 // how steep the function is at the step of slope
	steepest float64 // how steep it is at any step

	nearSlope, nearErr float64 // by steps that are small beside the number that moves
}

// A function is what a derivative is estimated of. It reports whether it meets
// a kink between its middle and x.
type function func(x float64) (y float64, kink bool, err error)

// A search says where the derivative of a function is wanted.
type search struct {
	f      function
	x, y   float64 // the middle, and the value there
	size   float64 // of the array that x is an entry of
	scale  float64 // of the steps: 1, or else for the second opinion
	noise  float64 // of the values, at least
	enough func(estimate) bool
}

// estimate takes smaller and smaller steps, until the estimate is enough or the
// steps are so small that only rounding is left. A step across a kink or out of
// the domain is worth nothing, and so are all larger ones.
func (s search) estimate() (estimate, error) {
	var list []difference
	var best estimate
	kink, left := false, false
	own := math.Abs(s.x)
	if own == 0 {
		own = min(1, s.size)
	}
	if own == 0 {
		own = 1
	}
	for h := coarsest * s.scale * max(1, s.size, own); h >= finest*own; h /= ratio {
		d, crossed, err := s.difference(h)
		if err != nil {
			return best, err
		}
		if outside := !isFinite(d.slope); crossed || outside {
			list, kink, left = list[:0], crossed, outside
			continue
		}
		list = append(list, d)
		if best = extrapolate(list, s.y, s.noise, near*own); len(list) >= few && s.enough(best) {
			return best, nil
		}
	}
	best = extrapolate(list, s.y, max(s.noise, observedNoise(list)), near*own)
	best.kink, best.left = kink, left
	return best, nil
}

// difference returns a central difference, and whether it meets a kink.
func (s search) difference(h float64) (d difference, kink bool, err error) {
	var kinks [2]bool
	up, down := s.x+h, s.x-h
	if d.up, kinks[0], err = s.f(up); err != nil {
		return d, false, err
	}
	if d.down, kinks[1], err = s.f(down); err != nil {
		return d, false, err
	}
	d.half = (up - down) / 2
	d.slope = (d.up - d.down) / (up - down)
	return d, kinks[0] || kinks[1], nil
}

// extrapolate returns the best entry of Richardson's tableau: of every step's
// row the one with the smallest estimated error, and of the rows the one with
// the smallest that no row of smaller steps refutes. Large steps may jump over a
// pole or over many waves and agree on something else. Where rounding hides
// that from the smaller ones, only these can tell that a gradient is wrong: the
// rows of steps up to nearby are looked at by themselves.
func extrapolate(list []difference, middle, noise, nearby float64) estimate {
	best := estimate{slope: math.NaN(), err: math.Inf(1), nearErr: math.Inf(1), steps: len(list), flat: len(list) > 0}
	rows := tableau(list, noise)
	for i, d := range list {
		best.flat = best.flat && d.up == middle && d.down == middle
		best.steepest = max(best.steepest, d.secant(middle))
		row := rows[i]
		refuted := slices.ContainsFunc(rows[i+1:], func(finer estimate) bool {
			return math.Abs(row.slope-finer.slope) > 2*(row.err+finer.err)
		})
		if !refuted && row.err < best.err {
			best.slope, best.err, best.secant = row.slope, row.err, d.secant(middle)
		}
		if d.half <= nearby && row.err < best.nearErr {
			best.nearSlope, best.nearErr = row.slope, row.err
		}
	}
	return best
}

// tableau returns the best entry of every row of Richardson's tableau. The error
// of an entry is its distance from those that it was made of, and what rounding
// makes of it, where the values may be off by noise and by an epsilon of
// themselves.
func tableau(list []difference, noise float64) []estimate {
	rows := make([]estimate, len(list))
	var above, row [columns + 1]float64
	for i, d := range list {
		rows[i] = estimate{err: math.Inf(1)}
		rounding := 2 * max(d.noise(), noise/d.half)
		row[0] = d.slope
		power := 1.0
		for j := 1; j <= min(i, columns); j++ {
			power *= ratio * ratio
			row[j] = row[j-1] + (row[j-1]-above[j-1])/(power-1)
			err := max(math.Abs(row[j]-row[j-1]), math.Abs(row[j]-above[j-1])) + rounding
			if err < rows[i].err {
				rows[i].slope, rows[i].err = row[j], err
			}
		}
		above = row
	}
	return rows
}

// observedNoise returns how far rounding moves the values of a function, to
// judge by its smallest steps, where differences differ by hardly anything else.
func observedNoise(list []difference) float64 {
	noise := 0.0
	for i := max(1, len(list)-few); i < len(list); i++ {
		noise = max(noise, math.Abs(list[i].slope-list[i-1].slope)*list[i].half)
	}
	return noise
}
