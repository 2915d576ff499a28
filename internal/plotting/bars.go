package plotting

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Bars is a picture of a value for each name and series, side by side: bars, or
// dots on a logarithmic axis, which has no zero for a bar to stand on.
type Bars struct {
	Title  string
	YLabel string
	Names  []string    // below the groups of bars
	Series []string    // in the legend; one without a name has none
	Values [][]float64 // by series, then by name; NaN is no bar
	LogY   bool        // a logarithmic axis, whose values must be positive, with dots

	// YMin and YMax bound the y axis where they differ. What lies beyond is cut
	// off.
	YMin, YMax float64

	PercentOnYAxis bool // values are shares, ticks are per cent
}

// figure implements Picture.
func (b Bars) figure() (*figure, error) {
	all, err := b.check()
	if err != nil {
		return nil, err
	}
	p := newPlot("", b.YLabel)
	p.X.Min, p.X.Max = -0.5, float64(len(b.Names))-0.5
	b.setYAxis(&p.Y, all)
	p.Add(&plotter.Grid{Horizontal: stroke(faint, 0.7)}, barGroups(b), corner{})
	var entries []entry
	for i, name := range b.Series {
		if name != "" {
			entries = append(entries, entry{label: name, width: 16, swatch: func(c *draw.Canvas, left vg.Point) {
				if b.LogY {
					drawMarker(c, i%len(hues), vg.Point{X: left.X + 8, Y: left.Y}, barDot)
					return
				}
				drawColumn(c, i, vg.Rectangle{Min: vg.Point{X: left.X, Y: left.Y - 5}, Max: vg.Point{X: left.X + 16, Y: left.Y + 5}})
			}})
		}
	}
	b.setNames(p)
	pl := place(p, 6, 0.5, func(width vg.Length) *header { return newHeader(b.Title, entries, width) })
	return pl.figure(func(*draw.Canvas, vg.Rectangle) {}), nil
}

// check checks the bars and returns all values that the axis must hold.
func (b Bars) check() ([]float64, error) {
	if len(b.Names) == 0 || len(b.Values) == 0 {
		return nil, errors.New("no bars")
	}
	if b.Series != nil && len(b.Series) != len(b.Values) {
		return nil, fmt.Errorf("%d names of series for %d series", len(b.Series), len(b.Values))
	}
	if err := checkBounds(b.YMin, b.YMax, b.LogY); err != nil {
		return nil, err
	}
	var all []float64
	for s, row := range b.Values {
		if len(row) != len(b.Names) {
			return nil, fmt.Errorf("series %d: %d values for %d names", s, len(row), len(b.Names))
		}
		for i, v := range row {
			if err := checkValue(v, b.LogY); err != nil && !math.IsNaN(v) {
				return nil, fmt.Errorf("series %d, %s: %w", s, b.Names[i], err)
			}
		}
		all = append(all, numbers(row)...)
	}
	if len(all) == 0 {
		return nil, errors.New("no values: all are NaN")
	}
	return all, nil
}

// setYAxis gives the axis the range of the values and of the bars' foot.
func (b Bars) setYAxis(a *plot.Axis, all []float64) {
	if b.LogY {
		setLogAxis(a, all)
	} else {
		lo, hi := span(append(all, 0))
		if lo == hi {
			hi = 1
		}
		room := 0.05 * (hi - lo)
		a.Min, a.Max = lo-room, hi+room
		if lo == 0 {
			a.Min = 0
		}
		if hi == 0 {
			a.Max = 0
		}
		a.Tick.Marker = linearTicks{count: 6}
		if b.PercentOnYAxis {
			a.Tick.Marker = percentTicks{}
		}
	}
	if b.YMin != b.YMax {
		a.Min, a.Max = b.YMin, b.YMax
	}
}

