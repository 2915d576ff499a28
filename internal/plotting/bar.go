package plotting

import (
	"image"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	turn     = math.Pi / 2  // of text that reads upwards
	barSteps = 256          // of colour
	barText  = vg.Length(6) // from the bar to its labels

)

// A colourBar tells what the colours of a field stand for.
type colourBar struct {
	colours *image.Paletted // one column, the highest value first
	ticks   []plot.Tick     // from 0 at the foot to 1
	label   string
}

// drawClassBar draws the colours of a field of two classes to the right of it,
// with the probability of class 1 that each stands for.
func drawClassBar(c *draw.Canvas, data vg.Rectangle, name string) {
	img := image.NewPaletted(image.Rect(0, 0, 1, barSteps), shades(2))
	for i := range barSteps {
		p := (float64(i) + 0.5) / barSteps
		img.Pix[(barSteps-1-i)*img.Stride] = shade([]float64{1 - p, p})
	}
	colourBar{
		colours: img,
		ticks:   []plot.Tick{{Value: 0, Label: "0"}, {Value: 0.5, Label: "0.5"}, {Value: 1, Label: "1"}},
		label:   "probability of " + clean(name),
	}.draw(c, data)
}

// draw draws the bar to the right of the data.
func (b colourBar) draw(c *draw.Canvas, data vg.Rectangle) {
	bar := vg.Rectangle{
		Min: vg.Point{X: data.Max.X + barGap, Y: data.Min.Y},
		Max: vg.Point{X: data.Max.X + barGap + barWidth, Y: data.Max.Y},
	}
	c.DrawImage(bar, b.colours)
	drawFrame(c, bar)

	style := lettering(11, false)
	style.YAlign = draw.YCenter
	height := bar.Max.Y - bar.Min.Y
	for _, t := range b.ticks {
		y := bar.Min.Y + height*vg.Length(t.Value)
		c.StrokeLine2(stroke(edge, 0.8), bar.Max.X, y, bar.Max.X+4, y)
		c.FillText(style, vg.Point{X: bar.Max.X + barText, Y: y + 1}, t.Label)
	}
	style = lettering(12, false)
	style.XAlign, style.YAlign = draw.XCenter, draw.YBottom
	style.Rotation = turn
	c.FillText(style, vg.Point{X: bar.Max.X + b.space() - barGap - barWidth - 2, Y: (bar.Min.Y + bar.Max.Y) / 2}, fit(style, b.label, height))
}

// space returns how much the bar takes beside the data.
func (b colourBar) space() vg.Length {
	style := lettering(11, false)
	widest := vg.Length(16)
	for _, t := range b.ticks {
		widest = max(widest, style.Width(t.Label))
	}
	return barGap + barWidth + barText + widest + 20
}
