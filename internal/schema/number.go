package schema

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// missingWords say that there is no number, in any case.
var missingWords = [...]string{"", "?", "NA", "N/A", "#N/A", "<NA>", "NaN", "null", "none"}

// IsMissing tells a cell that says that there is nothing: an empty one, or one of
// ?, NA, N/A, #N/A, <NA>, NaN, null and none, in upper or lower case.
func IsMissing(cell string) bool {
	if len(cell) > 4 || len(cell) > 0 && '0' <= cell[0] && cell[0] <= '9' {
		return false
	}
	for _, word := range missingWords {
		if strings.EqualFold(word, cell) {
			return true
		}
	}
	return false
}

// ParseNumber returns the finite decimal number in a cell, with the decimal mark '.'
// (or 0) or ',', or what is wrong with the cell.
func ParseNumber(cell string, decimal byte) (v float64, problem string) {
	text := cell
	if decimal == ',' {
		if strings.Contains(cell, ".") {
			return 0, Quote(cell) + " is not a number, the decimal mark being ','"
		}
		text = strings.Replace(cell, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(text, 64)
	finite := !math.IsNaN(v) && !math.IsInf(v, 0)
	switch {
	case err == nil && finite && isDecimal(text):
		return v, ""
	case !utf8.ValidString(cell):
		return 0, NotUTF8(cell)
	case err == nil && !finite:
		return 0, Quote(cell) + " is not a finite number"
	case errors.Is(err, strconv.ErrRange):
		return 0, Quote(cell) + " is too large a number"
	}
	return 0, Quote(cell) + " is not a number"
}

// isDecimal tells a number in decimal digits from Go's 1_000 and 0x1p4.
func isDecimal(cell string) bool {
	for i := range len(cell) {
		if c := cell[i]; c > '9' && c != 'e' && c != 'E' {
			return false
		}
	}
	return true
}

// NotUTF8 says what is wrong with a cell that is not UTF-8.
func NotUTF8(cell string) string {
	return Quote(cell) + " is not UTF-8: the text is most likely Windows-1252 or Latin-1"
}
