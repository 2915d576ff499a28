package plotting

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// linearTicks places ticks at round values of a linear axis.
type linearTicks struct {
	count   float64 // about how many
	minStep float64 // no two closer than this
}

var _ plot.Ticker = linearTicks{}

// Ticks implements plot.Ticker.
func (t linearTicks) Ticks(lo, hi float64) []plot.Tick {
	step := roundUp(math.Max((hi-lo)/t.count, t.minStep))
	first, last := math.Ceil(lo/step-1e-9), math.Floor(hi/step+1e-9)
	label := number
	if size := math.Max(math.Abs(lo), math.Abs(hi)); size >= 0.01 && size < 10 && step >= 1e-7 {
		label = decimals // 0.69302 is as short as 6.9302e−1
	}
	var ticks []plot.Tick
	for i := first; i <= last; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: label(i*step, step)})
	}
	return ticks
}

// roundUp returns the next of 1, 2 and 5 times a power of ten.
func roundUp(step float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, m := range []float64{1, 2, 5} {
		if step <= m*power*(1+1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// unitOf returns the power of ten of the first digit of a step.
func unitOf(step float64) int { return int(math.Floor(math.Log10(step) + 1e-9)) }

// decimals formats a multiple of step with all its decimals.
func decimals(v, step float64) string {
	if math.Abs(v) < step/2 {
		v = 0 // and not -0
	}
	return strings.ReplaceAll(strconv.FormatFloat(v, 'f', max(-unitOf(step), 0), 64), "-", "−")
}

// number formats a multiple of step with the digits that tell it from its
// neighbours.
func number(v, step float64) string {
	if math.Abs(v) < step/2 {
		v = 0 // and not -0
	}
	unit := unitOf(step)
	var s string
	switch size := math.Abs(v); {
	case v == 0 && unit < -4:
		return "0"
	case size >= 1e7 || unit < -4:
		digits := int(math.Floor(math.Log10(size)+1e-9)) - unit
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', min(max(digits, 0), 16), 64), "e")
		n, _ := strconv.Atoi(exponent)
		s = mantissa + "e" + strconv.Itoa(n)
	default:
		return decimals(v, step)
	}
	return strings.ReplaceAll(s, "-", "−")
}

// logTicks places ticks on a logarithmic axis: labels at powers of ten, or at
// 1, 2 and 5 times those where the axis is short, or at the values of a linear
// axis where it is shorter still.
type logTicks struct{}

var _ plot.Ticker = logTicks{}

// Ticks implements plot.Ticker.
func (logTicks) Ticks(lo, hi float64) []plot.Tick {
	first, last := int(math.Floor(math.Log10(lo))), int(math.Ceil(math.Log10(hi)))
	stride := max((last-first+9)/10, 1)
	var labels string
	switch decades := math.Log10(hi) - math.Log10(lo); {
	case decades < 0.9:
		return linearTicks{count: 6}.Ticks(lo, hi)
	case decades < 2.5:
		labels = "125"
	default:
		labels = "1"
	}
	var ticks []plot.Tick
	for e := first; e <= last; e += stride {
		for m := 1; m <= 9 && (m == 1 || stride == 1); m++ {
			digit := strconv.Itoa(m)
			// Parsing gives 0.3 where 3*0.1 would not.
			v, err := strconv.ParseFloat(digit+"e"+strconv.Itoa(e), 64)
			if err != nil || v < lo || v > hi {
				continue
			}
			tick := plot.Tick{Value: v}
			if strings.Contains(labels, digit) {
				tick.Label = number(v, math.Pow(10, float64(e)))
			}
			ticks = append(ticks, tick)
		}
	}
	return ticks
}
