package predict

import (
	"math"

	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// An attending is what the heads of a layer of the kind attention do for an example.
type attending[T Float] struct {
	steps, features, heads int
	causal                 bool

	exp           func(dst, x []T)
	sub, div, mul func(dst, x []T, c T)
}

// attention adds what the heads make of queries, keys and values, and the product behind them.
func (c *compiler[T]) attention(of modelfile.Step, in value) (value, error) {
	a := attending[T]{steps: of.Rows, features: of.In / of.Rows, heads: max(of.Heads, 1), causal: of.Causal,
		exp: kernel.UnaryLoop[T](&kernel.Func{Code: kernel.Exp}), sub: scalarLoop[T](kernel.Sub), div: scalarLoop[T](kernel.Div), mul: scalarLoop[T](kernel.Mul)}
	n, d := a.features, a.features/a.heads
	all := c.affine(of, 0, 3*n, n, in, c.take(3*of.In))
	c.giveBack(in)
	c.byRow(kernel.Add, all, all, of.Rows, c.tensor(of, 1))
	mixed, scores := c.take(of.In), c.take(a.steps*a.steps)
	c.work = max(c.work, kernel.GemmWork[T](a.steps, a.steps, d), kernel.GemmWork[T](a.steps, d, a.steps))
	c.add(func(s *scratch[T], m int) {
		for i := range m {
			a.one(s.bufs[mixed.buf][i*of.In:][:of.In], s.bufs[all.buf][i*3*of.In:][:3*of.In], s.bufs[scores.buf][:a.steps*a.steps], s.work)
		}
	})
	c.giveBack(all)
	c.giveBack(scores)
	out := c.affine(of, 2, n, n, mixed, c.take(of.Out))
	c.giveBack(mixed)
	c.byRow(kernel.Add, out, out, of.Rows, c.tensor(of, 3))
	return out, nil
}

// one sets mixed, a row for each step, from the queries, keys and values of the steps.
func (a *attending[T]) one(mixed, all, scores, work []T) {
	steps, n, d := a.steps, a.features, a.features/a.heads
	for h := range a.heads {
		query, key, value := all[h*d:], all[n+h*d:], all[2*n+h*d:]
		fits := kernel.Product[T]{M: steps, N: steps, K: d, A: query, ARow: 3 * n, ACol: 1, B: key, BRow: 1, BCol: 3 * n}
		fits.Into(kernel.Part{RowTo: steps, ColTo: steps}, scores, steps, work)
		a.weigh(scores, T(1/math.Sqrt(float64(d))))
		mean := kernel.Product[T]{M: steps, N: d, K: steps, A: scores, ARow: steps, ACol: 1, B: value, BRow: 3 * n, BCol: 1}
		mean.Into(kernel.Part{RowTo: steps, ColTo: d}, mixed[h*d:], n, work)
	}
}

// weigh makes weights of the scores of every step, whose sum is 1.
func (a *attending[T]) weigh(scores []T, scale T) {
	a.mul(scores, scores, scale)
	for t := range a.steps {
		row := scores[t*a.steps:][:a.steps]
		if a.causal {
			clear(row[t+1:])
			row = row[:t+1]
		}
		a.sub(row, row, kernel.Largest(row))
		a.exp(row, row)
		a.div(row, row, kernel.Sum16(row))
	}
}
