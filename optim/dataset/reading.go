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
	note(r.Dropped == 1, "1 row with missing cells left out")
	note(r.Dropped > 1, "%d rows with missing cells left out", r.Dropped)
	for i, m := range r.Means {
		const most = 5
		note(i == most, "and so on for %s", words.Count(len(r.Means)-most, "more column"))
		if i >= most {
			break
		}
		numbers := "numbers"
		if m.Cells == 1 {
			numbers = "number"
		}
		note(true, "%d missing %s of %s set to the mean, %.6g", m.Cells, numbers, plain(m.Column), m.Value)
	}
	return strings.Join(notes, "; ")
}
