package dataset

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

const shop = `colour,weight,length,kind
red,150,7,apple
yellow,120,20,banana
red,,8,apple
,170,7.5,apple
yellow,110,18,banana
`

// collect puts the blocks of a text together.
func collect(r Rows, text string) (s *Set, lines []int, sizes []int, err error) {
	s = &Set{}
	for b, err := range r.Read(iotest.OneByteReader(strings.NewReader(text)), "t.csv") {
		if err != nil {
			return s, lines, sizes, err
		}
		s.X, s.Class, s.Y = append(s.X, b.X...), append(s.Class, b.Class...), append(s.Y, b.Y...)
		s.Features, s.Classes, s.Targets, s.Columns = b.Features, b.Classes, b.Targets, b.Columns
		lines, sizes = append(lines, b.Lines...), append(sizes, b.Len())
	}
	return s, lines, sizes, nil
}

// The schema of a file encodes the same file in the same way, whatever the order of
// its columns and the size of the blocks.
func TestRowsAreThoseOfTheFile(t *testing.T) {
	const shuffled = `kind;shop;weight;colour;length
apple;1;150;red;7
banana;2;120;yellow;20

apple;3;;red;8
apple;4;170;;7,5
banana;5;110;yellow;18
`
	for _, task := range []string{Classify, Regress} {
		c := CSV{Missing: MissingFill, Task: task}
		if task == Regress {
			c.Label = "length"
		}
		want, _, err := ReadCSV(strings.NewReader(shop), "", c)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{0, 1, 2, 5, 100} {
			for _, text := range []string{shop, shuffled} {
				got, lines, sizes, err := collect(Rows{Schema: want.Schema(), Labelled: true, Size: size}, text)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got.X, want.X) || !slices.Equal(got.Class, want.Class) || !slices.Equal(got.Y, want.Y) ||
					!slices.Equal(got.Features, want.Features) || !slices.Equal(got.Classes, want.Classes) {
					t.Errorf("%s, blocks of %d: %+v, %+v expected", task, size, got, want)
				}
				wantLines := []int{2, 3, 4, 5, 6}
				if text == shuffled {
					wantLines = []int{2, 3, 5, 6, 7}
				}
				if !slices.Equal(lines, wantLines) {
					t.Errorf("lines %v, %v expected", lines, wantLines)
				}
				if size == 2 && !slices.Equal(sizes, []int{2, 2, 1}) {
					t.Errorf("blocks of %v examples, 2, 2 and 1 expected", sizes)
				}
			}
		}
		bare, _, _, err := collect(Rows{Schema: want.Schema()}, "weight,length,colour\n7,8,yellow\n")
		if task == Classify && (err != nil || bare.Task() != "" || fmt.Sprint(bare.X) != "[0 1 7 8]") {
			t.Errorf("without targets: %+v, error %v", bare, err)
		}
	}
}

func TestRowsErrors(t *testing.T) {
	set, _, err := ReadCSV(strings.NewReader(shop), "", CSV{Missing: MissingDrop})
	if err != nil {
		t.Fatal(err)
	}
	fruit := set.Schema()
	numbered, _, err := ReadCSV(strings.NewReader("5,7,x\n3,8,y\n5,9,x\n3,1,y\n"), "", CSV{Header: HeaderNo})
	if err != nil {
		t.Fatal(err)
	}
	houses := Schema{Task: Regress, Columns: []Column{{Name: "rooms"}}, Targets: []string{"price"}}
	for _, c := range []struct {
		rows Rows
		text string
		want string
	}{
		{Rows{Schema: fruit}, "", "t.csv: the file is empty"},
		{Rows{Schema: fruit}, "\n \n", "t.csv: the file is empty"},
		{Rows{Schema: fruit}, "colour,weight,length\n", "t.csv: no examples, only a header"},
		{Rows{Schema: fruit}, "colour,weight\nred,1\n", "t.csv:1: no column length given. The columns expected are colour, weight, length, those given are colour, weight"},
		{Rows{Schema: fruit, Labelled: true}, "colour,weight,length\nred,1,2\n", "t.csv:1: no column kind given. The targets expected are kind,"},
		{Rows{Schema: fruit}, "colour,weight,length,weight\nred,1,2,3\n", "t.csv:1: columns 2 and 4 are both called weight"},
		{Rows{Schema: fruit}, "colour,weight,length\nred,1,2\nrad,1,2\n", `t.csv:3:1: column colour: "rad" is none of its categories; is it red? They are red, yellow`},
		{Rows{Schema: fruit}, "colour,weight,length\nred,,2\n", `t.csv:2:2: column weight: "" given, a number expected: there is nothing to fill a missing one with`},
		{Rows{Schema: fruit}, "colour,weight,length\n,1,2\n", `t.csv:2:1: column colour: the cell is empty, and there is no category to take it for`},
		{Rows{Schema: fruit, CSV: CSV{Missing: MissingDrop}}, "colour,weight,length\n,1,2\nred,,1\n", "t.csv: no examples: each of 2 rows misses something"},
		{Rows{Schema: fruit}, "colour,weight,length\nred,x,2\n", `t.csv:2:2: column weight: "x" is not a number`},
		{Rows{Schema: fruit}, "colour,weight,length\nred,1\n", `t.csv:2: 2 cells given, 3 expected`},
		{Rows{Schema: fruit}, "colour,weight,length\nred,1,2,3\n", `t.csv:2: more than 3 cells given, as many expected`},
		{Rows{Schema: fruit}, "colour;weight;length\nred;1,234;2\n", `t.csv:2:2: column weight: is the comma of "1,234" decimal, or does it separate thousands? CSV.Decimal tells`},
		{Rows{Schema: fruit, Labelled: true}, "kind,colour,weight,length\naple,red,1,2\n", `t.csv:2:1: column kind: there is no class "aple"; is it apple? The classes are apple, banana`},
		{Rows{Schema: fruit, Labelled: true}, "kind,colour,weight,length\n,red,1,2\n", `t.csv:2:1: column kind: there is no class ""`},
		{Rows{Schema: houses, Labelled: true}, "rooms,price\n1,?\n", `t.csv:2:2: column price: "?" given, a number expected: the target is missing`},
		{Rows{Schema: fruit}, "colour,weight,length\nred,1,\"2\n", `t.csv:2: bad quoting`},
		{Rows{Schema: numbered.Schema()}, "1,2,3\n4,5,6\n", "t.csv:1: is this line a header or an example? it has the numbers that the columns are called by: CSV.Header tells"},
		{Rows{Schema: numbered.Schema()}, "4\n", "t.csv:1: no column 2 given"},
		{Rows{Schema: Schema{}}, "a\n1\n", "t.csv: the schema: no columns given"},
		{Rows{Schema: fruit, Size: -1}, "a\n1\n", "t.csv: Rows.Size is -1, at least 0 expected"},
		{Rows{Schema: fruit, CSV: CSV{Missing: "skip"}}, "a\n1\n", `t.csv: CSV.Missing is "skip"`},
		{Rows{Schema: fruit, CSV: CSV{Encoding: "x"}}, "a\n1\n", `t.csv: CSV.Encoding is "x"`},
	} {
		_, _, _, err := collect(c.rows, c.text)
		var located *CSVError
		if !errors.As(err, &located) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: error\n%v\n%s expected", c.text, err, c.want)
		}
	}
	for range (Rows{}).Open(filepath.Join(t.TempDir(), "none.csv")) {
	}
	for _, err := range (Rows{}).Open(filepath.Join(t.TempDir(), "none.csv")) {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
	}
	for _, err := range (Rows{}).Read(nil, "") {
		if err == nil || err.Error() != "csv: the reader is nil" {
			t.Error(err)
		}
	}
}

