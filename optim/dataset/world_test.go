package dataset

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// readBoth reads a text in one piece and byte by byte, which must be the same.
func readBoth(t *testing.T, text string, c CSV) (*Set, Reading, error) {
	t.Helper()
	s, r, err := ReadCSV(strings.NewReader(text), "t.csv", c)
	s2, r2, err2 := ReadCSV(iotest.OneByteReader(strings.NewReader(text)), "t.csv", c)
	if got, want := fmt.Sprint(shown(t, s2), r2, err2), fmt.Sprint(shown(t, s), r, err); got != want {
		t.Errorf("%.99q: %s, but byte by byte %s", text, want, got)
	}
	return s, r, err
}

// shown is all of a set.
func shown(t *testing.T, s *Set) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Each text is another way to write the same two features of four flowers.
func TestWays(t *testing.T) {
	const plain = "long,wide,kind\n5.1,0.2,setosa\n4.9,0.25,setosa\n6,2.5,virginica\n5,2,virginica\n"
	want := "[5.1 0.2 4.9 0.25 6 2.5 5 2] [0 0 1 1] [long wide] [setosa virginica]"
	numbered := strings.Replace(want, "long wide", "1 2", 1)
	cut := func(separator string) string { return strings.ReplaceAll(plain, ",", separator) }
	decimal := func(separator string) string { return strings.ReplaceAll(cut(separator), ".", ",") }
	lines := func(end string) string { return strings.ReplaceAll(plain, "\n", end) }
	_, body, _ := strings.Cut(plain, "\n")
	first := func(names ...string) string { // puts a column before the others
		out := ""
		for i, line := range strings.Split(strings.TrimSpace(plain), "\n") {
			out += names[i] + "," + line + "\n"
		}
		return out
	}
	const index = "the first column, an index without a name, left out"
	const noHeader = "no header, so that the columns are called 1, 2, 3 and so on"
	for _, c := range []struct {
		name, text    string
		csv           CSV
		want, reading string
	}{
		{"plain", plain, CSV{}, want, ""},
		{"words for what is the default", plain, CSV{Header: "auto", Missing: "error", Separator: ",", Decimal: ".", Encoding: "UTF-8"}, want, ""},
		{"semicolons", cut(";"), CSV{}, want, "cells separated by semicolons"},
		{"tabs", cut("\t"), CSV{}, want, "cells separated by tabs"},
		{"tabs, set", cut("\t"), CSV{Separator: "tab"}, want, "cells separated by tabs"},
		{"bars", cut("|"), CSV{Separator: "|"}, want, "cells separated by |"},
		{"bars, found", cut("|"), CSV{}, want, "cells separated by |"},
		{"decimal commas", decimal(";"), CSV{}, want, "cells separated by semicolons; decimal commas"},
		{"decimal commas, set", decimal("\t"), CSV{Decimal: ","}, want, "cells separated by tabs; decimal commas"},
		{"decimal commas without a header", strings.ReplaceAll(strings.ReplaceAll(body, ",", ";"), ".", ","), CSV{},
			numbered, noHeader + "; cells separated by semicolons; decimal commas"},
		{"one decimal comma in every row", "5,1;a\n4,9;b\n5,5;a\n4,5;b\n", CSV{Header: HeaderNo},
			"[5.1 4.9 5.5 4.5] [0 1 0 1] [1] [a b]", noHeader + "; cells separated by semicolons; decimal commas"},
		{"decimal commas with three digits", strings.Replace(decimal(";"), "0,25", "0,250", 1), CSV{}, want, "cells separated by semicolons; decimal commas"},
		{"carriage returns", lines("\r"), CSV{}, want, ""},
		{"both", lines("\r\n"), CSV{}, want, ""},
		{"both, and blank lines", "\r\n" + lines("\r\r\n"), CSV{}, want, ""},
		{"no header", body, CSV{}, numbered, noHeader},
		{"no header, set", body, CSV{Header: HeaderNo}, numbered, noHeader},
		{"no header, label by number", body, CSV{Label: "3"}, numbered, noHeader},
		{"byte order mark, no header", "\ufeff" + body, CSV{}, numbered, noHeader},
		{"index of pandas", first("", "0", "1", "2", "3"), CSV{}, want, index},
		{"shuffled index", first("Unnamed: 0", "17", "4", "99", "3"), CSV{}, want, index},
		{"row names of R", first(`""`, `"a"`, `"b"`, `"c"`, `"d"`), CSV{}, want, index},
		{"name column ignored", first("who", "Ann", "Bob", "NaN", ""), CSV{Ignore: []string{" who"}}, want, ""},
		{"no header, name column ignored", strings.TrimPrefix(first("", "Ann", "Bob", "Cy", "Di"), ",long,wide,kind\n"),
			CSV{Header: HeaderNo, Ignore: []string{"1"}}, strings.Replace(want, "long wide", "2 3", 1), noHeader},
		{"names that are numbers", strings.Replace(plain, "long,wide", "2019,2020", 1), CSV{Header: HeaderYes}, strings.Replace(want, "long wide", "2019 2020", 1), ""},
		{"names with a number among them", strings.Replace(plain, "wide", "2", 1), CSV{}, strings.Replace(want, "wide", "2", 1), ""},
		{"quoted line breaks", strings.Replace(plain, "long", "\"lo\r\nng\"", 1), CSV{}, strings.Replace(want, "long", "lo\nng", 1), ""},
		{"blanks after quotes", strings.ReplaceAll(plain, "setosa", "\"setosa\" \t"), CSV{}, want, ""},
		{"Windows-1252", strings.Replace(plain, "wide", "wei\xdf \x80", 1), CSV{Encoding: "windows-1252"}, strings.Replace(want, "wide", "weiß €", 1), ""},
		{"cp1252", strings.Replace(plain, "wide", "wei\xdf", 1), CSV{Encoding: "CP1252"}, strings.Replace(want, "wide", "weiß", 1), ""},
		{"Latin-1", strings.Replace(plain, "wide", "wei\xdf", 1), CSV{Encoding: "latin-1"}, strings.Replace(want, "wide", "weiß", 1), ""},
		{"Windows-1252 in an ignored column", first("who", "Ann", "J\xfcrg", "Cy", "Di"), CSV{Ignore: []string{"who"}}, want, ""},
	} {
		s, r, err := readBoth(t, c.text, c.csv)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := fmt.Sprint(s.X, s.Class, s.Features, s.Classes); got != c.want || r.String() != c.reading {
			t.Errorf("%s:\n%s (%s)\n%s (%s) expected", c.name, got, r, c.want, c.reading)
		}
	}
}

