package kernel

import (
	"sync/atomic"
	"unsafe"
)

// Sizes of blocks, in entries or bytes. They fit a first-level cache of 32 KiB
// and a second-level cache of 1 MiB.
const (
	blockWidth = 512       // entries: most columns that are packed, or given to a sink, at once
	blockSize  = 8192      // entries that a sink is given at once; a row of tiles may be more
	deepRows   = 192       // rows that a sink is given at once if columns are not kept
	depthBytes = 2 << 10   // of a row whose products are added in one chain; up to a half more if all of it
	splitDepth = 8 << 10   // entries of a row whose products are added in sixteen chains; likewise
	keepBytes  = 8 << 10   // of a column that is packed once for all blocks of rows
	rowsBytes  = 192 << 10 // of packed rows
	subBytes   = 16 << 10  // of columns that are packed just before use
	callSize   = 1 << 24   // products in one call, which the scheduler cannot interrupt
	packBytes  = 16 << 10  // that transposing writes before it goes on to other rows
	splitSize  = 1 << 16   // entries of rows that runDots copies at once
	maxHeight  = 12        // rows of a tile
	maxPanel   = 32        // columns of a packed panel
	align      = 16        // entries at which parts of scratch memory start
	slack      = 16        // entries that copying may write too many
)

// GemmWork returns how many entries of scratch memory suffice for any part of a
// product of m by k with k by n, whatever the strides.
func GemmWork[T Float](m, n, k int) int {
	size := int(unsafe.Sizeof(T(0)))
	width, high := min(n, blockWidth), roundUp(m, maxHeight)
	block := width * min(high, blockSize/width+maxHeight)
	if fewSums(n, k) {
		stride := splitStride(k)
		return n*stride + min(high, splitRows(k))*stride + block
	}
	depth := min(k, depthBytes/size*3/2)
	rows := min(high*depth, rowsBytes/size+maxHeight*depth)
	if k > keepBytes/size {
		block = max(block, width*min(high, deepRows))
	} else {
		depth = k
	}
	return depth*roundUp(width, maxPanel) + rows + block + 2*(slack+align)
}

// splitStride returns how far apart runDots puts copied rows of k entries: not
// as far as lines that compete for one place in the cache.
func splitStride(k int) int { return roundUp(k, align) + align }

// splitRows returns how many rows of k entries runDots copies at once.
func splitRows(k int) int { return min(max(splitSize/splitStride(k), 4), 32) }

func roundUp(n, to int) int { return (n + to - 1) / to * to }

// spare32 and spare64 keep scratch memory that Into borrowed.
var (
	spare32 [8]atomic.Pointer[[]float32]
	spare64 [8]atomic.Pointer[[]float64]
)

// borrow returns scratch memory of at least n entries; giveBack takes it.
func borrow[T Float](n int) *[]T {
	spare := spares[T]()
	for i := range spare {
		if w := spare[i].Swap(nil); w != nil && len(*w) >= n {
			return w
		}
	}
	w := make([]T, n)
	return &w
}

func giveBack[T Float](w *[]T) {
	spare := spares[T]()
	for i := range spare {
		if spare[i].CompareAndSwap(nil, w) {
			return
		}
	}
}

func spares[T Float]() *[8]atomic.Pointer[[]T] {
	if unsafe.Sizeof(T(0)) == 4 {
		return (*[8]atomic.Pointer[[]T])(unsafe.Pointer(&spare32))
	}
	return (*[8]atomic.Pointer[[]T])(unsafe.Pointer(&spare64))
}
