package graph

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// storage is a row-major array of one of the two dtypes.
type storage struct {
	dtype tensor.Dtype
	shape []int
	f64   []float64
	f32   []float32
}

// newStorage copies a tensor.
func newStorage(t *tensor.Dense) (storage, error) {
	if t == nil {
		return storage{}, errors.New("the tensor is nil")
	}
	if err := checkDtype(t.Dtype()); err != nil {
		return storage{}, err
	}
	if err := checkSizes(t.Shape()); err != nil {
		return storage{}, err
	}
	s := makeStorage(t.Dtype(), t.Shape())
	if err := s.set(t); err != nil {
		return storage{}, err
	}
	return s, nil
}

// makeStorage returns an array of zeros.
func makeStorage(dtype tensor.Dtype, shape []int) storage {
	s := storage{dtype: dtype, shape: slices.Clone(shape)}
	if dtype == tensor.Float32 {
		s.f32 = make([]float32, size(shape))
	} else {
		s.f64 = make([]float64, size(shape))
	}
	return s
}

// set copies the values of t, which must have the storage's dtype and shape.
func (s storage) set(t *tensor.Dense) error {
	order, err := checkTensor(t, s.dtype, s.shape)
	if err != nil {
		return err
	}
	if s.dtype == tensor.Float32 {
		copyOrdered(s.f32, t.Float32s(), s.shape, order)
	} else {
		copyOrdered(s.f64, t.Float64s(), s.shape, order)
	}
	return nil
}

// put sets entry i.
func (s storage) put(i int, v float64) {
	if s.dtype == tensor.Float32 {
		s.f32[i] = float32(v)
	} else {
		s.f64[i] = v
	}
}

// tensor returns a copy.
func (s storage) tensor() *tensor.Dense {
	if s.dtype == tensor.Float32 {
		return newTensor(s.shape, s.f32)
	}
	return newTensor(s.shape, s.f64)
}

// as returns a copy in another dtype.
func (s storage) as(dtype tensor.Dtype) storage {
	out := makeStorage(dtype, s.shape)
	for i, v := range s.f32 {
		if out.f32 != nil {
			out.f32[i] = v
		} else {
			out.f64[i] = float64(v)
		}
	}
	for i, v := range s.f64 {
		if out.f32 != nil {
			out.f32[i] = float32(v)
		} else {
			out.f64[i] = v
		}
	}
	return out
}

// newTensor returns a row-major tensor with a copy of data.
func newTensor[T float32 | float64](shape []int, data []T) *tensor.Dense {
	return Tensor(slices.Clone(data), shape...)
}

// order is how a tensor's entries lie in memory.
type order uint8

const (
	rowMajor order = iota
	columnMajor
)

// copyOrdered copies src into the row-major dst.
func copyOrdered[T any](dst, src []T, shape []int, o order) {
	if o == rowMajor {
		copy(dst, src)
		return
	}
	index := make([]int, len(shape))
	for i := range dst {
		at, stride := 0, 1
		for axis, n := range shape {
			at += index[axis] * stride
			stride *= n
		}
		dst[i] = src[at]
		advance(index, shape)
	}
}

// checkTensor reports a tensor that cannot stand for an array of the given
// dtype and shape, or tells how it lies in memory.
func checkTensor(t *tensor.Dense, dtype tensor.Dtype, shape []int) (order, error) {
	return checkTensorFor(t, dtype, shape, shape)
}

// checkTensorFor is checkTensor of a tensor for an array of which errors name another
// shape with the same entries in the same order.
func checkTensorFor(t *tensor.Dense, dtype tensor.Dtype, shape, named []int) (order, error) {
	switch {
	case t == nil:
		return 0, errors.New("the tensor is nil")
	case t.Dtype() != dtype:
		return 0, fmt.Errorf("it is of %s, %v expected", dtypeName(t.Dtype()), dtype)
	case !slices.Equal(t.Shape(), tensor.Shape(shape)):
		return 0, fmt.Errorf("it has shape %s, %s expected", shapeString(t.Shape()), shapeString(named))
	case t.IsMasked():
		return 0, errors.New("it is masked")
	case len(t.Raw) < size(shape)*int(dtype.Size()):
		return 0, fmt.Errorf("it has %s of memory, shape %s needs %d", words.Count(len(t.Raw), "byte"), shapeString(named), size(shape)*int(dtype.Size()))
	}
	strides := t.Strides()
	switch {
	case hasStrides(shape, strides, rowMajor):
		return rowMajor, nil
	case hasStrides(shape, strides, columnMajor):
		return columnMajor, nil
	}
	return 0, fmt.Errorf("it is a view with strides %v: a contiguous tensor of shape %s expected (its Materialize makes one; a Clone is a view again)", strides, shapeString(named))
}

// checkFeed is checkTensor for all that n may be fed.
func (n *Node) checkFeed(v any, dtype tensor.Dtype) (order, error) {
	if n.integer {
		return checkIntegers(v, dtype, n.shape)
	}
	return checkFeed(v, dtype, n.shape)
}

// checkFeed is checkTensor for all that Feeds hold but integers.
func checkFeed(v any, dtype tensor.Dtype, shape []int) (order, error) {
	switch v := v.(type) {
	case *tensor.Dense:
		lies := shape
		if v != nil && len(v.Shape()) < len(shape) && takes(shape, v.Shape()) {
			lies = v.Shape() // the same entries in the same order
		}
		return checkTensorFor(v, dtype, lies, shape)
	case []float64:
		return rowMajor, checkEntries(len(v), tensor.Float64, dtype, shape)
	case []float32:
		return rowMajor, checkEntries(len(v), tensor.Float32, dtype, shape)
	case float64:
		if len(shape) > 0 {
			return 0, fmt.Errorf("it is a number, a value of shape %s expected", shapeString(shape))
		}
		return rowMajor, nil
	}
	return 0, fmt.Errorf("it is %s, a *tensor.Dense, []%v or (for a scalar) float64 expected", typeOf(v), dtype)
}

// checkEntries reports a slice that cannot hold the entries of an array.
func checkEntries(n int, given, dtype tensor.Dtype, shape []int) error {
	switch {
	case given != dtype:
		return fmt.Errorf("it is of %v, %v expected", given, dtype)
	case n != size(shape):
		return fmt.Errorf("it has %s, shape %s needs %d", words.Count(n, "entry"), shapeString(shape), size(shape))
	}
	return nil
}

// hasStrides compares strides with those of a contiguous array, looking only
// at axes longer than 1.
func hasStrides(shape, strides []int, o order) bool {
	if len(strides) != len(shape) {
		return size(shape) == 1 || len(strides) == 1 && strides[0] == 1 && slices.Max(shape) == size(shape)
	}
	want := 1
	for i := range shape {
		axis := i
		if o == rowMajor {
			axis = len(shape) - 1 - i
		}
		if shape[axis] > 1 && strides[axis] != want {
			return false
		}
		want *= shape[axis]
	}
	return true
}

func checkDtype(d tensor.Dtype) error {
	if d != tensor.Float64 && d != tensor.Float32 {
		return fmt.Errorf("dtype %s given, float64 or float32 expected", dtypeName(d))
	}
	return nil
}

// dtypeName writes a dtype, also that of a tensor that tensor.New did not make.
func dtypeName(d tensor.Dtype) string {
	if d.Type == nil {
		return "none"
	}
	return d.String()
}
