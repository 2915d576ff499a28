package kernel

// Blocks of the row form of Gemm, a multiple of 4 deep. A block of B stays in
// the second-level cache while all of A passes; a block that is packed first, in
// the first-level cache.
const (
	blockCols, blockDepth = 512, 64
	packCols, packDepth   = 128, 16
)

// packRows is how many rows of A it takes to make packing worth while.
const packRows = 4

// gemmPortable is Gemm in Go: each entry is a chain of rounded products.
func gemmPortable[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int) {
	if k == 1 {
		acs, brs = 1, 1 // never walked
	}
	switch {
	case n < 4:
		gemmNarrow(m, n, k, a, ars, acs, b, brs, bcs, c, crs)
	case bcs == 1:
		gemmRows(m, n, k, a, ars, acs, b, brs, c, crs)
	case m >= packRows:
		gemmPacked(m, n, k, a, ars, acs, b, brs, bcs, c, crs)
	default:
		gemmDots(m, n, k, a, ars, acs, b, brs, bcs, c, crs)
	}
}

// gemmRows is Gemm for a B with contiguous rows: rows of C are built from rows
// of B, four at a time.
func gemmRows[T Float](m, n, k int, a []T, ars, acs int, b []T, brs int, c []T, crs int) {
	for j := 0; j < n; j += blockCols {
		w := min(blockCols, n-j)
		for p, start := 0, headRows(k); p < k; start = 0 {
			depth := min(start+blockDepth, k-p)
			for i := range m {
				buildRow(c[i*crs+j:][:w], a[i*ars+p*acs:], acs, b[p*brs+j:], brs, start, depth)
			}
			p += depth
		}
	}
}

// gemmPacked is gemmRows for any strides: it copies B block by block to
// contiguous rows.
func gemmPacked[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int) {
	var pack [(packDepth + 4) * packCols]T
	for j := 0; j < n; j += packCols {
		w := min(packCols, n-j)
		for p, start := 0, headRows(k); p < k; start = 0 {
			depth := min(start+packDepth, k-p)
			for col := range w {
				src := b[p*brs+(j+col)*bcs:]
				for q := range depth {
					pack[q*packCols+col] = src[q*brs]
				}
			}
			for i := range m {
				buildRow(c[i*crs+j:][:w], a[i*ars+p*acs:], acs, pack[:], packCols, start, depth)
			}
			p += depth
		}
	}
}

// headRows returns how many of k rows of B start a row of C: 1 to 4, so that
// what is left is a multiple of 4.
func headRows(k int) int { return (k-1)%4 + 1 }

// buildRow adds to c the first depth rows of b, times their coefficients
// a[p*as], or if start is not 0 sets c to that sum.
func buildRow[T Float](c, a []T, as int, b []T, bs, start, depth int) {
	if start > 0 {
		startRow(c, a, as, b, bs, start)
	}
	addRows(c, a, as, b, bs, start, depth)
}

// startRow sets c to the sum of the first head (1 to 4) rows of b, times their
// coefficients a[p*as].
func startRow[T Float](c, a []T, as int, b []T, bs, head int) {
	w := len(c)
	x0, b0 := a[0], b[:w]
	if head == 1 {
		for j := range c {
			c[j] = x0 * b0[j]
		}
		return
	}
	x1, b1 := a[as], b[bs:][:w]
	if head == 2 {
		for j := range c {
			c[j] = T(x0*b0[j]) + T(x1*b1[j])
		}
		return
	}
	x2, b2 := a[2*as], b[2*bs:][:w]
	if head == 3 {
		for j := range c {
			c[j] = T(x0*b0[j]) + T(x1*b1[j]) + T(x2*b2[j])
		}
		return
	}
	x3, b3 := a[3*as], b[3*bs:][:w]
	for j := range c {
		c[j] = T(x0*b0[j]) + T(x1*b1[j]) + T(x2*b2[j]) + T(x3*b3[j])
	}
}

// addRows adds to c the rows from to end of b, times their coefficients
// a[p*as], in order; end-from is a multiple of 4.
func addRows[T Float](c, a []T, as int, b []T, bs, from, end int) {
	w := len(c)
	for p := from; p < end; p += 4 {
		x0, x1, x2, x3 := a[p*as], a[(p+1)*as], a[(p+2)*as], a[(p+3)*as]
		b0, b1 := b[p*bs:][:w], b[(p+1)*bs:][:w]
		b2, b3 := b[(p+2)*bs:][:w], b[(p+3)*bs:][:w]
		for j, s := range c {
			s += T(x0 * b0[j])
			s += T(x1 * b1[j])
			s += T(x2 * b2[j])
			s += T(x3 * b3[j])
			c[j] = s
		}
	}
}
