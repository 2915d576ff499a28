package plotting

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Surface is a picture of a function of two variables as a field of colour
// with contour lines, and paths over it. One unit is as long on both axes where
// the area is not much wider or higher than the other way.
type Surface struct {
	Title          string
	XLabel, YLabel string
	XMin, XMax     float64
	YMin, YMax     float64

	// Value is called at the nodes of a grid, row by row from below.
	Value func(x, y float64) float64

	LogValue   bool   // colours and contours follow the logarithm
	ValueLabel string // beside the colours
	Paths      []Line // with a dot at their start; a band is not drawn
}

const (
	surfaceColumns = 180
	contours       = 9 // about how many
)

// heights holds a function at the nodes of a grid, edges included.
type heights struct {
	extent
	grid
	lo, hi float64
	log    bool
}

// figure implements Picture.
func (s Surface) figure() (*figure, error) {
	h, err := s.heights()
	if err != nil {
		return nil, err
	}
	p := newPlot(s.XLabel, s.YLabel)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = s.XMin, s.XMax, s.YMin, s.YMax
	p.X.Tick.Marker = linearTicks{count: 7}
	p.Y.Tick.Marker = linearTicks{count: 6}
	p.Add(plotter.NewImage(h.raster(), s.XMin, s.YMin, s.XMax, s.YMax), contourLines{h}, border{})
	var entries []entry
	for i, l := range s.Paths {
		if err := l.check(false, false); err != nil {
			return nil, fmt.Errorf("%s: %w", or(l.Name, fmt.Sprintf("path %d", i+1)), err)
		}
		t := newTrace(i+1, Line{Name: l.Name, X: l.X, Y: l.Y, Dots: l.Dots, NoLine: l.NoLine}, 600)
		p.Add(track{t, Point{X1: l.X[0], X2: l.Y[0]}})
		if label := t.label(); label != "" {
			entries = append(entries, entry{label: label, width: t.width(), swatch: t.swatch})
		}
	}
	if len(entries) > 0 {
		entries = append(entries, entry{label: "start", width: 10, swatch: func(c *draw.Canvas, left vg.Point) {
			drawStart(c, vg.Point{X: left.X + 5, Y: left.Y}, ink)
		}})
	}
	bar := h.bar(s.ValueLabel)
	pl := place(p, bar.space(), s.aspect(), func(width vg.Length) *header { return newHeader(s.Title, entries, width) })
	return pl.figure(bar.draw), nil
}

// aspect returns how much higher than wide the data is drawn.
func (s Surface) aspect() float64 {
	if a := (s.YMax - s.YMin) / (s.XMax - s.XMin); a >= 0.4 && a <= 1 {
		return a
	}
	return 0.65
}

// heights checks the surface and evaluates the function.
func (s Surface) heights() (*heights, error) {
	for _, v := range []float64{s.XMin, s.XMax, s.YMin, s.YMax} {
		if !drawable(v) {
			return nil, fmt.Errorf("cannot draw an area that ends at %v", v)
		}
	}
	if !(s.XMin < s.XMax && s.YMin < s.YMax) {
		return nil, fmt.Errorf("an empty area: x from %v to %v, y from %v to %v", s.XMin, s.XMax, s.YMin, s.YMax)
	}
	if s.Value == nil {
		return nil, errors.New("no function Value")
	}
	rows := int(math.Round(surfaceColumns * s.aspect()))
	h := &heights{extent: extent{s.XMin, s.XMax, s.YMin, s.YMax}, grid: grid{cols: surfaceColumns, rows: rows}, log: s.LogValue}
	for row := range h.rows {
		for col := range h.cols {
			x, y := h.place(spot{float64(col), float64(row)})
			v := s.Value(x, y)
			if err := checkValue(v, s.LogValue); err != nil {
				return nil, fmt.Errorf("value at (%v, %v): %w", x, y, err)
			}
			h.v = append(h.v, v)
		}
	}
	h.lo, h.hi = span(h.v)
	if h.lo == h.hi && s.LogValue {
		h.lo, h.hi = h.lo/2, h.hi*2
	} else if h.lo == h.hi {
		h.lo, h.hi = spread(h.v, 0)
	}
	return h, nil
}

// place returns where a spot lies in the plane.
func (h *heights) place(s spot) (x, y float64) {
	return h.x0 + (h.x1-h.x0)*s.col/float64(h.cols-1), h.y0 + (h.y1-h.y0)*s.row/float64(h.rows-1)
}

