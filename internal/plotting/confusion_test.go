package plotting

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
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

// Names stand upright where there is room, long ones keep the ends in which they differ,
// and slanted ones do not touch.
func TestConfusionNames(t *testing.T) {
	confusion := func(n int, name string) Confusion {
		m := Confusion{}
		for i := range n {
			m.Classes, m.Counts = append(m.Classes, fmt.Sprintf(name, i)), append(m.Counts, make([]int, n))
		}
		return m
	}
	style := lettering(11, false)
	for _, c := range []struct {
		n       int
		name    string
		slanted bool
	}{{10, "%d", false}, {3, "class %d", false}, {15, "a rather long name of class %d", true}, {70, "a rather long name of class %d", true}, {200, "%d", true}} {
		across, down, slanted := confusion(c.n, c.name).names()
		if slanted != c.slanted {
			t.Errorf("%d names like %s: slanted is %t", c.n, c.name, slanted)
		}
		seen := map[string]bool{}
		for _, tick := range down {
			if seen[tick.Label] || style.Width(tick.Label) > 110 {
				t.Errorf("%d names like %s: %q is there twice, or too wide", c.n, c.name, tick.Label)
			}
			seen[tick.Label] = true
		}
		if !slanted {
			continue
		}
		// What lies between two lines of slanted text, at right angles to them.
		step := (pageWidth - 110) / vg.Length(c.n) * vg.Length(across[1].Value-across[0].Value)
		if gap := step * vg.Length(math.Sin(slant)); gap < style.Height("X") {
			t.Errorf("%d names like %s: lines of %v stand %v apart", c.n, c.name, style.Height("X"), gap)
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