// Where a file can be read in two ways, or none, the error says where and why.
func TestDoubts(t *testing.T) {
	for _, c := range []struct {
		text string
		csv  CSV
		want string
	}{
		{"a;c\n1.234,5;x\n2;y\n", CSV{}, `t.csv:2:1: column a: "1.234,5" has several marks, so that it is not clear which one is decimal: a number without marks of thousands expected`},
		{"a;c\n1.234.567;x\n2;y\n", CSV{Decimal: ","}, `t.csv:2:1: column a: "1.234.567" has several marks`},
		{"1,2,3|4\n5,6,3|4\n", CSV{}, `t.csv:1: both ',' and '|' may separate the cells: CSV.Separator tells`},
		{"a;c\n1,5;x\n2.5;y\n", CSV{}, `t.csv:3:1: column a: "2.5" has a decimal point, but a number on line 2 has the other mark`},
		{"a;c\n1.5;x\n2,5;y\n", CSV{}, `t.csv:3:1: column a: "2,5" has a decimal comma, but a number on line 2 has the other mark`},
		{"a;c\n1.5;x\n2;y\n", CSV{Decimal: ","}, `t.csv:2:1: column a: "1.5" is not a number, the decimal mark being ','`},
		{"a;c\n1;x\n1,234;y\n", CSV{}, `t.csv:3:1: column a: is the comma of "1,234" decimal, or does it separate thousands? CSV.Decimal tells`},
		{"a,c\n1,x\n", CSV{Decimal: ","}, `t.csv: CSV.Decimal is a comma, and so is the separator`},
		{"a,c\n1,x\n", CSV{Decimal: "?"}, `t.csv: CSV.Decimal is "?"; "." or "," expected`},
		{"a,c\n1,x\n", CSV{Separator: "::"}, `t.csv: CSV.Separator is "::"; ",", ";", "|" or "tab" expected`},
		{"a,b;c\n1,2;x\n3,x;y\n", CSV{}, `t.csv:1: both ',' and ';' may separate the cells: CSV.Separator tells`},
		{"a,c\n1,x\n", CSV{Header: "maybe"}, `t.csv: CSV.Header is "maybe"; auto, yes or no expected`},
		{"a,c\n1,x\n", CSV{Missing: "skip"}, `t.csv: CSV.Missing is "skip"; error, drop, mean or fill expected`},
		{"2019,2020,kind\n1,2,x\n3,4,y\n", CSV{}, `t.csv:1: is this line a header or an example? its class "kind" comes up nowhere else: CSV.Header tells`},
		{"\n0,1,2\n5,6,2\n7,8,1\n", CSV{}, `t.csv:2: is this line a header or an example? its numbers count up, as those do that pandas writes for columns without names: CSV.Header tells`},
		{"1,2,3\n5,6,3\n", CSV{}, `t.csv:1: is this line a header or an example? its numbers count up`},
		{"Ann,5,x\nBob,6,y\n", CSV{}, `t.csv:1: is this line a header or an example? it has numbers and texts, but no text above a number: CSV.Header tells`},
		{",a,c\n0.5,1,x\n1,2,y\n", CSV{}, `t.csv:2:1: the first column has no name, but is no index of whole numbers or texts: "0.5" given. Name it`},
		{"a,b,c\n1,2,x\n", CSV{Ignore: []string{"d"}}, `t.csv:1: there is no column "d" to leave out. The columns are a, b, c`},
		{"a,b,c\n1,2,x\n", CSV{Ignore: []string{"c"}}, `t.csv:1:3: the column c is to be predicted and left out at once: CSV.Label names the column to predict`},
		{"a,b,c\n1,2,x\n", CSV{Ignore: []string{"a", "b"}}, `t.csv:1: no column is left for the features`},
		{"1,2,x\n3,4,x\n", CSV{Label: "4"}, `t.csv:1: there is no column "4" to predict. The columns are 1, 2, 3`},
		{"a,c\n1,M\xfcller\n2,y\n", CSV{}, `t.csv:2:2: column c: "M\xfcller" is not UTF-8: the text is most likely Windows-1252 or Latin-1, which CSV.Encoding names`},
		{"a,gr\xfcn,c\n1,2,x\n", CSV{}, `t.csv:1:2: the name of the column, "gr\xfcn" is not UTF-8`},
		{"a,c\n1,x\n", CSV{Encoding: "windows-1225"}, `t.csv: CSV.Encoding is "windows-1225", of which nothing is known; is it windows-125`},
		{"\ufeffa,c\n1,x\n", CSV{Encoding: "latin1"}, `t.csv:1: the text begins with the mark of UTF-8, but CSV.Encoding is "latin1"`},
		{"a,c\r1,x\r2,y,z\r", CSV{}, `t.csv:3: 3 cells given, 2 expected`},
		{"a,c\n1,x\n" + strings.Repeat(",", 70_000), CSV{}, `t.csv:3: more than 65536 cells given, 2 expected`},
	} {
		s, _, err := readBoth(t, c.text, c.csv)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || s != nil {
			t.Errorf("%.99q, %+v: %v and error\n%v\nexpected\n%s", c.text, c.csv, s, err, c.want)
		}
	}
}

