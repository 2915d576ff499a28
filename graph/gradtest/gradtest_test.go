package gradtest_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"

	"gorgonia.org/tensor"
)

// recorder is a testing.TB that keeps what a check says.
type recorder struct {
	testing.TB
	failed bool
	text   string
}

func (r *recorder) Context() context.Context { return context.Background() }

func (r *recorder) Helper() {}
func (r *recorder) Error(args ...any) {
	r.failed, r.text = true, r.text+fmt.Sprintln(args...)
}
func (r *recorder) Errorf(format string, args ...any) {
	r.failed, r.text = true, r.text+fmt.Sprintf(format, args...)
}
func (r *recorder) Logf(format string, args ...any) { r.text += fmt.Sprintf(format, args...) }

func randomParam(name string, dtype tensor.Dtype, rng *rand.Rand, shape ...int) *graph.Param {
	n := tensor.Shape(shape).TotalSize()
	if dtype == tensor.Float32 {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(rng.NormFloat64())
		}
		return graph.NewParam(name, graph.Tensor(v, shape...))
	}
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return graph.NewParam(name, dense(shape, v...))
}

// twoLayer is a net with some nodes of every kind.
type twoLayer struct {
	x, y, w1, b1, z1, a1, w2, z2, cost *graph.Node
}

func newTwoLayer(dtype tensor.Dtype, activation func(*graph.Node) *graph.Node, m int) twoLayer {
	rng := rand.New(rand.NewPCG(7, 7))
	g := graph.New(graph.Settings{Dtype: dtype})
	var n twoLayer
	n.x, n.y = g.Input("X", 2, m), g.Input("Y", 1, m)
	n.w1, n.b1 = g.Use(randomParam("hidden.W", dtype, rng, 4, 2)), g.Use(randomParam("hidden.b", dtype, rng, 4, 1))
	n.w2 = g.Use(randomParam("output.W", dtype, rng, 1, 4))
	n.z1 = graph.Add(graph.MatMul(n.w1, n.x), n.b1).MarkZ()
	n.a1 = activation(n.z1)
	n.z2 = graph.MatMul(n.w2, n.a1).MarkZ()
	n.cost = graph.Sum(graph.Sub(graph.Softplus(n.z2), graph.Mul(n.y, n.z2))).Times(1 / float64(m))
	return n
}

func (n twoLayer) all() []*graph.Node {
	return []*graph.Node{n.x, n.y, n.w1, n.b1, n.z1, n.a1, n.w2, n.z2, n.cost}
}

func TestCheck(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		n := newTwoLayer(dtype, graph.Tanh, 5)
		gradtest.Check(t, n.cost, nil, n.all()...)
		n = newTwoLayer(dtype, graph.ReLU, 5)
		gradtest.Check(t, n.cost, nil, n.all()...)
		n = newTwoLayer(dtype, graph.Sigmoid, 1)
		gradtest.Settings{Order: 3}.Check(t, n.cost, nil, n.all()...)
	}
}

func TestReportRows(t *testing.T) {
	n := newTwoLayer(tensor.Float32, graph.Tanh, 5)
	r, err := gradtest.Compare(t.Context(), gradtest.Settings{Order: 2}, n.cost, nil, n.w1, n.cost)
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	if len(r.Rows) != 8 { // two orders, two nodes, two precisions
		t.Fatalf("%d rows:\n%v", len(r.Rows), r)
	}
	own := r.Rows[2]
	if e := own.Entries[0]; e.Symbolic != 1 || math.Abs(e.Numeric-1) > 1e-9 || len(own.Entries) != 1 {
		t.Errorf("the gradient of the cost with respect to itself: %+v", own)
	}
	if first := r.Rows[0]; first.Name != "hidden.W" || len(first.Entries) != 8 || first.Relative() > 1e-8 {
		t.Errorf("first row %+v", first)
	}
	if second := r.Rows[1]; !second.Float32 || second.Relative() == 0 || second.Relative() > 1e-5 {
		t.Errorf("the float32 gradient's row %+v", second)
	}
	if lines := strings.Count(r.String(), "\n"); lines != 9 {
		t.Errorf("%d lines:\n%v", lines, r)
	}
}

func TestZeroGradientIsRight(t *testing.T) {
	g := graph.New(graph.Settings{})
	x, other := g.Input("x", 3), g.Input("other", 2)
	r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, graph.Sum(graph.Step(x)), nil, x, other)
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	for _, row := range r.Rows {
		if row.Scale != 0 || row.Relative() != 0 || row.Count(gradtest.Right) != len(row.Entries) || !row.Verified() {
			t.Errorf("%+v", row)
		}
	}
}

func TestMaxEntries(t *testing.T) {
	g := graph.New(graph.Settings{})
	rng := rand.New(rand.NewPCG(1, 1))
	w := g.Use(randomParam("W", tensor.Float64, rng, 300, 200))
	x := g.Input("x", 200, 3)
	cost := graph.Mean(graph.Square(graph.Tanh(graph.MatMul(w, x))))
	s := gradtest.Settings{MaxEntries: 20}
	a, err := gradtest.Compare(t.Context(), s, cost, nil, w)
	if err != nil || a.Err() != nil {
		t.Fatal(err, a.Err())
	}
	if len(a.Rows[0].Entries) != 20 {
		t.Errorf("%d entries compared", len(a.Rows[0].Entries))
	}
	b, _ := gradtest.Compare(t.Context(), s, cost, nil, w)
	s.Seed = 1
	c, _ := gradtest.Compare(t.Context(), s, cost, nil, w)
	if a.String() != b.String() || a.String() == c.String() {
		t.Errorf("the sample is not that of the seed:\n%v%v%v", a, b, c)
	}
}

