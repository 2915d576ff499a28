package dataset

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"

	"chainrule/internal/nearest"
	"chainrule/internal/schema"
	"golang.org/x/text/encoding/charmap"
)

// decode returns the text as UTF-8, without a mark at its beginning. A mark of
// UTF-16, or one that contradicts the encoding, is an error.
func decode(r io.Reader, encoding string) (io.Reader, error) {
	table, err := tableOf(encoding)
	if err != nil {
		return nil, err
	}
	raw := bufio.NewReaderSize(r, 16) // larger reads pass it by
	head, _ := raw.Peek(3)            // what is wrong is found again by the next read
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, &CSVError{Line: 1, Text: "the text is UTF-16, UTF-8 expected: save it as UTF-8"}
	case string(head) == "\xef\xbb\xbf" && table != nil:
		return nil, &CSVError{Line: 1, Text: fmt.Sprintf("the text begins with the mark of UTF-8, but CSV.Encoding is %s", quote(encoding))}
	case string(head) == "\xef\xbb\xbf":
		raw.Discard(len(head))
	}
	if table == nil {
		return raw, nil
	}
	return table.NewDecoder().Reader(raw), nil
}

// tableOf finds an encoding of one byte a character by its name, nil for UTF-8.
func tableOf(name string) (*charmap.Charmap, error) {
	wanted := lettersOf(name)
	if wanted == "" || wanted == "utf8" {
		return nil, nil
	}
	if wanted == "latin1" {
		return charmap.ISO8859_1, nil
	}
	known := []string{"utf-8", "latin1"}
	for _, e := range charmap.All {
		table, ok := e.(*charmap.Charmap)
		if !ok {
			continue
		}
		full := strings.ToLower(strings.ReplaceAll(table.String(), " ", "-"))
		known = append(known, full)
		letters := lettersOf(full)
		short := strings.NewReplacer("ibmcodepage", "cp", "windows", "cp").Replace(letters)
		if wanted == letters || wanted == short {
			return table, nil
		}
	}
	like, _ := nearest.Name(name, known)
	return nil, &CSVError{Text: fmt.Sprintf("CSV.Encoding is %s, of which nothing is known; is it %s? "+
		"Known are utf-8 and the encodings of one byte a character, such as windows-1252 and latin1", quote(name), like)}
}

// lettersOf returns the letters and digits of a name, in lower case.
func lettersOf(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// notUTF8 says what is wrong with a cell that is not UTF-8.
func notUTF8(cell []byte) string { return schema.NotUTF8(string(cell)) + ", which CSV.Encoding names" }

// nulByte is the error of a line with a NUL byte.
func nulByte(line int) error {
	return &CSVError{Line: line, Text: "a NUL byte: UTF-8 text expected, not UTF-16 or a binary file"}
}

// checkText reports what begins with a sample that is no text: of random bytes one in
// ten is a control character, and of a table at most a stray one.
func checkText(sample []byte) error {
	controls := 0
	for _, c := range sample {
		if c < ' ' && c != 0 && c != '\t' && c != '\n' && c != '\r' {
			controls++
		}
	}
	if controls < 3 || controls < len(sample)/32 {
		return nil
	}
	return &CSVError{Line: 1, Text: fmt.Sprintf("it is not text but a binary file: %d of the first %d bytes are control characters", controls, len(sample))}
}
