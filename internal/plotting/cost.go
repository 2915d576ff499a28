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

// A Series is one line of a [CostCurve].
type Series struct {
	// Name stands in the legend. If empty, it is "series 1" and so on; a
	// single series without a name has no legend.
	Name string

	// Step holds the step of each value. If nil, the steps are 0, 1, 2 and so
	// on.
	Step []float64

	// Cost holds the values, at least one.
	Cost []float64
}

// A CostCurve is the picture of costs against steps.
type CostCurve struct {
	// Title stands over the picture, in several lines if it is long. If
	// empty, there is none.
	Title string

	// Series are the lines, at least one. The first six differ in colour, and
	// neighbours in dashes too; the first twelve differ in one or the other.
	Series []Series

	// LogY makes the cost axis logarithmic. All values must then be positive.
	LogY bool

	// XLabel and YLabel name the axes. If empty they are "step" and "cost".
	XLabel, YLabel string
}

// figure implements Picture.
func (c CostCurve) figure() (*figure, error) {
	if len(c.Series) == 0 {
		return nil, errors.New("no series")
	}
	var lines []plot.Plotter
	var entries []entry
	var allX, allY []float64
	for i, s := range c.Series {
		named := s.Name != "" || len(c.Series) > 1
		s.Name = or(s.Name, fmt.Sprintf("series %d", i+1))
		x, err := s.check(c.LogY)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		allX, allY = append(allX, x...), append(allY, s.Cost...)
		l := curve{style: seriesStyle(i)}
		l.x, l.y = decimate(x, s.Cost, 600)
		lines = append(lines, l)
		if named {
			entries = append(entries, entry{label: s.Name, width: 26, swatch: l.swatch})
		}
	}
	p := newPlot(or(c.XLabel, "step"), or(c.YLabel, "cost"))
	setStepAxis(&p.X, allX)
	setCostAxis(&p.Y, allY, c.LogY)
	net := &plotter.Grid{Vertical: stroke(faint, 0.7), Horizontal: stroke(faint, 0.7)}
	p.Add(append([]plot.Plotter{net, corner{}}, lines...)...)
	pl := place(p, 6, 0.58, func(width vg.Length) *header { return newHeader(c.Title, entries, width) })
	return pl.figure(func(*draw.Canvas, vg.Rectangle) {}), nil
}

// check checks the values and returns their steps.
func (s Series) check(log bool) ([]float64, error) {
	if len(s.Cost) == 0 {
		return nil, errors.New("no values")
	}
	x := s.Step
	if x == nil {
		x = make([]float64, len(s.Cost))
		for i := range x {
			x[i] = float64(i)
		}
	}
	if len(x) != len(s.Cost) {
		return nil, fmt.Errorf("%d steps for %d values", len(x), len(s.Cost))
	}
	for i, v := range s.Cost {
		switch {
		case !drawable(x[i]):
			return nil, fmt.Errorf("value %d: cannot draw at step %v", i, x[i])
		case !drawable(v):
			return nil, fmt.Errorf("value %d (step %v): cannot draw %v", i, x[i], v)
		case log && v < 1e-100:
			return nil, fmt.Errorf("value %d (step %v): cannot draw %v on a logarithmic axis", i, x[i], v)
		}
	}
	return x, nil
}

// setStepAxis gives the axis the range of the steps, whole numbers if they are.
func setStepAxis(a *plot.Axis, steps []float64) {
	ticks := linearTicks{count: 7, minStep: 1}
	for _, v := range steps {
		if v != math.Trunc(v) {
			ticks.minStep = 0
			break
		}
	}
	a.Min, a.Max = spread(steps, 0)
	if lo, _ := span(steps); lo >= 0 {
		a.Min = math.Max(a.Min, 0)
	}
	a.Tick.Marker = ticks
}

// setCostAxis gives the axis the range of the costs: from zero where that does
// not flatten the curves.
func setCostAxis(a *plot.Axis, costs []float64, log bool) {
	lo, hi := span(costs)
	if log {
		setLogAxis(a, costs)
		return
	}
	a.Min, a.Max = spread(costs, 0.05)
	if lo >= 0 && (lo < 0.6*hi || a.Min < 0) {
		a.Min = 0
	}
	a.Tick.Marker = linearTicks{count: 6}
}

// setLogAxis makes the axis logarithmic and gives it the range of the values.
func setLogAxis(a *plot.Axis, values []float64) {
	lo, hi := span(values)
	l, h := math.Log10(lo), math.Log10(hi)
	room := math.Max(0.04*(h-l), 0.02)
	a.Min, a.Max = math.Pow(10, l-room), math.Pow(10, h+room)
	a.Scale = plot.LogScale{}
	a.Tick.Marker = logTicks{}
}

// seriesStyle returns the line of series i.
func seriesStyle(i int) draw.LineStyle {
	dashes := [...][]vg.Length{nil, {7, 3}, {2, 2}, {9, 3, 2, 3}}
	return stroke(hues[i%len(hues)], 1.7, dashes[i%len(dashes)]...)
}

// curve is a plotter of one series.
type curve struct {
	style draw.LineStyle
	x, y  []float64
}

// Plot implements plot.Plotter. A single value is a dot.
func (l curve) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	var path vg.Path
	if len(l.x) == 1 {
		markers[0].add(&path, vg.Point{X: trX(l.x[0]), Y: trY(l.y[0])}, 3, 0)
		c.SetColor(l.style.Color)
		c.Fill(path)
		return
	}
	for i := range l.x {
		if at := (vg.Point{X: trX(l.x[i]), Y: trY(l.y[i])}); i == 0 {
			path.Move(at)
		} else {
			path.Line(at)
		}
	}
	c.SetLineStyle(l.style)
	c.Stroke(path)
}

// swatch draws the line's piece in a legend.
func (l curve) swatch(c *draw.Canvas, left vg.Point) {
	c.StrokeLine2(l.style, left.X, left.Y, left.X+26, left.Y)
}

// decimate thins a line to what the eye can see of it: of every run of values
// it keeps the least and the greatest, and it keeps both ends.
func decimate(x, y []float64, runs int) (dx, dy []float64) {
	if len(y) <= 2*runs {
		return x, y
	}
	keep := func(i int) { dx, dy = append(dx, x[i]), append(dy, y[i]) }
	keep(0)
	for r := range runs {
		from, to := r*len(y)/runs, (r+1)*len(y)/runs
		lo, hi := from, from
		for i := from; i < to; i++ {
			if y[i] < y[lo] {
				lo = i
			}
			if y[i] > y[hi] {
				hi = i
			}
		}
		keep(min(lo, hi))
		if lo != hi {
			keep(max(lo, hi))
		}
	}
	keep(len(y) - 1)
	return dx, dy
}
