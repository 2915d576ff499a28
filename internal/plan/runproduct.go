package plan

import "chainrule/internal/kernel"

// productRunner runs a MatMul instruction; views are read through strides.
type productRunner[T kernel.Float] struct {
	out     int
	m, n, k int
	batch   []int // sizes of the axes before the last two
	count   int   // products
	a, b    factor
}

// A factor is an operand of a product with its layout in memory.
type factor struct {
	op      operand
	base    int   // place of the first entry
	strides []int // of all axes; the last two are those of the matrix
}

func newProductRunner[T kernel.Float](in *instr) *productRunner[T] {
	rank := len(in.shape)
	batch := in.shape[:rank-2]
	a, b := in.ins[0], in.ins[1]
	return &productRunner[T]{
		out: in.out, m: in.shape[rank-2], n: in.shape[rank-1], k: a.dims[rank-1],
		batch: batch, count: volume(batch),
		a: factor{op: a, strides: make([]int, rank)}, b: factor{op: b, strides: make([]int, rank)},
	}
}

func (r *productRunner[T]) bind(m *Machine[T]) {
	for _, f := range []*factor{&r.a, &r.b} {
		colMajor := m.colMajor(f.op.buf)
		f.base, f.strides = f.op.offset(colMajor), f.op.strides(f.strides, colMajor)
	}
}

// run computes whole products, or tiles of the only one.
func (r *productRunner[T]) run(m *Machine[T], _ *lane[T], from, to int) {
	if r.count > 1 {
		for i := from; i < to; i++ {
			r.multiply(m, i, 0, r.m, 0, r.n)
		}
		return
	}
	if rows, cols := tile(r.m, r.n); rows < r.m {
		r.multiply(m, 0, from*rows, min(to*rows, r.m), 0, r.n)
	} else {
		r.multiply(m, 0, 0, r.m, from*cols, min(to*cols, r.n))
	}
}

// multiply computes some rows and columns of product i.
func (r *productRunner[T]) multiply(m *Machine[T], i, row, rowEnd, col, colEnd int) {
	rank := len(r.batch) + 2
	as, bs := r.a.strides[rank-2:], r.b.strides[rank-2:]
	a := m.bufs[r.a.op.buf][r.a.at(r.batch, i)+row*as[0]:]
	b := m.bufs[r.b.op.buf][r.b.at(r.batch, i)+col*bs[1]:]
	c := m.bufs[r.out][(i*r.m+row)*r.n+col:]
	kernel.Gemm(rowEnd-row, colEnd-col, r.k, a, as[0], as[1], b, bs[0], bs[1], c, r.n)
}

// at returns where matrix i starts.
func (f *factor) at(batch []int, i int) int {
	at := f.base
	for axis := len(batch) - 1; axis >= 0; axis-- {
		q := i / batch[axis]
		at += (i - q*batch[axis]) * f.strides[axis]
		i = q
	}
	return at
}
