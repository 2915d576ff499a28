package dataset

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
)

// maxCell is the number of bytes that a cell may have: more is no table, or a
// quote that nothing closes.
const maxCell = 64 << 10

// A scanner cuts a text into cells, by the rules of RFC 4180, and holds one cell
// at a time, so that a hostile row takes no more memory than any other.
type scanner struct {
	r         *bufio.Reader
	separator byte
	inPlain   [256]bool // the bytes at which a cell without quotes stops
	inQuoted  [256]bool // the bytes at which the text between quotes stops
	buf       []byte    // what r has ready; read up to pos
	pos       int
	passed    int64 // bytes of the text before buf
	ended     error // why there is nothing after buf, io.EOF at the end
	line      int   // that the next byte is in, from 1
	lineStart int64 // bytes before that line
	inRow     bool  // the next cell is not the first of its row
	cell      []byte
	cellLine  int // that the cell begins in
}

// newScanner reads buf, which r has ready, and goes on with r unless ended tells
// why there is no more.
func newScanner(r *bufio.Reader, buf []byte, ended error, separator byte) *scanner {
	s := &scanner{r: r, buf: buf, ended: ended, separator: separator, line: 1}
	for _, c := range []byte{separator, '\n', '\r', '"', 0} {
		s.inPlain[c] = true
		s.inQuoted[c] = c != separator
	}
	return s
}

// next reads the next cell into s.cell and reports whether it is the last one of
// its row. The error is io.EOF, and nothing else, where no row is left. A blank
// line is a row of one blank cell.
func (s *scanner) next() (last bool, err error) {
	s.cell = s.cell[:0]
	c, err := s.skipBlanks()
	s.cellLine = s.line
	switch {
	case err == io.EOF && s.inRow: // after a separator
		s.inRow = false
		return true, nil
	case err != nil:
		return false, err
	case c == '"':
		err = s.quoted()
	default:
		err = s.plain()
	}
	if err != nil {
		return false, err
	}
	return s.endCell()
}

// plain reads a cell without quotes.
func (s *scanner) plain() error {
	c, err := s.take(&s.inPlain)
	if err == nil && c == '"' {
		return s.here().quoting(csv.ErrBareQuote, "a quote inside a cell that does not begin with one")
	}
	return notEnd(err)
}

// quoted reads a cell in quotes. Line breaks in it become \n.
func (s *scanner) quoted() error {
	open := s.here()
	s.pos++
	for {
		c, err := s.take(&s.inQuoted)
		switch {
		case err == io.EOF:
			return open.quoting(csv.ErrQuote, "a quoted cell is never closed")
		case err != nil:
			return err
		case c != '"':
			s.newline()
			s.cell = append(s.cell, '\n')
			continue
		}
		quote := s.here()
		s.pos++
		if c, err = s.peek(); err == nil && c == '"' { // two of them are one in the cell
			s.pos++
			s.cell = append(s.cell, '"')
			continue
		}
		if c, err = s.skipBlanks(); err == nil && !s.inPlain[c] || c == '"' {
			return quote.quoting(csv.ErrQuote, "text follows the closing quote of a cell")
		}
		return notEnd(err)
	}
}

// take appends to the cell up to a byte at which it stops, which it returns
// without passing over it.
func (s *scanner) take(stops *[256]bool) (byte, error) {
	for {
		start := s.pos
		for s.pos < len(s.buf) && !stops[s.buf[s.pos]] {
			s.pos++
		}
		if len(s.cell)+s.pos-start > maxCell {
			return 0, &CSVError{Line: s.cellLine, Text: fmt.Sprintf("a cell has more than %d KiB, which is the limit: "+
				"the file is no table, or a quote is never closed", maxCell>>10)}
		}
		s.cell = append(s.cell, s.buf[start:s.pos]...)
		c, err := s.peek()
		switch {
		case err != nil:
			return 0, err
		case c == 0:
			return 0, nulByte(s.line)
		case stops[c]:
			return c, nil
		}
	}
}

// endCell passes over what ends a cell and reports whether its row ends, too.
func (s *scanner) endCell() (last bool, err error) {
	c, err := s.peek()
	s.inRow = err == nil && c == s.separator
	switch {
	case err != nil:
		return true, notEnd(err)
	case s.inRow:
		s.pos++
		return false, nil
	case c == 0: // after a closing quote
		_, err := s.take(&s.inPlain)
		return false, err
	}
	s.newline()
	return true, nil
}

// newline passes over a line break: \n, \r\n or \r.
func (s *scanner) newline() {
	carriage := s.buf[s.pos] == '\r'
	s.pos++
	if c, err := s.peek(); carriage && err == nil && c == '\n' {
		s.pos++
	}
	s.line++
	s.lineStart = s.passed + int64(s.pos)
}

// skipBlanks passes over blanks and returns the byte after them.
func (s *scanner) skipBlanks() (byte, error) {
	for {
		c, err := s.peek()
		if err != nil || c != ' ' && c != '\t' || c == s.separator {
			return c, err
		}
		s.pos++
	}
}

// peek returns the next byte without passing over it.
func (s *scanner) peek() (byte, error) {
	if s.pos == len(s.buf) && s.ended == nil {
		s.r.Discard(len(s.buf))
		s.passed += int64(len(s.buf))
		_, s.ended = s.r.Peek(1)
		s.buf, _ = s.r.Peek(s.r.Buffered())
		s.pos = 0
	}
	if s.pos == len(s.buf) {
		return 0, s.ended
	}
	return s.buf[s.pos], nil
}

// A place is that of a byte in a text.
type place struct {
	line int
	byte int64 // in the line, from 1
}

func (s *scanner) here() place { return place{s.line, s.passed + int64(s.pos) - s.lineStart + 1} }

// quoting is an error about the quote at the place.
func (p place) quoting(err error, text string) error {
	return &CSVError{Line: p.line, Err: err, Text: fmt.Sprintf("bad quoting: %s (byte %d of the line)", text, p.byte)}
}

// notEnd takes the end of the text, which ends a cell too, for no error.
func notEnd(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}
