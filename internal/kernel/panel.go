package kernel

import "unsafe"

// PanelWidth returns how many columns of B a product of few rows reads fastest at a time,
// if they lie in memory row by row without a gap: see Product. It is four vectors of the
// widest tile.
func PanelWidth[T Float]() int {
	size := int(unsafe.Sizeof(T(0)))
	switch level {
	case portable:
		return blockWidth
	case avx2:
		return 128 / size
	}
	return 256 / size
}
