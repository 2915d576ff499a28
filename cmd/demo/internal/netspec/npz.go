package netspec

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"chainrule/internal/experiment"
	"chainrule/internal/handgrad"
	"chainrule/internal/words"
	"chainrule/layers"
)

// maxArrays is how many arrays an archive may hold: W, b, Z, A and their
// gradients of every layer, and a few more.
const maxArrays = 8*MaxLayers + 8

// IsNPZ reports whether data is an archive of NumPy arrays, or one such array,
// and not JSON.
func IsNPZ(data []byte) bool { return bytes.HasPrefix(data, []byte("PK")) || isNPY(data) }

// readNPZ returns the arrays of an archive by name.
func readNPZ(data []byte) (map[string]Array, error) {
	if isNPY(data) {
		return nil, errors.New("it is one array, an archive of named arrays expected, as np.savez makes")
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("no .npz archive: %s", strings.TrimPrefix(err.Error(), "zip: "))
	}
	if n := len(archive.File); n > maxArrays {
		return nil, fmt.Errorf("it holds %d arrays, at most %d expected", n, maxArrays)
	}
	arrays, total := map[string]Array{}, 0
	for _, f := range archive.File {
		name := strings.TrimSuffix(f.Name, ".npy")
		if _, twice := arrays[name]; twice {
			return nil, fmt.Errorf("the array %s is there twice", experiment.Shortened(name))
		}
		a, err := readMember(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", experiment.Shortened(name), err)
		}
		if total += len(a.Data); total > 5*maxValues {
			return nil, fmt.Errorf("it holds more than %d numbers", 5*maxValues)
		}
		arrays[name] = a
	}
	return arrays, nil
}

// readMember returns one array of an archive.
func readMember(f *zip.File) (Array, error) {
	r, err := f.Open()
	if err != nil {
		return Array{}, damaged(err)
	}
	defer r.Close()
	a, err := readNPY(r) // to its end, which checks the sum
	return a, damaged(err)
}

// damaged says so of an error of the archive or its compression.
func damaged(err error) error {
	if err == nil {
		return nil
	}
	for _, kind := range []string{"zip: ", "flate: "} {
		if text, ok := strings.CutPrefix(err.Error(), kind); ok {
			return fmt.Errorf("it is damaged: %s", text)
		}
	}
	return err
}

// ParseNPZ returns the spec of an archive of the arrays W1, b1, W2, b2, …, X
// and Y, for which activations and loss come from elsewhere.
func ParseNPZ(data []byte, activations []layers.Activation, loss Loss) (*Spec, error) {
	arrays, err := readNPZ(data)
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
		s.W = append(s.W, arrays[fmt.Sprint("W", l+1)].matrix())
		b, err := takeMatrix(arrays, fmt.Sprint("b", l+1), s.Sizes[l+1], 1)
		if err != nil {
			return nil, err
		}
		s.B = append(s.B, b)
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
func (s *Spec) findSizes(arrays map[string]Array) error {
	wanted := map[string]bool{"X": true, "Y": true}
	for l := 1; ; l++ {
		name := fmt.Sprint("W", l)
		w, ok := arrays[name]
		if !ok {
			break
		}
		if len(w.Shape) != 2 {
			return fmt.Errorf("%s: a matrix expected, of shape %s given", name, w.shape())
		}
		if l == 1 {
			s.Sizes = []int{w.Shape[1]}
		}
		if before := s.Sizes[l-1]; w.Shape[1] != before {
			return fmt.Errorf("%s: (%d,%d) expected, %s given", name, w.Shape[0], before, w.shape())
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
func takeMatrix(arrays map[string]Array, name string, rows, columns int) (handgrad.Matrix, error) {
	a, ok := arrays[name]
	if !ok {
		return handgrad.Matrix{}, fmt.Errorf("the array %s is missing", name)
	}
	if len(a.Shape) != 2 || a.Shape[0] != rows || a.Shape[1] != columns {
		expected := fmt.Sprintf("(%d,%d)", rows, columns)
		if columns == 0 {
			expected = fmt.Sprintf("(%d,m)", rows)
		}
		return handgrad.Matrix{}, fmt.Errorf("%s: %s expected, %s given", name, expected, a.shape())
	}
	return a.matrix(), nil
}

// matrix returns an array with two axes as a matrix.
func (a Array) matrix() handgrad.Matrix {
	return handgrad.Matrix{Rows: a.Shape[0], Cols: a.Shape[1], Data: a.Data}
}

// ParseGivenNPZ returns the results that an archive holds as the arrays cost,
// Z1, A1, …, dW1 and db1, for a network of so many layers.
func ParseGivenNPZ(data []byte, depth int) (Given, error) {
	arrays, err := readNPZ(data)
	if err != nil {
		return nil, err
	}
	given := Given{}
	for _, l := range lines(depth) {
		if a, ok := arrays[l.String()]; ok {
			given[l] = a
			delete(arrays, l.String())
		}
	}
	for _, name := range slices.Sorted(maps.Keys(arrays)) {
		return nil, fmt.Errorf("unknown array %s: cost, Z1, A1, …, dZ1, dW1, db1, … up to layer %d expected", experiment.Shortened(name), depth)
	}
	if len(given) == 0 {
		return nil, errors.New("there is nothing to compare, it holds no array")
	}
	return given, nil
}
