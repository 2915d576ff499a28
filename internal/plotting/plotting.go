package plotting

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A Picture is something that [Write] and [Save] can draw.
type Picture interface {
	// figure checks the picture's values and lays it out.
	figure() (*figure, error)
}

var (
	_ Picture = Boundary{}
	_ Picture = CostCurve{}
	_ Picture = Chart{}
	_ Picture = Bars{}
	_ Picture = Grid{}
	_ Picture = Surface{}
	_ Picture = Network{}
)

// figure is a picture laid out, ready to be drawn on a canvas of its size.
type figure struct {
	width, height vg.Length
	draw          func(draw.Canvas)
}

// Format is a file format of pictures.
type Format string

// The formats that [Write] knows. An SVG holds text as text and a heat map as
// an embedded raster image.
const (
	PNG Format = "png"
	SVG Format = "svg"
)

// FormatOf returns the format that the extension of path stands for, in upper
// or lower case. Programs call it to reject a path before they compute what to
// draw.
func FormatOf(path string) (Format, error) {
	ext := filepath.Ext(path)
	switch f := Format(strings.ToLower(strings.TrimPrefix(ext, "."))); f {
	case PNG, SVG:
		return f, nil
	case "":
		return "", fmt.Errorf("%s: no file extension, want .png or .svg", path)
	default:
		return "", fmt.Errorf("%s: unknown file extension %q, want .png or .svg", path, ext)
	}
}

// Write draws p to w. A PNG is 1200 pixels wide. Nothing is written if p
// cannot be drawn.
func Write(w io.Writer, format Format, p Picture) error {
	data, err := render(format, p)
	if err != nil {
		return fmt.Errorf("plotting: %w", err)
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("plotting: %w", err)
	}
	return nil
}

// render draws p and encodes it.
func render(format Format, p Picture) ([]byte, error) {
	if p == nil {
		return nil, errors.New("no picture")
	}
	if format != PNG && format != SVG {
		return nil, fmt.Errorf("unknown format %q, want %q or %q", format, PNG, SVG)
	}
	fig, err := p.figure()
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if format == SVG {
		c := vgsvg.New(fig.width, fig.height)
		fig.paint(draw.New(c))
		if _, err := c.WriteTo(&buf); err != nil {
			return nil, err
		}
		return []byte(svgFixes.Replace(buf.String())), nil
	}
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(fig.width, fig.height), vgimg.UseDPI(dpi))}
	fig.paint(draw.New(c))
	if _, err := c.WriteTo(&buf); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// paint draws the figure over an opaque background.
func (f *figure) paint(c draw.Canvas) {
	c.SetColor(paper)
	c.Fill(c.Rectangle.Path())
	f.draw(c)
}

// svgFixes mends what the SVG back end leaves to the viewer: the size on a
// narrow page, the corners of jagged lines, the fonts to fall back on, and the
// way images are stretched.
var svgFixes = strings.NewReplacer(
	"<svg ", `<svg style="max-width:100%;height:auto;stroke-linejoin:round" `,
	"font-family:Liberation Sans;", "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;",
	"font-variant:none;", "",
	"<image ", `<image preserveAspectRatio="none" `,
	"data:image/jpg;", "data:image/png;",
)
