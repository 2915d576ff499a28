package dataset

import (
	"fmt"
	"math/rand/v2"
)

// A Fold says which examples to train on and which to judge by; [Set.Select]
// makes sets of them.
type Fold struct{ Train, Test []int }

// Folds deals the examples, in random order, into k parts of equal size, give or
// take one, and returns k folds: each part is the test of one of them, the others
// together are what to train on. Each class is dealt evenly: two parts differ by
// one of its examples at most. Test and Train are in ascending order.
//
// The same set, k and seed give the same folds. It is an error if s is not valid
// (see [Set.Check]), and if k is below 2 or above the number of examples.
func (s *Set) Folds(k int, seed uint64) ([]Fold, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	m := s.Len()
	if k < 2 || k > m {
		return nil, fmt.Errorf("dataset: %d folds given, 2 to %d expected, which is the number of examples", k, m)
	}
	byGroup := make([][]int, s.groups())
	for _, j := range rand.New(rand.NewPCG(seed, 0)).Perm(m) {
		byGroup[s.group(j)] = append(byGroup[s.group(j)], j)
	}
	part, dealt := make([]int, m), 0
	for _, group := range byGroup {
		for _, j := range group { // on from where the last group ended, so that parts are of equal size
			part[j] = dealt % k
			dealt++
		}
	}
	folds := make([]Fold, k)
	for j, p := range part {
		for f := range folds {
			to := &folds[f].Train
			if f == p {
				to = &folds[f].Test
			}
			*to = append(*to, j)
		}
	}
	return folds, nil
}
