package netspec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"chainrule/internal/experiment"
)

// readFields returns the fields of a JSON object, of which only the named ones
// may be there. Their values are those of encoding/json with json.Number for
// numbers.
func readFields(data []byte, names []string) (map[string]any, error) {
	if err := experiment.CheckSyntax(data); err != nil {
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
		at := experiment.Position(data, int64(len(data)-len(bytes.TrimLeft(before, ", \t\r\n"))))
		if known(name, names) != nil {
			return nil, fmt.Errorf("%s: unknown field %q%s", at, experiment.Shortened(name), experiment.Hint(name, names))
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

// Read returns the content of a spec or of results, of at most maxFile bytes.
func Read(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("it has more than %d MiB", maxFile>>20)
	}
	return data, err
}
