package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/internal/numpyrand"
)

var (
	_ Source = (*rand.Rand)(nil)
	_ Source = (*numpyrand.Rand)(nil)
)

// numbered returns a set with the given number of examples of each class, in
// order; both features of example j are j.
func numbered(counts ...int) *Set {
	s := &Set{Features: []string{"a", "b"}}
	for class, count := range counts {
		s.Classes = append(s.Classes, fmt.Sprint(class))
		for range count {
			j := float64(len(s.Class))
			s.X, s.Class = append(s.X, j, j), append(s.Class, class)
		}
	}
	return s
}

func TestSplitCounts(t *testing.T) {
	for _, c := range []struct {
		counts   []int
		fraction float64
		held     []int
	}{
		{[]int{50, 50, 50}, 0.2, []int{10, 10, 10}},
		{[]int{100, 10}, 0.25, []int{25, 3}},
		{[]int{2, 2}, 0.5, []int{1, 1}},
		{[]int{2, 3}, 1e-9, []int{1, 1}},
		{[]int{2, 3}, 0.999999, []int{1, 2}},
		{[]int{1, 4, 0}, 0.5, []int{0, 2, 0}},
		{[]int{7}, 0.3, []int{2}},
	} {
		s := numbered(c.counts...)
		train, held, err := s.Split(c.fraction, rand.NewPCG(1, 2))
		if err != nil {
			t.Fatal(err)
		}
		for class, want := range c.held {
			if got := count(held, class); got != want {
				t.Errorf("%v, %v: %d of class %d are held out, %d expected", c.counts, c.fraction, got, class, want)
			}
			if got, want := count(train, class), c.counts[class]-want; got != want {
				t.Errorf("%v, %v: %d of class %d are left, %d expected", c.counts, c.fraction, got, class, want)
			}
		}
		checkParts(t, s, train, held)
	}
}

func count(s *Set, class int) int {
	n := 0
	for _, c := range s.Class {
		if c == class {
			n++
		}
	}
	return n
}

// checkParts reports parts that don't hold every example of a numbered set once,
// with its class.
func checkParts(t *testing.T, s *Set, parts ...*Set) {
	t.Helper()
	seen := map[float64]bool{}
	for _, p := range parts {
		if err := p.Check(); err != nil {
			t.Error(err)
		}
		if !slices.Equal(p.Features, s.Features) || !slices.Equal(p.Classes, s.Classes) {
			t.Errorf("features %v and classes %v in a part, %v and %v in the set", p.Features, p.Classes, s.Features, s.Classes)
		}
		for j, class := range p.Class {
			x := p.X[2*j]
			if seen[x] || p.X[2*j+1] != x || s.Class[int(x)] != class {
				t.Errorf("example %v: seen before (%v), or with features or class of another", x, seen[x])
			}
			seen[x] = true
		}
	}
	if len(seen) != s.Len() {
		t.Errorf("%d examples in the parts, %d in the set", len(seen), s.Len())
	}
}

func TestSplitShuffles(t *testing.T) {
	s := numbered(40, 40)
	train, held, _ := s.Split(0.25, rand.New(rand.NewPCG(1, 2)))
	again, heldAgain, _ := s.Split(0.25, rand.New(rand.NewPCG(1, 2)))
	_, other, _ := s.Split(0.25, rand.New(rand.NewPCG(3, 4)))
	if !slices.Equal(train.X, again.X) || !slices.Equal(held.X, heldAgain.X) {
		t.Error("the same seed gave different parts")
	}
	if slices.Equal(held.X, other.X) {
		t.Error("another seed gave the same part")
	}
	for _, p := range []*Set{train, held} {
		if slices.IsSorted(p.X) || slices.IsSorted(p.Class) {
			t.Error("the examples of a part are in order")
		}
	}
}

func TestSplitCopies(t *testing.T) {
	s := numbered(3, 3)
	train, held, err := s.Split(0.5, rand.NewPCG(1, 2))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*Set{train, held} {
		p.X[0], p.Class[0], p.Features[0], p.Classes[0] = -1, 1-p.Class[0], "changed", "changed"
	}
	if want := numbered(3, 3); !slices.Equal(s.X, want.X) || !slices.Equal(s.Class, want.Class) ||
		s.Features[0] != "a" || s.Classes[0] != "0" || train.X[0] == held.X[len(held.X)-1] {
		t.Error("a part shares memory with the set")
	}
}

func TestSplitErrors(t *testing.T) {
	var none *rand.Rand
	rng := rand.NewPCG(1, 2)
	for _, c := range []struct {
		set      *Set
		fraction float64
		rng      Source
		want     string
	}{
		{numbered(5, 5), 0, rng, "fraction of 0 "},
		{numbered(5, 5), 1, rng, "fraction of 1 "},
		{numbered(5, 5), -0.1, rng, "fraction of -0.1 "},
		{numbered(5, 5), math.NaN(), rng, "fraction of NaN "},
		{numbered(5, 5), math.Inf(1), rng, "fraction of +Inf "},
		{numbered(5, 5), 0.5, nil, "source of random numbers is nil"},
		{numbered(5, 5), 0.5, none, "source of random numbers is nil"},
		{numbered(1, 1), 0.5, rng, "no class has two examples"},
		{numbered(), 0.5, rng, "no examples"},
		{nil, 0.5, rng, "the set is nil"},
	} {
		train, held, err := c.set.Split(c.fraction, c.rng)
		if err == nil || !strings.Contains(err.Error(), c.want) || train != nil || held != nil {
			t.Errorf("error %v, %v and %v; one with %q, nil and nil expected", err, train, held, c.want)
		}
	}
}
