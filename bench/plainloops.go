package main

import (
	"math"

	"chainrule/internal/kernel"
)

// The loops of a hand-written program without kernels.

// plainAlgebra is made of plain loops, but for the product.
func plainAlgebra[T kernel.Float](product func(c, a, b matrix[T])) algebra[T] {
	return algebra[T]{product: throughMemory(product),
		exp: plainUnary[T](math.Exp), log: plainUnary[T](math.Log), tanh: plainUnary[T](math.Tanh), relu: plainReLU[T],
		add: plainAdd[T], sub: plainSub[T], mul: plainMul[T], large: plainLarge[T],
		tanhSlope: plainTanhSlope[T], reluSlope: plainReLUSlope[T],
		shift: plainShift[T], descend: plainDescend[T], sum: plainSum[T],
		sigmoid:     plainUnary[T](func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }),
		sigmoidLoss: plainSigmoidLoss[T], adam: plainAdam[T]}
}

// throughMemory hands a product to a sink when all of it is done.
func throughMemory[T kernel.Float](product func(c, a, b matrix[T])) func(dst, a, b matrix[T], to kernel.Sink[T]) {
	return func(dst, a, b matrix[T], to kernel.Sink[T]) {
		product(dst, a, b)
		to.Block(0, 0, dst.rows, dst.cols, dst.data, dst.rs)
	}
}

func plainUnary[T kernel.Float](f func(float64) float64) func(dst, x []T) {
	return func(dst, x []T) {
		for i, v := range x[:len(dst)] {
			dst[i] = T(f(float64(v)))
		}
	}
}

func plainReLU[T kernel.Float](dst, x []T) {
	for i, v := range x[:len(dst)] {
		dst[i] = max(v, 0)
	}
}

func plainAdd[T kernel.Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] + y[i]
	}
}

func plainSub[T kernel.Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] - y[i]
	}
}

func plainMul[T kernel.Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] * y[i]
	}
}

func plainLarge[T kernel.Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = max(x[i], y[i])
	}
}

func plainTanhSlope[T kernel.Float](dst, x, a []T) {
	x, a = x[:len(dst)], a[:len(dst)]
	for i, v := range a {
		dst[i] = x[i] * (1 - v*v)
	}
}

func plainReLUSlope[T kernel.Float](dst, x, a []T) {
	x, a = x[:len(dst)], a[:len(dst)]
	for i, v := range a {
		one := 0
		if v > 0 { // no branch, unlike the assignment of a float
			one = 1
		}
		dst[i] = x[i] * T(one)
	}
}

func plainShift[T kernel.Float](dst, x []T, c T) {
	for i, v := range x[:len(dst)] {
		dst[i] = v + c
	}
}

func plainDescend[T kernel.Float](dst, x, y []T, c T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] - c*y[i]
	}
}

// plainSum adds in four chains, which overlap.
func plainSum[T kernel.Float](x []T) T {
	var s0, s1, s2, s3 T
	for ; len(x) >= 4; x = x[4:] {
		s0, s1, s2, s3 = s0+x[0], s1+x[1], s2+x[2], s3+x[3]
	}
	for _, v := range x {
		s0 += v
	}
	return s0 + s1 + s2 + s3
}
