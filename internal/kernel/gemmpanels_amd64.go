//go:build !purego

package kernel

import "unsafe"

// tiles computes the product by tiles. Rows that fill the tallest ones take a panel at a
// time, which stays in the first-level cache; what is left takes many, for wider tiles.
func (b *Panels[T]) tiles(m int, a, c []T) {
	height := tileGeometry[T]().height
	depth := chainDepth[T](b.k, false)
	full := m - m%height
	for p := 0; p < b.k; p += depth {
		if full > 0 {
			b.rows(0, full, p, min(depth, b.k-p), b.width, a, c)
		}
		if full < m {
			b.rows(full, m-full, p, min(depth, b.k-p), blockWidth, a, c)
		}
	}
}

// rows adds depth terms from p on to rows of C, by so many columns at a time.
func (b *Panels[T]) rows(row, rows, p, depth, cols int, a, c []T) {
	size, height := int(unsafe.Sizeof(T(0))), tileGeometry[T]().height
	args := tileArgs{
		m: rows, k: depth,
		a: unsafe.Pointer(&a[row*b.k+p]), ars: b.k * size, acs: size, block: height * b.k * size,
		crs: b.n * size,
	}
	if p > 0 {
		args.add = 1
	}
	for j := 0; j < b.n; j += args.n {
		args.n = min(cols, b.n-j)
		width := b.width
		if args.n < width { // the last panel
			width = args.n
		} else {
			args.n -= args.n % width
		}
		args.b, args.brs, args.panel = unsafe.Pointer(&b.numbers[j*b.k+p*width]), width*size, b.k*width*size
		args.c = unsafe.Pointer(&c[row*b.n+j])
		callTiles[T](&args)
	}
}
