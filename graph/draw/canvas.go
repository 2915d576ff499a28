package draw

// A canvas is what a picture is painted on.
type canvas interface {
	begin(title string) // of a group, which says title under the pointer
	end()
	path(outline curve, s stroke)
	text(t text)
}

// A stroke is how an outline is filled and drawn; "" is not at all.
type stroke struct {
	fill, line string
	width      float64
	dashed     bool
}

const (
	paper = "#ffffff"
	ink   = "#1a202c"
)

// paint paints the picture, what lies behind first.
func (p *picture) paint(c canvas) {
	c.path(p.page.rounded(0, 0), stroke{fill: paper})
	if p.name.s != "" {
		c.text(p.name)
	}
	for _, f := range p.panels {
		c.path(f.rounded(12, 12), stroke{fill: f.fill()})
	}
	for _, e := range p.edges {
		c.path(e.curve, stroke{line: e.colour, width: e.width(), dashed: e.dashed})
		c.path(e.head(), stroke{fill: e.colour})
	}
	for _, f := range p.panels {
		c.text(f.name)
	}
	for _, e := range p.edges {
		if e.label.s != "" {
			c.text(e.label)
		}
	}
	for _, b := range p.boxes {
		c.begin(b.tooltip())
		b.paint(c)
		c.end()
	}
}

func (e *edge) width() float64 {
	if e.dashed {
		return faint
	}
	return 1
}

// head returns the outline of the arrow's head.
func (e *edge) head() curve {
	base := e.curve[len(e.curve)-1]
	along := e.tip.minus(base)
	half := point{-along.y, along.x}.times(0.36)
	return curve{e.tip}.line(base.plus(half), base.minus(half), e.tip)
}

// paint paints a box and what is written in it.
func (b *box) paint(c canvas) {
	l := b.look()
	s := stroke{fill: l.fill, line: l.line, width: thin}
	if b.output {
		s.width = thick
	}
	radius, lower := 0.0, 0.0
	if b.Op() != nil && b.side != backward {
		radius = 9
	}
	outline, extra := b.rounded(radius, radius), curve(nil)
	switch l.shape {
	case "ellipse":
		outline = b.rounded(b.rect.width()/2, b.height()/2)
	case "cylinder":
		lid := rect{b.min, point{b.max.x, b.min.y + 8}}
		outline, extra = b.rounded(b.rect.width()/2, 4), lid.rounded(lid.width()/2, 4)
		lower = 3
	case "note":
		const fold = 8
		corner := point{b.max.x - fold, b.min.y + fold}
		outline = curve{b.min}.line(point{corner.x, b.min.y}, point{b.max.x, corner.y}, b.max, point{b.min.x, b.max.y}, b.min)
		extra = curve{{corner.x, b.min.y}}.line(corner, point{b.max.x, corner.y})
	}
	c.path(outline, s)
	if extra != nil {
		s.fill = ""
		c.path(extra, s)
	}
	for _, t := range b.texts(lower) {
		c.text(t)
	}
	if b.open() {
		b.body.paint(movedCanvas{c, b.inside()})
	}
}

// texts returns the lines in a box, lower than its middle.
func (b *box) texts(lower float64) []text {
	lines, at := b.lines(), b.centre().plus(point{0, lower})
	if b.open() {
		at.y = b.min.y + loopTitle/2
	}
	first := text{s: clean(lines[0]), size: titleSize, bold: b.symbol != "", colour: b.look().text, centre: at}
	if len(lines) == 1 {
		return []text{first}
	}
	first.centre.y -= 7
	return []text{first, {s: lines[1], size: sizesSize, colour: b.look().text, centre: point{at.x, at.y + 8}}}
}
