package terminal

import (
	"bytes"
	"errors"
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
	} {
		lines := c.chart()
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n > LeastColumns {
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

// What is watched is drawn over itself.
func TestLive(t *testing.T) {
	var b bytes.Buffer
	l := &Live{Sketch: NewSketch(plane(), 80, 24), Out: NewWriter(&b), Steps: 10}
	costs := Curve{Steps: []float64{0}, Costs: []float64{0.7}}
	if err := errors.Join(l.Draw(costs, 0, 0.7), l.Update(costs, 1, 0.6), l.Draw(costs, 2, 0.5)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"step 0 of 10, cost 0.700000", "\x1b[17A", "step 2 of 10, cost 0.500000"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q expected in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "step 1 of") {
		t.Error("drawn again at once")
	}
}
