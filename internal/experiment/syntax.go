package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CheckSyntax reports with line and column where data stops being JSON.
func CheckSyntax(data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return errors.New("it is empty, a JSON object expected")
	}
	if json.Valid(data) { // which keeps nothing
		return nil
	}
	err := json.Unmarshal(data, new(json.RawMessage))
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return err
	}
	offset := max(syntax.Offset-1, 0) // that of the byte that is wrong
	for _, word := range []string{"NaN", "-Infinity", "Infinity", "nan", "-inf", "inf"} {
		// Of a word whose beginning could be JSON a later letter is wrong.
		for back := range int64(3) {
			if from := offset - back; from >= 0 && bytes.HasPrefix(data[from:], []byte(word)) {
				return fmt.Errorf("%s: %s is no number in JSON", Position(data, from), word)
			}
		}
	}
	return fmt.Errorf("%s: no JSON: %s", Position(data, offset), strings.TrimPrefix(syntax.Error(), "json: "))
}

// Position returns the line and column, in letters, of an offset.
func Position(data []byte, offset int64) string {
	before := data[:min(max(offset, 0), int64(len(data)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d, column %d", line, column)
}

// Describe says what a JSON value is.
func Describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case json.Number:
		return "the number " + Shortened(v.String())
	case string:
		return strconv.Quote(Shortened(v))
	case bool:
		return strconv.FormatBool(v)
	case []any:
		return "a list"
	}
	return "an object"
}

// Shortened returns the beginning of a text for an error message.
func Shortened(s string) string {
	const most = 40
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}
