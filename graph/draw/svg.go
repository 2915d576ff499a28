package draw

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// svg returns the picture, which has its places, as SVG.
func (p *picture) svg() []byte {
	c := &svgCanvas{}
	size := p.page
	fmt.Fprintf(c, `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%.0fpt" height="%.0fpt" viewBox="%.1f %.1f %.1f %.1f" font-family="Helvetica, Arial, Liberation Sans, sans-serif" text-anchor="middle">`+"\n",
		size.width(), size.height(), size.min.x, size.min.y, size.width(), size.height())
	c.begin(p.name.s)
	p.paint(c)
	c.end()
	c.WriteString("</svg>\n")
	return []byte(c.String())
}

// An svgCanvas writes elements of SVG.
type svgCanvas struct{ strings.Builder }

func (c *svgCanvas) begin(title string) {
	c.WriteString("<g><title>")
	c.escape(title)
	c.WriteString("</title>\n")
}

func (c *svgCanvas) end() { c.WriteString("</g>\n") }

func (c *svgCanvas) path(outline curve, s stroke) {
	fmt.Fprintf(c, `<path d="M%.1f,%.1f`, outline[0].x, outline[0].y)
	for i := 1; i+2 < len(outline); i += 3 {
		from, to := outline[i:i+3], outline[i+2]
		if from[0] == outline[i-1] && from[1] == to {
			fmt.Fprintf(c, "L%.1f,%.1f", to.x, to.y)
		} else {
			fmt.Fprintf(c, "C%.1f,%.1f %.1f,%.1f %.1f,%.1f", from[0].x, from[0].y, from[1].x, from[1].y, to.x, to.y)
		}
	}
	if outline.closed() {
		c.WriteByte('Z')
	}
	fmt.Fprintf(c, `" fill="%s" stroke="%s"`, orNone(s.fill), orNone(s.line))
	if s.line != "" {
		fmt.Fprintf(c, ` stroke-width="%g"`, s.width)
	}
	if s.dashed {
		c.WriteString(` stroke-dasharray="5,3"`)
	}
	c.WriteString("/>\n")
}

func orNone(colour string) string {
	if colour == "" {
		return "none"
	}
	return colour
}

func (c *svgCanvas) text(t text) {
	x, style := t.centre.x, ""
	if t.bold {
		style = ` font-weight="bold"`
	}
	if t.left {
		x, style = t.rect().min.x, style+` text-anchor="start"`
	}
	fmt.Fprintf(c, `<text x="%.1f" y="%.1f" font-size="%g"%s fill="%s">`, x, t.centre.y+baseline*t.size, t.size, style, t.colour)
	c.escape(t.s)
	c.WriteString("</text>\n")
}

func (c *svgCanvas) escape(s string) { _ = xml.EscapeText(c, []byte(clean(s))) } // a Builder never fails
