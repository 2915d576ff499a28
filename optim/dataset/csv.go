package dataset

import (
	"errors"
	"io"
	"os"

	"chainrule/internal/files"
)

// CSV configures [ReadCSV] and [OpenCSV]. Its zero value finds out how a file
// is written, and fails where there are two ways to read it.
//
// Cells that hold a separator, quote or line break are quoted as RFC 4180 says.
// Blanks around cells and empty lines don't count. Lines end with \n, \r\n or
// \r. There are 2 to 65,536 columns, and a cell has at most 64 KiB.
//
// One column is the class, any text but none, of 2 to 1,000 classes; cells are
// the same class if they have the same text. The classes are put in order as
// numbers if all of them are numbers, and else alphabetically (by bytes).
// Numbers that look like measurements are refused as classes: those with
// decimals if there are more than 20 different ones, or if more than half of
// the examples have one of their own; whole ones, unless they are all from the
// smallest to the largest, if there are more than 20 with less than 5 examples
// each on average, or more than 5 with less than 2.
//
// All other columns hold finite numbers in decimal, such as 3, -0.5 or 1e-3,
// but for those that Ignore names and for a first column that has no name (or
// the name Unnamed: 0) in a header: that is the index that pandas and R write,
// whole numbers or texts, and is left out.
type CSV struct {
	Label     string   // name of the column that holds the class; if empty, the last column
	Header    Header   // whether the first line names the columns
	Separator string   // ",", ";", "|", "\t" or "tab"; if empty, the one of them that cuts the first lines into equally many cells
	Decimal   string   // "." or ","; if empty, it is "." where commas separate cells, and else the one that the numbers have
	Ignore    []string // names of columns to leave out, whatever they hold
	Missing   Missing  // what to do about a cell without a number
	Encoding  string   // "windows-1252", "latin1" or another encoding of one byte a character; if empty, UTF-8
}

// Header says whether the first line of a file names the columns. Without
// names they are called 1, 2, 3 and so on.
type Header string

// Whether the first line is a header.
const (
	// HeaderAuto decides by the first two lines, the class aside. The first one
	// is a header if it has a name that Label or Ignore gives, if one of its texts
	// stands above a number, or if it has no numbers. It is an example if it
	// has nothing but numbers and missing ones, and its class comes up again. Everything
	// else, and numbers that count 0, 1, 2 or 1, 2, 3, is an error that asks for
	// HeaderYes or HeaderNo.
	HeaderAuto Header = ""
	HeaderYes  Header = "yes"
	HeaderNo   Header = "no"
)

// Missing says what to do about a missing number: an empty cell or one of ?,
// NA, N/A, #N/A, <NA>, NaN, null and none, in upper or lower case. Of classes,
// only an empty cell is missing.
type Missing string

// What to do about a missing number.
const (
	MissingError Missing = ""     // fail, naming the cell
	MissingDrop  Missing = "drop" // leave its row out
	MissingMean  Missing = "mean" // put the mean of the numbers that its column has; a missing class is an error
)

// A Reading tells how a file was read.
type Reading struct {
	Header    bool   // the first line named the columns
	Separator string // between cells
	Decimal   string // "." or ",", "." if no number has one
	Index     bool   // a first column without a name was left out
	Dropped   int    // rows left out, as they miss a number or the class
	Means     []Mean // put for missing numbers, by column
}

// A Mean is what missing numbers of a column were replaced by.
type Mean struct {
	Column string
	Value  float64
	Cells  int // how many were missing
}

// ReadCSV reads a set from r up to its end; name is what errors call it ("csv"
// if empty). What doesn't follow the rules of [CSV] is an error of type
// *[CSVError], with the place.
//
// The numbers are collected in pieces and put together at the end. It takes at
// most 2.5 times the memory of the numbers, names and classes read, garbage
// included, and 1 MB: as much for a file of any size and kind, since nothing is
// set aside for what has not been read.
func ReadCSV(r io.Reader, name string, c CSV) (*Set, Reading, error) {
	if name == "" {
		name = "csv"
	}
	if r == nil {
		return nil, Reading{}, &CSVError{File: name, Text: "the reader is nil"}
	}
	set, reading, err := read(r, c)
	if err == nil {
		return set, reading, nil
	}
	var located *CSVError
	if !errors.As(err, &located) {
		located = &CSVError{Text: "reading failed: " + err.Error(), Err: err}
	}
	located.File = name
	return nil, Reading{}, located
}

// OpenCSV reads a set from a file, as [ReadCSV] does, with its path as the name
// in errors. A file that is missing, a directory or not readable is a
// *[CSVError], too; for errors.Is it is what the file system said, such as
// fs.ErrNotExist.
func OpenCSV(path string, c CSV) (*Set, Reading, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, Reading{}, fileError(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, Reading{}, fileError(path, err)
	}
	if info.IsDir() {
		return nil, Reading{}, &CSVError{File: path, Text: "this is a directory, a CSV file expected"}
	}
	return ReadCSV(f, path, c)
}

// fileError says what an error of package os says, without the path.
func fileError(path string, err error) error {
	if path == "" {
		path = `""`
	}
	return &CSVError{File: path, Text: files.Reason(err).Error(), Err: err}
}
