package netspec

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"chainrule/internal/experiment"
	"chainrule/internal/nearest"
)

// readFields returns the fields of a JSON object whose syntax has been checked,
// of which only the named ones may be there; errors call them known.
func readFields(data []byte, names []string, known string) (map[string]raw, error) {
	object := bytes.TrimLeft(data, " \t\r\n")
	if len(object) == 0 || object[0] != '{' {
		return nil, fmt.Errorf("a JSON object expected, with the fields %s", known)
	}
	fields := map[string]raw{}
	err := raw(object).members(func(at int, name string, v raw) error {
		place := func() string { return experiment.Position(data, int64(len(data)-len(object)+at)) }
		if !slices.Contains(names, name) {
			hint := ": " + known + " are known"
			if n, near := nearest.Name(name, names); near {
				hint = fmt.Sprintf(", did you mean %s?", n)
			}
			return fmt.Errorf("%s: unknown field %q%s", place(), experiment.Shortened(name), hint)
		}
		if _, twice := fields[name]; twice {
			return fmt.Errorf("%s: the field %s is there twice", place(), name)
		}
		fields[name] = v
		return nil
	})
	return fields, err
}

// Read returns the content of a spec or of results, of at most maxFile bytes.
func Read(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("it has more than %d MiB, which is the limit", maxFile>>20)
	}
	return data, err
}
