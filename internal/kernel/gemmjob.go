package kernel

import "unsafe"

// A job is a part of a product under way.
type job[T Float] struct {
	rows, cols, k int
	a             []T // from the part's first row on
	ars, acs      int
	b             []T // from the part's first column on
	brs, bcs      int
	row, col      int // place of the part in C
	c             []T
	crs           int
	split         bool // sixteen partial sums
}

func newJob[T Float](p *Product[T], part Part) job[T] {
	j := job[T]{
		rows: part.RowTo - part.RowFrom, cols: part.ColTo - part.ColFrom, k: p.K,
		ars: p.ARow, acs: p.ACol, brs: p.BRow, bcs: p.BCol,
		row: part.RowFrom, col: part.ColFrom, split: splitSum(p.N, p.K),
	}
	j.a, j.b = p.A[j.row*j.ars:], p.B[j.col*j.bcs:]
	_, _ = j.a[(j.rows-1)*j.ars+(j.k-1)*j.acs], j.b[(j.k-1)*j.brs+(j.cols-1)*j.bcs]
	if j.k == 1 {
		j.acs, j.brs = 1, 1 // never walked
	}
	if j.cols == 1 {
		j.bcs = 1
	}
	if j.rows == 1 {
		j.ars = 1
	}
	return j
}

// splitSum reports whether products with n columns and k terms are added in
// sixteen partial sums.
func splitSum(n, k int) bool { return level != portable && fewSums(n, k) }

// fewSums is splitSum for vector instructions.
func fewSums(n, k int) bool { return n <= 8 && k >= 16*max(n, 2) }

// ChainDepth returns how many of the k products of an entry are added in one chain, if the
// product has n columns: a product of the first so many terms, then of the next, … are what
// Product adds.
func ChainDepth[T Float](n, k int) int { return chainDepth[T](k, splitSum(n, k)) }

// chainDepth returns how many of k products are added in one chain, or if split in
// sixteen: all of them, or equal parts of those that are too many.
func chainDepth[T Float](k int, split bool) int {
	most := depthBytes / int(unsafe.Sizeof(T(0)))
	if split {
		most = splitDepth
	}
	if k <= most*3/2 {
		return k
	}
	chains := (k + most - 1) / most
	return (k + chains - 1) / chains
}

// run computes the part, into c or for a sink.
func (j *job[T]) run(work []T, sink Sink[T]) {
	switch {
	case level == portable:
		j.runPortable(work, sink)
	case j.split:
		j.runDots(work, sink)
	default:
		j.runTiles(work, sink)
	}
}

// runPortable computes the part in Go.
func (j *job[T]) runPortable(work []T, sink Sink[T]) {
	if sink == nil {
		j.portable(0, 0, j.rows, j.cols, j.c, j.crs)
		return
	}
	width := min(blockWidth, j.cols)
	height := min(max(blockSize/width, 1), j.rows)
	for col := 0; col < j.cols; col += width {
		w := min(width, j.cols-col)
		for row := 0; row < j.rows; row += height {
			h := min(height, j.rows-row)
			j.portable(row, col, h, w, work, w)
			sink.Block(j.row+row, j.col+col, h, w, work, w)
		}
	}
}

// portable computes rows and cols of the part into c, chain by chain.
func (j *job[T]) portable(row, col, rows, cols int, c []T, crs int) {
	depth := chainDepth[T](j.k, false)
	j.chain(row, col, 0, rows, cols, depth, c, crs)
	var rest [4096]T
	for p := depth; p < j.k; p += depth {
		width := min(256, cols)
		height := len(rest) / width
		for i := 0; i < rows; i += height {
			for l := 0; l < cols; l += width {
				h, w := min(height, rows-i), min(width, cols-l)
				j.chain(row+i, col+l, p, h, w, min(depth, j.k-p), rest[:], w)
				for r := range h {
					dst := c[(i+r)*crs+l:][:w]
					addLoop(dst, dst, rest[r*w:][:w])
				}
			}
		}
	}
}

// chain computes the sums of depth products from p on.
func (j *job[T]) chain(row, col, p, rows, cols, depth int, c []T, crs int) {
	gemmPortable(rows, cols, depth, j.a[row*j.ars+p*j.acs:], j.ars, j.acs, j.b[p*j.brs+col*j.bcs:], j.brs, j.bcs, c, crs)
}
