package dataset

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"chainrule/internal/nearest"
)

// maxColumns is the number of columns that a file may have.
const maxColumns = 1 << 16

// A role is what a column is read for.
type role byte

const (
	isFeature role = iota
	isTarget
	isIndex
	isIgnored
)

// A header is what the columns of a file are.
type header struct {
	names   []string
	roles   []role
	targets []int // the columns to predict, in the order in which they were asked for
}

// targetNames are those that the settings give, none for the last column.
func (c CSV) targetNames() []string {
	if label := strings.TrimSpace(c.Label); label != "" {
		return []string{label}
	}
	return c.Targets
}

// newHeader checks the names of the columns and finds out what each is for.
// named says that they come from a header.
func newHeader(names []string, named bool, c CSV) (header, error) {
	h := header{names: names, roles: make([]role, len(names))}
	if len(names) == 1 {
		return h, &CSVError{Text: fmt.Sprintf("there is one column, %s: features and a target expected, separated by commas, semicolons, tabs or |", quote(names[0]))}
	}
	if named && (names[0] == "" || names[0] == "Unnamed: 0") {
		h.roles[0] = isIndex
	}
	if err := h.distinct(); err != nil {
		return h, err
	}
	for _, name := range c.Ignore {
		i, err := h.find(name, "to leave out")
		if err != nil {
			return h, err
		}
		h.roles[i] = isIgnored
	}
	wanted := c.targetNames()
	if wanted == nil {
		wanted = names[len(names)-1:]
	}
	for _, name := range wanted {
		i, err := h.find(name, "to predict")
		if err != nil {
			return h, err
		}
		switch h.roles[i] {
		case isTarget:
			return h, &CSVError{Column: i + 1, Text: fmt.Sprintf("the column %s is to be predicted twice", plain(names[i]))}
		case isIndex, isIgnored:
			return h, &CSVError{Column: i + 1, Text: fmt.Sprintf("the column %s is to be predicted and left out at once: CSV.Label names the column to predict", plain(names[i]))}
		}
		h.roles[i] = isTarget
		h.targets = append(h.targets, i)
	}
	for _, name := range c.Text {
		i, err := h.find(name, "of texts")
		if err != nil {
			return h, err
		}
		if h.roles[i] == isTarget {
			return h, &CSVError{Column: i + 1, Text: fmt.Sprintf("the column %s is to be predicted, so that CSV.Text cannot name it: it names features", plain(names[i]))}
		}
	}
	if !slices.Contains(h.roles, isFeature) {
		return h, &CSVError{Text: "no column is left for the features"}
	}
	return h, nil
}

// distinct reports the first column in the file that has the name of another one.
// It sorts their numbers: a map of as many names would take more memory than
// these.
func (h header) distinct() error {
	order := make([]uint16, len(h.names))
	for i := range order {
		order[i] = uint16(i)
	}
	slices.SortStableFunc(order, func(a, b uint16) int { return strings.Compare(h.names[a], h.names[b]) })
	at, before := -1, 0
	for k := 1; k < len(order); k++ {
		if i := int(order[k]); h.names[i] == h.names[order[k-1]] && (at < 0 || i < at) {
			at, before = i, int(order[k-1])
		}
	}
	if at < 0 {
		return nil
	}
	return &CSVError{Column: at + 1, Text: fmt.Sprintf("the column is called %s, and so is column %d", plain(h.names[at]), before+1)}
}

// find returns the column of a name.
func (h header) find(name, purpose string) (int, error) {
	name = strings.TrimSpace(name)
	if i := slices.Index(h.names, name); i >= 0 {
		return i, nil
	}
	end := "."
	if like, near := nearest.Name(name, h.names); near && like != "" {
		end = fmt.Sprintf("; is it %s?", plain(like))
	}
	return 0, &CSVError{Text: fmt.Sprintf("there is no column %s %s%s The columns are %s", quote(name), purpose, end, list(h.names))}
}

// targetColumns returns the names of the targets.
func (h header) targetColumns() []string {
	var out []string
	for _, i := range h.targets {
		out = append(out, h.names[i])
	}
	return out
}

// features returns the names of the features, in place of all names.
func (h header) features() []string {
	out := h.names[:0]
	for i, name := range h.names {
		if h.roles[i] == isFeature {
			out = append(out, name)
		}
	}
	return slices.Clip(out)
}

// nameList keeps names in little memory, until it is known that they are any good.
type nameList struct {
	text pieces[byte]
	ends pieces[int32] // of each in the text
}

func (l *nameList) add(name []byte) {
	for _, c := range name {
		l.text.add(c)
	}
	l.ends.add(int32(l.text.len()))
}

// all returns the names, which share one text.
func (l *nameList) all() []string {
	text := string(l.text.join())
	names, start := make([]string, 0, l.ends.len()), int32(0)
	for end := range l.ends.all() {
		names, start = append(names, text[start:end]), end
	}
	return names
}

// readHeader reads the names of the columns.
func readHeader(s *scanner, c CSV) (header, error) {
	names, line, err := readNames(s)
	if err != nil {
		return header{}, err
	}
	h, err := newHeader(names, true, c)
	return h, onLine(err, line)
}

// readNames reads a row of names and tells its line.
func readNames(s *scanner) (all []string, line int, err error) {
	var names nameList
	for last := false; !last; {
		if last, err = s.next(); err != nil {
			return nil, line, err
		}
		name := bytes.TrimSpace(s.cell)
		column := names.ends.len()
		switch {
		case column == 0 && last && len(name) == 0:
			last = false // a blank line
			continue
		case column == 0:
			line = s.cellLine
		case column == maxColumns:
			return nil, line, tooMany(line)
		case len(name) == 0:
			return nil, line, &CSVError{Line: s.cellLine, Column: column + 1, Text: "the column has no name"}
		}
		if !utf8.Valid(name) {
			return nil, line, &CSVError{Line: s.cellLine, Column: column + 1, Text: "the name of the column, " + notUTF8(name)}
		}
		names.add(name)
	}
	return names.all(), line, nil
}

// numberedNames names columns by their numbers.
func numberedNames(count int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = strconv.Itoa(i + 1)
	}
	return names
}

// numberedHeader names the columns of a file that does not by their numbers.
func numberedHeader(count int, c CSV) (header, error) {
	return newHeader(numberedNames(count), false, c)
}

// tooMany is the error of a row with too many columns.
func tooMany(line int) error {
	return &CSVError{Line: line, Text: fmt.Sprintf("more than %d columns, which is the limit", maxColumns)}
}
