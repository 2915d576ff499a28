package netspec

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"chainrule/internal/experiment"
	"chainrule/internal/handgrad"
	"chainrule/internal/words"
)

// The fields of a spec, in their order: the short form of a network, or that of
// an experiment, and the matrices.
var (
	shortFields  = []string{"sizes", "activations", "loss"}
	longFields   = []string{"version", "inputs", "layers", "cost"}
	matrixFields = []string{"W", "b", "X", "Y"}
)

// ParseSpec returns the spec that JSON text describes. An error begins with
// line and column, or with the path in the JSON, such as W[1].
func ParseSpec(data []byte) (*Spec, error) {
	if err := experiment.CheckSyntax(data); err != nil {
		return nil, err
	}
	known := slices.Concat(shortFields, matrixFields, longFields)
	fields, err := readFields(data, known, strings.Join(known, ", "))
	if err != nil {
		return nil, err
	}
	names, other, parse := shortFields, longFields, (*Spec).parseShort
	if _, ok := fields["layers"]; ok {
		names, other, parse = longFields, shortFields, (*Spec).parseLong
	}
	for _, name := range slices.Concat(names, matrixFields) {
		if _, ok := fields[name]; !ok {
			return nil, fmt.Errorf("the field %s is missing", name)
		}
	}
	for _, name := range other {
		if _, ok := fields[name]; ok {
			return nil, fmt.Errorf("%s: not beside %s, which say the same", name, strings.Join(names, ", "))
		}
	}
	s := &Spec{}
	if err := parse(s, fields); err != nil {
		return nil, err
	}
	if err := s.parseMatrices(fields); err != nil {
		return nil, err
	}
	return s, s.checkValues()
}

// parseShort sets sizes, activations and loss from their lists.
func (s *Spec) parseShort(fields map[string]raw) (err error) {
	if s.Sizes, err = parseSizes(fields["sizes"]); err != nil {
		return err
	}
	return s.parseKinds(fields["activations"], fields["loss"])
}

// parseLong sets them from the network of an experiment, whose layers count from
// 0 in errors.
func (s *Spec) parseLong(fields map[string]raw) error {
	network := map[string]any{}
	for _, name := range longFields {
		tree, err := experiment.Tree(fields[name])
		if err != nil {
			return err
		}
		network[name] = tree
	}
	var e experiment.Settings
	if err := e.Take(network); err != nil {
		return err
	}
	if err := e.Check(); err != nil {
		return err
	}
	loss, err := parseLoss(e.Cost.Kind)
	if err != nil {
		return fmt.Errorf("cost.kind: %w", err)
	}
	if !reflect.DeepEqual(e.Cost, experiment.Cost{Kind: e.Cost.Kind}) {
		return errors.New("cost: a kind alone expected, which the formulas by hand know without weights or smoothing")
	}
	s.Sizes, s.Loss = []int{e.Inputs}, loss
	for i, l := range e.Layers {
		if l.Kind != experiment.Dense || l.Name != "" || l.Init != (experiment.Init{}) {
			return fmt.Errorf("layers[%d]: kind dense with units and activation alone expected, W and b are given; demo explain --config derives and checks any layers", i)
		}
		a, err := ParseActivation(cmp.Or(l.Activation, "identity"))
		if err != nil {
			return fmt.Errorf("layers[%d].activation: %w", i, err)
		}
		s.Sizes, s.Activations = append(s.Sizes, l.Units), append(s.Activations, a)
	}
	if err := checkSizes(s.Sizes); err != nil {
		return err
	}
	return s.checkKinds()
}

// parseSizes returns the numbers of units.
func parseSizes(v raw) ([]int, error) {
	if !v.isList() {
		return nil, fmt.Errorf("sizes: a list of whole numbers such as [2, 4, 1] expected, %s given", v.describe())
	}
	if err := checkDepth(v.len() - 1); err != nil {
		return nil, err
	}
	var sizes []int
	for i, entry := range v.elements() {
		n, err := strconv.Atoi(string(entry[:min(len(entry), maxDigits)]))
		if err != nil {
			return nil, fmt.Errorf("sizes[%d]: a whole number from 1 to %d expected, %s given", i+1, MaxUnits, entry.describe())
		}
		sizes = append(sizes, n)
	}
	return sizes, checkSizes(sizes)
}

