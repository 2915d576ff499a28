package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// A bar fits the terminal, is drawn rarely and can be hidden.
func TestBar(t *testing.T) {
	for _, steps := range []int{0, 1, 2000, maxSteps} {
		var out bytes.Buffer
		b := newBar(&out, 40, steps)
		b.update(0)
		if out.Len() > 0 {
			t.Errorf("%d steps: drawn at once: %q", steps, &out)
		}
		b.draw(steps / 2)
		for line := range strings.SplitSeq(strings.ReplaceAll(out.String(), "\033[0K", ""), "\r") {
			if n := utf8.RuneCountInString(line); n >= 40 {
				t.Errorf("%d steps: %d columns: %q", steps, n, line)
			}
		}
		out.Reset()
		b.draw(steps)
		if b.hide(); steps > 0 && out.String() != "\033[2K\r" {
			t.Errorf("%d steps: hidden by %q", steps, &out)
		}
	}
}
