package plotting

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Point is one example of a classifier with two inputs.
type Point struct {
	X1, X2 float64
	Class  int // from 0
}

// A Boundary is the picture of a classifier with two inputs: the predicted
// probability as a field of colour, the line where the decision changes, and
// the examples over it. One unit is as long on both axes.
type Boundary struct {
	// Title stands over the picture, in several lines if it is long. If
	// empty, there is none.
	Title string

	// Points are the examples, at least one. If there are more than 1000, 1000
	// of them are drawn, evenly chosen, and the legend says so.
	Points []Point

	// Predict returns the predictions for the points (x[i], y[i]): for two
	// classes the probability of class 1 for each, for more the probabilities
	// of all classes for the first point, then for the second, and so on. It
	// is called once for each row of the field, from below, always with
	// Columns + 2 points, as the field reaches a cell over each edge of the
	// picture. It must not keep x and y. Its result is copied.
	Predict func(x, y []float64) ([]float64, error)

	// Classes names the classes in the legend, 2 to 6. If empty, they are
	// "class 0", "class 1" and so on, as many as Points has, at least 2.
	Classes []string

	// XLabel and YLabel name the axes. If empty they are "x1" and "x2".
	XLabel, YLabel string

	// Columns is the number of columns of the field, at most 1000. If 0 it is
	// 300.
	Columns int
}

const (
	maxPoints = 1000
	barGap    = vg.Length(14) // between the field and the colour bar
	barWidth  = vg.Length(10)
	barSpace  = barGap + barWidth + 42 // with the ticks and the label
)

// figure implements Picture.
func (b Boundary) figure() (*figure, error) {
	names, err := b.check()
	if err != nil {
		return nil, err
	}
	columns := b.Columns
	if columns == 0 {
		columns = 300
	}
	f, err := evaluate(frame(b.Points), columns, len(names), b.Predict)
	if err != nil {
		return nil, err
	}
	lines := f.boundaries()
	pts := shuffle(b.Points, len(names), maxPoints)
	radius := vg.Length(min(max(60/math.Sqrt(float64(len(pts))), 2.2), 3.2))

	p := newPlot(or(b.XLabel, "x1"), or(b.YLabel, "x2"))
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = f.x0, f.x1, f.y0, f.y1
	p.X.Tick.Marker = linearTicks{count: 7}
	p.Y.Tick.Marker = linearTicks{count: 7}
	p.Add(plotter.NewImage(f.raster(), f.x0, f.y0, f.x1, f.y1), &boundaryLines{f, lines}, border{}, scatter{pts, radius})

	right := vg.Length(0)
	if len(names) == 2 {
		right = barSpace
	}
	pl := place(p, right, (f.y1-f.y0)/(f.x1-f.x0), func(width vg.Length) *header {
		return newHeader(b.Title, b.legend(names, len(lines) > 0), width)
	})
	return pl.figure(func(c *draw.Canvas, data vg.Rectangle) {
		if len(names) == 2 {
			drawClassBar(c, data, names[1])
		}
	}), nil
}

// check checks all but Predict and returns the names of the classes.
func (b Boundary) check() ([]string, error) {
	if len(b.Points) == 0 {
		return nil, errors.New("no points")
	}
	if b.Columns < 0 || b.Columns == 1 || b.Columns > 1000 {
		return nil, fmt.Errorf("%d columns, want 2 to 1000, or 0 for the default", b.Columns)
	}
	names := b.Classes
	if len(names) == 0 {
		n := 2
		for _, p := range b.Points {
			n = max(n, min(p.Class+1, len(hues)))
		}
		for c := range n {
			names = append(names, fmt.Sprintf("class %d", c))
		}
	}
	if n := len(names); n < 2 || n > len(hues) {
		return nil, fmt.Errorf("%d names of classes, want 2 to %d", n, len(hues))
	}
	for i, p := range b.Points {
		if p.Class < 0 || p.Class >= len(names) {
			return nil, fmt.Errorf("point %d: class %d, want 0 to %d", i, p.Class, len(names)-1)
		}
		if !drawable(p.X1) || !drawable(p.X2) {
			return nil, fmt.Errorf("point %d: cannot draw at (%v, %v)", i, p.X1, p.X2)
		}
	}
	return names, nil
}

// legend returns the entries for the classes and the boundary.
func (b Boundary) legend(names []string, line bool) []entry {
	var entries []entry
	for class, name := range names {
		entries = append(entries, entry{label: name, width: 10, swatch: func(c *draw.Canvas, left vg.Point) {
			drawMarker(c, class, vg.Point{X: left.X + 5, Y: left.Y}, 4)
		}})
	}
	if line {
		label := "decision boundary"
		if len(names) == 2 {
			label = "p = 0.5"
		}
		entries = append(entries, entry{label: label, width: 22, swatch: func(c *draw.Canvas, left vg.Point) {
			c.StrokeLine2(stroke(ink, boundaryWidth), left.X, left.Y, left.X+22, left.Y)
		}})
	}
	if n := len(b.Points); n > maxPoints {
		entries = append(entries, entry{label: fmt.Sprintf("%d of %d points drawn", maxPoints, n)})
	}
	return entries
}

// frame returns the extent around the points: some room on each side, and
// between half and all as high as wide.
func frame(points []Point) extent {
	var x, y []float64
	for _, p := range points {
		x, y = append(x, p.X1), append(y, p.X2)
	}
	var e extent
	e.x0, e.x1 = spread(x, 0.08)
	e.y0, e.y1 = spread(y, 0.08)
	w, h := e.x1-e.x0, e.y1-e.y0
	if grow := (h - w) / 2; grow > 0 {
		e.x0, e.x1 = e.x0-grow, e.x1+grow
	}
	if grow := (w/2 - h) / 2; grow > 0 {
		e.y0, e.y1 = e.y0-grow, e.y1+grow
	}
	return e
}

// or returns s, or instead if s is empty.
func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}

const boundaryWidth = vg.Length(1.6)

// boundaryLines is a plotter of the lines between classes.
type boundaryLines struct {
	f     *field
	lines [][]spot
}

// Plot implements plot.Plotter.
func (b *boundaryLines) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	// A stroke that ends half a frame's width within the frame, on the slant too,
	// does not stick out of it.
	inner := draw.Crop(c, frameWidth/2, -frameWidth/2, frameWidth/2, -frameWidth/2)
	for _, line := range b.lines {
		var at []vg.Point
		for _, s := range thin(line) {
			x, y := b.f.place(s)
			at = append(at, vg.Point{X: trX(x), Y: trY(y)})
		}
		c.StrokeLines(stroke(ink, boundaryWidth), inner.ClipLinesXY(at)...)
	}
}
