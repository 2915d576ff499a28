//go:build !purego

package kernel

import "unsafe"

// tiles computes the product by tiles, by no more rows at once than the scheduler can wait for.
func (r *Runs[T]) tiles(m, n int, a, b, c []T, crs int) {
	size, height := int(unsafe.Sizeof(T(0))), tileGeometry[T]().height
	args := tileArgs{
		n: n, k: r.run,
		ars: r.k * size, acs: size, block: height * r.k * size,
		b: unsafe.Pointer(&b[0]), brs: r.row * size, panel: tileGeometry[T]().panel * size,
		crs: crs * size,
	}
	if jumps := len(r.jumps); jumps > 0 {
		args.jump = unsafe.Pointer(&r.jumps[0])
		args.jumpEnd = uintptr(args.jump) + uintptr(8*jumps)
	}
	high := max(callSize/(n*r.k)/height, 1) * height
	for i := 0; i < m; i += high {
		args.m = min(high, m-i)
		args.a, args.c = unsafe.Pointer(&a[i*r.k]), unsafe.Pointer(&c[i*crs])
		callTiles[T](&args)
	}
}
