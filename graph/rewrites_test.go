package graph

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/tensor"
)

// rewriteOps are the operations, and of families whose rules look at the
// attributes some more members.
func rewriteOps() []*Op {
	return append(Operations(),
		newTransposeOp(TransposeAttrs{[]int{0, 1}}), newTransposeOp(TransposeAttrs{[]int{1, 2, 0}}),
		newReshapeOp(ReshapeAttrs{[]int{3, 4}}), newReshapeOp(ReshapeAttrs{[]int{4, 3}}), newReshapeOp(ReshapeAttrs{[]int{12}}),
		newBroadcastOp(BroadcastAttrs{[]int{3, 4}}), newBroadcastOp(BroadcastAttrs{[]int{2, 3, 4}}),
		newSumOp(SumAttrs{[]int{0}, true}), newSumOp(SumAttrs{[]int{0}, false}), newSumOp(SumAttrs{[]int{0, 1}, false}),
		newMaxOp(MaxAttrs{[]int{0}}), newMinOp(MinAttrs{[]int{0}}), newSliceOp(SliceAttrs{0, 0, 3, 1}), newSliceOp(SliceAttrs{0, 0, 1, 1}),
		newSliceOp(SliceAttrs{0, 2, -1, -1}), newSetSliceOp(SetSliceAttrs{[]Range{{0, 3, 1}, {0, 4, 1}}}),
		newCumSumOp(CumSumAttrs{0, true}), newTriangleOp(TriangleAttrs{1, true}), newProdOp(ProdAttrs{[]int{0}}),
		newMatMulOp(MatMulAttrs{true, false}), newMatMulOp(MatMulAttrs{false, true}), newMatMulOp(MatMulAttrs{true, true}))
}

// rewriteOperands are what rules look for: constants, signs, factors, moved and
// repeated arrays, and arrays that are none of these.
func rewriteOperands(g *Graph, x, y, col, s *Node) []*Node {
	nodes := []*Node{x, y, col, s, Neg(x), x.Times(2), y.Times(-3), Sub(x, y), Sub(y, x), Neg(s),
		Transpose(x), Transpose(y), Transpose(Reshape(x, 3, 4, 1), 2, 0, 1), Transpose(Reshape(y, 3, 4, 1), 0, 2, 1), Reshape(x, 12), Reshape(y, 1, 12),
		BroadcastTo(col, 3, 4), BroadcastTo(s, 3, 4), BroadcastTo(s, 3, 1), Mul(col, x), Square(y), Reshape(col, 1, 3), Mul(s, g.Const(2.5, 3, 4)), Flip(x, 0),
		Reshape(x, 1, 3, 4, 1), g.Const(0, 1, 1, 2, 3), g.Const(0, 1, 2, 2, 1)}
	for _, c := range []float64{0, 1, -1, 2.5} {
		nodes = append(nodes, g.Const(c), g.Const(c, 3, 4), g.Const(c, 4, 3), g.Const(c, 3, 1))
	}
	return nodes
}

// Every rule fires, and nothing that is rewritten changes its value or shape: all
// operations of all pairs of operands, in both precisions.
func TestRewritesAreSound(t *testing.T) {
	fired := map[string]bool{}
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		rng := rand.New(rand.NewPCG(1, 9))
		g := New(Settings{Dtype: dtype})
		feeds := Feeds{}
		input := func(name string, shape ...int) *Node {
			n := g.Input(name, shape...)
			values := make([]float64, size(shape))
			for i := range values {
				values[i] = rng.NormFloat64()
			}
			feeds[n] = denseAs(dtype, values, shape, rowMajor)
			return n
		}
		x, y, col, one := input("x", 3, 4), input("y", 3, 4), input("col", 3, 1), input("s")
		start := len(g.nodes)
		pool := rewriteOperands(g, x, y, col, one)
		var plain, simple []*Node
		try := func(op *Op, in ...*Node) {
			if _, err := op.resultShape(in); err != nil {
				return
			}
			plain = append(plain, op.Apply(in...))
			simple = append(simple, rewriteOnce(newSimplifier(g, start), fired, op, slices.Clone(in)))
		}
		firsts := []*Node{g.Const(0), g.Const(0, 4), g.Const(0, 3, 4), g.Const(0, 3, 1)}
		for _, op := range rewriteOps() {
			seconds := pool
			if op.indexed {
				seconds = firsts
			}
			for _, a := range pool {
				if n := op.arity(); n < 2 {
					try(op, a)
				}
				for _, b := range seconds {
					if n := op.arity(); n != 1 {
						try(op, a, b)
					}
				}
			}
		}
		zeros := amongZerosOperands(g, x, y, col)
		for _, a := range zeros {
			for _, b := range zeros {
				try(addOp, a, b)
			}
		}
		try(newTriangleOp(TriangleAttrs{}), Tril(x, 0)) // 0 / x of a triangle is no case of its rule
		compareRewritten(t, feeds, plain, simple)
	}
	for _, op := range rewriteOps() {
		for _, r := range op.rules() {
			if !fired[op.Name+": "+r.name] {
				t.Errorf("no operands of the test fire %q of %s", r.name, op.Name)
			}
		}
	}
}

