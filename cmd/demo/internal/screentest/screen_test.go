package screentest

import (
	"slices"
	"testing"
)

func TestScreen(t *testing.T) {
	for _, c := range []struct {
		written string
		want    []string
	}{
		{"ab\r\ncd", []string{"ab", "cd", ""}},
		{"abcde", []string{"abcde", "", ""}},
		{"abcde\r\nf", []string{"abcde", "f", ""}}, // a full line takes one line
		{"abcdef", []string{"abcde", "f", ""}},
		{"abcde\x1b[Kf", []string{"abcd", "f", ""}}, // the cursor waits in the last column
		{"ab\ncd", []string{"ab", "  cd", ""}},      // without a carriage return: a staircase
		{"1\r\n2\r\n3\r\n4", []string{"2", "3", "4"}},
		{"abc\rx\x1b[K", []string{"x", "", ""}},
		{"abc\r\ndef\x1b[A\x1b[2Kx", []string{"   x", "def", ""}},
		{"abc\r\ndef\x1b[H\x1b[J", []string{"", "", ""}},
		{"abc\x1b[?1049hx\x1b[?1049l", []string{"abc", "", ""}},
		{"abc\x1b[?1049h\x1b[Hx", []string{"x", "", ""}},
		{"\u2591\x1b[31m\u00d7", []string{"\u2591\u00d7", "", ""}},
	} {
		s := New(5, 3)
		for _, b := range []byte(c.written) { // sequences and characters come in parts
			s.Write([]byte{b})
		}
		if got := s.Lines(); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, %q expected", c.written, got, c.want)
		}
		if len(s.Unknown) > 0 {
			t.Errorf("%q: unknown %v", c.written, s.Unknown)
		}
	}
	s := New(5, 3)
	s.Write([]byte("\x1b[5q\aabcde\r\nabcdef"))
	if len(s.Unknown) != 2 || len(s.Wrapped) != 1 {
		t.Errorf("unknown %q, wrapped %q", s.Unknown, s.Wrapped)
	}
}
