package graph

import (
	"slices"

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

func evaluateAs[T float32 | float64](n *Node, out []T, in []storage, data func(storage) []T) {
	op := n.op
	x := array[T]{in[0].shape, data(in[0])}
	index := make([]int, len(n.shape))
	switch {
	case op.Unary != nil:
		loop := kernel.UnaryLoop[T](loopOf(op))
		for i := range out {
			loop(out[i:i+1], x.data[i:i+1])
		}
	case op.Binary != nil:
		y := array[T]{in[1].shape, data(in[1])}
		loop, one, other := kernel.BinaryLoop[T](loopOf(op)), make([]T, 1), make([]T, 1)
		for i := range out {
			one[0], other[0] = x.at(index), y.at(index)
			loop(out[i:i+1], one, other)
			advance(index, n.shape)
		}
	case op.Eval != nil:
		evaluateUser(n, out, in, data)
	case op.kind == matMulKind:
		evaluateMatMul(op.attrs, out, x, array[T]{in[1].shape, data(in[1])}, n.shape)
	case op.kind == sumKind:
		evaluateSum(op.attrs.axes, out, x)
	case op.kind == maxKind:
		evaluateExtremum(n.shape, out, x, func(a, b T) T { return max(a, b) })
	case op.kind == minKind:
		evaluateExtremum(n.shape, out, x, func(a, b T) T { return min(a, b) })
	case op.kind == isMaxKind:
		evaluateIs(op.attrs.axes, out, x, func(a, b T) T { return max(a, b) })
	case op.kind == isMinKind:
		evaluateIs(op.attrs.axes, out, x, func(a, b T) T { return min(a, b) })
	case op.kind == softmaxKind || op.kind == logSoftmaxKind || op.kind == logSumExpKind:
		evaluateSoftmax(op, out, x)
	case op.kind == reshapeKind || op.kind == stopKind:
		copy(out, x.data)
	case op.kind == sliceKind:
		axis := op.attrs.axes[0]
		for i := range out {
			index[axis] += op.attrs.from
			out[i] = x.at(index)
			index[axis] -= op.attrs.from
			advance(index, n.shape)
		}
	case op.kind == concatKind:
		evaluateConcat(op.attrs.axes[0], n.shape, out, in, data)
	case op.kind == transposeKind:
		from := make([]int, len(index))
		for i := range out {
			for j, axis := range op.attrs.axes {
				from[axis] = index[j]
			}
			out[i] = x.at(from)
			advance(index, n.shape)
		}
	case op.kind == broadcastKind:
		for i := range out {
			out[i] = x.at(index)
			advance(index, n.shape)
		}
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

func evaluateMatMul[T float32 | float64](a attrs, out []T, x, y array[T], shape []int) {
	last := len(shape) - 1
	_, inner := matrixSize(x.shape, a.transA)
	factor := func(m array[T], lead []int, i, j int, trans bool) T {
		if trans {
			i, j = j, i
		}
		return m.at(append(slices.Clone(lead), i, j))
	}
	index := make([]int, len(shape))
	row, col := make([]T, inner), make([]T, inner)
	for at := range out {
		lead, i, j := index[:last-1], index[last-1], index[last]
		for k := range inner {
			row[k], col[k] = factor(x, lead, i, k, a.transA), factor(y, lead, k, j, a.transB)
		}
		out[at] = kernel.ProductEntry(shape[last], inner, row, 1, col, 1)
		advance(index, shape)
	}
}

// evaluateSum adds in the order that kernel.Sum16 and the plan define: a
// trailing block of summed axes as one run in sixteen interleaved parts, runs
// and everything else one after the other.
func evaluateSum[T float32 | float64](axes []int, out []T, x array[T]) {
	var shape []int
	var reduced []bool
	for i, n := range x.shape {
		if n > 1 {
			shape, reduced = append(shape, n), append(reduced, slices.Contains(axes, i))
		}
	}
	run := 1
	for i := len(shape) - 1; i >= 0 && reduced[i]; i-- {
		run *= shape[i]
	}
	started := make([]bool, len(out))
	index := make([]int, len(shape))
	for at := 0; at < len(x.data); at += run {
		to := 0
		for i, n := range shape {
			if !reduced[i] {
				to = to*n + index[i]
			}
		}
		term := sumRun(x.data[at : at+run])
		if started[to] {
			term = out[to] + term
		}
		out[to], started[to] = term, true
		for range run {
			advance(index, shape)
		}
	}
}

func sumRun[T float32 | float64](x []T) T {
	if len(x) == 1 {
		return x[0]
	}
	var part [16]T
	for i, v := range x {
		part[i%16] += v
	}
	for w := 8; w > 0; w /= 2 {
		for i := range w {
			part[i] += part[i+w]
		}
	}
	return part[0]
}

// evaluateUser calls an operation's Eval on float64 copies.
func evaluateUser[T float32 | float64](n *Node, out []T, in []storage, data func(storage) []T) {
	args := make([][]float64, len(in))
	for i, s := range in {
		for _, v := range data(s) {
			args[i] = append(args[i], float64(v))
		}
	}
	result := make([]float64, len(out))
	n.op.Eval(result, args, n.shapes())
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
