package plotting

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// marker is the shape of the points of one class: a circle, or a polygon.
type marker struct {
	sides int     // 0 for a circle
	turn  float64 // direction of the first corner, in quarter turns
	size  float64 // radius, such that all shapes look equally large
}

// markers belong to the classes in order.
var markers = [...]marker{
	{size: 1},
	{sides: 4, turn: 0.5, size: 1.3},
	{sides: 3, turn: 1, size: 1.45},
	{sides: 4, turn: 1, size: 1.35},
	{sides: 3, turn: -1, size: 1.45},
	{sides: 6, turn: 0, size: 1.1},
}

// add adds the shape to a path, rim larger all around than the radius says.
func (m marker) add(path *vg.Path, at vg.Point, radius, rim vg.Length) {
	r := radius * vg.Length(m.size)
	if m.sides == 0 {
		path.Move(vg.Point{X: at.X + r + rim, Y: at.Y})
		path.Arc(at, r+rim, 0, 2*math.Pi)
		path.Close()
		return
	}
	r += rim / vg.Length(math.Cos(math.Pi/float64(m.sides)))
	for i := range m.sides {
		sin, cos := math.Sincos(math.Pi * (m.turn/2 + 2*float64(i)/float64(m.sides)))
		corner := vg.Point{X: at.X + r*vg.Length(cos), Y: at.Y + r*vg.Length(sin)}
		if i == 0 {
			path.Move(corner)
		} else {
			path.Line(corner)
		}
	}
	path.Close()
}

// rim is the width of the white seam that sets points off from the field and
// from one another.
const rim = vg.Length(0.8)

// drawMarker draws one point.
func drawMarker(c *draw.Canvas, class int, at vg.Point, radius vg.Length) {
	scatter{points: []Point{{Class: class}}, radius: radius}.drawAt(c, []vg.Point{at})
}

// scatter is a plotter of points.
type scatter struct {
	points []Point
	radius vg.Length
	hollow bool // rings in place of discs
}

// Plot implements plot.Plotter.
func (s scatter) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	at := make([]vg.Point, len(s.points))
	for i, pt := range s.points {
		at[i] = vg.Point{X: x(pt.X1), Y: y(pt.X2)}
	}
	s.drawAt(&c, at)
}

// drawAt draws the points at the given places. It takes them in small groups
// that share their paths: an SVG then needs half the space, and few points of
// a group touch.
func (s scatter) drawAt(c *draw.Canvas, at []vg.Point) {
	const group = 20
	for from := 0; from < len(at); from += group {
		var seam vg.Path
		var shapes, holes [len(hues)]vg.Path
		for i := from; i < min(from+group, len(at)); i++ {
			class := s.points[i].Class
			markers[class].add(&seam, at[i], s.radius, rim)
			markers[class].add(&shapes[class], at[i], s.radius, 0)
			if s.hollow {
				markers[class].add(&holes[class], at[i], 0.55*s.radius, 0)
			}
		}
		c.SetColor(paper)
		c.Fill(seam)
		for class, shape := range shapes {
			if len(shape) > 0 {
				c.SetColor(hues[class])
				c.Fill(shape)
			}
			if len(holes[class]) > 0 {
				c.SetColor(paper)
				c.Fill(holes[class])
			}
		}
	}
}

// shuffle returns at most limit of the points, evenly chosen, in an order in
// which no class lies on top of the others.
func shuffle(points []Point, classes, limit int) []Point {
	byClass := make([][]Point, classes)
	n := min(len(points), limit)
	for i := range n {
		p := points[i*len(points)/n]
		byClass[p.Class] = append(byClass[p.Class], p)
	}
	mixed := make([]Point, 0, n)
	for k := range n {
		// Class c places its j-th of m points when the share (j+½)/m is due.
		for _, of := range byClass {
			m := len(of)
			for j := k * m / n; j < (k+1)*m/n; j++ {
				mixed = append(mixed, of[j])
			}
		}
	}
	return mixed
}
