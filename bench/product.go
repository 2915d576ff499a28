package main

import (
	"fmt"
	"math/rand/v2"

	"chainrule/internal/kernel"
)

// A Product is a matrix product alone: C = A·B with A of (m,k) and B of (k,n),
// or with their transposes where these are what is stored.
type Product struct {
	M, N, K        int
	TransA, TransB bool
	A, B           Matrix // as stored
}

// NewProduct draws the matrices of a product in the precision of dtype.
func NewProduct(m, n, k int, transA, transB bool, dtype string, threads int) *Problem {
	rng := rand.New(rand.NewPCG(3, 4))
	stored := func(rows, cols int, transposed bool) Matrix {
		if transposed {
			rows, cols = cols, rows
		}
		out := normal(rng, rows, cols, 1)
		if dtype == "float32" {
			for i, v := range out.Data {
				out.Data[i] = float64(float32(v))
			}
		}
		return out
	}
	q := &Product{M: m, N: n, K: k, TransA: transA, TransB: transB, A: stored(m, k, transA), B: stored(k, n, transB)}
	w := Workload{Name: q.name(), Rule: "product"}
	if m == 1024 && n == m && k == m {
		// 0.95 and 0.9 of the speed of OpenBLAS.
		w.Goals = map[string]float64{"float32 numpy": 1.053, "float32 numpy-avx2": 1.053, "numpy": 1.111, "numpy-avx2": 1.111}
	}
	return &Problem{Workload: w, Dtype: dtype, Threads: threads, Product: q}
}

// name is such as gemm-128x64x784-NT: m, n, k, and which factors are transposed.
func (q *Product) name() string {
	letter := map[bool]string{false: "N", true: "T"}
	return fmt.Sprintf("gemm-%dx%dx%d-%s%s", q.M, q.N, q.K, letter[q.TransA], letter[q.TransB])
}

// flops is how many multiplications and additions the product takes.
func (q *Product) flops() float64 { return 2 * float64(q.M) * float64(q.N) * float64(q.K) }

// factors returns the factors of the product.
func factors[T kernel.Float](q *Product) (a, b matrix[T]) {
	a, b = rowMajorOf[T](q.A), rowMajorOf[T](q.B)
	if q.TransA {
		a = a.t()
	}
	if q.TransB {
		b = b.t()
	}
	return a, b
}

// reference computes the product by its definition.
func (q *Product) reference() (Outcome, error) {
	a, b := factors[float64](q)
	c := make([]float64, q.M*q.N)
	for i := range q.M {
		row := c[i*q.N:][:q.N]
		for k := range q.K {
			x := a.data[i*a.rs+k*a.cs]
			for j := range row {
				row[j] += x * b.data[k*b.rs+j*b.cs]
			}
		}
	}
	return Outcome{Values: [][]float64{c}}, nil
}

// A productEngine runs a product on one implementation.
type productEngine[T kernel.Float] struct {
	multiply func(c, a, b matrix[T])
	a, b, c  matrix[T]
}

var _ engine = (*productEngine[float64])(nil)

func newProductEngine[T kernel.Float](p *Problem, multiply func(c, a, b matrix[T])) *productEngine[T] {
	e := &productEngine[T]{multiply: multiply, c: rowMajor[T](p.Product.M, p.Product.N)}
	e.a, e.b = factors[T](p.Product)
	return e
}

func (e *productEngine[T]) check() (Outcome, error) {
	err := e.step()
	return Outcome{Values: [][]float64{converted[float64](e.c.data)}}, err
}

func (e *productEngine[T]) reset() error { return nil }
func (e *productEngine[T]) close() error { return nil }

func (e *productEngine[T]) step() error {
	e.multiply(e.c, e.a, e.b)
	return nil
}
