package dataset

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestFolds(t *testing.T) {
	for _, s := range []*Set{numbered(10, 5, 3), numbered(1, 1, 1, 1, 1, 1), numbered(20), sets()["numbers"], sets()["no targets"]} {
		for _, k := range []int{2, 3, 5, 6} {
			folds, err := s.Folds(k, 7)
			if err != nil {
				t.Fatal(err)
			}
			again, _ := s.Folds(k, 7)
			if !reflect.DeepEqual(folds, again) {
				t.Error("the same seed gave other folds")
			}
			times := make([]int, s.Len())
			sizes, perClass := []int{}, map[int][]int{}
			for _, f := range folds {
				count := make([]int, s.groups())
				for _, j := range f.Test {
					times[j]++
					count[s.group(j)]++
				}
				for c, n := range count {
					perClass[c] = append(perClass[c], n)
				}
				sizes = append(sizes, len(f.Test))
				both := slices.Concat(f.Train, f.Test)
				if slices.Sort(both); len(slices.Compact(both)) != s.Len() || !slices.IsSorted(f.Train) || !slices.IsSorted(f.Test) {
					t.Errorf("%d folds: train %v and test %v are not all examples, or not in order", k, f.Train, f.Test)
				}
			}
			if slices.Min(times) != 1 || slices.Max(times) != 1 {
				t.Errorf("%d folds: examples are tested %v times", k, times)
			}
			perClass[-1] = sizes
			for c, n := range perClass {
				if slices.Max(n)-slices.Min(n) > 1 {
					t.Errorf("%d folds: %v examples of class %d", k, n, c)
				}
			}
		}
	}
	s := numbered(10, 10)
	a, _ := s.Folds(4, 1)
	b, _ := s.Folds(4, 2)
	if reflect.DeepEqual(a, b) {
		t.Error("two seeds gave the same folds")
	}
	for _, k := range []int{-1, 0, 1, 21} {
		if _, err := s.Folds(k, 1); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%d folds given, 2 to 20 expected", k)) {
			t.Errorf("%d folds: error %v", k, err)
		}
	}
	if _, err := (*Set)(nil).Folds(2, 1); err == nil {
		t.Error("folds of nil")
	}
}

func TestSelect(t *testing.T) {
	s := sets()["numbers"]
	got, err := s.Select([]int{6, 0, 6})
	if err != nil || fmt.Sprint(got.X, got.Y, got.Targets) != "[6 3 0 0 6 3] [60 600 0 0 60 600] [u v]" {
		t.Errorf("%+v, error %v", got, err)
	}
	got.X[0], got.Y[0], got.Targets[0] = -1, -1, "w"
	if s.X[12] != 6 || s.Y[12] != 60 || s.Targets[0] != "u" {
		t.Error("the selection shares memory with the set")
	}
	for want, examples := range map[string][]int{
		"example 7 selected, but there are 7": {0, 7}, "example -1 selected": {-1}, "no examples selected": {},
	} {
		if _, err := s.Select(examples); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, one with %q expected", err, want)
		}
	}
}

// Numbers are dealt as one class is, and the three parts are all of the set.
func TestSplitOfNumbers(t *testing.T) {
	s := sets()["numbers"]
	train, held, err := s.Split(0.3, rand.NewPCG(1, 2))
	if err != nil || train.Len() != 5 || held.Len() != 2 {
		t.Fatalf("%d and %d examples, error %v", train.Len(), held.Len(), err)
	}
	big := numbered(60, 40)
	a, b, c, err := big.SplitThree(0.2, 0.1, rand.NewPCG(1, 2))
	if err != nil || a.Len() != 70 || b.Len() != 20 || c.Len() != 10 {
		t.Fatalf("%d, %d and %d examples, error %v", a.Len(), b.Len(), c.Len(), err)
	}
	checkParts(t, big, a, b, c)
	if count(b, 0) != 12 || count(c, 1) != 4 {
		t.Errorf("%d of class 0 for validation, %d of class 1 for tests", count(b, 0), count(c, 1))
	}
	for _, f := range [][2]float64{{0, 0.5}, {0.5, 0}, {0.5, 0.5}, {0.9, 0.2}} {
		if _, _, _, err := big.SplitThree(f[0], f[1], rand.NewPCG(1, 2)); err == nil || !strings.Contains(err.Error(), "together below 1") {
			t.Errorf("%v: error %v", f, err)
		}
	}
	one := &Set{X: []float64{1}, Features: []string{"a"}}
	if _, _, err := one.Split(0.5, rand.NewPCG(1, 2)); err == nil || !strings.Contains(err.Error(), "there is one example") {
		t.Error(err)
	}
}
