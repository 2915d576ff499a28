//go:build !purego

package kernel

import "unsafe"

// A tiling is how a job is cut. Columns are cut in blocks of width, rows in
// blocks of high and terms in chunks of depth. A block of columns is packed if
// packB is set, and a block of rows if packA is.
type tiling[T Float] struct {
	*job[T]
	geometry
	blocks       bool // for a sink
	packA, packB bool
	width, high  int
	depth        int
	sub          int  // columns that are packed just before use, if not 0
	keep         bool // columns are packed for all terms at once
}

func (t *tiling[T]) plan() {
	size := int(unsafe.Sizeof(T(0)))
	t.depth = chainDepth[T](t.k, false)
	t.keep = t.blocks && t.k <= keepBytes/size
	// Rows whose distance is a multiple of half a page compete for one place in
	// the cache.
	t.packB = t.bcs != 1 || t.rows >= 64 && t.k >= 64 && t.cols > t.panel
	t.packA = t.rows > 1 && t.k > 8 && (t.cols >= 256 || t.ars*size%2048 == 0 && t.cols > 2*t.panel)
	t.width = t.cols
	if t.packB || t.blocks {
		blocks := (t.cols + blockWidth - 1) / blockWidth
		t.width = min(t.cols, roundUp((t.cols+blocks-1)/blocks, t.panel))
	}
	t.high = min(t.rows, max(callSize/(t.width*t.depth)/t.height, 1)*t.height)
	if t.packA || t.depth < t.k {
		t.high = min(t.high, max(rowsBytes/t.depth/size/t.height, 1)*t.height)
	}
	switch h := max(blockSize/t.width, 1); {
	case t.blocks && !t.keep:
		t.high = min(t.high, deepRows)
	case t.blocks && (t.packA || h >= t.height):
		t.high = min(t.high, max(h/t.height, 1)*t.height)
	case t.blocks:
		t.high = min(t.high, h)
	}
	if t.packB && t.rows <= t.high {
		t.sub = t.panel
		if t.bcs != 1 {
			t.sub = roundUp(min(max(subBytes/(t.depth*size), 1), t.width), t.panel)
		}
	}
}

// columns returns how much memory the packed columns need.
func (t *tiling[T]) columns() int {
	switch {
	case !t.packB:
		return 0
	case t.sub > 0:
		return roundUp(t.depth*t.sub+slack, align)
	case t.keep:
		return t.k * roundUp(t.width, t.panel)
	}
	return t.depth * roundUp(t.width, t.panel)
}

// rowsSize returns how much memory the packed rows need.
func (t *tiling[T]) rowsSize() int {
	if !t.packA {
		return 0
	}
	return roundUp(roundUp(t.high, t.height)*t.depth+slack, align)
}

// into computes the part into C. packed and rows are for what is packed.
func (t *tiling[T]) into(packed, rows []T) {
	for col := 0; col < t.cols; col += t.width {
		w := min(t.width, t.cols-col)
		for p := 0; p < t.k; p += t.depth {
			d := min(t.depth, t.k-p)
			t.packColumns(packed, p, d, col, w)
			for row := 0; row < t.rows; row += t.high {
				h := min(t.high, t.rows-row)
				t.block(row, h, p, d, col, w, rows, packed, t.c[row*t.crs+col:], t.crs)
			}
		}
	}
}

// to computes the part for a sink; c is for a block.
func (t *tiling[T]) to(packed, rows, c []T, sink Sink[T]) {
	for col := 0; col < t.cols; col += t.width {
		w := min(t.width, t.cols-col)
		width := 0 // of columns of which all terms are packed
		if t.keep && t.packB && t.sub == 0 {
			width = roundUp(w, t.panel)
			for p := 0; p < t.k; p += t.depth {
				t.packColumns(packed[p*width:], p, min(t.depth, t.k-p), col, w)
			}
		}
		for row := 0; row < t.rows; row += t.high {
			h := min(t.high, t.rows-row)
			for p := 0; p < t.k; p += t.depth {
				d := min(t.depth, t.k-p)
				if width == 0 {
					t.packColumns(packed, p, d, col, w)
				}
				t.block(row, h, p, d, col, w, rows, packed[p*width:], c, w)
			}
			sink.Block(t.row+row, t.col+col, h, w, c, w)
		}
	}
}