// parseKinds sets activations and loss.
func (s *Spec) parseKinds(activations, loss raw) error {
	if !activations.isList() {
		return fmt.Errorf("activations: a list of names expected, one for each layer, %s given", activations.describe())
	}
	if n := activations.len(); n != s.Layers() {
		return s.checkActivations(n)
	}
	for i, entry := range activations.elements() {
		if !entry.isString() {
			return fmt.Errorf("activations[%d]: a name expected, %s given", i+1, entry.describe())
		}
		a, err := ParseActivation(entry.text())
		if err != nil {
			return fmt.Errorf("activations[%d]: %w", i+1, err)
		}
		s.Activations = append(s.Activations, a)
	}
	if !loss.isString() {
		return fmt.Errorf("loss: a name expected, %s given", loss.describe())
	}
	var err error
	if s.Loss, err = parseLoss(loss.text()); err != nil {
		return fmt.Errorf("loss: %w", err)
	}
	return s.checkKinds()
}

// parseMatrices sets parameters and examples.
func (s *Spec) parseMatrices(fields map[string]raw) (err error) {
	columns := func(int) int { return 1 }
	if s.B, err = s.parseLayers("b", fields["b"], columns); err != nil {
		return err
	}
	columns = func(l int) int { return s.Sizes[l] }
	if s.W, err = s.parseLayers("W", fields["W"], columns); err != nil {
		return err
	}
	m := fields["X"].first().len()
	if m > 0 {
		if err := checkExamples(s.Sizes, m); err != nil {
			return err
		}
	}
	if err := checkRows("X", fields["X"], s.Sizes[0], m); err != nil {
		return err
	}
	if err := checkRows("Y", fields["Y"], s.Sizes[s.Layers()], m); err != nil {
		return err // before there is room for X
	}
	if s.X, err = parseMatrix("X", fields["X"], s.Sizes[0], m); err != nil {
		return err
	}
	s.Y, err = parseMatrix("Y", fields["Y"], s.Sizes[s.Layers()], m)
	return err
}

// parseLayers returns a matrix for each layer, counted from 0, with as many
// rows as the layer has units.
func (s *Spec) parseLayers(name string, v raw, columns func(l int) int) ([]handgrad.Matrix, error) {
	if !v.isList() {
		return nil, fmt.Errorf("%s: a list of %s expected, one for each layer, %s given", name, words.Count(s.Layers(), "matrix"), v.describe())
	}
	if n := v.len(); n != s.Layers() {
		return nil, fmt.Errorf("%s: %s expected, one for each layer, %d given", name, words.Count(s.Layers(), "matrix"), n)
	}
	var all []handgrad.Matrix
	for l, entry := range v.elements() {
		a, err := parseMatrix(fmt.Sprintf("%s[%d]", name, l+1), entry, s.Sizes[l+1], columns(l))
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// parseMatrix returns a matrix of known shape; columns may be 0 if the first
// row was not there to tell them.
func parseMatrix(path string, v raw, rows, columns int) (handgrad.Matrix, error) {
	if err := checkRows(path, v, rows, columns); err != nil {
		return handgrad.Matrix{}, err
	}
	a := handgrad.Zeros(rows, columns)
	for i, row := range v.elements() {
		if err := parseRow(path, row, i, a.Data[i*columns:][:columns]); err != nil {
			return a, err
		}
	}
	return a, nil
}

// parseRow sets the numbers of a row, which is counted from 0.
func parseRow(path string, v raw, i int, to []float64) error {
	for j, entry := range v.elements() {
		var err error
		if to[j], err = entry.number(); err != nil {
			return fmt.Errorf("%s: row %d, column %d: %w", path, i+1, j+1, err)
		}
	}
	return nil
}

// checkRows reports unless the value has the rows and columns of a matrix,
// before there is room for its numbers.
func checkRows(path string, v raw, rows, columns int) error {
	expected := fmt.Sprintf("%s: %s of %d expected", path, words.Count(rows, "row"), columns)
	if columns == 0 {
		expected = fmt.Sprintf("%s: %s expected, with a number for each example", path, words.Count(rows, "row"))
	}
	if !v.isList() {
		return fmt.Errorf("%s, %s given", expected, v.describe())
	}
	if n := v.flat(); n > 0 {
		return fmt.Errorf("%s, a flat list of %s given: every row has its own brackets", expected, words.Count(n, "number"))
	}
	if n := v.len(); n != rows || rows == 0 {
		return fmt.Errorf("%s, %s given", expected, words.Count(n, "row"))
	}
	for i, row := range v.elements() {
		if !row.isList() {
			return fmt.Errorf("%s, row %d is %s", expected, i+1, row.describe())
		}
		if n := row.len(); n != columns || columns == 0 {
			return fmt.Errorf("%s, row %d has %d", expected, i+1, n)
		}
	}
	return nil
}

// flat returns the length of a list of numbers, 0 for any other value.
func (v raw) flat() int {
	n := 0
	for i, entry := range v.elements() {
		if !entry.isNumber() {
			return 0
		}
		n = i + 1
	}
	return n
}
