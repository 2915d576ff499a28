package predict

import (
	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// residual adds x + f(x).
func (c *compiler[T]) residual(of modelfile.Step, in value) (value, error) {
	y, err := c.list(of.Steps, value{buf: in.buf})
	if err != nil {
		return y, err
	}
	width := of.Out
	out := c.over(y, width)
	loop := kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Add})
	c.add(func(s *scratch[T], m int) {
		loop(s.bufs[out.buf][:m*width], s.bufs[in.buf], s.bufs[y.buf])
	})
	c.giveBack(in)
	return out, nil
}

// parallel puts the outputs of its branches beside one another.
func (c *compiler[T]) parallel(of modelfile.Step, in value) (value, error) {
	out, width, at := c.take(of.Out), of.Out, 0
	for i, branch := range of.Steps {
		y, err := c.list(of.Steps[i:i+1], value{buf: in.buf})
		if err != nil {
			return y, err
		}
		from, n := at, branch.Out
		c.add(func(s *scratch[T], m int) {
			x, dst := s.bufs[y.buf], s.bufs[out.buf]
			for r := range m {
				copy(dst[r*width+from:][:n], x[r*n:])
			}
		})
		c.giveBack(y)
		at += n
	}
	c.giveBack(in)
	return out, nil
}
