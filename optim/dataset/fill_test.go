package dataset

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// gaps is a table whose last three examples have other means and texts than the first.
const gaps = "a,u,b,k\n1,p,1,x\n3,p,,y\n,,3,x\n10,q,7,y\n20,q,,x\n,,9,y\n"

// What a set misses is filled by the examples to train on, whether they miss something
// themselves or not, and that is what new examples are filled with.
func TestFilled(t *testing.T) {
	all, _, err := readBoth(t, gaps, CSV{Missing: MissingFill})
	if err != nil {
		t.Fatal(err)
	}
	pick := func(examples ...int) *Set {
		s, err := all.Select(examples)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, c := range []struct {
		train, of []int
		fills     string
		x         string // a, u=p, u=q, b
	}{
		{[]int{0, 1, 2}, []int{5, 4}, "2 p 2", "[2 1 0 9 20 0 1 2]"},
		{[]int{0, 1, 2}, []int{2, 1, 0}, "2 p 2", "[2 1 0 3 3 1 0 2 1 1 0 1]"},
		{[]int{3, 4, 5, 3}, []int{2, 1}, "13.333333333333334 q 7.666666666666667", "[13.333333333333334 0 1 3 3 1 0 7.666666666666667]"},
		{[]int{0, 3}, []int{2}, "5.5 p 4", "[5.5 1 0 3]"},
	} {
		train, of := pick(c.train...), pick(c.of...)
		before := slices.Clone(of.X)
		got, err := of.Filled(train)
		if err != nil {
			t.Fatal(err)
		}
		s := got.Schema()
		if fills := fmt.Sprint(*s.Columns[0].Fill, " ", s.Columns[1].FillCategory, " ", *s.Columns[2].Fill); fills != c.fills || fmt.Sprint(got.X) != c.x {
			t.Errorf("%v by %v: %v filled with %s, %s and %s expected", c.of, c.train, got.X, fills, c.x, c.fills)
		}
		if !slices.Equal(of.X, before) || *of.Columns[0].Fill == *s.Columns[0].Fill {
			t.Errorf("%v by %v: the set itself has changed", c.of, c.train)
		}
		again, err := got.Filled(pick(c.train...))
		if err != nil || !slices.Equal(again.X, got.X) {
			t.Errorf("%v by %v again: %v, error %v", c.of, c.train, again, err)
		}
	}

	none, err := pick(5, 2).Filled(pick(5, 2))
	if want := "column a: all of the 2 examples to train on miss it"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, error %v, %q expected", none, err, want)
	}
	other, _, err := readBoth(t, strings.ReplaceAll(gaps, "q", "r"), CSV{Missing: MissingFill})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := all.Filled(other); err == nil || !strings.Contains(err.Error(), "other columns") {
		t.Errorf("filled by other categories: error %v", err)
	}
	for _, sets := range [][2]*Set{{nil, all}, {all, nil}, {all, {}}} {
		if _, err := sets[0].Filled(sets[1]); err == nil {
			t.Error("a set that is none is filled")
		}
	}
}

// Sets of which nobody knows what was missing stay as they are, and so do those that were
// scaled, whose columns are filled in the units of the file.
func TestFilledLeavesOthersAlone(t *testing.T) {
	plain := &Set{X: []float64{1, math.NaN()}, Features: []string{"a"}, Class: []int{0, 1}, Classes: []string{"x", "y"}}
	if got, err := plain.Filled(plain); got != plain || err != nil {
		t.Errorf("%v, error %v", got, err)
	}
	s, _, err := readBoth(t, gaps, CSV{Missing: MissingFill})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Scaling().Apply(s); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Filled(s); got != s || err != nil {
		t.Errorf("%v, error %v", got, err)
	}
	cut, _, err := readBoth(t, gaps, CSV{Missing: MissingFill})
	if err != nil {
		t.Fatal(err)
	}
	cut.X, cut.Class = cut.X[:8], cut.Class[:2] // by hand
	if got, err := cut.Filled(cut); err != nil || fmt.Sprint(got.X) != "[1 1 0 1 3 1 0 1]" {
		t.Errorf("%+v, error %v", got, err)
	}
}