// setNames puts the names under the groups of bars: in several lines where that
// is enough to fit them, else on a slant.
func (b Bars) setNames(p *plot.Plot) {
	style := lettering(11, false)
	room := (pageWidth - 2*margin - 50) / vg.Length(len(b.Names)) * 0.94
	slanted := false
	for _, name := range b.Names {
		for _, word := range strings.Fields(clean(name)) {
			slanted = slanted || style.Width(word) > room
		}
	}
	var ticks plot.ConstantTicks
	for i, name := range b.Names {
		label := strings.Join(wrap(style, name, room), "\n")
		if slanted {
			label = fit(style, name, 150)
		}
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: label})
	}
	p.X.Tick.Marker = ticks
	p.X.Tick.LineStyle.Width = 0
	p.X.Padding = 4
	if slanted {
		p.X.Padding = 9
		p.X.Tick.Label.Rotation = math.Pi / 5
		p.X.Tick.Label.XAlign = draw.XRight
		p.X.Tick.Label.YAlign = draw.YCenter
	}
}

// barGroups is a plotter of the bars.
type barGroups Bars

// Plot implements plot.Plotter.
func (b barGroups) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	group := trX(1) - trX(0)
	width := min(0.8*group/vg.Length(len(b.Values)), 48)
	if b.LogY {
		b.plotDots(&c, func(name, series int) vg.Length {
			return trX(float64(name)) + width*(vg.Length(series)+0.5-vg.Length(len(b.Values))/2)
		}, trY)
		return
	}
	foot := min(max(trY(0), c.Min.Y), c.Max.Y)
	for s, row := range b.Values {
		for i, v := range row {
			left := trX(float64(i)) + width*(vg.Length(s)-vg.Length(len(b.Values))/2)
			if !math.IsNaN(v) {
				top := min(max(trY(v), c.Min.Y), c.Max.Y)
				drawColumn(&c, s, vg.Rectangle{
					Min: vg.Point{X: left + width*0.06, Y: min(foot, top)},
					Max: vg.Point{X: left + width*0.94, Y: max(foot, top)},
				})
			}
		}
	}
	if foot > c.Min.Y && foot < c.Max.Y {
		c.StrokeLine2(stroke(edge, 0.8), c.Min.X, foot, c.Max.X, foot)
	}
}

// barDot is the radius of a dot in place of a bar.
const barDot = vg.Length(4)

// plotDots draws a dot for each value where its bar would stand; those beyond the
// axis are left out.
func (b barGroups) plotDots(c *draw.Canvas, x func(name, series int) vg.Length, y func(float64) vg.Length) {
	for s, row := range b.Values {
		for i, v := range row {
			if at := (vg.Point{X: x(i, s), Y: y(v)}); !math.IsNaN(v) && c.Contains(at) {
				drawMarker(c, s%len(hues), at, barDot)
			}
		}
	}
}

// drawColumn draws one bar of a series. Neighbours differ in texture as well as
// in colour: full, striped, pale.
func drawColumn(c *draw.Canvas, series int, r vg.Rectangle) {
	hue := hues[series%len(hues)]
	body := hue
	if series%3 != 0 {
		body = mix(paper, hue, 0.3)
	}
	fill(c, body, r.Min, r.Max)
	if series%3 == 1 {
		for _, s := range stripes(r, 5) {
			c.StrokeLine2(stroke(hue, 1.1), s[0].X, s[0].Y, s[1].X, s[1].Y)
		}
	}
	c.SetLineStyle(stroke(hue, 1))
	c.Stroke(r.Path())
}

// stripes returns the pieces of slanted lines, a distance apart, that lie in a
// rectangle.
func stripes(r vg.Rectangle, apart vg.Length) [][2]vg.Point {
	w, h := r.Max.X-r.Min.X, r.Max.Y-r.Min.Y
	var out [][2]vg.Point
	for d := apart; d < w+h; d += apart { // along x + y = d
		x0, x1 := max(0, d-h), min(d, w)
		out = append(out, [2]vg.Point{
			{X: r.Min.X + x0, Y: r.Min.Y + d - x0},
			{X: r.Min.X + x1, Y: r.Min.Y + d - x1},
		})
	}
	return out
}

// percentTicks places ticks on an axis of shares.
type percentTicks struct{}

// Ticks implements plot.Ticker.
func (percentTicks) Ticks(lo, hi float64) []plot.Tick {
	ticks := linearTicks{count: 6}.Ticks(100*lo, 100*hi)
	for i := range ticks {
		ticks[i].Value /= 100
		ticks[i].Label += " %"
	}
	return ticks
}
