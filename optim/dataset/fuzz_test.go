package dataset

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever the text, there is no panic, memory is bounded by its length, and there is
// either a short error with its place or a set that fits together.
func FuzzCSV(f *testing.F) {
	for _, text := range []string{
		"", "\n", "a,b\n1,x\n2,y\n", "\xef\xbb\xbfa,b\r\n1,x\r\n2,y", " a , b \n 1 , \"x\"\n2,y\n",
		"a,b\n1,1\n2,2\n3,-1e3\n", "a,b,c\n1,2\n", "a,b\nNaN,x\n", "a,b\n1,\"x\n", "a,b\n1,x\"\n",
		"a;b\n1,5;x\n2,25;y\n", ",a,b\r0,1,x\r1,?,y\r2,3,y\r", "1\t2\tx\n3\t\tx\n4\t5\ty\n", "a|b\n1|\"x\n\"\n2|\xfc\n",
		"a\x00,b", "\xff\xfea\x00", "a;b\n1;x", "1,2\n3,4\n", "a,a\n1,x\n", "a,\n", "a,kind,y\n1,p,0.5\n2,q,1.5\n3,p,2.5\n", "kind,b\nx,1\n?,2\ny,1\n", "x,kind,y\n1,p,2\n3,q,4\n",
	} {
		for _, settings := range []uint32{0, 1, 1 << 31, 0x12345678} {
			f.Add(text, "", settings)
			f.Add(text, "kind", settings)
		}
	}
	f.Fuzz(func(t *testing.T, text, name string, settings uint32) {
		if len(text) > 1<<10 {
			return // minimising it would take all the time there is
		}
		c := settingsOf(settings, name)
		var s *Set
		var r Reading
		var err error
		if n := taken(func() { s, r, err = ReadCSV(strings.NewReader(text), "t.csv", c) }); n > float64(len(text))+1e6 {
			t.Errorf("%v bytes of memory for %d", n, len(text))
		}
		if err != nil {
			var located *CSVError
			if s != nil || !errors.As(err, &located) || located.File != "t.csv" || located.Text == "" {
				t.Errorf("%v with error %#v", s, err)
			}
			if n := utf8.RuneCountInString(err.Error()); n > 1000 || !utf8.ValidString(err.Error()) {
				t.Errorf("a message of %d characters: %.2000q", n, err)
			}
			return
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		checkTask(t, s, r, c)
		if s.Task() == Classify && (len(s.Classes) < 2 || s.Len() < len(s.Classes)) {
			t.Errorf("%d classes, %d examples", len(s.Classes), s.Len())
		}
		used := map[int]bool{}
		for _, c := range s.Class {
			used[c] = true
		}
		if len(used) != len(s.Classes) {
			t.Errorf("%d of %d classes have examples", len(used), len(s.Classes))
		}
		for _, v := range s.X {
			if !isFinite(v) {
				t.Errorf("the set holds %v", v)
			}
		}
		if r.Separator == "" || r.Decimal == "" || r.Dropped > 0 && c.Missing != MissingDrop || len(r.Means) > 0 && c.Missing != MissingMean && c.Missing != MissingFill || len(r.Frequent) > 0 && c.Missing != MissingFill {
			t.Errorf("%+v read by %+v", r, c)
		}
		sc := standardize(s)
		for i := range s.Features {
			if !isFinite(sc.Mean[i]) || !isFinite(sc.Std[i]) {
				t.Errorf("scaling %v", sc)
			}
		}
	})
}

// checkTask reports a set that does not go with what is told of it, or whose schema
// does not encode its features.
func checkTask(t *testing.T, s *Set, r Reading, c CSV) {
	t.Helper()
	if s.Task() != r.Task || c.Task != "" && c.Task != r.Task {
		t.Errorf("the task is %q, %q told, %q asked for", s.Task(), r.Task, c.Task)
	}
	for _, v := range s.Y {
		if !isFinite(v) {
			t.Errorf("a target is %v", v)
		}
	}
	sc := s.Schema()
	if err := sc.Check(); err != nil || sc.Inputs() != len(s.Features) {
		t.Errorf("a schema of %d inputs for %d features, error %v", sc.Inputs(), len(s.Features), err)
	}
	for j := range s.Len() { // one input of each text is 1
		at := j * len(s.Features)
		for _, column := range sc.Columns {
			sum := 0.0
			for _, v := range s.X[at : at+column.Inputs()] {
				sum += v
			}
			if column.Categories != nil && sum != 1 {
				t.Errorf("example %d has %v categories of %q", j, sum, column.Name)
			}
			at += column.Inputs()
		}
	}
}

// settingsOf draws settings by the digits of a number.
func settingsOf(n uint32, name string) CSV {
	draw := func(from ...string) string {
		i := int(n % uint32(len(from)))
		n /= uint32(len(from))
		return from[i]
	}
	c := CSV{Separator: draw("", ",", ";", "tab", "|"), Decimal: draw("", ".", ","), Header: Header(draw("", "yes", "no")),
		Missing: Missing(draw("", "drop", "mean", "fill")), Encoding: draw("", "", "latin1")}
	switch draw("label", "ignore", "text") {
	case "label":
		c.Label = name
	case "ignore":
		if name != "" {
			c.Ignore = []string{name}
		}
	case "text":
		if name != "" {
			c.Text = []string{name}
		}
	}
	c.Task = draw("", "", Classify, Regress)
	return c
}

// What encoding/csv reads, the scanner reads too, with the same cells on the
// same lines.
func FuzzScanner(f *testing.F) {
	for _, text := range []string{"a,b\n1,x\n", "\"a\",\"b,\"\"\nc\"\n\n  1 , \"x\"\r\n,\n", "a;b\n;\n\n\"\"\n", "\"a\"b", "a\"b", "\"a"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(strings.ReplaceAll(text, "\r\n", "\n"), "\r\x00\v\f\u0085\u00a0") || !utf8.ValidString(text) || len(text) > maxCell {
			return // lines and blanks of which the two think differently
		}
		for _, separator := range separators[:2] {
			r := csv.NewReader(strings.NewReader(text))
			r.Comma, r.TrimLeadingSpace, r.FieldsPerRecord = separator, true, -1
			s := newScanner(nil, []byte(text), io.EOF, byte(separator))
			for {
				want, err := r.Read()
				if isBlank(want) && err == nil {
					continue
				}
				if err != nil && err != io.EOF {
					break
				}
				got, lines := nextRow(t, s)
				for isBlank(got) {
					got, lines = nextRow(t, s)
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%q: %q, %q expected", text, got, want)
				}
				for i := range want {
					if line, _ := r.FieldPos(i); line != lines[i] {
						t.Fatalf("%q: cell %q is on line %d, %d expected", text, want[i], lines[i], line)
					}
				}
				if err == io.EOF {
					break
				}
			}
		}
	})
}

func nextRow(t *testing.T, s *scanner) (cells []string, lines []int) {
	for last := false; !last; {
		var err error
		if last, err = s.next(); err == io.EOF {
			return nil, nil
		} else if err != nil {
			t.Fatal(err)
		}
		cells, lines = append(cells, string(s.cell)), append(lines, s.cellLine)
	}
	return cells, lines
}

func isBlank(row []string) bool { return len(row) == 1 && row[0] == "" }
