package gradtest_test

import (
	"flag"
	"math"
	"math/rand/v2"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"gorgonia.org/tensor"
)

// points is 1000 for the figures of record 11:
//
//	go test ./graph/gradtest -run TestRightGradientsAreNotWrong -points 1000 -v
var points = flag.Int("points", 3, "random points for each operation of the table")

// A domain moves a number, of any size from 1e-6 to 1e6 and either sign, to
// where a function is defined and does not overflow.
type domain func(float64) float64

func anywhere(v float64) float64 { return v }
func upTo700(v float64) float64  { return math.Copysign(min(math.Abs(v), 700), v) }
func aboveNeg1(v float64) float64 {
	if v <= -1 {
		return -v
	}
	return v
}

// An operation of the table, of one to three inputs.
type operation struct {
	name  string
	apply func(x nodes) *graph.Node
	from  []domain // of every input
	shape tensor.Shape
}

func unary(name string, f func(*graph.Node) *graph.Node, from domain) operation {
	return operation{name, func(x nodes) *graph.Node { return f(x[0]) }, []domain{from}, tensor.Shape{3}}
}

func binary(name string, f func(a, b *graph.Node) *graph.Node, second domain) operation {
	return operation{name, func(x nodes) *graph.Node { return f(x[0], x[1]) }, []domain{anywhere, second}, tensor.Shape{3}}
}

func array(name string, f func(*graph.Node) *graph.Node) operation {
	return operation{name, func(x nodes) *graph.Node { return f(x[0]) }, []domain{anywhere}, tensor.Shape{2, 3}}
}

func pow(k float64) func(*graph.Node) *graph.Node {
	return func(x *graph.Node) *graph.Node { return graph.Pow(x, k) }
}

// alongRows passes axis 1 to a function of axes.
func alongRows(f func(*graph.Node, ...int) *graph.Node) func(*graph.Node) *graph.Node {
	return func(x *graph.Node) *graph.Node { return f(x, 1) }
}

func ofAll(f func(*graph.Node, ...int) *graph.Node) func(*graph.Node) *graph.Node {
	return func(x *graph.Node) *graph.Node { return f(x) }
}

// table has every operation that graph exports.
var table = []operation{
	unary("Neg", graph.Neg, anywhere),
	unary("Square", graph.Square, anywhere),
	unary("Sqrt", graph.Sqrt, math.Abs),
	unary("Exp", graph.Exp, upTo700),
	unary("Log", graph.Log, math.Abs),
	unary("Sigmoid", graph.Sigmoid, anywhere),
	unary("Tanh", graph.Tanh, anywhere),
	unary("ReLU", graph.ReLU, anywhere),
	unary("Step", graph.Step, anywhere),
	unary("Softplus", graph.Softplus, anywhere),
	unary("Expm1", graph.Expm1, upTo700),
	unary("Log1p", graph.Log1p, aboveNeg1),
	unary("Sin", graph.Sin, anywhere),
	unary("Cos", graph.Cos, anywhere),
	unary("Abs", graph.Abs, anywhere),
	unary("Sign", graph.Sign, anywhere),
	unary("Reciprocal", graph.Reciprocal, anywhere),
	unary("LeakyReLU", graph.LeakyReLU, anywhere),
	unary("ELU", graph.ELU, anywhere),
	unary("SiLU", graph.SiLU, anywhere),
	unary("GELU", graph.GELU, anywhere),
	unary("NormalCDF", graph.NormalCDF, anywhere),
	unary("Clip", func(x *graph.Node) *graph.Node { return graph.Clip(x, -0.7, 1.2) }, anywhere),
	unary("Pow 0", pow(0), anywhere),
	unary("Pow 1", pow(1), anywhere),
	unary("Pow 3", pow(3), anywhere),
	unary("Pow -2", pow(-2), anywhere),
	unary("Pow 1.5", pow(1.5), math.Abs),
	unary("Pow 0.3", pow(0.3), math.Abs),
	unary("Scale", func(x *graph.Node) *graph.Node { return x.Times(1.0 / 3) }, anywhere),
	unary("Shift", func(x *graph.Node) *graph.Node { return x.Plus(3) }, anywhere),
	unary("OneHot", func(x *graph.Node) *graph.Node { return graph.OneHot(graph.Step(x), 3) }, anywhere),
	unary("StopGradient", func(x *graph.Node) *graph.Node { return graph.Add(graph.StopGradient(graph.Step(x)), x) }, anywhere),

	binary("Add", graph.Add, anywhere),
	binary("Sub", graph.Sub, anywhere),
	binary("Mul", graph.Mul, anywhere),
	binary("Div", graph.Div, anywhere),
	binary("XLogY", graph.XLogY, math.Abs),
	binary("Maximum", graph.Maximum, anywhere),
	binary("Minimum", graph.Minimum, anywhere),
	binary("Greater", graph.Greater, anywhere),
	binary("GreaterEqual", graph.GreaterEqual, anywhere),
	binary("Less", graph.Less, anywhere),
	binary("LessEqual", graph.LessEqual, anywhere),
	binary("Equal", graph.Equal, anywhere),
	binary("NotEqual", graph.NotEqual, anywhere),
	binary("Where", func(a, b *graph.Node) *graph.Node {
		return graph.Where(graph.Greater(a, b), graph.Square(b), graph.Tanh(a))
	}, anywhere),
	binary("Dot", graph.Dot, anywhere),
	binary("Outer", graph.Outer, anywhere),
	binary("Concat", func(a, b *graph.Node) *graph.Node { return graph.Concat(0, a, graph.Square(b)) }, anywhere),

	array("Transpose", func(x *graph.Node) *graph.Node { return graph.Transpose(x) }),
	array("Reshape", func(x *graph.Node) *graph.Node { return graph.Reshape(x, 3, 2) }),
	array("BroadcastTo", func(x *graph.Node) *graph.Node { return graph.BroadcastTo(x, 2, 2, 3) }),
	array("Slice", func(x *graph.Node) *graph.Node { return graph.Slice(x, graph.Range{}, graph.Range{From: 1, To: 3}) }),
	array("Sum", ofAll(graph.Sum)),
	array("Sum of rows", alongRows(graph.Sum)),
	array("Mean", alongRows(graph.Mean)),
	array("Variance", alongRows(graph.Variance)),
	array("Max", alongRows(graph.Max)),
	array("Min", ofAll(graph.Min)),
	array("Softmax", alongRows(graph.Softmax)),
	array("LogSoftmax", alongRows(graph.LogSoftmax)),
	array("LogSumExp", alongRows(graph.LogSumExp)),
	array("MatMul with itself", func(x *graph.Node) *graph.Node { return graph.MatMulTrans(x, false, x, true) }),
	{"MatMul", func(x nodes) *graph.Node { return graph.MatMulTrans(x[0], true, x[1], false) }, []domain{anywhere, anywhere}, tensor.Shape{2, 3}},
	{"own operation", func(x nodes) *graph.Node { return cube.Apply(x[0]) }, []domain{anywhere}, tensor.Shape{3}},
}

