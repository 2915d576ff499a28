package main

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSketchNeedsRoom(t *testing.T) {
	p := build(t, defaultConfig())
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
		s := newSketch(p, c.columns, c.rows)
		if (s != nil) != c.some || s != nil && s.regions != c.regions {
			t.Errorf("%d by %d: %+v", c.columns, c.rows, s)
		}
	}
}

// The untrained network has no regions to speak of; the trained one has both,
// and as many crosses as wrong examples, or fewer where two share a cell.
func TestSketch(t *testing.T) {
	c := defaultConfig()
	c.data = "gauss"
	p := build(t, c)
	var costs curve
	trained, err := p.fit(context.Background(), costs.add)
	if err != nil {
		t.Fatal(err)
	}
	s := newSketch(p, 80, 24)
	lines, err := s.lines(&costs)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(lines, "\n")
	for _, line := range lines {
		if n := utf8.RuneCountInString(line); n > 78 {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	crosses, wrong := strings.Count(text, "×"), trained.trained.Of-trained.trained.Right
	if len(lines) != sketchRows || crosses == 0 || crosses > wrong || !strings.Contains(text, "░") {
		t.Errorf("%d lines, %d crosses for %d wrong examples:\n%s", len(lines), crosses, wrong, text)
	}
	checkText(t, s.legend(), "blank class 0, ░ class 1")
}

func TestDrawCurve(t *testing.T) {
	for _, c := range []curve{
		{steps: []float64{0}, costs: []float64{0.7}},
		{steps: []float64{0, 1}, costs: []float64{0, 0}},
		{steps: []float64{0, 1, 2}, costs: []float64{1e8, 1, 1e-8}}, // logarithmic
	} {
		lines := drawCurve(&c)
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n > curveColumns {
				t.Errorf("%v: %d columns: %q", c.costs, n, line)
			}
		}
		if len(lines) > sketchRows {
			t.Errorf("%v: %d lines", c.costs, len(lines))
		}
	}
	lines := drawCurve(&curve{steps: []float64{0, 1, 2}, costs: []float64{1e8, 1, 1e-8}})
	if !strings.Contains(lines[0], "1e+08") || !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "1e-08") }) {
		t.Errorf("the ends are missing:\n%s", strings.Join(lines, "\n"))
	}
}

// What is watched is drawn over itself.
func TestLive(t *testing.T) {
	var b bytes.Buffer
	p := build(t, defaultConfig())
	l := &live{sketch: newSketch(p, 80, 24), out: &output{w: &b}, steps: 10}
	var costs curve
	costs.add(0, 0.7)
	if err := errors.Join(l.draw(&costs, 0, 0.7), l.update(&costs, 1, 0.6), l.draw(&costs, 2, 0.5)); err != nil {
		t.Fatal(err)
	}
	checkText(t, b.String(), "step 0 of 10, cost 0.700000", "\x1b[17A", "step 2 of 10, cost 0.500000")
	if strings.Contains(b.String(), "step 1 of") {
		t.Error("drawn again at once")
	}
}

func TestWatchNeedsATerminal(t *testing.T) {
	code, _, stderr := demo(context.Background(), "train", "--watch", "--out", t.TempDir())
	if code != 2 {
		t.Errorf("exit code %d", code)
	}
	checkText(t, stderr, "--watch needs a terminal of at least 40 columns and 24 rows")
}
