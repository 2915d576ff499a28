package dataset

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chainrule/internal/nearest"
)

// maxColumns is the number of columns that a file may have.
const maxColumns = 1 << 16

// A header is the first line of a file.
type header struct {
	names []string
	label int // the column that holds the class
}

// newHeader checks the names of the columns, keeping copies, and finds the label.
func newHeader(record []string, label string) (header, error) {
	fail := func(column int, format string, args ...any) (header, error) {
		return header{}, &CSVError{Column: column, Text: fmt.Sprintf(format, args...)}
	}
	switch {
	case len(record) > maxColumns:
		return fail(0, "%d columns, %d at most expected", len(record), maxColumns)
	case len(record) == 1:
		return fail(0, "the header has one column, %s: features and a class expected, separated by commas", quote(record[0]))
	}
	h := header{label: len(record) - 1}
	for _, name := range record {
		h.names = append(h.names, strings.Clone(strings.TrimSpace(name)))
	}
	if label = strings.TrimSpace(label); label != "" {
		h.label = slices.Index(h.names, label)
	} else if h.isData() {
		return fail(0, "the first line holds numbers, the names of the columns expected")
	}
	seen := map[string]int{}
	for i, name := range h.names {
		first, twice := seen[name]
		switch {
		case name == "":
			return fail(i+1, "the column has no name")
		case twice:
			return fail(i+1, "the column is called %s, and so is column %d", plain(name), first+1)
		}
		seen[name] = i
	}
	if h.label < 0 {
		like := ""
		if name, near := nearest.Name(label, h.names); near {
			like = fmt.Sprintf("; is it %s?", plain(name))
		}
		return fail(0, "there is no column %s for the class%s The columns are %s", quote(label), cmp.Or(like, "."), list(h.names))
	}
	return h, nil
}

// isData reports whether all names but that of the label are numbers.
func (h header) isData() bool {
	for i, name := range h.names {
		if _, problem := parse(name); problem != "" && i != h.label {
			return false
		}
	}
	return true
}

// features returns the names of all columns but the label.
func (h header) features() []string {
	return slices.Delete(slices.Clone(h.names), h.label, h.label+1)
}
