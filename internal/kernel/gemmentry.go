package kernel

import (
	"math"
	"unsafe"
)

// ProductEntry returns one entry of a product with n columns: of the row whose
// k entries are a[p*as] and the column whose k entries are b[p*bs]. It is slow,
// and the reference for Product: it has the same bits on this machine.
func ProductEntry[T Float](n, k int, a []T, as int, b []T, bs int) T {
	depth := chainDepth[T](k, splitSum(n, k))
	s := chainEntry(n, k, depth, a, as, b, bs)
	for p := depth; p < k; p += depth {
		s += chainEntry(n, k, min(depth, k-p), a[p*as:], as, b[p*bs:], bs)
	}
	return s
}

// chainEntry returns the sum of the first depth products.
func chainEntry[T Float](n, k, depth int, a []T, as int, b []T, bs int) T {
	switch {
	case level == portable:
		return dot(depth, a, as, b, bs)
	case splitSum(n, k):
		var part [lanes]T
		for p := range depth {
			if p < lanes {
				part[p] = a[p*as] * b[p*bs]
			} else {
				part[p%lanes] = fma(a[p*as], b[p*bs], part[p%lanes])
			}
		}
		total := Partial16[T]{part: part}
		return total.Total()
	}
	s := a[0] * b[0]
	for p := 1; p < depth; p++ {
		s = fma(a[p*as], b[p*bs], s)
	}
	return s
}

// fma returns x·y + z rounded once.
func fma[T Float](x, y, z T) T {
	if unsafe.Sizeof(x) == 8 {
		return T(math.FMA(float64(x), float64(y), float64(z)))
	}
	// The product is exact. The sum is rounded to odd, which is then rounded to
	// nearest as the exact sum is.
	p, c := float64(x)*float64(y), float64(z)
	s := p + c
	t := s - p
	if e := (p - (s - t)) + (c - t); e != 0 && math.Float64bits(s)&1 == 0 && !math.IsInf(s, 0) {
		s = math.Nextafter(s, math.Inf(1)*e)
	}
	return T(s)
}
