package dataset

import (
	"errors"
	"io"
	"os"
)

// CSV configures [ReadCSV] and [OpenCSV]. Its zero value is ready to use.
//
// The text is UTF-8, with or without a byte order mark. Cells are separated by
// commas; those that hold a comma, quote or line break are quoted as RFC 4180
// says. Blanks around cells and empty lines don't count.
//
// The first line names the columns: 2 to 65,536 of them, each with a name of
// its own. Names that all are numbers are taken for a first example whose
// header is missing, unless Label is given. One column is the class, any text
// but none, of 2 to 1,000 classes; cells are the same class if they have the
// same text. The classes are put in order as numbers if all of them are
// numbers, and else alphabetically (by bytes). All other cells are finite
// numbers in decimal, such as 3, -0.5 or 1e-3. No row is longer than 16 MiB.
type CSV struct {
	Label string // name of the column that holds the class; if empty, the last column
}

// ReadCSV reads a set from r up to its end; name is what errors call it ("csv"
// if empty). What doesn't follow the rules of [CSV] is an error of type
// *[CSVError], with the place.
//
// The numbers are collected in pieces and put together at the end, so that it
// takes less than three times the memory of the result, garbage included.
func ReadCSV(r io.Reader, name string, c CSV) (*Set, error) {
	return readCSV(r, name, 0, c)
}

// readCSV reads from a file of the given size, 0 if it is not known.
func readCSV(r io.Reader, name string, size int64, c CSV) (*Set, error) {
	if name == "" {
		name = "csv"
	}
	if r == nil {
		return nil, &CSVError{File: name, Text: "the reader is nil"}
	}
	set, err := read(r, size, c)
	if err == nil {
		return set, nil
	}
	var located *CSVError
	if !errors.As(err, &located) {
		located = &CSVError{Text: "reading failed: " + err.Error(), Err: err}
	}
	located.File = name
	return nil, located
}

// OpenCSV reads a set from a file, as [ReadCSV] does, with its path as the name
// in errors. A file that is missing, a directory or not readable is a
// *[CSVError], too; for errors.Is it is what the file system said, such as
// fs.ErrNotExist. As the size of the file tells how many numbers to expect, it
// takes about the memory of the result once, and as much again for garbage.
func OpenCSV(path string, c CSV) (*Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fileError(path, err)
	}
	if info.IsDir() {
		return nil, &CSVError{File: path, Text: "this is a directory, a CSV file expected"}
	}
	return readCSV(f, path, info.Size(), c)
}

// fileError says what an error of package os says, without the path.
func fileError(path string, err error) error {
	text := err.Error()
	var pathErr *os.PathError
	if errors.As(err, &pathErr) {
		text = pathErr.Err.Error()
	}
	if path == "" {
		path = `""`
	}
	return &CSVError{File: path, Text: text, Err: err}
}
