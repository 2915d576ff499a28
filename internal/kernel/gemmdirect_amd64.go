//go:build !purego

package kernel

import "unsafe"

// direct computes the part, with entry (i, j) of it at c[i*crs+j], if that takes
// no more than one call; otherwise it returns false and does nothing.
func (p *Product[T]) direct(part Part, c []T, crs int) bool {
	rows, cols, k := part.RowTo-part.RowFrom, part.ColTo-part.ColFrom, p.K
	if k > 512 || level == portable {
		return false
	}
	a, b := p.A[part.RowFrom*p.ARow:], p.B[part.ColFrom*p.BCol:]
	_, _ = a[(rows-1)*p.ARow+(k-1)*p.ACol], b[(k-1)*p.BRow+(cols-1)*p.BCol]
	if splitSum(p.N, k) {
		if p.ACol != 1 && k > 1 || p.BRow != 1 {
			return false
		}
		dots(c, crs, a, p.ARow, b, p.BCol, rows, cols, k)
		return true
	}
	ars, acs, brs := p.ARow, p.ACol, p.BRow
	switch {
	case cols == 1 && crs == 1 && ars == 1: // a row instead of a column
		a, b = b, a
		acs, brs = brs, acs
		rows, cols = 1, rows
	case p.BCol != 1 && cols != 1 || rows > 64 || k > 8 && rows > 1 && cols > 128 || k > 128:
		return false
	}
	size := int(unsafe.Sizeof(T(0)))
	args := tileArgs{
		m: rows, n: cols, k: k,
		a: unsafe.Pointer(&a[0]), ars: ars * size, acs: acs * size,
		b: unsafe.Pointer(&b[0]), brs: brs * size, panel: 64,
		c: unsafe.Pointer(&c[0]), crs: crs * size, block: 6 * ars * size,
	}
	if level == avx512 {
		args.panel, args.block = 128, 12*ars*size
	}
	callTiles[T](&args)
	return true
}
