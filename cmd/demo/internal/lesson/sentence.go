package lesson

import (
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// sentence is fmt.Sprintf for people: a noun behind a whole number agrees with
// it, as in "1 seed" for "%d seeds", and %v of a real number is as plain.
func sentence(format string, args ...any) string {
	if false {
		_ = fmt.Sprintf(format, args...) // enables vet's check of formats
	}
	shown := make([]any, len(args))
	for i, arg := range args {
		if v, ok := arg.(float64); ok {
			arg = figure(v)
		}
		shown[i] = arg
	}
	return fmt.Sprintf(agreeing(format, args), shown...)
}

// counted is a verb of a format, %d with the noun behind it; a few words may stand
// between the two.
var counted = regexp.MustCompile(`%%|%d( (?:different|fresh|hidden|published|random))? ([a-z]+)s\b|%[^a-zA-Z%]*[a-zA-Z]`)

// noNouns end in s and stand behind a number, but not for as many of something.
var noNouns = []string{"i", "wa", "ha"}

// agreeing returns a format with nouns in the singular where there is one.
func agreeing(format string, args []any) string {
	next := 0 // argument
	return counted.ReplaceAllStringFunc(format, func(verb string) string {
		if verb == "%%" {
			return verb
		}
		n := 0
		if next < len(args) {
			n, _ = args[next].(int)
		}
		next++
		m := counted.FindStringSubmatch(verb)
		for _, word := range noNouns {
			if m[2] == word {
				return verb
			}
		}
		if m[2] != "" && n == 1 {
			return strings.TrimSuffix(verb, "s")
		}
		return verb
	})
}

// A figure is a number that prints as plain with the verb %v.
type figure float64

// Format implements fmt.Formatter. A difference of 0 is 0 and not 0.0e+00, and a
// sign is a minus and no hyphen.
func (f figure) Format(s fmt.State, verb rune) {
	text := plain(float64(f))
	if verb != 'v' && !(verb == 'e' && f == 0) {
		text = fmt.Sprintf(fmt.FormatString(s, verb), float64(f))
	}
	if digits := strings.TrimLeft(text, " "); strings.HasPrefix(digits, "-") {
		sign := "−"
		if strings.Trim(digits, "-0.") == "" {
			sign = "" // of what is rounded to 0
		}
		text = text[:len(text)-len(digits)] + sign + digits[1:]
	}
	io.WriteString(s, text)
}

// plain writes a number as in a text: with 12 digits at most, so that it does not
// end in the noise of its last bits, as 1e-8 and not 1e-08, with the sign − and
// without a number as "–".
func plain(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	v += 0 // makes 0 of −0
	text := shortExponent(strconv.FormatFloat(v, 'g', 12, 64))
	if strings.HasPrefix(text, "-") {
		return "−" + text[1:]
	}
	return text
}

// exponent is that of a number, with the sign and the zeros that lead it.
var exponent = regexp.MustCompile(`e([+-])0*([0-9]+)\b`)

// shortExponent writes 1e-08 as 1e-8 and 1e+06 as 1e6.
func shortExponent(text string) string {
	return strings.ReplaceAll(exponent.ReplaceAllString(text, "e$1$2"), "e+", "e")
}

// seedsText names seeds from 0 on.
func seedsText(n int) string {
	if n == 1 {
		return "seed 0"
	}
	return fmt.Sprintf("seeds 0 to %d", n-1)
}
