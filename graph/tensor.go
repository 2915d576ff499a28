package graph

import (
	"runtime"

	"gorgonia.org/tensor"
)

// Tensor returns a row-major tensor over values, which it shares: feeds,
// parameters and constants are made of such. Without sizes it is a scalar.
// Sizes that are negative or hold another number of values give nil, which
// whatever takes the tensor refuses.
//
// It is tensor.New with tensor.WithBacking and one thing more. In version
// 0.9.24 that holds the values by a bare address while it makes the tensor:
// where the garbage collector runs in that moment and nothing else uses the
// values, their memory is given away, and the tensor holds other numbers
// without an error. Who calls tensor.New has to use the values afterwards,
// runtime.KeepAlive being enough; this function does.
func Tensor[T float32 | float64 | int](values []T, shape ...int) *tensor.Dense {
	entries := 1
	for _, n := range shape {
		if n < 0 || n > 0 && entries > len(values)/n {
			return nil
		}
		entries *= n
	}
	if entries != len(values) {
		return nil
	}
	t := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
	runtime.KeepAlive(values)
	return t
}
