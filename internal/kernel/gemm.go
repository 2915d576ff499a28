package kernel

// A Product is a matrix product C = A·B. A is M by K with entry (i, p) at
// A[i*ARow+p*ACol], B is K by N with entry (p, j) at B[p*BRow+j*BCol], C is M
// by N. All sizes must be at least 1; strides may be anything that stays in
// range, 0 included.
//
// # Arithmetic
//
// An entry of C depends on the values of its row of A and its column of B and
// on N and K, and on nothing else: not on strides, M, the place of the entry,
// the part that is computed or the set of vector instructions. Products with
// zeros are not skipped; NaN and infinities spread as IEEE 754 says. The K
// products are added in one of three ways:
//
//   - in portable Go (the build tag purego, other architectures, old
//     processors): each is rounded and added to the sum, strictly from first to
//     last, starting from the first product;
//   - on vector instructions: by fused multiply-add, s = a·b + s rounded once,
//     strictly from first to last, starting from the first product, rounded;
//   - on vector instructions, if N ≤ 8, K ≥ 32 and K ≥ 16·N: product p is added
//     by fused multiply-add to partial sum p mod 16, each starting from its first
//     product, rounded; then partial sums l and l+8 are added for l < 8, l and
//     l+4 for l < 4, and so on, as in Sum16.
//
// That holds for up to d products, with d 768 in float32 and 384 in float64, and
// 12288 in the third way. More are cut in chains of at most ⅔·d, as few as
// possible and the last at most as long as the others, each of which is added in its way;
// then the sums of the chains are added strictly from first to last. So an entry is off
// by at most min(K, 770 + K/256)·u·Σ|a·b|, with u 2⁻²⁴ or 2⁻⁵³.
//
// ProductEntry computes one entry in the way that is in use.
type Product[T Float] struct {
	M, N, K    int
	A          []T
	ARow, ACol int
	B          []T
	BRow, BCol int
}

// A Part is a block of a matrix: the rows from RowFrom up to but not including
// RowTo, and columns likewise. It is not empty. Each part packs what it reads for
// itself, so that few large parts take less time than many small ones; those cut
// at multiples of 12 rows or 32 columns take the least.
type Part struct{ RowFrom, RowTo, ColFrom, ColTo int }

// A Sink takes a product block by block.
type Sink[T Float] interface {
	// Block is called with every finished block of C, rows by cols entries whose
	// first is entry (row, col) of C; entry (i, j) of the block is c[i*stride+j].
	// Blocks cover the part that was asked for, each entry once, and are as wide
	// as is good for caches: the whole part or hundreds of columns. c is scratch
	// memory that the sink may overwrite and must not keep.
	Block(row, col, rows, cols int, c []T, stride int)
}

// Gemm sets C to the product A·B as Product describes it; entry (i, j) of C is
// c[i*crs+j]. c must not overlap a or b.
func Gemm[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int) {
	p := Product[T]{M: m, N: n, K: k, A: a, ARow: ars, ACol: acs, B: b, BRow: brs, BCol: bcs}
	p.Into(Part{0, m, 0, n}, c, crs, nil)
}

// Into computes a part of the product and sets those entries (i, j) of C, at
// c[i*crs+j], and no others. c must not overlap A or B. work is scratch memory
// of GemmWork entries; if it is shorter, Into may have to borrow memory, and
// allocate it the first time.
func (p *Product[T]) Into(part Part, c []T, crs int, work []T) {
	c = c[part.RowFrom*crs+part.ColFrom:]
	_ = c[(part.RowTo-part.RowFrom-1)*crs+part.ColTo-part.ColFrom-1]
	if p.direct(part, c, crs) {
		return
	}
	j := newJob(p, part)
	j.c, j.crs = c, crs
	j.run(work, nil)
}

// To computes a part of the product and hands it to the sink block by block.
// work is scratch memory of at least GemmWork entries.
func (p *Product[T]) To(part Part, work []T, sink Sink[T]) {
	work = work[:len(work):len(work)]
	rows, cols := part.RowTo-part.RowFrom, part.ColTo-part.ColFrom
	if cols <= blockWidth && rows*cols <= min(blockSize, len(work)) && p.direct(part, work, cols) {
		sink.Block(part.RowFrom, part.ColFrom, rows, cols, work, cols)
		return
	}
	j := newJob(p, part)
	j.run(work, sink)
}
