package dataset

import (
	"fmt"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// Numbers to predict, one or several, in the order in which they are asked for.
func TestTargets(t *testing.T) {
	const text = "a,p,q\n1,10,100\n2,20,200\n3,30,300\n"
	for _, c := range []struct {
		text string
		csv  CSV
		want string // X, Y, features, targets
	}{
		{text, CSV{Task: Regress}, "[1 10 2 20 3 30] [100 200 300] [a p] [q]"},
		{text, CSV{Targets: []string{"q"}, Task: Regress}, "[1 10 2 20 3 30] [100 200 300] [a p] [q]"},
		{text, CSV{Label: "a", Task: Regress}, "[10 100 20 200 30 300] [1 2 3] [p q] [a]"},
		{text, CSV{Targets: []string{" q", "a"}}, "[10 20 30] [100 1 200 2 300 3] [p] [q a]"},
		{text, CSV{Targets: []string{"a", "q"}}, "[10 20 30] [1 100 2 200 3 300] [p] [a q]"},
		{"1,10,100.5\n2,20,200.5\n", CSV{Targets: []string{"3", "1"}, Header: HeaderNo}, "[10 20] [100.5 1 200.5 2] [2] [3 1]"},
		{"1,10,100.5\n2,20,200.5\n", CSV{}, "[1 10 2 20] [100.5 200.5] [1 2] [3]"},
		{"1,10,5\n1.5,20,5\n1.5,20,6\n1.5,20,7\n", CSV{Task: Regress, Header: HeaderNo}, "[1 10 1.5 20 1.5 20 1.5 20] [5 5 6 7] [1 2] [3]"},
		{"a;y\n1;1,5\n2;2,5\n", CSV{}, "[1 2] [1.5 2.5] [a] [y]"},
		{"a;y\n1;1,234\n2,5;2\n", CSV{Task: Regress}, "[1 2.5] [1.234 2] [a] [y]"},
		{"a,y\n1,0.5\n?,1.5\n3,NA\n4,2.5\n5,\n", CSV{Missing: MissingDrop, Task: Regress}, "[1 4] [0.5 2.5] [a] [y]"},
		{"a,y\n1,0.5\n?,1.5\n3,NA\n4,2.5\n5,\n", CSV{Missing: MissingDrop}, "[1 4] [0.5 2.5] [a] [y]"},
		{"a,y\n1,7\n2,7\n", CSV{Task: Regress}, "[1 2] [7 7] [a] [y]"},
	} {
		s, r, err := readBoth(t, c.text, c.csv)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if got := fmt.Sprint(s.X, s.Y, s.Features, s.Targets); got != c.want || s.Check() != nil || s.Schema().Check() != nil || r.Task != Regress {
			t.Errorf("%q:\n%s, %v\n%s expected", c.text, got, r, c.want)
		}
		if c.csv.Missing == MissingDrop && r.Dropped != 3 {
			t.Errorf("%q: %d dropped, 3 expected", c.text, r.Dropped)
		}
	}
}

func TestTargetErrors(t *testing.T) {
	for _, c := range []struct {
		text string
		csv  CSV
		want string
	}{
		{"a,y\n1,2\n3,x\n", CSV{Task: Regress}, `t.csv:3:2: column y: "x" is not a number`},
		{"a,y\n1,2\n3,\n", CSV{Task: Regress}, `t.csv:3:2: column y: the cell is empty, a number to predict expected; CSV.Missing tells`},
		{"a,y\n1,2\n3,?\n", CSV{Task: Regress, Missing: MissingFill}, `t.csv:3:2: column y: "?" is not a number: nothing is put for one that is to be predicted, CSV.Missing can be drop`},
		{"a,y\n1,0.5\n3,NA\n4,2.25\n", CSV{}, `t.csv:3:2: column y: "NA" is not a number; CSV.Missing tells`},
		{"a,y\n1,0.5\n3,NA\n4,2.25\n", CSV{Missing: MissingMean}, `t.csv:3:2: column y: "NA" is not a number: nothing is put`},
		{"a;y\n1.5;0,5\n2.5;1,5\n", CSV{}, `t.csv: the numbers to predict have the decimal mark ',', and the features '.': CSV.Decimal tells`},
		{"a;y\n1;0,5\n2;1.5\n3;2,5\n4;7.5\n", CSV{}, `t.csv: column y: its 4 different values in 4 examples, such as "0,5" and "1.5", look like measurements, but not all have the same decimal mark`},
		{"a;y\n1;1,234\n2;2,345\n", CSV{}, `t.csv:2:2: column y: is the comma of "1,234" decimal, or does it separate thousands? CSV.Decimal tells`},
		{"1,10,100\n2,20,207\n3,30,350\n4,5,6\n7,8,12\n8,8,9\n", CSV{}, `t.csv:1: is this line a header or an example? its numbers are whole, and the one to predict comes up nowhere else: CSV.Header tells`},
		{"1,10,100\n2,20,207\n", CSV{Targets: []string{"2", "3"}}, `t.csv:1: is this line a header or an example?`},
		{"a,y\n1,2\n", CSV{Task: "predict"}, `t.csv: CSV.Task is "predict"; classify or regress expected`},
		{"a,y\n1,2\n", CSV{Label: "y", Targets: []string{"y"}}, `t.csv: CSV.Label and CSV.Targets both name what is to be predicted`},
		{"a,y,z\n1,2,3\n", CSV{Task: Classify, Targets: []string{"y", "z"}}, `t.csv: CSV.Targets has 2 columns, but there is one class: 1 expected`},
		{"a,y,z\n1,2,3\n", CSV{Targets: []string{"y", "y"}}, `t.csv:1:2: the column y is to be predicted twice`},
		{"a,y\n1,2\n", CSV{Targets: []string{"a", "y"}}, `t.csv:1: no column is left for the features`},
		{"a,y\n1,2\n", CSV{Targets: []string{"b"}}, `t.csv:1: there is no column "b" to predict`},
		{"a,y\n1,x\n2,y\n3,x\n", CSV{Text: []string{"y"}}, `t.csv:1:2: the column y is to be predicted, so that CSV.Text cannot name it`},
		{"a,y\n?,1.5\n?,2.5\n", CSV{Missing: MissingDrop}, `t.csv: no examples: each of 2 rows misses a number, a text or the target`},
		{"a,y\n1,?\n2,?\n3,1.5\n", CSV{Missing: MissingDrop}, ``},
	} {
		s, _, err := readBoth(t, c.text, c.csv)
		if c.want == "" {
			if err != nil {
				t.Errorf("%q: %v", c.text, err)
			}
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || s != nil {
			t.Errorf("%q, %+v: %v and error\n%v\nexpected\n%s", c.text, c.csv, s, err, c.want)
		}
	}
}

// Texts are one input for each category, in the order of their bytes.
func TestTexts(t *testing.T) {
	for _, c := range []struct {
		text string
		csv  CSV
		want string // X, features
	}{
		{"u,a,k\nred,1,x\nBlue,2,y\nred,3,x\n", CSV{}, "[0 1 1 1 0 2 0 1 3] [u=Blue u=red a]"},
		{"a,u,k\n1,10-20,x\n2,20+,y\n", CSV{}, "[1 1 0 2 0 1] [a u=10-20 u=20+]"},
		{"zip,a,k\n0101,1,x\n101,2,y\n", CSV{Text: []string{"zip"}}, "[1 0 1 0 1 2] [zip=0101 zip=101 a]"},
		{"u,a,k\nNA,1,x\nv,2,y\n", CSV{Text: []string{"u"}}, "[1 0 1 0 1 2] [u=NA u=v a]"},
		{"u,a,k\n?,1,x\nv,2,y\nw,3,x\n", CSV{Missing: MissingDrop}, "[1 0 2 0 1 3] [u=v u=w a]"},
		{"u,a,k\nz,?,x\nv,2,y\nw,3,x\n", CSV{Missing: MissingDrop, Header: HeaderYes}, "[1 0 2 0 1 3] [u=v u=w a]"},
		{"u,a,k\n?,1,x\nw,?,y\nv,3,y\n", CSV{Missing: MissingFill}, "[1 0 1 0 1 2 1 0 3] [u=v u=w a]"},
		{"u,a,k\n?,1,x\nw,2,y\nv,3,y\nw,3,y\n", CSV{Missing: MissingFill}, "[0 1 1 0 1 2 1 0 3 0 1 3] [u=v u=w a]"},
		{"1,red,x\n2,blue,y\n3,red,x\n", CSV{Header: HeaderNo}, "[1 0 1 2 1 0 3 0 1] [1 2=blue 2=red]"},
		{"1,5,x\n2,6,y\n3,5,x\n", CSV{Header: HeaderNo, Text: []string{"2"}}, "[1 1 0 2 0 1 3 1 0] [1 2=5 2=6]"},
		{"u,v,k\nred,tall,x\nblue,low,y\nred,low,x\n", CSV{}, "[0 1 0 1 1 0 1 0 0 1 1 0] [u=blue u=red v=low v=tall]"},
	} {
		s, _, err := readBoth(t, c.text, c.csv)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if got := fmt.Sprint(s.X, s.Features); got != c.want || s.Check() != nil || s.Schema().Check() != nil {
			t.Errorf("%q:\n%s\n%s expected", c.text, got, c.want)
		}
	}
}

func TestTextErrors(t *testing.T) {
	rows := func(m int, cell func(j int) string) string {
		var b strings.Builder
		b.WriteString("a,u,k\n")
		for j := range m {
			fmt.Fprintf(&b, "%d,%s,%c\n", j, cell(j), "xy"[j%2])
		}
		return b.String()
	}
	letters := func(j int) string { return fmt.Sprintf("t%c%c", 'a'+j%26, 'a'+j/26%26) }
	for _, c := range []struct {
		name, text string
		csv        CSV
		want       string
	}{
		{"256 texts", rows(512, func(j int) string { return letters(j / 2) }), CSV{}, ""},
		{"257 texts", rows(600, func(j int) string { return letters(j / 2) }), CSV{}, "t.csv:514:2: column u: more than 256 different texts, which is the limit"},
		{"names", rows(20, letters), CSV{}, `t.csv: column u: its 20 different texts in 20 examples, such as "taa" and "tba", look like names, not categories: CSV.Ignore leaves`},
		{"names that are said to be texts", rows(20, letters), CSV{Text: []string{"u"}}, ""},
		{"names that are left out", rows(20, letters), CSV{Ignore: []string{"u"}}, ""},
		{"few texts", rows(10, letters), CSV{}, ""},
		{"percentages", rows(200, func(j int) string { return fmt.Sprint(j%50, "%") }), CSV{}, `t.csv: column u: its 50 different texts in 200 examples, such as "0%" and "1%", look like numbers with something beside them`},
		{"a number among texts", "a,u,k\n1,red,x\n2,7,y\n", CSV{}, `t.csv:3:2: column u: "7" is a number, but the column has texts, such as "red": CSV.Text takes all of them for texts`},
		{"a text among numbers", "a,u,k\n1,7,x\n2,red,y\n", CSV{}, `t.csv:3:2: column u: "red" is not a number`},
		{"a number that is too large", "a,u,k\n1,1e999,x\n2,red,y\n", CSV{}, `t.csv:2:2: column u: "1e999" is too large a number`},
		{"an infinite number", "a,u,k\n1,-inf,x\n2,red,y\n", CSV{}, `t.csv:2:2: column u: "-inf" is not a finite number`},
		{"a missing text", "a,u,k\n1,red,x\n2,,y\n", CSV{}, `t.csv:3:2: column u: the cell is empty, a text expected; CSV.Missing tells`},
		{"another", "a,u,k\n1,red,x\n2,NA,y\n", CSV{}, `t.csv:3:2: column u: "NA" is not a text; CSV.Missing tells`},
		{"no mean of texts", "a,u,k\n1,red,x\n2,,y\n", CSV{Missing: MissingMean}, `t.csv:3:2: column u: a text is missing, of which there is no mean: CSV.Missing can be fill`},
		{"no mean of texts, first", "a,u,k\n1,,x\n2,red,y\n", CSV{Missing: MissingMean}, `t.csv: column u: a text is missing, of which there is no mean: CSV.Missing can be fill`},
		{"all missing", "a,u,k\n1,,x\n2,?,y\n", CSV{Missing: MissingFill}, `t.csv: column u: all numbers are missing`},
		{"all texts missing", "a,u,k\n1,,x\n2,,y\n", CSV{Missing: MissingFill, Text: []string{"u"}}, `t.csv: column u: all`},
		{"no column of texts", "a,u,k\n1,,x\n2,?,y\n", CSV{Text: []string{"v"}}, `t.csv:1: there is no column "v" of texts. The columns are a, u, k`},
		{"other bytes", "a,u,k\n1,gr\xfcn,x\n2,rot,y\n", CSV{}, `t.csv:2:2: column u: "gr\xfcn" is not UTF-8: the text is most likely Windows-1252 or Latin-1, which CSV.Encoding names`},
	} {
		s, _, err := readBoth(t, c.text, c.csv)
		if c.want == "" && err != nil || c.want != "" && (err == nil || s != nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%s: error\n%v\n%s expected", c.name, err, c.want)
		}
	}
}

// Of texts alone the first line is a header where the others come up again and it
// does not.
func TestHeaderOfTexts(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"u,v,k\np,q,x\np,r,y\n", "[u=p v=q v=r]"},
		{"u,v\np,1\nq,2\np,1\nq,2\n", "[u=p u=q]"}, // a number below one of its names
		{"u,k\nred,1\nblue,0\n", "[u=blue u=red]"},
		{"p,q,x\np,r,y\nq,r,x\n", "t.csv:1: is this line a header or an example? it has texts only, but these come up again: CSV.Header tells"},
		{"u,v,k\np,q,x\nr,s,y\n", "t.csv:1: is this line a header or an example? it has texts only, and so has the next: CSV.Header tells"},
		{"\nu,v,k\n\np,q,x\np,r,y\n\n", "[u=p v=q v=r]"},
	} {
		s, _, err := readBoth(t, c.text, CSV{})
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprint(s.Features)
		}
		if got != c.want {
			t.Errorf("%q: %s, %s expected", c.text, got, c.want)
		}
	}
}

