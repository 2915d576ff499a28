package terminal

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/guptarohit/asciigraph"
)

// A Curve is what a chart shows: costs by step.
type Curve struct {
	Steps, Costs []float64
	Val          []float64 // costs of validation at the same steps, drawn as dots; nil if there are none
	Log          bool      // on a logarithmic axis
}

const (
	chartRows    = sketchRows - 4 // above the lowest one
	chartColumns = 26             // of the line, without its axis
	labelColumns = 8              // of the numbers beside the axis, at most
)

// hold is how far a value is from the row that the line is in, in rows, when the
// line leaves it.
const hold = 0.75

// chart returns the curve in at most sketchRows lines of at most LeastColumns
// columns, with an axis for the steps. Every column shows the cost after the step
// that it stands for. The line goes up or down where the cost changed by half a row
// at least, and is nowhere farther than three quarters of a row from the cost.
func (c Curve) chart() []string {
	series := [][]float64{c.sampled(c.Costs)}
	if c.Val != nil {
		series = append([][]float64{c.sampled(c.Val)}, series...) // below the line
	}
	lo, hi := slices.Min(slices.Concat(series...)), slices.Max(slices.Concat(series...))
	plotted := make([][]float64, len(series))
	bounds := []asciigraph.Option{asciigraph.Height(chartRows)}
	if c.Val != nil {
		bounds = append(bounds, asciigraph.SeriesChars(asciigraph.CreateCharSet("·")))
	}
	for i, values := range series {
		if plotted[i] = make([]float64, len(values)); hi > lo {
			plotted[i] = rowsOf(values, lo, hi)
		}
	}
	if hi > lo {
		bounds = append(bounds, asciigraph.LowerBound(0), asciigraph.UpperBound(chartRows))
	}
	label := func(row float64) string { return c.label(lo + (hi-lo)*row/chartRows) }
	text := asciigraph.PlotMany(plotted, append(bounds,
		asciigraph.YAxisValueFormatter(label),
		asciigraph.XAxisRange(0, c.Steps[len(c.Steps)-1]), asciigraph.XAxisTickCount(3),
		asciigraph.XAxisValueFormatter(stepLabel))...)
	return strings.Split(strings.TrimRight(text, "\n"), "\n")
}

// sampled returns one of the costs for each column, the first and the last among them, or
// its logarithm.
func (c Curve) sampled(costs []float64) []float64 {
	values := make([]float64, chartColumns)
	last := len(costs) - 1
	for i := range values {
		step := c.Steps[last] * float64(i) / (chartColumns - 1)
		at, exact := slices.BinarySearch(c.Steps, step)
		at = min(at, last)
		v := costs[at]
		if !exact && at > 0 { // between two of them
			share := (step - c.Steps[at-1]) / (c.Steps[at] - c.Steps[at-1])
			v = costs[at-1] + share*(v-costs[at-1])
		}
		if c.Log {
			v = math.Log10(v)
		}
		values[i] = v
	}
	return values
}

// rowsOf returns the row of each value, 0 for lo to chartRows for hi. A row is left
// only for a value that is far from it.
func rowsOf(values []float64, lo, hi float64) []float64 {
	out := make([]float64, len(values))
	row := math.Inf(-1)
	for i, v := range values {
		at := (v - lo) / (hi - lo) * chartRows
		if math.Abs(at-row) > hold {
			row = math.Round(at)
		}
		out[i] = row
	}
	return out
}

// label writes a number beside the axis.
func (c Curve) label(v float64) string {
	digits := 4
	if c.Log {
		v, digits = math.Pow(10, v), 2
	}
	for ; ; digits-- {
		s := strconv.FormatFloat(v, 'g', digits, 64)
		if utf8.RuneCountInString(s) <= labelColumns || digits == 1 {
			return s
		}
	}
}

// stepLabel writes a number of steps in few columns.
func stepLabel(v float64) string {
	if v < 1e6 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strings.Replace(strconv.FormatFloat(v, 'g', 3, 64), "e+0", "e", 1)
}
