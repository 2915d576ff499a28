package main

import "chainrule/internal/kernel"

// newHand is the formulas by hand on the kernels of our own programs, for one
// thread.
func newHand[T kernel.Float](p *Problem) (engine, error) {
	if p.Threads > 1 {
		return nil, errSkip("it is written for one thread")
	}
	if p.Product != nil {
		return newProductEngine(p, kernelProduct[T]), nil
	}
	return newHandNet(p, kernelAlgebra[T](p)), nil
}

func kernelProduct[T kernel.Float](c, a, b matrix[T]) {
	kernel.Gemm(c.rows, c.cols, a.cols, a.data, a.rs, a.cs, b.data, b.rs, b.cs, c.data, c.rs)
}

func unaryLoop[T kernel.Float](c kernel.Code) func(dst, x []T) {
	return kernel.UnaryLoop[T](&kernel.Func{Code: c})
}

func binaryLoop[T kernel.Float](c kernel.Code) func(dst, x, y []T) {
	return kernel.BinaryLoop[T](&kernel.Func{Code: c})
}

func scalarLoop[T kernel.Float](c kernel.Code) func(dst, x []T, c T) {
	return kernel.ScalarLoop[T](&kernel.Func{Code: c}, false)
}

func kernelAlgebra[T kernel.Float](p *Problem) algebra[T] {
	return algebra[T]{
		product: fusedProduct[T](p),
		exp:     unaryLoop[T](kernel.Exp), log: unaryLoop[T](kernel.Log), tanh: unaryLoop[T](kernel.Tanh), relu: unaryLoop[T](kernel.ReLU),
		add: binaryLoop[T](kernel.Add), sub: binaryLoop[T](kernel.Sub), mul: binaryLoop[T](kernel.Mul), large: binaryLoop[T](kernel.Max),
		tanhSlope: binaryLoop[T](kernel.MulTanhSlope), reluSlope: binaryLoop[T](kernel.MulStep),
		shift: scalarLoop[T](kernel.Add), descend: kernel.SubMulLoop[T](), sum: kernel.Sum16[T],
		sigmoid: unaryLoop[T](kernel.Sigmoid), sigmoidLoss: kernelSigmoidLoss[T](), adam: kernelAdam[T](),
	}
}

// fusedProduct hands a product to its sink block by block.
func fusedProduct[T kernel.Float](p *Problem) func(dst, a, b matrix[T], to kernel.Sink[T]) {
	size := 0
	for _, w := range p.W {
		out, in, m := w.Rows, w.Cols, p.Examples
		size = max(size, kernel.GemmWork[T](out, m, in), kernel.GemmWork[T](in, m, out), kernel.GemmWork[T](out, in, m))
	}
	work := make([]T, size)
	var q kernel.Product[T]
	return func(dst, a, b matrix[T], to kernel.Sink[T]) {
		q = kernel.Product[T]{M: a.rows, N: b.cols, K: a.cols,
			A: a.data, ARow: a.rs, ACol: a.cs, B: b.data, BRow: b.rs, BCol: b.cs}
		q.To(kernel.Part{RowTo: a.rows, ColTo: b.cols}, work, to)
	}
}

// kernelSigmoidLoss takes Σ ln(1 + e^z) − y·z and σ(z) from vector loops.
func kernelSigmoidLoss[T kernel.Float]() func(n *handNet[T], z, dz []T) T {
	softplus, scale := unaryLoop[T](kernel.Softplus), scalarLoop[T](kernel.Mul)
	return func(n *handNet[T], z, dz []T) T {
		y := n.y.data
		softplus(dz, z)
		cost := n.alg.sum(dz)
		n.alg.mul(dz, y, z)
		cost -= n.alg.sum(dz)
		n.alg.sigmoid(dz, z)
		n.alg.sub(dz, dz, y)
		scale(dz, dz, T(1/float64(n.p.Examples)))
		return cost
	}
}

// kernelAdam takes the step in vector loops, block by block.
func kernelAdam[T kernel.Float]() func(w, dw, m, v, scratch []T, s adamStep) {
	mix, square, root := kernel.MixLoop[T](), unaryLoop[T](kernel.Square), unaryLoop[T](kernel.Sqrt)
	shift, scale, div, descend := scalarLoop[T](kernel.Add), scalarLoop[T](kernel.Mul), binaryLoop[T](kernel.Div), kernel.SubMulLoop[T]()
	return func(w, dw, m, v, scratch []T, s adamStep) {
		for from := 0; from < len(w); from += len(scratch) {
			to := min(from+len(scratch), len(w))
			w, dw, m, v, t := w[from:to], dw[from:to], m[from:to], v[from:to], scratch[:to-from]
			mix(m, m, dw, beta1, 1-beta1)
			square(t, dw)
			mix(v, v, t, beta2, 1-beta2)
			scale(t, v, T(1/s.c2))
			root(t, t)
			shift(t, t, epsilon)
			div(t, m, t)
			descend(w, w, t, T(s.rate/s.c1))
		}
	}
}
