package main

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"chainrule/optim/experiment"
	"github.com/guptarohit/asciigraph"
)

// The size of a sketch in a terminal.
const (
	sketchRows   = 16
	curveColumns = 40 // of the cost curve, with its axis
	fieldColumns = 36 // of the regions, beside it
	minRows      = sketchRows + 8
	maxMarked    = 4000 // examples; of more, the wrong ones are not marked
)

// shades are how the regions of the classes are filled.
var shades = []rune(" ░▒▓█")

// A sketch draws a training in a terminal: the cost curve, and beside it the
// regions of the classes if there are two inputs and few classes.
type sketch struct {
	p       *problem
	regions bool

	// The upper left corner, and the size of a cell, which is twice as high as
	// wide.
	left, top, cell float64
}

// newSketch returns the sketch for a terminal of a size; nil if it has no room.
func newSketch(p *problem, columns, rows int) *sketch {
	if columns < curveColumns || rows < minRows {
		return nil
	}
	s := &sketch{p: p}
	s.regions = columns >= curveColumns+fieldColumns+2 && len(p.Train.Features) == 2 && len(p.Train.Classes) <= len(shades)
	if s.regions {
		s.frame()
	}
	return s
}

// frame fits all examples.
func (s *sketch) frame() {
	var lo, hi [2]float64
	for i, v := range s.p.Train.X {
		if k := i % 2; i < 2 {
			lo[k], hi[k] = v, v
		} else {
			lo[k], hi[k] = min(lo[k], v), max(hi[k], v)
		}
	}
	s.cell = 1.02 * max((hi[0]-lo[0])/fieldColumns, (hi[1]-lo[1])/(2*sketchRows))
	if s.cell == 0 {
		s.cell = 1
	}
	s.left = (lo[0]+hi[0])/2 - s.cell*fieldColumns/2
	s.top = (lo[1]+hi[1])/2 + s.cell*sketchRows
}

// lines returns the sketch of a training whose costs so far are given, in
// sketchRows lines.
func (s *sketch) lines(c *curve) ([]string, error) {
	lines := make([]string, sketchRows)
	copy(lines, drawCurve(c))
	if !s.regions {
		return lines, nil
	}
	field, err := s.field()
	for i, line := range field {
		lines[i] += strings.Repeat(" ", max(curveColumns+2-utf8.RuneCountInString(lines[i]), 1)) + line
	}
	return lines, err
}

// drawCurve returns the cost curve in at most sketchRows lines, with an axis for
// the steps.
func drawCurve(c *curve) []string {
	costs, format := c.costs, func(v float64) string { return fmt.Sprintf("%.4g", v) }
	if c.wide() {
		costs = make([]float64, len(c.costs))
		for i, v := range c.costs {
			costs[i] = math.Log10(v)
		}
		format = func(v float64) string { return fmt.Sprintf("%.2g", math.Pow(10, v)) }
	}
	if len(costs) == 1 {
		costs = []float64{costs[0], costs[0]}
	}
	const axis = 11
	text := asciigraph.Plot(costs, asciigraph.Height(sketchRows-4), asciigraph.Width(curveColumns-axis),
		asciigraph.YAxisValueFormatter(format),
		asciigraph.XAxisRange(0, c.steps[len(c.steps)-1]), asciigraph.XAxisTickCount(3),
		asciigraph.XAxisValueFormatter(func(v float64) string { return fmt.Sprintf("%.0f", v) }))
	return strings.Split(strings.TrimRight(text, "\n"), "\n")
}

// field returns the regions in lines, with the examples on the wrong side.
func (s *sketch) field() ([]string, error) {
	var x, y []float64
	for r := range sketchRows {
		for c := range fieldColumns {
			x = append(x, s.left+(float64(c)+0.5)*s.cell)
			y = append(y, s.top-(float64(r)+0.5)*2*s.cell)
		}
	}
	classes, err := s.p.classesAt(x, y)
	if err != nil {
		return nil, err
	}
	cells := make([][]rune, sketchRows)
	for r := range cells {
		for c := range fieldColumns {
			cells[r] = append(cells[r], shades[classes[r*fieldColumns+c]])
		}
	}
	if err := s.mark(cells); err != nil {
		return nil, err
	}
	lines := make([]string, sketchRows)
	for r, row := range cells {
		lines[r] = string(row)
	}
	return lines, nil
}

// mark puts a cross where an example is on the wrong side.
func (s *sketch) mark(cells [][]rune) error {
	set := s.p.Train
	if set.Len() > maxMarked {
		return nil
	}
	var x, y []float64
	for i := range set.Len() {
		x, y = append(x, set.X[2*i]), append(y, set.X[2*i+1])
	}
	classes, err := s.p.classesAt(x, y)
	if err != nil {
		return err
	}
	for i, class := range classes {
		r, c := int((s.top-y[i])/(2*s.cell)), int((x[i]-s.left)/s.cell)
		if class != set.Class[i] && r >= 0 && r < sketchRows && c >= 0 && c < fieldColumns {
			cells[r][c] = '×'
		}
	}
	return nil
}

// legend says what the regions are, "" if there are none.
func (s *sketch) legend() string {
	if !s.regions {
		return ""
	}
	var parts []string
	for k, word := range s.p.words {
		shade := string(shades[k])
		if k == 0 {
			shade = "blank"
		}
		parts = append(parts, shade+" "+word)
	}
	text := strings.Join(parts, ", ")
	if s.p.Train.Len() <= maxMarked {
		text += "; × examples on the wrong side"
	}
	return text
}

// classesAt returns the likeliest class of each point.
func (p *problem) classesAt(x1, x2 []float64) ([]int, error) {
	a, err := p.PredictPlane(x1, x2)
	return experiment.Classes(a, len(x1)), err
}
