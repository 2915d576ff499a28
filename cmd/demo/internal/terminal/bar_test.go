package terminal

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// A bar fits the terminal, is drawn rarely and can be hidden.
func TestBar(t *testing.T) {
	for _, steps := range []int{0, 1, 2000, 1_000_000_000} {
		var out bytes.Buffer
		b := NewBar(&out, steps)
		b.width = func() int { return 40 }
		b.fit(40)
		b.Update(0)
		if out.Len() > 0 {
			t.Errorf("%d steps: drawn at once: %q", steps, &out)
		}
		b.Draw(steps / 2)
		for line := range strings.SplitSeq(strings.ReplaceAll(out.String(), "\033[0K", ""), "\r") {
			if n := utf8.RuneCountInString(line); n > 37 {
				t.Errorf("%d steps: %d columns, with ^C more than 39: %q", steps, n, line)
			}
		}
		out.Reset()
		b.Draw(steps)
		if b.Hide(); steps > 0 && out.String() != "\033[2K\r" {
			t.Errorf("%d steps: hidden by %q", steps, &out)
		}
	}
}
