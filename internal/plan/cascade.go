package plan

import (
	"math/bits"

	"chainrule/internal/kernel"
)

// A reduction joins its terms in leaves, each in order, and the leaves in pairs,
// so that no number goes through a long chain of roundings.
const (
	leafTerms = 128             // entries, or runs, that are joined one after the other
	leafRun   = 16 * leafTerms  // entries of a run that are joined in sixteen lanes
	_         = leafRun % block // is 0: a leaf of a run is whole blocks
)

// leaves returns how many leaves of a size n terms have.
func leaves(n, size int) int { return (n + size - 1) / size }

// A cascade joins the leaves of one part of a result, in the order that Source
// states. Partial results of 1, 2, 4, … leaves wait in it, of each at most one.
type cascade[T kernel.Float] struct {
	join    func(dst, x, y []T)
	waiting [][]T // waiting[i] is of 2^i leaves, if bit i of count is set
	count   uint  // leaves so far
}

// newCascade returns a cascade for so many leaves of at most width entries. One
// leaf needs none.
func newCascade[T kernel.Float](join func(dst, x, y []T), count, width int) cascade[T] {
	c := cascade[T]{join: join}
	if count > 1 {
		for range bits.Len(uint(count)) {
			c.waiting = append(c.waiting, alignedSlice[T](width))
		}
	}
	return c
}

// add adds the next leaf, which it overwrites.
func (c *cascade[T]) add(leaf []T) {
	i := 0
	for ; c.count>>i&1 == 1; i++ {
		c.join(leaf, c.waiting[i][:len(leaf)], leaf)
	}
	copy(c.waiting[i], leaf)
	c.count++
}

// total sets dst to what all leaves came to, and makes the cascade empty.
func (c *cascade[T]) total(dst []T) {
	i := bits.TrailingZeros(c.count)
	copy(dst, c.waiting[i])
	for i++; c.count>>i > 0; i++ {
		if c.count>>i&1 == 1 {
			c.join(dst, c.waiting[i][:len(dst)], dst)
		}
	}
	c.count = 0
}
