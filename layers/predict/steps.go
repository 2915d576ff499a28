package predict

import (
	"math"

	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// stepMean adds the mean of the steps of each example.
func (c *compiler[T]) stepMean(of modelfile.Step, in value) (value, error) {
	steps, n := of.Rows, of.Out
	out := c.take(n)
	add, div := kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Add}), scalarLoop[T](kernel.Div)
	c.add(func(s *scratch[T], m int) {
		for i := range m {
			x, y := s.bufs[in.buf][i*steps*n:][:steps*n], s.bufs[out.buf][i*n:][:n]
			copy(y, x)
			for t := 1; t < steps; t++ {
				add(y, y, x[t*n:][:n])
			}
			div(y, y, T(steps))
		}
	})
	c.giveBack(in)
	return out, nil
}

// positions adds what says where the steps stand.
func (c *compiler[T]) positions(of modelfile.Step, in value) (value, error) {
	out := c.over(in, of.In)
	if of.Layer.Steps > 0 {
		c.byRow(kernel.Add, in, out, 1, c.tensor(of, 0)[:of.In])
	} else {
		weights := 0
		for _, data := range c.tensors {
			weights += len(data)
		}
		if err := affords(int64(of.In), int64(weights)); err != nil {
			return out, err
		}
		c.byRow(kernel.Add, in, out, 1, waves[T](of.Rows, of.In/of.Rows))
	}
	return out, nil
}

// waves are those of layers.Positions.
func waves[T Float](steps, n int) []T {
	out := make([]T, steps*n)
	for i := range out {
		t, j := i/n, i%n
		angle := float64(t) / math.Pow(10000, float64(j-j%2)/float64(n))
		if j%2 == 0 {
			out[i] = T(math.Sin(angle))
		} else {
			out[i] = T(math.Cos(angle))
		}
	}
	return out
}
