package plotting

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot"
)

// sample returns a grid of f.
func sample(cols, rows int, f func(col, row float64) float64) grid {
	g := grid{cols: cols, rows: rows}
	for row := range rows {
		for col := range cols {
			g.v = append(g.v, f(float64(col), float64(row)))
		}
	}
	return g
}

func TestZeroLines(t *testing.T) {
	circle := func(x, y float64) float64 { return math.Hypot(x-20, y-15) - 9.3 }
	lines := zeroLines(sample(40, 30, circle))
	if len(lines) != 1 || lines[0][0] != lines[0][len(lines[0])-1] {
		t.Fatalf("circle: %d lines, or not closed", len(lines))
	}
	for _, s := range lines[0] {
		if d := circle(s.col, s.row); math.Abs(d) > 0.02 {
			t.Errorf("circle: %v is off by %v", s, d)
		}
	}
	kept := thin(lines[0])
	if len(kept) >= len(lines[0]) || kept[0] != kept[len(kept)-1] {
		t.Errorf("thin keeps %d of %d spots", len(kept), len(lines[0]))
	}

	slope := zeroLines(sample(9, 7, func(x, y float64) float64 { return x + y/2 - 4.1 }))
	if len(slope) != 1 {
		t.Fatalf("slope: %d lines", len(slope))
	}
	ends := []spot{slope[0][0], slope[0][len(slope[0])-1]}
	if math.Abs(ends[0].row-ends[1].row) != 6 {
		t.Errorf("slope runs from %v to %v, not from edge to edge", ends[0], ends[1])
	}

	// At a saddle the lines do not cross: two arcs.
	saddle := zeroLines(sample(6, 6, func(x, y float64) float64 { return (x-2.5)*(y-2.5) + 0.1 }))
	if len(saddle) != 2 {
		t.Errorf("saddle: %d lines", len(saddle))
	}
	if flat := zeroLines(sample(6, 6, func(x, y float64) float64 { return 0 })); len(flat) != 0 {
		t.Errorf("plateau: %d lines", len(flat))
	}
}

func TestFieldIsEvaluatedRowByRow(t *testing.T) {
	lastY, calls := math.Inf(-1), 0
	f, err := evaluate(extent{0, 2, 0, 1}, 40, 0.5, 2, func(x, y []float64) ([]float64, error) {
		if len(x) != 42 || len(y) != 42 || y[0] <= lastY || y[0] != y[41] || x[0] != -0.025 || x[1] != 0.025 {
			t.Fatalf("called with %d points from (%v, %v)", len(x), x[0], y[0])
		}
		lastY, calls = y[0], calls+1
		p := slices.Clone(y) // the class-1 probability is the height
		for i := range p {
			p[i] = min(max(p[i], 0), 1)
		}
		return p, nil
	})
	if err != nil || calls != 22 || f.rows != 22 {
		t.Fatalf("%d calls, %d rows, %v", calls, f.rows, err)
	}
	img := f.raster()
	if top, bottom := img.Pix[0], img.Pix[19*img.Stride]; top <= 240 || bottom >= 128 || bottom <= 110 {
		t.Errorf("top row is %d, bottom row is %d", top, bottom)
	}
	lines := f.boundaries()
	if len(lines) != 1 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, s := range lines[0] {
		x, y := f.place(s)
		if math.Abs(y-0.5) > 1e-9 || i == 0 && x > 0 && x < 2 {
			t.Errorf("boundary passes (%v, %v)", x, y)
		}
	}
}

func TestUndecidedHasNoBoundary(t *testing.T) {
	f, err := evaluate(extent{0, 1, 0, 1}, 30, 1, 2, func(x, y []float64) ([]float64, error) {
		p := make([]float64, len(x))
		for i := range p {
			p[i] = 0.5 + 1e-13*math.Sin(1e3*x[i]*y[i])
		}
		return p, nil
	})
	if err != nil || len(f.boundaries()) != 0 {
		t.Errorf("%d lines, %v", len(f.boundaries()), err)
	}
}

