package dataset

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
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

// longest is how many characters of a cell a message shows.
const longest = 40

// quote returns a cell for a message, in quotes, shortened.
func quote(cell string) string { return `"` + plain(cell) + `"` }

// plain returns a name for a message, shortened, without quotes. Characters
// that can't be printed are escaped.
func plain(name string) string {
	head := name[:min(len(name), 4*longest)]
	q := strconv.Quote(head)
	q = q[1 : len(q)-1]
	if len(head) == len(name) && utf8.RuneCountInString(q) <= longest {
		return q
	}
	return string([]rune(q)[:min(longest, utf8.RuneCountInString(q))]) + "…"
}

// list returns names for a message, a dozen at most.
func list(names []string) string {
	const most = 12
	var shown []string
	for _, name := range names[:min(len(names), most)] {
		shown = append(shown, plain(name))
	}
	if more := len(names) - most; more > 0 {
		return strings.Join(shown, ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(shown, ", ")
}
