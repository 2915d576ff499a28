package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"chainrule/internal/words"
)

// A table reads rows and keeps their numbers and classes.
type table struct {
	settings CSV
	cells    *scanner
	columns  schema // none before the first row of a text without a header
	numbers  numbers
	x        pieces[float64] // NaN where a number is missing and the mean of its column is to be put
	gaps     bool            // there is such a NaN
	class    pieces[uint16]  // which is enough for maxClasses
	codes    codes
	reading  Reading
	guessed  int // line of the first example if that may be a header, for all that is known
	row      row
}

// A row is one that is being read.
type row struct {
	line    int
	cells   int // read
	x       int // numbers in the table before it
	label   []byte
	problem *CSVError // the first one
	missing bool      // it is to be dropped
}

// next reads a row that is not blank, io.EOF if there is none.
func (t *table) next() error {
	t.row = row{x: t.x.len(), label: t.row.label[:0]}
	for {
		last, err := t.cells.next()
		if err != nil {
			return err
		}
		cell := bytes.TrimSpace(t.cells.cell)
		switch {
		case t.row.cells > 0:
		case last && len(cell) == 0:
			continue
		default:
			t.row.line = t.cells.cellLine
		}
		if t.row.cells == maxColumns {
			return t.tooMany()
		}
		if t.row.problem == nil && (t.columns.names == nil || t.row.cells < len(t.columns.names)) {
			t.take(cell, last)
		}
		if t.row.cells++; last {
			return t.endRow()
		}
	}
}

// take takes in a cell, the last one of its row or not.
func (t *table) take(cell []byte, last bool) {
	problem := ""
	switch t.role(last) {
	case isLabel:
		t.row.label = append(t.row.label, cell...)
		problem = t.takeClass(cell)
	case isIndex:
		v, wrong := new(numbers).parse(cell, 0, 0)
		if wrong == "" && v != math.Trunc(v) {
			problem = fmt.Sprintf("the first column has no name, but is no index of whole numbers or texts: %s given. Name it", quote(string(cell)))
		}
	case isFeature:
		problem = t.takeNumber(cell)
	}
	if problem != "" {
		t.row.problem = t.problem(t.row.cells, t.cells.cellLine, problem)
	}
}

// role is that of the cell being read.
func (t *table) role(last bool) role {
	if t.columns.names != nil {
		return t.columns.roles[t.row.cells]
	}
	name, label := strconv.Itoa(t.row.cells+1), strings.TrimSpace(t.settings.Label)
	switch {
	case slices.ContainsFunc(t.settings.Ignore, func(s string) bool { return strings.TrimSpace(s) == name }):
		return isIgnored
	case label == name, label == "" && last:
		return isLabel
	}
	return isFeature
}

// takeNumber adds the number of a cell, or returns what is wrong with it.
func (t *table) takeNumber(cell []byte) (problem string) {
	if !isMissing(cell) {
		v, problem := t.numbers.parse(cell, t.cells.cellLine, t.row.cells+1)
		if !t.row.missing {
			t.x.add(v)
		}
		return problem
	}
	switch t.settings.Missing {
	case MissingDrop:
		t.row.missing = true
	case MissingMean:
		t.x.add(math.NaN())
		t.gaps = true
	default:
		if len(cell) == 0 {
			return "the cell is empty, a number expected; CSV.Missing tells what to do about missing ones"
		}
		return quote(string(cell)) + " is not a number; CSV.Missing tells what to do about missing ones"
	}
	return ""
}

// takeClass returns what is wrong with the cell of a class before its row has ended.
func (t *table) takeClass(cell []byte) (problem string) {
	switch {
	case len(cell) > 0:
		return ""
	case t.settings.Missing == MissingDrop:
		t.row.missing = true
		return ""
	case t.settings.Missing == MissingMean:
		return "the cell is empty, a class expected: there is no mean of classes"
	}
	return "the cell is empty, a class expected"
}

// endRow checks and keeps a row that has been read.
func (t *table) endRow() error {
	r := &t.row
	if t.columns.names == nil {
		h, err := numberedSchema(r.cells, t.settings)
		if err != nil {
			return onLine(err, r.line)
		}
		t.columns = h
	}
	switch {
	case r.cells != len(t.columns.names):
		return &CSVError{Line: r.line, Text: fmt.Sprintf("%s given, %d expected", words.Count(r.cells, "cell"), len(t.columns.names))}
	case r.problem != nil:
		return r.problem
	case r.missing:
		t.x.cut(r.x)
		t.reading.Dropped++
		return nil
	}
	code, problem := t.codes.of(r.label)
	if problem != "" {
		return t.problem(t.columns.label, t.row.line, problem)
	}
	t.class.add(code)
	return nil
}

// tooMany is the error of a row with more cells than a file may have columns.
func (t *table) tooMany() error {
	if len(t.columns.names) == 0 {
		return tooMany(t.row.line)
	}
	return &CSVError{Line: t.row.line, Text: fmt.Sprintf("more than %d cells given, %d expected", maxColumns, len(t.columns.names))}
}

// problem is what is wrong with the cell of a column.
func (t *table) problem(column, line int, text string) *CSVError {
	name := strconv.Itoa(column + 1)
	if t.columns.names != nil {
		name = t.columns.names[column]
	}
	if name == "" {
		return &CSVError{Line: line, Column: column + 1, Text: text}
	}
	return &CSVError{Line: line, Column: column + 1, Text: "column " + plain(name) + ": " + text}
}

// onLine gives an error without a line one.
func onLine(err error, line int) error {
	var e *CSVError
	if errors.As(err, &e) && e.Line == 0 {
		e.Line = line
	}
	return err
}

// read reads a set. Errors have no file yet.
func read(r io.Reader, c CSV) (*Set, Reading, error) {
	t := &table{settings: c, codes: codes{numbers: map[string]uint16{}}}
	err := t.open(r)
	for err == nil {
		err = t.next()
	}
	if err != io.EOF {
		return nil, Reading{}, err
	}
	set, err := t.set()
	return set, t.reading, err
}
