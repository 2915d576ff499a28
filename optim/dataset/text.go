package dataset

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// maxRow is the number of bytes that one row may have: more is no table, or a
// quote that nothing closes.
const maxRow = 16 << 20

// A text passes on what it reads and stops where it cannot be text.
type text struct {
	r    io.Reader
	line int       // number of the line that the next byte is in
	rows int       // rows that have ended
	row  int       // bytes read since
	err  *CSVError // why it stopped, without the file
}

// Read reads up to the first NUL byte or the end of too long a row.
func (t *text) Read(p []byte) (int, error) {
	if t.err != nil {
		return 0, t.err
	}
	if t.row > maxRow {
		t.err = &CSVError{Text: fmt.Sprintf("row %d, the header being row 1, has more than %d MiB: "+
			"the file is no table, or a quote is never closed", t.rows+1, maxRow>>20)}
		return 0, t.err
	}
	n, err := t.r.Read(p)
	if i := bytes.IndexByte(p[:n], 0); i >= 0 {
		n = i
		t.err = &CSVError{Text: "a NUL byte: UTF-8 text expected, not UTF-16 or a binary file"}
		err = t.err
	}
	t.row += n
	t.line += bytes.Count(p[:n], []byte{'\n'})
	if t.err != nil {
		t.err.Line = t.line
	}
	return n, err
}

// endRow says that a row has been taken in.
func (t *text) endRow() { t.rows, t.row = t.rows+1, 0 }

// skipMark passes over a mark of UTF-8 at the beginning and reports one of UTF-16.
func skipMark(r *bufio.Reader) error {
	head, _ := r.Peek(3) // what is wrong is found again by the next read
	switch {
	case bytes.Equal(head, []byte("\xef\xbb\xbf")):
		_, err := r.Discard(3)
		return err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return &CSVError{Line: 1, Text: "the text is UTF-16, UTF-8 expected"}
	}
	return nil
}
