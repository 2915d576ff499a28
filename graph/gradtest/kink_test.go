package gradtest_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"gorgonia.org/tensor"
)

// XOR from b = 0: the example (0,0) has Z1 = 0 exactly, so that every entry of
// b1 is at a kink and no entry of W1 is.
func TestXORWithReLU(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		rng := rand.New(rand.NewPCG(1, 2))
		g := graph.New(graph.Settings{Dtype: dtype})
		x, y := g.Input("X", 2, 4), g.Input("Y", 1, 4)
		w1, w2 := g.Use(randomParam("W1", dtype, rng, 4, 2)), g.Use(randomParam("W2", dtype, rng, 1, 4))
		b1 := g.Use(graph.NewParam("b1", tensor.New(tensor.WithShape(4, 1), tensor.Of(dtype))))
		a1 := graph.ReLU(graph.Add(graph.MatMul(w1, x), b1))
		z2 := graph.MatMul(w2, a1)
		cost := graph.Sum(graph.Sub(graph.Softplus(z2), graph.Mul(y, z2))).Times(0.25)
		feeds := graph.Feeds{
			x: graph.Tensor([]float64{0, 0, 1, 1, 0, 1, 0, 1}, 2, 4),
			y: graph.Tensor([]float64{0, 1, 1, 0}, 1, 4),
		}
		if dtype == tensor.Float32 {
			feeds[x] = graph.Tensor([]float32{0, 0, 1, 1, 0, 1, 0, 1}, 2, 4)
			feeds[y] = graph.Tensor([]float32{0, 1, 1, 0}, 1, 4)
		}
		r := &recorder{}
		gradtest.Check(r, cost, feeds, w1, b1, w2, a1)
		if r.failed || !strings.Contains(r.text, "NOT VERIFIED, only kinks") {
			t.Errorf("%v: Check says %s", dtype, r.text)
		}
		report, err := gradtest.Compare(t.Context(), gradtest.Settings{}, cost, feeds, w1, b1, w2, a1)
		if err != nil || report.Err() != nil {
			t.Fatal(err, report.Err())
		}
		for _, row := range report.Rows {
			want := 0
			if row.Name == "b1" && !row.Float32 {
				want = 4
			}
			if row.Count(gradtest.Kink) != want || row.Verified() != (want == 0) {
				t.Errorf("%d of %d entries at a kink, %d expected:\n%v", row.Count(gradtest.Kink), len(row.Entries), want, report)
			}
		}
		r = &recorder{}
		gradtest.Check(r, cost, feeds, b1)
		if !r.failed || !strings.Contains(r.text, gradtest.ErrNotVerified.Error()) {
			t.Errorf("%v: with kinks alone, Check says %s", dtype, r.text)
		}
	}
}

// checkKinks compares the entries of x and returns the report's only row.
func checkKinks(t *testing.T, order int, op func(*graph.Node) *graph.Node, values ...float64) gradtest.Row {
	t.Helper()
	g := graph.New(graph.Settings{})
	x := g.Input("x", len(values))
	s := gradtest.Settings{Order: order}
	r, err := gradtest.Compare(t.Context(), s, graph.Sum(op(x)), graph.Feeds{x: graph.Tensor(values, len(values))}, x)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Err(); err != nil && !errors.Is(err, gradtest.ErrNotVerified) {
		t.Error(err)
	}
	return r.Rows[0]
}

// Steps become small enough to stay on one side of a kink, unless rounding then
// hides the slope.
func TestKinkWithinStep(t *testing.T) {
	reluSquared := func(x *graph.Node) *graph.Node { return graph.ReLU(graph.Square(x).Plus(-4)) }
	for _, c := range []struct {
		name   string
		op     func(*graph.Node) *graph.Node
		values []float64
		kinks  int
	}{
		{"at", graph.ReLU, []float64{0, 1, -1, math.Copysign(0, -1)}, 2},
		{"near", graph.ReLU, []float64{1e-6, -1e-6, 1e-5, -1e-5}, 0},
		{"too near", graph.ReLU, []float64{1e-13, 1, 2}, 1},
		{"inside", reluSquared, []float64{2, -2, 2.1, 0, 1.9}, 2},
		{"jump", graph.Step, []float64{0, 1e-7, 3, -3}, 1},
	} {
		row := checkKinks(t, 1, c.op, c.values...)
		if row.Count(gradtest.Kink) != c.kinks || len(row.Entries) != len(c.values) {
			t.Errorf("%s: %d of %d entries at a kink, %d expected", c.name, row.Count(gradtest.Kink), len(row.Entries), c.kinks)
		}
	}
}

// The second order of ReLU(x)² has a kink at 0 and is right elsewhere.
func TestKinkOfHigherOrder(t *testing.T) {
	op := func(x *graph.Node) *graph.Node { return graph.Square(graph.ReLU(x)) }
	if row := checkKinks(t, 2, op, 0, 1, -1); row.Count(gradtest.Kink) != 1 {
		t.Errorf("%d kinks", row.Count(gradtest.Kink))
	}
}

