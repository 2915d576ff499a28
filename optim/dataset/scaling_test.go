package dataset

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// feature returns a set of one feature.
func feature(x ...float64) *Set {
	return &Set{X: x, Class: make([]int, len(x)), Features: []string{"a"}, Classes: []string{"only"}}
}

// standardize brings a set to the scale that is measured on it.
func standardize(s *Set) Scaling {
	sc := s.Scaling()
	if sc.Mean != nil {
		sc.apply(s.X)
	}
	return sc
}

func TestStandardizeByHand(t *testing.T) {
	s := &Set{X: []float64{1, 5, -3, 3, 5, 0, 5, 5, 3}, Class: make([]int, 3), Features: []string{"a", "b", "c"}, Classes: []string{"k"}}
	sc := standardize(s)
	root := math.Sqrt(8.0 / 3)
	for i, want := range []struct{ mean, std float64 }{{3, root}, {5, 0}, {0, math.Sqrt(6)}} {
		if !near(sc.Mean[i], want.mean, 1e-15) || !near(sc.Std[i], want.std, 1e-15) {
			t.Errorf("feature %d: mean %v, standard deviation %v; %v expected", i, sc.Mean[i], sc.Std[i], want)
		}
	}
	half := math.Sqrt(1.5)
	for k, want := range []float64{-2 / root, 0, -half, 0, 0, 0, 2 / root, 0, half} {
		if !near(s.X[k], want, 1e-15) {
			t.Errorf("entry %d is %v, %v expected", k, s.X[k], want)
		}
	}
}

func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*max(1, math.Abs(want))
}

// The result has mean 0 and standard deviation 1 also for numbers whose sum or
// squares are out of range, and for a small spread far from 0.
func TestStandardizeExtremes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	random, farther := make([]float64, 5000), make([]float64, 100_000)
	for i := range random {
		random[i] = 1e6 + rng.NormFloat64()
	}
	for i := range farther {
		farther[i] = 1e9 + rng.NormFloat64()
	}
	for name, x := range map[string][]float64{
		"random, far from 0": random,
		"farther from 0":     farther,
		"huge":               {math.MaxFloat64, -math.MaxFloat64, math.MaxFloat64, 0},
		"huge, one sign":     {math.MaxFloat64, math.MaxFloat64 / 2, math.MaxFloat64},
		"tiny":               {1e-300, 2e-300, 5e-300},
		"subnormal":          {0, 5e-322, 1e-321},
		"two":                {-1, 1},
		"most are equal":     append(make([]float64, 1000), 1),
	} {
		s := feature(slices.Clone(x)...)
		sc := standardize(s)
		if !isFinite(sc.Mean[0]) || !isFinite(sc.Std[0]) || sc.Std[0] == 0 {
			t.Errorf("%s: scaling %v", name, sc)
		}
		mean, square := 0.0, 0.0
		for _, v := range s.X {
			mean += v / float64(len(x))
			square += v * v / float64(len(x))
		}
		tolerance := 1e-9 // 1e6 has 10 digits left for a spread of 1
		switch name {
		case "farther from 0":
			tolerance = 2e-7 // 1e9 has 7, which the mean of a plain sum would miss
		case "subnormal":
			tolerance = 0.02 // mean and deviation have two digits
		}
		if !near(mean, 0, tolerance) || !near(square, 1, tolerance) {
			t.Errorf("%s: mean %v and mean square %v, 0 and 1 expected (scaling %v)", name, mean, square, sc)
		}
	}
}

// A constant feature is 0 exactly, although the sum of ten times 0.1 is not 1.
func TestStandardizeConstant(t *testing.T) {
	for _, v := range []float64{0.1, 0, -1e300, 5e-324} {
		for _, m := range []int{1, 2, 10, 1001} {
			s := feature(slices.Repeat([]float64{v}, m)...)
			sc := standardize(s)
			if sc.Mean[0] != v || sc.Std[0] != 0 {
				t.Errorf("%d times %v: scaling %v", m, v, sc)
			}
			if slices.ContainsFunc(s.X, func(x float64) bool { return x != 0 }) {
				t.Errorf("%d times %v became %v", m, v, s.X)
			}
		}
	}
}

// What is not finite spoils its feature visibly, and only this one.
func TestStandardizeNotFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, other := range []float64{1, bad} {
			s := &Set{X: []float64{1, bad, 3, other}, Class: make([]int, 2), Features: []string{"a", "b"}, Classes: []string{"k"}}
			standardize(s)
			if s.X[0] != -1 || s.X[2] != 1 || s.X[1] == s.X[1] || s.X[3] == s.X[3] {
				t.Errorf("with %v and %v: %v, NaN expected for them only", bad, other, s.X)
			}
		}
	}
}

func TestStandardizeInvalid(t *testing.T) {
	s := fruits()
	s.X = s.X[:7]
	before := slices.Clone(s.X)
	if sc := standardize(s); sc.Mean != nil || sc.Std != nil || !slices.Equal(s.X, before) {
		t.Errorf("scaling %v, X %v", sc, s.X)
	}
	var none *Set
	standardize(none)
}

func TestApply(t *testing.T) {
	s, same := fruits(), fruits()
	sc := standardize(s)
	if err := sc.Apply(same); err != nil || !slices.Equal(same.X, s.X) {
		t.Errorf("%v (%v), standardised it is %v", same.X, err, s.X)
	}
	other := feature(3, 7, -1)
	if err := (Scaling{Mean: []float64{3}, Std: []float64{2}}).Apply(other); err != nil || !slices.Equal(other.X, []float64{0, 2, -2}) {
		t.Errorf("%v (%v), 0, 2 and -2 expected", other.X, err)
	}
	constant := feature(3, 7)
	if err := (Scaling{Mean: []float64{3}, Std: []float64{0}}).Apply(constant); err != nil || !slices.Equal(constant.X, []float64{0, 0}) {
		t.Errorf("%v (%v), zeros expected", constant.X, err)
	}
}

func TestApplyErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := []float64{1, 1}
	for _, c := range []struct {
		sc   Scaling
		set  *Set
		want string
	}{
		{Scaling{}, fruits(), "0 means and 0 standard deviations given for 2 features"},
		{Scaling{good, good[:1]}, fruits(), "2 means and 1 standard"},
		{Scaling{[]float64{1, nan}, good}, fruits(), "feature width is mean NaN"},
		{Scaling{[]float64{inf, 1}, good}, fruits(), "feature length is mean +Inf"},
		{Scaling{good, []float64{1, -1}}, fruits(), "standard deviation -1"},
		{Scaling{good, []float64{1, inf}}, fruits(), "standard deviation +Inf"},
		{Scaling{good, good}, nil, "the set is nil"},
		{Scaling{good, good}, &Set{}, "no features"},
	} {
		err := c.sc.Apply(c.set)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, one with %q expected", err, c.want)
		}
		if c.set.Len() > 0 && !slices.Equal(c.set.X, fruits().X) {
			t.Errorf("%s: X was changed", c.want)
		}
	}
}
