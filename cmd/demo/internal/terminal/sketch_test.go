package terminal

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// plane has an example of each class on its side of a vertical line, and one on
// the wrong side.
func plane() Scene {
	return Scene{Points: []float64{-1, -1, 1, 1, 1, -1}, Class: []int{0, 1, 0}, Classes: []string{"class 0", "class 1"},
		ClassesAt: func(x1, _ []float64) ([]int, error) {
			classes := make([]int, len(x1))
			for i, x := range x1 {
				if x > 0 {
					classes[i] = 1
				}
			}
			return classes, nil
		}}
}

// Blank on the left, shaded on the right, and a cross where an example is wrong.
func TestRegions(t *testing.T) {
	s := NewSketch(plane(), 80, 24)
	lines, err := s.Lines(Curve{Steps: []float64{0}, Costs: []float64{0.7}})
	if err != nil || len(lines) != sketchRows {
		t.Fatal(lines, err)
	}
	for i, line := range lines {
		field := string([]rune(line)[LeastColumns+2:])
		want := strings.Repeat(" ", fieldColumns/2) + strings.Repeat("░", fieldColumns/2)
		if got := strings.Replace(field, "×", "░", 1); got != want {
			t.Errorf("line %d: %q, %q expected", i, field, want)
		}
	}
	if n := strings.Count(strings.Join(lines, ""), "×"); n != 1 {
		t.Errorf("%d crosses, 1 expected:\n%s", n, strings.Join(lines, "\n"))
	}
	if got, want := s.Legend(), "blank class 0, ░ class 1; × examples on the wrong side"; got != want {
		t.Errorf("%q, %q expected", got, want)
	}
}

func TestSketchNeedsRoom(t *testing.T) {
	for _, c := range []struct {
		columns, rows int
		some, regions bool
	}{
		{0, 0, false, false}, // no terminal
		{39, 50, false, false},
		{200, 23, false, false},
		{40, 24, true, false},
		{77, 24, true, false},
		{78, 24, true, true},
	} {
		s := NewSketch(plane(), c.columns, c.rows)
		if (s != nil) != c.some || s != nil && s.regions != c.regions {
			t.Errorf("%d by %d: %+v", c.columns, c.rows, s)
		}
	}
}

func TestChart(t *testing.T) {
	for _, c := range []Curve{
		{Steps: []float64{0}, Costs: []float64{0.7}},
		{Steps: []float64{0, 1}, Costs: []float64{0, 0}},
		{Steps: []float64{0, 1, 2}, Costs: []float64{1e8, 1, 1e-8}, Log: true},
		{Steps: []float64{0, 1e9}, Costs: []float64{1, 1.2e-100}, Log: true},
		{Steps: []float64{0, 1e9}, Costs: []float64{123456.7, 1.234e-100}},
		{Steps: []float64{0, 999999}, Costs: []float64{123456.7, 0.0001234567}},
	} {
		lines := c.chart()
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n > LeastColumns-1 {
				t.Errorf("%v: %d columns: %q", c.Costs, n, line)
			}
		}
		if len(lines) > sketchRows {
			t.Errorf("%v: %d lines", c.Costs, len(lines))
		}
	}
	lines := Curve{Steps: []float64{0, 1, 2}, Costs: []float64{1e8, 1, 1e-8}, Log: true}.chart()
	if !strings.Contains(lines[0], "1e+08") || !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "1e-08") }) {
		t.Errorf("the ends are missing:\n%s", strings.Join(lines, "\n"))
	}
}

// heights returns the row of the line in each column of a chart but the last,
// counted from below.
func heights(lines []string) []int {
	out := make([]int, chartColumns-1)
	for r, line := range lines[:len(lines)-2] {
		runes := []rune(line)
		axis := slices.IndexFunc(runes, func(c rune) bool { return c == '┤' || c == '┼' })
		for i, c := range runes[axis+1:] {
			if c == '─' || c == '╯' || c == '╮' { // where the line enters the column
				out[i] = len(lines) - 3 - r
			}
		}
	}
	return out
}

// A chart goes up only where the cost does by a quarter of a row at least, wherever
// rows begin, and is nowhere far from the cost.
func TestChartShowsNoBumpThatIsNot(t *testing.T) {
	const steps = 250 * 37
	for shift := range 40 {
		c := Curve{}
		for step := range steps + 1 { // a fall, a ripple of less than a quarter of a row, and a last fall of up to one row
			x := float64(step) / steps
			c.Steps = append(c.Steps, float64(step))
			c.Costs = append(c.Costs, 0.2+0.5*math.Exp(-16*x)+float64(shift)*1e-3*min(1, 10*(1-x))+0.004*math.Sin(60*x)*min(1, 10*(1-x)))
		}
		lines := c.chart()
		got := heights(lines)
		lo, hi := slices.Min(c.Costs), slices.Max(c.Costs)
		for i := range got {
			if i > 0 && got[i] > got[i-1] {
				t.Fatalf("a bump at column %d:\n%s", i, strings.Join(lines, "\n"))
			}
			cost := c.Costs[i*steps/len(got)]
			if at := (cost - lo) / (hi - lo) * chartRows; math.Abs(at-float64(got[i])) > 0.8 {
				t.Errorf("column %d in row %d, %.2f expected:\n%s", i, got[i], at, strings.Join(lines, "\n"))
			}
		}
	}
	// A true one is there.
	c := Curve{Steps: []float64{0, 1, 2, 3}, Costs: []float64{1, 0, 1.6 / chartRows, 0}}
	if got := heights(c.chart()); slices.Max(got[chartColumns/2:]) == 0 {
		t.Errorf("no bump: %v", got)
	}
}
