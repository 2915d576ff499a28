package experiment

import (
	"fmt"
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

// at returns the path of a layer's field.
func at(layer int, field string) string { return fmt.Sprintf("layers[%d].%s", layer, field) }

// kinded is a struct whose first field is its kind.
type kinded interface{ kinds() []kind }

// A kind is a variant of a struct, with the fields that it has besides.
type kind struct {
	name   string
	fields []string
}

func (Cost) kinds() []kind { return []kind{{name: CrossEntropy}, {name: SquaredError}} }

func (Rule) kinds() []kind {
	return []kind{
		{GradientDescent, []string{"rate"}},
		{Momentum, []string{"rate", "beta", "nesterov"}},
		{Adam, []string{"rate", "beta1", "beta2", "epsilon"}},
	}
}

func (Schedule) kinds() []kind { return []kind{{name: Constant}} }

func (Data) kinds() []kind {
	return []kind{
		{Toy, []string{"name", "examples", "noise", "arms", "seed"}},
		{CSV, []string{"path", "label", "held", "header", "separator", "decimal", "ignore", "missing", "encoding", "seed"}},
	}
}

// fieldsOf returns the fields of a kind, with the kind itself.
func fieldsOf(path string, of kinded, name string) ([]string, error) {
	var names []string
	for _, k := range of.kinds() {
		if k.name == name {
			return append([]string{"kind"}, k.fields...), nil
		}
		names = append(names, k.name)
	}
	if name == "" {
		return nil, Errorf(path+".kind", "missing, %s expected", words.List(names, "or"))
	}
	return nil, Errorf(path+".kind", "unknown kind %q%s", Shortened(name), Hint(name, names))
}

// checkKind reports an unknown kind, and fields that are set and are not its.
func checkKind(path string, v kinded) error {
	value := reflect.ValueOf(v)
	name := value.Field(0).String()
	fields, err := fieldsOf(path, v, name)
	if err != nil {
		return err
	}
	for i := range value.NumField() {
		if field := tag(value.Type().Field(i)); !value.Field(i).IsZero() && !slices.Contains(fields, field) {
			return Errorf(path+"."+field, "%s has no such field%s", name, Hint(field, fields))
		}
	}
	return nil
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
