package predict

import (
	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// dense adds x·Wᵀ + b, and the activation behind it.
func (c *compiler[T]) dense(of modelfile.Step, in value) (value, error) {
	c.products = append(c.products, of)
	w, n, k := c.tensor(of, 0), of.Out, of.In
	p := kernel.Product[T]{N: n, K: k, ARow: k, ACol: 1}
	// Where the kernel adds in sixteen sums, it wants the columns of Wᵀ, which are the
	// rows of W, else its rows. This is a matter of time alone.
	if n <= 8 && k >= 16*max(n, 2) {
		p.B, p.BRow, p.BCol = append([]T(nil), w...), 1, k
	} else {
		p.B, p.BRow, p.BCol = transposed(w, n, k), n, 1
	}
	from, out := in.buf, c.take(n)
	c.add(func(s *scratch[T], m int) {
		p := p
		p.M, p.A = m, s.bufs[from]
		p.Into(kernel.Part{RowTo: m, ColTo: n}, s.bufs[out.buf], n, s.work)
	})
	c.giveBack(in)
	c.byRow(kernel.Add, out, out, n, c.tensor(of, 1))
	if of.Activation == "" {
		return out, nil
	}
	return c.activation(of, out)
}

// transposed returns the transpose of a matrix of so many rows and columns.
func transposed[T Float](w []T, rows, cols int) []T {
	t := make([]T, len(w))
	for i := range rows {
		for j := range cols {
			t[j*rows+i] = w[i*cols+j]
		}
	}
	return t
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