// Texts that would be more inputs than fit into memory are an error before it is
// asked for.
func TestEncodedSize(t *testing.T) {
	const columns, m = 200, 5300
	var b strings.Builder
	for i := range columns {
		fmt.Fprintf(&b, "c%d,", i)
	}
	b.WriteString("k\n")
	for j := range m {
		b.WriteString(strings.Repeat(fmt.Sprintf("t%c%c,", 'a'+j%16, 'a'+j/16%16), columns))
		fmt.Fprintf(&b, "%c\n", "xy"[j%2])
	}
	var err error
	got := taken(func() { _, _, err = ReadCSV(strings.NewReader(b.String()), "", CSV{Header: HeaderYes}) })
	if err == nil || !strings.Contains(err.Error(), "51200 inputs of 5300 examples are more than 268435456 numbers") {
		t.Errorf("error %v", err)
	}
	if got > 60e6 {
		t.Errorf("%.0f MB taken", got/1e6)
	}
	var w strings.Builder
	for i := range 300 {
		fmt.Fprintf(&w, "c%d,", i)
	}
	w.WriteString("k\n")
	for j := range 512 {
		w.WriteString(strings.Repeat(fmt.Sprintf("t%c%c,", 'a'+j%16, 'a'+j/16%16), 300))
		fmt.Fprintf(&w, "%c\n", "xy"[j%2])
	}
	if _, _, err := ReadCSV(strings.NewReader(w.String()), "", CSV{Header: HeaderYes}); err == nil || !strings.Contains(err.Error(), "the columns make more than 65536 inputs") {
		t.Errorf("error %v", err)
	}
}

