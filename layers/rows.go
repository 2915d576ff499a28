package layers

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// keepDims are the reductions whose result broadcasts against what was reduced.
var keepDims = graph.Reduce{KeepDims: true}

// A rowwise layer has a number for each feature, the rows of its input, in each of its
// parameters, which have the shape (n,1).
type rowwise struct {
	op     string
	err    error // of the constructor
	params []*graph.Param
	steps  bool // whether it takes sequences, of shape (T,n,m), too
}

// reject returns a failed node unless the layer can be applied to x.
func (r rowwise) reject(x *graph.Node) *graph.Node {
	if r.err != nil {
		return graph.Fail(r.err, x)
	}
	if failed := reject(r.op, x); failed != nil {
		return failed
	}
	n, err := r.features()
	if err != nil {
		return graph.Fail(graph.Errorf(r.op, "%w", err), x)
	}
	s := x.Shape()
	if r.steps && len(s) == 3 {
		s = s[1:]
	}
	if len(s) != 2 || s[0] != n {
		return graph.Fail(graph.Errorf(r.op, "an input of shape %v given, (%d,m) expected: a row for each of %[2]d features", x.Shape(), n), x)
	}
	return nil
}

// features returns how many there are.
func (r rowwise) features() (int, error) {
	n := 0
	for i, p := range r.params {
		switch {
		case p == nil:
			return 0, errors.New("it has not all of its parameters: its settings make them")
		case p.Err() != nil:
			return 0, p.Err()
		}
		s := p.Shape()
		if i == 0 && len(s) == 2 {
			n = s[0]
		}
		if !slices.Equal(s, []int{n, 1}) {
			return 0, fmt.Errorf("the parameter %q has shape %v, (n,1) expected, and one n of all", p.Name(), s)
		}
	}
	return n, nil
}

// newRows returns a parameter with a number for each feature, all v.
func newRows(layer, name string, dtype tensor.Dtype, v float64, n int) *graph.Param {
	return newColumn(layer, name, dtype, slices.Repeat([]float64{v}, n))
}

// newColumn returns the parameter layer.name of shape (n,1).
func newColumn(layer, name string, dtype tensor.Dtype, values []float64) *graph.Param {
	p := newParam(layer+"."+name, dtype, values, len(values), 1)
	p.Layer = layer
	return p
}

var errNoName = errors.New("the layer needs a name")

// checkNamed reports a layer without a name, and returns its dtype.
func checkNamed(name string, dtype tensor.Dtype) (tensor.Dtype, error) {
	if name == "" {
		return dtype, errNoName
	}
	return checkDtype(dtype)
}

// checkFeatures reports a number of features below 1, or above what memory can hold.
func checkFeatures(n int) error {
	if n < 1 || n > maxWeights {
		return fmt.Errorf("%s is %d, a number from 1 to %d expected", "Features", n, maxWeights)
	}
	return nil
}

// usual returns a setting, or what it is if it is 0.
func usual(name string, given, otherwise float64, dtype tensor.Dtype) (float64, error) {
	switch v := given; {
	case given == 0:
		return otherwise, nil
	case !(given > 0) || given-given != 0:
		return 0, fmt.Errorf("%s is %v, a finite number above 0 expected, or 0 for %v", name, given, otherwise)
	case dtype == tensor.Float32 && (float32(v) == 0 || float32(v)-float32(v) != 0):
		return 0, fmt.Errorf("%s is %v, which float32 rounds to %v", name, given, float32(v))
	}
	return given, nil
}
