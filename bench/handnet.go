package main

import "chainrule/internal/kernel"

// An algebra is what the hand-derived formulas are computed with.
type algebra[T kernel.Float] struct {
	// product computes a·b and hands it to the sink. dst is room for it.
	product func(dst, a, b matrix[T], to kernel.Sink[T])

	exp, log, tanh, relu func(dst, x []T)
	add, sub, mul, large func(dst, x, y []T)
	tanhSlope, reluSlope func(dst, x, a []T)      // x·(1 − a²); x where a > 0, else 0
	shift                func(dst, x []T, c T)    // x + c
	descend              func(dst, x, y []T, c T) // x − c·y
	sum                  func(x []T) T

	sigmoid     func(dst, x []T)
	sigmoidLoss func(n *handNet[T], z, dz []T) T           // dz of the last layer, and m times the cost
	adam        func(w, dw, m, v, scratch []T, t adamStep) // one step; scratch is short
}

// A handNet is a network written by hand, in buffers made once:
//
//	A = g(W·A′ + b),  dZ = (A − Y)/m or Wᵀ·dZ ⊙ g′(A),  dW = dZ·A′ᵀ,  db = Σ dZ
type handNet[T kernel.Float] struct {
	p      *Problem
	alg    algebra[T]
	x, y   matrix[T]
	layers []*handLayer[T]
	cost   T
	learns bool // the step updates the parameters, and need not keep dW
	adam   adamStep

	largest, sum, scratch []T // a value for each example
	block                 []T // scratch memory that stays in the first-level cache
}

// A handLayer is one layer. A holds Z of the last one, before it is A.
type handLayer[T kernel.Float] struct {
	net                 *handNet[T]
	hidden              bool
	below               *handLayer[T] // nil for the first
	in                  matrix[T]     // A of the layer below, or X
	w, b, dw, db, a, dz matrix[T]
	mw, vw, mb, vb      []T // of Adam

	affine affineSink[T]
	pass   passSink[T]
	learn  learnSink[T]
}

var _ engine = (*handNet[float64])(nil)

func newHandNet[T kernel.Float](p *Problem, alg algebra[T]) *handNet[T] {
	m := p.Examples
	n := &handNet[T]{p: p, alg: alg, x: columnMajorOf[T](p.X), y: rowMajorOf[T](p.Y),
		largest: make([]T, m), sum: make([]T, m), scratch: make([]T, m), block: make([]T, 1024)}
	for l, w := range p.W {
		layer := &handLayer[T]{net: n, hidden: l < len(p.W)-1, in: n.x,
			w: rowMajorOf[T](w), b: rowMajorOf[T](p.B[l]), a: rowMajor[T](w.Rows, m)}
		layer.affine, layer.pass, layer.learn = affineSink[T]{layer}, passSink[T]{layer}, learnSink[T]{layer}
		if l > 0 {
			layer.below = n.layers[l-1]
			layer.in = layer.below.a
		}
		if p.Rule != "forward" {
			layer.dw, layer.db = rowMajor[T](w.Rows, w.Cols), rowMajor[T](w.Rows, 1)
			layer.dz = rowMajor[T](w.Rows, m)
		}
		if p.Rule == "adam" {
			layer.mw, layer.vw = make([]T, len(w.Data)), make([]T, len(w.Data))
			layer.mb, layer.vb = make([]T, w.Rows), make([]T, w.Rows)
		}
		n.layers = append(n.layers, layer)
	}
	return n
}

func (n *handNet[T]) last() *handLayer[T] { return n.layers[len(n.layers)-1] }

func (n *handNet[T]) reset() error {
	for l, layer := range n.layers {
		for i, v := range n.p.W[l].Data {
			layer.w.data[i] = T(v)
		}
		for i, v := range n.p.B[l].Data {
			layer.b.data[i] = T(v)
		}
	}
	return nil
}

func (n *handNet[T]) step() error {
	n.forward()
	if n.p.Rule == "forward" {
		n.predict()
		return nil
	}
	n.learns = true
	n.loss()
	if n.p.Rule == "adam" {
		n.adam.advance()
	}
	n.backward()
	return nil
}

// forward computes A of all hidden layers, and Z of the last one.
func (n *handNet[T]) forward() {
	for _, l := range n.layers {
		n.alg.product(l.a, l.w, l.in, &l.affine)
	}
}

// backward computes the gradients from dZ of the last layer, and takes the
// step if the net learns. W of a layer has done its part when it is updated.
func (n *handNet[T]) backward() {
	for i := len(n.layers) - 1; i >= 0; i-- {
		l := n.layers[i]
		if l.below != nil {
			n.alg.product(l.below.dz, l.w.t(), l.dz, &l.pass)
		}
		for r := range l.db.data {
			l.db.data[r] = n.alg.sum(l.dz.row(r))
		}
		n.alg.product(l.dw, l.dz, l.in.t(), &l.learn)
		if !n.learns {
			continue
		}
		if n.p.Rule == "adam" {
			n.alg.adam(l.w.data, l.dw.data, l.mw, l.vw, n.block, n.adam)
			n.alg.adam(l.b.data, l.db.data, l.mb, l.vb, n.block, n.adam)
			continue
		}
		n.alg.descend(l.b.data, l.b.data, l.db.data, T(n.p.Rate))
	}
}

func (n *handNet[T]) check() (out Outcome, err error) {
	if err := n.reset(); err != nil {
		return out, err
	}
	if n.p.Rule == "forward" {
		err := n.step()
		return Outcome{Values: [][]float64{converted[float64](n.last().a.data)}}, err
	}
	n.learns, n.adam = false, adamStep{rate: n.p.Rate}
	n.forward()
	n.loss()
	n.backward()
	out.Cost = float64(n.cost)
	for _, l := range n.layers {
		out.Values = append(out.Values, converted[float64](l.dw.data), converted[float64](l.db.data))
	}
	for range checkSteps {
		if err := n.step(); err != nil {
			return out, err
		}
	}
	for _, l := range n.layers {
		out.After = append(out.After, converted[float64](l.w.data), converted[float64](l.b.data))
	}
	return out, nil
}

func (n *handNet[T]) close() error { return nil }
