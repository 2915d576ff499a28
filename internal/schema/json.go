package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// maxJSON is how many bytes the JSON of a schema may have: six for each byte of the
// longest names, and the rest.
const maxJSON = 8 * MaxNames

// MarshalJSON writes a schema that [Schema.Check] accepts.
func (s Schema) MarshalJSON() ([]byte, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	type plain Schema
	return json.Marshal(plain(s))
}

// UnmarshalJSON reads a schema and checks it, see [Schema.Check]. Unknown fields are
// errors. Lists that are too long are not read to their end.
func (s *Schema) UnmarshalJSON(text []byte) error {
	if s == nil {
		return errors.New("schema: the schema to read into is nil")
	}
	if len(text) > maxJSON {
		return fmt.Errorf("schema: the JSON has %d bytes, %d at most expected", len(text), maxJSON)
	}
	var in struct {
		Task    string           `json:"task"`
		Columns list[jsonColumn] `json:"columns"`
		Targets list[string]     `json:"targets"`
		Classes list[string]     `json:"classes"`
	}
	if err := strict(text, &in); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	read := Schema{Task: in.Task, Targets: in.Targets, Classes: in.Classes}
	for _, c := range in.Columns {
		read.Columns = append(read.Columns, Column{Name: c.Name, Categories: c.Categories, Fill: c.Fill, FillCategory: c.FillCategory})
	}
	if err := read.Check(); err != nil {
		return err
	}
	*s = read
	return nil
}

// jsonColumn is a [Column] whose list is bounded.
type jsonColumn struct {
	Name         string       `json:"name"`
	Categories   list[string] `json:"categories"`
	Fill         *float64     `json:"fill"`
	FillCategory string       `json:"fillCategory"`
}

// UnmarshalJSON is strict, since that of what a value lies in does not go on into
// methods.
func (c *jsonColumn) UnmarshalJSON(text []byte) error {
	type plain jsonColumn
	return strict(text, (*plain)(c))
}

// A list is one of at most MaxInputs values.
type list[T any] []T

// UnmarshalJSON stops where the list becomes too long, before it takes memory.
func (l *list[T]) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	*l = nil
	switch start, err := d.Token(); {
	case err != nil:
		return err
	case start == nil: // null is none
		return nil
	case start != json.Delim('['):
		return fmt.Errorf("%v given, a list expected", Quote(fmt.Sprint(start)))
	}
	*l = list[T]{}
	for d.More() {
		if len(*l) == MaxInputs {
			return fmt.Errorf("a list has more than %d values, which is the limit", MaxInputs)
		}
		var v T
		if err := d.Decode(&v); err != nil {
			return err
		}
		*l = append(*l, v)
	}
	_, err := d.Token()
	return err
}

// strict decodes text, which is one value, and takes unknown fields for errors.
func strict(text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(to)
}
