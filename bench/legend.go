package main

import (
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// drawLegend draws title and legend over the chart.
func (s *session) drawLegend(c *draw.Canvas) {
	style := text.Style{Color: ink, Font: lettering(14, true), Handler: plot.DefaultTextHandler}
	at := vg.Point{X: 12, Y: c.Max.Y - 20}
	c.FillText(style, at, "Time of every system over that of the best peer (left is faster)")
	style.Font = lettering(11, false)
	at.Y -= 19
	names := s.drawn()
	slices.Reverse(names)
	for _, name := range names {
		c.DrawGlyph(glyphs()[name], vg.Point{X: at.X + 5, Y: at.Y + 3.5})
		c.FillText(style, vg.Point{X: at.X + 14, Y: at.Y}, name)
		at.X += 14 + style.Width(name) + 16
	}
}

// fixed writes a tick's value.
func fixed(v float64) string {
	if v >= 1 {
		return strconv.FormatFloat(v, 'f', 0, 64) + "."
	}
	return strconv.FormatFloat(v, 'f', 4, 64)
}
