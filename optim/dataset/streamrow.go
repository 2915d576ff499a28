package dataset

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"chainrule/internal/schema"
	"chainrule/internal/words"
)

// fill reads the next block; io.EOF comes with the last one.
func (s *stream) fill() error {
	b := &s.block
	b.X, b.Class, b.Y, b.Lines = b.X[:0], b.Class[:0], b.Y[:0], b.Lines[:0]
	for len(b.Lines) < s.Size {
		if err := s.row(); err != nil {
			return err
		}
	}
	return nil
}

// row reads an example.
func (s *stream) row() error {
	if s.names == nil {
		if err := s.numbered(); err != nil {
			return err
		}
	}
	b := &s.block
	x, y, class := len(b.X), len(b.Y), len(b.Class)
	b.X = extended(b.X, len(b.Features))
	switch {
	case s.Labelled && s.Schema.Task == Regress:
		b.Y = extended(b.Y, len(b.Targets))
	case s.Labelled:
		b.Class = append(b.Class, 0)
	}
	s.missing = false
	line, problem, err := s.readCells(b.X[x:], b.Y[y:])
	if err == nil && problem != nil {
		err = problem
	}
	if err != nil || s.missing {
		b.X, b.Y, b.Class = b.X[:x], b.Y[:y], b.Class[:class]
		if err == nil {
			s.dropped++
		}
		return err
	}
	b.Lines = append(b.Lines, line)
	return nil
}

// extended returns v with n more entries, of any value.
func extended(v []float64, n int) []float64 { return slices.Grow(v, n)[:len(v)+n] }

// readCells reads a row that is not blank into x, y and the last of the classes. The
// problem is that of its first wrong cell.
func (s *stream) readCells(x, y []float64) (line int, problem *CSVError, err error) {
	for i := 0; ; i++ {
		last, err := s.cells.next()
		if err != nil {
			return line, nil, err
		}
		cell := bytes.TrimSpace(s.cells.cell)
		switch {
		case i == 0 && last && len(cell) == 0:
			i = -1 // a blank line
			continue
		case i == 0:
			line = s.cells.cellLine
		case i == len(s.at):
			return line, nil, &CSVError{Line: line, Text: fmt.Sprintf("more than %s given, as many expected", words.Count(i, "cell"))}
		}
		if column := s.at[i]; column >= 0 && problem == nil {
			if text := s.take(cell, column, x, y); text != "" {
				problem = &CSVError{Line: s.cells.cellLine, Column: i + 1, Text: "column " + plain(s.names[i]) + ": " + text}
			}
		}
		if last && i+1 < len(s.at) {
			return line, nil, &CSVError{Line: line, Text: fmt.Sprintf("%s given, %d expected", words.Count(i+1, "cell"), len(s.at))}
		}
		if last {
			return line, problem, nil
		}
	}
}

// numbered names the columns of a text without a header, before its first row, by
// how many cells that has.
func (s *stream) numbered() error {
	look := *s.cells // which is in the sample, where the first row is read again
	if look.r != nil {
		look.ended = io.EOF
	}
	cells := 0
	for last := false; !last && cells <= maxColumns; {
		var err error
		if last, err = look.next(); err != nil {
			if err == io.EOF {
				return &CSVError{Text: empty}
			}
			return err
		}
		if cells == 0 && last && len(bytes.TrimSpace(look.cell)) == 0 {
			last = false
			continue
		}
		cells++
	}
	if cells > maxColumns {
		return tooMany(look.line)
	}
	return onLine(s.match(numberedNames(cells)), look.cellLine)
}

// take puts a cell where it belongs, or returns what is wrong with it.
func (s *stream) take(cell []byte, column int, x, y []float64) (problem string) {
	if k := column - len(s.Schema.Columns); k >= 0 {
		return s.takeTarget(cell, k, y)
	}
	c := &s.Schema.Columns[column]
	x = x[s.first[column]:][:c.Inputs()]
	isMissing := isMissing(cell)
	switch {
	case isMissing && c.Fill == nil && c.FillCategory == "" && s.CSV.Missing == MissingDrop && !has(c, cell):
		s.missing = true
		return ""
	case c.Categories == nil && !isMissing:
		x[0], problem = s.number(cell)
		return problem
	}
	if err := c.Encode(string(cell), '.', x); err != nil {
		return err.Error()
	}
	return ""
}

// has reports whether a cell is a category, which a word for missing ones may be.
func has(c *schema.Column, cell []byte) bool {
	for _, category := range c.Categories {
		if category == string(cell) {
			return true
		}
	}
	return false
}

// number reads a number. A comma that may separate thousands is an error at once,
// since a later number is too late to tell.
func (s *stream) number(cell []byte) (v float64, problem string) {
	v, problem = s.numbers.parse(cell, s.cells.cellLine, 1)
	if problem == "" && s.numbers.doubt != nil && !s.numbers.sure {
		problem = s.numbers.doubt.Text
	}
	return v, problem
}

func (s *stream) takeTarget(cell []byte, k int, y []float64) (problem string) {
	class := s.Schema.Task == Classify
	switch {
	case s.CSV.Missing == MissingDrop && (len(cell) == 0 || !class && isMissing(cell)):
		s.missing = true
		return ""
	case !class && isMissing(cell):
		return quote(string(cell)) + " given, a number expected: the target is missing"
	case !class:
		y[k], problem = s.number(cell)
		return problem
	}
	number, known := s.classes[string(cell)]
	if !known {
		_, err := s.Schema.Class(string(cell))
		return strings.TrimPrefix(err.Error(), "schema: ")
	}
	s.block.Class[len(s.block.Class)-1] = number
	return ""
}