// A file without a header is read by the schema of another one, and rows that miss
// something are left out where that is asked for.
func TestRowsWithoutHeader(t *testing.T) {
	set, _, err := ReadCSV(strings.NewReader("x,5,7\ny,3,8\nx,5,9\ny,3,1\n"), "", CSV{Header: HeaderNo, Label: "1"})
	if err != nil {
		t.Fatal(err)
	}
	got, lines, _, err := collect(Rows{Schema: set.Schema(), Labelled: true, CSV: CSV{Missing: MissingDrop}}, "\ny,1,2\n,3,4\nx,?,6\nx,7,8\n")
	if err != nil || fmt.Sprint(got.X, got.Class, lines) != "[1 2 7 8] [1 0] [2 5]" {
		t.Errorf("%v, lines %v, error %v", got, lines, err)
	}
}

// What a long file takes does not grow with it.
func TestRowsMemory(t *testing.T) {
	if race {
		t.Skip("the race detector makes strings of bytes that the compiler else only reads")
	}
	s := Schema{Task: Classify, Columns: []Column{{Name: "a"}, {Name: "b", Categories: []string{"u", "v"}}}, Targets: []string{"k"}, Classes: []string{"x", "y"}}
	examples := 0
	got := taken(func() {
		text := io.MultiReader(strings.NewReader("a,b,k\n"), times("1.5,u,x\n2.5,v,y\n", 500_000))
		for b, err := range (Rows{Schema: s, Labelled: true}).Read(text, "") {
			if err != nil {
				t.Fatal(err)
			}
			examples += b.Len()
		}
	})
	if examples != 1_000_000 || got > 3e6 {
		t.Errorf("%d examples took %.1f MB, 3 at most expected", examples, got/1e6)
	}
}

// The caller may stop early.
func TestRowsStop(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.csv")
	if err := os.WriteFile(path, []byte("a,y\n1,2\n3,4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	blocks := 0
	for b, err := range (Rows{Schema: Schema{Task: Regress, Columns: []Column{{Name: "a"}}, Targets: []string{"y"}}, Size: 1}).Open(path) {
		if blocks++; err != nil || fmt.Sprint(b.X, b.Lines) != "[1] [2]" {
			t.Error(b, err)
		}
		break
	}
	if blocks != 1 {
		t.Errorf("%d blocks", blocks)
	}
}

// Blocks of many inputs have fewer examples, unless their size is given.
func TestRowsOfManyInputs(t *testing.T) {
	for n, want := range map[int]int{1: 4096, 256: 4096, 1000: 1048} {
		s := Schema{Task: Regress, Columns: []Column{{Name: "a"}}, Targets: []string{"b"}}
		for i := range n * min(n-1, 1) { // a single input is a number
			s.Columns[0].Categories = append(s.Columns[0].Categories, fmt.Sprintf("%04d", i))
		}
		_, _, sizes, err := collect(Rows{Schema: s}, "a\n"+strings.Repeat("0000\n", 5000))
		if err != nil || sizes[0] != want {
			t.Errorf("blocks of %v examples of %d inputs, error %v, %d expected", sizes, n, err, want)
		}
	}
}
