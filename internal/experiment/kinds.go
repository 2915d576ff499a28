package experiment

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"chainrule/internal/nearest"
	"chainrule/internal/words"
)

// An Error says what is wrong with an experiment.
type Error struct {
	Path string // in the JSON, such as layers[1].units; empty for the whole
	Err  error
}

func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprint(e.Err)
	}
	return fmt.Sprintf("%s: %v", e.Path, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an [Error].
func Errorf(path, format string, args ...any) error {
	return &Error{path, fmt.Errorf(format, args...)}
}

// kinded is a struct whose first field is its kind.
type kinded interface{ kinds() []kind }

// A kind is a variant of a struct, with the fields that it has besides.
type kind struct {
	name   string
	fields []field

	check   func(c *layerCheck, path string, l Layer) error // of layers: reports what is wrong with one; may be nil
	outputs func(l Layer, in Flow) Flow                     // of layers: what comes out
	of      []Meaning                                       // of costs: outputs that they are of; nil for all
}

// A field is called by its name in JSON; its check may be nil.
type field struct {
	name  string
	check check
}

func (Data) kinds() []kind {
	return []kind{
		{name: Toy, fields: []field{{"name", needed}, {"examples", within(math.Inf(1), "at least 1")},
			{"noise", within(math.Inf(1), "a finite number of at least 0")}, {"arms", nil}, {"val", share}, {"seed", nil}}},
		{name: CSV, fields: []field{{"path", needed}, {"label", nil}, {"held", share}, {"val", share},
			{"task", oneOf("classify", "regress")}, {"targets", nil}, {"text", nil}, {"header", oneOf("auto", "yes", "no")},
			{"separator", oneOf(",", ";", "|", "\t", "tab")}, {"decimal", oneOf(".", ",")}, {"ignore", nil},
			{"missing", oneOf("error", "drop", "mean", "fill")}, {"encoding", nil}, {"seed", nil}}},
	}
}

// Kinds returns the names of all kinds of a struct, as of Rule{}, for tests that
// none may be missing from.
func Kinds(of kinded) (names []string) {
	for _, k := range of.kinds() {
		names = append(names, k.name)
	}
	return names
}

// kindOf returns the kind of a struct, or an error if there is no such kind.
func kindOf(path string, of kinded) (kind, error) {
	name := reflect.ValueOf(of).Field(0).String()
	for _, k := range of.kinds() {
		if k.name == name {
			return k, nil
		}
	}
	if name == "" {
		return kind{}, Errorf(path+".kind", "missing, %s expected", words.List(Kinds(of), "or"))
	}
	return kind{}, Errorf(path+".kind", "unknown kind %q%s", Shortened(name), Hint(name, Kinds(of)))
}

// names returns the names of all fields, that of the kind first.
func (k kind) names() []string {
	names := []string{"kind"}
	for _, f := range k.fields {
		names = append(names, f.name)
	}
	return names
}

// checkKind returns the kind. It reports an unknown one, fields that are set and
// are not its, and what its fields cannot be.
func checkKind(path string, v kinded, dtype string) (kind, error) {
	k, err := kindOf(path, v)
	value, names := reflect.ValueOf(v), k.names()
	for i := 1; i < value.NumField() && err == nil; i++ {
		name := tag(value.Type().Field(i))
		switch at := slices.Index(names, name); {
		case at < 0 && !value.Field(i).IsZero():
			err = Errorf(path+"."+name, "%s has no such field%s", k.name, Hint(name, names))
		case at > 0 && k.fields[at-1].check != nil:
			err = k.fields[at-1].check(path+"."+name, value.Field(i), dtype)
		}
	}
	return k, err
}

// tag returns what JSON calls a field.
func tag(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// Hint names the one of the names that is meant by another, or all of them.
func Hint(name string, names []string) string {
	if n, near := nearest.Name(name, names); near {
		return fmt.Sprintf(", did you mean %s?", n)
	}
	return ": " + strings.Join(names, ", ") + " are known"
}
