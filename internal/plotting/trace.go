package plotting

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A trace is a plotter of one line of a chart.
type trace struct {
	index      int // of the style
	name       string
	line, dots bool
	runs       []run   // without gaps
	band       []strip // likewise
	at         []Point // of the dots
	values     int     // of which the dots are some
}

// A run is a piece of a line without a gap.
type run struct{ x, y []float64 }

// A strip is a piece of a band without a gap.
type strip struct{ x, low, high []float64 }

// newTrace returns the trace of line i, thinned to the given number of runs.
func newTrace(i int, l Line, runs int) *trace {
	t := &trace{index: i, name: l.Name, line: !l.NoLine, dots: l.Dots || l.NoLine}
	for _, p := range pieces(l.Y) {
		x, y := decimate(l.X[p[0]:p[1]], l.Y[p[0]:p[1]], runs)
		t.runs = append(t.runs, run{x, y})
	}
	if l.Low != nil {
		width := make([]float64, len(l.Low))
		for i := range width {
			width[i] = l.High[i] - l.Low[i]
		}
		for _, p := range pieces(width) {
			from, to := p[0], p[1]
			t.band = append(t.band, thinStrip(strip{l.X[from:to], l.Low[from:to], l.High[from:to]}, runs))
		}
	}
	if t.dots {
		t.scatter(l)
	}
	return t
}

// scatter finds the places of the dots.
func (t *trace) scatter(l Line) {
	var all []Point
	for i, y := range l.Y {
		if !math.IsNaN(y) {
			all = append(all, Point{X1: l.X[i], X2: y, Class: t.index % len(hues)})
		}
	}
	t.values = len(all)
	n := min(len(all), maxPoints)
	for i := range n {
		t.at = append(t.at, all[i*len(all)/n])
	}
}

// pieces returns where the runs without NaN begin and end.
func pieces(values []float64) [][2]int {
	var out [][2]int
	for i, v := range values {
		switch n := len(out); {
		case math.IsNaN(v):
		case n > 0 && out[n-1][1] == i:
			out[n-1][1]++
		default:
			out = append(out, [2]int{i, i + 1})
		}
	}
	return out
}

// thinStrip keeps of every run of values the extremes of the band.
func thinStrip(s strip, runs int) strip {
	n := len(s.x)
	if n <= 2*runs {
		return s
	}
	var out strip
	for r := range runs {
		from, to := r*n/runs, (r+1)*n/runs
		low, _ := span(s.low[from:to])
		_, high := span(s.high[from:to])
		at := s.x[(from+to)/2]
		switch r {
		case 0:
			at = s.x[0]
		case runs - 1:
			at = s.x[n-1]
		}
		out.x, out.low, out.high = append(out.x, at), append(out.low, low), append(out.high, high)
	}
	return out
}

// Plot implements plot.Plotter. A value between two gaps is a dot.
func (t *trace) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	style := seriesStyle(t.index)
	for _, r := range t.runs {
		line := make([]vg.Point, len(r.x))
		for i := range line {
			line[i] = vg.Point{X: trX(r.x[i]), Y: trY(r.y[i])}
		}
		switch {
		case !t.line:
		case len(line) == 1 && !t.dots:
			t.dot(&c, inside(&c, line), 3)
		default:
			c.StrokeLines(style, c.ClipLinesXY(line)...)
		}
	}
	at := make([]vg.Point, len(t.at))
	for i, pt := range t.at {
		at[i] = vg.Point{X: trX(pt.X1), Y: trY(pt.X2)}
	}
	t.dot(&c, inside(&c, at), t.radius())
}

// radius returns the size of the dots.
func (t *trace) radius() vg.Length {
	return vg.Length(min(max(60/math.Sqrt(float64(len(t.at)+1)), 2), 3.2))
}

// dot draws dots of the line's colour and shape.
func (t *trace) dot(c *draw.Canvas, at []vg.Point, radius vg.Length) {
	points := make([]Point, len(at))
	for i := range points {
		points[i].Class = t.index % len(hues)
	}
	scatter{points: points, radius: radius}.drawAt(c, at)
}

// inside returns the places that the canvas contains.
func inside(c *draw.Canvas, at []vg.Point) []vg.Point {
	var out []vg.Point
	for _, p := range at {
		if c.Contains(p) {
			out = append(out, p)
		}
	}
	return out
}

// label returns what the legend says, "" for no entry.
func (t *trace) label() string {
	if len(t.at) == t.values {
		return t.name
	}
	if t.name == "" {
		return fmt.Sprintf("%d of %d values drawn", len(t.at), t.values)
	}
	return fmt.Sprintf("%s (%d of %d drawn)", t.name, len(t.at), t.values)
}

// width returns that of the line's piece in a legend.
func (t *trace) width() vg.Length {
	if t.line || len(t.band) > 0 {
		return 26
	}
	return 10
}

// swatch draws the line's piece in a legend.
func (t *trace) swatch(c *draw.Canvas, left vg.Point) {
	if len(t.band) > 0 {
		fill(c, t.shade(), vg.Point{X: left.X, Y: left.Y - 5}, vg.Point{X: left.X + t.width(), Y: left.Y + 5})
	}
	if t.line {
		c.StrokeLine2(seriesStyle(t.index), left.X, left.Y, left.X+t.width(), left.Y)
	}
	if t.dots {
		t.dot(c, []vg.Point{{X: left.X + t.width()/2, Y: left.Y}}, 3)
	}
}

// shade returns the colour of the band, through which others are seen.
func (t *trace) shade() color.Color {
	h := hues[t.index%len(hues)]
	return color.NRGBA{h.R, h.G, h.B, 45}
}

// A band is a plotter of the band around a line.
type band struct{ *trace }

// Plot implements plot.Plotter.
func (b band) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	for _, s := range b.band {
		n := len(s.x)
		outline := make([]vg.Point, 2*n)
		for i := range n {
			outline[i] = vg.Point{X: trX(s.x[i]), Y: trY(s.high[i])}
			outline[2*n-1-i] = vg.Point{X: trX(s.x[i]), Y: trY(s.low[i])}
		}
		if n == 1 { // nothing to fill between: a bar
			c.StrokeLines(stroke(b.shade(), 8), c.ClipLinesXY(outline)...)
			continue
		}
		c.FillPolygon(b.shade(), c.ClipPolygonXY(outline))
	}
}

// fill fills a rectangle.
func fill(c *draw.Canvas, colour color.Color, min, max vg.Point) {
	c.SetColor(colour)
	c.Fill(vg.Rectangle{Min: min, Max: max}.Path())
}
