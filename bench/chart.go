package main

import (
	"image/color"
	"math"
	"os"
	"slices"
	"strings"

	"chainrule/internal/plotting"
	"chainrule/internal/words"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The look is that of package plotting: dark text on white, Liberation Sans, the
// palette of Okabe and Ito, and a shape beside each colour.
var (
	ink   = color.RGBA{0x22, 0x22, 0x22, 0xff}
	faint = color.RGBA{0xe2, 0xe2, 0xe2, 0xff}
	edge  = color.RGBA{0x55, 0x55, 0x55, 0xff}
)

// glyphs tells the systems apart.
func glyphs() map[string]draw.GlyphStyle {
	style := func(r, g, b uint8, radius vg.Length, shape draw.GlyphDrawer) draw.GlyphStyle {
		return draw.GlyphStyle{Color: color.RGBA{r, g, b, 0xff}, Radius: radius, Shape: shape}
	}
	return map[string]draw.GlyphStyle{
		"graph":    style(0x00, 0x72, 0xb2, 5, draw.CircleGlyph{}),
		"hand":     style(0x00, 0x72, 0xb2, 5, draw.RingGlyph{}),
		"gonum":    style(0x00, 0x9e, 0x73, 5, polygon{3, 0.25}),
		"gorgonia": style(0x99, 0x6f, 0x00, 5, polygon{4, 0.125}),
		"loop":     style(0x56, 0xb4, 0xe9, 5, polygon{5, 0.25}),
		"numpy":    style(0xd5, 0x5e, 0x00, 5, polygon{4, 0}),
		"torch":    style(0xcc, 0x79, 0xa7, 5, polygon{3, 0.75}),
	}
}

// A polygon is a regular one, the first of whose corners stands at a part of a
// turn.
type polygon struct {
	corners int
	first   float64
}

func (g polygon) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	var path vg.Path
	for i := range g.corners {
		y, x := math.Sincos(2 * math.Pi * (g.first + float64(i)/float64(g.corners)))
		corner := vg.Point{X: at.X + style.Radius*vg.Length(x), Y: at.Y + style.Radius*vg.Length(y)}
		if i == 0 {
			path.Move(corner)
		} else {
			path.Line(corner)
		}
	}
	path.Close()
	c.SetColor(style.Color)
	c.Fill(path)
}

const (
	chartWidth = 8 * vg.Inch
	rowHeight  = vg.Length(15)
	chartHead  = vg.Length(46) // title and legend
	chartFoot  = vg.Length(38) // axis
)

// drawComparisons draws the time of every system over that of the best peer,
// a row for each comparison.
func (s *session) drawComparisons(path string) error {
	format, err := plotting.FormatOf(path)
	if err != nil {
		return err
	}
	p, rows := s.chart()
	height := chartHead + chartFoot + rowHeight*vg.Length(rows)
	var canvas interface {
		vg.CanvasSizer
		vg.CanvasWriterTo
	}
	if format == plotting.SVG {
		canvas = vgsvg.New(chartWidth, height)
	} else {
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(chartWidth, height), vgimg.UseDPI(150))}
	}
	c := draw.New(canvas)
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	p.Draw(draw.Crop(c, 8, -12, 22, -chartHead))
	s.drawLegend(&c)
	var out strings.Builder
	if _, err := canvas.WriteTo(&out); err != nil {
		return err
	}
	text := out.String()
	if format == plotting.SVG {
		text = strings.NewReplacer("<svg ", `<svg style="max-width:100%;height:auto" `,
			"font-family:Liberation Sans;", "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;").Replace(text)
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// chart makes the plot and returns it with its number of rows.
func (s *session) chart() (*plot.Plot, int) {
	p := plot.New()
	p.BackgroundColor = nil
	points := map[string]plotter.XYs{}
	var ticks plot.ConstantTicks
	for _, c := range s.done {
		best := c.BestPeer()
		if best == nil {
			continue
		}
		y := -float64(len(ticks))
		ticks = append(ticks, plot.Tick{Value: y, Label: s.chartLabel(c.Problem)})
		for _, r := range c.Results {
			if len(r.Times) > 0 {
				points[r.System] = append(points[r.System], plotter.XY{X: r.Median() / best.Median(), Y: y})
			}
		}
	}
	styleAxes(p, ticks)
	p.Add(&plotter.Grid{Vertical: line(faint, 0.7), Horizontal: line(faint, 0.7)}, middle{})
	for _, name := range s.drawn() {
		p.Add(dots{points[name], glyphs()[name]})
	}
	p.X.Min, p.X.Max = bounds(points)
	p.Y.Min, p.Y.Max = -float64(len(ticks))+0.4, 0.6
	return p, len(ticks)
}

// drawn lists the systems that were timed, ours last, to lie on top.
func (s *session) drawn() []string {
	timed := func(name string) bool {
		return slices.ContainsFunc(s.done, func(c *Comparison) bool { return c.Of(name) != nil })
	}
	names := slices.DeleteFunc(s.systemNames(), func(name string) bool { return glyphs()[name].Shape == nil || !timed(name) })
	slices.Reverse(names)
	return names
}

// chartLabel names a row.
func (s *session) chartLabel(p *Problem) string {
	label := p.Name + " " + strings.Replace(p.Dtype, "float", "f", 1)
	if len(s.Threads) > 1 {
		label += ", " + words.Count(p.Threads, "thread")
	}
	return label
}

func styleAxes(p *plot.Plot, rows plot.ConstantTicks) {
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Padding = 0
		a.LineStyle = line(edge, 0.8)
		a.Tick.LineStyle = line(edge, 0.8)
		a.Tick.Length = 4
		a.Tick.Label.Font = lettering(10, false)
		a.Tick.Label.Color = ink
	}
	p.X.Scale = plot.LogScale{}
	p.X.Tick.Marker = ratioTicks{}
	p.Y.Tick.Marker = rows
}

func lettering(size vg.Length, bold bool) font.Font {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	if bold {
		f.Weight = 3 // WeightBold of golang.org/x/image/font
	}
	return f
}

func line(c color.Color, width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width}
}

// bounds returns the range of the ratios with some room, 1 among them.
func bounds(points map[string]plotter.XYs) (lo, hi float64) {
	lo, hi = 0.9, 1.1
	for _, list := range points {
		for _, at := range list {
			lo, hi = math.Min(lo, at.X), math.Max(hi, at.X)
		}
	}
	return lo / 1.15, hi * 1.15
}

// ratioTicks are 1, 2 and 5 times powers of ten.
type ratioTicks struct{}

func (ratioTicks) Ticks(lo, hi float64) []plot.Tick {
	var ticks []plot.Tick
	for e := math.Floor(math.Log10(lo)); e <= math.Log10(hi); e++ {
		for _, m := range []float64{1, 2, 5} {
			v := m * math.Pow(10, e)
			if v >= lo && v <= hi {
				ticks = append(ticks, plot.Tick{Value: v, Label: strings.TrimRight(strings.TrimRight(fixed(v), "0"), ".")})
			}
		}
	}
	return ticks
}

// dots is a plotter of the points of one system.
type dots struct {
	points plotter.XYs
	style  draw.GlyphStyle
}

func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, at := range d.points {
		c.DrawGlyph(d.style, vg.Point{X: x(at.X), Y: y(at.Y)})
	}
}

// middle is a plotter of the line of the best peer.
type middle struct{}

func (middle) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	c.StrokeLine2(line(edge, 1.2), x(1), c.Min.Y, x(1), c.Max.Y)
}
