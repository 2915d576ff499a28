package main

import (
	"context"
	"regexp"
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
	trained, err := p.fit(context.Background(), costs.add, nil)
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

// The cost of the notes' training rises by a twentieth of a row between steps 7000
// and 8000: nothing to be seen.
func TestDefaultChartFalls(t *testing.T) {
	p := build(t, defaultConfig())
	var costs curve
	if _, err := p.fit(context.Background(), costs.add, nil); err != nil {
		t.Fatal(err)
	}
	lines, err := terminal.NewSketch(p.scene(), 40, 24).Lines(costs.drawn())
	if text := strings.Join(lines, "\n"); err != nil || strings.ContainsAny(text, "╭╯") || strings.Count(text, "╮") < 3 {
		t.Errorf("%v, a curve that only falls expected:\n%s", err, text)
	}
}

// A cost that is nearly 0 has digits, in the table and at the end.
func TestSmallCostHasDigits(t *testing.T) {
	_, stdout, stderr := demo(t.Context(), "train", "--data", "gauss", "--noise", "0", "--examples", "4", "--hidden", "0", "--lr", "1", "--steps", "2000", "--out", t.TempDir())
	if stderr != "" {
		t.Fatal(stderr)
	}
	m := regexp.MustCompile(`\ncost ([1-9]\.\d{6}e-\d\d)\n`).FindStringSubmatch(stdout)
	if m == nil || !strings.Contains(stdout, "    2000  "+m[1]+"\n") {
		t.Errorf("a cost below 1e-3 with 7 digits expected in\n%s", stdout)
	}
}

func TestWatchNeedsATerminal(t *testing.T) {
	code, _, stderr := demo(context.Background(), "train", "--watch", "--out", t.TempDir())
	if code != 2 {
		t.Errorf("exit code %d", code)
	}
	checkText(t, stderr, "--watch: a terminal of at least 40 columns and 24 rows expected, standard output is none")
}
