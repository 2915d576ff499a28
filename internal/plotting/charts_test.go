package plotting

import (
	"bytes"
	"fmt"
	"image"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot"
)

var (
	nan = math.NaN()
	inf = math.Inf(1)
)

// bowl is a function with its least value at (0, 0).
func bowl(x, y float64) float64 { return x*x + 3*y*y + 0.01 }

func TestNewPicturesDraw(t *testing.T) {
	one := []float64{1}
	for name, p := range map[string]Picture{
		"one value":       Chart{Lines: []Line{{X: one, Y: one}}},
		"one in a band":   Chart{Lines: []Line{{X: one, Y: one, Low: one, High: []float64{2}}}},
		"only gaps":       Chart{Lines: []Line{{X: []float64{1, 2}, Y: []float64{nan, 3}}, {Name: "none", X: one, Y: []float64{nan}}}},
		"constant":        Chart{Lines: []Line{{X: []float64{1, 1}, Y: []float64{2, 2}, Dots: true}}, LogX: true, LogY: true},
		"beyond":          Chart{Lines: []Line{{X: []float64{1, 2}, Y: []float64{5, 6}, Dots: true}}, YMin: 0, YMax: 1},
		"huge":            Chart{Lines: []Line{{X: []float64{-1e100, 1e100}, Y: []float64{1e100, -1e100}}}},
		"long text":       Chart{Title: strings.Repeat("long\n\x00", 60), Lines: []Line{{Name: strings.Repeat("é", 400), X: one, Y: one}}},
		"one bar":         Bars{Names: []string{""}, Values: [][]float64{{0}}},
		"bars below":      Bars{Names: []string{"a", "b"}, Values: [][]float64{{-1, -3}}, PercentOnYAxis: true},
		"bars beyond":     Bars{Names: []string{"a", "b"}, Values: [][]float64{{-1, 3}}, YMin: 4, YMax: 5},
		"many bars":       Bars{Names: strings.Split(strings.Repeat("name,", 39)+"a", ","), Values: [][]float64{make([]float64, 40), make([]float64, 40)}},
		"log bars":        Bars{Names: []string{"a"}, Values: [][]float64{{1e-9}, {1}}, LogY: true, Series: []string{"x", ""}},
		"one panel":       Grid{Panels: []Boundary{{Points: []Point{{3, 4, 0}}, Predict: petals}}},
		"six in a row":    Grid{Columns: 6, Panels: repeat(Boundary{Title: strings.Repeat("w", 99), Points: flower(4), Predict: petals}, 13)},
		"panels of three": Grid{Panels: repeat(Boundary{Points: []Point{{1, 2, 2}, {5, -4, 0}}, Predict: sectors(3)}, 4)},
		"flat":            Surface{XMax: 1, YMax: 1, Value: func(x, y float64) float64 { return 3 }},
		"flat log":        Surface{XMax: 1, YMax: 1, Value: func(x, y float64) float64 { return 3 }, LogValue: true},
		"zero":            Surface{XMax: 1e-9, YMax: 1e9, Value: func(x, y float64) float64 { return 0 }},
		"two units":       Network{Layers: []NetworkLayer{{Units: 1}, {Units: 1}}},
		"ten layers":      Network{Title: "deep", Layers: slices.Repeat([]NetworkLayer{{Units: 12345, Unit: "a", Below: strings.Repeat("w", 99)}}, 10)},
		"path beyond":     Surface{XMax: 1, YMax: 1, Value: bowl, Paths: []Line{{X: []float64{9, 10}, Y: []float64{9, 10}}, {Name: "gap", X: []float64{0, 1, 0.5}, Y: []float64{0, nan, 1}}}},
	} {
		if err := Write(io.Discard, SVG, p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// repeat returns n copies of a boundary.
func repeat(b Boundary, n int) []Boundary {
	out := make([]Boundary, n)
	for i := range out {
		out[i] = b
	}
	return out
}

func TestChartsReject(t *testing.T) {
	one, two := []float64{1}, []float64{1, 2}
	rejects(t, map[string]Picture{
		"no lines":                              Chart{},
		"line 1: no values":                     Chart{Lines: []Line{{}}},
		"no values: all are NaN":                Chart{Lines: []Line{{X: one, Y: []float64{nan}}}},
		"tanh: 1 values of x for 2 of y":        Chart{Lines: []Line{{Name: "tanh", X: one, Y: two}}},
		"a band of 1 low and 0 high values":     Chart{Lines: []Line{{X: one, Y: one, Low: one}}},
		"a band from 2 down to 1":               Chart{Lines: []Line{{X: one, Y: one, Low: []float64{2}, High: one}}},
		"x of value 1: cannot draw NaN":         Chart{Lines: []Line{{X: []float64{0, nan}, Y: two}}},
		"x of value 0: cannot draw 0 on a log":  Chart{LogX: true, Lines: []Line{{X: []float64{0, 1}, Y: two}}},
		"value 1 (x = 2): cannot draw +Inf":     Chart{Lines: []Line{{X: two, Y: []float64{1, inf}}}},
		"cannot draw -1 on a logarithmic axis":  Chart{LogY: true, Lines: []Line{{X: one, Y: []float64{-1}}}},
		"bounds of the y axis: from 2 down to":  Chart{Lines: []Line{{X: one, Y: one}}, YMin: 2, YMax: 1},
		"bounds of the y axis: cannot draw 0 o": Chart{LogY: true, Lines: []Line{{X: one, Y: one}}, YMax: 1},
		"no bars":                               Bars{Names: []string{"a"}},
		"2 names of series for 1 series":        Bars{Names: []string{"a"}, Series: []string{"x", "y"}, Values: [][]float64{{1}}},
		"series 1: 2 values for 1 names":        Bars{Names: []string{"a"}, Values: [][]float64{{1}, {1, 2}}},
		"series 0, a: cannot draw -Inf":         Bars{Names: []string{"a"}, Values: [][]float64{{-inf}}},
		"a: cannot draw 0 on a logarithmic":     Bars{Names: []string{"a"}, Values: [][]float64{{0}}, LogY: true},
		"all are NaN":                           Bars{Names: []string{"a"}, Values: [][]float64{{nan}}},
	})
}

func TestFieldsReject(t *testing.T) {
	one := []float64{1}
	good := Boundary{Points: flower(8), Predict: petals}
	rejects(t, map[string]Picture{
		"no panels":                            Grid{},
		"25 panels, want at most 24":           Grid{Panels: repeat(good, 25)},
		"7 columns of panels":                  Grid{Columns: 7, Panels: repeat(good, 2)},
		"panel 2: no points":                   Grid{Panels: []Boundary{good, {}}},
		"panel 2: classes":                     Grid{Panels: []Boundary{good, {Points: flower(8), Predict: petals, Classes: []string{"a", "b"}}}},
		"panel 1: predict: 1 values for":       Grid{Panels: []Boundary{{Points: flower(8), Predict: func(x, y []float64) ([]float64, error) { return one, nil }}}},
		"no function Value":                    Surface{XMax: 1, YMax: 1},
		"an empty area":                        Surface{XMax: 1, YMin: 1, YMax: 1, Value: bowl},
		"cannot draw an area that ends at NaN": Surface{XMin: nan, XMax: 1, YMax: 1, Value: bowl},
		"value at (0, 0): cannot draw NaN":     Surface{XMax: 1, YMax: 1, Value: func(x, y float64) float64 { return nan }},
		"cannot draw 0 on a log":               Surface{XMax: 1, YMax: 1, LogValue: true, Value: func(x, y float64) float64 { return x }},
		"1 layers, want 2 to 10":               Network{Layers: make([]NetworkLayer, 1)},
		"11 layers, want 2 to 10":              Network{Layers: make([]NetworkLayer, 11)},
		"layer 1: 0 units":                     Network{Layers: []NetworkLayer{{Units: 1}, {}}},
		"the first layer has nothing":          Network{Layers: []NetworkLayer{{Units: 1, Above: "W"}, {Units: 1}}},
		"path 1: no values":                    Surface{XMax: 1, YMax: 1, Value: bowl, Paths: []Line{{}}},
	})
}

// rejects checks that pictures cannot be drawn, for these reasons.
func rejects(t *testing.T, pictures map[string]Picture) {
	t.Helper()
	for want, p := range pictures {
		dir := t.TempDir()
		err := Save(filepath.Join(dir, "picture.svg"), p)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		onlyFile(t, dir)
	}
}

// long returns a line of n values with a band.
func long(name string, n int) Line {
	l := Line{Name: name, Y: learning(n, 5/float64(n), 0.1)}
	for i, y := range l.Y {
		l.X, l.Low, l.High = append(l.X, float64(i)), append(l.Low, 0.9*y), append(l.High, 1.2*y)
	}
	return l
}

func TestNewPicturesAreSmallAndDeterministic(t *testing.T) {
	var lines []Line
	for i := range 14 {
		lines = append(lines, long(fmt.Sprint(i), 20_000))
	}
	path := long("path", 5000)
	wide := slices.Repeat([]NetworkLayer{{Units: 20, Unit: "a"}}, 10)
	for name, p := range map[string]Picture{
		"chart":   Chart{Lines: lines},
		"dots":    Chart{Lines: []Line{{X: path.X, Y: path.Y, NoLine: true}}},
		"network": Network{Layers: wide},
		"panels":  Grid{Panels: repeat(Boundary{Points: flower(400), Predict: petals}, 8)},
		"two":     Grid{Panels: repeat(Boundary{Points: flower(4000), Predict: petals}, 2)},
		"surface": Surface{XMin: -2, XMax: 2, YMin: -1, YMax: 1, Value: func(x, y float64) float64 { return bowl(x, y) + math.Sin(9*x*y) }, Paths: []Line{path}},
	} {
		var first, second bytes.Buffer
		for _, w := range []io.Writer{&first, &second} {
			if err := Write(w, SVG, p); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s: two drawings differ", name)
		}
		if n := first.Len(); n > 300_000 {
			t.Errorf("%s: %d bytes", name, n)
		}
	}
}

func TestChartPNG(t *testing.T) {
	c := Chart{
		Lines: []Line{{Name: "a", X: []float64{0, 1, 2, 3}, Y: []float64{0, 1, nan, 3}}, {X: []float64{0, 3}, Y: []float64{1, 1}, NoLine: true}},
	}
	img := drawPNG(t, c)
	for i, least := range []int{300, 100} {
		if n := count(img, img.Bounds(), hues[i]); n < least {
			t.Errorf("line %d: %d pixels", i, n)
		}
	}
	whole := count(img, img.Bounds(), hues[0])
	c.YMin, c.YMax = 0, 0.5
	cut := drawPNG(t, c)
	if n := count(cut, cut.Bounds(), hues[1]); n != 0 {
		t.Errorf("%d pixels of dots beyond the bounds", n)
	}
	if n := count(cut, cut.Bounds(), hues[0]); n == 0 || n >= 2*whole {
		t.Errorf("%d pixels of a line that was %d", n, whole)
	}
}

func TestBarsPNG(t *testing.T) {
	b := Bars{Names: []string{"a", "b"}, Values: [][]float64{{1, 0.5}}}
	both := count2(t, b)
	b.Values = [][]float64{{1, nan}}
	if one := count2(t, b); math.Abs(float64(both)/float64(one)-1.5) > 0.05 {
		t.Errorf("bars of 1 and ½ take %d pixels, the first alone %d", both, one)
	}
}

// A logarithmic axis has no zero: a dot for each value, of one size for all, on an
// axis that ends near the least and the greatest.
func TestBarsOnALogarithmicAxis(t *testing.T) {
	b := Bars{Names: []string{"a"}, Values: [][]float64{{34}, {470}}, LogY: true}
	img := drawPNG(t, b)
	for s := range b.Values {
		if n := count(img, img.Bounds(), hues[s]); n < 50 || n > 700 {
			t.Errorf("series %d takes %d pixels", s, n)
		}
	}
	var a plot.Axis
	b.setYAxis(&a, []float64{34, 470})
	if a.Min <= 20 || a.Min >= 34 || a.Max <= 470 || a.Max >= 800 {
		t.Errorf("the axis goes from %v to %v for values from 34 to 470", a.Min, a.Max)
	}
}

// count2 returns how many pixels have the first hue.
func count2(t *testing.T, p Picture) int {
	img := drawPNG(t, p)
	return count(img, img.Bounds(), hues[0])
}

func TestGridPanelsAreAlike(t *testing.T) {
	img := drawPNG(t, Grid{Columns: 2, Panels: []Boundary{
		{Points: []Point{{-1, -1, 0}, {1, 1, 1}}, Predict: halves},
		{Points: []Point{{-2, -2, 0}, {3, 3, 1}}, Predict: halves},
	}})
	middle := image.Rect(560, 0, 600, img.Bounds().Dy()-60) // between the panels, over the axis
	if n := count(img, middle, ink); n != 0 {
		t.Errorf("%d dark pixels between the panels", n)
	}
	sure := shades(2)[127]
	left := image.Rect(0, 0, 580, img.Bounds().Dy())
	right := image.Rect(580, 0, 1000, img.Bounds().Dy())
	r, g, b, _ := sure.RGBA()
	c := hues[0]
	c.R, c.G, c.B = uint8(r>>8), uint8(g>>8), uint8(b>>8)
	if a, b := count(img, left, c), count(img, right, c); a < 20_000 || math.Abs(float64(a-b)) > 0.02*float64(a) {
		t.Errorf("class 0 takes %d and %d pixels, want about the same", a, b)
	}
}

func TestSurfaceContours(t *testing.T) {
	s := Surface{XMin: -1, XMax: 1, YMin: -1, YMax: 1, Value: bowl}
	h, err := s.heights()
	if err != nil {
		t.Fatal(err)
	}
	if x, y := h.place(spot{float64(h.cols - 1), 0}); x != 1 || y != -1 {
		t.Errorf("the last node of the first row is at (%v, %v)", x, y)
	}
	if len(h.levels()) < 4 {
		t.Errorf("%d contours", len(h.levels()))
	}
	s.LogValue = true
	for _, top := range []float64{1, 5} { // values over two decades, and three
		s.XMax, s.YMax = top, top
		if h, err = s.heights(); err != nil {
			t.Fatal(err)
		}
		for _, tick := range h.bar("").ticks {
			if tick.Label == "" {
				t.Errorf("up to %v: a contour at share %v has no label", h.hi, tick.Value)
			}
		}
	}
	if lo, hi := h.share(h.lo), h.share(h.hi); lo != 0 || hi != 1 {
		t.Errorf("shares from %v to %v", lo, hi)
	}
}
