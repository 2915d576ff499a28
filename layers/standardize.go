package layers

import (
	"fmt"
	"slices"
	"strconv"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// Standardize moves and scales every feature, a row of x of shape (n, m), by numbers
// that were measured before and are not trained:
//
//	y = (x − mean)/std, and 0 where std is 0
//
// It is what dataset.Scaling does to a set, as a layer: a network that begins with one takes
// inputs in their own units. It is the same in training and in evaluation.
type Standardize struct {
	Mean, Std *graph.Param // (n,1), kept

	err error
}

// Unstandardize undoes [Standardize]:
//
//	y = x·std + mean
//
// A network that ends with one, with mean and std of its targets, gives outputs in their own
// units.
type Unstandardize struct {
	Mean, Std *graph.Param // (n,1), kept

	err error
}

var (
	_ Layer    = (*Standardize)(nil)
	_ Stateful = (*Standardize)(nil)
	_ Layer    = (*Unstandardize)(nil)
	_ Stateful = (*Unstandardize)(nil)
)

// NewStandardize returns a layer with the mean and the standard deviation of each of n
// features, at least one; a standard deviation is at least 0. They are called name.mean and
// name.std, and name must be unique in the network. The dtype is that of the graphs that
// use the layer, the zero value float64; numbers that float32 rounds to infinity, and a std
// that it rounds to 0, are errors.
func NewStandardize(name string, mean, std []float64, dtype tensor.Dtype) *Standardize {
	m, s, err := newScaling(name, mean, std, dtype)
	if err != nil {
		return &Standardize{err: graph.Errorf("Standardize "+strconv.Quote(name), "%w", err)}
	}
	return &Standardize{Mean: m, Std: s}
}

// NewUnstandardize is like [NewStandardize] for the way back.
func NewUnstandardize(name string, mean, std []float64, dtype tensor.Dtype) *Unstandardize {
	m, s, err := newScaling(name, mean, std, dtype)
	if err != nil {
		return &Unstandardize{err: graph.Errorf("Unstandardize "+strconv.Quote(name), "%w", err)}
	}
	return &Unstandardize{Mean: m, Std: s}
}

// Inverse returns the layer that undoes s, with the same parameters.
func (s *Standardize) Inverse() *Unstandardize {
	if s == nil {
		return nil
	}
	return &Unstandardize{Mean: s.Mean, Std: s.Std, err: s.err}
}

func newScaling(name string, mean, std []float64, dtype tensor.Dtype) (m, s *graph.Param, err error) {
	if dtype, err = checkNamed(name, dtype); err != nil {
		return nil, nil, err
	}
	if len(mean) != len(std) || len(mean) == 0 {
		return nil, nil, fmt.Errorf("%d means and %d standard deviations given, as many expected, and at least one", len(mean), len(std))
	}
	for i := range mean {
		if v, w := mean[i], std[i]; v-v != 0 || w-w != 0 || w < 0 {
			return nil, nil, fmt.Errorf("of feature %d (from 0) the mean is %v and the standard deviation %v: finite numbers, the latter at least 0, expected", i, v, w)
		}
		if v, w := float32(mean[i]), float32(std[i]); dtype == tensor.Float32 && (v-v != 0 || w-w != 0 || w == 0 && std[i] != 0) {
			return nil, nil, fmt.Errorf("of feature %d (from 0) the mean is %v and the standard deviation %v, which float32 rounds to %v and %v",
				i, mean[i], std[i], v, w)
		}
	}
	return newColumn(name, "mean", dtype, slices.Clone(mean)), newColumn(name, "std", dtype, slices.Clone(std)), nil
}

func (s *Standardize) rowwise() rowwise {
	return rowwise{"Standardize", s.err, []*graph.Param{s.Mean, s.Std}, false}
}

func (u *Unstandardize) rowwise() rowwise {
	return rowwise{"Unstandardize", u.err, []*graph.Param{u.Mean, u.Std}, false}
}

// Apply returns y of shape (n, m) for x of shape (n, m).
func (s *Standardize) Apply(x *graph.Node) *graph.Node {
	if s == nil {
		return graph.Fail(graph.Errorf("Standardize", "the layer is nil"), x)
	}
	if failed := s.rowwise().reject(x); failed != nil {
		return failed
	}
	g := x.Graph()
	zero, std := g.Const(0), g.Use(s.Std)
	constant := graph.Equal(std, zero)
	y := graph.Div(graph.Sub(x, g.Use(s.Mean)), graph.Where(constant, g.Const(1), std))
	return graph.Where(constant, zero, y)
}

// Apply returns y of shape (n, m) for x of shape (n, m).
func (u *Unstandardize) Apply(x *graph.Node) *graph.Node {
	if u == nil {
		return graph.Fail(graph.Errorf("Unstandardize", "the layer is nil"), x)
	}
	if failed := u.rowwise().reject(x); failed != nil {
		return failed
	}
	g := x.Graph()
	return graph.Add(graph.Mul(x, g.Use(u.Std)), g.Use(u.Mean))
}

// Params returns nil: nothing is trained.
func (s *Standardize) Params() []*graph.Param { return nil }

// Params returns nil: nothing is trained.
func (u *Unstandardize) Params() []*graph.Param { return nil }

// State returns means and standard deviations.
func (s *Standardize) State() []*graph.Param {
	if s == nil {
		return nil
	}
	return distinct(s.Mean, s.Std)
}

// State returns means and standard deviations.
func (u *Unstandardize) State() []*graph.Param {
	if u == nil {
		return nil
	}
	return distinct(u.Mean, u.Std)
}