// What new data are filled with is kept for every column, with gaps or without.
func TestFillsAreKept(t *testing.T) {
	s, r, err := readBoth(t, "a,b,u,k\n1,2,p,x\n?,4,q,y\n3,6,q,x\n", CSV{Missing: MissingFill})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, len(s.Features))
	if err := s.Schema().Encode([]string{"", "NA", "?"}, 0, x); err != nil || fmt.Sprint(x) != "[2 4 0 1]" {
		t.Errorf("%v, error %v", x, err)
	}
	if len(r.Means) != 1 || len(r.Frequent) != 0 {
		t.Errorf("%+v: told is what was filled in the file", r)
	}
	s, _, err = readBoth(t, "a,b,u,k\n1,2,p,x\n2,4,q,y\n", CSV{})
	if err == nil {
		err = s.Schema().Encode([]string{"", "1", "p"}, 0, x)
	}
	if err == nil || !strings.Contains(err.Error(), "column a") {
		t.Errorf("error %v, one about column a expected", err)
	}
}

// Sets of numbers, and of inputs alone, as the methods see them.
func TestSetsOfNumbers(t *testing.T) {
	all := sets()
	for name, want := range map[string]string{"numbers": Regress, "no targets": "", "two classes": Classify} {
		if s := all[name]; s.Task() != want || s.Len() != 7 || s.Check() != nil {
			t.Errorf("%s: task %q, %d examples, %v", name, s.Task(), s.Len(), s.Check())
		}
	}
	s := all["numbers"]
	y := s.Labels(tensor.Float64)
	if fmt.Sprint(y.Shape(), y.Strides()) != "(2, 7) [1 2]" || at(t, y, 1, 3) != 300 || at(t, s.Labels(tensor.Float32), 0, 6) != 60 {
		t.Errorf("targets %v %v", y.Shape(), y.Strides())
	}
	if s.ClassIndex(tensor.Float64) != nil || all["no targets"].Labels(tensor.Float64) != nil {
		t.Error("classes of a set without")
	}
	if s.Y[6] = -7; at(t, y, 0, 3) != -7 {
		t.Error("the tensor is a copy of Y")
	}
	sc := all["numbers"].TargetScaling()
	if len(sc.Mean) != 2 || all["two classes"].TargetScaling().Mean != nil || (*Set)(nil).TargetScaling().Mean != nil {
		t.Errorf("scaling of targets %v", sc)
	}
	for want, spoil := range map[string]func(*Set){
		"Y has 13 numbers; 2 targets of 6 examples":       func(s *Set) { s.Y, s.X = s.Y[:13], s.X[:12] },
		"X has 14 numbers; 2 features of 6":               func(s *Set) { s.Y = s.Y[:13] },
		"no target has a name":                            func(s *Set) { s.Targets, s.X = nil, make([]float64, 28) },
		"classes of 7 examples and 14 numbers as targets": func(s *Set) { s.Class, s.Classes = make([]int, 7), []string{"a"} },
		"the classes have 2 names":                        func(s *Set) { s.Class, s.Classes, s.Y = make([]int, 7), []string{"a"}, nil },
		"feature 0 is a, but made of column b":            func(s *Set) { s.Columns = []Column{{Name: "b"}, {Name: "b"}} },
		"2 features given, but the columns make 1":        func(s *Set) { s.Columns = []Column{{Name: "a"}} },
		"2 features given, but the columns make 3":        func(s *Set) { s.Columns = []Column{{Name: "a"}, {Name: "b", Categories: []string{"p", "q"}}} },
	} {
		s := sets()["numbers"]
		spoil(s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, one with %q expected", err, want)
		}
		if s.Labels(tensor.Float64) != nil || s.Scaling().Mean != nil {
			t.Errorf("%s: labels and a scaling of it", want)
		}
	}
}

// Mean and deviation of each target.
func TestTargetScaling(t *testing.T) {
	s := &Set{X: []float64{1, 2}, Features: []string{"a"}, Y: []float64{1, 10, 5, 10}, Targets: []string{"p", "q"}}
	if got := fmt.Sprint(s.TargetScaling()); got != "{[3 10] [2 0]}" {
		t.Errorf("%s", got)
	}
}
