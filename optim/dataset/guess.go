package dataset

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// sampleSize is the number of bytes that guesses are made from.
const sampleSize = 64 << 10

// separators are those between cells that are known.
const separators = ",;\t|"

// separatorOf finds the separator that is set, or the one of a text that begins
// with the sample; whole says that the sample is all of it.
func separatorOf(set string, sample []byte, whole bool) (byte, error) {
	switch {
	case set == "":
		return guessSeparator(sample, whole)
	case set == "tab":
		return '\t', nil
	case len(set) == 1 && strings.Contains(separators, set):
		return set[0], nil
	}
	return 0, &CSVError{Text: fmt.Sprintf(`CSV.Separator is %s; ",", ";", "|" or "tab" expected`, quote(set))}
}

// guessSeparator finds the only separator that is in all of the first rows
// equally often. Where there are two, one of which is a comma inside numbers, it
// is the other one.
func guessSeparator(sample []byte, whole bool) (byte, error) {
	rows := countSeparators(sample, whole)
	if len(rows) == 0 {
		return ',', nil
	}
	var in, equally []byte // the separators of the first row, and of these the ones of all rows
	for k, c := range []byte(separators) {
		if rows[0][k] == 0 {
			continue
		}
		in = append(in, c)
		if !slices.ContainsFunc(rows, func(row [len(separators)]int) bool { return row[k] != rows[0][k] }) {
			equally = append(equally, c)
		}
	}
	if len(equally) == 0 {
		equally = in // the rows have different numbers of cells, whatever it is
	}
	switch {
	case len(equally) == 0:
		return ',', nil // one column
	case len(equally) == 1:
		return equally[0], nil
	case len(equally) == 2 && equally[0] == ',' && commasAreDecimal(sample, equally[1]):
		return equally[1], nil
	}
	return 0, &CSVError{Line: 1, Text: fmt.Sprintf("both %q and %q may separate the cells: CSV.Separator tells", equally[0], equally[1])}
}

// countSeparators counts each separator outside quotes in the first rows that
// are not blank, ten at most.
func countSeparators(sample []byte, whole bool) [][len(separators)]int {
	const most = 10
	var rows [][len(separators)]int
	var row [len(separators)]int
	inQuotes, blank := false, true
	end := func() {
		if !blank && len(rows) < most {
			rows = append(rows, row)
		}
		row, blank = [len(separators)]int{}, true
	}
	for _, c := range sample {
		k := strings.IndexByte(separators, c)
		switch {
		case c == '"':
			inQuotes, blank = !inQuotes, false
		case inQuotes:
		case c == '\n' || c == '\r':
			end()
		case k >= 0:
			row[k]++
			blank = blank && c == '\t'
		case c != ' ':
			blank = false
		}
	}
	if whole || len(rows) == 0 {
		end()
	}
	return rows
}

// commasAreDecimal reports whether every comma stands between digits, no two of
// them in one cell.
func commasAreDecimal(sample []byte, separator byte) bool {
	commas := 0
	digit := func(i int) bool { return i >= 0 && i < len(sample) && '0' <= sample[i] && sample[i] <= '9' }
	for i, c := range sample {
		switch c {
		case separator, '\n', '\r':
			commas = 0
		case ',':
			if commas++; commas > 1 || !digit(i-1) || !digit(i+1) {
				return false
			}
		}
	}
	return true
}

// A look is what a row shows of itself.
type look struct {
	kinds    []kind // of its cells
	named    bool   // one cell is a name that the settings give
	counting bool   // the cells are 0, 1, 2 … or 1, 2, 3 …
	from     int    // the first of them
}

// A kind is that of a cell.
type kind byte

const (
	isText kind = iota
	isNumber
	isNone
)

// lookAt looks at the next row that is not blank.
func lookAt(s *scanner, names []string) look {
	var l look
	for i := 0; ; i++ {
		last, err := s.next()
		if err != nil {
			return l
		}
		cell := bytes.TrimSpace(s.cell)
		if i == 0 && last && len(cell) == 0 {
			i = -1
			continue
		}
		l.add(cell)
		l.named = l.named || slices.Contains(names, string(cell))
		if last {
			return l
		}
	}
}

