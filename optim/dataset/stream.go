package dataset

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"chainrule/internal/words"
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

	// Ignored are the columns of the text that are not looked at, but for targets; the same
	// in every block.
	Ignored []string
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
				err = &CSVError{Text: fmt.Sprintf("no examples: each of %s misses something", words.Count(s.dropped, "row"))}
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
	for i, name := range names {
		if s.at[i] < 0 && !slices.Contains(s.Schema.Targets, strings.TrimSpace(name)) {
			s.block.Ignored = append(s.block.Ignored, name)
		}
	}
	return nil
}
