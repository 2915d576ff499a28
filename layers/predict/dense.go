package predict

import (
	"slices"

	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// dense adds x·Wᵀ + b, and the activation behind it.
func (c *compiler[T]) dense(of modelfile.Step, in value) (value, error) {
	c.products = append(c.products, of)
	n, k, from, out := of.Out, of.In, in.buf, c.take(of.Out)
	w := kernel.NewPanels(c.weights(of), n, k, c.panel(kernel.PanelWork[T](n, k)))
	c.add(func(s *scratch[T], m int) { w.Product(m, s.bufs[from], s.bufs[out.buf], s.work) })
	c.giveBack(in)
	c.byRow(kernel.Add, out, out, n, c.tensor(of, 1))
	if of.Activation == "" {
		return out, nil
	}
	return c.activation(of, out)
}

// weights returns those of a dense layer, which may be changed.
func (c *compiler[T]) weights(of modelfile.Step) []T {
	w := c.tensor(of, 0)
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
