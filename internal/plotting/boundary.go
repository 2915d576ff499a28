package plotting

import (
	"errors"
	"fmt"
	"math"
	"slices"

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
// the examples over it. One unit is as long on both axes, unless they have units
// of their own.
type Boundary struct {
	// Title stands over the picture, in several lines if it is long. If
	// empty, there is none.
	Title string

	// Points are the examples, at least one. If there are more than 1000, 1000
	// of them are drawn, evenly chosen, and the legend says so.
	Points []Point

	// Held are further examples, which the classifier has not learnt from. They
	// are drawn hollow, over the others, and no more than 1000 of them either.
	Held []Point

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

	// OwnUnits tells that the two inputs are measured in units of their own, such
	// as centimetres and grams. Each axis then has the range of its values, and the
	// field is three quarters as high as wide.
	OwnUnits bool

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
	e, aspect := b.area()
	f, err := evaluate(e, columns, aspect, len(names), b.Predict)
	if err != nil {
		return nil, err
	}
	lines := f.boundaries()
	pts, held := shuffle(b.Points, len(names), maxPoints), shuffle(b.Held, len(names), maxPoints)
	radius := vg.Length(min(max(60/math.Sqrt(float64(len(pts)+len(held))), 2.2), 3.2))

	p := newPlot(or(b.XLabel, "x1"), or(b.YLabel, "x2"))
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = f.x0, f.x1, f.y0, f.y1
	p.X.Tick.Marker = linearTicks{count: 7}
	p.Y.Tick.Marker = linearTicks{count: 7}
	p.Add(plotter.NewImage(f.raster(), f.x0, f.y0, f.x1, f.y1), &boundaryLines{f, lines}, border{},
		scatter{points: pts, radius: radius}, scatter{points: held, radius: radius, hollow: true})

	right := vg.Length(0)
	if len(names) == 2 {
		right = barSpace
	}
	pl := place(p, right, aspect, func(width vg.Length) *header {
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
		for _, p := range slices.Concat(b.Points, b.Held) {
			n = max(n, min(p.Class+1, len(hues)))
		}
		for c := range n {
			names = append(names, fmt.Sprintf("class %d", c))
		}
	}
	if n := len(names); n < 2 || n > len(hues) {
		return nil, fmt.Errorf("%d names of classes, want 2 to %d", n, len(hues))
	}
	if err := checkPoints("point", b.Points, len(names)); err != nil {
		return nil, err
	}
	return names, checkPoints("point held out", b.Held, len(names))
}

// checkPoints checks the places and the classes of points.
func checkPoints(what string, points []Point, classes int) error {
	for i, p := range points {
		if p.Class < 0 || p.Class >= classes {
			return fmt.Errorf("%s %d: class %d, want 0 to %d", what, i, p.Class, classes-1)
		}
		if !drawable(p.X1) || !drawable(p.X2) {
			return fmt.Errorf("%s %d: cannot draw at (%v, %v)", what, i, p.X1, p.X2)
		}
	}
	return nil
}

// area returns the extent of the picture, and how much higher than wide it is
// drawn.
func (b Boundary) area() (e extent, aspect float64) {
	all := slices.Concat(b.Points, b.Held)
	if b.OwnUnits {
		return around(all), 0.75
	}
	e = frame(all)
	return e, (e.y1 - e.y0) / (e.x1 - e.x0)
}

// legend returns the entries for the classes and the boundary.
func (b Boundary) legend(names []string, line bool) []entry {
	var entries []entry
	for class, name := range names {
		entries = append(entries, entry{label: name, width: 10, swatch: func(c *draw.Canvas, left vg.Point) {
			drawMarker(c, class, vg.Point{X: left.X + 5, Y: left.Y}, 4)
		}})
	}
	if len(b.Held) > 0 {
		gap := vg.Length(11) // between markers
		entries = append(entries, entry{label: "held out", width: gap * vg.Length(len(names)), swatch: func(c *draw.Canvas, left vg.Point) {
			for class := range names {
				at := vg.Point{X: left.X + gap*vg.Length(class) + gap/2, Y: left.Y}
				scatter{points: []Point{{Class: class}}, radius: 4, hollow: true}.drawAt(c, []vg.Point{at})
			}
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
	for _, some := range []struct {
		points []Point
		what   string
	}{{b.Points, "points"}, {b.Held, "held-out points"}} {
		if n := len(some.points); n > maxPoints {
			entries = append(entries, entry{label: fmt.Sprintf("%d of %d %s drawn", maxPoints, n, some.what)})
		}
	}
	return entries
}

// frame returns the extent around the points: some room on each side, and
// between half and all as high as wide.
func frame(points []Point) extent {
	e := around(points)
	w, h := e.x1-e.x0, e.y1-e.y0
	if grow := (h - w) / 2; grow > 0 {
		e.x0, e.x1 = e.x0-grow, e.x1+grow
	}
	if grow := (w/2 - h) / 2; grow > 0 {
		e.y0, e.y1 = e.y0-grow, e.y1+grow
	}
	return e
}

// around returns the ranges of the points with some room on each side.
func around(points []Point) (e extent) {
	var x, y []float64
	for _, p := range points {
		x, y = append(x, p.X1), append(y, p.X2)
	}
	e.x0, e.x1 = spread(x, 0.08)
	e.y0, e.y1 = spread(y, 0.08)
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