func TestShuffle(t *testing.T) {
	pts := flower(400)
	mixed := shuffle(pts, 2, 1000)
	seen := map[Point]bool{}
	ones := 0
	for i, p := range mixed {
		seen[p] = true
		ones += p.Class
		if d := 2*ones - (i + 1); d < -2 || d > 2 {
			t.Fatalf("%d of the first %d are of class 1", ones, i+1)
		}
	}
	if len(mixed) != 400 || len(seen) != 400 {
		t.Errorf("%d points, %d different", len(mixed), len(seen))
	}
	if got := shuffle(pts, 2, 100); len(got) != 100 {
		t.Errorf("%d points, want 100", len(got))
	}
}

func TestDecimate(t *testing.T) {
	y := learning(50_000, 1e-3, 0.1)
	y[12_345], y[43_210] = 9, -9
	x := make([]float64, len(y))
	for i := range x {
		x[i] = float64(i)
	}
	dx, dy := decimate(x, y, 600)
	if len(dx) > 1202 || len(dx) != len(dy) || dx[0] != 0 || dx[len(dx)-1] != 49_999 {
		t.Errorf("%d values from %v to %v", len(dx), dx[0], dx[len(dx)-1])
	}
	if lo, hi := span(dy); lo != -9 || hi != 9 {
		t.Errorf("range %v to %v", lo, hi)
	}
}

func TestTicks(t *testing.T) {
	for _, test := range []struct {
		ticker plot.Ticker
		lo, hi float64
		want   string
	}{
		{linearTicks{count: 7}, -4.7, 4.6, "−4 −2 0 2 4"},
		{linearTicks{count: 6}, 0, 0.72, "0.0 0.2 0.4 0.6"},
		{linearTicks{count: 7, minStep: 1}, 0, 2, "0 1 2"},
		{linearTicks{count: 7}, 0, 5000, "0 1000 2000 3000 4000 5000"},
		{linearTicks{count: 4}, -1e-8, 2e-8, "−1e−8 0 1e−8 2e−8"},
		{linearTicks{count: 4}, 0.692985, 0.693048, "0.69300 0.69302 0.69304"},
		{linearTicks{count: 4}, -1.000021, -0.99997, "−1.00002 −1.00000 −0.99998"},
		{linearTicks{count: 4}, 1e9, 1e9 + 20, "1.000000000e9 1.000000005e9 1.000000010e9 1.000000015e9 1.000000020e9"},
		{logTicks{}, 0.004, 0.9, "0.005 0.01 0.02 0.05 0.1 0.2 0.5"},
		{logTicks{}, 0.22, 0.71, "0.3 0.4 0.5 0.6 0.7"},
		{logTicks{}, 1e-7, 20, "1e−7 1e−6 1e−5 0.0001 0.001 0.01 0.1 1 10"},
	} {
		var labels []string
		for _, tick := range test.ticker.Ticks(test.lo, test.hi) {
			if tick.Value < test.lo || tick.Value > test.hi+1e-9*math.Abs(test.hi) {
				t.Errorf("tick at %v, outside of [%v, %v]", tick.Value, test.lo, test.hi)
			}
			if tick.Label != "" {
				labels = append(labels, tick.Label)
			}
		}
		if got := strings.Join(labels, " "); got != test.want {
			t.Errorf("[%v, %v]: %s, want %s", test.lo, test.hi, got, test.want)
		}
	}
}

func TestWrapAndFit(t *testing.T) {
	style := lettering(12, false)
	lines := wrap(style, "a network\nof\x07 many words "+strings.Repeat("w", 99), 90)
	if len(lines) < 3 || !strings.HasSuffix(lines[len(lines)-1], "…") {
		t.Errorf("%q", lines)
	}
	for _, line := range lines {
		if style.Width(line) > 90 || strings.ContainsAny(line, "\n\x07") {
			t.Errorf("%q is %v wide", line, style.Width(line))
		}
	}
	if got := fit(style, " short  text ", 900); got != "short text" {
		t.Errorf("%q", got)
	}
}
