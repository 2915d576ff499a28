package draw

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// route finds the course of an edge: that of Graphviz for the edges along which
// it ordered the boxes, if it keeps clear of everything, or else the straightest
// bow that does.
func (s *scene) route(e *edge) {
	best, faults := e.curve, math.MaxInt
	if !e.dashed {
		faults = s.faults(e, lineOf(e.samples(apart)))
		if faults > 0 {
			faults += 5 // a bow with as many is shorter
		}
	}
	for _, b := range bows() {
		if faults == 0 {
			break
		}
		c, tip := e.bend(b)
		if n := s.faults(e, lineOf(c.samples(apart))); n < faults {
			best, e.tip, faults = c, tip, n
		}
	}
	e.curve = best
	l := lineOf(append(e.samples(apart), e.tip))
	s.lines = append(s.lines, l)
	if s.trail == nil {
		s.trail = map[[2]int]bool{}
	}
	for _, p := range l.points {
		at := cell(p)
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				s.trail[[2]int{at[0] + dx, at[1] + dy}] = true
			}
		}
	}
}

// cell returns the square of the page in which a point is.
func cell(p point) [2]int { return [2]int{int(p.x / near), int(p.y / near)} }

// A bow is a way to bend an edge.
type bow struct {
	first, second float64 // how far its controls stand out from the straight line
	aim           float64 // how far beside the middle it ends, of the width of the box
}

func (b bow) effort() float64 {
	return math.Abs(b.first) + math.Abs(b.second) + math.Abs(b.first-b.second) + 100*math.Abs(b.aim)
}

// bows returns the ways to bend an edge, the straightest first.
var bows = sync.OnceValue(func() (all []bow) {
	for first := -240.0; first <= 240; first += 20 {
		for second := -240.0; second <= 240; second += 20 {
			all = append(all, bow{first, second, 0}, bow{first, second, -0.3}, bow{first, second, 0.3})
		}
	}
	slices.SortStableFunc(all, func(a, b bow) int { return cmp.Compare(a.effort(), b.effort()) })
	return all
})

// bend returns the curve between the two boxes that is bent so, up to the head
// of the arrow, and its tip.
func (e *edge) bend(b bow) (c curve, tip point) {
	from, to := e.from.centre(), e.to.centre().plus(point{b.aim * e.to.rect.width(), 0})
	along := to.minus(from)
	aside := point{-along.y, along.x}.times(1 / max(from.distance(to), 1))
	c = curve{from, from.toward(to, 1./3).plus(aside.times(b.first)), from.toward(to, 2./3).plus(aside.times(b.second)), to}
	slices.Reverse(c)
	c = c.cut(e.from.covers)
	slices.Reverse(c)
	c = c.cut(e.to.covers)
	tip = c[3]
	return c.cut(func(p point) bool { return p.distance(tip) < headLong }), tip
}

// covers reports whether a point is inside the outline of b, or nearly.
func (b *box) covers(p point) bool {
	r := b.grown(1)
	if b.look().shape != "ellipse" {
		return r.holds(p)
	}
	q := p.minus(r.centre())
	return math.Hypot(q.x/r.width(), q.y/r.height()) < 0.5
}

// faults counts the points of an edge that are where it should not be.
func (s *scene) faults(e *edge, l line) int {
	n := 0
	for _, b := range s.boxes {
		if b != e.from && b != e.to {
			n += 10 * l.inside(b.grown(boxClear))
		}
	}
	for _, t := range s.texts {
		n += 5 * l.inside(t.grown(lineClear)) // worse than along something: it is read
	}
	for _, f := range s.panels {
		n += max(0, l.inside(f.grown(near))-l.inside(f.grown(-near))-int(longest/apart))
	}
	together := 0
	for _, p := range l.points {
		if s.trail[cell(p)] && p.distance(l.points[0]) > meet {
			together++
		}
	}
	return n + max(0, together-int(longest/apart))
}

// A line is points along an edge.
type line struct {
	points []point
	bounds rect
}

func lineOf(points []point) line {
	l := line{points, rect{points[0], points[0]}}
	for _, p := range points {
		l.bounds = l.bounds.union(rect{p, p})
	}
	return l
}

// inside counts the points in r.
func (l line) inside(r rect) (n int) {
	if !r.overlaps(l.bounds.grown(1)) {
		return 0
	}
	for _, p := range l.points {
		if r.holds(p) {
			n++
		}
	}
	return n
}
