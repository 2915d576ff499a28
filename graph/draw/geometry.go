package draw

import "math"

// A point is a place on the page, in points from its upper left corner.
type point struct{ x, y float64 }

func (p point) plus(q point) point    { return point{p.x + q.x, p.y + q.y} }
func (p point) minus(q point) point   { return point{p.x - q.x, p.y - q.y} }
func (p point) times(k float64) point { return point{p.x * k, p.y * k} }

// toward returns the point at t of the way to q.
func (p point) toward(q point, t float64) point { return p.times(1 - t).plus(q.times(t)) }

func (p point) distance(q point) float64 { return math.Hypot(p.x-q.x, p.y-q.y) }

// A rect is a rectangle whose sides are level.
type rect struct{ min, max point }

// around returns the rectangle of the given size about a centre.
func around(centre point, width, height float64) rect {
	half := point{width / 2, height / 2}
	return rect{centre.minus(half), centre.plus(half)}
}

func (r rect) centre() point   { return r.min.plus(r.max).times(0.5) }
func (r rect) width() float64  { return r.max.x - r.min.x }
func (r rect) height() float64 { return r.max.y - r.min.y }

// grown returns r with all its sides moved outwards.
func (r rect) grown(by float64) rect {
	return rect{point{r.min.x - by, r.min.y - by}, point{r.max.x + by, r.max.y + by}}
}

// union returns the smallest rectangle that holds both.
func (r rect) union(s rect) rect {
	return rect{point{min(r.min.x, s.min.x), min(r.min.y, s.min.y)}, point{max(r.max.x, s.max.x), max(r.max.y, s.max.y)}}
}

func (r rect) overlaps(s rect) bool {
	return r.min.x < s.max.x && s.min.x < r.max.x && r.min.y < s.max.y && s.min.y < r.max.y
}

func (r rect) holds(p point) bool {
	return r.min.x < p.x && p.x < r.max.x && r.min.y < p.y && p.y < r.max.y
}

// A curve is a chain of cubic Bézier curves: where it starts, then for each of
// them two controls and its end.
type curve []point

// at returns the point at t in [0, 1] of the i-th part.
func (c curve) at(i int, t float64) point { return c[3*i : 3*i+4].until(t)[3] }

// until returns a curve of one part from its start to t, by de Casteljau's
// construction.
func (c curve) until(t float64) curve {
	a, b, d := c[0].toward(c[1], t), c[1].toward(c[2], t), c[2].toward(c[3], t)
	ab, bd := a.toward(b, t), b.toward(d, t)
	return curve{c[0], a, ab, ab.toward(bd, t)}
}

// samples returns points along the curve that are about apart from each other.
func (c curve) samples(apart float64) []point {
	out := []point{c[0]}
	for i := range len(c) / 3 {
		n := math.Ceil((c[3*i].distance(c[3*i+1]) + c[3*i+1].distance(c[3*i+2]) + c[3*i+2].distance(c[3*i+3])) / apart)
		for k := 1.0; k <= n; k++ {
			out = append(out, c.at(i, k/n))
		}
	}
	return out
}

// cut returns a curve of one part up to where its end begins at all points of
// which inside is true.
func (c curve) cut(inside func(point) bool) curve {
	const steps = 256
	t := 1.0
	for t > 0 && inside(c.at(0, t)) {
		t -= 1. / steps
	}
	low, high := max(t, 0), min(t+1./steps, 1)
	for range 10 {
		if middle := (low + high) / 2; inside(c.at(0, middle)) {
			high = middle
		} else {
			low = middle
		}
	}
	return c.until(low)
}

// closed reports whether the curve ends where it starts.
func (c curve) closed() bool { return c[0].distance(c[len(c)-1]) < 1e-9 }

// line adds straight parts to the given points.
func (c curve) line(to ...point) curve {
	for _, p := range to {
		from := c[len(c)-1]
		c = append(c, from, p, p)
	}
	return c
}

// turn adds a quarter of an ellipse that leads to a point round a corner.
func (c curve) turn(corner, to point) curve {
	const k = 0.5523 // how far towards the corner the controls are
	return append(c, c[len(c)-1].toward(corner, k), to.toward(corner, k), to)
}

// rounded returns the outline of r with corners that are quarters of ellipses.
func (r rect) rounded(rx, ry float64) curve {
	rx, ry = min(rx, r.width()/2), min(ry, r.height()/2)
	left, top, right, bottom := r.min.x, r.min.y, r.max.x, r.max.y
	c := curve{{left + rx, top}}
	c = c.line(point{right - rx, top}).turn(point{right, top}, point{right, top + ry})
	c = c.line(point{right, bottom - ry}).turn(r.max, point{right - rx, bottom})
	c = c.line(point{left + rx, bottom}).turn(point{left, bottom}, point{left, bottom - ry})
	return c.line(point{left, top + ry}).turn(r.min, point{left + rx, top})
}
