package dataset

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A randomTable is a table of texts with what becomes of it, by the words of CSV alone.
type randomTable struct {
	names   []string // of columns, in the order of the file
	rows    [][]string
	texts   map[string]bool // columns
	targets []string
	task    string
	missing Missing
}

func newRandomTable(r *rand.Rand) randomTable {
	t := randomTable{texts: map[string]bool{}, missing: []Missing{MissingDrop, MissingFill}[r.IntN(2)], task: []string{Classify, Regress}[r.IntN(2)]}
	for i := range 1 + r.IntN(4) {
		name := "f" + strconv.Itoa(i)
		t.names = append(t.names, name)
		t.texts[name] = r.IntN(2) == 0
	}
	targets := 1
	if t.task == Regress {
		targets = 1 + r.IntN(2)
	}
	for k := range targets {
		t.targets = append(t.targets, "t"+strconv.Itoa(k))
	}
	t.names = append(t.names, t.targets...)
	r.Shuffle(len(t.names), func(i, j int) { t.names[i], t.names[j] = t.names[j], t.names[i] })
	words := []string{"red", "green", `a "b"`, "x,y", "é", "Red", "two words", "line\nbreak"}
	for range 12 + r.IntN(20) {
		var row []string
		for _, name := range t.names {
			switch {
			case slices.Contains(t.targets, name) && t.task == Classify:
				row = append(row, []string{"yes", "no", "10", "9"}[r.IntN(4)])
			case slices.Contains(t.targets, name):
				row = append(row, strconv.FormatFloat(r.NormFloat64(), 'g', -1, 64))
			case len(t.rows) > 0 && r.IntN(9) == 0:
				row = append(row, "")
			case t.texts[name]:
				row = append(row, words[r.IntN(min(len(words), 2+len(t.rows)))])
			default:
				row = append(row, strconv.FormatFloat(r.NormFloat64()*100, 'f', r.IntN(4), 64))
			}
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// text writes the table with its columns in the order of names.
func (t randomTable) text(names []string, separator string) string {
	var b strings.Builder
	line := func(cells []string) {
		for i, c := range cells {
			if i > 0 {
				b.WriteString(separator)
			}
			if strings.ContainsAny(c, "\",;\n") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
		b.WriteString("\n")
	}
	line(names)
	for _, row := range t.rows {
		var cells []string
		for _, name := range names {
			cells = append(cells, row[slices.Index(t.names, name)])
		}
		line(cells)
	}
	return b.String()
}

// set returns the examples that are expected, as columns by name.
func (t randomTable) set() (columns map[string][]float64, class []string) {
	features := slices.DeleteFunc(slices.Clone(t.names), func(name string) bool { return slices.Contains(t.targets, name) })
	rows := t.rows
	if t.missing == MissingDrop {
		rows = slices.DeleteFunc(slices.Clone(rows), func(row []string) bool { return slices.Contains(row, "") })
	}
	columns = map[string][]float64{}
	cells := func(name string) (all []string) {
		for _, row := range rows {
			all = append(all, row[slices.Index(t.names, name)])
		}
		return all
	}
	for _, name := range features {
		all := cells(name)
		if t.texts[name] {
			count := map[string]int{}
			for _, c := range all {
				if c != "" {
					count[c]++
				}
			}
			most := ""
			for c, n := range count {
				if n > count[most] || n == count[most] && c < most {
					most = c
				}
			}
			for c := range count {
				for _, cell := range all {
					v := 0.0
					if cell == c || cell == "" && c == most {
						v = 1
					}
					columns[name+"="+c] = append(columns[name+"="+c], v)
				}
			}
			continue
		}
		sum, n := 0.0, 0.0
		for _, c := range all {
			if v, err := strconv.ParseFloat(c, 64); err == nil {
				sum, n = sum+v, n+1
			}
		}
		for _, c := range all {
			v, err := strconv.ParseFloat(c, 64)
			if err != nil {
				v = sum / n
			}
			columns[name] = append(columns[name], v)
		}
	}
	for _, name := range t.targets {
		if t.task == Classify {
			return columns, cells(name)
		}
		for _, c := range cells(name) {
			v, _ := strconv.ParseFloat(c, 64)
			columns[name] = append(columns[name], v)
		}
	}
	return columns, nil
}

// Random tables, with texts, missing cells and targets in any columns, are read as CSV says,
// and so are their columns in another order by the schema, in blocks of any size.
func TestRandomTables(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for i := range 500 {
		table := newRandomTable(r)
		columns, class := table.set()
		c := CSV{Header: HeaderYes, Task: table.task, Targets: table.targets, Missing: table.missing, Separator: ",", Decimal: "."}
		for name, is := range table.texts {
			if is {
				c.Text = append(c.Text, name)
			}
		}
		text := table.text(table.names, ",")
		s, reading, err := ReadCSV(strings.NewReader(text), "", c)
		if class != nil && len(slices.Compact(slices.Sorted(slices.Values(class)))) < 2 {
			if err == nil {
				t.Errorf("%d: one class only\n%s", i, text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%d: %v\n%s", i, err, text)
			continue
		}
		if reading.Dropped > 0 != (table.missing == MissingDrop && s.Len() < len(table.rows)) || reading.Dropped+s.Len() != len(table.rows) {
			t.Errorf("%d: %d dropped of %d, %d left", i, reading.Dropped, len(table.rows), s.Len())
		}
		checkTable(t, i, s, columns, class)
		gaps, put := 0, 0
		for _, row := range table.rows {
			for _, cell := range row {
				if cell == "" && table.missing == MissingFill {
					gaps++
				}
			}
		}
		for _, m := range reading.Means {
			put += m.Cells
		}
		for _, f := range reading.Frequent {
			put += f.Cells
		}
		if put != gaps {
			t.Errorf("%d: %d cells filled, %d expected", i, put, gaps)
		}

		shuffled := append(slices.Clone(table.names), "other")
		other := table
		other.names, other.rows = shuffled, nil
		for _, row := range table.rows {
			other.rows = append(other.rows, append(slices.Clone(row), "?;\""))
		}
		order := slices.Clone(shuffled)
		r.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		if table.missing == MissingDrop { // categories of rows that were dropped are none of the schema's
			other.rows = slices.DeleteFunc(other.rows, func(row []string) bool { return slices.Contains(row, "") })
		}
		again, _, _, err := collect(Rows{Schema: s.Schema(), Labelled: true, Size: 1 + r.IntN(9)}, other.text(order, ";"))
		if err != nil {
			t.Errorf("%d: %v\n%s", i, err, other.text(order, ";"))
			continue
		}
		if !slices.Equal(again.X, s.X) || !slices.Equal(again.Class, s.Class) || !slices.Equal(again.Y, s.Y) {
			t.Errorf("%d: by the schema %v, %v expected", i, again, s)
		}
	}
}

func checkTable(t *testing.T, i int, s *Set, columns map[string][]float64, class []string) {
	t.Helper()
	if err := s.Check(); err != nil {
		t.Errorf("%d: %v", i, err)
		return
	}
	n, k := len(s.Features), 0
	if class == nil {
		k = len(s.Targets)
	}
	if n+k != len(columns) {
		t.Errorf("%d: inputs %q and %d targets, %d expected", i, s.Features, k, len(columns))
		return
	}
	same := func(name string, j int, got float64) {
		want, known := columns[name]
		if !known || j >= len(want) || !(math.Abs(got-want[j]) <= 1e-12*max(1, math.Abs(want[j]))) {
			t.Errorf("%d: example %d, %s: %v, %v expected", i, j, name, got, want)
		}
	}
	for j := range s.Len() {
		for f, name := range s.Features {
			same(name, j, s.X[j*n+f])
		}
		for f := range k {
			same(s.Targets[f], j, s.Y[j*k+f])
		}
		if class != nil && s.Classes[s.Class[j]] != class[j] {
			t.Errorf("%d: example %d is of class %s, %s expected", i, j, s.Classes[s.Class[j]], class[j])
		}
	}
}

// Folds, splits and epochs have every example once, of sets of any number of classes.
func TestRandomDeals(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for range 300 {
		m, k := 2+r.IntN(40), 1+r.IntN(4)
		s := &Set{Features: []string{"number"}}
		for j := range m {
			s.X, s.Class = append(s.X, float64(j)), append(s.Class, r.IntN(k))
		}
		for c := range k {
			s.Classes = append(s.Classes, strconv.Itoa(c))
		}
		if r.IntN(2) == 0 {
			s.Y, s.Targets, s.Class, s.Classes = slices.Clone(s.X), []string{"y"}, nil, nil
		}
		whole := func(what string, parts ...[]float64) {
			all := slices.Concat(parts...)
			slices.Sort(all)
			if !slices.Equal(all, s.X) {
				t.Errorf("%s of %d: %v", what, m, all)
			}
		}
		of := 2 + r.IntN(m-1)
		folds, err := s.Folds(of, r.Uint64())
		if err != nil {
			t.Fatal(err)
		}
		var tests [][]float64
		for _, f := range folds {
			train, err1 := s.Select(f.Train)
			test, err2 := s.Select(f.Test)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			whole("fold", train.X, test.X)
			tests = append(tests, test.X)
		}
		whole("folds", tests...)
		if train, val, held, err := s.SplitThree(0.2, 0.3, r); err == nil {
			whole("split", train.X, val.X, held.X)
		}
		b, err := s.Batches(BatchSettings{Size: r.IntN(m + 2), Seed: r.Uint64(), InOrder: r.IntN(3) == 0})
		if err != nil {
			t.Fatal(err)
		}
		for epoch := range 3 {
			var seen []float64
			for n := range b.PerEpoch() {
				feeds, last, err := b.Batch(epoch, n)
				if err != nil || last != (n == b.PerEpoch()-1) {
					t.Fatal(n, last, err)
				}
				x, y := feeds["X"].Float64s(), feeds["Y"]
				seen = append(seen, x...)
				for at, v := range x {
					j := int(v)
					switch {
					case s.Task() == Regress:
						if y.Float64s()[at] != v {
							t.Errorf("example %d has the target %v", j, y)
						}
					case k <= 2:
						if y.Float64s()[at] != float64(s.Class[j]) {
							t.Errorf("example %d of class %d is %v", j, s.Class[j], y)
						}
					default:
						if one, err := y.At(s.Class[j], at); err != nil || one != 1.0 {
							t.Errorf("example %d of class %d is %v, %v", j, s.Class[j], y, err)
						}
					}
				}
			}
			whole("epoch", seen)
		}
	}
}
