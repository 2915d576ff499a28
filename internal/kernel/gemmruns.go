package kernel

import "unsafe"

// Runs is a product A·B of which the rows of B lie apart: in runs of as many rows, within which
// they are as far from one another everywhere. So B need not be copied where its rows are parts
// of one array, as those of a convolution are. Its arithmetic is that of Product.
type Runs[T Float] struct {
	run, row int   // rows of a run, entries from one to the next
	jumps    []int // bytes from behind each run but the last to the next
	k, reach int   // rows; entries from the first row to the last
}

// NewRuns returns the product whose B has runs of so many rows that are row entries apart; starts
// says where each run begins, in entries, and is not decreasing from run to run.
func NewRuns[T Float](run, row int, starts []int) *Runs[T] {
	size := int(unsafe.Sizeof(T(0)))
	r := &Runs[T]{run: run, row: row, k: run * len(starts), reach: starts[len(starts)-1] - starts[0] + (run-1)*row}
	for i, start := range starts[1:] {
		r.jumps = append(r.jumps, (start-starts[i]-run*row)*size)
	}
	return r
}

// RunsWork reports whether Runs computes products with n columns and k terms: on vector
// instructions, if they are added in one chain.
func RunsWork[T Float](n, k int) bool {
	return level != portable && !splitSum(n, k) && ChainDepth[T](n, k) == k
}

// Product sets C, m by n, whose rows are crs entries apart, to A·B. A lies row by row without a
// gap, and b begins with the first row of B. RunsWork must be true of all the columns that the
// whole product has and of its terms. C must not overlap A or B.
func (r *Runs[T]) Product(m, n int, a, b, c []T, crs int) {
	_, _, _ = a[m*r.k-1], b[r.reach+n-1], c[(m-1)*crs+n-1]
	r.tiles(m, n, a, b, c, crs)
}
