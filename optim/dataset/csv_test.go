package dataset

import (
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// parseText reads a text as ReadCSV does, in one piece and byte by byte.
func parseText(t *testing.T, text, label string) (*Set, error) {
	t.Helper()
	s, _, err := ReadCSV(strings.NewReader(text), "t.csv", CSV{Label: label})
	again, _, err2 := ReadCSV(iotest.OneByteReader(strings.NewReader(text)), "t.csv", CSV{Label: label})
	if (err == nil) != (err2 == nil) || err != nil && err.Error() != err2.Error() {
		t.Errorf("%q: %v, but byte by byte %v", text[:min(len(text), 99)], err, err2)
	}
	if err == nil && !slices.Equal(s.X, again.X) {
		t.Errorf("%q: byte by byte it is another set", text[:min(len(text), 99)])
	}
	return s, err
}

func TestReadCSV(t *testing.T) {
	for _, c := range []struct {
		name, text, label string
		want              Set
	}{
		{"plain", "a,b,c\n1,2,yes\n3,-4.5e1,no\n", "",
			Set{X: []float64{1, 2, 3, -45}, Class: []int{1, 0}, Features: []string{"a", "b"}, Classes: []string{"no", "yes"}}},
		{"CRLF, no line break at the end", "a,c\r\n1,x\r\n2,y", "",
			Set{X: []float64{1, 2}, Class: []int{0, 1}, Features: []string{"a"}, Classes: []string{"x", "y"}}},
		{"byte order mark", "\xef\xbb\xbfa,c\n1,x\n2,y\n", "a",
			Set{X: []float64{1, 0, 0, 1}, Class: []int{0, 1}, Features: []string{"c=x", "c=y"}, Classes: []string{"1", "2"}}},
		{"label first, by name", "\xef\xbb\xbfkind, b ,c\nx,1,2\ny,3,4\n", "kind",
			Set{X: []float64{1, 2, 3, 4}, Class: []int{0, 1}, Features: []string{"b", "c"}, Classes: []string{"x", "y"}}},
		{"label in the middle, blanks", " a ,\tkind,c\n 1 , x y ,2\t\n3,z, 4\n", " kind ",
			Set{X: []float64{1, 2, 3, 4}, Class: []int{0, 1}, Features: []string{"a", "c"}, Classes: []string{"x y", "z"}}},
		{"classes are numbers", "a,c\n1,10\n2,9\n3,-1\n4,10\n", "",
			Set{X: []float64{1, 2, 3, 4}, Class: []int{2, 1, 0, 2}, Features: []string{"a"}, Classes: []string{"-1", "9", "10"}}},
		{"classes are not all numbers", "a,c\n1,10\n2,9\n3,nan\n", "",
			Set{X: []float64{1, 2, 3}, Class: []int{0, 1, 2}, Features: []string{"a"}, Classes: []string{"10", "9", "nan"}}},
		{"equal numbers, different texts", "a,c\n1,1.0\n2,1\n", "",
			Set{X: []float64{1, 2}, Class: []int{1, 0}, Features: []string{"a"}, Classes: []string{"1", "1.0"}}},
		{"quoted", "\"a, or b\",\"c\"\n1, \"x\"\"1\ny\"\n2,\"z, z\"\n", "",
			Set{X: []float64{1, 2}, Class: []int{0, 1}, Features: []string{"a, or b"}, Classes: []string{"x\"1\ny", "z, z"}}},
		{"empty lines", "\n\na,c\n\n1,x\n \t\n2,y\n\n", "",
			Set{X: []float64{1, 2}, Class: []int{0, 1}, Features: []string{"a"}, Classes: []string{"x", "y"}}},
		{"numbers as names, label given", "0,1,kind\n1,2,x\n3,4,y\n", "kind",
			Set{X: []float64{1, 2, 3, 4}, Class: []int{0, 1}, Features: []string{"0", "1"}, Classes: []string{"x", "y"}}},
		{"zero and the smallest number", "a,c\n-0,x\n5e-324,y\n1e-999,y\n", "",
			Set{X: []float64{0, 5e-324, 0}, Class: []int{0, 1, 1}, Features: []string{"a"}, Classes: []string{"x", "y"}}},
	} {
		got, err := parseText(t, c.text, c.label)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !slices.Equal(got.X, c.want.X) || !slices.Equal(got.Class, c.want.Class) ||
			!slices.Equal(got.Features, c.want.Features) || !slices.Equal(got.Classes, c.want.Classes) {
			t.Errorf("%s: %+v, %+v expected", c.name, *got, c.want)
		}
		if err := got.Check(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestReadCSVErrors(t *testing.T) {
	long := strings.Repeat("long", 1000)
	for _, c := range []struct{ text, label, want string }{
		{"a,b,c\n1,2,x\n1,n/a,y\n", "", `t.csv:3:2: column b: "n/a" is not a number; CSV.Missing tells what to do about missing ones`},
		{"a,b,c\n1,2,x\n1, ,y\n", "", `t.csv:3:2: column b: the cell is empty, a number expected; CSV.Missing tells what to do about missing ones`},
		{"a,b,c\n1,2,x\nNaN,1,y\n", "", `t.csv:3:1: column a: "NaN" is not a number; CSV.Missing tells what to do about missing ones`},
		{"a,b,c\n1,2,x\n1,-Inf,y\n", "", `t.csv:3:2: column b: "-Inf" is not a finite number`},
		{"a,b,c\n1,1e999,x\n", "", `t.csv:2:2: column b: "1e999" is too large a number`},
		{"a,b,c\n1,2,x\n1,1_000,x\n", "", `t.csv:3:2: column b: "1_000" is not a number`},
		{"a,b,c\n1,2,x\n1,0x1p4,x\n", "", `t.csv:3:2: column b: "0x1p4" is not a number`},
		{"a,b,c\n1,\"1,5\",x\n", "", `t.csv:2:2: column b: "1,5" is not a number, the decimal mark being '.'`},
		{"a,b,c\n1,2,x\n3,4,\n", "", `t.csv:3:3: column c: the cell is empty, a class expected`},
		{"a,b,c\n1,2,x\n\"1\n2\",2,x\n", "", `t.csv:3:1: column a: "1\n2" is not a number`},
		{"a,b,c\n1,2,\"x\ny\"\n1,z,y\n", "", `t.csv:4:2: column b: "z" is not a number`},
		{"a,b,c\n1,2,x\n1," + long + ",x\n", "", `t.csv:3:2: column b: "` + long[:40] + `…" is not a number`},
		{"a,b,c\n1,2,x\n1,2\n", "", "t.csv:3: 2 cells given, 3 expected"},
		{"a,b,c\n1,2,x\n1,2,3,y\n", "", "t.csv:3: 4 cells given, 3 expected"},
		{"a,b,c\n1,2,x\n3,4,x\n", "", `t.csv: column c: all examples are of class "x", at least two classes expected`},
		{"a,b,c\n1,2,x\n", "", `t.csv: column c: all examples are of class "x", at least two classes expected`},
		{"a,b,c\n", "", "t.csv: no examples, only a header"},
		{"a,b,c", "", "t.csv: no examples, only a header"},
		{"", "", "t.csv: the file is empty, a header with the names of the columns expected"},
		{"\n  \n", "", "t.csv: the file is empty, a header with the names of the columns expected"},
		{"\xef\xbb\xbf", "", "t.csv: the file is empty, a header with the names of the columns expected"},
		{"a,,c\n1,2,x\n", "", "t.csv:1:2: the column has no name"},
		{",,\n1,2,x\n", "", "t.csv:1:2: the column has no name"},
		{"\na, b,b\n1,2,x\n", "", "t.csv:2:3: the column is called b, and so is column 2"},
		{"5.1,3.5,setosa\n4.9,3,setosa\n", "", `t.csv: column 3: all examples are of class "setosa", at least two classes expected`},
		{"a\n1\n2\n", "", `t.csv:1: there is one column, "a": features and a target expected, separated by commas, semicolons, tabs or |`},
		{"a;b;c\n1;2;x\n", "", `t.csv: column c: all examples are of class "x", at least two classes expected`},
		{"length,width,species\n1,2,x\n", "specis", `t.csv:1: there is no column "specis" to predict; is it species? The columns are length, width, species`},
		{"length,width,species\n1,2,x\n", "SPECIES", `t.csv:1: there is no column "SPECIES" to predict; is it species? The columns are length, width, species`},
		{"length,width,species\n1,2,x\n", "q", `t.csv:1: there is no column "q" to predict. The columns are length, width, species`},
		{"a,b,c,d,e,f,g,h,i,j,k,l,m,n\n", "label", `t.csv:1: there is no column "label" to predict. The columns are a, b, c, d, e, f, g, h, i, j, k, l and 2 more`},
		{"a,b,c\n1,2,x\n1,2\"3,y\n", "", `t.csv:3: bad quoting: a quote inside a cell that does not begin with one (byte 4 of the line)`},
		{"a,b,c\n1,2,x\n1,\"2\"3,y\n", "", `t.csv:3: bad quoting: text follows the closing quote of a cell (byte 5 of the line)`},
		{"a,b,c\n1,2,\"x\n1,2,y\n", "", `t.csv:2: bad quoting: a quoted cell is never closed (byte 5 of the line)`},
		{"a,b,c\n1,2,x\n1,2\x00,y\n", "", "t.csv:3: a NUL byte: UTF-8 text expected, not UTF-16 or a binary file"},
		{"a,b,c\n1,\"2,x\n1,2\x00,y\n", "", "t.csv:3: a NUL byte: UTF-8 text expected, not UTF-16 or a binary file"},
		{"a,b,c\n1,2,x\n1,2\"\x00,y\n", "", "t.csv:3: bad quoting: a quote inside a cell that does not begin with one (byte 4 of the line)"},
		{"a,b,c\n1,2,x\n1,\"2\"\x00,y\n", "", "t.csv:3: a NUL byte: UTF-8 text expected, not UTF-16 or a binary file"},
		{"a,b,c\n1,2\"3,x\n1,2\x00,y\n", "", `t.csv:2: bad quoting: a quote inside a cell that does not begin with one (byte 4 of the line)`},
		{"\x00\x00\x00\x00", "", "t.csv:1: a NUL byte: UTF-8 text expected, not UTF-16 or a binary file"},
		{"a\x00,\x00c\x00\n\x001\x00", "", "t.csv:1: a NUL byte: UTF-8 text expected, not UTF-16 or a binary file"},
		{"\xff\xfea\x00,\x00c\x00\n\x001\x00", "", "t.csv:1: the text is UTF-16, UTF-8 expected: save it as UTF-8"},
		{"\xfe\xff\x00a\x00,\x00c", "", "t.csv:1: the text is UTF-16, UTF-8 expected: save it as UTF-8"},
		{"a,b," + long + "\n1,2,x\n1,2,x\n", "", "t.csv: column " + long[:40] + `…: all examples are of class "x", at least two classes expected`},
		{"a,b,c\n1,2,x\n1,\x1b\xff,y\n", "", `t.csv:3:2: column b: "\x1b\xff" is not UTF-8: the text is most likely Windows-1252 or Latin-1, which CSV.Encoding names`},
	} {
		s, err := parseText(t, c.text, c.label)
		var located *CSVError
		if s != nil || !errors.As(err, &located) || err.Error() != c.want {
			t.Errorf("%.99q: %v and error\n%v\nexpected\n%v", c.text, s, err, c.want)
		}
	}
}

// Fields and cause of an error can be read by programs.
func TestCSVErrorFields(t *testing.T) {
	_, _, err := ReadCSV(strings.NewReader("a,b\n1,x\n?,y\n"), "", CSV{})
	want := CSVError{File: "csv", Line: 3, Column: 1, Text: `column a: "?" is not a number; CSV.Missing tells what to do about missing ones`}
	var got *CSVError
	if !errors.As(err, &got) || *got != want {
		t.Errorf("%#v, %#v expected", err, want)
	}
	if _, _, err = ReadCSV(strings.NewReader("a,b\n1,x\"\n"), "", CSV{}); !errors.Is(err, csv.ErrBareQuote) {
		t.Errorf("%v is not an ErrBareQuote", err)
	}
	broken := errors.New("disk on fire")
	for _, text := range []string{"", "a,", "a,b\n1,", "a,b\n1,\"x"} {
		_, _, err := ReadCSV(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), "t.csv", CSV{})
		if !errors.Is(err, broken) || err.Error() != "t.csv: reading failed: disk on fire" {
			t.Errorf("%q and then an error: %v", text, err)
		}
	}
	if _, _, err := ReadCSV(nil, "t.csv", CSV{}); err == nil || err.Error() != "t.csv: the reader is nil" {
		t.Errorf("nil reader: %v", err)
	}
}

func TestOpenCSV(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	if err := os.WriteFile(path, []byte("a,b\n1,x\n2,y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, _, err := OpenCSV(path, CSV{}); err != nil || !slices.Equal(s.X, []float64{1, 2}) {
		t.Errorf("%v, error %v", s, err)
	}
	missing := filepath.Join(dir, "b.csv")
	_, _, err := OpenCSV(missing, CSV{})
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), missing+": ") || strings.Count(err.Error(), missing) != 1 {
		t.Errorf("missing file: %v", err)
	}
	if _, _, err := OpenCSV(dir, CSV{}); err == nil || err.Error() != dir+": this is a directory, a CSV file expected" {
		t.Errorf("directory: %v", err)
	}
	if _, _, err := OpenCSV("", CSV{}); err == nil || !strings.HasPrefix(err.Error(), `"": `) {
		t.Errorf("no path: %v", err)
	}
}
