package draw

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

func count(s string) int { return utf8.RuneCountInString(s) }

// clean replaces what an XML file cannot hold or a label should not.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return ' '
		case r == 0xFFFE, r == 0xFFFF:
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;")

// escape returns s as it stands in a string in double quotes.
func escape(s string) string { return escaper.Replace(clean(s)) }

// quote returns s as a string in double quotes that stands for itself.
func quote(s string) string { return `"` + escape(s) + `"` }

// quoteTooltip is quote for tooltips, in which Graphviz looks for escapes twice.
func quoteTooltip(s string) string { return quote(strings.ReplaceAll(s, `\`, `\\`)) }

// width estimates how many times the font size s is wide, generously: common
// sans-serif fonts differ by a fifth, and Graphviz measures none of them.
func width(s string) float64 {
	total := 0.0
	for _, r := range clean(s) {
		total += runeWidth(r)
	}
	return total
}

func runeWidth(r rune) float64 {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case strings.ContainsRune("iljtfI.,:;'|!·()[] ", r):
		return 0.38
	case strings.ContainsRune("mwMW%@…", r):
		return 1
	case r < 0x80 && unicode.IsUpper(r):
		return 0.72
	case r < 0x80 && !strings.ContainsRune("+=<>~", r):
		return 0.62
	case r >= 0x1100 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul), r >= 0x1F000:
		return 1.05
	case unicode.IsLetter(r), unicode.IsDigit(r):
		return 0.75
	}
	return 0.85
}
