package main

import (
	"math"

	"chainrule/internal/kernel"
)

// A loopNet takes the notes' other way: a plain loop over the examples, each
// passed forward and backward by itself, with the gradients added up.
type loopNet[T kernel.Float] struct {
	p      *Problem
	x, y   []T // example by example
	layers []loopLayer[T]
	cost   T
}

type loopLayer[T kernel.Float] struct {
	in, out int
	w, b    []T
	dw, db  []T
	a, dz   []T // of one example
}

var _ engine = (*loopNet[float64])(nil)

func newLoop[T kernel.Float](p *Problem) (engine, error) {
	if p.Product != nil || !p.Loop || p.Threads > 1 {
		return nil, errSkip("only where the loop is compared, with one thread")
	}
	n := &loopNet[T]{p: p, x: converted[T](Columns(p.X)), y: converted[T](Columns(p.Y))}
	for l, w := range p.W {
		n.layers = append(n.layers, loopLayer[T]{in: w.Cols, out: w.Rows,
			w: converted[T](w.Data), b: converted[T](p.B[l].Data),
			dw: make([]T, len(w.Data)), db: make([]T, w.Rows), a: make([]T, w.Rows), dz: make([]T, w.Rows)})
	}
	return n, nil
}

func (n *loopNet[T]) reset() error {
	for l := range n.layers {
		for i, v := range n.p.W[l].Data {
			n.layers[l].w[i] = T(v)
		}
		for i, v := range n.p.B[l].Data {
			n.layers[l].b[i] = T(v)
		}
	}
	return nil
}

func (n *loopNet[T]) step() error {
	n.gradients()
	rate := T(n.p.Rate)
	for _, l := range n.layers {
		plainDescend(l.w, l.w, l.dw, rate)
		plainDescend(l.b, l.b, l.db, rate)
	}
	return nil
}

// gradients computes the cost, dW and db.
func (n *loopNet[T]) gradients() {
	n.cost = 0
	for _, l := range n.layers {
		clear(l.dw)
		clear(l.db)
	}
	in, out := n.layers[0].in, n.layers[len(n.layers)-1].out
	for j := range n.p.Examples {
		n.example(n.x[j*in:(j+1)*in], n.y[j*out:(j+1)*out])
	}
	m := T(n.p.Examples)
	n.cost /= m
	for _, l := range n.layers {
		for i := range l.dw {
			l.dw[i] /= m
		}
		for i := range l.db {
			l.db[i] /= m
		}
	}
}

// example adds the cost and the gradients of one example.
func (n *loopNet[T]) example(x, y []T) {
	last := len(n.layers) - 1
	a := x
	for i := range n.layers {
		n.layers[i].forward(a, i < last)
		a = n.layers[i].a
	}
	l := &n.layers[last]
	for i, z := range l.a {
		p := T(1 / (1 + math.Exp(-float64(z))))
		n.cost += max(z, 0) + T(math.Log1p(math.Exp(-math.Abs(float64(z))))) - z*y[i]
		l.dz[i] = p - y[i]
	}
	for i := last; i >= 0; i-- {
		if i > 0 {
			n.layers[i].backward(&n.layers[i-1])
			n.layers[i].collect(n.layers[i-1].a)
			continue
		}
		n.layers[i].collect(x)
	}
}

// forward computes Z, or A of a hidden layer.
func (l *loopLayer[T]) forward(x []T, hidden bool) {
	for i := range l.a {
		z := l.b[i]
		for k, w := range l.w[i*l.in : (i+1)*l.in] {
			z += w * x[k]
		}
		if hidden {
			z = T(math.Tanh(float64(z)))
		}
		l.a[i] = z
	}
}

// backward computes dZ of the tanh layer below.
func (l *loopLayer[T]) backward(below *loopLayer[T]) {
	for k, a := range below.a {
		da := T(0)
		for i, dz := range l.dz {
			da += l.w[i*l.in+k] * dz
		}
		below.dz[k] = da * (1 - a*a)
	}
}

// collect adds dZ·xᵀ to dW and dZ to db.
func (l *loopLayer[T]) collect(x []T) {
	for i, dz := range l.dz {
		l.db[i] += dz
		row := l.dw[i*l.in : (i+1)*l.in]
		for k := range row {
			row[k] += dz * x[k]
		}
	}
}

func (n *loopNet[T]) check() (out Outcome, err error) {
	if err := n.reset(); err != nil {
		return out, err
	}
	n.gradients()
	out.Cost = float64(n.cost)
	for _, l := range n.layers {
		out.Values = append(out.Values, converted[float64](l.dw), converted[float64](l.db))
	}
	for range checkSteps {
		if err := n.step(); err != nil {
			return out, err
		}
	}
	for _, l := range n.layers {
		out.After = append(out.After, converted[float64](l.w), converted[float64](l.b))
	}
	return out, nil
}

func (n *loopNet[T]) close() error { return nil }