func TestMissing(t *testing.T) {
	const text = "a,b,c\n1,10,x\n,20,x\nNA,30,y\n4,?,y\n2,,\n"
	for missing, want := range map[Missing]string{
		MissingError: `t.csv:3:1: column a: the cell is empty, a number expected; CSV.Missing tells what to do about missing ones`,
		MissingMean:  `t.csv:6:3: column c: the cell is empty, a class expected: there is no mean of classes`,
	} {
		if _, _, err := readBoth(t, text, CSV{Missing: missing}); err == nil || err.Error() != want {
			t.Errorf("%q: error %v, %s expected", missing, err, want)
		}
	}
	if s, r, err := readBoth(t, text+"3,null,z\n5,6,y\n", CSV{Missing: MissingDrop}); err != nil ||
		fmt.Sprint(s.X, s.Class, s.Features, s.Classes) != "[1 10 5 6] [0 1] [a b] [x y]" || r.Dropped != 5 || r.String() != "5 rows with missing cells left out" {
		t.Errorf("drop: %v, %+v, error %v", s, r, err)
	}
	s, r, err := readBoth(t, strings.TrimSuffix(text, "2,,\n"), CSV{Missing: MissingMean})
	if err != nil || fmt.Sprint(s.X) != "[1 10 2.5 20 2.5 30 4 20]" ||
		!slices.Equal(r.Means, []Mean{{"a", 2.5, 2}, {"b", 20, 1}}) ||
		r.String() != "2 missing numbers of a set to the mean, 2.5; 1 missing number of b set to the mean, 20" {
		t.Errorf("mean: %v, %+v, error %v", s, r, err)
	}
	for text, want := range map[string]string{
		"a,b,c\n?,1,x\n,1,y\n": "t.csv: column a: all numbers are missing, so that there is no mean of them; CSV.Ignore leaves the column out",
	} {
		if _, _, err := readBoth(t, text, CSV{Missing: MissingMean}); err == nil || err.Error() != want {
			t.Errorf("error %v, %s expected", err, want)
		}
	}
	if _, _, err := readBoth(t, "a,c\n?,x\n,y\n", CSV{Missing: MissingDrop}); err == nil || err.Error() != "t.csv: no examples: each of 2 rows misses a number, a text or the target" {
		t.Errorf("all dropped: %v", err)
	}
}

