package dataset

import (
	"strconv"

	"chainrule/internal/schema"
)

// A CSVError says what is wrong with a CSV file, and where.
type CSVError struct {
	File   string // as the caller named it
	Line   int    // from 1; 0 if it is not about one line
	Column int    // the cell in the line, from 1 (not the character); 0 if it is not about one cell
	Text   string // what is wrong
	Err    error  // the cause, if there is one: an error of the file system, of the reader, of encoding/csv
}

// Error returns "iris.csv:17:3: column petal_length_cm: "n/a" is not a number",
// without the line or column where there is none.
func (e *CSVError) Error() string {
	place := e.File
	for _, n := range []int{e.Line, e.Column} {
		if n == 0 {
			break
		}
		place += ":" + strconv.Itoa(n)
	}
	return place + ": " + e.Text
}

// Unwrap returns Err.
func (e *CSVError) Unwrap() error { return e.Err }

// quote, plain and list show cells and names in messages.
func quote(cell string) string   { return schema.Quote(cell) }
func plain(name string) string   { return schema.Plain(name) }
func list(names []string) string { return schema.List(names) }
