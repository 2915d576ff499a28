package schema

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"chainrule/internal/nearest"
)

// longest is how many characters of a cell a message shows.
const longest = 40

// Quote returns a cell for a message, in quotes, shortened.
func Quote(cell string) string { return `"` + Plain(cell) + `"` }

// Plain returns a name for a message, shortened, without quotes. Characters that
// cannot be printed are escaped.
func Plain(name string) string {
	head := name[:min(len(name), 4*longest)]
	q := strconv.Quote(head)
	q = q[1 : len(q)-1]
	if len(head) == len(name) && utf8.RuneCountInString(q) <= longest {
		return q
	}
	return string([]rune(q)[:min(longest, utf8.RuneCountInString(q))]) + "…"
}

// List returns names for a message, a dozen at most.
func List(names []string) string {
	const most = 12
	var shown []string
	for _, name := range names[:min(len(names), most)] {
		shown = append(shown, Plain(name))
	}
	if more := len(names) - most; more > 0 {
		return strings.Join(shown, ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(shown, ", ")
}

// hint asks whether the name that is nearest was meant, if one is near.
func hint(name string, names []string) string {
	const most = 5000 // each takes a microsecond or two
	if like, near := nearest.Name(name, names[:min(len(names), most)]); near && like != "" {
		return "; is it " + Plain(like) + "?"
	}
	return ""
}
