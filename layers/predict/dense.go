package predict

import (
	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// dense adds x·Wᵀ + b, and the activation behind it.
func (c *compiler[T]) dense(of modelfile.Step, in value) (value, error) {
	c.products = append(c.products, of)
	n, k, from, out := of.Out, of.In, in.buf, c.take(of.Out)
	w := panelsOf(c.tensor(of, 0), n, k)
	c.add(func(s *scratch[T], m int) {
		p := kernel.Product[T]{M: m, N: n, K: k, A: s.bufs[from], ARow: k, ACol: 1}
		y := s.bufs[out.buf]
		for j := 0; j < n; j += w.width {
			cols := min(w.width, n-j)
			p.B, p.BRow, p.BCol = w.numbers[j*k:], w.row(cols), w.col
			p.Into(kernel.Part{RowTo: m, ColTo: cols}, y[j:], n, s.work)
		}
	})
	c.giveBack(in)
	c.byRow(kernel.Add, out, out, n, c.tensor(of, 1))
	if of.Activation == "" {
		return out, nil
	}
	return c.activation(of, out)
}

// panels are the columns of Wᵀ, some at a time, as products read them fastest. How they
// lie in memory changes no bit.
type panels[T Float] struct {
	numbers []T
	width   int // columns of a panel; the last may have fewer
	col     int // from a column to the next
	k       int // numbers of a column
}

// panelsOf copies W, of n rows and k columns.
func panelsOf[T Float](w []T, n, k int) panels[T] {
	if n <= 8 && k >= 16*max(n, 2) { // products are added in sixteen sums along the rows of W
		return panels[T]{append([]T(nil), w...), n, k, k}
	}
	p := panels[T]{make([]T, 0, len(w)), kernel.PanelWidth[T](), 1, k}
	for j := 0; j < n; j += p.width {
		cols := min(p.width, n-j)
		for i := range k {
			for l := range cols {
				p.numbers = append(p.numbers, w[(j+l)*k+i])
			}
		}
	}
	return p
}

// row is how far it is from a row of a panel of so many columns to the next.
func (p panels[T]) row(cols int) int {
	if p.col != 1 {
		return 1
	}
	return cols
}

// byRow adds a function of every example and a row of as many numbers: out = f(in, row).
func (c *compiler[T]) byRow(f kernel.Code, in, out value, width int, row []T) {
	const enough = 512 // numbers for one call
	high := max(enough/width, 1)
	rows := make([]T, 0, high*width)
	for range high {
		rows = append(rows, row...)
	}
	loop := kernel.BinaryLoop[T](&kernel.Func{Code: f})
	c.add(func(s *scratch[T], m int) {
		x, y := s.bufs[in.buf], s.bufs[out.buf]
		for i := 0; i < m*width; i += len(rows) {
			n := min(len(rows), m*width-i)
			loop(y[i:i+n], x[i:i+n], rows[:n])
		}
	})
}
