package dataset

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/internal/schema"
	"chainrule/internal/words"
)

// A Set holds m examples with n features each, and their targets: a class each
// (Class and Classes), or k numbers each (Y and Targets), or none, for examples
// that are to be predicted for. Its zero value is a set of nothing, which
// [Set.Check] reports. The methods never keep or change a set but for those that
// say so.
type Set struct {
	X        []float64 // feature i of example j is X[j*len(Features)+i]; length n·m
	Class    []int     // class of each example, an index into Classes; length m
	Features []string  // names of the features, in the order in which they lie in X; length n
	Classes  []string  // names of the classes

	Y       []float64 // target i of example j is Y[j*len(Targets)+i]; length k·m
	Targets []string  // names of the numbers in Y, length k; of classes the name of their column, or none

	// Columns are those of the table that the features were made of, which is
	// where new examples come from; nil says that each feature is a column of
	// numbers.
	Columns []Column

	// missing is where in X, in ascending order, a number or the first input of a text was
	// missing in the file; nil if nothing is to be filled anew.
	missing []int
}

// What the inputs and targets of a set, and of a network, stand for.
type (
	Schema = schema.Schema
	Column = schema.Column
)

// The tasks that targets set.
const (
	Classify = schema.Classify
	Regress  = schema.Regress
)

// Task returns Classify for a set with classes, Regress for one with numbers as
// targets, and "" for one without targets.
func (s *Set) Task() string {
	switch {
	case s == nil:
		return ""
	case len(s.Class) > 0 || len(s.Classes) > 0:
		return Classify
	case len(s.Y) > 0 || len(s.Targets) > 0:
		return Regress
	}
	return ""
}

// Len returns m, the number of examples; 0 for nil.
func (s *Set) Len() int {
	switch s.Task() {
	case Classify:
		return len(s.Class)
	case Regress:
		return len(s.Y) / max(1, len(s.Targets))
	}
	if s == nil {
		return 0
	}
	return len(s.X) / max(1, len(s.Features))
}

// Check returns the first mistake in how the fields fit together: no features,
// no examples, an X whose length is not n·m, a class that is not an index into
// Classes, classes and numbers at once, a Y whose length is not k·m, or columns
// that make other features. It doesn't look at the numbers in X and Y, which may be
// NaN or Inf if the set was not read from a file.
func (s *Set) Check() error {
	if s == nil {
		return errors.New("dataset: the set is nil")
	}
	n, m := len(s.Features), s.Len()
	switch {
	case n == 0:
		return errors.New("dataset: the set has no features")
	case m == 0:
		return errors.New("dataset: the set has no examples")
	case len(s.X) != n*m:
		return fmt.Errorf("dataset: X has %d numbers; %d features of %d examples are %d", len(s.X), n, m, n*m)
	}
	if err := s.checkTargets(m); err != nil {
		return err
	}
	return s.checkColumns()
}

func (s *Set) checkTargets(m int) error {
	switch k := len(s.Targets); {
	case s.Task() == "":
	case s.Task() == Regress && k == 0:
		return fmt.Errorf("dataset: Y has %s, but no target has a name", words.Count(len(s.Y), "number"))
	case s.Task() == Regress && len(s.Y) != k*m:
		return fmt.Errorf("dataset: Y has %s; %s of %s are %d", words.Count(len(s.Y), "number"), words.Count(k, "target"), words.Count(m, "example"), k*m)
	case s.Task() == Classify && len(s.Y) > 0:
		return fmt.Errorf("dataset: the set has classes of %s and %s as targets, one or the other expected", words.Count(len(s.Class), "example"), words.Count(len(s.Y), "number"))
	case s.Task() == Classify && k > 1:
		return fmt.Errorf("dataset: the classes have %d names, 1 at most expected", k)
	}
	for j, c := range s.Class {
		if c < 0 || c >= len(s.Classes) {
			return fmt.Errorf("dataset: example %d is of class %d, but there are %d classes, counted from 0", j, c, len(s.Classes))
		}
	}
	return nil
}

// checkColumns compares the names without making them.
func (s *Set) checkColumns() error {
	if s.Columns == nil {
		return nil
	}
	i := 0
	for _, c := range s.Columns {
		n := c.Inputs()
		if i+n > len(s.Features) {
			return fmt.Errorf("dataset: %s given, but the columns make %d", words.Count(len(s.Features), "feature"), Schema{Columns: s.Columns}.Inputs())
		}
		if c.Categories == nil && s.Features[i] != c.Name {
			return fmt.Errorf("dataset: feature %d is %s, but made of column %s", i, plain(s.Features[i]), plain(c.Name))
		}
		i += n
	}
	if i != len(s.Features) {
		return fmt.Errorf("dataset: %s given, but the columns make %d", words.Count(len(s.Features), "feature"), i)
	}
	return nil
}

// Schema returns what the features and targets stand for, by which new examples are
// encoded as these were (see [Rows]). Classes that have no name are called class.
// Of a set that [Set.Check] reports, and of one without targets or with one class,
// it is a schema that its Check reports.
func (s *Set) Schema() Schema {
	if s == nil {
		return Schema{}
	}
	out := Schema{Task: s.Task(), Targets: slices.Clone(s.Targets), Classes: slices.Clone(s.Classes)}
	if out.Task == Classify && out.Targets == nil {
		out.Targets = []string{"class"}
	}
	out.Columns = schema.CloneColumns(s.Columns)
	if s.Columns == nil {
		for _, name := range s.Features {
			out.Columns = append(out.Columns, Column{Name: name})
		}
	}
	return out
}

// Select returns a set with copies of the given examples, in their order; one may
// be there several times. It is an error if s is not valid (see [Set.Check]), or
// if there are no examples or one that s does not have.
func (s *Set) Select(examples []int) (*Set, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if len(examples) == 0 {
		return nil, errors.New("dataset: no examples selected, at least 1 expected")
	}
	for _, j := range examples {
		if j < 0 || j >= s.Len() {
			return nil, fmt.Errorf("dataset: example %d selected, but there are %d, counted from 0", j, s.Len())
		}
	}
	return s.pick(examples), nil
}

// pick returns a set with copies of the given examples.
func (s *Set) pick(examples []int) *Set {
	n, k := len(s.Features), len(s.Targets)
	out := &Set{
		X:        make([]float64, 0, n*len(examples)),
		Features: slices.Clone(s.Features),
		Classes:  slices.Clone(s.Classes),
		Targets:  slices.Clone(s.Targets),
		Columns:  schema.CloneColumns(s.Columns),
	}
	if s.Class != nil {
		out.Class = make([]int, 0, len(examples))
	}
	if s.Y != nil {
		out.Y = make([]float64, 0, k*len(examples))
	}
	if s.missing != nil {
		out.missing = []int{}
	}
	for to, j := range examples {
		for i, _ := slices.BinarySearch(s.missing, j*n); i < len(s.missing) && s.missing[i] < (j+1)*n; i++ {
			out.missing = append(out.missing, s.missing[i]+(to-j)*n)
		}
		out.X = append(out.X, s.X[j*n:(j+1)*n]...)
		if s.Class != nil {
			out.Class = append(out.Class, s.Class[j])
		}
		if s.Y != nil && s.Task() == Regress {
			out.Y = append(out.Y, s.Y[j*k:(j+1)*k]...)
		}
	}
	return out
}
