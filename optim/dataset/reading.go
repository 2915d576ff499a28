package dataset

import (
	"fmt"
	"strings"

	"chainrule/internal/words"
)

// String says in words what of the file is not plain, or "" if all is: "decimal
// commas; 3 rows with missing cells left out".
func (r Reading) String() string {
	var notes []string
	note := func(yes bool, format string, args ...any) {
		if yes {
			notes = append(notes, fmt.Sprintf(format, args...))
		}
	}
	note(!r.Header, "no header, so that the columns are called 1, 2, 3 and so on")
	note(r.Separator != ",", "cells separated by %s", map[string]string{";": "semicolons", "\t": "tabs", "|": "|"}[r.Separator])
	note(r.Decimal == ",", "decimal commas")
	note(r.Index, "the first column, an index without a name, left out")
	note(r.Guess != "", "%s", r.Guess)
	note(r.Dropped == 1, "1 row with missing cells left out")
	note(r.Dropped > 1, "%d rows with missing cells left out", r.Dropped)
	limited(note, len(r.Texts), func(i int) string {
		x := r.Texts[i]
		return fmt.Sprintf("the texts of %s as %s, one for each", plain(x.Column), words.Count(x.Categories, "input"))
	})
	limited(note, len(r.Means), func(i int) string {
		m := r.Means[i]
		return fmt.Sprintf("%s of %s set to the mean, %.6g", words.Count(m.Cells, "missing number"), plain(m.Column), m.Value)
	})
	limited(note, len(r.Frequent), func(i int) string {
		f := r.Frequent[i]
		return fmt.Sprintf("%s of %s set to the most frequent, %s", words.Count(f.Cells, "missing text"), plain(f.Column), plain(f.Category))
	})
	return strings.Join(notes, "; ")
}

// limited notes the first few of what there is for a number of columns.
func limited(note func(yes bool, format string, args ...any), columns int, of func(i int) string) {
	const most = 5
	for i := range min(columns, most) {
		note(true, "%s", of(i))
	}
	note(columns > most, "and so on for %s", words.Count(columns-most, "more column"))
}
