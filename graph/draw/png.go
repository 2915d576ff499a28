package draw

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"git.sr.ht/~sbinet/gg"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
)

// pixels is how many make a point.
const pixels = 2

// png returns the picture, which has its places, as PNG.
func (p *picture) png() ([]byte, error) {
	size := p.page
	width, height := math.Ceil(size.width()*pixels), math.Ceil(size.height()*pixels)
	c := pngCanvas{gg.NewContext(int(width), int(height)), size.min, map[text]font.Face{}}
	p.paint(c)
	var b bytes.Buffer
	if err := c.EncodePNG(&b); err != nil {
		return nil, fmt.Errorf("draw: encoding the PNG: %w", err)
	}
	return b.Bytes(), nil
}

// A pngCanvas draws pixels.
type pngCanvas struct {
	*gg.Context
	origin point
	faces  map[text]font.Face // by size and weight, the rest of the text is zero
}

// at returns where a point of the page is, in pixels.
func (c pngCanvas) at(p point) (x, y float64) {
	p = p.minus(c.origin).times(pixels)
	return p.x, p.y
}

func (c pngCanvas) begin(string) {}
func (c pngCanvas) end()         {}

func (c pngCanvas) path(outline curve, s stroke) {
	c.MoveTo(c.at(outline[0]))
	for _, p := range outline.samples(2)[1:] {
		c.LineTo(c.at(p))
	}
	if outline.closed() {
		c.ClosePath()
	}
	if s.fill != "" {
		c.SetHexColor(s.fill)
		c.FillPreserve()
	}
	if s.line != "" {
		c.SetHexColor(s.line)
		c.SetLineWidth(s.width * pixels)
		c.SetDash()
		if s.dashed {
			c.SetDash(5*pixels, 3*pixels)
		}
		c.StrokePreserve()
	}
	c.ClearPath()
}

// dot is the sign ⊙, which the typeface lacks.
const dot = "⊙"

func (c pngCanvas) text(t text) {
	c.SetHexColor(t.colour)
	c.SetFontFace(c.face(t))
	at := t.centre.plus(point{-width(t.s, t.size, t.bold) / 2, baseline * t.size})
	if t.left {
		at.x = t.rect().min.x
	}
	for i, part := range strings.Split(t.s, dot) {
		if i > 0 {
			centre := point{at.x + t.size/2, at.y - baseline*t.size}
			ring := around(centre, 0.64*t.size, 0.64*t.size)
			c.path(ring.rounded(t.size, t.size), stroke{line: t.colour, width: 0.08 * t.size})
			point := around(centre, 0.2*t.size, 0.2*t.size)
			c.path(point.rounded(t.size, t.size), stroke{fill: t.colour})
			at.x += t.size
		}
		x, y := c.at(at)
		c.DrawString(part, x, y)
		at.x += width(part, t.size, t.bold)
	}
}

// face returns the face in which a text is drawn.
func (c pngCanvas) face(t text) font.Face {
	key := text{size: t.size, bold: t.bold}
	if c.faces[key] == nil {
		// An error would say that the size is no number.
		c.faces[key], _ = opentype.NewFace(typeface(t.bold), &opentype.FaceOptions{Size: t.size * pixels, DPI: 72})
	}
	return c.faces[key]
}
