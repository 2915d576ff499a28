package netspec

import (
	"fmt"
	"strings"

	"chainrule/graph/explain"
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

// shapeText returns a shape as NumPy writes it.
func shapeText(shape []int) string {
	if len(shape) == 1 {
		return fmt.Sprintf("(%d,)", shape[0])
	}
	return words.Shape(shape...)
}

// Given holds the lines that somebody computed.
type Given map[Line]Array

// resultFields are the fields of a result with its lines, in their order.
var resultFields = []string{kindCost, kindZ, kindA, kindDZ, kindDW, kindDB}

// knownResults is what errors call the fields of a result.
const knownResults = "convention, cost, Z, A, dZ, dW, db, or Z1, A1, …, dZ1, dW1, db1, …"

// ParseGiven returns the results that JSON text holds, for a network of so many
// layers, and the convention that its field of that name says, "" without it.
// Lines are in the lists Z, A, dZ, dW and db with a matrix for each layer, or in
// fields Z1, A1, …, dZ1, dW1, db1, …, as in an archive. Any of them may be missing,
// and any matrix may be null. Only what is no matrix at all is an error: a wrong
// shape is for Compare to tell. So are NaN, Infinity and -Infinity, which Python's
// json writes.
func ParseGiven(data []byte, depth int) (Given, explain.Convention, error) {
	if err := experiment.CheckSyntax(withoutNaN(data)); err != nil {
		return nil, "", err
	}
	names := append([]string{"convention"}, resultFields...)
	for _, l := range lines(depth) {
		if l.Kind != kindCost {
			names = append(names, l.String())
		}
	}
	fields, err := readFields(data, names, knownResults)
	if err != nil {
		return nil, "", err
	}
	given := Given{}
	for _, kind := range resultFields {
		if v := fields[kind]; !v.isNull() && kind != kindCost {
			if err := given.parseLayers(kind, v, depth); err != nil {
				return nil, "", err
			}
		}
	}
	for _, l := range lines(depth) {
		if err := given.parseLine(l, fields); err != nil {
			return nil, "", err
		}
	}
	if len(given) == 0 {
		return nil, "", fmt.Errorf("there is nothing to compare, at least one of %s expected", strings.Join(resultFields, ", "))
	}
	c, err := parseConvention(fields["convention"])
	return given, c, err
}

// parseConvention returns the convention that the field says.
func parseConvention(v raw) (explain.Convention, error) {
	if v.isNull() {
		return "", nil
	}
	if !v.isString() {
		return "", fmt.Errorf("convention: a name expected, %s given", v.describe())
	}
	if err := known(v.text(), explain.ConventionNames()); err != nil {
		return "", fmt.Errorf("convention: %w", err)
	}
	return explain.Convention(v.text()), nil
}

// parseLine adds the line of a field of its own.
func (g Given) parseLine(l Line, fields map[string]raw) error {
	v := fields[l.String()]
	if v.isNull() {
		return nil
	}
	if _, twice := g[l]; twice {
		return fmt.Errorf("%v: not beside %s, which has a matrix for layer %d", l, l.Kind, l.Layer)
	}
	a, err := parseArray(l.String(), v)
	if err != nil {
		return err
	}
	g[l] = a
	return nil
}

// parseLayers adds the field of one kind.
func (g Given) parseLayers(kind string, v raw, depth int) error {
	if n := v.len(); !v.isList() || n != depth {
		found := v.describe()
		if v.isList() {
			found = fmt.Sprint(n)
		}
		return fmt.Errorf("%s: a list of %s expected, one for each layer or null, %s given", kind, words.Count(depth, "matrix"), found)
	}
	for l, entry := range v.elements() {
		if entry.isNull() {
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
func parseArray(path string, v raw) (Array, error) {
	if !v.isList() {
		f, err := v.number()
		if err != nil {
			return Array{}, fmt.Errorf("%s: %w", path, err)
		}
		return Array{Data: []float64{f}}, nil
	}
	rows, first := v.len(), v.first()
	switch {
	case rows == 0:
		return Array{}, fmt.Errorf("%s: rows of numbers expected, an empty list given", path)
	case first.isNumber():
		a := Array{Shape: []int{rows}, Data: make([]float64, rows)}
		return a, parseRow(path, v, 0, a.Data)
	case first.len() == 0:
		return Array{}, fmt.Errorf("%s: a number or rows of numbers expected, row 1 is %s", path, emptyOr(first))
	}
	a, err := parseMatrix(path, v, rows, first.len())
	return arrayOf(a), err
}

// emptyOr describes a row that is no list of numbers.
func emptyOr(v raw) string {
	if v.isList() {
		return "an empty list"
	}
	return v.describe()
}

// arrayOf returns a matrix as an array.
func arrayOf(a handgrad.Matrix) Array {
	return Array{Shape: []int{a.Rows, a.Cols}, Data: a.Data}
}
