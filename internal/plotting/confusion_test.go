package plotting

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// A count stands in its field of a picture with few classes; one with many draws too.
func TestConfusion(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, SVG, Confusion{Title: "iris", Classes: []string{"setosa", "virginica"}, Counts: [][]int{{4711, 0}, {12, 815}}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"4711", ">12<", "815", "setosa", "virginica", "iris", "prediction"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q expected in the picture", want)
		}
	}
	names, counts := make([]string, 200), make([][]int, 200)
	for i := range counts {
		counts[i] = make([]int, 200)
	}
	for name, p := range map[string]Picture{
		"many": Confusion{Classes: names, Counts: counts},
		"nine": Confusion{Classes: names[:9:9], Counts: [][]int{make([]int, 9), make([]int, 9), make([]int, 9), make([]int, 9), make([]int, 9), make([]int, 9), make([]int, 9), make([]int, 9), make([]int, 9)}},
		"long": Confusion{Classes: []string{strings.Repeat("w", 300)}, Counts: [][]int{{1 << 62}}},
	} {
		if err := Write(io.Discard, SVG, p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestConfusionRejects(t *testing.T) {
	rejects(t, map[string]Picture{
		"no classes":                       Confusion{},
		"1 rows of counts for 2 classes":   Confusion{Classes: []string{"a", "b"}, Counts: [][]int{{1, 2}}},
		"row 0: 1 counts for 2 classes":    Confusion{Classes: []string{"a", "b"}, Counts: [][]int{{1}, {1}}},
		"row 0, column 0: the count is -1": Confusion{Classes: []string{"a"}, Counts: [][]int{{-1}}},
	})
}
