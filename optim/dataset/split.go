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
// least; a single example goes to train. Both parts have all of s's Features
// and Classes.
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
		return nil, nil, errors.New("dataset: no class has two examples, so none can be held out")
	}
	var kept, out []int
	for _, j := range rand.New(rng).Perm(s.Len()) {
		if c := s.Class[j]; quota[c] > 0 {
			quota[c]--
			out = append(out, j)
		} else {
			kept = append(kept, j)
		}
	}
	return s.pick(kept), s.pick(out), nil
}

// quota returns how many examples of each class a fraction is.
func (s *Set) quota(fraction float64) []int {
	q := make([]int, len(s.Classes))
	for _, c := range s.Class {
		q[c]++
	}
	for c, count := range q {
		share := int(math.Round(fraction * float64(count)))
		q[c] = max(0, min(max(1, share), count-1))
	}
	return q
}

// pick returns a set with copies of the given examples.
func (s *Set) pick(examples []int) *Set {
	n := len(s.Features)
	out := &Set{
		X:        make([]float64, 0, n*len(examples)),
		Class:    make([]int, 0, len(examples)),
		Features: slices.Clone(s.Features),
		Classes:  slices.Clone(s.Classes),
	}
	for _, j := range examples {
		out.X = append(out.X, s.X[j*n:(j+1)*n]...)
		out.Class = append(out.Class, s.Class[j])
	}
	return out
}

// isNil tells also of a Source that holds a nil pointer.
func isNil(rng Source) bool {
	if rng == nil {
		return true
	}
	v := reflect.ValueOf(rng)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
