package predict

import (
	"slices"

	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// dense adds x·Wᵀ + b, and the activation behind it.
func (c *compiler[T]) dense(of modelfile.Step, in value) (value, error) {
	out := c.affine(of, 0, of.Out/of.Rows, of.In/of.Rows, in, c.take(of.Out))
	c.giveBack(in)
	c.byRow(kernel.Add, out, out, of.Rows, c.tensor(of, 1))
	if of.Activation == "" {
		return out, nil
	}
	return c.activation(of, out)
}

// affine adds out = x·Wᵀ for every row of an example, of k numbers, with tensor number i of the layer as W, of
// shape (n,k), and returns out.
func (c *compiler[T]) affine(of modelfile.Step, i, n, k int, in, out value) value {
	rows := of.Rows
	c.products = append(c.products, product{rows, n, k})
	w := kernel.NewPanels(c.weights(of, i), n, k, c.panel(kernel.PanelWork[T](n, k)))
	c.add(func(s *scratch[T], m int) { w.Product(m*rows, s.bufs[in.buf], s.bufs[out.buf], s.work) })
	return out
}

// weights returns tensor number i of a layer, which may be changed.
func (c *compiler[T]) weights(of modelfile.Step, i int) []T {
	w := c.tensor(of, i)
	if !c.owned {
		w = slices.Clone(w)
	}
	return w
}

// panel returns scratch memory, one for all layers.
func (c *compiler[T]) panel(n int) []T {
	if len(c.scratchPanel) < n {
		c.scratchPanel = make([]T, n)
	}
	return c.scratchPanel
}

// byRow adds a function of a row of numbers and of every row of as many that an example has: out = f(in, row).
func (c *compiler[T]) byRow(f kernel.Code, in, out value, each int, row []T) {
	const enough = 512 // numbers for one call
	width := len(row)
	high := max(enough/width, 1)
	rows := row
	if high > 1 || !c.owned {
		rows = slices.Repeat(row, high)
	}
	loop := kernel.BinaryLoop[T](&kernel.Func{Code: f})
	c.add(func(s *scratch[T], m int) {
		x, y := s.bufs[in.buf], s.bufs[out.buf]
		for i := 0; i < m*each*width; i += len(rows) {
			n := min(len(rows), m*each*width-i)
			loop(y[i:i+n], x[i:i+n], rows[:n])
		}
	})
}
