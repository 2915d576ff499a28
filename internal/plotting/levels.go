package plotting

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// levels is a plotter of horizontal lines, whose names stand to the right of the
// data, where they hide nothing of it.
type levels []Mark

const (
	levelSize  = vg.Length(11)
	levelWidth = vg.Length(120) // of a name at most
)

// Plot implements plot.Plotter.
func (l levels) Plot(c draw.Canvas, p *plot.Plot) {
	_, trY := p.Transforms(&c)
	for _, m := range l {
		if y := trY(m.At); c.ContainsY(y) {
			c.StrokeLine2(stroke(edge, 0.9), c.Min.X, y, c.Max.X, y)
		}
	}
}

// room returns how much space the names take.
func (l levels) room() vg.Length {
	style := lettering(levelSize, false)
	room := vg.Length(6)
	for _, m := range l {
		room = max(room, style.Width(fit(style, m.Name, levelWidth))+12)
	}
	return room
}

// names returns a function that draws the names beside the data of p. Names
// that would touch are moved apart.
func (l levels) names(p *plot.Plot) func(c *draw.Canvas, data vg.Rectangle) {
	return func(c *draw.Canvas, data vg.Rectangle) {
		sorted := slices.SortedFunc(slices.Values(l), func(a, b Mark) int { return cmp.Compare(a.At, b.At) })
		style := lettering(levelSize, false)
		style.YAlign = draw.YCenter
		area := draw.Canvas{Canvas: c.Canvas, Rectangle: data}
		_, trY := p.Transforms(&area)
		last := data.Min.Y - levelSize
		for _, m := range sorted {
			y := trY(m.At)
			if !area.ContainsY(y) {
				continue
			}
			at := max(y, last+levelSize+1)
			c.StrokeLine2(stroke(edge, 0.6), data.Max.X, y, data.Max.X+5, at)
			c.FillText(style, vg.Point{X: data.Max.X + 7, Y: at + 1}, fit(style, m.Name, levelWidth))
			last = at
		}
	}
}
