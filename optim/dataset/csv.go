package dataset

import (
	"cmp"
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
// One column is the target: the last one, or that of Label. Targets names it too,
// or several of them, which are numbers then.
//
// A target is the class, any text but none, of 2 to 1,000 classes, or a number to
// predict; Task tells, and else it is guessed (which the [Reading] tells): a target
// is a class unless all of it are numbers that look like measurements. These are
// numbers with decimals if there are more than 20 different ones, or if more than
// half of the examples have one of their own; whole ones, unless they are all from
// the smallest to the largest, if there are more than 20 with less than 5 examples
// each on average, or more than 5 with less than 2; and any of which there are more
// than 1,000 different ones.
//
// Cells are the same class if they have the same text. The classes are put in order
// as numbers if all of them are numbers, and else alphabetically (by bytes).
//
// All other columns are features, but for those that Ignore names and for a first
// column that has no name (or the name Unnamed: 0) in a header: that is the index
// that pandas and R write, whole numbers or texts, and is left out. A feature whose
// first cell is a number has finite numbers in decimal, such as 3, -0.5 or 1e-3.
// One whose first cell is anything else has texts, and becomes one input for each
// different text, its categories, in alphabetical order (by bytes): 1 for the
// examples that have it, else 0. There are 256 categories at most; a column is
// refused that has numbers and texts, more than 10 categories of which most come
// up once, or more than 20 of which most begin with a digit, as numbers with units
// do. Text names columns that are texts whatever they hold.
type CSV struct {
	Label     string   // name of the column that holds the class or number to predict; if empty, the last column
	Targets   []string // names of the columns to predict, in place of Label
	Task      string   // Classify or Regress; if empty, it is guessed
	Text      []string // names of features that hold texts, also where these look like numbers
	Header    Header   // whether the first line names the columns
	Separator string   // ",", ";", "|", "\t" or "tab"; if empty, the one of them that cuts the first lines into equally many cells
	Decimal   string   // "." or ","; if empty, it is "." where commas separate cells, and else the one that the numbers have
	Ignore    []string // names of columns to leave out, whatever they hold
	Missing   Missing  // what to do about a cell without a number or text
	Encoding  string   // "windows-1252", "latin1" or another encoding of one byte a character; if empty, UTF-8
	MaxInputs int      // of all examples together, where there are texts, of which each category is an input; 0 or less is 2²⁸
}

// Header says whether the first line of a file names the columns. Without
// names they are called 1, 2, 3 and so on.
type Header string

// Whether the first line is a header.
const (
	// HeaderAuto decides by the first lines, the target aside. The first one is a
	// header if it has a name that Label, Targets, Text or Ignore gives, if one of its
	// texts stands above a number, or if it has no numbers and there is no text in the
	// second line, or one that comes up again in its column while none of the first
	// line does. It is an example if it has nothing but numbers and missing ones, and
	// its class comes up again, or its number to predict does or it has a number with
	// decimals. Everything else, and numbers that count 0, 1, 2 or 1, 2, 3, is an error
	// that asks for HeaderYes or HeaderNo.
	HeaderAuto Header = ""
	HeaderYes  Header = "yes"
	HeaderNo   Header = "no"
)

// Missing says what to do about a missing cell of a feature: an empty one or one of
// ?, NA, N/A, #N/A, <NA>, NaN, null and none, in upper or lower case. Of classes, and
// of columns that Text names, only an empty cell is missing. A missing target is an
// error but for MissingDrop.
type Missing string

// What to do about a missing cell.
const (
	MissingError Missing = ""     // fail, naming the cell
	MissingDrop  Missing = "drop" // leave its row out
	MissingMean  Missing = "mean" // put the mean of the numbers that its column has, see Set.Filled; a missing text is an error
	MissingFill  Missing = "fill" // put the mean of numbers, and of texts the one that most examples have, of equals the first; see Set.Filled
)

// A Reading tells how a file was read.
type Reading struct {
	Header    bool       // the first line named the columns
	Separator string     // between cells
	Decimal   string     // "." or ",", "." if no number has one
	Index     bool       // a first column without a name was left out
	Task      string     // Classify or Regress
	Guess     string     // why numbers as targets were taken for what they were; empty if CSV.Task or texts left no choice
	Dropped   int        // rows left out, as they miss a number, a text or the target
	Means     []Mean     // put for missing numbers, by column
	Texts     []Text     // columns of texts
	Frequent  []Frequent // put for missing texts, by column
}

// A Mean is what missing numbers of a column were replaced by.
type Mean struct {
	Column string
	Value  float64
	Cells  int // how many were missing
}

// A Text is a column of texts, which is an input for each category.
type Text struct {
	Column     string
	Categories int // how many there are
}

// A Frequent is what missing texts of a column were replaced by.
type Frequent struct {
	Column   string
	Category string
	Cells    int // how many were missing
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
	if r == nil {
		return nil, Reading{}, inFile(name, &CSVError{Text: "the reader is nil"})
	}
	set, reading, err := read(r, c)
	if err != nil {
		return nil, Reading{}, inFile(name, err)
	}
	return set, reading, nil
}

// inFile puts the name of a file to an error of reading it.
func inFile(name string, err error) *CSVError {
	var located *CSVError
	if !errors.As(err, &located) {
		located = &CSVError{Text: "reading failed: " + err.Error(), Err: err}
	}
	located.File = cmp.Or(name, "csv")
	return located
}

// OpenCSV reads a set from a file, as [ReadCSV] does, with its path as the name
// in errors. A file that is missing, a directory or not readable is a
// *[CSVError], too; for errors.Is it is what the file system said, such as
// fs.ErrNotExist.
func OpenCSV(path string, c CSV) (*Set, Reading, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, Reading{}, err
	}
	defer f.Close()
	return ReadCSV(f, path, c)
}

func openFile(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	info, err := f.Stat()
	if err == nil && !info.IsDir() {
		return f, nil
	}
	f.Close()
	if err != nil {
		return nil, fileError(path, err)
	}
	return nil, &CSVError{File: path, Text: "this is a directory, a CSV file expected"}
}

// fileError says what an error of package os says, without the path.
func fileError(path string, err error) error {
	if path == "" {
		path = `""`
	}
	return &CSVError{File: path, Text: files.Reason(err).Error(), Err: err}
}
