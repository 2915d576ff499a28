package netspec

import (
	"cmp"
	"encoding/json"
	"fmt"
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
	fields, err := readFields(data, slices.Concat(shortFields, matrixFields, longFields))
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
func (s *Spec) parseShort(fields map[string]any) (err error) {
	if s.Sizes, err = parseSizes(fields["sizes"]); err != nil {
		return err
	}
	return s.parseKinds(fields["activations"], fields["loss"])
}

// parseLong sets them from the network of an experiment, whose layers count from
// 0 in errors.
func (s *Spec) parseLong(fields map[string]any) error {
	network := map[string]any{}
	for _, name := range longFields {
		network[name] = fields[name]
	}
	var e experiment.Settings
	if err := e.Take(network); err != nil {
		return err
	}
	if err := e.Check(); err != nil {
		return err
	}
	s.Sizes, s.Loss = []int{e.Inputs}, Loss(e.Cost.Kind)
	for i, l := range e.Layers {
		if l.Kind != experiment.Dense || l.Name != "" || l.Init != (experiment.Init{}) {
			return fmt.Errorf("layers[%d]: kind dense with units and activation alone expected, W and b are given", i)
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
func parseSizes(v any) ([]int, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("sizes: a list of whole numbers such as [2, 4, 1] expected, %s given", experiment.Describe(v))
	}
	var sizes []int
	for i, entry := range list {
		text, _ := entry.(json.Number)
		n, err := strconv.Atoi(text.String())
		if err != nil {
			return nil, fmt.Errorf("sizes[%d]: a whole number from 1 to %d expected, %s given", i+1, MaxUnits, experiment.Describe(entry))
		}
		sizes = append(sizes, n)
	}
	return sizes, checkSizes(sizes)
}

// parseKinds sets activations and loss.
func (s *Spec) parseKinds(activations, loss any) error {
	list, ok := activations.([]any)
	if !ok {
		return fmt.Errorf("activations: a list of names expected, one for each layer, %s given", experiment.Describe(activations))
	}
	for i, entry := range list {
		name, ok := entry.(string)
		if !ok {
			return fmt.Errorf("activations[%d]: a name expected, %s given", i+1, experiment.Describe(entry))
		}
		a, err := ParseActivation(name)
		if err != nil {
			return fmt.Errorf("activations[%d]: %w", i+1, err)
		}
		s.Activations = append(s.Activations, a)
	}
	name, ok := loss.(string)
	if !ok {
		return fmt.Errorf("loss: a name expected, %s given", experiment.Describe(loss))
	}
	var err error
	if s.Loss, err = parseLoss(name); err != nil {
		return fmt.Errorf("loss: %w", err)
	}
	return s.checkKinds()
}

// parseMatrices sets parameters and examples.
func (s *Spec) parseMatrices(fields map[string]any) (err error) {
	columns := func(int) int { return 1 }
	if s.B, err = s.parseLayers("b", fields["b"], columns); err != nil {
		return err
	}
	columns = func(l int) int { return s.Sizes[l] }
	if s.W, err = s.parseLayers("W", fields["W"], columns); err != nil {
		return err
	}
	m := 0
	if rows, ok := fields["X"].([]any); ok && len(rows) > 0 {
		first, _ := rows[0].([]any)
		m = len(first)
	}
	if m > 0 {
		if err := checkExamples(s.Sizes, m); err != nil {
			return err
		}
	}
	if s.X, err = parseMatrix("X", fields["X"], s.Sizes[0], m); err != nil {
		return err
	}
	s.Y, err = parseMatrix("Y", fields["Y"], s.Sizes[s.Layers()], m)
	return err
}

// parseLayers returns a matrix for each layer, counted from 0, with as many
// rows as the layer has units.
func (s *Spec) parseLayers(name string, v any, columns func(l int) int) ([]handgrad.Matrix, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("%s: a list of %d matrices expected, one for each layer, %s given", name, s.Layers(), experiment.Describe(v))
	}
	if len(list) != s.Layers() {
		return nil, fmt.Errorf("%s: %d matrices expected, one for each layer, %d given", name, s.Layers(), len(list))
	}
	var all []handgrad.Matrix
	for l, entry := range list {
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
func parseMatrix(path string, v any, rows, columns int) (handgrad.Matrix, error) {
	expected := fmt.Sprintf("%s: %s of %d expected", path, words.Count(rows, "row"), columns)
	if columns == 0 {
		expected = fmt.Sprintf("%s: %s expected, with a number for each example", path, words.Count(rows, "row"))
	}
	var a handgrad.Matrix
	list, ok := v.([]any)
	if !ok {
		return a, fmt.Errorf("%s, %s given", expected, experiment.Describe(v))
	}
	if n := flat(list); n > 0 {
		return a, fmt.Errorf("%s, a flat list of %s given: every row has its own brackets", expected, words.Count(n, "number"))
	}
	if len(list) != rows || rows == 0 {
		return a, fmt.Errorf("%s, %s given", expected, words.Count(len(list), "row"))
	}
	a = handgrad.Zeros(rows, columns)
	for i, entry := range list {
		row, ok := entry.([]any)
		if !ok {
			return a, fmt.Errorf("%s, row %d is %s", expected, i+1, experiment.Describe(entry))
		}
		if len(row) != columns || columns == 0 {
			return a, fmt.Errorf("%s, row %d has %d", expected, i+1, len(row))
		}
		for j, v := range row {
			var err error
			if a.Data[i*columns+j], err = parseNumber(v); err != nil {
				return a, fmt.Errorf("%s: row %d, column %d: %w", path, i+1, j+1, err)
			}
		}
	}
	return a, nil
}

// flat returns the length of a list of numbers, 0 for any other list.
func flat(list []any) int {
	for _, v := range list {
		if _, ok := v.(json.Number); !ok {
			return 0
		}
	}
	return len(list)
}

// parseNumber returns a number.
func parseNumber(v any) (float64, error) {
	text, ok := v.(json.Number)
	if !ok {
		return 0, fmt.Errorf("a number expected, %s given", experiment.Describe(v))
	}
	f, err := text.Float64()
	if err != nil {
		return 0, fmt.Errorf("%s is too large for float64", experiment.Shortened(text.String()))
	}
	return f, nil
}
