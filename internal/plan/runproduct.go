package plan

import "chainrule/internal/kernel"

// Rows and columns of the blocks in which a product with a tail is computed.
const tileRows, tileCols = 64, 256

// productRunner runs a MatMul instruction; views are read through strides.
type productRunner[T kernel.Float] struct {
	out     int
	m, n, k int
	batch   []int // sizes of the axes before the last two
	count   int   // products
	a, b    factor
	tail    *mapRunner[T] // nil if there is none
	at      int           // which operand of the tail the product is
}

// A factor is an operand of a product with its layout in memory.
type factor struct {
	op      operand
	base    int   // place of the first entry
	strides []int // of all axes; the last two are those of the matrix
}

func newProductRunner[T kernel.Float](l *lane[T], in *instr) *productRunner[T] {
	rank := len(in.shape)
	batch := in.shape[:rank-2]
	a, b := in.ins[0], in.ins[1]
	r := &productRunner[T]{
		out: in.out, m: in.shape[rank-2], n: in.shape[rank-1], k: a.dims[rank-1],
		batch: batch, count: volume(batch),
		a: factor{op: a, strides: make([]int, rank)}, b: factor{op: b, strides: make([]int, rank)},
	}
	if in.tail != nil {
		r.tail, r.at = newMapRunner(l, in.tail), in.at
		r.tail.out = in.out
		if l.tile == nil {
			l.tile = alignedSlice[T](tileRows * tileCols)
		}
	}
	return r
}

func (r *productRunner[T]) bind(m *Machine[T]) {
	for _, f := range []*factor{&r.a, &r.b} {
		colMajor := m.colMajor(f.op.buf)
		f.base, f.strides = f.op.offset(colMajor), f.op.strides(f.strides, colMajor)
	}
	if r.tail != nil {
		r.tail.bind(m)
	}
}

// run computes whole products, or tiles of the only one.
func (r *productRunner[T]) run(m *Machine[T], l *lane[T], from, to int) {
	if r.tail != nil {
		r.tail.begin()
	}
	if r.count > 1 {
		for i := from; i < to; i++ {
			r.multiply(m, l, i, 0, r.m, 0, r.n)
		}
		return
	}
	if rows, cols := tile(r.m, r.n); rows < r.m {
		r.multiply(m, l, 0, from*rows, min(to*rows, r.m), 0, r.n)
	} else {
		r.multiply(m, l, 0, 0, r.m, from*cols, min(to*cols, r.n))
	}
}

// multiply computes some rows and columns of product i, and the tail for them.
func (r *productRunner[T]) multiply(m *Machine[T], l *lane[T], i, row, rowEnd, col, colEnd int) {
	if r.tail == nil {
		c := m.bufs[r.out][(i*r.m+row)*r.n+col:]
		r.gemm(m, i, row, rowEnd, col, colEnd, c, r.n)
		return
	}
	for ; col < colEnd; col += tileCols {
		end := min(col+tileCols, colEnd)
		for top := row; top < rowEnd; top += tileRows {
			bottom := min(top+tileRows, rowEnd)
			r.gemm(m, i, top, bottom, col, end, l.tile, end-col)
			r.finish(m, l, (i*r.m+top)*r.n+col, bottom-top, end-col, l.tile)
		}
	}
}

// gemm sets c to some rows and columns of product i.
func (r *productRunner[T]) gemm(m *Machine[T], i, row, rowEnd, col, colEnd int, c []T, stride int) {
	rank := len(r.batch) + 2
	as, bs := r.a.strides[rank-2:], r.b.strides[rank-2:]
	a := m.bufs[r.a.op.buf][r.a.at(r.batch, i)+row*as[0]:]
	b := m.bufs[r.b.op.buf][r.b.at(r.batch, i)+col*bs[1]:]
	kernel.Gemm(rowEnd-row, colEnd-col, r.k, a, as[0], as[1], b, bs[0], bs[1], c, stride)
}

// finish computes the tail for a block of the product whose first entry is at
// pos of the result.
func (r *productRunner[T]) finish(m *Machine[T], l *lane[T], pos, rows, cols int, c []T) {
	if cols == r.n { // all rows are one run
		rows, cols = 1, rows*cols
	}
	for i := range rows {
		for j := 0; j < cols; j += block {
			n := min(block, cols-j)
			r.tail.compute(m, l, pos+i*r.n+j, n, r.at, c[i*cols+j:][:n])
		}
	}
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
