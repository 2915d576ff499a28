package plotting

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
)

// extent is the part of the plane that a picture shows.
type extent struct{ x0, x1, y0, y1 float64 }

// field holds what a classifier predicts at the centres of the cells of a grid:
// p[(row*cols+col)*classes+class], from the lowest row up. The outermost cells lie
// around the extent and not in it, so that lines between classes run on over its
// edge, where they are cut.
type field struct {
	extent
	cols, rows, classes int
	p                   []float64
}

// evaluate asks predict for the probabilities, one row of the grid at a time. The
// extent is cols cells wide, and drawn aspect times as high as wide.
func evaluate(e extent, cols int, aspect float64, classes int, predict func(x, y []float64) ([]float64, error)) (*field, error) {
	if predict == nil {
		return nil, errors.New("no function Predict")
	}
	f := &field{extent: e, cols: cols + 2, rows: max(int(math.Round(aspect*float64(cols))), 2) + 2, classes: classes}
	f.p = make([]float64, f.cols*f.rows*classes)
	x, y := make([]float64, f.cols), make([]float64, f.cols)
	for row := range f.rows {
		for col := range f.cols {
			x[col], y[col] = f.place(spot{float64(col), float64(row)})
		}
		p, err := predict(x, y)
		if err != nil {
			return nil, fmt.Errorf("predict: %w", err)
		}
		if err := f.setRow(row, p); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// setRow checks and stores the predictions for one row.
func (f *field) setRow(row int, p []float64) error {
	each := f.classes
	if f.classes == 2 {
		each = 1
	}
	if len(p) != each*f.cols {
		return fmt.Errorf("predict: %d values for %d points of %d classes, want %d", len(p), f.cols, f.classes, each*f.cols)
	}
	const slack = 1e-6 // float32 programs overshoot a little
	dst := f.p[row*f.cols*f.classes:][:f.cols*f.classes]
	for i, v := range p {
		if !(v >= -slack && v <= 1+slack) {
			return fmt.Errorf("predict: value %v, want a probability in [0, 1]", v)
		}
		v = math.Min(math.Max(v, 0), 1)
		if f.classes == 2 {
			dst[2*i], dst[2*i+1] = 1-v, v
		} else {
			dst[i] = v
		}
	}
	return nil
}

// node returns the probabilities of the classes at a node, counted row by row.
func (f *field) node(i int) []float64 { return f.p[i*f.classes:][:f.classes] }

// raster returns the field as an image: the hue of the likeliest class, the
// paler the closer the decision.
func (f *field) raster() *image.Paletted {
	cols, rows := f.cols-2, f.rows-2 // those in the extent
	img := image.NewPaletted(image.Rect(0, 0, cols, rows), shades(f.classes))
	for row := range rows {
		pix := img.Pix[(rows-1-row)*img.Stride:]
		for col := range cols {
			pix[col] = shade(f.node((row+1)*f.cols + col + 1))
		}
	}
	return img
}

// shades returns the palette of shade: an equal number of colours a class.
func shades(classes int) color.Palette {
	levels := 256 / classes
	var pal color.Palette
	for c := range classes {
		for l := range levels {
			t := float64(l) / float64(levels-1)
			pal = append(pal, mix(paper, hues[c], 0.04+0.42*t))
		}
	}
	return pal
}

// shade returns the index in shades for the given probabilities.
func shade(p []float64) uint8 {
	best := 0
	for c, v := range p {
		if v > p[best] {
			best = c
		}
	}
	levels := 256 / len(p)
	even := 1 / float64(len(p))
	t := math.Max((p[best]-even)/(1-even), 0)
	return uint8(best*levels + int(math.Round(t*float64(levels-1))))
}

// boundaries returns the lines between the classes, in columns and rows of
// cell centres. For two classes they are the contour of probability ½.
func (f *field) boundaries() [][]spot {
	var lines [][]spot
	for class := 1; class < f.classes; class++ {
		g := grid{cols: f.cols, rows: f.rows, v: make([]float64, f.cols*f.rows)}
		for i := range g.v {
			g.v[i] = lead(f.node(i), class)
		}
		lines = append(lines, zeroLines(g)...)
	}
	return lines
}

// lead returns by how much a class is likelier than the likeliest other. A
// lead as small as rounding is none, lest an undecided classifier seem to have
// boundaries everywhere.
func lead(p []float64, class int) float64 {
	other := 0.0
	for c, v := range p {
		if c != class {
			other = math.Max(other, v)
		}
	}
	if d := p[class] - other; math.Abs(d) > 1e-9 {
		return d
	}
	return 0
}

// place returns where a spot, in columns and rows of cell centres, lies in the
// plane.
func (f *field) place(s spot) (x, y float64) {
	along := func(at float64, n int, lo, hi float64) float64 { return lo + (hi-lo)*(at-0.5)/float64(n-2) }
	return along(s.col, f.cols, f.x0, f.x1), along(s.row, f.rows, f.y0, f.y1)
}
