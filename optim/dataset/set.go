package dataset

import (
	"errors"
	"fmt"
)

// A Set is a labelled set of m examples with n features each. Its zero value
// is a set of nothing, which [Set.Check] reports. The methods never keep or
// change a set but for those that say so.
type Set struct {
	X        []float64 // feature i of example j is X[j*len(Features)+i]; length n·m
	Class    []int     // class of each example, an index into Classes; length m
	Features []string  // names of the features, in the order in which they lie in X; length n
	Classes  []string  // names of the classes
}

// Len returns m, the number of examples; 0 for nil.
func (s *Set) Len() int {
	if s == nil {
		return 0
	}
	return len(s.Class)
}

// Check returns the first mistake in how the fields fit together: no features,
// no examples, an X whose length is not n·m, or a class that is not an index
// into Classes. It doesn't look at the numbers in X, which may be NaN or Inf if
// the set was not read by [ReadCSV].
func (s *Set) Check() error {
	if s == nil {
		return errors.New("dataset: the set is nil")
	}
	n, m := len(s.Features), len(s.Class)
	switch {
	case n == 0:
		return errors.New("dataset: the set has no features")
	case m == 0:
		return errors.New("dataset: the set has no examples")
	case len(s.X) != n*m:
		return fmt.Errorf("dataset: X has %d numbers; %d features of %d examples are %d", len(s.X), n, m, n*m)
	}
	for j, c := range s.Class {
		if c < 0 || c >= len(s.Classes) {
			return fmt.Errorf("dataset: example %d is of class %d, but there are %d classes, counted from 0", j, c, len(s.Classes))
		}
	}
	return nil
}