// add takes in a cell.
func (l *look) add(cell []byte) {
	if i := len(l.kinds); i == 0 {
		l.counting = string(cell) == "0" || string(cell) == "1"
		l.from = len(bytes.Trim(cell, "0"))
	} else {
		l.counting = l.counting && string(cell) == strconv.Itoa(l.from+i)
	}
	kind := isText
	switch {
	case isMissing(cell):
		kind = isNone
	case looksNumeric(cell):
		kind = isNumber
	}
	l.kinds = append(l.kinds, kind)
}

// looksNumeric tells digits with signs and marks where numbers have them. It
// keeps no memory busy, as an error of a cell would.
func looksNumeric(cell []byte) bool {
	digits := 0
	for i, c := range cell {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case c == '.' || c == ',':
		case (c == '+' || c == '-') && (i == 0 || cell[i-1]|0x20 == 'e'):
		case c|0x20 == 'e' && digits > 0:
		default:
			return false
		}
	}
	return digits > 0
}

// guessHeader reports whether the first row of a text, which begins with the
// sample, is a header. See [HeaderAuto] for the rule.
func guessHeader(c CSV, sample []byte, separator byte) (bool, error) {
	var names []string // a number may be the name of a column without one
	for _, name := range slices.Concat(c.targetNames(), c.Ignore, c.Text) {
		name = strings.TrimSpace(name)
		if _, err := strconv.Atoi(name); name != "" && err != nil {
			names = append(names, name)
		}
	}
	s := newScanner(nil, sample, io.EOF, separator)
	first := lookAt(s, names)
	line := s.cellLine
	second := lookAt(s, nil)
	if first.named {
		return true, nil
	}
	for i := range min(len(first.kinds), len(second.kinds)) {
		if first.kinds[i] == isText && second.kinds[i] == isNumber {
			return true, nil
		}
	}
	aside := c.targetColumns(len(first.kinds))
	count := func(l look) (of [3]int) {
		for i, kind := range l.kinds {
			if !slices.Contains(aside, i) {
				of[kind]++
			}
		}
		return of
	}
	in := count(first)
	switch {
	case in[isNumber] == 0 && len(second.kinds) == len(first.kinds) && count(second)[isText] > 0:
		return guessTexts(sample, separator, line, aside)
	case in[isNumber] == 0:
		return true, nil
	case first.counting:
		return false, headerDoubt(line, "its numbers count up, as those do that pandas writes for columns without names")
	case in[isText] == 0:
		return false, nil
	}
	return false, headerDoubt(line, "it has numbers and texts, but no text above a number")
}

// targetColumns returns the numbers of the columns to predict of so many without
// names, from 0.
func (c CSV) targetColumns(columns int) []int {
	var out []int
	for _, name := range c.targetNames() {
		if n, err := strconv.Atoi(strings.TrimSpace(name)); err == nil && n >= 1 && n <= columns {
			out = append(out, n-1)
		}
	}
	if out == nil {
		out = []int{columns - 1}
	}
	return out
}

// guessTexts is guessHeader where both of the first rows have texts only, the target
// aside.
func guessTexts(sample []byte, separator byte, line int, aside []int) (bool, error) {
	const most = 64 // columns that are looked at
	s := newScanner(nil, sample, io.EOF, separator)
	var rows [2][]string
	var again [2]bool
	for row := 0; ; {
		cells := 0
		for last := false; !last; cells++ {
			var err error
			if last, err = s.next(); err != nil {
				switch {
				case again[0]:
					return false, headerDoubt(line, "it has texts only, but these come up again")
				case again[1]:
					return true, nil
				}
				return false, headerDoubt(line, "it has texts only, and so has the next")
			}
			cell := bytes.TrimSpace(s.cell)
			switch {
			case cells == 0 && last && len(cell) == 0:
				cells = -1
			case cells >= most:
			case row < len(rows):
				rows[row] = append(rows[row], string(cell))
			}
			for k := range min(row, len(rows)) {
				if cells >= 0 && cells < len(rows[k]) && !slices.Contains(aside, cells) && rows[k][cells] == string(cell) {
					again[k] = true
				}
			}
		}
		if cells > 0 {
			row++
		}
	}
}

// headerDoubt asks what the first row is.
func headerDoubt(line int, why string) *CSVError {
	return &CSVError{Line: line, Text: "is this line a header or an example? " + why + ": CSV.Header tells"}
}
