package toy

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"chainrule/internal/nearest"
	"chainrule/optim/dataset"
)

const maxExamples = 10_000_000 // of a set

// MaxNoise is the largest noise, far beyond any use, with which nothing overflows.
const MaxNoise = 1e6

// Settings says what [New] makes.
type Settings struct {
	Examples int     // number of examples, 2 to each class at least; 0 is an error but for "flower"
	Noise    float64 // standard deviation of the normal noise; 0 is none; see DefaultNoise
	Arms     int     // spirals: 2 or 3; if 0, 2. The other sets have no arms and don't look at it
	Seed     uint64  // of the random numbers
	Fresh    bool    // flower: random points also where the settings are those of the published set
}

// Names returns the names of the sets with classes that [New] makes.
func Names() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// NumberNames returns the names of the sets with numbers to predict that [New] makes.
func NumberNames() []string {
	var names []string
	for _, f := range surfaces() {
		names = append(names, f.name)
	}
	return names
}

// DefaultNoise returns the noise that suits a set: it blurs the points visibly,
// and yet a good classifier gets 97.5 % of fresh ones right (except for
// "flower", whose petals cross), and most of the spread of a number to predict is not
// noise. It is 0 for a name that [New] does not know.
func DefaultNoise(name string) float64 {
	for _, f := range surfaces() {
		if f.name == name {
			return f.noise
		}
	}
	for _, k := range kinds() {
		if k.name == name {
			return k.noise
		}
	}
	return 0
}

// Classes returns how many classes a set has; arms are those of the spirals, 0 for
// the default. It is 0 for numbers to predict and for a name that [New] does not know.
func Classes(name string, arms int) int {
	for _, k := range kinds() {
		switch {
		case k.name != name:
		case k.classes == 0:
			n, _ := Settings{Arms: arms}.arms() // 0 for a number that New does not take
			return n
		default:
			return k.classes
		}
	}
	return 0
}

// New makes a set of points in the plane, features x1 and x2, classes "0", "1"
// and so on:
//
//	flower   two classes on the petals of a rose curve, see Flower
//	moons    two half circles that interlock
//	circles  a circle in a circle
//	spirals  two or three arms
//	blobs    three clouds
//	xor      a square cut by the axes, neighbours of different classes
//	gauss    two clouds
//
// or of points with a number to predict, y, in random order:
//
//	plane    y = (x1 + x2)/2
//	bumps    a hill and a hollow, two Gaussians
//	sine     y = sin x1, one feature, over one period
//
// All examples of class 0 come first, then those of class 1, and so on. Each
// class has the same number of examples, the first ones have one more where
// that does not work out. Curves are sampled in equal steps, so that only noise
// tells two seeds apart.
//
// The flower with 400 examples and noise 0.2 is the published set, whatever the
// seed. For it, Examples 0 means 400, and with Noise 0 as well the published
// set. With any other noise or number, and if Fresh is set, it follows the same
// formula with random numbers from the seed.
//
// The random numbers are those of PCG in math/rand/v2. They and the sums and
// products made of them are the same on every platform; sin, cos and a few of
// the normal numbers, which take a logarithm, come from package math, whose
// last bit depends on the processor's family.
//
// An unknown name, and settings out of range, are errors that say what is
// expected.
func New(name string, s Settings) (*dataset.Set, error) {
	if !(s.Noise >= 0 && s.Noise <= MaxNoise) {
		return nil, fmt.Errorf("toy: a noise of %v given, a number from 0 to %d expected", s.Noise, int(MaxNoise))
	}
	for _, f := range surfaces() {
		if f.name != name {
			continue
		}
		if s.Examples < 2 || s.Examples > maxExamples {
			return nil, fmt.Errorf("toy: %d examples given, 2 to %d expected for %q", s.Examples, maxExamples, name)
		}
		return f.make(s), nil
	}
	k, err := find(name)
	if err != nil {
		return nil, err
	}
	if k.classes == 0 {
		if k.classes, err = s.arms(); err != nil {
			return nil, err
		}
	}
	if name == "flower" && s.isPublished() {
		return Flower(), nil
	}
	if name == "flower" && s.Examples == 0 {
		s.Examples = flowerExamples
	}
	if s.Examples < 2*k.classes || s.Examples > maxExamples {
		return nil, fmt.Errorf("toy: %d examples given, %d (2 of each class) to %d expected for %q",
			s.Examples, 2*k.classes, maxExamples, name)
	}
	return k.make(s), nil
}

func (s Settings) arms() (int, error) {
	switch s.Arms {
	case 0:
		return 2, nil
	case 2, 3:
		return s.Arms, nil
	}
	return 0, fmt.Errorf("toy: %d arms given, 2 or 3 expected", s.Arms)
}

// find returns the kind with the given name.
func find(name string) (kind, error) {
	for _, k := range kinds() {
		if k.name == name {
			return k, nil
		}
	}
	like, names := "", append(Names(), NumberNames()...)
	if n, near := nearest.Name(name, names); near {
		like = fmt.Sprintf("; is it %s?", n)
	}
	return kind{}, fmt.Errorf("toy: there is no set %.40q%s The sets are %s", name, cmp.Or(like, "."), strings.Join(names, ", "))
}

// make returns the examples of all classes, one class after the other.
func (k kind) make(s Settings) *dataset.Set {
	d := draw{rng: rand.New(rand.NewPCG(s.Seed, s.Seed)), noise: s.Noise, classes: k.classes}
	set := &dataset.Set{
		X:        make([]float64, 0, 2*s.Examples),
		Class:    make([]int, 0, s.Examples),
		Features: []string{"x1", "x2"},
	}
	for class := range k.classes {
		set.Classes = append(set.Classes, strconv.Itoa(class))
		n := s.Examples / k.classes
		if class < s.Examples%k.classes {
			n++
		}
		for i := range n {
			x1, x2 := k.point(d, class, i, n)
			set.X = append(set.X, x1, x2)
			set.Class = append(set.Class, class)
		}
	}
	return set
}

// A draw is what a point is made of beside its number.
type draw struct {
	rng     *rand.Rand
	noise   float64
	classes int
}

// blur returns v with noise. One normal number is drawn also if the noise is 0,
// so that it does not change what else is drawn.
func (d draw) blur(v float64) float64 {
	// The conversions keep compilers from fusing products and sums.
	return float64(v) + float64(d.noise*d.rng.NormFloat64())
}

// near returns a point with noise on both coordinates.
func (d draw) near(x1, x2 float64) (float64, float64) {
	x1 = d.blur(x1)
	return x1, d.blur(x2)
}

// polar returns the point (r·cos t, r·sin t).
func polar(r, t float64) (x1, x2 float64) {
	return float64(r * math.Cos(t)), float64(r * math.Sin(t))
}
