package dataset

import (
	"math/bits"
	"math/rand/v2"
)

// referenceOrder is the order of an epoch, written by its description: PCG seeded by
// seed and scattered epoch, and Fisher–Yates from the end, with numbers below a
// bound that are the rest of a division, those above the largest multiple left out.
func referenceOrder(m int, seed, epoch uint64) []int {
	z := epoch + 0x9e3779b97f4a7c15
	for _, step := range []struct {
		shift  int
		factor uint64
	}{{30, 0xbf58476d1ce4e5b9}, {27, 0x94d049bb133111eb}} {
		z = (z ^ z>>step.shift) * step.factor
	}
	pcg := rand.NewPCG(seed, z^z>>31)
	order := make([]int, m)
	for j := range order {
		order[j] = j
	}
	for left := m; left > 1; left-- {
		n := uint64(left)
		count, _ := bits.Div64(1, 0, n) // of whole multiples of n below 2⁶⁴; n > 1
		v := pcg.Uint64()
		for v/n >= count {
			v = pcg.Uint64()
		}
		last := left - 1
		order[last], order[v%n] = order[v%n], order[last]
	}
	return order
}
