package plotting

import (
	"errors"
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Network is a picture of the units of a network, layer by layer from the
// left, with a line for every weight.
type Network struct {
	Title  string
	Layers []NetworkLayer // inputs first, 2 to 10
}

// A NetworkLayer is a layer of a [Network].
type NetworkLayer struct {
	Units int    // at least 1; of many only some are drawn
	Unit  string // what is written into each, with its number behind it, such as a[1]
	Above string // written over the lines that lead to the layer, in lines; the first has none
	Below string // written under the layer, in lines
}

const (
	maxDrawnUnits = 7 // of a layer; of more the first ones and the last are drawn
	unitRadius    = vg.Length(19)
	unitApart     = vg.Length(46)
	lineLeading   = vg.Length(15)
)

// figure implements Picture.
func (n Network) figure() (*figure, error) {
	if len(n.Layers) < 2 || len(n.Layers) > 10 {
		return nil, fmt.Errorf("%d layers, want 2 to 10", len(n.Layers))
	}
	rows, above, below := 0, 0, 0
	for i, l := range n.Layers {
		if l.Units < 1 {
			return nil, fmt.Errorf("layer %d: %d units, want at least 1", i, l.Units)
		}
		rows = max(rows, len(l.drawn()))
		above = max(above, strings.Count(l.Above, "\n")+1)
		below = max(below, strings.Count(l.Below, "\n")+1)
	}
	if n.Layers[0].Above != "" {
		return nil, errors.New("the first layer has nothing that leads to it")
	}
	h := newHeader(n.Title, nil, pageWidth-2*margin)
	foot := margin + vg.Length(below)*lineLeading + 10
	units := vg.Length(rows) * unitApart
	total := foot + units + vg.Length(above)*lineLeading + 10 + h.height() + margin
	return &figure{width: pageWidth, height: total, draw: func(c draw.Canvas) {
		h.draw(&c, margin, total-margin)
		n.draw(&c, vg.Rectangle{
			Min: vg.Point{X: margin, Y: foot},
			Max: vg.Point{X: pageWidth - margin, Y: foot + units},
		})
	}}, nil
}

// drawn returns the numbers of the units that are drawn, from 1; 0 stands for
// those left out.
func (l NetworkLayer) drawn() []int {
	var units []int
	for i := range min(l.Units, maxDrawnUnits) {
		units = append(units, i+1)
	}
	if l.Units > maxDrawnUnits {
		units[maxDrawnUnits-2], units[maxDrawnUnits-1] = 0, l.Units
	}
	return units
}

// places returns where the units of a layer are drawn, from above.
func (n Network) places(layer int, area vg.Rectangle) []vg.Point {
	units := n.Layers[layer].drawn()
	apart := (area.Max.X - area.Min.X) / vg.Length(len(n.Layers))
	x := area.Min.X + apart*(vg.Length(layer)+0.5)
	top := (area.Min.Y+area.Max.Y)/2 + unitApart*vg.Length(len(units)-1)/2
	places := make([]vg.Point, len(units))
	for i := range places {
		places[i] = vg.Point{X: x, Y: top - unitApart*vg.Length(i)}
	}
	return places
}

// draw draws the network, its units in the area.
func (n Network) draw(c *draw.Canvas, area vg.Rectangle) {
	apart := (area.Max.X - area.Min.X) / vg.Length(len(n.Layers))
	style := lettering(11, false)
	style.XAlign = draw.XCenter
	lines := func(text string, x, y vg.Length) {
		for _, line := range strings.Split(text, "\n") {
			c.FillText(style, vg.Point{X: x, Y: y}, fit(style, line, apart-6))
			y -= lineLeading
		}
	}
	for i, l := range n.Layers[1:] {
		n.connect(c, i, area)
		top := area.Max.Y + 6 + vg.Length(strings.Count(l.Above, "\n"))*lineLeading
		lines(l.Above, area.Min.X+apart*vg.Length(i+1), top)
	}
	for i, l := range n.Layers {
		n.units(c, i, area)
		lines(l.Below, area.Min.X+apart*(vg.Length(i)+0.5), area.Min.Y-lineLeading)
	}
}

// connect draws the lines from a layer to the next.
func (n Network) connect(c *draw.Canvas, layer int, area vg.Rectangle) {
	from, to := n.Layers[layer].drawn(), n.Layers[layer+1].drawn()
	starts, ends := n.places(layer, area), n.places(layer+1, area)
	for i, a := range starts {
		for j, b := range ends {
			if from[i] != 0 && to[j] != 0 {
				c.StrokeLine2(stroke(mix(paper, edge, 0.5), 0.8), a.X, a.Y, b.X, b.Y)
			}
		}
	}
}

// units draws the units of a layer.
func (n Network) units(c *draw.Canvas, layer int, area vg.Rectangle) {
	hue := hues[min(layer, 1)]
	if layer == len(n.Layers)-1 {
		hue = hues[2]
	}
	style := lettering(11, false)
	style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
	units := n.Layers[layer].drawn()
	for i, at := range n.places(layer, area) {
		if units[i] == 0 {
			c.FillText(lettered(style, 16), at, "⋮")
			continue
		}
		var circle vg.Path
		markers[0].add(&circle, at, unitRadius, 0)
		c.SetColor(mix(paper, hue, 0.25))
		c.Fill(circle)
		c.SetLineStyle(stroke(hue, 1.4))
		c.Stroke(circle)
		label := n.Layers[layer].Unit + subscript(units[i])
		const wide = 2*unitRadius - 4
		fitted := lettered(style, max(7, style.Font.Size*min(1, wide/style.Width(label))))
		c.FillText(fitted, vg.Point{X: at.X, Y: at.Y + 1}, fit(fitted, label, wide))
	}
}

// lettered returns a style with another size.
func lettered(s draw.TextStyle, size vg.Length) draw.TextStyle {
	s.Font.Size = size
	return s
}

// subscript writes a number in small digits below the line.
func subscript(n int) string {
	return strings.Map(func(r rune) rune { return r - '0' + '₀' }, fmt.Sprint(n))
}
