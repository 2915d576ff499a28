package graph

import (
	"slices"
	"testing"

	"gorgonia.org/tensor"
)

// The derivative of a cost along a direction is its gradient times that direction, and
// the second one is that of the Hessian.
func TestJVPAndHessianOfRandomGraphs(t *testing.T) {
	for seed := range uint64(150) {
		r := newRandomGraph(seed, tensor.Float64, true)
		cost := r.cost()
		xs := slices.DeleteFunc(r.leaves(), func(n *Node) bool { return size(n.shape) > 12 })
		var vs []*Node
		for _, x := range xs {
			vs = append(vs, r.Array(dense(r.values(x.shape), x.shape...)))
		}
		if len(xs) == 0 {
			continue
		}
		along, err := JVP([]*Node{cost}, xs, vs)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		h, err := Hessian(cost, xs...)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		products, err := HVP(cost, xs, vs)
		if err != nil {
			t.Fatal(err)
		}
		first, second, want := r.Const(0), r.Const(0), r.Const(0)
		for i, d := range mustGrad(t, cost, xs...) {
			first = Add(first, Dot(d, vs[i]))
			want = Add(want, Dot(products[i], vs[i]))
			for j := range xs {
				block := Reshape(h[i][j], size(xs[i].shape), size(xs[j].shape))
				row, column := Reshape(vs[i], 1, size(xs[i].shape)), Reshape(vs[j], size(xs[j].shape), 1)
				second = Add(second, Sum(MatMul(MatMul(row, block), column)))
			}
		}
		got := run(t, Spec{Outputs: []*Node{along[0], first, second, want}}, r.feeds)
		value := func(n *Node) []float64 { v, _ := got.Scalar(n); return []float64{v} }
		if d := relativeDifference(value(along[0]), value(first)); !(d < 1e-9) {
			t.Errorf("seed %d: the derivative along a direction is off by %g", seed, d)
		}
		if d := relativeDifference(value(second), value(want)); !(d < 1e-9) {
			t.Errorf("seed %d: the Hessian is off by %g", seed, d)
		}
	}
}

// Of the way back by which JVP is found nothing stays: the product of a net takes twice the
// matrix products of the net, and two more for the weights' directions.
func TestJVPIsAForwardPass(t *testing.T) {
	g := New(Settings{})
	x, w1, w2 := g.Input("X", 3, 5), g.Input("W1", 4, 3), g.Input("W2", 2, 4)
	y := Sigmoid(MatMul(w2, Tanh(MatMul(w1, x))))
	v1, v2 := g.Input("V1", 4, 3), g.Input("V2", 2, 4)
	start := len(g.nodes)
	products, err := JVP([]*Node{y}, []*Node{w1, w2}, []*Node{v1, v2})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, n := range g.nodes[start:] {
		if n.kind == opNode {
			counts[n.op.Name]++
		}
	}
	if counts["MatMul"] != 3 || len(g.nodes)-start > 14 {
		t.Errorf("%d nodes: %v", len(g.nodes)-start, counts)
	}
	if !slices.Equal(products[0].Shape(), y.Shape()) {
		t.Errorf("shape %v", products[0].Shape())
	}
	if zero, err := JVP([]*Node{v1}, []*Node{w1}, []*Node{v1}); err != nil || !zero[0].isConst(0) {
		t.Errorf("the product of what does not depend on x: %v, %v", zero, err)
	}
	// Each y has its own, and the direction may depend on x.
	both, err := JVP([]*Node{Square(x), Sum(x)}, []*Node{x}, []*Node{x})
	if err != nil {
		t.Fatal(err)
	}
	s := New(Settings{}).Input("s")
	if _, err := JVP([]*Node{s}, []*Node{x}, []*Node{x}); err == nil {
		t.Error("a product between graphs")
	}
	if got := numbers(t, both[0], Feeds{x: dense(slices.Repeat([]float64{3}, 15), 3, 5)}); got[0] != 18 {
		t.Errorf("2x·x is %v", got)
	}
}

// A rule that cannot be differentiated again is enough for a Jacobian by rows, and one that is
// not linear is found.
func TestJacobiansOfOwnOperations(t *testing.T) {
	once := &Op{Name: "Once", Inputs: 1, Shape: func(in []tensor.Shape) (tensor.Shape, error) { return in[0], nil },
		Eval: func(out []float64, in [][]float64, _ Shapes) { copy(out, in[0]) }}
	own := &Op{Name: "Own", Inputs: 1, Shape: func(in []tensor.Shape) (tensor.Shape, error) { return in[0], nil },
		Eval:     func(out []float64, in [][]float64, _ Shapes) { copy(out, in[0]) },
		Backward: func(_ []*Node, _, dy *Node) []*Node { return []*Node{once.Apply(dy)} }}
	bent := &Op{Name: "Bent", Unary: func(x float64) float64 { return x },
		Backward: func(_ []*Node, _, dy *Node) []*Node { return []*Node{Square(dy)} }}
	g := New(Settings{})
	x := g.Input("x", 2)
	j, err := Jacobian(own.Apply(Concat(0, x, x)), x)
	if err != nil {
		t.Fatal(err)
	}
	if got := numbers(t, j[0], Feeds{x: dense([]float64{1, 2}, 2)}); !slices.Equal(got, []float64{1, 0, 0, 1, 1, 0, 0, 1}) {
		t.Errorf("the Jacobian is %v", got)
	}
	if _, err := JVP([]*Node{bent.Apply(x)}, []*Node{x}, []*Node{x}); err == nil {
		t.Error("a rule that is not linear")
	}
}
