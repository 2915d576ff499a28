package safetensors

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Readers tell what is left of them, and are not read.
func TestSize(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("abcde"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pipe, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	go func() { io.WriteString(w, "abcde"); w.Close() }()
	for name, c := range map[string]struct {
		r    io.Reader
		want int64
	}{
		"buffer":  {bytes.NewBufferString("abcde"), 4},
		"strings": {strings.NewReader("abcde"), 4},
		"section": {io.NewSectionReader(f, 0, 5), 4},
		"file":    {f, 4},
		"pipe":    {pipe, -1},
		"other":   {io.LimitReader(strings.NewReader("abcde"), 5), -1},
	} {
		first := make([]byte, 1)
		if _, err := io.ReadFull(c.r, first); err != nil {
			t.Fatal(err)
		}
		if got := Size(c.r); got != c.want {
			t.Errorf("%s: %d, %d expected", name, got, c.want)
		}
		if rest, err := io.ReadAll(c.r); err != nil || string(rest) != "bcde" {
			t.Errorf("%s: %q, error %v", name, rest, err)
		}
	}
}
