package main

import (
	"fmt"

	"chainrule/internal/kernel"
)

// converted returns a copy of values in another type.
func converted[T, F kernel.Float](values []F) []T {
	out := make([]T, len(values))
	for i, v := range values {
		out[i] = T(v)
	}
	return out
}

// A matrix of a hand-written system has entry (i,j) at data[i*rs+j*cs]; one of
// the strides is 1.
type matrix[T kernel.Float] struct {
	data       []T
	rows, cols int
	rs, cs     int
}

// rowMajor returns a matrix of zeros whose rows are contiguous.
func rowMajor[T kernel.Float](rows, cols int) matrix[T] {
	return matrix[T]{data: make([]T, rows*cols), rows: rows, cols: cols, rs: cols, cs: 1}
}

// rowMajorOf returns a copy of m.
func rowMajorOf[T kernel.Float](m Matrix) matrix[T] {
	out := rowMajor[T](m.Rows, m.Cols)
	out.data = converted[T](m.Data)
	return out
}

// columnMajorOf returns a copy of m whose columns are contiguous.
func columnMajorOf[T kernel.Float](m Matrix) matrix[T] {
	return matrix[T]{data: converted[T](Columns(m)), rows: m.Rows, cols: m.Cols, rs: 1, cs: m.Rows}
}

// t returns the transpose, which shares the memory.
func (m matrix[T]) t() matrix[T] {
	return matrix[T]{data: m.data, rows: m.cols, cols: m.rows, rs: m.cs, cs: m.rs}
}

// row returns row i of a matrix with contiguous rows.
func (m matrix[T]) row(i int) []T { return m.data[i*m.rs:][:m.cols] }

// leading returns the matrix as BLAS wants it: whether it is stored transposed,
// and the distance of two rows of what is stored.
func (m matrix[T]) leading() (transposed bool, ld int) {
	if m.cs == 1 && m.rs >= m.cols {
		return false, max(m.rs, 1)
	}
	return true, max(m.cs, m.rows)
}

func (m matrix[T]) String() string { return fmt.Sprintf("(%d,%d)", m.rows, m.cols) }
