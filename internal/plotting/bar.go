package plotting

import (
	"image"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// drawBar draws the colours of a field of two classes to the right of it,
// with the probability of class 1 that each stands for.
func drawBar(c *draw.Canvas, data vg.Rectangle, name string) {
	bar := vg.Rectangle{
		Min: vg.Point{X: data.Max.X + barGap, Y: data.Min.Y},
		Max: vg.Point{X: data.Max.X + barGap + barWidth, Y: data.Max.Y},
	}
	const steps = 256
	img := image.NewPaletted(image.Rect(0, 0, 1, steps), shades(2))
	for i := range steps {
		p := (float64(i) + 0.5) / steps
		img.Pix[(steps-1-i)*img.Stride] = shade([]float64{1 - p, p})
	}
	c.DrawImage(bar, img)
	drawFrame(c, bar)

	style := lettering(11, false)
	style.YAlign = draw.YCenter
	height := bar.Max.Y - bar.Min.Y
	for i, label := range []string{"0", "0.5", "1"} {
		y := bar.Min.Y + height*vg.Length(i)/2
		c.StrokeLine2(stroke(edge, 0.8), bar.Max.X, y, bar.Max.X+4, y)
		c.FillText(style, vg.Point{X: bar.Max.X + 6, Y: y + 1}, label)
	}
	style = lettering(12, false)
	style.XAlign, style.YAlign = draw.XCenter, draw.YBottom
	style.Rotation = math.Pi / 2
	text := fit(style, "probability of "+clean(name), height)
	c.FillText(style, vg.Point{X: bar.Max.X + 40, Y: (bar.Min.Y + bar.Max.Y) / 2}, text)
}
