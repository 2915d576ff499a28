package netspec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"chainrule/internal/nearest"
)

// readFields returns the fields of a JSON object, of which only the named ones
// may be there. Their values are those of encoding/json with json.Number for
// numbers.
func readFields(data []byte, names []string) (map[string]any, error) {
	if err := checkSyntax(data); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return nil, fmt.Errorf("a JSON object expected, with the fields %s", strings.Join(names, ", "))
	}
	fields := map[string]any{}
	for d.More() {
		before := data[d.InputOffset():]
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name := fmt.Sprint(token)
		at := position(data, int64(len(data)-len(bytes.TrimLeft(before, ", \t\r\n"))))
		if known(name, names) != nil {
			return nil, fmt.Errorf("%s: unknown field %q%s", at, shortened(name), hint(name, names))
		}
		if _, twice := fields[name]; twice {
			return nil, fmt.Errorf("%s: the field %s is there twice", at, name)
		}
		var v any
		if err := d.Decode(&v); err != nil {
			return nil, err
		}
		fields[name] = v
	}
	return fields, nil
}

// hint names the field that is meant, or all of them.
func hint(name string, names []string) string {
	if n, near := nearest.Name(name, names); near {
		return fmt.Sprintf(", did you mean %s?", n)
	}
	return ": " + strings.Join(names, ", ") + " are known"
}

// checkSyntax reports with line and column where data stops being JSON.
func checkSyntax(data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return errors.New("it is empty, a JSON object expected")
	}
	var raw json.RawMessage
	err := json.Unmarshal(data, &raw)
	if err == nil {
		return nil
	}
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return err
	}
	offset := max(syntax.Offset-1, 0) // that of the byte that is wrong
	for _, word := range []string{"NaN", "-Infinity", "Infinity", "nan", "-inf", "inf"} {
		// Of a word whose beginning could be JSON a later letter is wrong.
		for back := range int64(3) {
			if from := offset - back; from >= 0 && bytes.HasPrefix(data[from:], []byte(word)) {
				return fmt.Errorf("%s: %s is no number in JSON", position(data, from), word)
			}
		}
	}
	return fmt.Errorf("%s: no JSON: %s", position(data, offset), strings.TrimPrefix(syntax.Error(), "json: "))
}

// position returns the line and column, in letters, of an offset.
func position(data []byte, offset int64) string {
	before := data[:min(max(offset, 0), int64(len(data)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:]))) + 1
	return fmt.Sprintf("line %d, column %d", line, column)
}

// Read returns the content of a spec or of results, of at most MaxFile bytes.
func Read(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err == nil && len(data) > MaxFile {
		err = fmt.Errorf("it has more than %d MiB", MaxFile>>20)
	}
	return data, err
}
