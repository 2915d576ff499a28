package plotting

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Line is a series of a [Chart].
type Line struct {
	Name string    // in the legend; without a name it is not there
	X, Y []float64 // as many of each, at least one; NaN in Y is a gap

	// Low and High, if given, bound a band around the line, such as the
	// quartiles over seeds. NaN in either is a gap.
	Low, High []float64

	// Dots draws a marker at every value, at most 1000 of them, evenly chosen.
	Dots bool

	// NoLine draws markers alone.
	NoLine bool
}

// A Chart is a picture of lines with bands or dots in one pair of axes.
type Chart struct {
	Title          string
	XLabel, YLabel string
	LogX, LogY     bool // logarithmic axes, whose values must be positive
	Lines          []Line

	// YMin and YMax bound the y axis where they differ. What lies beyond is cut
	// off.
	YMin, YMax float64
}

// figure implements Picture.
func (c Chart) figure() (*figure, error) {
	traces, xs, ys, err := c.traces()
	if err != nil {
		return nil, err
	}
	p := newPlot(c.XLabel, c.YLabel)
	setXAxis(&p.X, xs, c.LogX, c.dotted())
	setCostAxis(&p.Y, ys, c.LogY)
	if c.YMin != c.YMax {
		p.Y.Min, p.Y.Max = c.YMin, c.YMax
	}
	p.Add(&plotter.Grid{Vertical: stroke(faint, 0.7), Horizontal: stroke(faint, 0.7)}, corner{})
	for _, t := range traces {
		p.Add(band{t})
	}
	var entries []entry
	for _, t := range traces {
		p.Add(t)
		if label := t.label(); label != "" {
			entries = append(entries, entry{label: label, width: t.width(), swatch: t.swatch})
		}
	}
	pl := place(p, 6, 0.58, func(width vg.Length) *header { return newHeader(c.Title, entries, width) })
	return pl.figure(func(*draw.Canvas, vg.Rectangle) {}), nil
}

// dotted reports whether values are drawn that an edge of the data would cut.
func (c Chart) dotted() bool {
	for _, l := range c.Lines {
		if l.Dots || l.NoLine {
			return true
		}
	}
	return false
}

// traces checks the chart and returns its lines with the values that its axes
// must hold.
func (c Chart) traces() (traces []*trace, xs, ys []float64, err error) {
	if len(c.Lines) == 0 {
		return nil, nil, nil, errors.New("no lines")
	}
	if err := checkBounds(c.YMin, c.YMax, c.LogY); err != nil {
		return nil, nil, nil, err
	}
	for i, l := range c.Lines {
		if err := l.check(c.LogX, c.LogY); err != nil {
			return nil, nil, nil, fmt.Errorf("%s: %w", or(l.Name, fmt.Sprintf("line %d", i+1)), err)
		}
		traces = append(traces, newTrace(i, l, c.runs()))
		xs = append(xs, l.X...)
		for _, values := range [][]float64{l.Y, l.Low, l.High} {
			ys = append(ys, numbers(values)...)
		}
	}
	if len(ys) == 0 {
		return nil, nil, nil, errors.New("no values: all are NaN")
	}
	return traces, xs, ys, nil
}

// runs returns to how many runs of values a line is thinned, so that a picture
// of many long lines stays small.
func (c Chart) runs() int {
	n := 0
	for _, l := range c.Lines {
		n++
		if l.Low != nil {
			n++
		}
	}
	return min(max(4000/n, 100), 600)
}

// check checks the values of a line.
func (l Line) check(logX, logY bool) error {
	if len(l.Y) == 0 {
		return errors.New("no values")
	}
	if len(l.X) != len(l.Y) {
		return fmt.Errorf("%d values of x for %d of y", len(l.X), len(l.Y))
	}
	if n := len(l.Y); (l.Low != nil || l.High != nil) && (len(l.Low) != n || len(l.High) != n) {
		return fmt.Errorf("a band of %d low and %d high values for %d of y", len(l.Low), len(l.High), n)
	}
	for i, x := range l.X {
		if err := checkValue(x, logX); err != nil {
			return fmt.Errorf("x of value %d: %w", i, err)
		}
	}
	for _, values := range [][]float64{l.Y, l.Low, l.High} {
		for i, v := range values {
			if math.IsNaN(v) {
				continue
			}
			if err := checkValue(v, logY); err != nil {
				return fmt.Errorf("value %d (x = %v): %w", i, l.X[i], err)
			}
		}
	}
	for i := range l.Low {
		if l.Low[i] > l.High[i] {
			return fmt.Errorf("value %d: a band from %v down to %v", i, l.Low[i], l.High[i])
		}
	}
	return nil
}

// checkValue reports a value that an axis cannot hold.
func checkValue(v float64, log bool) error {
	if !drawable(v) {
		return fmt.Errorf("cannot draw %v", v)
	}
	if log && v < 1e-100 {
		return fmt.Errorf("cannot draw %v on a logarithmic axis", v)
	}
	return nil
}

// checkBounds reports bounds of a value axis that are none.
func checkBounds(lo, hi float64, log bool) error {
	if lo == hi {
		return nil
	}
	for _, v := range []float64{lo, hi} {
		if err := checkValue(v, log); err != nil {
			return fmt.Errorf("bounds of the y axis: %w", err)
		}
	}
	if lo > hi {
		return fmt.Errorf("bounds of the y axis: from %v down to %v", lo, hi)
	}
	return nil
}

// setXAxis gives the axis the range of the values, with some room for dots.
func setXAxis(a *plot.Axis, values []float64, log, room bool) {
	if log {
		setLogAxis(a, values)
		return
	}
	setStepAxis(a, values)
	if room {
		a.Min, a.Max = spread(values, 0.03)
	}
}

// numbers returns the values that are not NaN.
func numbers(values []float64) []float64 {
	var out []float64
	for _, v := range values {
		if !math.IsNaN(v) {
			out = append(out, v)
		}
	}
	return out
}
