package dataset

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// A Matrix has numbers in rows and columns. Every mat.Matrix of gonum is one.
type Matrix interface {
	Dims() (rows, columns int)
	At(row, column int) float64
}

// FromRows returns a set without targets of examples that are rows of numbers, with
// features x1, x2 and so on. It is a copy. No examples, no features, rows of
// different lengths and numbers that are not finite are errors.
//
// [Set.WithClasses] and [Set.WithNumbers] give it targets.
func FromRows(rows [][]float64) (*Set, error) {
	if len(rows) == 0 {
		return nil, errors.New("dataset: no rows given, one for each example expected")
	}
	n := len(rows[0])
	s := &Set{X: make([]float64, 0, n*len(rows)), Features: numberedFeatures("x", n)}
	for j, row := range rows {
		if len(row) != n {
			return nil, fmt.Errorf("dataset: row %d has %s, and row 0 has %d", j, words.Count(len(row), "number"), n)
		}
		s.X = append(s.X, row...)
	}
	return s.given()
}

// FromMatrix is [FromRows] for the rows of a matrix.
func FromMatrix(m Matrix) (*Set, error) {
	if m == nil {
		return nil, errors.New("dataset: the matrix is nil")
	}
	rows, n := m.Dims()
	if rows < 1 || n < 1 {
		return nil, fmt.Errorf("dataset: a matrix of %d rows and %d columns given, at least 1 of each expected", rows, n)
	}
	s := &Set{X: make([]float64, 0, n*rows), Features: numberedFeatures("x", n)}
	for j := range rows {
		for i := range n {
			s.X = append(s.X, m.At(j, i))
		}
	}
	return s.given()
}

// FromTensor is [FromRows] for a tensor as networks take it, of shape (n, m): one
// column per example. The dtype is float64 or float32.
func FromTensor(t *tensor.Dense) (*Set, error) {
	if t == nil || t.Dims() == 0 {
		return nil, errors.New("dataset: a matrix of one column per example expected, nil or a number given")
	}
	if shape := t.Shape(); len(shape) != 2 || shape[0] < 1 || shape[1] < 1 {
		return nil, fmt.Errorf("dataset: a tensor of shape %v given, (n, m) expected: a row per feature, a column per example", shape)
	}
	n, m := t.Shape()[0], t.Shape()[1]
	s := &Set{X: make([]float64, 0, n*m), Features: numberedFeatures("x", n)}
	for j := range m {
		for i := range n {
			v, err := t.At(i, j)
			if err != nil {
				return nil, fmt.Errorf("dataset: reading the tensor: %w", err)
			}
			switch v := v.(type) {
			case float64:
				s.X = append(s.X, v)
			case float32:
				s.X = append(s.X, float64(v))
			default:
				return nil, fmt.Errorf("dataset: a tensor of %v given, float64 or float32 expected", t.Dtype())
			}
		}
	}
	return s.given()
}

// numberedFeatures returns x1, x2 and so on.
func numberedFeatures(letter string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = letter + strconv.Itoa(i+1)
	}
	return names
}

// given checks a set that was made of somebody's numbers.
func (s *Set) given() (*Set, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if k := slices.IndexFunc(s.X, func(v float64) bool { return !isFinite(v) }); k >= 0 {
		n := len(s.Features)
		return nil, fmt.Errorf("dataset: feature %d of example %d is %v, a finite number expected", k%n, k/n, s.X[k])
	}
	return s, nil
}

// WithClasses returns a set with the features of s, whose memory it shares, and the
// class of each example, by name. The classes are put in order as [CSV] says. It
// is an error if there is not one class for each example, or one has no name, or
// there are more than 1,000.
func (s *Set) WithClasses(names []string) (*Set, error) {
	m, err := s.features()
	if err != nil {
		return nil, err
	}
	if len(names) != m {
		return nil, fmt.Errorf("dataset: %s given for %s", words.Count(len(names), "class"), words.Count(m, "example"))
	}
	var c codes
	numbers := make([]uint16, m)
	for j, name := range names {
		code, problem := c.class([]byte(name))
		if problem != "" {
			return nil, fmt.Errorf("dataset: the class of example %d: %s", j, problem)
		}
		numbers[j] = code
	}
	out := &Set{X: s.X, Features: s.Features, Columns: s.Columns, Class: make([]int, m)}
	var rank []int
	out.Classes, rank = c.sorted()
	for j, code := range numbers {
		out.Class[j] = rank[code]
	}
	return out, nil
}

// WithNumbers returns a set with the features of s, whose memory it shares, and
// the numbers to predict: a row for each example, a name for each number in it.
// Names that are nil are y1, y2 and so on. It is an error if there is not one row
// for each example, or one has another length or a number that is not finite.
func (s *Set) WithNumbers(names []string, rows [][]float64) (*Set, error) {
	m, err := s.features()
	if err != nil {
		return nil, err
	}
	if len(rows) != m {
		return nil, fmt.Errorf("dataset: targets of %s given for %s", words.Count(len(rows), "row"), words.Count(m, "example"))
	}
	if names == nil {
		names = numberedFeatures("y", len(rows[0]))
	}
	k := len(names)
	if k == 0 {
		return nil, errors.New("dataset: no targets given, at least 1 expected")
	}
	out := &Set{X: s.X, Features: s.Features, Columns: s.Columns, Targets: slices.Clone(names), Y: make([]float64, 0, k*m)}
	for j, row := range rows {
		if len(row) != k {
			return nil, fmt.Errorf("dataset: %s of example %d given, %d expected: %s", words.Count(len(row), "target"), j, k, list(names))
		}
		for i, v := range row {
			if !isFinite(v) {
				return nil, fmt.Errorf("dataset: target %s of example %d is %v, a finite number expected", plain(names[i]), j, v)
			}
		}
		out.Y = append(out.Y, row...)
	}
	return out, nil
}

// features returns the number of examples of a set whose targets are not looked at.
func (s *Set) features() (m int, err error) {
	if s == nil {
		return 0, errors.New("dataset: the set is nil")
	}
	bare := &Set{X: s.X, Features: s.Features, Columns: s.Columns}
	return bare.Len(), bare.Check()
}
