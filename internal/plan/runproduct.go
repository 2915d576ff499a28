package plan

import "chainrule/internal/kernel"

// productRunner runs a MatMul instruction; views are read through strides.
type productRunner[T kernel.Float] struct {
	out     int
	m, n, k int
	a, b    operand
	as, bs  []int // strides of a and b
}

func newProductRunner[T kernel.Float](in *instr) *productRunner[T] {
	a, b := in.ins[0], in.ins[1]
	return &productRunner[T]{
		out: in.out, m: in.shape[0], n: in.shape[1], k: a.dims[1],
		a: a, b: b, as: make([]int, 2), bs: make([]int, 2),
	}
}

func (r *productRunner[T]) bind(m *Machine[T]) {
	r.as = r.a.strides(r.as, m.colMajor(r.a.buf))
	r.bs = r.b.strides(r.bs, m.colMajor(r.b.buf))
}

func (r *productRunner[T]) run(m *Machine[T]) {
	a, b := m.bufs[r.a.buf], m.bufs[r.b.buf]
	kernel.Gemm(r.m, r.n, r.k, a, r.as[0], r.as[1], b, r.bs[0], r.bs[1], m.bufs[r.out], r.n)
}
