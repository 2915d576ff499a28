package plotting

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Grid is a picture of several boundaries side by side, with one legend. All
// show the same area, and their classes must be the same; the names of the axes
// are those of the first. If the panels have more than 1000 points together,
// some of each are drawn, evenly chosen, and the legend says so.
type Grid struct {
	Title   string
	Columns int // of the grid; 0 is chosen
	Panels  []Boundary
}

const (
	gridPoints   = 1000 // of all panels together
	maxPanels    = 24
	panelGap     = vg.Length(10)
	panelTitle   = vg.Length(10)
	panelLeading = vg.Length(13)
	axisSpace    = vg.Length(44) // left of the panels, for ticks and label
	tickSpace    = vg.Length(20) // below a column of panels
	labelSpace   = vg.Length(18) // below all of them
)

// A panel is one boundary of a grid, laid out.
type panel struct {
	title  []string
	field  *field
	lines  [][]spot
	points []Point
}

// panels is the layout of a grid.
type panels struct {
	extent
	columns       int
	width, height vg.Length // of the data of one
	rows          []vg.Length
	all           []panel
	x, y          string // names of the axes
	classes       []string
}

// figure implements Picture.
func (g Grid) figure() (*figure, error) {
	names, err := g.check()
	if err != nil {
		return nil, err
	}
	l := &panels{columns: g.columns(), classes: names, x: or(g.Panels[0].XLabel, "x1"), y: or(g.Panels[0].YLabel, "x2")}
	var points []Point
	for _, b := range g.Panels {
		points = append(points, b.Points...)
	}
	l.extent = frame(points)
	right := vg.Length(0)
	if len(names) == 2 {
		right = barSpace
	}
	room := pageWidth - 2*margin - axisSpace - right
	l.width = (room - panelGap*vg.Length(l.columns-1)) / vg.Length(l.columns)
	l.height = l.width * vg.Length((l.y1-l.y0)/(l.x1-l.x0))
	for i, b := range g.Panels {
		p, err := l.panel(b, gridPoints/len(g.Panels))
		if err != nil {
			return nil, fmt.Errorf("panel %d: %w", i+1, err)
		}
		l.all = append(l.all, p)
	}
	l.setRows()
	h := newHeader(g.Title, g.legend(names, l), pageWidth-2*margin-axisSpace)
	bottom := margin + tickSpace + labelSpace
	total := bottom + l.total() + h.height() + margin
	return &figure{width: pageWidth, height: total, draw: func(c draw.Canvas) {
		h.draw(&c, margin+axisSpace, total-margin)
		l.draw(&c, bottom)
	}}, nil
}

// check checks the grid and returns the names of the classes.
func (g Grid) check() ([]string, error) {
	if len(g.Panels) == 0 {
		return nil, errors.New("no panels")
	}
	if n := len(g.Panels); n > maxPanels {
		return nil, fmt.Errorf("%d panels, want at most %d", n, maxPanels)
	}
	if g.Columns < 0 || g.Columns > 6 {
		return nil, fmt.Errorf("%d columns of panels, want 1 to 6, or 0 for the default", g.Columns)
	}
	var first []string
	for i, b := range g.Panels {
		names, err := b.check()
		if err != nil {
			return nil, fmt.Errorf("panel %d: %w", i+1, err)
		}
		if len(b.Held) > 0 || b.OwnUnits {
			return nil, fmt.Errorf("panel %d: points held out and axes with units of their own are for a boundary alone", i+1)
		}
		if i == 0 {
			first = names
		} else if !slices.Equal(first, names) {
			return nil, fmt.Errorf("panel %d: classes %q, want %q as in panel 1", i+1, names, first)
		}
	}
	return first, nil
}

// columns returns how many panels stand side by side.
func (g Grid) columns() int {
	n := len(g.Panels)
	switch {
	case g.Columns > 0:
		return min(g.Columns, n)
	case n <= 3:
		return n
	case n == 4:
		return 2
	case n <= 6 || n == 9:
		return 3
	}
	return 4
}

// panel lays out one boundary, with at most limit points.
func (l *panels) panel(b Boundary, limit int) (panel, error) {
	columns := b.Columns
	if columns == 0 {
		columns = [...]int{300, 260, 200, 160}[min(l.columns, 4)-1]
	}
	f, err := evaluate(l.extent, columns, (l.y1-l.y0)/(l.x1-l.x0), len(l.classes), b.Predict)
	if err != nil {
		return panel{}, err
	}
	return panel{
		title:  wrap(lettering(panelTitle, true), b.Title, l.width),
		field:  f,
		lines:  f.boundaries(),
		points: shuffle(b.Points, len(l.classes), limit),
	}, nil
}