// cube is an operation as a user writes it.
var cube = &graph.Op{Name: "Cube", Unary: func(x float64) float64 { return x * x * x },
	Backward: func(x nodes, _, dy *graph.Node) nodes {
		return nodes{graph.Mul(dy, graph.Square(x[0]).Times(3))}
	}}

// anySize returns numbers of either sign whose sizes go evenly through the
// decades from 1e-6 to 1e6.
func anySize(rng *rand.Rand, n int, from domain) []float64 {
	out := make([]float64, n)
	for i := range out {
		v := math.Pow(10, 12*rng.Float64()-6)
		if rng.IntN(2) == 0 {
			v = -v
		}
		out[i] = from(v)
	}
	return out
}

// cost returns Σ v⊙op(x), where x is fed.
func (op operation) cost(rng *rand.Rand) (cost *graph.Node, x nodes, feeds graph.Feeds) {
	g := graph.New(graph.Settings{})
	feeds = graph.Feeds{}
	for i, from := range op.from {
		n := g.Input(string(rune('a'+i)), op.shape...)
		feeds[n] = dense(op.shape, anySize(rng, op.shape.TotalSize(), from)...)
		x = append(x, n)
	}
	y := op.apply(x)
	v := make([]float64, y.Shape().TotalSize())
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return graph.Sum(graph.Mul(g.Array(dense(y.Shape(), v...)), y)), x, feeds
}

func TestRightGradientsAreNotWrong(t *testing.T) {
	all, undecided, kinks := 0, 0, 0
	for i, op := range table {
		rng := rand.New(rand.NewPCG(uint64(i), 11))
		entries, missing := 0, 0
		reasons := ""
		for range *points {
			cost, x, feeds := op.cost(rng)
			r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, cost, feeds, x...)
			if err != nil {
				t.Fatalf("%s: %v", op.name, err)
			}
			if r.Count(gradtest.Wrong) > 0 {
				t.Errorf("%s at %v:\n%v\n%v", op.name, feeds, r.Err(), r)
			}
			for _, row := range r.Rows {
				entries += len(row.Entries)
			}
			kinks += r.Count(gradtest.Kink)
			if n := r.Count(gradtest.Undecided); n > 0 {
				missing += n
				reasons = r.Err().Error()
			}
		}
		all, undecided = all+entries, undecided+missing
		if missing > 0 {
			t.Logf("%s: %d of %d undecided, as %s", op.name, missing, entries, reasons)
		}
	}
	t.Logf("%d entries, %.2f %% undecided, %.2f %% at a kink", all, 100*float64(undecided)/float64(all), 100*float64(kinks)/float64(all))
	if float64(undecided) > 0.02*float64(all) {
		t.Errorf("%d of %d entries are undecided", undecided, all)
	}
}
