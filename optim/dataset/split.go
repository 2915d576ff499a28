package dataset

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
)

// A Source gives random bits. *rand.Rand and every rand.Source of math/rand/v2
// is one.
type Source interface {
	Uint64() uint64 // uniform over all 64-bit numbers
}

// Split deals the examples, in random order, into two new sets that share no
// memory with s: held gets the given fraction of each class, rounded to whole
// examples, train the rest. Of a class of two or more, each part gets one at
// least; a single example goes to train. A set without classes is dealt as one
// class is. Both parts have all of s's Features, Classes and Targets.
//
// The same state of rng gives the same parts. It is an error if s is not valid
// (see [Set.Check]), if the fraction is not above 0 and below 1, if rng is nil,
// and if no class has two examples.
func (s *Set) Split(fraction float64, rng Source) (train, held *Set, err error) {
	if err := s.Check(); err != nil {
		return nil, nil, err
	}
	if !(fraction > 0 && fraction < 1) {
		return nil, nil, fmt.Errorf("dataset: a fraction of %v to hold out given, a number above 0 and below 1 expected", fraction)
	}
	if isNil(rng) {
		return nil, nil, errors.New("dataset: the source of random numbers is nil")
	}
	quota := s.quota(fraction)
	if slices.Max(quota) == 0 {
		if s.Task() == Classify {
			return nil, nil, errors.New("dataset: no class has two examples, so none can be held out")
		}
		return nil, nil, errors.New("dataset: there is one example, so none can be held out")
	}
	var kept, out []int
	for _, j := range rand.New(rng).Perm(s.Len()) {
		if c := s.group(j); quota[c] > 0 {
			quota[c]--
			out = append(out, j)
		} else {
			kept = append(kept, j)
		}
	}
	return s.pick(kept), s.pick(out), nil
}

// SplitThree deals the examples into three new sets, as [Set.Split] does: first
// the fraction test is held out, and of the rest as many as the fraction
// validation is of all. The two must be above 0 and below 1 together.
func (s *Set) SplitThree(validation, test float64, rng Source) (train, val, held *Set, err error) {
	if !(validation > 0 && test > 0 && validation+test < 1) {
		return nil, nil, nil, fmt.Errorf("dataset: fractions of %v for validation and %v for tests given, numbers above 0 and together below 1 expected",
			validation, test)
	}
	rest, held, err := s.Split(test, rng)
	if err != nil {
		return nil, nil, nil, err
	}
	train, val, err = rest.Split(validation/(1-test), rng)
	if err != nil {
		return nil, nil, nil, err
	}
	return train, val, held, nil
}

// groups returns the number of groups that are dealt one by one: the classes, or
// all examples as one.
func (s *Set) groups() int {
	if s.Task() == Classify {
		return len(s.Classes)
	}
	return 1
}

// group returns the group of an example.
func (s *Set) group(j int) int {
	if s.Task() == Classify {
		return s.Class[j]
	}
	return 0
}

// quota returns how many examples of each group a fraction is.
func (s *Set) quota(fraction float64) []int {
	q := make([]int, s.groups())
	for j := range s.Len() {
		q[s.group(j)]++
	}
	for c, count := range q {
		share := int(math.Round(fraction * float64(count)))
		q[c] = max(0, min(max(1, share), count-1))
	}
	return q
}

// isNil tells also of a Source that holds a nil pointer.
func isNil(rng Source) bool {
	if rng == nil {
		return true
	}
	v := reflect.ValueOf(rng)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