// Every word for a missing number is one in any case, and 0 is none.
func TestMissingWords(t *testing.T) {
	for _, word := range []string{"", " ", `""`, "?", "NA", "n/a", "#N/A", "<NA>", "nan", "NULL", "None"} {
		if _, r, err := readBoth(t, "a,b,c\n1,2,x\n1,"+word+",x\n0,4,y\n", CSV{Missing: MissingMean}); err != nil || fmt.Sprint(r.Means) != "[{b 3 1}]" {
			t.Errorf("%q: %v, error %v", word, r.Means, err)
		}
	}
}

// The mean is right where the sum of the numbers overflows or vanishes.
func TestMeanOfExtremes(t *testing.T) {
	for _, c := range []struct {
		numbers string
		want    float64
	}{
		{"1.7e308 1.7e308 1.7e308", 1.7e308}, {"1.7e308 -1.7e308", 0}, {"1.2e308 1.6e308", 1.3999999999999999e308}, {"5e-324 5e-324 5e-324", 5e-324}, {"0.1 0.1 0.1", 0.1},
	} {
		text := "a,c\n?,x\n" + strings.Join(strings.Fields(c.numbers), ",y\n") + ",y\n"
		if s, _, err := readBoth(t, text, CSV{Missing: MissingMean}); err != nil || s.X[0] != c.want {
			t.Errorf("%s: %v, %v expected, error %v", c.numbers, s, c.want, err)
		}
	}
}

// Measurements are numbers to predict, codes are classes.
func TestMeasurements(t *testing.T) {
	column := func(m int, cell func(j int) string) string {
		var b strings.Builder
		b.WriteString("a,price\n")
		for j := range m {
			fmt.Fprintf(&b, "%d,%s\n", j, cell(j))
		}
		return b.String()
	}
	for _, c := range []struct {
		name, text string
		measured   bool
	}{
		{"three numbers with decimals", "a,price\n1,0.37\n2,1.92\n3,2.22\n", true},
		{"299 numbers with decimals", column(300, func(j int) string { return fmt.Sprint(float64(j%299) / 7) }), true},
		{"decimal commas", strings.NewReplacer(",", ";", ".", ",").Replace("a,price\n1,0.37\n2,1.92\n3,2.22\n"), true},
		{"whole numbers with gaps", column(400, func(j int) string { return fmt.Sprint(25 + j*j%321) }), true},
		{"prices", column(12, func(j int) string { return fmt.Sprint(1000 + 37*j) }), true},
		{"codes with gaps that come up twice", column(12, func(j int) string { return fmt.Sprint(1000 + 37*(j%6)) }), false},
		{"a few codes with gaps", "a,price\n1,10\n2,20\n3,50\n", false},
		{"two classes with decimals", column(10, func(j int) string { return fmt.Sprint(float64(j%2) - 0.5) }), false},
		{"ten digits", column(20, func(j int) string { return fmt.Sprint(j % 10) }), false},
		{"codes without a gap", column(60, func(j int) string { return fmt.Sprint(1 + j%30) }), false},
		{"codes with gaps that come up often", column(400, func(j int) string { return fmt.Sprint(100 * (j % 40)) }), false},
		{"texts", column(60, func(j int) string { return fmt.Sprint("z", float64(j)/7) }), false},
	} {
		s, r, err := readBoth(t, c.text, CSV{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := r.Task == Regress; got != c.measured || s.Task() != r.Task || strings.Contains(r.String(), "look like measurements") != c.measured {
			t.Errorf("%s: the task is %s, and the reading %q, measured: %v", c.name, s.Task(), r, c.measured)
		}
	}
	s, r, err := readBoth(t, "a,price\n1,0.37\n2,1.92\n3,2.22\n", CSV{})
	want := "the 3 different numbers of price in 3 examples look like measurements, to be predicted as numbers (regression)"
	if err != nil || r.String() != want || fmt.Sprint(s.X, s.Y, s.Features, s.Targets) != "[1 2 3] [0.37 1.92 2.22] [a] [price]" {
		t.Errorf("%+v, reading %q, error %v", s, r, err)
	}
}

// One number with a comma that cannot separate thousands tells of all.
func TestThousands(t *testing.T) {
	for _, sure := range []string{"0,125", "1,25", "1,2345", "1234,567", ",125", "-0,125"} {
		if _, r, err := readBoth(t, "a;c\n1,234;x\n"+sure+";y\n", CSV{}); err != nil || r.Decimal != "," {
			t.Errorf("%s: decimal %q, error %v", sure, r.Decimal, err)
		}
	}
	for _, doubt := range []string{"2,500", "-12,345", "+100,000", "7"} {
		if _, _, err := readBoth(t, "a;c\n1,234;x\n"+doubt+";y\n", CSV{}); err == nil {
			t.Errorf("%s: no error", doubt)
		}
	}
}
