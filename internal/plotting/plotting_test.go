package plotting

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

// drawPNG returns the picture as a decoded PNG.
func drawPNG(t *testing.T, p Picture) image.Image {
	t.Helper()
	var buf bytes.Buffer
	if err := Write(&buf, PNG, p); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&buf)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// count returns how many pixels within r have exactly the colour c.
func count(img image.Image, r image.Rectangle, c color.RGBA) int {
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if color.RGBAModel.Convert(img.At(x, y)) == c {
				n++
			}
		}
	}
	return n
}

// halves is a classifier that is sure of class 1 where x > 0.
func halves(x, _ []float64) ([]float64, error) {
	p := make([]float64, len(x))
	for i := range p {
		if x[i] > 0 {
			p[i] = 1
		}
	}
	return p, nil
}

func TestBoundaryPNG(t *testing.T) {
	img := drawPNG(t, Boundary{
		Title:   "halves",
		Points:  []Point{{-1, -1, 0}, {-1, 1, 0}, {1, -1, 1}, {1, 1, 1}},
		Predict: halves,
	})
	size := img.Bounds()
	if size.Dx() != 1200 || size.Dy() < 1000 || size.Dy() > 1300 {
		t.Fatalf("size %v", size)
	}
	if o, ok := img.(interface{ Opaque() bool }); !ok || !o.Opaque() {
		t.Error("not opaque")
	}
	for x := range size.Dx() { // nothing touches the edge
		if r, g, b, _ := img.At(x, 0).RGBA(); r+g+b != 3*0xffff {
			t.Fatalf("pixel (%d, 0) is not white", x)
		}
	}
	left := image.Rect(150, 150, 500, size.Dy()-120)
	right := image.Rect(640, 150, 1000, size.Dy()-120)
	middle := image.Rect(500, 150, 640, size.Dy()-120)
	pal := shades(2)
	sure := [2]color.RGBA{pal[127].(color.RGBA), pal[255].(color.RGBA)}
	for class, half := range []image.Rectangle{left, right} {
		if n := count(img, half, sure[class]); n < half.Dx()*half.Dy()*8/10 {
			t.Errorf("half %d: %d pixels of the field's colour", class, n)
		}
		if n := count(img, half, sure[1-class]); n != 0 {
			t.Errorf("half %d: %d pixels of the other half's colour", class, n)
		}
		if n := count(img, half, hues[class]); n < 2*80 {
			t.Errorf("half %d: points of %d pixels", class, n)
		}
		if n := count(img, half, ink); n != 0 {
			t.Errorf("half %d: boundary off its place, %d pixels", class, n)
		}
	}
	if n := count(img, middle, ink); n < middle.Dy() {
		t.Errorf("boundary has %d pixels on %d lines", n, middle.Dy())
	}
}

func TestBoundaryEqualAspect(t *testing.T) {
	for _, pts := range [][]Point{
		flower(40), {{3, 4, 0}}, {{3, 4, 1}, {3, 4, 1}}, {{0, 0, 0}, {0, 9, 1}}, {{0, 5e6, 0}, {1e9, 5e6, 0}}, {{1e100, -1e100, 0}},
	} {
		e := frame(pts)
		for _, p := range pts {
			if p.X1 <= e.x0 || p.X1 >= e.x1 || p.X2 <= e.y0 || p.X2 >= e.y1 {
				t.Errorf("%v is outside of %v", p, e)
			}
		}
		want := (e.y1 - e.y0) / (e.x1 - e.x0)
		if want < 0.5-1e-9 || want > 1+1e-9 {
			t.Errorf("%v: aspect %v", e, want)
		}
		p := newPlot("x1", "x2")
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = e.x0, e.x1, e.y0, e.y1
		data := place(p, barSpace, want, func(w vg.Length) *header { return newHeader("t", nil, w) }).data()
		if got := float64((data.Max.Y - data.Min.Y) / (data.Max.X - data.Min.X)); math.Abs(got-want) > 1e-6 {
			t.Errorf("%v: drawn with aspect %v, want %v", e, got, want)
		}
	}
}

