package predict

import (
	"fmt"
	"math"

	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// embedding takes the rows of its weights that the classes say.
func (c *compiler[T]) embedding(of modelfile.Step, in value) (value, error) {
	classes, n, steps := of.Layer.Classes, of.Layer.Units, of.In
	w, out := c.tensor(of, 0), c.take(of.Out)
	c.add(func(s *scratch[T], m int) {
		x, y := s.bufs[in.buf][:m*steps], s.bufs[out.buf]
		for i, v := range x {
			class := int(v)
			if v < 0 || v >= T(classes) || T(class) != v {
				if s.wrong == nil {
					s.wrong = &wrongClass{example: i / steps, step: i % steps, value: float64(v), classes: classes}
				}
				class = 0
			}
			copy(y[i*n:][:n], w[class*n:][:n])
		}
	})
	c.giveBack(in)
	return out, nil
}

// A wrongClass is a number that an embedding was given and that is no class.
type wrongClass struct {
	example, step int // of the block; of the example
	value         float64
	classes       int
}

// of returns the error of it in the block that begins with an example.
func (w *wrongClass) of(first int) error {
	return fmt.Errorf("predict: class %d of example %d, both from 0, is %v, a whole number from 0 to %d expected", w.step, first+w.example, w.value, w.classes-1)
}

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
