package kernel

// gemmDots is Gemm for any strides, without packing: four dot products of a row
// of A at a time, so that their chains of additions overlap.
func gemmDots[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int) {
	for i := range m {
		row, x := c[i*crs:][:n], a[i*ars:]
		j := 0
		for ; j+4 <= n; j += 4 {
			row[j], row[j+1], row[j+2], row[j+3] = dots4(k, x, acs, b[j*bcs:], brs, bcs)
		}
		for ; j < n; j++ {
			row[j] = dot(k, x, acs, b[j*bcs:], brs)
		}
	}
}

// gemmNarrow is Gemm for a C of few columns: four dot products of a column of B
// at a time.
func gemmNarrow[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int) {
	for j := range n {
		col, y := c[j:], b[j*bcs:]
		i := 0
		for ; i+4 <= m; i += 4 {
			s0, s1, s2, s3 := dots4(k, y, brs, a[i*ars:], acs, ars)
			col[i*crs], col[(i+1)*crs], col[(i+2)*crs], col[(i+3)*crs] = s0, s1, s2, s3
		}
		for ; i < m; i++ {
			col[i*crs] = dot(k, a[i*ars:], acs, y, brs)
		}
	}
}

// dots4 returns the dot products of the k entries x[p*xs] with the entries
// y[p*ys], y[p*ys+gap], y[p*ys+2*gap] and y[p*ys+3*gap].
func dots4[T Float](k int, x []T, xs int, y []T, ys, gap int) (s0, s1, s2, s3 T) {
	y0, y1, y2, y3 := y, y[gap:], y[2*gap:], y[3*gap:]
	v := x[0]
	s0, s1, s2, s3 = v*y0[0], v*y1[0], v*y2[0], v*y3[0]
	for p := 1; p < k; p++ {
		v, q := x[p*xs], p*ys
		s0 += T(v * y0[q])
		s1 += T(v * y1[q])
		s2 += T(v * y2[q])
		s3 += T(v * y3[q])
	}
	return s0, s1, s2, s3
}

// dot returns the dot product of the k entries x[p*xs] and y[p*ys].
func dot[T Float](k int, x []T, xs int, y []T, ys int) T {
	s := x[0] * y[0]
	for p := 1; p < k; p++ {
		s += T(x[p*xs] * y[p*ys])
	}
	return s
}