// legend returns the entries of the legend, those of the first boundary.
func (g Grid) legend(names []string, l *panels) []entry {
	line := false
	for _, p := range l.all {
		line = line || len(p.lines) > 0
	}
	all := g.Panels[0]
	all.Points = nil
	entries := all.legend(names, line)
	drawn, given := 0, 0
	for i, p := range l.all {
		drawn, given = drawn+len(p.points), given+len(g.Panels[i].Points)
	}
	if drawn < given {
		n := len(l.all)
		entries = append(entries, entry{label: fmt.Sprintf("%d of %d points drawn in each", drawn/n, given/n)})
	}
	return entries
}

// setRows finds the height of each row of panels, with their titles.
func (l *panels) setRows() {
	for from := 0; from < len(l.all); from += l.columns {
		lines := 0
		for _, p := range l.all[from:min(from+l.columns, len(l.all))] {
			lines = max(lines, len(p.title))
		}
		l.rows = append(l.rows, l.height+vg.Length(lines)*panelLeading+panelGap)
	}
}

// total returns the height of all rows.
func (l *panels) total() vg.Length {
	var sum vg.Length
	for _, h := range l.rows {
		sum += h
	}
	return sum
}

// draw draws the panels over the given height, the names of the axes and the
// colour bar.
func (l *panels) draw(c *draw.Canvas, bottom vg.Length) {
	left, y := margin+axisSpace, bottom+l.total()
	right := left + vg.Length(l.columns)*(l.width+panelGap) - panelGap
	var lowest, highest vg.Length
	for r, height := range l.rows {
		y -= height
		for col := range l.columns {
			i := r*l.columns + col
			if i >= len(l.all) {
				break
			}
			x := left + vg.Length(col)*(l.width+panelGap)
			area := vg.Rectangle{Min: vg.Point{X: x, Y: y}, Max: vg.Point{X: x + l.width, Y: y + l.height}}
			l.all[i].draw(c, area)
			if col == 0 {
				l.ticksLeft(c, area)
			}
			if i+l.columns >= len(l.all) {
				l.ticksBelow(c, area)
			}
			if r == 0 {
				highest = area.Max.Y
			}
			lowest = area.Min.Y
		}
	}
	style := lettering(12, false)
	style.XAlign = draw.XCenter
	c.FillText(style, vg.Point{X: (left + right) / 2, Y: margin}, fit(style, l.x, right-left))
	drawYLabel(c, l.y, vg.Rectangle{Min: vg.Point{Y: lowest}, Max: vg.Point{Y: highest}})
	if len(l.classes) == 2 {
		drawClassBar(c, vg.Rectangle{Min: vg.Point{X: left, Y: lowest}, Max: vg.Point{X: right, Y: highest}}, l.classes[1])
	}
}

// draw draws the field with boundary, points and title.
func (p *panel) draw(c *draw.Canvas, area vg.Rectangle) {
	f := p.field
	pl := newPlot("", "")
	pl.HideAxes()
	pl.X.Min, pl.X.Max, pl.Y.Min, pl.Y.Max = f.x0, f.x1, f.y0, f.y1
	pl.Add(plotter.NewImage(f.raster(), f.x0, f.y0, f.x1, f.y1), &boundaryLines{f, p.lines}, border{}, scatter{points: p.points, radius: 1.7})
	pl.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: area})
	style := lettering(panelTitle, true)
	for i, line := range p.title {
		y := area.Max.Y + 5 + vg.Length(len(p.title)-1-i)*panelLeading
		c.FillText(style, vg.Point{X: area.Min.X, Y: y}, line)
	}
}

// ticksLeft draws the ticks of the y axis beside a panel.
func (l *panels) ticksLeft(c *draw.Canvas, area vg.Rectangle) {
	style := lettering(10, false)
	style.XAlign, style.YAlign = draw.XRight, draw.YCenter
	for _, t := range l.ticks(l.y0, l.y1) {
		y := area.Min.Y + vg.Length((t.Value-l.y0)/(l.y1-l.y0))*l.height
		c.StrokeLine2(stroke(edge, 0.8), area.Min.X-4, y, area.Min.X, y)
		c.FillText(style, vg.Point{X: area.Min.X - 6, Y: y + 1}, t.Label)
	}
}

// ticksBelow draws the ticks of the x axis under a panel.
func (l *panels) ticksBelow(c *draw.Canvas, area vg.Rectangle) {
	style := lettering(10, false)
	style.XAlign, style.YAlign = draw.XCenter, draw.YTop
	for _, t := range l.ticks(l.x0, l.x1) {
		x := area.Min.X + vg.Length((t.Value-l.x0)/(l.x1-l.x0))*l.width
		c.StrokeLine2(stroke(edge, 0.8), x, area.Min.Y-4, x, area.Min.Y)
		c.FillText(style, vg.Point{X: x, Y: area.Min.Y - 5}, t.Label)
	}
}

// ticks returns as many as a panel has room for.
func (l *panels) ticks(lo, hi float64) []plot.Tick {
	return linearTicks{count: min(max(float64(l.width)/20, 2), 7)}.Ticks(lo, hi)
}
