package graph

import (
	"slices"
	"testing"

	"gorgonia.org/tensor"
)

// The derivative of a loop along directions is that of its steps one behind the other, and that
// which its gradients say; and so are derivatives of these.
func TestJVPThroughLoops(t *testing.T) {
	for seed := range loopSeeds() / 4 {
		r := newRandomLoop(seed, tensor.Float64)
		l := Loop{Checkpoint: seed%4 == 3}
		if r.IntN(2) == 0 {
			r.length = r.IntN(r.steps + 1)
			l.Length = r.g.Input("length")
			r.feeds[l.Length] = float64(r.length)
		}
		r.scan(l)
		r.unroll()
		var vs []*Node
		for _, x := range r.xs() {
			vs = append(vs, r.g.Array(randomTensor(r.Rand, r.g.dtype, x.shape...)))
		}
		got, want := slices.Concat(r.final, r.stacks), slices.Concat(r.last, r.rows)
		for order := range 2 {
			var err error
			if got, err = JVP(got, r.xs(), vs); err != nil {
				t.Fatal(seed, order, err)
			}
			if want, err = JVP(want, r.xs(), vs); err != nil {
				t.Fatal(seed, order, err)
			}
			r.same(t, 1e-11, got, want, "derivatives along directions of order", order+1, seed)
		}
		cost, steps := r.cost(seed, r.final, r.stacks), r.cost(seed, r.last, r.rows)
		along, err := JVP([]*Node{cost}, r.xs(), vs)
		if err != nil {
			t.Fatal(seed, err)
		}
		total := r.g.Const(0)
		for i, d := range mustGrad(t, steps, r.xs()...) {
			total = Add(total, Dot(d, vs[i]))
		}
		r.same(t, 1e-10, along, []*Node{total}, "gradient times direction", seed)
		r.same(t, 1e-10, mustGrad(t, along[0], r.xs()...), mustGrad(t, total, r.xs()...), "gradients of a derivative", seed)
		if t.Failed() {
			return
		}
	}
}
