package dataset

import (
	"chainrule/graph"
	"gorgonia.org/tensor"
)

// Inputs returns the features as a matrix of shape (n, m), one column per
// example, column-major: strides (1, n). As tensor.Float64 it shares the memory
// of X, so that neither may change while the other is in use; as tensor.Float32
// it is a copy, in which numbers beyond ±3.4e38 are ±Inf.
//
// A zero dtype means tensor.Float64, as in a graph. The result is nil for any
// other dtype and for a set that [Set.Check] reports; a program rejects a nil
// tensor.
func (s *Set) Inputs(dtype tensor.Dtype) *tensor.Dense {
	if s.Check() != nil {
		return nil
	}
	return columns(dtype, len(s.Features), s.Len(), s.X)
}

// Labels returns the targets of a network. For two classes (or one) that is a
// matrix of shape (1, m) that holds the class, 0 or 1. For K > 2 it is the one-hot
// matrix of shape (K, m), column-major: entry (k, j) is 1 where example j is of
// class k and 0 elsewhere. For k numbers it is the matrix of shape (k, m),
// column-major, which shares the memory of Y as [Set.Inputs] does that of X;
// otherwise it is a copy. It is nil for a set without targets. For dtype and nil see
// [Set.Inputs].
func (s *Set) Labels(dtype tensor.Dtype) *tensor.Dense {
	switch {
	case s.Check() != nil || s.Task() == "":
		return nil
	case s.Task() == Regress:
		return columns(dtype, len(s.Targets), s.Len(), s.Y)
	case len(s.Classes) <= 2:
		return s.ClassIndex(dtype)
	}
	hot := make([]float64, len(s.Classes)*len(s.Class))
	for j, c := range s.Class {
		hot[j*len(s.Classes)+c] = 1
	}
	return columns(dtype, len(s.Classes), len(s.Class), hot)
}

// ClassIndex returns the class of each example as a number, a matrix of shape
// (1, m). It is a copy, and nil for a set without classes. For dtype and nil see
// [Set.Inputs].
func (s *Set) ClassIndex(dtype tensor.Dtype) *tensor.Dense {
	if s.Check() != nil || s.Task() != Classify {
		return nil
	}
	index := make([]float64, len(s.Class))
	for j, c := range s.Class {
		index[j] = float64(c)
	}
	return columns(dtype, 1, len(s.Class), index)
}

// columns returns data, the columns of a matrix one after the other, as a
// tensor, without a copy for float64, or nil for a dtype that programs don't
// take.
func columns(dtype tensor.Dtype, rows, cols int, data []float64) *tensor.Dense {
	var t *tensor.Dense
	switch dtype {
	case tensor.Dtype{}, tensor.Float64:
		t = graph.Tensor(data, rows, cols)
	case tensor.Float32:
		t = graph.Tensor(narrow(data), rows, cols)
	default:
		return nil
	}
	// AsFortran with a backing would take it for row-major and transpose it;
	// without one it only sets strides. Of a single row or column it makes one
	// stride for two axes, but there both orders are the same.
	if rows > 1 && cols > 1 {
		tensor.AsFortran(nil)(t)
	}
	return t
}

// backing returns data as a slice of the dtype's numbers, of float64 data
// itself.
func backing(dtype tensor.Dtype, data []float64) any {
	if dtype != tensor.Float32 {
		return data
	}
	return narrow(data)
}

func narrow(data []float64) []float32 {
	out := make([]float32, len(data))
	for i, v := range data {
		out[i] = float32(v)
	}
	return out
}
