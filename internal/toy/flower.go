package toy

import (
	"math"

	"chainrule/internal/numpyrand"
	"chainrule/optim/dataset"
)

// Of the flower.
const (
	flowerExamples = 400  // of the published set
	flowerNoise    = 0.2  // of the published set: standard deviation, on the angle and on the radius
	flowerRadius   = 4.0  // length of a petal
	petals         = 4    // factor of the angle in the rose curve
	arc            = 3.12 // range of the angle of one class, about π
)

// FlowerOrigin says where the points of Flower, and accuracies learnt on them, are
// published.
const FlowerOrigin = "the exercise \"Planar data classification with one hidden layer\" " +
	"of the course Neural Networks and Deep Learning by deeplearning.ai, week 3"

// Flower returns the planar flower: 400 points on the petals of a rose curve
// with noise, 200 of class 0 followed by 200 of class 1. It is the data set of
// the exercise that FlowerOrigin names, made from the same random numbers (NumPy
// seed 1), and has no parameters so that published results apply to it.
//
// With t over [3.12·class, 3.12·(class+1)] in equal steps, both ends included,
// and N(0,1) noise scaled by 0.2 on the angle and on the radius:
//
//	r = 4·sin(4t),  x = (r·sin t, r·cos t)
func Flower() *dataset.Set {
	const (
		perClass = flowerExamples / 2
		seed     = 1 // of NumPy's legacy generator
	)
	rng := numpyrand.New(seed)
	s := &dataset.Set{Features: []string{"x1", "x2"}, Classes: []string{"0", "1"}}
	for class := range 2 {
		// All angles of a class are drawn before its radii.
		t := linspace(arc*float64(class), arc*float64(class+1), perClass)
		for i := range t {
			t[i] += flowerNoise * rng.NormFloat64()
		}
		for _, t := range t {
			r := flowerRadius*math.Sin(petals*t) + flowerNoise*rng.NormFloat64()
			s.X = append(s.X, r*math.Sin(t), r*math.Cos(t))
			s.Class = append(s.Class, class)
		}
	}
	return s
}

// isPublished tells whether the settings are those of the published flower, or
// neither number nor noise is given.
func (s Settings) isPublished() bool {
	return !s.Fresh && (s.Examples == 0 && s.Noise == 0 ||
		(s.Examples == 0 || s.Examples == flowerExamples) && s.Noise == flowerNoise)
}

// flowerPoint is a point of the formula of Flower, with noise of any size.
func flowerPoint(d draw, class, i, n int) (x1, x2 float64) {
	t := d.blur(arc * float64(float64(class)+fraction(i, n-1)))
	r := d.blur(flowerRadius * math.Sin(petals*t))
	x2, x1 = polar(r, t)
	return x1, x2
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
