package plan

import (
	"slices"

	"chainrule/internal/kernel"
)

// MatMul is matrix products, one for each entry of the axes before the last two.
var MatMul = &kind{name: "matmul", lower: (*builder).product, tail: tailOfOwn, byView: true,
	units: productUnits,
	cost:  func(in *instr) float64 { return float64(in.size()) * float64(in.depth()) * multiplyCost },
	flop:  func(in *instr) int64 { return 2 * int64(in.size()) * int64(in.depth()) },
	// Each part packs an operand anew. The bits do not depend on their number.
	perPart: func(in *instr) bool { return volume(in.shape[:len(in.shape)-2]) == 1 },
	run:     runners{newProductRunner[float64], newProductRunner[float32]},
}

// depth is how many products an entry of the result is the sum of.
func (in *instr) depth() int { return in.ins[0].dims[len(in.shape)-1] }

func (b *builder) product(n *Node) operand {
	x := b.forwards(n.In[0]).factor(n.Shape, n.TransA)
	y := b.forwards(n.In[1]).factor(n.Shape, n.TransB)
	return b.emit(n, &instr{ins: []operand{x, y}})
}

// forwards returns the value of node i, or a copy where that is a view from the end
// of an axis on, which the loops of products do not read.
func (b *builder) forwards(i int) operand {
	op := b.vals[i]
	if !op.backward() {
		return op
	}
	return b.add(copying(op, &b.src.Nodes[i], ""))
}

// factor returns the view of op as a factor of a product of the given shape.
func (op operand) factor(shape []int, trans bool) operand {
	k := len(op.dims) - 2
	if trans {
		perm := make([]int, k+2)
		for i := range k {
			perm[i] = i
		}
		perm[k], perm[k+1] = k+1, k
		op = op.transposed(perm)
	}
	full := slices.Clone(shape)
	copy(full[len(shape)-2:], op.dims[k:])
	return op.broadcast(full)
}

// productUnits counts whole products, or tiles of the only one.
func productUnits(in *instr) int {
	k := len(in.shape) - 2
	if n := volume(in.shape[:k]); n > 1 {
		return n
	}
	m, n := in.shape[k], in.shape[k+1]
	rows, cols := tile(m, n)
	return max((m+rows-1)/rows, (n+cols-1)/cols)
}

// tile returns the rows and columns of a unit of an m×n product. One of them is
// all there are.
func tile(m, n int) (rows, cols int) {
	if n >= m {
		return m, 32
	}
	return 12, n
}

// productRunner runs a MatMul instruction; views are read through strides.
type productRunner[T kernel.Float] struct {
	out     int
	product kernel.Product[T]
	batch   []int // sizes of the axes before the last two
	count   int   // products
	a, b    factor
	tail    *productTail[T] // nil if there is none
}

// A factor is an operand of a product with its layout in memory.
type factor struct {
	op      operand
	base    int   // place of the first entry
	strides []int // of all axes; the last two are those of the matrix
}

func newProductRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	rank := len(in.shape)
	batch := in.shape[:rank-2]
	a, b := in.ins[0], in.ins[1]
	m, n, k := in.shape[rank-2], in.shape[rank-1], a.dims[rank-1]
	r := &productRunner[T]{
		out: in.out, product: kernel.Product[T]{M: m, N: n, K: k},
		batch: batch, count: volume(batch),
		a: factor{op: a, strides: make([]int, rank)}, b: factor{op: b, strides: make([]int, rank)},
	}
	if in.tail != nil {
		r.tail = newProductTail(l, in, n)
	}
	l.needWork(kernel.GemmWork[T](m, n, k))
	return r
}

func (r *productRunner[T]) bind(m *Machine[T]) {
	for _, f := range []*factor{&r.a, &r.b} {
		colMajor := m.colMajor(f.op.buf)
		f.base, f.strides = f.op.offset(colMajor), f.op.strides(f.strides, colMajor)
	}
	rank := len(r.batch) + 2
	r.product.ARow, r.product.ACol = r.a.strides[rank-2], r.a.strides[rank-1]
	r.product.BRow, r.product.BCol = r.b.strides[rank-2], r.b.strides[rank-1]
	if r.tail != nil {
		r.tail.bind(m)
	}
}

// run computes whole products, or tiles of the only one.
func (r *productRunner[T]) run(m *Machine[T], l *lane[T], from, to int) {
	if r.tail != nil {
		r.tail.begin()
	}
	part := kernel.Part{RowTo: r.product.M, ColTo: r.product.N}
	if r.count > 1 {
		for i := from; i < to; i++ {
			r.multiply(m, l, i, part)
		}
		return
	}
	if rows, cols := tile(r.product.M, r.product.N); rows < r.product.M {
		part.RowFrom, part.RowTo = from*rows, min(to*rows, r.product.M)
	} else {
		part.ColFrom, part.ColTo = from*cols, min(to*cols, r.product.N)
	}
	r.multiply(m, l, 0, part)
}

// multiply computes a part of product i, and the tail for it.
func (r *productRunner[T]) multiply(m *Machine[T], l *lane[T], i int, part kernel.Part) {
	p := &r.product
	p.A = m.bufs[r.a.op.buf][r.a.at(r.batch, i):]
	p.B = m.bufs[r.b.op.buf][r.b.at(r.batch, i):]
	start := i * p.M * p.N
	if r.tail == nil {
		p.Into(part, m.bufs[r.out][start:], p.N, l.work)
	} else {
		r.tail.to(m, l, start, p, part, l.work)
	}
	p.A, p.B = nil, nil
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
