package plotting

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// placement says where on the page a plot and its header go.
type placement struct {
	p      *plot.Plot
	h      *header
	yLabel string
	left   vg.Length    // of the data
	plot   vg.Rectangle // with axes
	height vg.Length    // of the page
}

// place fits a plot to the width of the page, leaves right free beside it, and
// makes its data aspect times as high as wide. makeHeader gets the width from
// the left edge of the data to the margin of the page.
func place(p *plot.Plot, right vg.Length, aspect float64, makeHeader func(vg.Length) *header) *placement {
	pl := &placement{p: p, yLabel: p.Y.Label.Text}
	pl.plot.Min = vg.Point{X: margin, Y: margin}
	if pl.yLabel != "" {
		// The back end leaves room for this label as if it stood beside the middle
		// value, which on a logarithmic axis is far from the middle.
		p.Y.Label.Text = ""
		pl.plot.Min.X += yLabelSpace
	}
	pl.plot.Max = vg.Point{X: pageWidth - margin - right, Y: margin + pageWidth/2}
	// What the axes take of the height may depend a little on the height.
	for range 4 {
		data := pl.data()
		want := (data.Max.X - data.Min.X) * vg.Length(aspect)
		pl.plot.Max.Y += want - (data.Max.Y - data.Min.Y)
		pl.left = data.Min.X
	}
	pl.h = makeHeader(pageWidth - margin - pl.left)
	pl.height = pl.plot.Max.Y + pl.h.height() + margin
	return pl
}

// data returns the rectangle of the data.
func (pl *placement) data() vg.Rectangle {
	return pl.p.DataCanvas(draw.Canvas{Rectangle: pl.plot}).Rectangle
}

// figure returns the figure; extra draws what stands beside the data.
func (pl *placement) figure(extra func(c *draw.Canvas, data vg.Rectangle)) *figure {
	return &figure{width: pageWidth, height: pl.height, draw: func(c draw.Canvas) {
		pl.h.draw(&c, pl.left, pl.height-margin)
		pl.p.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: pl.plot})
		drawYLabel(&c, pl.yLabel, pl.data())
		extra(&c, pl.data())
	}}
}

// yLabelSpace is what the name of the y axis takes beside the ticks.
const yLabelSpace = vg.Length(18)

// drawYLabel draws the name of the y axis at the left edge of the page.
func drawYLabel(c *draw.Canvas, label string, data vg.Rectangle) {
	style := lettering(12, false)
	style.XAlign, style.YAlign = draw.XCenter, draw.YTop
	style.Rotation = turn
	at := vg.Point{X: margin, Y: (data.Min.Y + data.Max.Y) / 2}
	c.FillText(style, at, fit(style, label, data.Max.Y-data.Min.Y))
}

// border is a plotter of a frame around the data.
type border struct{}

// Plot implements plot.Plotter.
func (border) Plot(c draw.Canvas, _ *plot.Plot) { drawFrame(&c, c.Rectangle) }

// corner is a plotter of the two axes, over the grid lines that meet them.
type corner struct{}

// Plot implements plot.Plotter.
func (corner) Plot(c draw.Canvas, _ *plot.Plot) {
	c.StrokeLine2(stroke(edge, 0.8), c.Min.X, c.Min.Y, c.Max.X, c.Min.Y)
	c.StrokeLine2(stroke(edge, 0.8), c.Min.X, c.Min.Y, c.Min.X, c.Max.Y)
}

// frameWidth is that of the line around a field of colour.
const frameWidth = vg.Length(0.8)

// drawFrame draws the outline of a rectangle.
func drawFrame(c *draw.Canvas, r vg.Rectangle) {
	c.SetLineStyle(stroke(edge, frameWidth))
	c.Stroke(r.Path())
}

// drawable reports whether an axis can hold v.
func drawable(v float64) bool { return math.Abs(v) <= 1e100 }

// span returns the least and the greatest of the values.
func span(values []float64) (lo, hi float64) {
	lo, hi = values[0], values[0]
	for _, v := range values {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	return lo, hi
}

// spread returns the range of the values and room on both sides, as a share of
// the range. Values that are all but equal get a range around them.
func spread(values []float64, share float64) (lo, hi float64) {
	lo, hi = span(values)
	size := math.Max(math.Abs(lo), math.Abs(hi))
	if hi-lo <= 1e-6*size || hi-lo < 1e-100 {
		room := math.Max(1, 1e-3*size)
		return lo - room, hi + room
	}
	room := (hi - lo) * share
	return lo - room, hi + room
}