func TestPicturesDraw(t *testing.T) {
	flat := func(x, _ []float64) ([]float64, error) { return make([]float64, len(x)), nil }
	for name, p := range map[string]Picture{
		"one point":    Boundary{Points: []Point{{3, 4, 0}}, Predict: petals},
		"equal points": Boundary{Points: []Point{{3, 4, 1}, {3, 4, 1}}, Predict: flat},
		"one class":    Boundary{Points: []Point{{1, 2, 0}, {5, -4, 0}}, Predict: flat},
		"six classes":  Boundary{Points: []Point{{1, 2, 5}, {5, -4, 0}}, Predict: sectors(6)},
		"huge":         Boundary{Points: []Point{{1e100, -1e100, 0}}, Predict: flat},
		"long text":    Boundary{Title: strings.Repeat("long\n\x00", 60), XLabel: strings.Repeat("x", 500), Classes: []string{strings.Repeat("é", 400), "\xff"}, Points: flower(4), Predict: petals},
		"pointer":      &CostCurve{Series: []Series{{Cost: []float64{1, 2}}}},
		"one value":    CostCurve{Series: []Series{{Cost: []float64{0.7}}}},
		"constant":     CostCurve{Series: []Series{{Cost: []float64{0.7, 0.7}}}, LogY: true},
		"negative":     CostCurve{Series: []Series{{Cost: []float64{-3, -1}, Step: []float64{-1.5, 7}}}},
		"wide log":     CostCurve{Series: []Series{{Cost: []float64{1e-100, 1e100}}}, LogY: true},
		"wide":         CostCurve{Series: []Series{{Cost: []float64{-1e100, 1e100}, Step: []float64{-1e100, 1e100}}}},
		"many series":  CostCurve{Series: make13()},
	} {
		if err := Write(io.Discard, SVG, p); err != nil { // SVG is quicker
			t.Errorf("%s: %v", name, err)
		}
	}
}

// make13 returns more series than there are styles.
func make13() []Series {
	s := make([]Series, 13)
	for i := range s {
		s[i].Cost = []float64{1, float64(i)}
	}
	return s
}

func TestSVG(t *testing.T) {
	var first, second bytes.Buffer
	b := Boundary{Title: `<tanh> & "4" — 90.5 %`, Points: flower(4000), Predict: petals}
	for _, w := range []io.Writer{&first, &second} {
		if err := Write(w, SVG, b); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two drawings differ")
	}
	if n := first.Len(); n > 300_000 {
		t.Errorf("%d bytes", n)
	}
	var text strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(first.Bytes())); ; {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := tok.(xml.CharData); ok {
			text.Write(s)
		}
	}
	for _, want := range []string{b.Title, "class 0", "class 1", "p = 0.5", "x1", "x2", "−2", "probability of class 1", "1000 of 4000 points drawn"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no text %q", want)
		}
	}
	m := regexp.MustCompile(`data:image/png;base64,([^"]*)`).FindSubmatch(first.Bytes())
	if m == nil {
		t.Fatal("no embedded image")
	}
	img, err := png.Decode(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(m[1])))
	if err != nil {
		t.Fatal(err)
	}
	if w := img.Bounds().Dx(); w != 300 {
		t.Errorf("field of %d columns", w)
	}
}

func TestSVGOfLongRun(t *testing.T) {
	var buf bytes.Buffer
	c := CostCurve{Series: []Series{{Cost: learning(100_000, 1e-4, 0.1)}, {Cost: learning(100_000, 1e-3, 0.2)}, {Cost: learning(100_000, 1e-5, 0)}}}
	if err := Write(&buf, SVG, c); err != nil {
		t.Fatal(err)
	}
	if buf.Len() > 300_000 {
		t.Errorf("%d bytes", buf.Len())
	}
}

func TestCostCurvePNG(t *testing.T) {
	img := drawPNG(t, CostCurve{Series: []Series{{Name: "a", Cost: []float64{1, 1, 1}}, {Name: "b", Cost: []float64{0, 0.5, 2}}}})
	if img.Bounds().Dx() != 1200 {
		t.Fatalf("size %v", img.Bounds())
	}
	for i, min := range []int{1000, 500} { // solid and dashed
		if n := count(img, img.Bounds(), hues[i]); n < min {
			t.Errorf("series %d: %d pixels", i, n)
		}
	}
	if n := count(img, img.Bounds(), faint); n < 1000 {
		t.Errorf("grid of %d pixels", n)
	}
}

