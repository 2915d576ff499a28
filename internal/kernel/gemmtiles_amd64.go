//go:build !purego

package kernel

import "unsafe"

// runTiles computes the part by tiles.
func (j *job[T]) runTiles(work []T, sink Sink[T]) {
	t := tiling[T]{job: j, geometry: tileGeometry[T](), blocks: sink != nil}
	t.plan()
	columns, rows := t.columns(), t.rowsSize()
	if sink != nil {
		t.to(work[:columns], work[columns:][:rows], work[columns+rows:], sink)
		return
	}
	if len(work) < columns+rows {
		w := borrow[T](columns + rows)
		defer giveBack(w)
		work = *w
	}
	t.into(work[:columns], work[columns:][:rows])
}

// block adds the sum of depth terms from p on to h rows and w columns of C.
func (t *tiling[T]) block(row, h, p, depth, col, w int, rows, packed, c []T, crs int) {
	a, ars, acs, block := t.a[row*t.ars+p*t.acs:], t.ars, t.acs, t.height*t.ars
	if t.packA {
		for i := 0; i < h; i += t.height {
			pack(rows[i*depth:], t.height, a[i*t.ars:], t.ars, t.acs, min(t.height, h-i), depth)
		}
		a, ars, acs, block = rows, 1, t.height, t.height*depth
	}
	switch {
	case t.sub > 0:
		for j := 0; j < w; j += t.sub {
			n := min(t.sub, w-j)
			pack(packed, t.sub, t.b[p*t.brs+(col+j)*t.bcs:], t.bcs, t.brs, n, depth)
			t.tile(h, n, depth, a, ars, acs, block, packed, t.sub, t.panel, c[j:], crs, p > 0)
		}
	case !t.packB:
		t.tile(h, w, depth, a, ars, acs, block, t.b[p*t.brs+col*t.bcs:], t.brs, t.panel, c, crs, p > 0)
	case !t.packA || h <= t.height:
		t.tile(h, w, depth, a, ars, acs, block, packed, t.panel, depth*t.panel, c, crs, p > 0)
	default: // the rows stay in the second-level cache, a panel of columns in the first
		for j := 0; j < w; j += t.panel {
			t.tile(h, min(t.panel, w-j), depth, a, ars, acs, block, packed[j*depth:], t.panel, 0, c[j:], crs, p > 0)
		}
	}
}

// tile computes the product of a block of rows with a block of columns, and
// adds it to c if add is set. block is how far it is from one block of height
// rows to the next.
func (t *tiling[T]) tile(rows, cols, depth int, a []T, ars, acs, block int, b []T, brs, panel int, c []T, crs int, add bool) {
	size := int(unsafe.Sizeof(T(0)))
	args := tileArgs{
		m: rows, n: cols, k: depth,
		a: unsafe.Pointer(&a[0]), ars: ars * size, acs: acs * size, block: block * size,
		b: unsafe.Pointer(&b[0]), brs: brs * size, panel: panel * size,
		c: unsafe.Pointer(&c[0]), crs: crs * size,
	}
	if add {
		args.add = 1
	}
	callTiles[T](&args)
}

// packColumns copies depth rows of B from p on, and w columns from col on, to
// panels of contiguous rows, if B is packed as a whole.
func (t *tiling[T]) packColumns(dst []T, p, depth, col, w int) {
	if !t.packB || t.sub > 0 {
		return
	}
	for j := 0; j < w; j += t.panel {
		n := min(t.panel, w-j)
		pack(dst[j*depth:], t.panel, t.b[p*t.brs+(col+j)*t.bcs:], t.bcs, t.brs, n, depth)
	}
}

// pack sets dst[p*ds+i] to src[i*is+p*ps] for i < n and p < depth. It may
// write a little behind that. If is is 1, n is at most two vectors.
func pack[T Float](dst []T, ds int, src []T, is, ps, n, depth int) {
	switch {
	case is == 1:
		copyPanel(dst, ds, src, ps, depth, n)
	case ps == 1:
		step := roundUp(packBytes/(ds*int(unsafe.Sizeof(T(0)))), 8)
		for p := 0; p < depth; p += step {
			transpose(dst[p*ds:], ds, src[p:], is, n, min(step, depth-p))
		}
	default:
		for i := range n {
			for p := range depth {
				dst[p*ds+i] = src[i*is+p*ps]
			}
		}
	}
}
