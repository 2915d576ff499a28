package kernel

import "unsafe"

// Panels is the second matrix of products, K by N, laid out once for products of few rows:
// by panels of two vectors of columns, each row by row, so that even a single row of A
// reads several streams from the cache at a time. How numbers lie changes no bit of a
// product: its arithmetic is that of Product.
type Panels[T Float] struct {
	n, k    int
	width   int // columns of a panel; the last may have fewer
	numbers []T
}

// NewPanels lays B out, of which it is given the rows of the transpose, N of K numbers each. It
// keeps their memory, in which the columns of a panel lie as its rows then do. work is scratch
// memory of PanelWork entries.
func NewPanels[T Float](transposed []T, n, k int, work []T) *Panels[T] {
	b := &Panels[T]{n: n, k: k, width: panelWidth[T](n, k), numbers: transposed[:n*k]}
	if b.width == 1 {
		return b
	}
	for j := 0; j < n; j += b.width {
		cols := min(b.width, n-j)
		panel := b.numbers[j*k:][:cols*k]
		columns := work[:copy(work, panel)]
		for l := range cols {
			for i, v := range columns[l*k:][:k] {
				panel[i*cols+l] = v
			}
		}
	}
	return b
}

// PanelWork returns how many entries of scratch memory NewPanels takes: those of a panel.
func PanelWork[T Float](n, k int) int {
	width := panelWidth[T](n, k)
	if width == 1 {
		return 0
	}
	return min(width, n) * k
}

// panelWidth returns how many columns a panel has.
func panelWidth[T Float](n, k int) int {
	size := int(unsafe.Sizeof(T(0)))
	switch {
	case fewSums(n, k): // one dot product after the other, along columns
		return 1
	case level == portable:
		return blockWidth
	case level == avx2:
		return 64 / size
	}
	return 128 / size
}

// Product sets C, M by N, to A·B. A and C lie row by row without a gap and do not overlap.
// work is scratch memory of GemmWork entries.
func (b *Panels[T]) Product(m int, a, c, work []T) {
	n, k := b.n, b.k
	a, c = a[:m*k], c[:m*n]
	p := Product[T]{M: m, N: n, K: k, A: a, ARow: k, ACol: 1}
	switch {
	case b.width == 1:
		p.B, p.BRow, p.BCol = b.numbers, 1, k
		p.Into(Part{RowTo: m, ColTo: n}, c, n, work)
	case level == portable:
		for j := 0; j < n; j += b.width {
			cols := min(b.width, n-j)
			p.B, p.BRow, p.BCol = b.numbers[j*k:], cols, 1
			p.Into(Part{RowTo: m, ColTo: cols}, c[j:], n, work)
		}
	default:
		b.tiles(m, a, c)
	}
}
