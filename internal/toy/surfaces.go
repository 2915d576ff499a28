package toy

import (
	"math"
	"math/rand/v2"

	"chainrule/optim/dataset"
)

// A surface is a set whose target is a number, a function of the inputs.
type surface struct {
	name   string
	inputs int
	reach  float64 // inputs are uniform from −reach to reach
	noise  float64 // the default
	value  func(x []float64) float64
}

func surfaces() []surface {
	return []surface{
		{"plane", 2, 2, 0.1, plane},
		{"bumps", 2, 2, 0.05, bumps},
		{"sine", 1, math.Pi, 0.1, sine},
	}
}

// plane is y = (x1 + x2)/2. The form is that of the plane in TensorFlow playground,
// with inputs from −6 to 6.
func plane(x []float64) float64 { return (x[0] + x[1]) / 2 }

// bumps is a hill around (1, 1) and a hollow around (−1, −1), both Gaussian:
//
//	y = e^(−(x1−1)² − (x2−1)²) − e^(−(x1+1)² − (x2+1)²)
//
// As the set of several Gaussians in TensorFlow playground, with two.
func bumps(x []float64) float64 {
	bump := func(centre float64) float64 {
		a, b := x[0]-centre, x[1]-centre
		return math.Exp(-float64(float64(a*a) + float64(b*b)))
	}
	return float64(bump(1)) - float64(bump(-1))
}

// sine is y = sin x over one period.
func sine(x []float64) float64 { return math.Sin(x[0]) }

// make returns the examples, in random order as they are drawn.
func (f surface) make(s Settings) *dataset.Set {
	d := draw{rng: rand.New(rand.NewPCG(s.Seed, s.Seed)), noise: s.Noise}
	set := &dataset.Set{
		X:        make([]float64, 0, f.inputs*s.Examples),
		Y:        make([]float64, 0, s.Examples),
		Features: []string{"x1", "x2"}[:f.inputs],
		Targets:  []string{"y"},
	}
	for range s.Examples {
		from := len(set.X)
		for range f.inputs {
			set.X = append(set.X, float64(f.reach*float64(2*d.rng.Float64()-1)))
		}
		set.Y = append(set.Y, d.blur(f.value(set.X[from:])))
	}
	return set
}
