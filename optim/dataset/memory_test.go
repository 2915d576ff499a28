package dataset

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// allowed is the memory that reading may take: 2.5 times that of the numbers, 8
// bytes each, and the texts, with 16 bytes each for where they are, and 1 MB.
func allowed(s *Set) float64 {
	kept := 8 * (len(s.X) + len(s.Class))
	for _, name := range append(s.Features, s.Classes...) {
		kept += 16 + len(name)
	}
	return 2.5*float64(kept) + 1e6
}

// taken returns all the memory that f asked for, so no less than what it held at
// any moment, whatever the collector did.
func taken(f func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}

// A loop gives a text again and again.
type loop struct {
	text     string
	at, left int
}

func (l *loop) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), l.left)], l.text[l.at:])
	l.at, l.left = (l.at+n)%len(l.text), l.left-n
	return n, nil
}

func times(text string, count int) io.Reader { return &loop{text: text, left: count * len(text)} }

func TestMemory(t *testing.T) {
	if race {
		t.Skip("the race detector makes strings of bytes that the compiler else only reads")
	}
	const many = 17_000_000
	text := func(parts ...any) io.Reader {
		var all []io.Reader
		for _, p := range parts {
			if s, ok := p.(string); ok {
				p = strings.NewReader(s)
			}
			all = append(all, p.(io.Reader))
		}
		return io.MultiReader(all...)
	}
	word := strings.Repeat("word ", 12_000)
	for _, c := range []struct {
		name string
		text io.Reader
		csv  CSV
		read int    // numbers read before an error
		want string // in the error, "" if there is none
	}{
		{"a row of commas", times(",", many), CSV{}, 0, "csv:1:2: the column has no name"},
		{"a row of names", times("a,", many), CSV{}, 0, "more than 65536 columns, which is the limit"},
		{"a row of numbers", times("1,", many), CSV{}, maxColumns, "more than 65536 columns, which is the limit"},
		{"a row of commas after a header", text("a,b\n", times(",", many)), CSV{}, 0, "more than 65536 cells given, 2 expected"},
		{"a row of commas without a header", times(",", many), CSV{Header: HeaderNo}, 0, "more than 65536 columns"},
		{"a row of dropped numbers", times(",", many), CSV{Header: HeaderNo, Missing: MissingDrop}, 0, "more than 65536 columns"},
		{"a row of quotes", times(`"`, many), CSV{}, 0, "a cell has more than 64 KiB, which is the limit"},
		{"a row of letters", text("a,b\n", times("z", many)), CSV{}, 0, "a cell has more than 64 KiB, which is the limit"},
		{"blank lines", times("\n", many/8), CSV{}, 0, "the file is empty"},
		{"a line of blanks", times(" ", many/8), CSV{}, 0, "the file is empty"},
		{"zeros", times("\x00", many), CSV{}, 0, "a NUL byte"},
		{"dropped rows", text("a,b\n", times("?,x\n", 300_000)), CSV{Missing: MissingDrop}, 0, "no examples: each of 300000 rows"},
		{"dropped rows where a piece ends", text("a,b,c,k\n1,2,3,y\n", times("1,2,3,x\n", firstPiece/3-1), times("1,2,?,x\n", 1000)), CSV{Missing: MissingDrop}, 0, ""},
		{"ignored texts", text("a,b,c\n1,z,x\n", times("2,"+word+",y\n", 50)), CSV{Ignore: []string{"b"}}, 0, ""},
		{"one feature", text("a,b\n", times("1,x\n2,y\n", 100_000)), CSV{}, 0, ""},
		{"decimal commas", text("a;b\n", times("1,5;x\n-2,25;y\n", 100_000)), CSV{}, 0, ""},
		{"many features", strings.NewReader(wide(65_536)), CSV{}, 0, ""},
		{"many features without a header", text(times("1,", 65_535), "x\n", times("1,", 65_535), "x\n", times("2,", 65_535), "y\n"), CSV{}, 0, ""},
		{"Windows-1252", text("a,b\n", times("1,x\xfc\n2,y\n", 50_000)), CSV{Encoding: "windows-1252"}, 0, ""},
	} {
		var s *Set
		var err error
		got := taken(func() { s, _, err = ReadCSV(c.text, "", c.csv) })
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, %q expected", c.name, err, c.want)
		}
		if err != nil { // the numbers of a row that is too long
			s = &Set{X: make([]float64, c.read)}
		}
		if got > allowed(s) {
			t.Errorf("%s: %.2f MB taken, %.2f MB allowed", c.name, got/1e6, allowed(s)/1e6)
		}
	}
}

// A file of 1 TB, a hole but for its first bytes, takes no memory for its size.
func TestSparseFile(t *testing.T) {
	rows := strings.Repeat("1,x\n2,y\n", 1<<18)
	for _, text := range []string{"", "a,b\n1,x\n", "a,b\n" + rows} {
		path := filepath.Join(t.TempDir(), "sparse.csv")
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Truncate(path, 1<<40)); err != nil {
			t.Skip(err) // a file system without holes
		}
		var err error
		got := taken(func() { _, _, err = OpenCSV(path, CSV{}) })
		if err == nil || !strings.Contains(err.Error(), "a NUL byte") {
			t.Errorf("error %v, one about a NUL byte expected", err)
		}
		if numbers := float64(16 * strings.Count(text, "\n")); got > 2.5*numbers+1e6 {
			t.Errorf("%.1f MB taken for %.1f MB of numbers", got/1e6, numbers/1e6)
		}
	}
}
