package plotting

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	titleSize    = vg.Length(15)
	titleLeading = vg.Length(19)
	entrySize    = vg.Length(11.5)
	entryLeading = vg.Length(18)
	entryGap     = vg.Length(18) // between two entries of a row
	swatchGap    = vg.Length(5)  // between a swatch and its label
	headerGap    = vg.Length(8)  // under the title, and under the legend
)

// An entry is one line of a legend.
type entry struct {
	label  string
	width  vg.Length // of the swatch; 0 without one
	swatch func(c *draw.Canvas, left vg.Point)
}

// A header is what stands over a plot, where it hides no data: the title and
// the legend, left-aligned with the plot's data, broken into as many rows as
// it takes.
type header struct {
	title []string
	rows  [][]entry
}

// newHeader lays out a header of the given width.
func newHeader(title string, entries []entry, width vg.Length) *header {
	h := &header{title: wrap(lettering(titleSize, true), title, width)}
	style := lettering(entrySize, false)
	var used vg.Length
	for _, e := range entries {
		e.label = fit(style, e.label, width-e.width-swatchGap)
		w := e.size()
		if n := len(h.rows) - 1; n >= 0 && used+entryGap+w <= width {
			h.rows[n] = append(h.rows[n], e)
			used += entryGap + w
			continue
		}
		h.rows = append(h.rows, []entry{e})
		used = w
	}
	return h
}

// size returns the width of the entry.
func (e entry) size() vg.Length {
	w := lettering(entrySize, false).Width(e.label)
	if e.width > 0 {
		w += e.width + swatchGap
	}
	return w
}

// height returns the height of the header with the gap under it.
func (h *header) height() vg.Length {
	var sum vg.Length
	if n := len(h.title); n > 0 {
		sum += vg.Length(n)*titleLeading + headerGap
	}
	if n := len(h.rows); n > 0 {
		sum += vg.Length(n)*entryLeading + headerGap
	}
	return sum
}

// draw draws the header with its upper left corner at the given place.
func (h *header) draw(c *draw.Canvas, x, y vg.Length) {
	style := lettering(titleSize, true)
	for _, line := range h.title {
		y -= titleLeading
		c.FillText(style, vg.Point{X: x, Y: y + titleLeading/4}, line)
	}
	if len(h.title) > 0 {
		y -= headerGap
	}
	style = lettering(entrySize, false)
	style.YAlign = draw.YCenter
	for _, row := range h.rows {
		at := vg.Point{X: x, Y: y - entryLeading/2}
		for _, e := range row {
			label := vg.Point{X: at.X, Y: at.Y + entrySize/12} // text sits low in its box
			if e.width > 0 {
				e.swatch(c, at)
				label.X += e.width + swatchGap
			}
			c.FillText(style, label, e.label)
			at.X += e.size() + entryGap
		}
		y -= entryLeading
	}
}
