package toy

import (
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/optim/dataset"
)

// cases yields settings of every set, spirals with two and with three arms.
func cases() []struct {
	name string
	arms int
} {
	type c = struct {
		name string
		arms int
	}
	out := []c{{"spirals", 3}}
	for _, name := range Names() {
		out = append(out, c{name, 0})
	}
	return out
}

// mustNew returns a set or ends the test.
func mustNew(t *testing.T, name string, s Settings) *dataset.Set {
	t.Helper()
	set, err := New(name, s)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestNames(t *testing.T) {
	want := []string{"flower", "moons", "circles", "spirals", "blobs", "xor", "gauss"}
	if got := Names(); !slices.Equal(got, want) {
		t.Errorf("%v, %v expected", got, want)
	}
	for _, name := range want {
		if v := DefaultNoise(name); !(v > 0) {
			t.Errorf("the noise of %s is %v", name, v)
		}
	}
	if v := DefaultNoise("moon"); v != 0 {
		t.Errorf("the noise of a set that isn't is %v", v)
	}
}

// Every set has what was asked for, class after class, evenly dealt.
func TestCounts(t *testing.T) {
	for _, c := range cases() {
		for _, m := range []int{6, 7, 100, 101} {
			s := mustNew(t, c.name, Settings{Examples: m, Noise: 0.3, Arms: c.arms})
			if err := s.Check(); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			k := len(s.Classes)
			if want := map[string]int{"blobs": 3, "spirals": max(c.arms, 2)}[c.name]; k != max(want, 2) {
				t.Errorf("%s with %d arms: %d classes", c.name, c.arms, k)
			}
			if s.Len() != m || !slices.Equal(s.Features, []string{"x1", "x2"}) || !slices.Equal(s.Classes, []string{"0", "1", "2"}[:k]) {
				t.Errorf("%s: %d examples, features %v, classes %v", c.name, s.Len(), s.Features, s.Classes)
			}
			if !slices.IsSorted(s.Class) {
				t.Errorf("%s: the classes are not one after the other", c.name)
			}
			for class := range k {
				want := m / k
				if class < m%k {
					want++
				}
				if got := slices.Index(append(slices.Clone(s.Class), class+1), class+1) - slices.Index(s.Class, class); got != want {
					t.Errorf("%s of %d: %d of class %d, %d expected", c.name, m, got, class, want)
				}
			}
			if i := slices.IndexFunc(s.X, func(v float64) bool { return math.IsNaN(v) || math.Abs(v) > 20 }); i >= 0 {
				t.Errorf("%s: a coordinate is %v", c.name, s.X[i])
			}
		}
	}
}

// The points are settled by the seed, and each seed has its own.
func TestSeeds(t *testing.T) {
	for _, c := range cases() {
		s := Settings{Examples: 50, Noise: 0.1, Arms: c.arms, Seed: 7}
		a, b := mustNew(t, c.name, s), mustNew(t, c.name, s)
		s.Seed = 8
		other := mustNew(t, c.name, s)
		if !slices.Equal(a.X, b.X) {
			t.Errorf("%s: the same seed gave two sets", c.name)
		}
		for k, v := range a.X {
			if v == other.X[k] {
				t.Errorf("%s: coordinate %d is %v for two seeds", c.name, k, v)
			}
		}
		a.X[0], a.Class[0], a.Features[0], a.Classes[0] = 99, 1, "changed", "changed"
		if again := mustNew(t, c.name, Settings{Examples: 50, Noise: 0.1, Arms: c.arms, Seed: 7}); again.X[0] == 99 ||
			again.Class[0] == 1 || again.Features[0] != "x1" || again.Classes[0] != "0" {
			t.Errorf("%s: two sets share memory", c.name)
		}
	}
}

// The bits of a few points, so that a seed stays what it is.
func TestPinnedPoints(t *testing.T) {
	for name, want := range map[string][]float64{
		"gauss": {-1.4716273307976413, -1.8706469830365844, -1.3823199899159824, -2.237620820869333},
		"xor":   {-0.5942029576024457, -0.9149951072493632, -1.4190468328399317, -1.3232647452442103},
	} {
		s := mustNew(t, name, Settings{Examples: 4, Noise: 0.5, Seed: 2})
		if got := s.X[:4]; !slices.Equal(got, want) {
			t.Errorf("%s begins with %v, %v expected", name, got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		name string
		s    Settings
		want string
	}{
		{"moon", Settings{Examples: 100}, `toy: there is no set "moon"; is it moons? The sets are flower, moons, circles, spirals, blobs, xor, gauss`},
		{"spyrls", Settings{Examples: 100}, `toy: there is no set "spyrls"; is it spirals? The sets are`},
		{"XOR", Settings{Examples: 100}, `toy: there is no set "XOR"; is it xor? The sets are`},
		{"iris", Settings{Examples: 100}, `toy: there is no set "iris". The sets are flower,`},
		{"", Settings{Examples: 100}, `toy: there is no set "". The sets are flower,`},
		{strings.Repeat("x", 1e6), Settings{Examples: 100}, `toy: there is no set "` + strings.Repeat("x", 40) + `". The sets are`},
		{"moons", Settings{}, `toy: 0 examples given, 4 (2 of each class) to 10000000 expected for "moons"`},
		{"moons", Settings{Examples: 3}, "toy: 3 examples given, 4 (2 of each class)"},
		{"moons", Settings{Examples: -5}, "toy: -5 examples given"},
		{"blobs", Settings{Examples: 5}, "toy: 5 examples given, 6 (2 of each class)"},
		{"blobs", Settings{Examples: 3}, "toy: 3 examples given, 6 (2 of each class)"}, // one of each class
		{"spirals", Settings{Examples: 5, Arms: 3}, "toy: 5 examples given, 6 (2 of each class)"},
		{"flower", Settings{Examples: 1}, "toy: 1 examples given, 4 (2 of each class)"},
		{"flower", Settings{Examples: -1, Noise: 0.2}, "toy: -1 examples given"},
		{"xor", Settings{Examples: 10_000_001}, "toy: 10000001 examples given"},
		{"xor", Settings{Examples: 100, Noise: -0.1}, "toy: a noise of -0.1 given, a number from 0 to 1000000 expected"},
		{"xor", Settings{Examples: 100, Noise: math.NaN()}, "toy: a noise of NaN given"},
		{"xor", Settings{Examples: 100, Noise: inf}, "toy: a noise of +Inf given"},
		{"flower", Settings{Noise: math.NaN()}, "toy: a noise of NaN given"},
		{"spirals", Settings{Examples: 100, Arms: 1}, "toy: 1 arms given, 2 or 3 expected"},
		{"spirals", Settings{Examples: 100, Arms: 4}, "toy: 4 arms given, 2 or 3 expected"},
		{"spirals", Settings{Examples: 100, Arms: -2}, "toy: -2 arms given, 2 or 3 expected"},
	} {
		s, err := New(c.name, c.s)
		if s != nil || err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%.50s %+v: %v, error %v, %q expected", c.name, c.s, s, err, c.want)
		}
	}
	if _, err := New("moons", Settings{Examples: 4, Arms: 9}); err != nil {
		t.Errorf("moons look at the number of arms: %v", err)
	}
}

// Which settings give the published flower and which the formula.
func TestFlowerThroughNew(t *testing.T) {
	want := Flower()
	for _, c := range []struct {
		s         Settings
		published bool
		m         int
	}{
		{Settings{}, true, 400},
		{Settings{Seed: 5, Arms: 3}, true, 400},
		{Settings{Noise: 0.2}, true, 400},
		{Settings{Examples: 400, Noise: 0.2, Seed: 5}, true, 400},
		{Settings{Examples: 400}, false, 400},
		{Settings{Noise: 0.1}, false, 400},
		{Settings{Examples: 300, Noise: 0.2}, false, 300},
	} {
		s := mustNew(t, "flower", c.s)
		if err := s.Check(); err != nil || s.Len() != c.m {
			t.Errorf("%+v: %d examples, %d expected (%v)", c.s, s.Len(), c.m, err)
		}
		if got := slices.Equal(s.X, want.X); got != c.published {
			t.Errorf("%+v: the published points: %v, %v expected", c.s, got, c.published)
		}
		if c.published && !slices.Equal(s.Class, want.Class) {
			t.Errorf("%+v: classes %v, %v expected", c.s, s.Class, want.Class)
		}
	}
}

func TestFreshFlower(t *testing.T) {
	published, err := New("flower", Settings{Noise: flowerNoise, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := New("flower", Settings{Noise: flowerNoise, Seed: 1, Fresh: true})
	if err != nil {
		t.Fatal(err)
	}
	if fresh.Len() != published.Len() || fresh.X[0] == published.X[0] {
		t.Errorf("%d examples from (%v, …), others than the published %d from (%v, …) expected",
			fresh.Len(), fresh.X[0], published.Len(), published.X[0])
	}
}
