package draw

import "math"

const (
	boxClear  = 4.0  // that edges keep from boxes
	lineClear = 4.0  // and from texts, whose brackets reach out below
	textClear = 2.0  // that texts keep from all
	near      = 3.0  // to a panel's border or another edge: they seem to be one
	longest   = 22.0 // that an edge runs near to one
	meet      = 24.0 // of where an edge starts, where others may come near
	apart     = 2.0  // of the points at which an edge is looked at
	headLong  = 6.5  // of the head of an arrow
	pageEdge  = 14.0
	nameSize  = 14.0 // of the picture
)

// arrange gives everything its place. The boxes, the panels and the edges have
// those that Graphviz found, but for edges that pass through a box or run along
// a border. Then come the names of panels and the shapes on edges, where nothing
// is in their way, and at last the dashed edges, which keep clear of all others'
// texts.
func (p *picture) arrange() error {
	if err := p.lay(); err != nil {
		return err
	}
	placed := scene{boxes: p.boxes, panels: p.panels}
	for _, e := range p.edges {
		if !e.dashed {
			placed.route(e)
		}
	}
	for _, f := range p.panels {
		placed.put(&f.name, f.nameSpots())
	}
	for _, e := range p.edges {
		if e.label.s != "" {
			placed.put(&e.label, e.labelSpots())
		}
	}
	for _, e := range p.edges {
		if e.dashed {
			placed.route(e)
		}
	}
	p.frame()
	return nil
}

// frame finds the size of the page, with the name of the picture on top.
func (p *picture) frame() {
	page := p.boxes[0].rect
	for _, b := range p.boxes {
		page = page.union(b.rect)
	}
	for _, f := range p.panels {
		page = page.union(f.rect).union(f.name.rect())
	}
	for _, e := range p.edges {
		for _, at := range e.samples(apart) {
			page = page.union(rect{at, at})
		}
		if e.label.s != "" {
			page = page.union(e.label.rect())
		}
	}
	if p.name.s == "" { // the body of a loop, whose panel has the name
		p.page = page.grown(pageEdge)
		return
	}
	name := p.name.rect()
	page = page.union(rect{page.min, point{page.min.x + name.width(), page.min.y}})
	p.name.centre = point{page.min.x + name.width()/2, page.min.y - nameSize}
	page.min.y -= 1.5 * nameSize
	p.page = page.grown(pageEdge)
}

// A scene is what has its place already.
type scene struct {
	boxes  []*box
	panels []*panel
	texts  []rect
	lines  []line          // of edges
	trail  map[[2]int]bool // cells at and beside them
}

// put puts a text on the first spot that is free, or else on the one where the
// least is in its way.
func (s *scene) put(t *text, spots []point) {
	size, least := t.rect(), math.MaxInt
	for _, at := range spots {
		if n := s.crowd(around(at, size.width(), size.height()).grown(textClear)); n < least {
			t.centre, least = at, n
		}
		if least == 0 {
			break
		}
	}
	s.texts = append(s.texts, t.rect())
}

// crowd counts what there is in r.
func (s *scene) crowd(r rect) (n int) {
	for _, b := range s.boxes {
		if b.overlaps(r) {
			n += 10
		}
	}
	for _, other := range s.texts {
		if other.overlaps(r) {
			n += 10
		}
	}
	for _, l := range s.lines {
		n += l.inside(r)
	}
	return n
}

// nameSpots returns where the name of a panel may stand, the best first: where
// Graphviz put it, along the upper edge, and along the lower.
func (f *panel) nameSpots() []point {
	half := f.name.rect().width()/2 + 10
	first := f.name.centre
	first.x = f.min.x + half
	if f.layer >= 0 && f.side != forward {
		first.x = f.max.x - half
	}
	spots := []point{first}
	for _, y := range []float64{first.y, f.max.y - panelSize} {
		for x := f.min.x + half; x < f.max.x-half; x += 4 {
			spots = append(spots, point{x, y})
		}
	}
	return spots
}

// labelSpots returns where the label of an edge may stand, the best first: where
// Graphviz put it, if the edge passes there, and along the edge on all its
// sides, from its middle on.
func (e *edge) labelSpots() []point {
	size := e.label.rect()
	dx, dy := size.width()/2+textClear+3, size.height()/2+textClear+1
	var spots []point
	along := e.samples(apart)
	if lineOf(along).inside(size.grown(dy)) > 0 {
		spots = append(spots, e.label.centre)
	}
	middle := len(along) / 2
	for i := range along {
		k := middle + i/2
		if i%2 == 1 {
			k = middle - 1 - i/2
		}
		spots = append(spots, along[k].plus(point{dx, 0}), along[k].plus(point{-dx, 0}))
		for _, x := range []float64{0, 0.5, -0.5, 0.95, -0.95} {
			spots = append(spots, along[k].plus(point{x * dx, -dy}), along[k].plus(point{x * dx, dy}))
		}
	}
	return spots
}
