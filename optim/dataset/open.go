package dataset

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
)

// open finds out how the text is written and reads its first row.
func (t *table) open(r io.Reader) error {
	if err := t.settings.check(); err != nil {
		return err
	}
	r, err := decode(r, t.settings.Encoding)
	if err != nil {
		return err
	}
	text := bufio.NewReaderSize(r, sampleSize)
	sample, ended := text.Peek(sampleSize)
	if ended != nil && ended != io.EOF {
		return ended
	}
	if len(sample) == 0 {
		return &CSVError{Text: empty}
	}
	if err := checkText(sample); err != nil { // before what is not text is taken for a table
		return err
	}
	separator, err := separatorOf(t.settings.Separator, sample, ended == io.EOF)
	if nul := bytes.IndexByte(sample, 0); err != nil && nul >= 0 {
		return nulByte(1 + bytes.Count(sample[:nul], []byte("\n")))
	}
	if err != nil {
		return err
	}
	if err := t.setDecimal(separator); err != nil {
		return err
	}
	t.cells = newScanner(text, sample, ended, separator)
	t.reading.Separator = string(separator)
	t.reading.Header = t.settings.Header == HeaderYes
	guess := t.settings.Header == HeaderAuto || t.settings.Header == "auto"
	if guess {
		if t.reading.Header, err = guessHeader(t.settings, sample, separator); err != nil {
			return err
		}
	}
	err = t.first(guess)
	if err == io.EOF {
		return &CSVError{Text: empty}
	}
	return err
}

const empty = "the file is empty, a header with the names of the columns expected"

// first reads the header, or the first example if there is none; guess says
// that this was found out by a look.
func (t *table) first(guess bool) (err error) {
	if t.reading.Header {
		t.columns, err = readHeader(t.cells, t.settings)
		t.reading.Index = slices.Contains(t.columns.roles, isIndex)
		return err
	}
	if err = t.next(); err == nil && guess && t.reading.Dropped == 0 {
		t.guessed = t.row.line
	}
	return err
}

// check reports a setting that is none of those there are.
func (c CSV) check() error {
	if !slices.Contains([]Header{HeaderAuto, HeaderYes, HeaderNo, "auto"}, c.Header) {
		return &CSVError{Text: fmt.Sprintf("CSV.Header is %s; auto, yes or no expected", quote(string(c.Header)))}
	}
	if !slices.Contains([]Missing{MissingError, MissingDrop, MissingMean, "error"}, c.Missing) {
		return &CSVError{Text: fmt.Sprintf("CSV.Missing is %s; error, drop or mean expected", quote(string(c.Missing)))}
	}
	return nil
}

// setDecimal takes the decimal mark that is set, or that goes with the separator.
func (t *table) setDecimal(separator byte) error {
	switch d := t.settings.Decimal; {
	case d == "" && separator == ',':
		t.numbers.mark = '.'
	case d == "":
	case d == "," && separator == ',':
		return &CSVError{Text: `CSV.Decimal is a comma, and so is the separator: ";", "|" or "tab" for CSV.Separator expected`}
	case d == "." || d == ",":
		t.numbers.mark = d[0]
	default:
		return &CSVError{Text: fmt.Sprintf(`CSV.Decimal is %s; "." or "," expected`, quote(d))}
	}
	return nil
}