// Inputs that are not fed get the documented values, and the layout of a feed
// does not matter.
func TestFeeds(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		rng := rand.New(rand.NewPCG(3, 1))
		v := make([]float64, 6)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		var backing any = v
		if dtype == tensor.Float32 {
			w := make([]float32, 6)
			for i, x := range v {
				w[i] = float32(x)
			}
			backing = w
		}
		columns := tensor.New(tensor.WithShape(2, 3), tensor.AsFortran(backing)) // takes row-major values
		runtime.KeepAlive(backing)
		var reports []string
		for _, fed := range []bool{false, true} {
			g := graph.New(graph.Settings{Dtype: dtype})
			x := g.Input("x", 2, 3)
			feeds := graph.Feeds{}
			if fed {
				feeds[x] = columns
			}
			r, err := gradtest.Compare(t.Context(), gradtest.Settings{Seed: 3}, graph.Sum(graph.Exp(x)), feeds, x)
			if err != nil || r.Err() != nil {
				t.Fatal(err, r.Err())
			}
			reports = append(reports, r.String())
		}
		if reports[0] != reports[1] {
			t.Errorf("%v:\n%s%s", dtype, reports[0], reports[1])
		}
	}
}

// A check leaves parameters and the tensors of the feeds as they are.
func TestNothingChanges(t *testing.T) {
	n := newTwoLayer(tensor.Float64, graph.Tanh, 2)
	x := dense(tensor.Shape{2, 2}, 1, 2, 3, 4)
	before := n.w1.Param().Value()
	gradtest.Check(t, n.cost, graph.Feeds{n.x: x}, n.x, n.w1)
	if !x.Eq(dense(tensor.Shape{2, 2}, 1, 2, 3, 4)) || !before.Eq(n.w1.Param().Value()) {
		t.Error("a value was changed")
	}
}

func TestBadArguments(t *testing.T) {
	g, other := graph.New(graph.Settings{}), graph.New(graph.Settings{})
	x, foreign := g.Input("x", 2, 3), other.Input("x")
	cost := graph.Sum(x)
	failed := graph.New(graph.Settings{})
	f := failed.Input("f", 2)
	bad := graph.Sum(graph.MatMul(f, f))
	for _, c := range []struct {
		name  string
		s     gradtest.Settings
		cost  *graph.Node
		feeds graph.Feeds
		wrt   *graph.Node
		want  string
	}{
		{name: "entries", cost: x, wrt: x, want: "a node with one entry expected"},
		{name: "failed cost", cost: bad, wrt: f, want: "matrix expected"},
		{name: "failed graph", cost: graph.Sum(f), wrt: f, want: "matrix expected"},
		{name: "nil cost", wrt: x, want: "the cost is nil"},
		{name: "feed of shape", cost: cost, wrt: x, feeds: graph.Feeds{x: dense(tensor.Shape{3, 2}, make([]float64, 6)...)}, want: "(2,3) expected"},
		{name: "feed of dtype", cost: cost, wrt: x, feeds: graph.Feeds{x: tensor.New(tensor.WithShape(2, 3), tensor.Of(tensor.Float32))}, want: "float64 expected"},
		{name: "feed of another graph", cost: cost, wrt: x, feeds: graph.Feeds{foreign: dense(nil, 1)}, want: "not an input"},
		{name: "feed of interior", cost: cost, wrt: x, feeds: graph.Feeds{cost: dense(nil, 1)}, want: "not an input"},
		{name: "tolerance", s: gradtest.Settings{Float32Tolerance: math.NaN()}, cost: cost, wrt: x, want: "Float32Tolerance is NaN"},
		{name: "order", s: gradtest.Settings{Order: -1}, cost: cost, wrt: x, want: "Order is -1"},
		// Last, because a wrong node is kept as the graph's mistake.
		{name: "node of another graph", cost: cost, wrt: foreign, want: "different graphs"},
	} {
		_, err := gradtest.Compare(t.Context(), c.s, c.cost, c.feeds, c.wrt)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "gradtest_test.go:") {
			t.Errorf("%s: error %v, %q and the place expected", c.name, err, c.want)
		}
		r := &recorder{}
		if c.s.Check(r, c.cost, c.feeds, c.wrt); !r.failed || !strings.Contains(r.text, c.want) {
			t.Errorf("%s: Check says %q", c.name, r.text)
		}
	}
	if _, err := gradtest.Compare(t.Context(), gradtest.Settings{}, cost, nil); err == nil {
		t.Error("no error without nodes")
	}
}

func TestEmptyReport(t *testing.T) {
	if err := (gradtest.Report{}).Err(); !errors.Is(err, gradtest.ErrNotVerified) {
		t.Errorf("the empty report's error is %v", err)
	}
}
