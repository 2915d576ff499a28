package optim_test

import (
	"os"
	"strings"
	"testing"
)

// The README's program is this package's example, which the tests run.
func TestReadmeShowsTheExample(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("optim_test.go")
	if err != nil {
		t.Fatal(err)
	}
	body := between(t, string(source), "func Example() {\n", "\t// Output:")
	if shown := between(t, string(readme), "func main() {\n", "}\n```"); shown != body {
		t.Errorf("the README shows\n%s\nthe example is\n%s", shown, body)
	}
}

func between(t *testing.T, s, start, end string) string {
	t.Helper()
	_, s, ok := strings.Cut(s, start)
	s, _, found := strings.Cut(s, end)
	if !ok || !found {
		t.Fatalf("no text between %q and %q", start, end)
	}
	return s
}
