package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// wide returns a file of two examples with the given number of columns.
func wide(columns int) string {
	var b strings.Builder
	for i := range columns - 1 {
		fmt.Fprintf(&b, "c%d,", i)
	}
	b.WriteString("kind\n")
	for _, class := range []string{"x", "y"} {
		b.WriteString(strings.Repeat("1,", columns-1) + class + "\n")
	}
	return b.String()
}

func TestNumberOfColumns(t *testing.T) {
	s, _, err := ReadCSV(strings.NewReader(wide(65_536)), "", CSV{})
	if err != nil || len(s.Features) != 65_535 || len(s.X) != 2*65_535 {
		t.Errorf("65,536 columns: error %v", err)
	}
	for _, columns := range []int{65_537, 1_000_000} {
		want := "csv:1: more than 65536 columns, which is the limit"
		if _, _, err := ReadCSV(strings.NewReader(wide(columns)), "", CSV{}); err == nil || err.Error() != want {
			t.Errorf("error %v, %q expected", err, want)
		}
	}
	if _, _, err := ReadCSV(strings.NewReader(wide(65_536)), "", CSV{Label: "c65535"}); err == nil || len(err.Error()) > 300 {
		t.Errorf("error %v, a short one expected", err)
	}
}

func TestNumberOfClasses(t *testing.T) {
	for _, classes := range []int{1000, 1001, 5000} {
		var b strings.Builder
		b.WriteString("a,price\n")
		for i := range 2 * classes {
			fmt.Fprintf(&b, "%d,k%03d\n", i, i%classes)
		}
		s, _, err := ReadCSV(strings.NewReader(b.String()), "", CSV{})
		if classes == 1000 {
			if err != nil || len(s.Classes) != 1000 || s.Classes[999] != "k999" || s.Class[1998] != 998 {
				t.Errorf("1,000 classes: error %v", err)
			}
			continue
		}
		want := "csv:1002:2: column price: more than 1,000 different classes"
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%d classes: error %v, %q expected", classes, err, want)
		}
	}
}

// More different numbers than there may be classes are to be predicted as numbers.
func TestManyNumbers(t *testing.T) {
	for _, c := range []struct {
		last string // target
		csv  CSV
		want string // of the error
	}{
		{"7", CSV{}, ""},
		{"NA", CSV{Missing: MissingDrop}, ""},
		{"NA", CSV{}, `csv:1003:2: column price: "NA" is not a number; CSV.Missing tells what to do about missing ones`},
		{"NA", CSV{Missing: MissingMean}, `csv:1003:2: column price: "NA" is not a number: nothing is put for one that is to be predicted, CSV.Missing can be drop`},
		{"dear", CSV{}, `csv:1003:2: column price: "dear" is not a number, but the more than 1,000 different values before are`},
		{"7", CSV{Task: Classify}, "csv:1002:2: column price: more than 1,000 different classes"},
	} {
		var b strings.Builder
		b.WriteString("a,price\n")
		for i := range 1001 {
			fmt.Fprintf(&b, "%d,%d\n", i, i)
		}
		b.WriteString("5," + c.last + "\n")
		s, r, err := ReadCSV(strings.NewReader(b.String()), "", c.csv)
		if c.want != "" {
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("error %v, %q expected", err, c.want)
			}
			continue
		}
		want := "price has more than 1,000 different numbers, which are to be predicted as numbers (regression)"
		if err != nil || s.Task() != Regress || s.Y[1000] != 1000 || r.Guess != want {
			t.Errorf("error %v, reading %v, %q expected", err, r, want)
		}
		if m := 1002 - r.Dropped; s.Len() != m || c.last == "NA" && r.Dropped != 1 {
			t.Errorf("%d examples, %d dropped", s.Len(), r.Dropped)
		}
	}
}

// A row without end is not read to its end.
func TestEndlessRow(t *testing.T) {
	for text, want := range map[string]string{
		"1,":           "csv:1: a cell has more than 64 KiB, which is the limit",
		"a,b\n1,x\n\"": "csv:3: a cell has more than 64 KiB, which is the limit",
	} {
		rest := &endless{}
		_, _, err := ReadCSV(io.MultiReader(strings.NewReader(text), rest), "", CSV{})
		var located *CSVError
		if !errors.As(err, &located) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v, %q expected", err, want)
		}
		if rest.n > 200<<10 {
			t.Errorf("%d bytes were read", rest.n)
		}
	}
}

// endless gives sevens.
type endless struct{ n int }

func (e *endless) Read(p []byte) (int, error) {
	e.n += len(p)
	return copy(p, bytes.Repeat([]byte("7"), len(p))), nil
}

// A file of several pieces has every number in its place.
func TestManyRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const m, n = 120_000, 5
	want := make([]float64, m*n)
	var b bytes.Buffer
	b.WriteString("a,b,c,d,e,kind\n")
	for k := range want {
		want[k] = float64(rng.IntN(2000)) / 8
		b.WriteString(strconv.FormatFloat(want[k], 'g', -1, 64) + ",")
		if k%n == n-1 {
			fmt.Fprintf(&b, "k%d\n", k/n%3)
		}
	}
	path := filepath.Join(t.TempDir(), "many.csv")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	sets := map[string]func() (*Set, Reading, error){
		"file":   func() (*Set, Reading, error) { return OpenCSV(path, CSV{}) },
		"reader": func() (*Set, Reading, error) { return ReadCSV(bytes.NewReader(b.Bytes()), "", CSV{}) },
	}
	for name, get := range sets {
		s, _, err := get()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(s.X, want) {
			t.Errorf("%s: not the numbers that were written", name)
		}
		if cap(s.X) > len(s.X)*5/4 {
			t.Errorf("%s: room for %d numbers, %d are there", name, cap(s.X), len(s.X))
		}
		for j, class := range s.Class {
			if class != j%3 {
				t.Fatalf("%s: example %d is of class %d", name, j, class)
			}
		}
	}
}
