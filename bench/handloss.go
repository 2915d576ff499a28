package main

import (
	"math"

	"chainrule/internal/kernel"
)

// loss computes the cost and dZ of the last layer from its Z.
func (n *handNet[T]) loss() {
	l := n.last()
	if n.p.Output == "softmax" {
		n.cost = n.softmaxLoss(l.a, l.dz) / T(n.p.Examples)
		return
	}
	n.cost = n.alg.sigmoidLoss(n, l.a.data, l.dz.data) / T(n.p.Examples)
}

// softmaxLoss returns m times the cost, and sets dz to (A − Y)/m.
func (n *handNet[T]) softmaxLoss(z, dz matrix[T]) T {
	n.exponentials(dz, z)
	n.alg.log(n.scratch, n.sum)
	cost := n.alg.sum(n.scratch) + n.alg.sum(n.largest)
	share := T(1 / float64(n.p.Examples))
	for j, s := range n.sum {
		n.sum[j] = share / s
	}
	for r := range z.rows {
		e, y := dz.row(r), n.y.row(r)
		n.alg.mul(n.scratch, y, z.row(r))
		cost -= n.alg.sum(n.scratch)
		n.alg.mul(e, e, n.sum)
		n.alg.descend(e, e, y, share)
	}
	return cost
}

// exponentials sets dst to e^(z − the largest of its column), largest to these
// and sum to the sums of the columns of dst. dst may be z.
func (n *handNet[T]) exponentials(dst, z matrix[T]) {
	copy(n.largest, z.row(0))
	for r := 1; r < z.rows; r++ {
		n.alg.large(n.largest, n.largest, z.row(r))
	}
	clear(n.sum)
	for r := range z.rows {
		e := dst.row(r)
		n.alg.sub(e, z.row(r), n.largest)
		n.alg.exp(e, e)
		n.alg.add(n.sum, n.sum, e)
	}
}

// predict turns Z of the last layer into A.
func (n *handNet[T]) predict() {
	a := n.last().a
	if n.p.Output == "sigmoid" {
		n.alg.sigmoid(a.data, a.data)
		return
	}
	n.exponentials(a, a)
	for j, s := range n.sum {
		n.sum[j] = 1 / s
	}
	for r := range a.rows {
		n.alg.mul(a.row(r), a.row(r), n.sum)
	}
}

// An adamStep holds what changes from step to step of Adam.
type adamStep struct {
	rate   float64
	t      int
	c1, c2 float64 // 1 − β1ᵗ and 1 − β2ᵗ
}

func (s *adamStep) advance() {
	s.t++
	s.c1, s.c2 = 1-math.Pow(beta1, float64(s.t)), 1-math.Pow(beta2, float64(s.t))
}

// plainAdam is one loop.
func plainAdam[T kernel.Float](w, dw, m, v, _ []T, s adamStep) {
	rate, scale := T(s.rate/s.c1), T(1/s.c2)
	dw, m, v = dw[:len(w)], m[:len(w)], v[:len(w)]
	for i, d := range dw {
		m[i] = beta1*m[i] + (1-beta1)*d
		v[i] = beta2*v[i] + (1-beta2)*d*d
		w[i] -= rate * m[i] / (T(math.Sqrt(float64(v[i]*scale))) + epsilon)
	}
}

// plainSigmoidLoss is one loop after an exponential: with e = exp(−|z|), σ(z) is
// a division away and ln(1 + e^z) = max(z, 0) + ln(1 + e) a logarithm.
func plainSigmoidLoss[T kernel.Float](n *handNet[T], z, dz []T) T {
	share := T(1 / float64(n.p.Examples))
	y := n.y.data[:len(z)]
	for i, v := range z {
		dz[i] = -max(v, -v)
	}
	n.alg.exp(dz, dz)
	cost, product := T(0), T(1)
	for i, e := range dz {
		a := 1 / (1 + e)
		if z[i] < 0 {
			a *= e
		}
		cost += max(z[i], 0) - z[i]*y[i]
		// The sum of logarithms is that of the product, taken before it can
		// overflow: every factor is at most 2.
		product *= 1 + e
		if i%32 == 31 {
			cost += T(math.Log(float64(product)))
			product = 1
		}
		dz[i] = (a - y[i]) * share
	}
	return cost + T(math.Log(float64(product)))
}