func TestWriteFails(t *testing.T) {
	var buf bytes.Buffer
	for want, err := range map[string]error{
		"no picture":           Write(&buf, PNG, nil),
		`unknown format "gif"`: Write(&buf, "gif", CostCurve{}),
		"no series":            Write(&buf, SVG, CostCurve{}),
		"disk full":            Write(fullDisk{}, SVG, CostCurve{Series: []Series{{Cost: []float64{1}}}}),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if buf.Len() != 0 {
		t.Errorf("%d bytes written", buf.Len())
	}
}

// fullDisk is a writer that fails.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// A line between classes that is straight runs straight on to the frame, and ends
// there.
func TestBoundaryEndsAtTheFrame(t *testing.T) {
	slanted := func(x, y []float64) ([]float64, error) { // 0.5 where 0.3·x + 0.7·y = 0.1
		p := make([]float64, len(x))
		for i := range p {
			p[i] = 0.5 + 0.1*(0.3*x[i]+0.7*y[i]-0.1)
		}
		return p, nil
	}
	f, err := evaluate(extent{-1, 1, -1, 1}, 40, 1, 2, slanted)
	if err != nil {
		t.Fatal(err)
	}
	lines := f.boundaries()
	if len(lines) != 1 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, s := range lines[0] {
		x, y := f.place(s)
		if d := 0.3*x + 0.7*y - 0.1; math.Abs(d) > 1e-9 {
			t.Errorf("spot %d of %d, (%v, %v), is off the line by %v", i, len(lines[0]), x, y, d)
		}
		if end := i == 0 || i == len(lines[0])-1; end && math.Abs(x) < 1 {
			t.Errorf("the line ends at (%v, %v), within the frame", x, y)
		}
	}
	img := drawPNG(t, Boundary{Points: []Point{{-1, -1, 0}, {1, 1, 1}}, Predict: slanted, Columns: 20})
	size := img.Bounds()
	right := 0 // edge of the frame, a line of the colour of edges; the bar of colours behind it has such lines too
	for x := size.Dx() / 2; x < size.Dx()*88/100; x++ {
		if n := count(img, image.Rect(x, 0, x+1, size.Dy()), edge); n > size.Dy()/2 {
			right = x
		}
	}
	if right == 0 {
		t.Fatal("no frame")
	}
	beside := image.Rect(right+2, 150, right+20, size.Dy()-150)
	if n := count(img, beside, ink); n != 0 {
		t.Errorf("%d pixels of the line beyond the frame", n)
	}
}

// Points held out are hollow, in the area of the picture, and named in the legend.
func TestBoundaryHeldOut(t *testing.T) {
	b := Boundary{Points: []Point{{-1, -1, 0}, {1, 1, 1}}, Predict: halves}
	marked := func() int {
		img := drawPNG(t, b)
		return count(img, image.Rect(0, 200, 1200, img.Bounds().Dy()), hues[0]) // below the legend
	}
	full := marked()
	b.Points, b.Held = b.Points[1:], b.Points[:1]
	if hollow := marked(); hollow == 0 || float64(hollow) > 0.9*float64(full) {
		t.Errorf("a hollow point takes %d pixels of its colour, a full one %d", hollow, full)
	}
	b.Held = []Point{{-100, 400, 0}}
	b.OwnUnits = true
	e, aspect := b.area()
	if e.x0 >= -100 || e.y1 <= 400 || aspect != 0.75 {
		t.Errorf("the picture shows %v, aspect %v", e, aspect)
	}
	var svg bytes.Buffer
	if err := Write(&svg, SVG, b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(svg.String(), ">held out<") {
		t.Error("the legend does not name the points held out")
	}
	b.Held[0].Class = 2
	b.Classes = []string{"a", "b"}
	if err := Write(io.Discard, SVG, b); err == nil || !strings.Contains(err.Error(), "point held out 0: class 2") {
		t.Errorf("error %v", err)
	}
	b.Held[0].Class = 1
	if err := Write(io.Discard, SVG, Grid{Panels: []Boundary{b}}); err == nil || !strings.Contains(err.Error(), "panel 1: points held out") {
		t.Errorf("error %v", err)
	}
}
