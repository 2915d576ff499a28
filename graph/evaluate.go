package graph

import (
	"chainrule/internal/kernel"
	"gorgonia.org/tensor"
)

// evaluate computes one node from the values of its inputs, by plain loops over
// indices. gorgonia's machines use it, and programs are tested against it: it
// gives the same bits.
func evaluate(n *Node, in []storage) storage {
	out := makeStorage(n.g.dtype, n.shape)
	if out.dtype == tensor.Float32 {
		evaluateAs(n, out.f32, in, func(s storage) []float32 { return s.f32 })
	} else {
		evaluateAs(n, out.f64, in, func(s storage) []float64 { return s.f64 })
	}
	return out
}

// naive is how an operation that is not element-wise is evaluated, in both
// precisions: entry by entry, and in no way that the plan knows of.
type naive struct {
	f64 func(out array[float64], in []array[float64])
	f32 func(out array[float32], in []array[float32])
}

func evaluateAs[T float32 | float64](n *Node, out []T, in []storage, data func(storage) []T) {
	op := n.op
	args := make([]array[T], len(in))
	for i, s := range in {
		args[i] = array[T]{s.shape, data(s)}
	}
	switch {
	case op.Unary != nil:
		loop := kernel.UnaryLoop[T](loopOf(op))
		for i := range out {
			loop(out[i:i+1], args[0].data[i:i+1])
		}
	case op.Binary != nil:
		index := make([]int, len(n.shape))
		loop, one, other := kernel.BinaryLoop[T](loopOf(op)), make([]T, 1), make([]T, 1)
		for i := range out {
			one[0], other[0] = args[0].at(index), args[1].at(index)
			loop(out[i:i+1], one, other)
			advance(index, n.shape)
		}
	case op.Eval != nil:
		evaluateUser(n, out, args)
	default:
		whole, ok := any(op.naive.f64).(func(array[T], []array[T]))
		if !ok {
			whole = any(op.naive.f32).(func(array[T], []array[T]))
		}
		whole(array[T]{n.shape, out}, args)
	}
}

// array is a row-major array.
type array[T any] struct {
	shape []int
	data  []T
}

// at returns the entry at an index of a shape that a is broadcast to.
func (a array[T]) at(index []int) T {
	index = index[len(index)-len(a.shape):]
	offset := 0
	for i, n := range a.shape {
		offset *= n
		if n > 1 {
			offset += index[i]
		}
	}
	return a.data[offset]
}

// advance moves to the next index in row-major order.
func advance(index, shape []int) {
	for axis := len(shape) - 1; axis >= 0; axis-- {
		if index[axis]++; index[axis] < shape[axis] {
			return
		}
		index[axis] = 0
	}
}

// evaluateUser calls an operation's Eval on float64 copies.
func evaluateUser[T float32 | float64](n *Node, out []T, in []array[T]) {
	args := make([][]float64, len(in))
	for i, x := range in {
		for _, v := range x.data {
			args[i] = append(args[i], float64(v))
		}
	}
	result := make([]float64, len(out))
	n.op.eval(result, args, n.shapes())
	for i, v := range result {
		out[i] = T(v)
	}
}

// shapes returns the shapes of n and its inputs.
func (n *Node) shapes() Shapes {
	s := Shapes{Out: n.Shape()}
	for _, x := range n.in {
		s.In = append(s.In, x.Shape())
	}
	return s
}

// filled returns an array whose every entry is v.
func filled(dtype tensor.Dtype, shape []int, v float64) storage {
	s := makeStorage(dtype, shape)
	for i := range s.f64 {
		s.f64[i] = v
	}
	for i := range s.f32 {
		s.f32[i] = float32(v)
	}
	return s
}
