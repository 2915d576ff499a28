package dataset

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A table reads rows and keeps their numbers and classes.
type table struct {
	text   *text
	csv    *csv.Reader
	header header
	x      pieces[float64]
	class  pieces[uint16] // which is enough for maxClasses
	codes  codes
	size   int64 // bytes of the file; 0 once it has been used or if it is not known
}

// read reads a set from a file of the given size, 0 if it is not known. Errors
// have no file yet.
func read(r io.Reader, size int64, c CSV) (*Set, error) {
	t := &table{text: &text{r: r, line: 1}, codes: codes{numbers: map[string]uint16{}}, size: size}
	buffer := bufio.NewReaderSize(t.text, 1<<16)
	if err := skipMark(buffer); err != nil {
		return nil, err
	}
	t.csv = csv.NewReader(buffer)
	t.csv.ReuseRecord = true
	t.csv.TrimLeadingSpace = true
	t.csv.FieldsPerRecord = -1 // checked here
	if err := t.readHeader(c.Label); err != nil {
		return nil, err
	}
	for {
		record, err := t.next()
		if err == io.EOF {
			return t.set()
		}
		if err == nil {
			err = t.add(record)
		}
		if err != nil {
			return nil, err
		}
		t.reserve()
	}
}

func (t *table) readHeader(label string) error {
	record, err := t.next()
	if err == io.EOF {
		return &CSVError{Text: "the file is empty, a header with the names of the columns expected"}
	}
	if err != nil {
		return err
	}
	t.header, err = newHeader(record, label)
	return t.located(err)
}

// next returns the cells of the next row that is not blank, io.EOF after the
// last one.
func (t *table) next() ([]string, error) {
	for {
		record, err := t.csv.Read()
		if err != nil {
			return nil, t.readError(err)
		}
		t.text.endRow()
		if len(record) > 1 || strings.TrimSpace(record[0]) != "" {
			return record, nil
		}
	}
}

// readError tells why there is no further row.
func (t *table) readError(err error) error {
	var syntax *csv.ParseError
	if errors.As(err, &syntax) && (t.text.err == nil || syntax.StartLine < t.text.err.Line) {
		return quoting(syntax)
	}
	if t.text.err != nil {
		return t.text.err
	}
	return err
}

// quoting says what the only mistakes are that encoding/csv reports.
func quoting(e *csv.ParseError) error {
	text := "a quote inside a cell that does not begin with one"
	if errors.Is(e.Err, csv.ErrQuote) {
		text = "a quoted cell is not closed, or text follows its closing quote"
	}
	text = fmt.Sprintf("bad quoting: %s (byte %d of the line", text, e.Column)
	if e.Line != e.StartLine {
		text += fmt.Sprintf(", in the row that begins on line %d", e.StartLine)
	}
	return &CSVError{Line: e.Line, Text: text + ")", Err: e}
}

// located gives an error about a cell, or the row, of the last record its line.
func (t *table) located(err error) error {
	var e *CSVError
	if errors.As(err, &e) && e.Line == 0 {
		e.Line, _ = t.csv.FieldPos(max(e.Column-1, 0))
	}
	return err
}

// add takes in one row.
func (t *table) add(record []string) error {
	if len(record) != len(t.header.names) {
		return t.located(&CSVError{Text: fmt.Sprintf("%d cells given, %d expected", len(record), len(t.header.names))})
	}
	for i, cell := range record {
		cell = strings.TrimSpace(cell)
		problem := ""
		if i == t.header.label {
			var code uint16
			code, problem = t.codes.of(cell)
			t.class.add(code)
		} else {
			var v float64
			v, problem = parse(cell)
			t.x.add(v)
		}
		if problem != "" {
			return t.located(&CSVError{Column: i + 1, Text: "column " + plain(t.header.names[i]) + ": " + problem})
		}
	}
	return nil
}

// reserve makes room for all numbers of the file, as many as its size and its
// first rows lead to expect, once there are enough of these.
func (t *table) reserve() {
	const (
		enough = 1 << 20 // bytes of rows
		most   = 1 << 28 // numbers, 2 GiB: a wild guess must not use up the addresses
	)
	if read := t.csv.InputOffset(); t.size > 0 && read > enough {
		guess := 1.02 * float64(t.x.len()) * float64(t.size) / float64(read)
		t.x.reserve(int(min(guess, most)))
		t.size = 0
	}
}

// parse returns a finite number or what is wrong with the cell.
func parse(cell string) (v float64, problem string) {
	v, err := strconv.ParseFloat(cell, 64)
	switch {
	case err == nil && isFinite(v) && isDecimal(cell):
		return v, ""
	case err == nil && !isFinite(v):
		return 0, quote(cell) + " is not a finite number"
	case cell == "":
		return 0, "the cell is empty, a number expected"
	case errors.Is(err, strconv.ErrRange):
		return 0, quote(cell) + " is too large a number"
	}
	return 0, quote(cell) + " is not a number"
}

// isDecimal tells a number in decimal digits from Go's 1_000 and 0x1p4.
func isDecimal(cell string) bool {
	for i := range len(cell) {
		if c := cell[i]; c > '9' && c != 'e' && c != 'E' {
			return false
		}
	}
	return true
}

// set returns what has been read.
func (t *table) set() (*Set, error) {
	switch {
	case t.class.len() == 0:
		return nil, &CSVError{Text: "no examples, only a header"}
	case len(t.codes.names) == 1:
		return nil, &CSVError{Text: fmt.Sprintf("column %s: all examples are of class %s, at least two classes expected",
			plain(t.header.names[t.header.label]), quote(t.codes.names[0]))}
	}
	classes, rank := t.codes.sorted()
	s := &Set{X: t.x.join(), Class: make([]int, 0, t.class.len()), Features: t.header.features(), Classes: classes}
	for code := range t.class.all() {
		s.Class = append(s.Class, rank[code])
	}
	return s, nil
}
