package plotting

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Confusion is a picture of how many examples of each class were taken for which class: a
// row for each class, a column for each prediction. The darker a field, the larger its share
// of its row; where there is room, the count stands in it.
type Confusion struct {
	Title   string
	Classes []string // names of rows and columns, at least one
	Counts  [][]int  // by class, then by prediction; at least 0
}

// figure implements Picture.
func (m Confusion) figure() (*figure, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	n := len(m.Classes)
	p := newPlot("prediction", "class")
	p.X.Min, p.X.Max = -0.5, float64(n)-0.5
	p.Y.Min, p.Y.Max = -0.5, float64(n)-0.5
	across, down, slanted := m.names()
	p.X.Tick.Marker, p.Y.Tick.Marker = across, down
	p.X.Tick.LineStyle.Width, p.Y.Tick.LineStyle.Width = 0, 0
	p.X.Padding, p.Y.Padding = 4, 4
	p.Y.Label.Padding = 6
	if slanted {
		p.X.Padding = 9
		p.X.Tick.Label.Rotation = slant
		p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XRight, draw.YCenter
	}
	p.Add(fields(m), border{})
	pl := place(p, 6, 0.8, func(width vg.Length) *header { return newHeader(m.Title, nil, width) })
	return pl.figure(func(*draw.Canvas, vg.Rectangle) {}), nil
}

// slant is the angle of names that have no room beside one another.
const slant = math.Pi / 5

// names returns the names of the columns, which may be slanted, and of the rows. Those
// that would stand on one another are left out.
func (m Confusion) names() (across, down plot.ConstantTicks, slanted bool) {
	const most, rows = 110, 40 // for a name, and of them
	n, style := len(m.Classes), lettering(11, false)
	column := (pageWidth - most) / vg.Length(n)
	every := (n + rows - 1) / rows
	apart := every
	slanted = slices.ContainsFunc(m.Classes, func(name string) bool { return style.Width(name) > 0.8*column*vg.Length(every) })
	if slanted {
		apart = max(every, int(math.Ceil(float64(style.Height("X")*1.4/column)/math.Sin(slant))))
	}
	for i, name := range m.Classes {
		name = fitEnds(style, name, most)
		if i%apart == 0 {
			across = append(across, plot.Tick{Value: float64(i), Label: name})
		}
		if i%every == 0 {
			down = append(down, plot.Tick{Value: float64(n - 1 - i), Label: name})
		}
	}
	return across, down, slanted
}

func (m Confusion) check() error {
	if len(m.Classes) == 0 {
		return errors.New("no classes")
	}
	if len(m.Counts) != len(m.Classes) {
		return fmt.Errorf("%d rows of counts for %d classes", len(m.Counts), len(m.Classes))
	}
	for i, row := range m.Counts {
		if len(row) != len(m.Classes) {
			return fmt.Errorf("row %d: %d counts for %d classes", i, len(row), len(m.Classes))
		}
		for k, count := range row {
			if count < 0 {
				return fmt.Errorf("row %d, column %d: the count is %d", i, k, count)
			}
		}
	}
	return nil
}

// fields is a plotter of the counts.
type fields Confusion

// Plot implements plot.Plotter.
func (m fields) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	n := len(m.Classes)
	for i, row := range m.Counts {
		sum := 0
		for _, count := range row {
			sum += count
		}
		for k, count := range row {
			share := float64(count) / float64(max(sum, 1))
			at := float64(n - 1 - i)
			from := vg.Point{X: x(float64(k) - 0.5), Y: y(at - 0.5)}
			to := vg.Point{X: x(float64(k) + 0.5), Y: y(at + 0.5)}
			fill(&c, mix(paper, hues[0], share), from, to)
			style := lettering(11, i == k)
			style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
			if share > 0.5 {
				style.Color = paper
			}
			text := fmt.Sprint(count)
			if style.Width(text) < (to.X-from.X)*0.95 && style.Height(text) < to.Y-from.Y {
				c.FillText(style, vg.Point{X: (from.X + to.X) / 2, Y: (from.Y + to.Y) / 2}, text)
			}
		}
	}
}
