package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/color"
	"io"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// pngDPI makes two pixels of a point.
const pngDPI = 144

// rasterise returns a picture of graph/draw as PNG. The Graphviz that is built
// in draws no usable one: it lacks fonts, and leaves edges out. It understands
// what these pictures are made of, and reports anything else.
func rasterise(svg []byte) ([]byte, error) {
	var r rasteriser
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.token(token)
		}
		if err != nil {
			return nil, fmt.Errorf("drawing the PNG: %w", err)
		}
	}
	if r.canvas == nil {
		return nil, errors.New("drawing the PNG: there is no SVG to draw")
	}
	var png bytes.Buffer
	_, err := vgimg.PngCanvas{Canvas: r.canvas}.WriteTo(&png)
	return png.Bytes(), err
}

// A rasteriser draws the elements of an SVG one after the other.
type rasteriser struct {
	canvas *vgimg.Canvas
	origin vg.Point   // of the SVG's coordinates, whose y points down
	text   attributes // of the text element that is open, nil if none is
}

// attributes are those of an element.
type attributes map[string]string

func (r *rasteriser) token(token xml.Token) error {
	switch x := token.(type) {
	case xml.StartElement:
		a := attributes{}
		for _, attribute := range x.Attr {
			a[attribute.Name.Local] = attribute.Value
		}
		return r.element(x.Name.Local, a)
	case xml.EndElement:
		r.text = nil
	case xml.CharData:
		if r.text != nil {
			return r.write(string(x))
		}
	}
	return nil
}

// element draws an element, but for what stands in it.
func (r *rasteriser) element(name string, a attributes) error {
	switch name {
	case "svg":
		box, err := numbers(a["viewBox"])
		if err != nil || len(box) != 4 {
			return fmt.Errorf("viewBox %q, four numbers expected", a["viewBox"])
		}
		width, height := vg.Length(box[2]), vg.Length(box[3])
		r.canvas = vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(pngDPI))
		r.origin = vg.Point{X: vg.Length(-box[0]), Y: height + vg.Length(box[1])}
		return nil
	case "g":
		return r.move(a["transform"])
	case "title":
		return nil
	case "text":
		r.text = a
		return nil
	}
	path, err := r.path(name, a)
	if err != nil {
		return err
	}
	return r.paint(path, a)
}

// move moves the origin by a transform, of which only the translation is not
// trivial.
func (r *rasteriser) move(transform string) error {
	_, by, ok := strings.Cut(transform, "translate(")
	if !ok {
		return nil
	}
	v, err := numbers(strings.TrimSuffix(by, ")"))
	if err != nil || len(v) != 2 {
		return fmt.Errorf("transform %q, a translation expected", transform)
	}
	r.origin = r.at(v[0], v[1])
	return nil
}

// at returns a point of the SVG on the canvas.
func (r *rasteriser) at(x, y float64) vg.Point {
	return vg.Point{X: r.origin.X + vg.Length(x), Y: r.origin.Y - vg.Length(y)}
}

// path returns the outline of an element.
func (r *rasteriser) path(name string, a attributes) (vg.Path, error) {
	switch name {
	case "ellipse":
		return r.ellipse(a)
	case "polygon", "polyline":
		v, err := numbers(a["points"])
		if err != nil || len(v) < 4 || len(v)%2 != 0 {
			return nil, fmt.Errorf("points %q, pairs of numbers expected", a["points"])
		}
		var p vg.Path
		p.Move(r.at(v[0], v[1]))
		for ; len(v) > 0; v = v[2:] {
			p.Line(r.at(v[0], v[1]))
		}
		return p, nil
	case "path":
		start, curves, _ := strings.Cut(strings.TrimPrefix(a["d"], "M"), "C")
		from, err := numbers(start)
		v, err2 := numbers(curves)
		if err != nil || err2 != nil || len(from) != 2 || len(v)%6 != 0 {
			return nil, fmt.Errorf("path %q, M and C with pairs of numbers expected", a["d"])
		}
		var p vg.Path
		p.Move(r.at(from[0], from[1]))
		for ; len(v) > 0; v = v[6:] {
			p.CubeTo(r.at(v[0], v[1]), r.at(v[2], v[3]), r.at(v[4], v[5]))
		}
		return p, nil
	}
	return nil, fmt.Errorf("element %s, which pictures of graphs have not", name)
}

