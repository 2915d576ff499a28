package terminal

import (
	"strings"
	"unicode/utf8"
)

// The size of a sketch.
const (
	LeastColumns = 40 // of a terminal with room for one: the cost curve, with its axis
	LeastRows    = sketchRows + 8

	sketchRows   = 16
	fieldColumns = 36   // of the regions, beside the curve
	maxMarked    = 4000 // examples; of more, the wrong ones are not marked
)

// shades are how the regions of the classes are filled.
var shades = []rune(" ░▒▓█")

// A Scene is what a sketch shows beside the curve.
type Scene struct {
	Points  []float64 // two for each example; nil if there are no two inputs to draw
	Class   []int     // of each example
	Classes []string  // what the legend calls them

	// ClassesAt returns the class of each point.
	ClassesAt func(x1, x2 []float64) ([]int, error)
}

// A Sketch draws a training in characters: the cost curve, and beside it the
// regions of the classes if there are two inputs and few classes.
type Sketch struct {
	Scene
	regions bool

	// The upper left corner, and the size of a cell, which is twice as high as
	// wide.
	left, top, cell float64
}

// NewSketch returns the sketch for a terminal of a size; nil if it has no room.
func NewSketch(scene Scene, columns, rows int) *Sketch {
	if columns < LeastColumns || rows < LeastRows {
		return nil
	}
	s := &Sketch{Scene: scene}
	s.regions = columns >= LeastColumns+fieldColumns+2 && scene.Points != nil && len(scene.Classes) <= len(shades)
	if s.regions {
		s.frame()
	}
	return s
}

// frame fits all examples.
func (s *Sketch) frame() {
	var lo, hi [2]float64
	for i, v := range s.Points {
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

// Lines returns the sketch of a training whose costs so far are given, in
// sketchRows lines.
func (s *Sketch) Lines(c Curve) ([]string, error) {
	lines := make([]string, sketchRows)
	copy(lines, c.chart())
	if !s.regions {
		return lines, nil
	}
	field, err := s.field()
	for i, line := range field {
		lines[i] += strings.Repeat(" ", max(LeastColumns+2-utf8.RuneCountInString(lines[i]), 1)) + line
	}
	return lines, err
}

// field returns the regions in lines, with the examples on the wrong side.
func (s *Sketch) field() ([]string, error) {
	var x, y []float64
	for r := range sketchRows {
		for c := range fieldColumns {
			x = append(x, s.left+(float64(c)+0.5)*s.cell)
			y = append(y, s.top-(float64(r)+0.5)*2*s.cell)
		}
	}
	classes, err := s.ClassesAt(x, y)
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
func (s *Sketch) mark(cells [][]rune) error {
	if len(s.Class) > maxMarked {
		return nil
	}
	var x, y []float64
	for i := range s.Class {
		x, y = append(x, s.Points[2*i]), append(y, s.Points[2*i+1])
	}
	classes, err := s.ClassesAt(x, y)
	if err != nil {
		return err
	}
	for i, class := range classes {
		r, c := int((s.top-y[i])/(2*s.cell)), int((x[i]-s.left)/s.cell)
		if class != s.Class[i] && r >= 0 && r < sketchRows && c >= 0 && c < fieldColumns {
			cells[r][c] = '×'
		}
	}
	return nil
}

// Legend says what the regions are, "" if there are none.
func (s *Sketch) Legend() string {
	if !s.regions {
		return ""
	}
	var parts []string
	for k, word := range s.Classes {
		shade := string(shades[k])
		if k == 0 {
			shade = "blank"
		}
		parts = append(parts, shade+" "+word)
	}
	text := strings.Join(parts, ", ")
	if len(s.Class) <= maxMarked {
		text += "; × examples on the wrong side"
	}
	return text
}
