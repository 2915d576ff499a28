package safetensors

import (
	"fmt"
	"math"
)

// A Dtype is a type of numbers, called as files call it.
type Dtype string

// The types that are read and written.
const (
	F64 Dtype = "F64"
	F32 Dtype = "F32"
	I64 Dtype = "I64"
	U8  Dtype = "U8"
)

// dtypes are the bytes of a number of each type that the format has in whole bytes.
// The rows with a rank are read and written, those of the highest first.
var dtypes = map[Dtype]struct{ bytes, rank int }{
	I64: {8, 4}, F64: {8, 3}, F32: {4, 2}, U8: {1, 1},
	"U64": {bytes: 8}, "C64": {bytes: 8}, "U32": {bytes: 4}, "I32": {bytes: 4}, "BF16": {bytes: 2}, "F16": {bytes: 2},
	"U16": {bytes: 2}, "I16": {bytes: 2}, "F8_E8M0": {bytes: 1}, "F8_E4M3": {bytes: 1}, "F8_E5M2": {bytes: 1},
	"I8": {bytes: 1}, "BOOL": {bytes: 1},
}

// The limits of a file.
const (
	MaxHeader  = 100_000_000 // bytes of the header, as in the reference
	MaxTensors = 1 << 13     // tensors
	MaxKeys    = 1 << 10     // keys of the metadata
	MaxName    = 1 << 12     // bytes of the name of a tensor or a key
	MaxRank    = 8           // axes of a tensor
)

// An Info is what the header says of a tensor.
type Info struct {
	Name  string
	Dtype Dtype
	Shape []int // row-major; none is a single number

	From, To int64 // bytes of its numbers, counted from the end of the header
}

// A Tensor is an array with a name.
type Tensor struct {
	Name  string
	Shape []int // row-major; none is a single number

	// Data is a []float64, []float32, []int64 or []uint8, with as many entries as
	// the shape says.
	Data any
}

// Dtype returns the type of the tensor's numbers, empty if Data is none of the
// four.
func (t Tensor) Dtype() Dtype {
	switch t.Data.(type) {
	case []float64:
		return F64
	case []float32:
		return F32
	case []int64:
		return I64
	case []uint8:
		return U8
	}
	return ""
}

// Len returns how many numbers there are, 0 if Data is none of the four.
func (t Tensor) Len() int {
	switch data := t.Data.(type) {
	case []float64:
		return len(data)
	case []float32:
		return len(data)
	case []int64:
		return len(data)
	case []uint8:
		return len(data)
	}
	return 0
}

// entries returns the product of sizes, or an error if one is negative or the
// product is no int64.
func entries(shape []int) (int64, error) {
	n := int64(1)
	for i, size := range shape {
		switch {
		case size < 0:
			return 0, fmt.Errorf("axis %d of %v is negative", i, shape)
		case size == 0:
			return 0, nil
		case n > math.MaxInt64/int64(size):
			return 0, fmt.Errorf("the shape %v has more numbers than can be counted", shape)
		}
		n *= int64(size)
	}
	return n, nil
}
