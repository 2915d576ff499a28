package graph

import (
	"fmt"
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

// A loop mapped over slices, and its gradients, are those of each slice alone: along the first axis
// bit for bit.
func TestVmapOfLoops(t *testing.T) {
	const slicesAtOnce = 3
	for seed := range loopSeeds() {
		r := newRandomLoop(seed, []tensor.Dtype{tensor.Float64, tensor.Float32}[seed/2%2])
		m := Mapping{Last: seed%2 == 1}
		l := Loop{Checkpoint: seed%5 == 4}
		if r.IntN(2) == 0 {
			l.Length = r.g.Input("length")
			r.feeds[l.Length] = float64(r.IntN(r.steps + 1))
		}
		r.scan(l)
		ys := slices.Concat(r.final, r.stacks)
		d, err := Grad(r.cost(seed, r.final, r.stacks), r.xs()...)
		if err != nil {
			t.Fatal(seed, err)
		}
		ys = append(ys, d...)
		values := map[*Node]*Node{}
		for _, x := range r.xs() {
			if r.IntN(3) == 0 && len(values) > 0 {
				continue // the same for all
			}
			var each []*Node
			for k := range slicesAtOnce {
				each = append(each, r.input(r.g.dtype, fmt.Sprint(x.name, " of slice ", k), x.shape...))
			}
			axis := 0
			if m.Last {
				axis = len(x.shape)
			}
			values[x] = Stack(axis, each...)
		}
		own := l.Length != nil && r.IntN(3) == 0 // lengths of the slices' own
		if own {
			var each []float64
			for range slicesAtOnce {
				each = append(each, float64(r.IntN(r.steps+1)))
			}
			values[l.Length] = r.g.Input("lengths", slicesAtOnce)
			r.feeds[values[l.Length]] = as(r.g.dtype, each, slicesAtOnce)
		}
		mapped, err := m.Nodes(ys, values)
		if err != nil {
			t.Fatal(seed, err)
		}
		if got, want := r.loops(mapped), r.loops(ys); got > want && !own {
			t.Errorf("seed %d: %d loops, %d for one slice", seed, got, want)
		}
		within := 0.0
		if m.Last { // where sums are taken in another order
			within = map[tensor.Dtype]float64{tensor.Float64: 1e-11, tensor.Float32: 1e-3}[r.g.dtype]
		}
		for k := range slicesAtOnce {
			var got []*Node
			for i, y := range mapped {
				axis := 0
				if m.Last {
					axis = len(ys[i].shape)
				}
				got = append(got, At(y, axis, k))
			}
			// The slice alone: the same operations on what it is given.
			alone := map[*Node]*Node{}
			for x, value := range values {
				axis := 0
				if m.Last {
					axis = len(x.shape)
				}
				alone[x] = Reshape(slice(value, axis, k, k+1), x.shape...)
			}
			want := r.rebuilt(ys, alone)
			r.same(t, within, got, want, "slice", k, "of seed", seed, "last", m.Last)
		}
		if t.Failed() {
			return
		}
	}
}

// loops returns how many loops ys depend on.
func (r *randomLoop) loops(ys []*Node) int {
	order, _ := r.g.reachable(ys, nil)
	return len(slices.DeleteFunc(order, func(n *Node) bool { return n.scanned() == nil }))
}

// rebuilt returns nodes computed with others in the place of some.
func (r *randomLoop) rebuilt(ys []*Node, with map[*Node]*Node) []*Node {
	order, _ := r.g.reachable(ys, nil)
	done := map[*Node]*Node{}
	for _, n := range order {
		switch in := make([]*Node, len(n.in)); {
		case with[n] != nil:
			done[n] = with[n]
		case n.kind != opNode:
			done[n] = n
		default:
			for i, x := range n.in {
				in[i] = done[x]
			}
			done[n] = n.op.Apply(in...)
		}
	}
	out := make([]*Node, len(ys))
	for i, y := range ys {
		out[i] = done[y]
	}
	return out
}

// Jacobians and Hessians of a loop are those of its steps one behind the other.
func TestJacobiansOfLoops(t *testing.T) {
	for seed := range loopSeeds() / 4 {
		r := newRandomLoop(seed, tensor.Float64)
		r.scan(Loop{Checkpoint: seed%4 == 1})
		r.unroll()
		var got, want []*Node
		for i, y := range slices.Concat(r.final, r.stacks) {
			js, err := Jacobian(y, r.xs()...)
			if err != nil {
				t.Fatal(seed, err)
			}
			steps, err := Jacobian(slices.Concat(r.last, r.rows)[i], r.xs()...)
			if err != nil {
				t.Fatal(seed, err)
			}
			got, want = append(got, js...), append(want, steps...)
		}
		hs, err := Hessian(r.cost(seed, r.final, r.stacks), r.shared...)
		if err != nil {
			t.Fatal(seed, err)
		}
		steps, err := Hessian(r.cost(seed, r.last, r.rows), r.shared...)
		if err != nil {
			t.Fatal(seed, err)
		}
		r.same(t, 1e-11, append(got, slices.Concat(hs...)...), append(want, slices.Concat(steps...)...), "Jacobians and Hessian", seed)
		if t.Failed() {
			return
		}
	}
}