var maxOp = &graph.Op{Name: "Max", Binary: math.Max,
	Kink: func(x ...float64) float64 { return x[0] - x[1] },
	Backward: func(x nodes, _, dy *graph.Node) nodes {
		first := graph.Step(graph.Sub(x[0], x[1]))
		return nodes{graph.Mul(dy, first), graph.Mul(dy, graph.Sub(dy.Graph().Const(1), first))}
	}}

// A user's operation with a kink, broadcast in both directions.
func TestKinkOfBinary(t *testing.T) {
	g := graph.New(graph.Settings{})
	a, b := g.Input("a", 2, 1), g.Input("b", 3)
	cost := graph.Sum(graph.Square(maxOp.Apply(a, b)))
	feeds := graph.Feeds{a: dense(tensor.Shape{2, 1}, 1, 2), b: dense(tensor.Shape{3}, 1, 0, 3)}
	r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, cost, feeds, a, b)
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	for _, row := range r.Rows { // a[0] = b[0] is the only tie
		if row.Count(gradtest.Kink) != 1 || !row.Verified() {
			t.Errorf("%+v", row)
		}
	}
}

// A kink counts only if it lies between the node and the cost.
func TestKinkElsewhere(t *testing.T) {
	g := graph.New(graph.Settings{})
	x, other := g.Input("x"), g.Input("other")
	a := graph.ReLU(x)
	cost := graph.Add(graph.Exp(a), graph.Mul(graph.ReLU(other), x))
	feeds := graph.Feeds{x: dense(nil, 0), other: dense(nil, 0)}
	r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, cost, feeds, x, a, other)
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	for i, want := range []int{1, 0, 1} {
		if r.Rows[i].Count(gradtest.Kink) != want {
			t.Errorf("%s: %d kinks, %d expected", r.Rows[i].Name, r.Rows[i].Count(gradtest.Kink), want)
		}
	}
}

// Rounding to float32 may move an argument across its kink: then the gradients
// in float32 and in float64 are both right and differ.
func TestKinkInFloat32(t *testing.T) {
	g := graph.New(graph.Settings{Dtype: tensor.Float32})
	x := g.Input("x", 2)
	z := x.Plus(1).Plus(-1)
	feed := graph.Tensor([]float32{1e-4, 1e-8}, 2)
	r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, graph.Sum(graph.ReLU(z)), graph.Feeds{x: feed}, x)
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	if r.Rows[0].Count(gradtest.Kink) != 0 || r.Rows[1].Count(gradtest.Kink) != 2 {
		t.Errorf("all of the float32 row should be at a kink:\n%v", r)
	}
}

// A gradient that overflows in float32 is wrong, and no matter of a kink that
// rounding moved an argument across.
func TestOverflowInFloat32IsNoKink(t *testing.T) {
	g := graph.New(graph.Settings{Dtype: tensor.Float32})
	x, u := g.Input("x"), g.Input("u")
	cost := graph.Add(graph.ReLU(x.Plus(1).Plus(-1)), graph.Exp(u))
	feeds := graph.Feeds{x: graph.Tensor([]float32{1e-8}), u: graph.Tensor([]float32{100})}
	r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, cost, feeds, x, u)
	if err != nil {
		t.Fatal(err)
	}
	if of := []gradtest.Row{r.Rows[1], r.Rows[3]}; of[0].Count(gradtest.Kink) != 1 || of[1].Count(gradtest.Wrong) != 1 {
		t.Errorf("a kink and a wrong entry expected:\n%v", r)
	}
}

// The largest of a row has a kink where two entries tie for it, or do but for
// rounding, wherever the others lie.
func TestKinkOfMax(t *testing.T) {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 2, 3)
	feeds := graph.Feeds{x: dense(tensor.Shape{2, 3}, 1, 1, 0, 1, 3, 3+1e-15)}
	for _, f := range []func(*graph.Node, ...int) *graph.Node{graph.Max, graph.Reduce{KeepDims: true}.Max} {
		r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, graph.Sum(graph.Exp(f(x, 1))), feeds, x)
		if err != nil || r.Err() != nil {
			t.Fatal(err, r.Err())
		}
		if r.Rows[0].Count(gradtest.Kink) != 4 {
			t.Errorf("%d kinks, 4 expected", r.Rows[0].Count(gradtest.Kink))
		}
	}
}

func TestKinkOfEval(t *testing.T) {
	op := &graph.Op{Name: "Whole", Shape: firstShape, Kink: maxOp.Kink,
		Eval:     func(out []float64, in [][]float64, _ graph.Shapes) { copy(out, in[0]) },
		Backward: func(_ nodes, _, dy *graph.Node) nodes { return nodes{dy, nil} }}
	x := graph.New(graph.Settings{}).Input("x", 2)
	_, err := gradtest.Compare(t.Context(), gradtest.Settings{}, graph.Sum(op.Apply(x, x)), nil, x)
	if err == nil || !strings.Contains(err.Error(), "Whole has a Kink") {
		t.Errorf("error %v", err)
	}
}
