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
func Quote(cell string) string {
	q := strconv.Quote(head(cell))
	return `"` + shortened(q[1:len(q)-1], cell) + `"`
}

// Plain returns a name for a message, shortened, without quotes. Characters that
// cannot be printed are escaped.
func Plain(name string) string {
	var b strings.Builder
	for text := head(name); len(text) > 0; {
		r, size := utf8.DecodeRuneInString(text)
		if strconv.IsPrint(r) && (r != utf8.RuneError || size > 1) {
			b.WriteRune(r)
		} else {
			q := strconv.Quote(text[:size])
			b.WriteString(q[1 : len(q)-1])
		}
		text = text[size:]
	}
	return shortened(b.String(), name)
}

// head returns as much of a cell as may be shown.
func head(cell string) string { return cell[:min(len(cell), 4*longest)] }

// shortened returns the text that stands for the head of a cell, and marks what is
// left out.
func shortened(text, cell string) string {
	if len(head(cell)) == len(cell) && utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:min(longest, utf8.RuneCountInString(text))]) + "…"
}

// List returns names for a message, a dozen at most. A name that is nothing, or has a
// comma or a space at an end, is in quotes, so that it is seen where it ends.
func List(names []string) string {
	const most = 12
	var shown []string
	for _, name := range names[:min(len(names), most)] {
		if name == "" || strings.Contains(name, ",") || strings.TrimSpace(name) != name {
			shown = append(shown, Quote(name))
			continue
		}
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
