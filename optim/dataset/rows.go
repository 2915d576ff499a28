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

// A table reads rows and keeps their numbers, texts and targets.
type table struct {
	settings CSV
	cells    *scanner
	columns  header // none before the first row of a text without a header
	numbers  numbers
	x        pieces[float64] // NaN where a cell is missing and something is to be put; codes of texts
	holds    []byte          // what each feature has
	texts    map[int]*codes  // of the features that have texts
	targets  targets
	reading  Reading
	guessed  int  // line of the first example if that may be a header, for all that is known
	decimals bool // that one has decimals
	row      row
}

// A row is one that is being read.
type row struct {
	line     int
	cells    int // read
	x        int // numbers in the table before it
	feature  int // of the next cell of one
	label    []byte
	y        []float64 // targets as numbers
	decimals bool      // a number has decimals
	added    []*codes  // that have a new text from it, once for each
	problem  *CSVError // the first one
	missing  bool      // it is to be dropped
}

// next reads a row that is not blank, io.EOF if there is none.
func (t *table) next() error {
	t.row = row{x: t.x.len(), label: t.row.label[:0], y: t.row.y[:0], added: t.row.added[:0]}
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
	switch role, k := t.role(last); role {
	case isTarget:
		problem = t.takeTarget(cell, k)
	case isIndex:
		v, wrong := new(numbers).parse(cell, 0, 0)
		if wrong == "" && v != math.Trunc(v) {
			problem = fmt.Sprintf("the first column has no name, but is no index of whole numbers or texts: %s given. Name it", quote(string(cell)))
		}
	case isFeature:
		problem = t.takeFeature(cell)
	}
	if problem != "" {
		t.row.problem = t.problem(t.row.cells, t.cells.cellLine, problem)
	}
}

// role is that of the cell being read, with the number of a target.
func (t *table) role(last bool) (r role, target int) {
	column := t.row.cells
	if t.columns.names != nil {
		if r = t.columns.roles[column]; r == isTarget {
			target = slices.Index(t.columns.targets, column)
		}
		return r, target
	}
	name, targets := strconv.Itoa(column+1), t.settings.targetNames()
	is := func(s string) bool { return strings.TrimSpace(s) == name }
	switch k := slices.IndexFunc(targets, is); {
	case slices.ContainsFunc(t.settings.Ignore, is):
		return isIgnored, 0
	case k >= 0:
		return isTarget, k
	case targets == nil && last:
		return isTarget, 0
	}
	return isFeature, 0
}

// columnName is the name of a column, or its number if it has none.
func (t *table) columnName(column int) string {
	if t.columns.names != nil {
		return t.columns.names[column]
	}
	return strconv.Itoa(column + 1)
}

// endRow checks and keeps a row that has been read.
func (t *table) endRow() error {
	r := &t.row
	if t.columns.names == nil {
		h, err := numberedHeader(r.cells, t.settings)
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
		for _, c := range r.added {
			c.pop()
		}
		t.reading.Dropped++
		return nil
	}
	if problem := t.endTarget(); problem != "" {
		return t.problem(t.columns.targets[0], t.row.line, problem)
	}
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
	name := t.columnName(column)
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
	t := &table{settings: c}
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
