package netspec

import (
	"encoding/json"
	"fmt"
	"strings"

	"chainrule/internal/experiment"
	"chainrule/internal/handgrad"
	"chainrule/internal/words"
)

// An Array is a number, a list or a matrix that somebody computed, whose shape
// may be wrong.
type Array struct {
	Shape []int // without sizes it is a number
	Data  []float64
}

// shape returns the shape as NumPy writes it.
func (a Array) shape() string {
	if len(a.Shape) == 1 {
		return fmt.Sprintf("(%d,)", a.Shape[0])
	}
	return words.Shape(a.Shape...)
}

// Given holds the lines that somebody computed.
type Given map[Line]Array

// resultFields are the fields of a result, in their order.
var resultFields = [...]string{kindCost, kindZ, kindA, kindDZ, kindDW, kindDB}

// ParseGiven returns the results that JSON text holds, for a network of so many
// layers. Any fields may be missing, and any matrix may be null. Only what is
// no matrix at all is an error: a wrong shape is for Compare to tell.
func ParseGiven(data []byte, depth int) (Given, error) {
	fields, err := readFields(data, resultFields[:])
	if err != nil {
		return nil, err
	}
	given := Given{}
	for _, kind := range resultFields {
		v := fields[kind]
		switch {
		case v == nil:
		case kind == kindCost:
			a, err := parseArray(kind, v)
			if err != nil {
				return nil, err
			}
			given[Line{kindCost, 0}] = a
		default:
			if err := given.parseLayers(kind, v, depth); err != nil {
				return nil, err
			}
		}
	}
	if len(given) == 0 {
		return nil, fmt.Errorf("there is nothing to compare, at least one of %s expected", strings.Join(resultFields[:], ", "))
	}
	return given, nil
}

// parseLayers adds the field of one kind.
func (g Given) parseLayers(kind string, v any, depth int) error {
	list, ok := v.([]any)
	if !ok || len(list) != depth {
		found := experiment.Describe(v)
		if ok {
			found = fmt.Sprint(len(list))
		}
		return fmt.Errorf("%s: a list of %d matrices expected, one for each layer or null, %s given", kind, depth, found)
	}
	for l, entry := range list {
		if entry == nil {
			continue
		}
		a, err := parseArray(fmt.Sprintf("%s[%d]", kind, l+1), entry)
		if err != nil {
			return err
		}
		g[Line{kind, l + 1}] = a
	}
	return nil
}

// parseArray returns a number, a list of numbers, or a list of equally long
// lists of numbers.
func parseArray(path string, v any) (Array, error) {
	list, ok := v.([]any)
	if !ok {
		f, err := parseNumber(v)
		if err != nil {
			return Array{}, fmt.Errorf("%s: %w", path, err)
		}
		return Array{Data: []float64{f}}, nil
	}
	if len(list) == 0 {
		return Array{}, fmt.Errorf("%s: rows of numbers expected, an empty list given", path)
	}
	if _, ok := list[0].(json.Number); ok {
		row, err := parseMatrix(path, []any{list}, 1, len(list))
		return Array{Shape: []int{len(list)}, Data: row.Data}, err
	}
	first, ok := list[0].([]any)
	if !ok || len(first) == 0 {
		return Array{}, fmt.Errorf("%s: a number or rows of numbers expected, row 1 is %s", path, emptyOr(list[0]))
	}
	a, err := parseMatrix(path, list, len(list), len(first))
	return arrayOf(a), err
}

// emptyOr describes a row that is no list of numbers.
func emptyOr(v any) string {
	if list, ok := v.([]any); ok && len(list) == 0 {
		return "an empty list"
	}
	return experiment.Describe(v)
}

// arrayOf returns a matrix as an array.
func arrayOf(a handgrad.Matrix) Array {
	return Array{Shape: []int{a.Rows, a.Cols}, Data: a.Data}
}
