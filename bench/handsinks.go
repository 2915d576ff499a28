package main

import "chainrule/internal/kernel"

// What becomes of the three products of a layer while they are in the cache.
// Each gets blocks of the product: entry (i,j) of a block is c[i*stride+j] and
// belongs to entry (row+i, col+j).

// An affineSink makes A = g(W·A′ + b), or Z in the last layer.
type affineSink[T kernel.Float] struct{ l *handLayer[T] }

func (s *affineSink[T]) Block(row, col, rows, cols int, c []T, stride int) {
	l, alg := s.l, &s.l.net.alg
	g := alg.relu
	if l.net.p.Hidden == "tanh" {
		g = alg.tanh
	}
	if cols == 1 && stride == 1 && l.a.cols == 1 { // a column is as good as a row
		z := l.a.data[row : row+rows]
		alg.add(z, c[:rows], l.b.data[row:row+rows])
		if l.hidden {
			g(z, z)
		}
		return
	}
	for i := range rows {
		z := l.a.row(row + i)[col : col+cols]
		alg.shift(z, c[i*stride:][:cols], l.b.data[row+i])
		if l.hidden {
			g(z, z)
		}
	}
}

// A passSink makes dZ = Wᵀ·dZ ⊙ g′(A) of the layer below.
type passSink[T kernel.Float] struct{ l *handLayer[T] }

func (s *passSink[T]) Block(row, col, rows, cols int, c []T, stride int) {
	below, slope := s.l.below, s.l.net.alg.reluSlope
	if s.l.net.p.Hidden == "tanh" {
		slope = s.l.net.alg.tanhSlope
	}
	if cols == 1 && stride == 1 && below.dz.cols == 1 {
		slope(below.dz.data[row:row+rows], c[:rows], below.a.data[row:row+rows])
		return
	}
	for i := range rows {
		slope(below.dz.row(row + i)[col:col+cols], c[i*stride:][:cols], below.a.row(row + i)[col:col+cols])
	}
}

// A learnSink makes W = W − α·dW; if the net does not learn, or by another
// rule, it keeps dW.
type learnSink[T kernel.Float] struct{ l *handLayer[T] }

func (s *learnSink[T]) Block(row, col, rows, cols int, c []T, stride int) {
	l, n := s.l, s.l.net
	descends := n.learns && n.p.Rule == "descent"
	if cols == l.w.cols && cols == stride { // rows behind one another are as good as one
		rows, cols = 1, rows*cols
	}
	for i := range rows {
		at := (row+i)*l.w.cols + col
		dw := c[i*stride:][:cols]
		if descends {
			w := l.w.data[at : at+cols]
			n.alg.descend(w, w, dw, T(n.p.Rate))
			continue
		}
		if keep := l.dw.data[at : at+cols]; &keep[0] != &dw[0] {
			copy(keep, dw)
		}
	}
}
