package layers

import (
	"errors"
	"fmt"
	"math"
	"reflect"
)

// A Source gives random numbers. *rand.Rand of math/rand/v2 is one.
type Source interface {
	Float64() float64     // uniform in [0, 1)
	NormFloat64() float64 // normal with mean 0 and standard deviation 1
}

// An Initializer sets the first weights of a layer with in inputs and out
// outputs. It is given the matrix W of shape (out, in) row by row, all zeros,
// and fills it; of a [Conv2D] it has a row for each channel of the result, and out is what
// Conv2DSettings.Init says. The source rng may be nil; an initialiser that needs one
// returns an error then. Those of this package make one draw per entry, in
// order: W[0][0], W[0][1], and so on. An Initializer that panics is an error, as one
// that returns an error is, when the layer is used.
type Initializer func(w []float64, in, out int, rng Source) error

// Zeros is the Initializer that leaves every weight at 0. It needs no source.
// The hidden units of a network that starts so all stay equal.
func Zeros(_ []float64, _, _ int, _ Source) error { return nil }

// Normal returns the Initializer that draws from the normal distribution with
// mean 0 and standard deviation sigma: Normal(0.01) is NumPy's
// 0.01*randn(out, in). A sigma that is negative or not finite is an error.
func Normal(sigma float64) Initializer {
	return func(w []float64, _, _ int, rng Source) error {
		if !(sigma >= 0) || math.IsInf(sigma, 1) {
			return fmt.Errorf("the standard deviation is %v, a finite number of at least 0 expected", sigma)
		}
		return normal(w, sigma, rng)
	}
}

// Uniform returns the Initializer that draws uniformly between −r and r. An r
// that is negative or not finite is an error.
func Uniform(r float64) Initializer {
	return func(w []float64, _, _ int, rng Source) error {
		if !(r >= 0) || math.IsInf(r, 1) {
			return fmt.Errorf("the bound is %v, a finite number of at least 0 expected", r)
		}
		return uniform(w, r, rng)
	}
}

// Glorot is the Initializer that draws uniformly between −r and r,
// r = √(6/(in + out)). It suits tanh and sigmoid.
//
// From X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
// feedforward neural networks", AISTATS 2010, equation 16.
func Glorot(w []float64, in, out int, rng Source) error {
	return uniform(w, math.Sqrt(6/(float64(in)+float64(out))), rng)
}

// He is the Initializer that draws from the normal distribution with mean 0
// and standard deviation √(2/in). It suits ReLU.
//
// From K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers",
// ICCV 2015, equation 10.
func He(w []float64, in, _ int, rng Source) error {
	return normal(w, math.Sqrt(2/float64(in)), rng)
}

// LeCun is the Initializer that draws from the normal distribution with mean 0
// and standard deviation √(1/in), so that inputs with mean 0 and variance 1
// give values of variance 1.
//
// From Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, "Efficient BackProp", in
// "Neural Networks: Tricks of the Trade", 1998, section 4.6.
func LeCun(w []float64, in, _ int, rng Source) error {
	return normal(w, math.Sqrt(1/float64(in)), rng)
}

// Scaled returns the Initializer that multiplies the weights of another one by
// a factor. An init that is nil and a factor that is not finite are errors.
func Scaled(init Initializer, factor float64) Initializer {
	return func(w []float64, in, out int, rng Source) error {
		switch {
		case init == nil:
			return errNoInit
		case math.IsNaN(factor) || math.IsInf(factor, 0):
			return fmt.Errorf("the factor is %v, a finite number expected", factor)
		}
		if err := init(w, in, out, rng); err != nil {
			return err
		}
		for i := range w {
			w[i] *= factor
		}
		return nil
	}
}

var (
	errNoInit   = errors.New("the initialiser is nil")
	errNoSource = errors.New("the source of random numbers is nil")
)

func normal(w []float64, sigma float64, rng Source) error {
	if rng == nil {
		return errNoSource
	}
	for i := range w {
		w[i] = sigma * rng.NormFloat64()
	}
	return nil
}

func uniform(w []float64, r float64, rng Source) error {
	if rng == nil {
		return errNoSource
	}
	for i := range w {
		w[i] = r * (2*rng.Float64() - 1)
	}
	return nil
}

// usable returns nil for a Source that holds a nil pointer.
func usable(rng Source) Source {
	if v := reflect.ValueOf(rng); v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	return rng
}
