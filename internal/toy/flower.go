package toy

import (
	"math"

	"chainrule/internal/numpyrand"
)

// Flower returns the planar flower: 400 points on the petals of a rose curve
// with noise, 200 of class 0 followed by 200 of class 1. It is the data set of
// the well-known two-layer exercise, made from the same random numbers (NumPy
// seed 1), and has no parameters so that published results apply to it.
//
// With t over [3.12·class, 3.12·(class+1)] in equal steps, both ends included,
// and N(0,1) noise scaled by 0.2 on the angle and on the radius:
//
//	r = 4·sin(4t),  x = (r·sin t, r·cos t)
func Flower() Set {
	const (
		perClass = 200  // examples of one class
		radius   = 4.0  // length of a petal
		petals   = 4    // factor of the angle in the rose curve
		arc      = 3.12 // range of the angle of one class, about π
		noise    = 0.2  // standard deviation, on the angle and on the radius
		seed     = 1    // of NumPy's legacy generator
	)
	rng := numpyrand.New(seed)
	s := newSet(2 * perClass)
	for class := range 2 {
		// All angles of a class are drawn before its radii.
		t := linspace(arc*float64(class), arc*float64(class+1), perClass)
		for i := range t {
			t[i] += noise * rng.NormFloat64()
		}
		for i, t := range t {
			r := radius*math.Sin(petals*t) + noise*rng.NormFloat64()
			s.put(class*perClass+i, r*math.Sin(t), r*math.Cos(t), float64(class))
		}
	}
	return s
}

// linspace returns n ≥ 2 numbers in equal steps from start to stop, both
// included.
func linspace(start, stop float64, n int) []float64 {
	step := (stop - start) / float64(n-1)
	out := make([]float64, n)
	for i := range out {
		out[i] = start + float64(i)*step
	}
	out[n-1] = stop
	return out
}
