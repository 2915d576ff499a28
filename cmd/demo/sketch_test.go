package main

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"chainrule/cmd/demo/internal/terminal"
)

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
	s := terminal.NewSketch(p.scene(), 80, 24)
	lines, err := s.Lines(costs.drawn())
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
	if len(lines) != 16 || crosses == 0 || crosses > wrong || !strings.Contains(text, "░") {
		t.Errorf("%d lines, %d crosses for %d wrong examples:\n%s", len(lines), crosses, wrong, text)
	}
	checkText(t, s.Legend(), "blank class 0, ░ class 1")
}

func TestWatchNeedsATerminal(t *testing.T) {
	code, _, stderr := demo(context.Background(), "train", "--watch", "--out", t.TempDir())
	if code != 2 {
		t.Errorf("exit code %d", code)
	}
	checkText(t, stderr, "--watch: a terminal of at least 40 columns and 24 rows expected, standard output is none")
}