// ellipse returns an ellipse as four curves.
func (r *rasteriser) ellipse(a attributes) (vg.Path, error) {
	v, err := numbers(strings.Join([]string{a["cx"], a["cy"], a["rx"], a["ry"]}, " "))
	if err != nil || len(v) != 4 {
		return nil, fmt.Errorf("ellipse %v, four numbers expected", a)
	}
	const k = 0.5523 // how far the controls of a quarter of a circle are from its ends
	at := func(x, y float64) vg.Point { return r.at(v[0]+x*v[2], v[1]+y*v[3]) }
	var p vg.Path
	p.Move(at(1, 0))
	p.CubeTo(at(1, k), at(k, 1), at(0, 1))
	p.CubeTo(at(-k, 1), at(-1, k), at(-1, 0))
	p.CubeTo(at(-1, -k), at(-k, -1), at(0, -1))
	p.CubeTo(at(k, -1), at(1, -k), at(1, 0))
	return p, nil
}

// paint fills and strokes a path.
func (r *rasteriser) paint(p vg.Path, a attributes) error {
	if c, ok, err := paintOf(a["fill"]); err != nil {
		return err
	} else if ok {
		r.canvas.SetColor(c)
		r.canvas.Fill(p)
	}
	c, ok, err := paintOf(a["stroke"])
	if err != nil || !ok {
		return err
	}
	width := []float64{1}
	if a["stroke-width"] != "" {
		width, err = numbers(a["stroke-width"])
	}
	dashes, err2 := numbers(a["stroke-dasharray"])
	if err != nil || err2 != nil || len(width) != 1 {
		return fmt.Errorf("stroke %v, numbers expected", a)
	}
	var pattern []vg.Length
	for _, d := range dashes {
		pattern = append(pattern, vg.Length(d))
	}
	r.canvas.SetColor(c)
	r.canvas.SetLineWidth(vg.Length(width[0]))
	r.canvas.SetLineDash(pattern, 0)
	r.canvas.Stroke(p)
	return nil
}

// write draws the text of the open text element.
func (r *rasteriser) write(s string) error {
	v, err := numbers(r.text["x"] + " " + r.text["y"] + " " + r.text["font-size"])
	c, ok, err2 := paintOf(r.text["fill"])
	if err != nil || err2 != nil || !ok || len(v) != 3 {
		return fmt.Errorf("text %v, numbers and a colour expected", r.text)
	}
	style := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if r.text["font-weight"] == "bold" {
		style.Weight = 3 // WeightBold of golang.org/x/image/font
	}
	face := plot.DefaultTextHandler.Cache().Lookup(style, vg.Length(v[2]))
	at := r.at(v[0], v[1])
	switch r.text["text-anchor"] {
	case "middle":
		at.X -= lineWidth(face, s) / 2
	case "end":
		at.X -= lineWidth(face, s)
	}
	r.canvas.SetColor(c)
	r.line(face, at, s)
	return nil
}

// dot is the sign ⊙, which the font lacks; its width is that of the em.
const dot = "⊙"

func lineWidth(face font.Face, s string) vg.Length {
	width := face.Font.Size * vg.Length(strings.Count(s, dot))
	return width + face.Width(strings.ReplaceAll(s, dot, ""))
}

// line draws a line of text from a point of its base line on.
func (r *rasteriser) line(face font.Face, at vg.Point, s string) {
	em := face.Font.Size
	for i, part := range strings.Split(s, dot) {
		if i > 0 {
			var ring, point vg.Path
			centre := vg.Point{X: at.X + em/2, Y: at.Y + em*0.34}
			ring.Move(vg.Point{X: centre.X + em*0.32, Y: centre.Y})
			ring.Arc(centre, em*0.32, 0, 6.2832)
			point.Move(vg.Point{X: centre.X + em*0.09, Y: centre.Y})
			point.Arc(centre, em*0.09, 0, 6.2832)
			r.canvas.SetLineDash(nil, 0)
			r.canvas.SetLineWidth(em * 0.08)
			r.canvas.Stroke(ring)
			r.canvas.Fill(point)
			at.X += em
		}
		r.canvas.FillString(face, at, part)
		at.X += face.Width(part)
	}
}

// numbers parses numbers with spaces or commas between them.
func numbers(s string) ([]float64, error) {
	var out []float64
	for _, field := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' }) {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// paintOf returns the colour of a fill or a stroke, ok if there is one.
func paintOf(s string) (c color.Color, ok bool, err error) {
	if s == "none" {
		return nil, false, nil
	}
	v, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil || len(s) != 7 {
		return nil, false, fmt.Errorf("colour %q, as in #2b6cb0 expected", s)
	}
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 0xff}, true, nil
}
