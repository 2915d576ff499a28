package words

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Count writes a number with a noun, as in "1 step", "2 steps" and "3 axes".
func Count(n int, noun string) string {
	if n != 1 {
		noun = plural(noun)
	}
	return strconv.Itoa(n) + " " + noun
}

// plural returns a noun for several of what it names.
func plural(noun string) string {
	before := func(ending string) (string, bool) { return strings.CutSuffix(noun, ending) }
	if stem, ok := before("axis"); ok {
		return stem + "axes"
	}
	if stem, ok := before("trix"); ok {
		return stem + "trices"
	}
	if stem, ok := before("y"); ok && !strings.ContainsAny(stem[max(len(stem)-1, 0):], "aeiou") {
		return stem + "ies"
	}
	if strings.HasSuffix(noun, "ss") || strings.HasSuffix(noun, "x") {
		return noun + "es"
	}
	return noun + "s"
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

// ShortCost writes a cost with so many decimals, at least one, or, where these would
// show fewer than two of its digits, and from a million on, with two digits and an
// exponent. Zero is all zeros.
func ShortCost(v float64, decimals int) string {
	switch size := math.Abs(v); {
	case size > 0 && size < math.Pow10(1-decimals), size >= 1e6:
		return strconv.FormatFloat(v, 'e', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// Percent writes a share with at most two decimals, as in "90.5 %". All but one of
// very many is not "100 %", nor is one of them "0 %": such a share gets as many
// decimals as tell it from them, and up to 15. What is no number is "–".
func Percent(share float64) string {
	digits, _ := strings.CutSuffix(PercentTo(share, 2), " %")
	if strings.Contains(digits, ".") {
		digits = strings.TrimSuffix(strings.TrimRight(digits, "0"), ".")
	}
	if digits == "–" {
		return digits
	}
	return digits + " %"
}

// PercentTo writes a share with so many decimals, as in "90.50 %" for two, but for
// what Percent says of those next to none and all.
func PercentTo(share float64, decimals int) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return "–"
	}
	for ; ; decimals++ {
		digits := strconv.FormatFloat(100*share, 'f', decimals, 64)
		rounded, _ := strconv.ParseFloat(digits, 64)
		if (rounded == 0) == (share == 0) && (rounded == 100) == (share == 1) || decimals >= 15 {
			return digits + " %"
		}
	}
}

// Capital writes a text with a capital letter in front, unless it begins with a
// symbol, a word with digits or brackets in it.
func Capital(text string) string {
	word, _, _ := strings.Cut(text, " ")
	if text == "" || strings.ContainsAny(word, "0123456789(") {
		return text
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
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

// Fold breaks a line that is laid out already, such as a formula, into lines of
// at most width columns, those after the first behind the hanging indent. It
// breaks between columns, which two spaces part, else at a space, and leaves all
// other spaces as they are. A word that is longer stays whole, and a width of 0 is
// no limit.
func Fold(line, hang string, width int) string {
	var b strings.Builder
	for rest := []rune(line); ; {
		at := foldAt(rest, utf8.RuneCountInString(hang), width)
		if at < 0 {
			b.WriteString(string(rest))
			return b.String()
		}
		b.WriteString(strings.TrimRight(string(rest[:at]), " ") + "\n")
		rest = []rune(hang + strings.TrimLeft(string(rest[at:]), " "))
	}
}

// foldAt returns where the first of several lines ends, -1 if there is one only.
func foldAt(line []rune, hang, width int) int {
	if width <= 0 || len(line) <= width {
		return -1
	}
	start := 0 // of the text
	for start < len(line) && line[start] == ' ' {
		start++
	}
	space, gap := -1, -1
	for i := max(start, hang) + 1; i < len(line); i++ {
		if line[i] != ' ' || line[i-1] == ' ' {
			continue // not where a word ends
		}
		if i > width && space >= 0 {
			break
		}
		space = i
		if i <= width && i+1 < len(line) && line[i+1] == ' ' {
			gap = i
		}
	}
	if gap >= width/3 {
		return gap
	}
	return space
}

// Distinct returns the words in their order, each once.
func Distinct(all []string) []string {
	var out []string
	for _, word := range all {
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}
