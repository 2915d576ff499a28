package netspec

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"chainrule/graph/explain"
	"chainrule/internal/experiment"
	"chainrule/internal/handgrad"
	"chainrule/internal/npz"
	"chainrule/internal/words"
	"chainrule/layers"
)

// maxArrays is how many arrays an archive may hold: W, b, Z, A and their
// gradients of every layer, and a few more.
const maxArrays = 8*MaxLayers + 8

// maxNumbers is how many numbers an archive may hold: all W, X and Y, or all lines
// of a result.
const maxNumbers = 5 * maxValues

// IsNPZ reports whether data is an archive of NumPy arrays, or one such array,
// and not JSON.
func IsNPZ(data []byte) bool { return npz.Is(data) }

// openNPZ returns the arrays of an archive by name.
func openNPZ(data []byte) (map[string]npz.Array, error) {
	return npz.Read(data, npz.Limits{Arrays: maxArrays, Array: maxValues, Numbers: maxNumbers})
}

// ParseNPZ returns the spec of an archive of the arrays W1, b1, W2, b2, …, X
// and Y, for which activations and loss come from elsewhere.
func ParseNPZ(data []byte, activations []layers.Activation, loss Loss) (*Spec, error) {
	arrays, err := openNPZ(data)
	if err != nil {
		return nil, err
	}
	s := &Spec{Activations: activations, Loss: loss}
	if err := s.findSizes(arrays); err != nil {
		return nil, err
	}
	if err := s.checkKinds(); err != nil {
		return nil, err
	}
	for l := range s.Layers() {
		w, err := takeMatrix(arrays, fmt.Sprint("W", l+1), s.Sizes[l+1], s.Sizes[l])
		if err != nil {
			return nil, err
		}
		b, err := takeMatrix(arrays, fmt.Sprint("b", l+1), s.Sizes[l+1], 1)
		if err != nil {
			return nil, err
		}
		s.W, s.B = append(s.W, w), append(s.B, b)
	}
	m := 0
	if shape := arrays["X"].Shape; len(shape) == 2 {
		m = shape[1]
		if err := checkExamples(s.Sizes, m); err != nil {
			return nil, err
		}
	}
	if s.X, err = takeMatrix(arrays, "X", s.Sizes[0], m); err != nil {
		return nil, err
	}
	if s.Y, err = takeMatrix(arrays, "Y", s.Sizes[s.Layers()], m); err != nil {
		return nil, err
	}
	return s, s.checkValues()
}

// findSizes sets the sizes by the shapes of W1, W2, …, and reports arrays that
// are not of the spec.
func (s *Spec) findSizes(arrays map[string]npz.Array) error {
	wanted := map[string]bool{"X": true, "Y": true}
	for l := 1; ; l++ {
		name := fmt.Sprint("W", l)
		w, ok := arrays[name]
		if !ok {
			break
		}
		if len(w.Shape) != 2 {
			return fmt.Errorf("%s: a matrix expected, of shape %s given", name, shapeText(w.Shape))
		}
		if l == 1 {
			s.Sizes = []int{w.Shape[1]}
		}
		if before := s.Sizes[l-1]; w.Shape[1] != before {
			return fmt.Errorf("%s: (%d,%d) expected, %s given", name, w.Shape[0], before, shapeText(w.Shape))
		}
		s.Sizes = append(s.Sizes, w.Shape[0])
		wanted[name], wanted[fmt.Sprint("b", l)] = true, true
	}
	if len(s.Sizes) == 0 {
		return errors.New("the array W1 is missing; W1, b1, W2, b2, …, X and Y expected")
	}
	for _, name := range slices.Sorted(maps.Keys(arrays)) {
		if !wanted[name] {
			return fmt.Errorf("unknown array %s: X, Y, W and b of %s expected, as there is no W%d",
				experiment.Shortened(name), words.Count(len(s.Sizes)-1, "layer"), len(s.Sizes))
		}
	}
	return checkSizes(s.Sizes)
}

// takeMatrix returns an array of known shape; columns are 0 if any will do.
func takeMatrix(arrays map[string]npz.Array, name string, rows, columns int) (handgrad.Matrix, error) {
	m, ok := arrays[name]
	if !ok {
		return handgrad.Matrix{}, fmt.Errorf("the array %s is missing", name)
	}
	if !slices.Equal(m.Shape, []int{rows, columns}) {
		expected := fmt.Sprintf("(%d,%d)", rows, columns)
		if columns == 0 {
			expected = fmt.Sprintf("(%d,m)", rows)
		}
		return handgrad.Matrix{}, fmt.Errorf("%s: %s expected, %s given", name, expected, shapeText(m.Shape))
	}
	a, err := arrayFrom(m)
	if err != nil {
		return handgrad.Matrix{}, fmt.Errorf("%s: %w", name, err)
	}
	return a.matrix(), nil
}

// arrayFrom reads an array of an archive.
func arrayFrom(m npz.Array) (Array, error) {
	data, err := m.Numbers()
	return Array{Shape: m.Shape, Data: data}, err
}

// matrix returns an array with two axes as a matrix.
func (a Array) matrix() handgrad.Matrix {
	return handgrad.Matrix{Rows: a.Shape[0], Cols: a.Shape[1], Data: a.Data}
}

// ParseGivenNPZ returns the results that an archive holds as the arrays cost,
// Z1, A1, …, dW1 and db1, for a network of so many layers. It says no convention.
func ParseGivenNPZ(data []byte, depth int) (Given, explain.Convention, error) {
	arrays, err := openNPZ(data)
	if err != nil {
		return nil, "", err
	}
	known := lines(depth)
	for _, name := range slices.Sorted(maps.Keys(arrays)) {
		if !slices.ContainsFunc(known, func(l Line) bool { return l.String() == name }) {
			return nil, "", fmt.Errorf("unknown array %s: cost, Z1, A1, …, dZ1, dW1, db1, … up to layer %d expected",
				experiment.Shortened(name), depth)
		}
	}
	given := Given{}
	for _, l := range known {
		if m, ok := arrays[l.String()]; ok {
			if given[l], err = arrayFrom(m); err != nil {
				return nil, "", fmt.Errorf("%v: %w", l, err)
			}
		}
	}
	if len(given) == 0 {
		return nil, "", errors.New("there is nothing to compare, it holds no array")
	}
	return given, "", nil
}
