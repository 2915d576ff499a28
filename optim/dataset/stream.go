package dataset

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"chainrule/internal/schema"
)

// Rows reads examples of a schema from CSV text block by block, so that a file may be
// larger than memory: new examples to predict for, or to judge by.
//
// The columns are found by name and may be in any order; others are not looked at.
// Where a file has no header, the schema being that of another one without, its
// columns are called 1, 2, 3 and so on. Texts become inputs, and missing cells are
// filled, as the schema says.
type Rows struct {
	Schema Schema // what the examples are, see Set.Schema

	// CSV says how the text is written. What columns are for is in the schema, so that
	// Label, Targets, Task, Ignore and Text are not looked at. HeaderAuto takes the
	// first line for a header if it has the names of the schema's columns. With
	// MissingDrop, rows are left out that miss what the schema does not fill; any
	// other setting makes it an error.
	CSV CSV

	Labelled bool // read the targets too, which must be there then
	Size     int  // examples of a block; if 0, 4096, or fewer where that is more than a million numbers
}

// A Block is some of the examples of a file. Its memory is used again for the next
// block.
type Block struct {
	*Set
	Lines []int // that each example begins on, from 1
}

// Open reads the blocks of a file. The error, which ends them, is a *[CSVError], as
// of [OpenCSV].
func (r Rows) Open(path string) iter.Seq2[Block, error] {
	return func(yield func(Block, error) bool) {
		f, err := openFile(path)
		if err != nil {
			yield(Block{}, err)
			return
		}
		defer f.Close()
		r.Read(f, path)(yield)
	}
}

// Read reads the blocks of a text; name is what errors call it ("csv" if empty). The
// error, which ends them, is a *[CSVError], as of [ReadCSV]. It takes memory for one
// block and a cell of the text.
func (r Rows) Read(text io.Reader, name string) iter.Seq2[Block, error] {
	return func(yield func(Block, error) bool) {
		if text == nil {
			yield(Block{}, inFile(name, &CSVError{Text: "the reader is nil"}))
			return
		}
		s := stream{Rows: r}
		err := s.open(text)
		some := false
		for err == nil {
			if err = s.fill(); s.block.Len() > 0 && (err == nil || err == io.EOF) {
				some = true
				if !yield(s.block, nil) {
					return
				}
			}
		}
		if err == io.EOF && some {
			return
		}
		if err == io.EOF {
			err = &CSVError{Text: "no examples, only a header"}
			if s.dropped > 0 {
				err = &CSVError{Text: fmt.Sprintf("no examples: each of the %d rows misses something", s.dropped)}
			}
		}
		yield(Block{}, inFile(name, err))
	}
}

// A stream is a text that is being read.
type stream struct {
	Rows
	cells   *scanner
	numbers numbers
	names   []string // of the columns of the text; none before the first row of a text without a header
	at      []int    // schema column of each column, len(Schema.Columns) + k for target k, -1 for one that is not looked at
	first   []int    // input of each schema column
	classes map[string]int
	block   Block
	dropped int
	missing bool // in the row being read
}

func (s *stream) open(text io.Reader) error {
	if err := s.Schema.Check(); err != nil {
		return &CSVError{Text: "the schema: " + strings.TrimPrefix(err.Error(), "schema: ")}
	}
	if err := (CSV{Header: s.CSV.Header, Missing: s.CSV.Missing}).check(); err != nil {
		return err
	}
	if s.Size < 0 {
		return &CSVError{Text: fmt.Sprintf("Rows.Size is %d, at least 0 expected", s.Size)}
	}
	begun, err := begin(text, s.CSV)
	if err != nil {
		return err
	}
	s.cells, s.numbers.mark = begun.cells, begun.mark
	s.prepare()
	header, err := s.hasHeader(begun)
	if err != nil || !header {
		return err
	}
	names, line, err := readNames(s.cells)
	if err == io.EOF {
		return &CSVError{Text: empty}
	}
	if err == nil {
		err = s.match(names)
	}
	return onLine(err, line)
}

// prepare makes room for a block.
func (s *stream) prepare() {
	n := s.Schema.Inputs()
	s.Size = cmp.Or(s.Size, max(1, min(4096, 1<<20/n)))
	s.block.Set = &Set{Features: s.Schema.InputNames(), Columns: s.Schema.Columns}
	input := 0
	for _, c := range s.Schema.Columns {
		s.first = append(s.first, input)
		input += c.Inputs()
	}
	if s.Labelled {
		s.block.Targets, s.block.Classes = s.Schema.Targets, s.Schema.Classes
		s.classes = map[string]int{}
		for k, name := range s.Schema.Classes {
			s.classes[name] = k
		}
	}
}

// hasHeader reports whether the first row is a header.
func (s *stream) hasHeader(begun start) (bool, error) {
	if h := s.CSV.Header; h == HeaderYes || h == HeaderNo {
		return h == HeaderYes, nil
	}
	for _, c := range s.Schema.Columns {
		if _, err := strconv.ParseUint(c.Name, 10, 32); err != nil {
			return true, nil
		}
	}
	look := newScanner(nil, begun.sample, io.EOF, begun.separator)
	names, line, err := readNames(look)
	if err != nil {
		return false, nil // an example with an empty cell, or what will come up again
	}
	if _, err := s.Schema.Match(names); err == nil {
		return false, headerDoubt(line, "it has the numbers that the columns are called by")
	}
	return false, nil
}

// match finds the columns of the schema.
func (s *stream) match(names []string) error {
	order, err := s.Schema.Match(names)
	if err == nil && s.Labelled {
		var targets []int
		targets, err = s.Schema.MatchTargets(names)
		order = append(order, targets...)
	}
	if err != nil {
		return &CSVError{Text: strings.TrimPrefix(err.Error(), "schema: ")}
	}
	s.names, s.at = names, make([]int, len(names))
	for i := range s.at {
		s.at[i] = -1
	}
	for column, i := range order {
		s.at[i] = column
	}
	return nil
}

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
			return line, nil, &CSVError{Line: line, Text: fmt.Sprintf("more than %d cells given, %d expected", i, len(s.at))}
		}
		if column := s.at[i]; column >= 0 && problem == nil {
			if text := s.take(cell, column, x, y); text != "" {
				problem = &CSVError{Line: s.cells.cellLine, Column: i + 1, Text: "column " + plain(s.names[i]) + ": " + text}
			}
		}
		if last && i+1 < len(s.at) {
			return line, nil, &CSVError{Line: line, Text: fmt.Sprintf("%d cells given, %d expected", i+1, len(s.at))}
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
