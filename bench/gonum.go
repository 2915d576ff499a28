package main

import (
	"chainrule/internal/kernel"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
)

// newGonum is the formulas by hand on gonum's products, which share their work
// among GOMAXPROCS goroutines where it is large.
func newGonum[T kernel.Float](p *Problem) (engine, error) {
	if p.Product != nil {
		return newProductEngine(p, gonumProduct[T]), nil
	}
	return newHandNet(p, plainAlgebra(gonumProduct[T])), nil
}

func gonumProduct[T kernel.Float](c, a, b matrix[T]) {
	at, lda := a.leading()
	bt, ldb := b.leading()
	switch cd := any(c.data).(type) {
	case []float64:
		blas64.Implementation().Dgemm(transpose(at), transpose(bt), c.rows, c.cols, a.cols, 1,
			any(a.data).([]float64), lda, any(b.data).([]float64), ldb, 0, cd, c.rs)
	case []float32:
		blas32.Implementation().Sgemm(transpose(at), transpose(bt), c.rows, c.cols, a.cols, 1,
			any(a.data).([]float32), lda, any(b.data).([]float32), ldb, 0, cd, c.rs)
	}
}

func transpose(yes bool) blas.Transpose {
	if yes {
		return blas.Trans
	}
	return blas.NoTrans
}
