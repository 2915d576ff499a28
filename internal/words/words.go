package words

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Count writes a number with a noun, as in "1 step" and "2 steps".
func Count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// Cost writes a cost with 9 decimals, or, where these would show fewer than 7 of
// its digits or more than 10, with so many digits. It takes 12 columns at most, but
// for a negative one and for exponents of three digits.
func Cost(v float64) string {
	switch size := math.Abs(v); {
	case size >= 1000:
		return strconv.FormatFloat(v, 'g', 10, 64)
	case size >= 1e-3 || v == 0 || math.IsNaN(v):
		return strconv.FormatFloat(v, 'f', 9, 64)
	}
	return strconv.FormatFloat(v, 'e', 6, 64)
}

// List writes words as in "a, b or c", with the conjunction "or".
func List(words []string, conjunction string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " " + conjunction + " " + words[last]
}

// Join writes numbers with a separator between them.
func Join(numbers []int, separator string) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, separator)
}

// Shape writes sizes as in (4,400); that of a scalar is ().
func Shape(sizes ...int) string { return "(" + Join(sizes, ",") + ")" }

// Wrap breaks text at spaces into lines of at most width columns, each behind
// the indent; a width of 0 is no limit. A word that is longer stays whole.
func Wrap(text, indent string, width int) string {
	var b strings.Builder
	room := 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
			b.WriteString(indent)
			room = width - utf8.RuneCountInString(indent)
		case width > 0 && n+1 > room:
			b.WriteString("\n" + indent)
			room = width - utf8.RuneCountInString(indent)
		default:
			b.WriteByte(' ')
			room--
		}
		b.WriteString(word)
		room -= n
	}
	return b.String()
}
