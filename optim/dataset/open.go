package dataset

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A start is what is known of a text before its first row is read.
type start struct {
	cells     *scanner
	sample    []byte // that the text begins with
	separator byte
	mark      byte // of decimals, 0 if it is to be found out
}

// begin finds out how the text is written.
func begin(r io.Reader, c CSV) (s start, err error) {
	if r, err = decode(r, c.Encoding); err != nil {
		return s, err
	}
	text := bufio.NewReaderSize(r, sampleSize)
	sample, ended := text.Peek(sampleSize)
	if ended != nil && ended != io.EOF {
		return s, ended
	}
	if len(sample) == 0 {
		return s, &CSVError{Text: empty}
	}
	if err := checkText(sample); err != nil { // before what is not text is taken for a table
		return s, err
	}
	s.sample = sample
	s.separator, err = separatorOf(c.Separator, sample, ended == io.EOF)
	if nul := bytes.IndexByte(sample, 0); err != nil && nul >= 0 {
		return s, nulByte(1 + bytes.Count(sample[:nul], []byte("\n")))
	}
	if err != nil {
		return s, err
	}
	if s.mark, err = decimalOf(c.Decimal, s.separator); err != nil {
		return s, err
	}
	s.cells = newScanner(text, sample, ended, s.separator)
	return s, nil
}

// open finds out how the text is written and reads its first row.
func (t *table) open(r io.Reader) error {
	if err := t.settings.check(); err != nil {
		return err
	}
	t.targets.start(t.settings)
	s, err := begin(r, t.settings)
	if err != nil {
		return err
	}
	t.cells, t.numbers.mark, t.targets.numbers.mark = s.cells, s.mark, s.mark
	t.reading.Separator = string(s.separator)
	t.reading.Header = t.settings.Header == HeaderYes
	guess := t.settings.Header == HeaderAuto || t.settings.Header == "auto"
	if guess {
		if t.reading.Header, err = guessHeader(t.settings, s.sample, s.separator); err != nil {
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
		t.guessed, t.decimals = t.row.line, t.row.decimals
	}
	return err
}

// check reports a setting that is none of those there are.
func (c CSV) check() error {
	if !slices.Contains([]Header{HeaderAuto, HeaderYes, HeaderNo, "auto"}, c.Header) {
		return &CSVError{Text: fmt.Sprintf("CSV.Header is %s; auto, yes or no expected", quote(string(c.Header)))}
	}
	if !slices.Contains([]Missing{MissingError, MissingDrop, MissingMean, MissingFill, "error"}, c.Missing) {
		return &CSVError{Text: fmt.Sprintf("CSV.Missing is %s; error, drop, mean or fill expected", quote(string(c.Missing)))}
	}
	switch {
	case c.Task != "" && c.Task != Classify && c.Task != Regress:
		return &CSVError{Text: fmt.Sprintf("CSV.Task is %s; %s or %s expected", quote(c.Task), Classify, Regress)}
	case strings.TrimSpace(c.Label) != "" && len(c.Targets) > 0:
		return &CSVError{Text: "CSV.Label and CSV.Targets both name what is to be predicted, one of them expected"}
	case c.Task == Classify && len(c.Targets) > 1:
		return &CSVError{Text: fmt.Sprintf("CSV.Targets has %d columns, but there is one class: 1 expected", len(c.Targets))}
	}
	return nil
}

// decimalOf returns the decimal mark that is set, or that goes with the separator, or
// 0 where the numbers tell.
func decimalOf(set string, separator byte) (byte, error) {
	switch {
	case set == "" && separator == ',':
		return '.', nil
	case set == "":
		return 0, nil
	case set == "," && separator == ',':
		return 0, &CSVError{Text: `CSV.Decimal is a comma, and so is the separator: ";", "|" or "tab" for CSV.Separator expected`}
	case set == "." || set == ",":
		return set[0], nil
	}
	return 0, &CSVError{Text: fmt.Sprintf(`CSV.Decimal is %s; "." or "," expected`, quote(set))}
}
