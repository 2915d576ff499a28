package experiment

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Parse returns the experiment that JSON text describes, checked.
func Parse(data []byte) (Settings, error) {
	var s Settings
	if err := CheckSyntax(data); err != nil {
		return s, err
	}
	if err := s.UnmarshalJSON(data); err != nil {
		return s, err
	}
	return s, s.Check()
}

// UnmarshalJSON reads an experiment strictly: an unknown field, one that is
// there twice, one of another kind and a wrong type are errors.
func (s *Settings) UnmarshalJSON(data []byte) error {
	tree, err := Tree(data)
	if err != nil {
		return err
	}
	return s.Take(tree)
}

// Take sets the experiment to what values as those of encoding/json say, with
// json.Number for numbers.
func (s *Settings) Take(tree any) error {
	if s == nil {
		return Errorf("", "the settings are nil")
	}
	*s = Settings{}
	if err := fill("", tree, reflect.ValueOf(s).Elem()); err != nil {
		return err
	}
	for _, needed := range []string{"version", "layers", "cost"} {
		if _, ok := tree.(map[string]any)[needed]; !ok {
			return Errorf(needed, "missing")
		}
	}
	if s.Version != Version {
		return Errorf("version", "%d given, %d expected: this program reads no other", s.Version, Version)
	}
	return nil
}

// MarshalJSON writes the experiment with the version.
func (s Settings) MarshalJSON() ([]byte, error) {
	type plain Settings
	s.Version = Version
	return json.Marshal(plain(s))
}

// The limits of an experiment as JSON, from which the memory of its tree follows
// whatever the text says.
const (
	MaxText    = 256 << 10 // bytes
	maxValues  = 2048      // numbers, texts, lists and objects
	maxNesting = 16        // lists and objects in one another
)

// Tree returns JSON text as encoding/json does, with json.Number for numbers, but
// that a field that is there twice is an error, and so is a text beyond the limits.
func Tree(data []byte) (any, error) {
	if len(data) > MaxText {
		return nil, Errorf("", "more than %d KiB, which is the limit", MaxText>>10)
	}
	r := treeReader{Decoder: json.NewDecoder(bytes.NewReader(data))}
	r.UseNumber()
	return r.value("", 0)
}

// A treeReader reads values and counts them.
type treeReader struct {
	*json.Decoder
	values int
}

// value returns the next value, which lies in so many others; the path is for
// errors.
func (r *treeReader) value(path string, depth int) (any, error) {
	if r.values++; r.values > maxValues {
		return nil, Errorf("", "more than %d values, which is the limit", maxValues)
	}
	if depth > maxNesting {
		return nil, Errorf("", "nested more than %d deep, which is the limit", maxNesting)
	}
	token, err := r.Token()
	switch token {
	case json.Delim('{'):
		return r.object(path, depth)
	case json.Delim('['):
		list := []any{}
		for r.More() {
			v, err := r.value(path+"["+strconv.Itoa(len(list))+"]", depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = r.Token()
		return list, err
	}
	return token, err
}

// object returns the fields of an object whose bracket has been read.
func (r *treeReader) object(path string, depth int) (any, error) {
	fields := map[string]any{}
	for r.More() {
		name, err := r.Token()
		if err != nil {
			return nil, err
		}
		field := name.(string) // as all keys
		if _, twice := fields[field]; twice {
			return nil, Errorf(join(path, Shortened(field)), "there twice")
		}
		if fields[field], err = r.value(join(path, Shortened(field)), depth+1); err != nil {
			return nil, err
		}
	}
	_, err := r.Token()
	return fields, err
}

// fill sets a value to what a tree says.
func fill(path string, tree any, to reflect.Value) error {
	switch to.Kind() {
	case reflect.Struct:
		return fillStruct(path, tree, to)
	case reflect.Slice:
		list, ok := tree.([]any)
		if !ok {
			return Errorf(path, "%s given, a list expected", Describe(tree))
		}
		if len(list) == 0 {
			return nil // as a list that is not there, which is how it would be written
		}
		to.Set(reflect.MakeSlice(to.Type(), len(list), len(list)))
		for i, v := range list {
			if err := fill(path+"["+strconv.Itoa(i)+"]", v, to.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	return fillScalar(path, tree, to)
}

// fillStruct sets a struct, of whose fields those of its kind may be there.
func fillStruct(path string, tree any, to reflect.Value) error {
	object, ok := tree.(map[string]any)
	if !ok {
		return Errorf(path, "%s given, an object expected", Describe(tree))
	}
	fields := map[string]reflect.Value{}
	var names []string
	for i := range to.NumField() {
		name := tag(to.Type().Field(i))
		fields[name], names = to.Field(i), append(names, name)
	}
	wrong := "unknown field"
	if _, ok := to.Interface().(kinded); ok {
		if v, there := object["kind"]; there {
			if err := fill(join(path, "kind"), v, fields["kind"]); err != nil {
				return err
			}
			wrong = fields["kind"].String() + " has no such field"
		}
		k, err := kindOf(path, to.Interface().(kinded))
		if err != nil {
			return err
		}
		names = k.names()
	}
	for _, name := range sorted(object) {
		if !slices.Contains(names, name) {
			return Errorf(join(path, Shortened(name)), "%s%s", wrong, Hint(name, names))
		}
	}
	for _, name := range names { // in their order, so that the first mistake is
		if v, there := object[name]; there {
			if err := fill(join(path, name), v, fields[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// fillScalar sets a number, a text or a truth value.
func fillScalar(path string, tree any, to reflect.Value) error {
	expected := ""
	switch to.Kind() {
	case reflect.String:
		if v, ok := tree.(string); ok {
			to.SetString(v)
			return nil
		}
		expected = "a text"
	case reflect.Bool:
		if v, ok := tree.(bool); ok {
			to.SetBool(v)
			return nil
		}
		expected = "true or false"
	case reflect.Float64:
		if v, err := number(tree).Float64(); err == nil {
			to.SetFloat(v)
			return nil
		}
		expected = "a number of float64"
	case reflect.Uint32:
		if v, err := strconv.ParseUint(number(tree).String(), 10, 32); err == nil {
			to.SetUint(v)
			return nil
		}
		expected = "a whole number from 0 to 4294967295"
	default:
		if v, err := strconv.ParseInt(number(tree).String(), 10, 32); err == nil {
			to.SetInt(v)
			return nil
		}
		expected = "a whole number of at most 2147483647"
	}
	return Errorf(path, "%s given, %s expected", Describe(tree), expected)
}

// number returns a number, an empty text for what is none.
func number(tree any) json.Number {
	v, _ := tree.(json.Number)
	return v
}

func join(path, field string) string { return strings.TrimPrefix(path+"."+field, ".") }

func sorted(object map[string]any) []string {
	var names []string
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Fill sets the struct that into points to from a tree, as strictly as Take does, with the path of
// what is wrong. Its fields are numbers, texts, truth values, lists and structs; those that
// the tree lacks stay as they are.
func Fill(tree, into any) error { return fill("", tree, reflect.ValueOf(into).Elem()) }
