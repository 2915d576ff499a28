package predict

import (
	"cmp"
	"math"

	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// usualEpsilon is that of layers.BatchNorm and layers.LayerNorm.
const usualEpsilon = 1e-5

// batchNorm adds γ ⊙ (x − mean)/√(variance + ε) + β with what was kept in training.
func (c *compiler[T]) batchNorm(of modelfile.Step, in value) (value, error) {
	root := append([]T(nil), c.tensor(of, 3)...)
	plus(root, T(cmp.Or(of.Epsilon, usualEpsilon)))
	kernel.UnaryLoop[T](&kernel.Func{Code: kernel.Sqrt})(root, root)
	out := c.over(in, of.In)
	c.byRow(kernel.Sub, in, out, 1, c.tensor(of, 2))
	c.byRow(kernel.Div, out, out, 1, root)
	c.byRow(kernel.Mul, out, out, 1, c.tensor(of, 0))
	c.byRow(kernel.Add, out, out, 1, c.tensor(of, 1))
	return out, nil
}

func plus[T Float](x []T, c T) {
	for i := range x {
		x[i] += c
	}
}

// layerNorm adds γ ⊙ (x − μ)/√(v + ε) + β with mean and variance of each example, or of each of its steps.
func (c *compiler[T]) layerNorm(of modelfile.Step, in value) (value, error) {
	rows, width, epsilon := of.Rows, of.In/of.Rows, T(cmp.Or(of.Epsilon, usualEpsilon))
	square := kernel.UnaryLoop[T](&kernel.Func{Code: kernel.Square})
	sub, div := scalarLoop[T](kernel.Sub), scalarLoop[T](kernel.Div)
	out, squares := c.over(in, of.In), c.take(width)
	c.add(func(s *scratch[T], m int) {
		x, y, d := s.bufs[in.buf], s.bufs[out.buf], s.bufs[squares.buf][:width]
		for i := 0; i < m*of.In; i += width {
			row := y[i : i+width]
			sub(row, x[i:i+width], kernel.Sum16(x[i:i+width])/T(width))
			square(d, row)
			variance := float64(kernel.Sum16(d)/T(width) + epsilon)
			if math.IsInf(variance, 1) { // whose quotients would be 0, as if all features were equal
				variance = math.NaN()
			}
			div(row, row, T(math.Sqrt(variance))) // rounded right in float32, too
		}
	})
	c.giveBack(squares)
	c.byRow(kernel.Mul, out, out, rows, c.tensor(of, 0))
	c.byRow(kernel.Add, out, out, rows, c.tensor(of, 1))
	return out, nil
}

// standardize adds (x − mean)/std, and 0 where std is 0.
func (c *compiler[T]) standardize(of modelfile.Step, in value) (value, error) {
	width := of.In
	std := append([]T(nil), c.tensor(of, 1)...)
	var constant []int
	for i, v := range std {
		if v == 0 {
			std[i], constant = 1, append(constant, i)
		}
	}
	out := c.over(in, width)
	c.byRow(kernel.Sub, in, out, 1, c.tensor(of, 0))
	c.byRow(kernel.Div, out, out, 1, std)
	if constant != nil {
		c.add(func(s *scratch[T], m int) {
			y := s.bufs[out.buf]
			for i := 0; i < m*width; i += width {
				for _, j := range constant {
					y[i+j] = 0
				}
			}
		})
	}
	return out, nil
}

// unstandardize adds x·std + mean.
func (c *compiler[T]) unstandardize(of modelfile.Step, in value) (value, error) {
	out := c.over(in, of.In)
	c.byRow(kernel.Mul, in, out, 1, c.tensor(of, 1))
	c.byRow(kernel.Add, out, out, 1, c.tensor(of, 0))
	return out, nil
}
