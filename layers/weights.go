package layers

import (
	"fmt"
	"math"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// maxWeights is the largest number of entries of a weight matrix.
const maxWeights = math.MaxInt32

// newAffine returns the parameters W (out,in), set by init, and b (out,1), zero.
func newAffine(wName, bName string, in, out int, dtype tensor.Dtype, init Initializer, rng Source) (w, b *graph.Param, err error) {
	if w, err = newWeights(wName, in, out, dtype, init, rng); err != nil {
		return nil, nil, err
	}
	b = newParam(bName, dtype, make([]float64, out), out, 1)
	b.Bias = true
	return w, b, b.Err()
}

// newWeights returns the parameter of shape (out,in) that init sets.
func newWeights(name string, in, out int, dtype tensor.Dtype, init Initializer, rng Source) (*graph.Param, error) {
	weights := make([]float64, in*out)
	if err := drawWeights(init, weights, in, out, dtype, rng); err != nil {
		return nil, err
	}
	w := newParam(name, dtype, weights, out, in)
	return w, w.Err()
}

// drawWeights sets rows of in weights by init; out are the outputs that it is told.
func drawWeights(init Initializer, weights []float64, in, out int, dtype tensor.Dtype, rng Source) error {
	if err := initialise(init, weights, in, out, rng); err != nil {
		return fmt.Errorf("initial weights: %w", err)
	}
	for i, v := range weights {
		if dtype == tensor.Float32 {
			v = float64(float32(v))
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("initial weights: entry (%d,%d) is %v", i/in, i%in, v)
		}
	}
	return nil
}

// initialise calls init, which may be a user's as its source may, and returns its panic
// as an error.
func initialise(init Initializer, w []float64, in, out int, rng Source) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = graph.Recovered("the Initializer", r)
		}
	}()
	return init(w, in, out, usable(rng))
}

func newParam(name string, dtype tensor.Dtype, values []float64, shape ...int) *graph.Param {
	return graph.NewParam(name, numbersOf(dtype, values, shape...))
}

// numbersOf returns a tensor of a dtype.
func numbersOf(dtype tensor.Dtype, values []float64, shape ...int) *tensor.Dense {
	if dtype != tensor.Float32 {
		return graph.Tensor(values, shape...)
	}
	rounded := make([]float32, len(values))
	for i, v := range values {
		rounded[i] = float32(v)
	}
	return graph.Tensor(rounded, shape...)
}

// checkSizes reports sizes of a layer below 1, or above what memory can hold.
func checkSizes(in, out int, inName, outName string) error {
	switch {
	case in < 1:
		return fmt.Errorf("%s is %d, at least 1 expected", inName, in)
	case out < 1:
		return fmt.Errorf("%s is %d, at least 1 expected", outName, out)
	case in > maxWeights/out:
		return fmt.Errorf("%s is %d and %s is %d: at most %d weights are supported", inName, in, outName, out, maxWeights)
	}
	return nil
}

// checkDtype returns the dtype, float64 if none is given.
func checkDtype(dtype tensor.Dtype) (tensor.Dtype, error) {
	switch dtype {
	case tensor.Dtype{}:
		return tensor.Float64, nil
	case tensor.Float64, tensor.Float32:
		return dtype, nil
	}
	return dtype, fmt.Errorf("dtype %v given, float64 or float32 expected", dtype)
}
