package handgrad

import "fmt"

// Matrix is a matrix in row-major order: element (i,j) is Data[i*Cols+j]. The
// exported functions accept it if both sizes are at least 1 and Data has
// exactly Rows·Cols elements.
type Matrix struct {
	Rows, Cols int
	Data       []float64
}

// String returns the shape, such as "(2,400)".
func (a Matrix) String() string { return fmt.Sprintf("(%d,%d)", a.Rows, a.Cols) }

// check returns an error unless a is a valid matrix.
func (a Matrix) check(name string) error {
	if a.Rows < 1 || a.Cols < 1 {
		return fmt.Errorf("handgrad: %s is %v, want at least one row and one column", name, a)
	}
	if len(a.Data)%a.Cols != 0 || len(a.Data)/a.Cols != a.Rows {
		return fmt.Errorf("handgrad: %s is %v but has %d elements", name, a, len(a.Data))
	}
	return nil
}

// checkShape returns an error unless a is a valid (rows,cols) matrix.
func (a Matrix) checkShape(name string, rows, cols int) error {
	if err := a.check(name); err != nil {
		return err
	}
	if a.Rows != rows || a.Cols != cols {
		return fmt.Errorf("handgrad: %s is %v, want (%d,%d)", name, a, rows, cols)
	}
	return nil
}

// The methods below return new matrices and rely on shapes that their callers
// have checked.

// Zeros returns a matrix of zeros.
func Zeros(rows, cols int) Matrix {
	return Matrix{Rows: rows, Cols: cols, Data: make([]float64, rows*cols)}
}

// Mul returns the matrix product a·b.
func (a Matrix) Mul(b Matrix) Matrix {
	c := Zeros(a.Rows, b.Cols)
	for i := range a.Rows {
		row := c.Data[i*c.Cols : (i+1)*c.Cols]
		for k := range a.Cols {
			f := a.Data[i*a.Cols+k]
			for j, v := range b.Data[k*b.Cols : (k+1)*b.Cols] {
				row[j] += f * v
			}
		}
	}
	return c
}

// Transpose returns aᵀ.
func (a Matrix) Transpose() Matrix {
	c := Zeros(a.Cols, a.Rows)
	for i := range a.Rows {
		for j := range a.Cols {
			c.Data[j*c.Cols+i] = a.Data[i*a.Cols+j]
		}
	}
	return c
}

// AddColumn returns a with the column b, a (a.Rows,1) matrix, added to each of
// its columns.
func (a Matrix) AddColumn(b Matrix) Matrix {
	c := Zeros(a.Rows, a.Cols)
	for i := range a.Rows {
		for j := range a.Cols {
			c.Data[i*c.Cols+j] = a.Data[i*a.Cols+j] + b.Data[i]
		}
	}
	return c
}

// SumColumns returns the sum of the columns of a, a (a.Rows,1) matrix.
func (a Matrix) SumColumns() Matrix {
	c := Zeros(a.Rows, 1)
	for i := range a.Rows {
		for _, v := range a.Data[i*a.Cols : (i+1)*a.Cols] {
			c.Data[i] += v
		}
	}
	return c
}

// column folds each column of a by f, from start on, into a (1,a.Cols) matrix.
func column(a Matrix, start float64, f func(folded, v float64) float64) Matrix {
	c := Zeros(1, a.Cols)
	for j := range c.Data {
		c.Data[j] = start
	}
	for i, v := range a.Data {
		c.Data[i%a.Cols] = f(c.Data[i%a.Cols], v)
	}
	return c
}

// SumRows returns the sum of the rows of a, a (1,a.Cols) matrix.
func (a Matrix) SumRows() Matrix {
	return column(a, 0, func(sum, v float64) float64 { return sum + v })
}

// subRow returns a with the row b, a (1,a.Cols) matrix, subtracted from each of
// its rows.
func subRow(a, b Matrix) Matrix {
	c := Zeros(a.Rows, a.Cols)
	for i, v := range a.Data {
		c.Data[i] = v - b.Data[i%a.Cols]
	}
	return c
}

// Apply returns f of each element of a.
func (a Matrix) Apply(f func(float64) float64) Matrix {
	c := Zeros(a.Rows, a.Cols)
	for i, v := range a.Data {
		c.Data[i] = f(v)
	}
	return c
}

// Combine returns f of each pair of elements of a and b.
func (a Matrix) Combine(b Matrix, f func(a, b float64) float64) Matrix {
	c := Zeros(a.Rows, a.Cols)
	for i, v := range a.Data {
		c.Data[i] = f(v, b.Data[i])
	}
	return c
}

// Sub returns a − b.
func (a Matrix) Sub(b Matrix) Matrix {
	return a.Combine(b, func(a, b float64) float64 { return a - b })
}

// Times returns a ⊙ b, the product element by element.
func (a Matrix) Times(b Matrix) Matrix {
	return a.Combine(b, func(a, b float64) float64 { return a * b })
}

// Scale returns a·f.
func (a Matrix) Scale(f float64) Matrix {
	return a.Apply(func(v float64) float64 { return v * f })
}

// over returns a/f.
func (a Matrix) over(f float64) Matrix {
	return a.Apply(func(v float64) float64 { return v / f })
}