// share returns where between the least and the greatest a value lies.
func (h *heights) share(v float64) float64 {
	if h.log {
		return math.Log(v/h.lo) / math.Log(h.hi/h.lo)
	}
	return (v - h.lo) / (h.hi - h.lo)
}

// raster returns the function as an image, the darker the higher.
func (h *heights) raster() *image.Paletted {
	img := image.NewPaletted(image.Rect(0, 0, h.cols, h.rows), depths())
	for row := range h.rows {
		for col := range h.cols {
			img.Pix[(h.rows-1-row)*img.Stride+col] = depth(h.share(h.at(col, row)))
		}
	}
	return img
}

// depths returns the colours from the least value to the greatest.
func depths() color.Palette {
	var pal color.Palette
	for i := range barSteps {
		pal = append(pal, mix(paper, hues[0], 0.03+0.72*float64(i)/(barSteps-1)))
	}
	return pal
}

// depth returns the index in depths of a share.
func depth(share float64) uint8 {
	return uint8(math.Round(min(max(share, 0), 1) * (barSteps - 1)))
}

// levels returns round values between the least and the greatest.
func (h *heights) levels() []plot.Tick {
	if !h.log {
		return linearTicks{count: contours}.Ticks(h.lo, h.hi)
	}
	const few = 4
	var labelled, round []plot.Tick
	for _, t := range (logTicks{}).Ticks(h.lo, h.hi) {
		if t.Label != "" {
			labelled = append(labelled, t)
		}
		digit := math.Round(t.Value / math.Pow(10, math.Floor(math.Log10(t.Value)+1e-9)))
		if t.Label != "" || digit == 2 || digit == 5 {
			t.Label = number(t.Value, math.Pow(10, math.Floor(math.Log10(t.Value)+1e-9)))
			round = append(round, t)
		}
	}
	if len(labelled) < few {
		return round
	}
	return labelled
}

// bar returns the colours with their values: a labelled tick for each contour.
func (h *heights) bar(label string) colourBar {
	b := colourBar{colours: image.NewPaletted(image.Rect(0, 0, 1, barSteps), depths()), label: clean(label)}
	for i := range barSteps {
		b.colours.Pix[(barSteps-1-i)*b.colours.Stride] = uint8(i)
	}
	for _, t := range h.levels() {
		b.ticks = append(b.ticks, plot.Tick{Value: h.share(t.Value), Label: t.Label})
	}
	return b
}

// contourLines is a plotter of the lines of equal height.
type contourLines struct{ *heights }

// Plot implements plot.Plotter.
func (h contourLines) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	inner := draw.Crop(c, frameWidth/2, -frameWidth/2, frameWidth/2, -frameWidth/2)
	for _, level := range h.levels() {
		g := grid{cols: h.cols, rows: h.rows, v: make([]float64, len(h.v))}
		for i, v := range h.v {
			g.v[i] = v - level.Value
		}
		for _, line := range zeroLines(g) {
			var at []vg.Point
			for _, s := range thin(line) {
				x, y := h.place(s)
				at = append(at, vg.Point{X: trX(x), Y: trY(y)})
			}
			c.StrokeLines(stroke(contourInk, 0.6), inner.ClipLinesXY(at)...)
		}
	}
}

// contourInk is seen on the palest and on the darkest of the depths.
var contourInk = color.RGBA{0x2b, 0x4a, 0x60, 0xff}

// A track is a plotter of a path over a surface: a line with a white seam and a
// dot where it starts.
type track struct {
	*trace
	start Point
}

// Plot implements plot.Plotter.
func (t track) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	for _, r := range t.runs {
		line := make([]vg.Point, len(r.x))
		for i := range line {
			line[i] = vg.Point{X: trX(r.x[i]), Y: trY(r.y[i])}
		}
		if t.line {
			c.StrokeLines(stroke(paper, 2.8), c.ClipLinesXY(line)...)
		}
	}
	t.trace.Plot(c, p)
	if at := (vg.Point{X: trX(t.start.X1), Y: trY(t.start.X2)}); c.Contains(at) {
		drawStart(&c, at, hues[t.index%len(hues)])
	}
}

// drawStart draws the dot at the start of a path: a ring around white.
func drawStart(c *draw.Canvas, at vg.Point, colour color.Color) {
	for _, ring := range []struct {
		radius vg.Length
		colour color.Color
	}{{6, paper}, {5, colour}, {2.2, paper}} {
		var path vg.Path
		markers[0].add(&path, at, ring.radius, 0)
		c.SetColor(ring.colour)
		c.Fill(path)
	}
}
