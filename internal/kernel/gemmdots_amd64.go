//go:build !purego

package kernel

// runDots computes the part by sixteen partial sums an entry. Columns of B, and
// some rows of A at a time, are copied if they are not contiguous.
func (j *job[T]) runDots(work []T, sink Sink[T]) {
	stride, few := splitStride(j.k), min(splitRows(j.k), j.rows)
	n := 0
	if j.brs != 1 {
		n += j.cols * stride
	}
	if j.acs != 1 {
		n += few * stride
	}
	if sink == nil && len(work) < n {
		w := borrow[T](n)
		defer giveBack(w)
		work = *w
	}
	if j.brs != 1 {
		n := j.cols * stride
		contiguous(work[:n], stride, j.b, j.bcs, j.brs, j.cols, j.k)
		j.b, j.bcs, work = work[:n], stride, work[n:]
	}
	high, rows := j.rows, work
	if j.acs != 1 {
		high, rows, work = few, work[:few*stride], work[few*stride:]
	} else if sink != nil {
		high = min(blockSize/j.cols, j.rows)
	}
	c, crs := j.c, j.crs
	if sink != nil {
		c, crs = work, j.cols
	}
	for row := 0; row < j.rows; row += high {
		h := min(high, j.rows-row)
		a, ars := j.a[row*j.ars:], j.ars
		if j.acs != 1 {
			contiguous(rows, stride, a, ars, j.acs, h, j.k)
			a, ars = rows, stride
		}
		dots(c, crs, a, ars, j.b, j.bcs, h, j.cols, j.k)
		if sink != nil {
			sink.Block(j.row+row, j.col, h, j.cols, c, crs)
		} else if row+h < j.rows {
			c = c[h*crs:]
		}
	}
}

// contiguous sets dst[i*ds+p] to src[i*is+p*ps] for i < n and p < k, and may
// write a little behind each row of dst.
func contiguous[T Float](dst []T, ds int, src []T, is, ps, n, k int) {
	if is == 1 {
		transpose(dst, ds, src, ps, k, n)
		return
	}
	for i := range n {
		for p := range k {
			dst[i*ds+p] = src[i*is+p*ps]
		}
	}
}

// dots sets c to the product of contiguous rows with contiguous columns.
func dots[T Float](c []T, crs int, a []T, ars int, b []T, bcs, rows, cols, k int) {
	cs := 1
	if rows < cols {
		a, ars, b, bcs, rows, cols, crs, cs = b, bcs, a, ars, cols, rows, 1, crs
	}
	depth := chainDepth[T](k, true)
	for j := range cols {
		callDots(c[j*cs:], crs, a, ars, b[j*bcs:], rows, depth)
	}
	var rest [16]T
	for p := depth; p < k; p += depth {
		for j := range cols {
			for i := 0; i < rows; i += len(rest) {
				n := min(len(rest), rows-i)
				callDots(rest[:], 1, a[i*ars+p:], ars, b[j*bcs+p:], n, min(depth, k-p))
				for l, v := range rest[:n] {
					c[(i+l)*crs+j*cs] += v
				}
			}
		}
	}
}
