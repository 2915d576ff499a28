package terminal

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// runs is a table that takes 61 columns, 42 with a header of two lines and 41 with
// one of three.
func runs() Table {
	return Table{Header: []string{"network", "m", "same bits, one by one", "largest difference"}, Ruled: true, Right: []bool{false, true, true, true},
		Rows: [][]string{{"2-4-1", "10", "10", "0"}, {"784-128-10", "1000", "3138", "6.7e-16"}}}
}

func TestTableFits(t *testing.T) {
	upright := `  network        m  same bits, one by one  largest difference
  ──────────  ────  ─────────────────────  ──────────────────
  2-4-1         10                     10                   0
  784-128-10  1000                   3138             6.7e-16
`
	folded := `                    same bits,     largest
  network        m  one by one  difference
  ──────────  ────  ──────────  ──────────
  2-4-1         10          10           0
  784-128-10  1000        3138     6.7e-16
`
	turned := `  network                2-4-1
  m                      10
  same bits, one by one  10
  largest difference     0

  network                784-128-10
  m                      1000
  same bits, one by one  3138
  largest difference     6.7e-16
`
	broken := `  network
      2-4-1
  m
      10
  same bits, one
  by one
      10
  largest
  difference
      0

  network
      784-128-10
  m
      1000
  same bits, one
  by one
      3138
  largest
  difference
      6.7e-16
`
	for width, want := range map[int]string{0: upright, 80: upright, 61: upright, 60: folded, 42: folded, 40: turned, 35: turned, 16: broken} {
		if got := runs().Text(width); got != want {
			t.Errorf("width %d:\n%s\nwant\n%s", width, got, want)
		}
	}
}

// What a table says is there at any width, and no line is too long as long as
// the longest word has room.
func TestTableKeepsWords(t *testing.T) {
	table := Table{Header: []string{"", "what the program says", "m"}, Rows: [][]string{
		{"W1 lying", "MatMul(W1, x): the first factor has 4 columns and the second 3 rows", "5"}, {"b1", "", "17"}}}
	want := strings.Fields("W1 lying MatMul(W1, x): the first factor has 4 columns and the second 3 rows 5 b1 17")
	for width := 18; width <= 100; width++ {
		got := table.Text(width)
		at := 0
		for _, word := range strings.Fields(got) {
			if at < len(want) && word == want[at] {
				at++
			}
		}
		if at < len(want) {
			t.Errorf("width %d: no %q in\n%s", width, want[at], got)
		}
		for line := range strings.Lines(got) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("width %d: %d columns in %q", width, n, line)
			}
		}
	}
	if got := table.Text(80); !strings.HasPrefix(got, "  W1 lying\n  what the program says\n") {
		t.Errorf("a cell without a name is not the head of its record:\n%s", got)
	}
}

// Rows without a header stand in the same columns.
func TestTableWithoutHeader(t *testing.T) {
	rows := [][]string{{"a", "1", ""}, {"βb", "", "x"}, {"", "333", "yy"}}
	want := "  a   1\n  βb       x\n      333  yy\n"
	var b strings.Builder
	w := &Writer{W: &b, Width: 4}
	w.Table(rows)
	if got := (Table{Rows: rows}).Text(4); got != want || b.String() != want {
		t.Errorf("%q and %q, want %q", got, b.String(), want)
	}
	if n := TableWidth(rows); n != 13 {
		t.Errorf("%d columns, want 13", n)
	}
	if got := (Table{}).Text(0); got != "" {
		t.Errorf("%q without rows", got)
	}
}
