package netspec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"chainrule/internal/experiment"
)

// A raw is a JSON value: a part of a text whose syntax has been checked. What a
// text of many numbers says is read from the text itself, as a tree of its values
// would take thirty times the memory of the numbers. Beside the numbers of JSON
// there may be NaN, Infinity and -Infinity; see [withoutNaN].
type raw []byte

// maxDigits is how long a number may be: all digits of a float64 have room.
const maxDigits = 1100

func (v raw) isList() bool   { return len(v) > 0 && v[0] == '[' }
func (v raw) isString() bool { return len(v) > 0 && v[0] == '"' }
func (v raw) isNull() bool   { return len(v) == 0 || v[0] == 'n' }

// isNumber reports whether the value is a number, NaN and infinite ones included.
func (v raw) isNumber() bool {
	return len(v) > 0 && (v[0] >= '0' && v[0] <= '9' || v[0] == '-' || v[0] == 'N' || v[0] == 'I')
}

// elements gives the entries of a list with their numbers, from 0.
func (v raw) elements() iter.Seq2[int, raw] {
	return func(yield func(int, raw) bool) {
		if !v.isList() {
			return
		}
		for n, i := 0, after(v, 1, ' '); v[i] != ']'; n++ {
			end := endOf(v, i)
			if !yield(n, v[i:end]) {
				return
			}
			i = after(v, end, ',')
		}
	}
}

// members visits the fields of an object, with the offset at which each begins.
func (v raw) members(visit func(at int, name string, value raw) error) error {
	for i := after(v, 1, ' '); v[i] != '}'; {
		end := endOf(v, i)
		from := after(v, end, ':')
		to := endOf(v, from)
		if err := visit(i, v[i:end].text(), v[from:to]); err != nil {
			return err
		}
		i = after(v, to, ',')
	}
	return nil
}

// len returns how many entries a list has.
func (v raw) len() int {
	n := 0
	for range v.elements() {
		n++
	}
	return n
}

// first returns the first entry of a list, nil without any.
func (v raw) first() raw {
	for _, e := range v.elements() {
		return e
	}
	return nil
}

// after returns the offset of what stands behind blanks and one separator.
func after(v raw, i int, separator byte) int {
	for ; i < len(v); i++ {
		switch v[i] {
		case ' ', '\t', '\r', '\n', separator:
		default:
			return i
		}
	}
	return i
}

// ends are the letters before which a number or a word ends.
var ends = [256]bool{',': true, ':': true, ']': true, '}': true, ' ': true, '\t': true, '\r': true, '\n': true}

// endOf returns where the value ends that begins at i.
func endOf(v raw, i int) int {
	depth := 0
	for ; i < len(v); i++ {
		switch v[i] {
		case '"':
			i = endOfString(v, i) - 1
		case '[', '{':
			depth++
			continue
		case ']', '}':
			depth--
		case ',', ':', ' ', '\t', '\r', '\n':
			continue
		default: // a number or a word
			for i+1 < len(v) && !ends[v[i+1]] {
				i++
			}
		}
		if depth == 0 {
			return i + 1
		}
	}
	return i
}

// endOfString returns where the string ends that begins at i.
func endOfString(v raw, i int) int {
	for i++; i < len(v) && v[i] != '"'; i++ {
		if v[i] == '\\' {
			i++
		}
	}
	return min(i+1, len(v))
}

// text returns the beginning of a string, which is all of it if it is of any use.
func (v raw) text() string {
	const most = 400
	var s string
	for end := min(len(v)-1, most); end > 0; end-- { // perhaps in the middle of a letter
		if json.Unmarshal(append(bytes.Clone(v[:end]), '"'), &s) == nil {
			return s
		}
	}
	return s
}

// number returns a number.
func (v raw) number() (float64, error) {
	if !v.isNumber() {
		return 0, fmt.Errorf("a number expected, %s given", v.describe())
	}
	if len(v) > maxDigits {
		return 0, fmt.Errorf("a number of %d characters given, at most %d expected", len(v), maxDigits)
	}
	f, err := strconv.ParseFloat(string(v), 64)
	switch {
	case errors.Is(err, strconv.ErrSyntax): // -NaN
		return 0, fmt.Errorf("%s is no number", experiment.Shortened(string(v)))
	case err != nil:
		return 0, fmt.Errorf("%s is too large for float64", experiment.Shortened(string(v)))
	}
	return f, nil
}

// describe says what the value is.
func (v raw) describe() string {
	switch {
	case v.isNull():
		return experiment.Describe(nil)
	case v.isString():
		return experiment.Describe(v.text())
	case v.isList():
		return experiment.Describe([]any{})
	case v[0] == '{':
		return experiment.Describe(map[string]any{})
	case v.isNumber():
		return experiment.Describe(json.Number(v[:min(len(v), maxDigits)]))
	}
	return experiment.Describe(v[0] == 't')
}

// withoutNaN returns the text with 0 in the place of NaN, Infinity and -Infinity,
// as Python's json writes them, so that its syntax can be checked. All else stays
// where it is, so that errors tell the right place; without such words it is the
// text itself.
func withoutNaN(data []byte) []byte {
	out := data
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			i = endOfString(data, i) - 1
		case 'N', 'I':
			for _, word := range []string{"NaN", "Infinity"} {
				if !bytes.HasPrefix(data[i:], []byte(word)) {
					continue
				}
				if &out[0] == &data[0] {
					out = bytes.Clone(data)
				}
				copy(out[i:], "0       "[:len(word)]) // behind a sign, if there is one
				i += len(word) - 1
				break
			}
		}
	}
	return out
}
