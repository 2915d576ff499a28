package lesson

import (
	"fmt"
	"strconv"
	"strings"

	"chainrule/internal/words"
)

// A Setting is something that an experiment can be changed by: a flag of the
// lesson's command.
type Setting struct {
	Name    string // of the flag, such as "steps"
	Help    string // what it is, with its unit
	Default any    // int, float64, string, []int, []float64 or []string

	// Least and Most bound numbers; both 0 is no bound but being finite.
	Least, Most float64

	// Names are the only strings there are, if not empty.
	Names []string
}

// Values are the settings of a run by name.
type Values map[string]any

// Defaults returns the defaults of all settings.
func (l Lesson) Defaults() Values {
	v := Values{}
	for _, s := range l.Settings {
		v[s.Name] = s.Default
	}
	return v
}

// Int returns a setting whose default is an int.
func (v Values) Int(name string) int { return get[int](v, name) }

// Float returns a setting whose default is a float64.
func (v Values) Float(name string) float64 { return get[float64](v, name) }

// Text returns a setting whose default is a string.
func (v Values) Text(name string) string { return get[string](v, name) }

// Ints returns a setting whose default is an []int.
func (v Values) Ints(name string) []int { return get[[]int](v, name) }

// Floats returns a setting whose default is a []float64.
func (v Values) Floats(name string) []float64 { return get[[]float64](v, name) }

// Texts returns a setting whose default is a []string.
func (v Values) Texts(name string) []string { return get[[]string](v, name) }

// get returns a setting; a name or type that the lesson does not have is zero,
// and a test holds that no lesson asks for one.
func get[T any](v Values, name string) T {
	x, _ := v[name].(T)
	return x
}

// Parse returns the value that a text stands for, of the type of the default.
// The items of a list are separated by commas.
func (s Setting) Parse(text string) (any, error) {
	switch s.Default.(type) {
	case int:
		return s.whole(text)
	case float64:
		return s.number(text)
	case string:
		return s.word(text)
	case []int:
		return list(text, s.whole)
	case []float64:
		return list(text, s.number)
	}
	return list(text, s.word)
}

// Format returns the text that Parse takes for a value.
func (s Setting) Format(value any) string {
	text := fmt.Sprint(value)
	return strings.ReplaceAll(strings.Trim(text, "[]"), " ", ",")
}

func list[T any](text string, item func(string) (T, error)) ([]T, error) {
	var out []T
	for _, part := range strings.Split(text, ",") {
		v, err := item(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (s Setting) whole(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || !s.inside(float64(n)) {
		return 0, fmt.Errorf("a whole number%s expected", s.bounds())
	}
	return n, nil
}

func (s Setting) number(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v-v != 0 || !s.inside(v) {
		return 0, fmt.Errorf("a number%s expected", s.bounds())
	}
	return v, nil
}

func (s Setting) inside(v float64) bool {
	return s.Least == 0 && s.Most == 0 || v >= s.Least && v <= s.Most
}

func (s Setting) bounds() string {
	if s.Least == 0 && s.Most == 0 {
		return ""
	}
	return fmt.Sprintf(" from %v to %v", s.Least, s.Most)
}

func (s Setting) word(text string) (string, error) {
	if len(s.Names) == 0 {
		return text, nil
	}
	for _, name := range s.Names {
		if strings.EqualFold(name, text) {
			return name, nil
		}
	}
	return "", fmt.Errorf("%s expected", words.List(s.Names, "or"))
}