// amongZerosOperands are parts of (3,4) matrices among zeros, apart, overlapping and at one
// place, along either axis and in steps, and sums of them with others. No other operation has
// a rule for entries that are zero.
func amongZerosOperands(g *Graph, x, y, col *Node) []*Node {
	zeros := func(rows, columns int) *Node { return g.Const(0, rows, columns) }
	row := func(n *Node, i int) *Node { return slice(n, 0, i, i+1) }
	rows := func(n *Node, r Range) *Node {
		return SetSlice(zeros(3, 4), slice(n, 0, 0, r.on(3).count()), r)
	}
	nodes := []*Node{x,
		Concat(0, row(x, 0), zeros(2, 4)), Concat(0, zeros(2, 4), row(y, 1)), Concat(0, zeros(1, 4), row(x, 1), zeros(1, 4)),
		Concat(0, zeros(1, 4), slice(y, 0, 1, 3)), Concat(0, row(x, 0), slice(y, 0, 1, 3)), Concat(0, row(y, 2), zeros(1, 4), row(x, 1)),
		Concat(1, zeros(3, 2), col, zeros(3, 1)), Concat(1, col, zeros(3, 3)), Concat(0, zeros(2, 4), Concat(1, zeros(1, 3), row(col, 0))),
		rows(x, Range{Step: 2}), rows(y, Range{From: 1, To: 2}), rows(y, Range{Step: -2}), SetSlice(rows(x, Range{Step: 2}), y.first(1), Range{From: 1, To: 2})}
	return append(nodes, Add(nodes[1], y), Add(y, nodes[2]), Add(Tanh(x), nodes[10]))
}

// rewriteOnce is simplifier.rewrite that notes which rules fire.
func rewriteOnce(s *simplifier, fired map[string]bool, op *Op, in []*Node) *Node {
	if n := s.fold(op, in); n != nil {
		return n
	}
	for _, r := range op.rules() {
		before := slices.Clone(in)
		n := r.apply(s, op, in)
		if n != nil || !slices.Equal(in, before) {
			fired[op.Name+": "+r.name] = true
		}
		if n != nil {
			return n
		}
	}
	return s.node(op, in...)
}

func compareRewritten(t *testing.T, feeds Feeds, plain, simple []*Node) {
	t.Helper()
	values, _ := reference(plain[0].g, Spec{Outputs: slices.Concat(plain, simple)}, feeds)
	for i, n := range plain {
		want, got := values[n], values[simple[i]]
		if !slices.Equal(want.shape, got.shape) {
			t.Errorf("%v has shape %v, and rewritten %v", n, want.shape, got.shape)
			continue
		}
		tolerance := 1e-13
		if want.dtype == tensor.Float32 {
			tolerance = 1e-5
		}
		entries := got.as(tensor.Float64).f64
		for j, v := range want.as(tensor.Float64).f64 {
			w := entries[j]
			if !(math.Abs(v-w) <= tolerance*(1+math.Abs(v))) && v != w && !(math.IsNaN(v) && math.IsNaN(w)) {
				t.Errorf("%v of %v: entry %d is %v, and of the rewritten %v %v", n, want.dtype, j, v, simple[i], w)
				break
			}
		}
	}
}

// Nodes are equal whatever the order of the operands of a sum or product, and
// those of a difference or quotient are not.
func TestEqualNodesCommute(t *testing.T) {
	g := New(Settings{})
	x, y := g.Input("x"), g.Input("y")
	for _, c := range []struct {
		f    func(a, b *Node) *Node
		same bool
	}{{Add, true}, {Mul, true}, {Sub, false}, {Div, false}, {Greater, false}, {XLogY, false}} {
		a, _ := keyOf(c.f(x, y).op, []*Node{x, y})
		b, _ := keyOf(c.f(x, y).op, []*Node{y, x})
		if (a == b) != c.same {
			t.Errorf("%v with its operands exchanged is another node: %v, want %v", c.f(x, y), a != b, !c.same)
		}
	}
}

// The sum of a broadcast constant counts how often it is repeated.
func TestGradOfBroadcastSum(t *testing.T) {
	g := New(Settings{})
	x, b := g.Input("x", 2, 3), g.Input("b")
	d, err := Grad(Sum(Add(x, b)), b)
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := d[0].ConstValue(); !ok || v != 6 {
		t.Errorf("d Σ(x + b)/db is %v, want 6", d[0])
	}
}

func TestKinkAtTie(t *testing.T) {
	for _, c := range []struct{ a, b, sign float64 }{{1, 2, -1}, {2, 1, 1}, {3, 3, 0}, {inf, inf, 0}, {-inf, -inf, 0}, {-inf, inf, -1}} {
		if got := kinkAtTie(c.a, c.b); got != 0 && math.Copysign(1, got) != c.sign || got == 0 && c.sign != 0 {
			t.Errorf("kinkAtTie(%v, %v) is %v", c.a, c.b, got)
		}
	}
}

// Without a graph there is nothing to take products in.
func TestVectorProductsWithoutGraph(t *testing.T) {
	if _, err := VJP(nil, nil); !errors.Is(err, errNoGraph) {
		t.Errorf("error %v, want %v", err, errNoGraph)
	}
	if _, err := HVP(nil, nil, nil); !errors.Is(err, errNoGraph) {
		t.Errorf("error %v, want %v", err, errNoGraph)
	}
}
