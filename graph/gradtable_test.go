package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"gorgonia.org/tensor"
)

var dtypes = []tensor.Dtype{tensor.Float64, tensor.Float32}

// Shapes with sizes 1, odd sizes and every rank up to 3.
var shapes = []tensor.Shape{{}, {1}, {3}, {1, 1}, {1, 5}, {5, 1}, {3, 5}, {2, 1, 3}}

// Pairs of shapes broadcast in each direction.
var shapePairs = [][2]tensor.Shape{
	{{}, {}}, {{3, 5}, {3, 5}}, {{1, 1}, {1, 1}},
	{{}, {3, 5}}, {{3, 5}, {}}, {{}, {3}}, {{1}, {}},
	{{1, 1}, {3, 5}}, {{3, 5}, {1, 1}},
	{{3, 1}, {3, 5}}, {{3, 5}, {3, 1}}, {{1, 5}, {3, 5}}, {{3, 5}, {1, 5}},
	{{3, 1}, {1, 5}}, {{1, 5}, {3, 1}},
	{{5}, {3, 5}}, {{3, 5}, {5}}, {{1}, {3, 5}}, {{5}, {3, 1}},
	{{2, 1, 3}, {5, 1}}, {{3}, {2, 5, 1}},
}

type node = *graph.Node

// cubeOp is an operation as a user writes it.
var cubeOp = &graph.Op{Name: "Cube", Unary: func(x float64) float64 { return x * x * x },
	Backward: func(x []node, _, dy node) []node { return []node{graph.Mul(dy, graph.Square(x[0]).Times(3))} }}

// A domain maps normally distributed values to where a function is smooth.
type domain func(float64) float64

func anywhere(v float64) float64 { return v }
func positive(v float64) float64 { return 0.5 + math.Abs(v) }
func nonzero(v float64) float64  { return v + math.Copysign(0.5, v) }

// The element-wise operations, with the highest order to check.
var unaryCases = []struct {
	op    string
	apply func(node) node
	from  domain
	order int
}{
	{"Neg", graph.Neg, anywhere, 2},
	{"Square", graph.Square, anywhere, 3},
	{"Sqrt", graph.Sqrt, positive, 2},
	{"Exp", graph.Exp, anywhere, 3},
	{"Log", graph.Log, positive, 2},
	{"Sigmoid", graph.Sigmoid, anywhere, 3},
	{"Tanh", graph.Tanh, anywhere, 3},
	{"ReLU", graph.ReLU, nonzero, 2},
	{"Step", graph.Step, nonzero, 2},
	{"Softplus", graph.Softplus, anywhere, 2},
	{"Expm1", graph.Expm1, anywhere, 3},
	{"Log1p", graph.Log1p, positive, 2},
	{"Sin", graph.Sin, anywhere, 3},
	{"Cos", graph.Cos, anywhere, 3},
	{"Atan", graph.Atan, anywhere, 3},
	{"Erf", graph.Erf, anywhere, 3},
	{"Abs", graph.Abs, nonzero, 2},
	{"Sign", graph.Sign, nonzero, 2},
	{"Reciprocal", graph.Reciprocal, nonzero, 2},
	{"Reciprocal", func(x node) node { return graph.Pow(x, -1) }, nonzero, 2},
	{"Square", func(x node) node { return graph.Pow(x, 2) }, anywhere, 3},
	{"Pow", func(x node) node { return graph.Pow(x, 0) }, anywhere, 2},
	{"Pow", func(x node) node { return graph.Pow(x, 1) }, anywhere, 2},
	{"Pow", func(x node) node { return graph.Pow(x, 3) }, anywhere, 3},
	{"Pow", func(x node) node { return graph.Pow(x, -2) }, nonzero, 2},
	{"Pow", func(x node) node { return graph.Pow(x, 1.5) }, positive, 3},
	{"LeakyReLU", graph.LeakyReLU, nonzero, 2},
	{"LeakyStep", func(x node) node { return derivativeOp(graph.LeakyReLU, "LeakyStep").Apply(x) }, nonzero, 2},
	{"ELU", graph.ELU, nonzero, 2},
	{"SiLU", graph.SiLU, anywhere, 3},
	{"GELU", graph.GELU, anywhere, 3},
	{"NormalCDF", graph.NormalCDF, anywhere, 3},
	{"Clip", func(x node) node { return graph.Clip(x, -0.7, 1.2) }, nonzero, 2},
	{"Clip", func(x node) node { return graph.Clip(x, math.Inf(-1), 0) }, nonzero, 2},
	{"Cube", func(x node) node { return cubeOp.Apply(x) }, anywhere, 3},
}

var binaryCases = []struct {
	op     string
	apply  func(a, b node) node
	second domain
}{
	{"Add", graph.Add, anywhere},
	{"Sub", graph.Sub, anywhere},
	{"Mul", graph.Mul, anywhere},
	{"Div", graph.Div, nonzero},
	{"XLogY", graph.XLogY, positive},
	{"XDivY", func(a, b node) node {
		return derivativeOp(func(y node) node { return graph.XLogY(y, y) }, "XDivY").Apply(a, b)
	}, nonzero},
	{"SigmoidCrossEntropy", graph.SigmoidCrossEntropy, anywhere},
	{"XMulY", func(a, b node) node { return graph.XLogY(a, graph.Sigmoid(b)).Op().Apply(a, b) }, nonzero},
	{"Maximum", graph.Maximum, anywhere},
	{"Minimum", graph.Minimum, anywhere},
	{"Greater", graph.Greater, anywhere},
	{"Greater", graph.Less, anywhere},
	{"GreaterEqual", graph.GreaterEqual, anywhere},
	{"GreaterEqual", graph.LessEqual, anywhere},
	{"Equal", graph.Equal, anywhere},
	{"Sub", graph.NotEqual, anywhere},
	{"WhereElse0", func(a, b node) node {
		return derivativeOp(func(y node) node { return graph.Where(y, y, y) }, "WhereElse0").Apply(a, b)
	}, anywhere},
	{"Where", func(a, b node) node { return graph.Where(graph.Greater(a, b), graph.Square(b), graph.Exp(a)) }, anywhere},
}

// derivativeOp finds an operation that is not exported in the gradient of f.
func derivativeOp(f func(node) node, name string) *graph.Op {
	g := graph.New(graph.Settings{})
	return innerOp(f(g.Input("y")), name)
}

// innerOp finds an operation that is not exported in the gradient of y.
func innerOp(y node, name string) *graph.Op {
	if _, err := graph.Grad(graph.Sum(y), y.Graph().Nodes()[0]); err != nil {
		return nil
	}
	for _, n := range y.Graph().Nodes() {
		if op := n.Op(); op != nil && op.Name == name {
			return op
		}
	}
	return nil
}

// The operations on whole arrays, each for every shape that it accepts.
var arrayCases = []struct {
	op    string
	apply func(node) node
	rank  int // −1 for any
}{
	{"Transpose", func(x node) node { return graph.Transpose(x) }, -1},
	{"Transpose", func(x node) node { return graph.Transpose(x, 1, 2, 0) }, 3},
	{"Transpose", func(x node) node { return graph.Transpose(x, 0, 2, 1) }, 3},
	{"Reshape", func(x node) node { return graph.Reshape(x, x.Shape().TotalSize()) }, -1},
	{"Reshape", func(x node) node { return graph.Reshape(x, 1, x.Shape().TotalSize(), 1) }, -1},
	{"Sum", func(x node) node { return graph.Sum(x) }, -1},
	{"Sum", func(x node) node { return graph.Reduce{KeepDims: true}.Sum(x) }, -1},
	{"Sum", func(x node) node { return graph.Sum(x, 0) }, 2},
	{"Sum", func(x node) node { return graph.Sum(x, 1) }, 2},
	{"Sum", func(x node) node { return graph.Sum(x, 1, 0) }, 2},
	{"Sum", func(x node) node { return graph.Reduce{KeepDims: true}.Sum(x, 0) }, 2},
	{"Sum", func(x node) node { return graph.Reduce{KeepDims: true}.Sum(x, 1) }, 2},
	{"Sum", func(x node) node { return graph.Sum(x, 0) }, 1},
	{"Sum", func(x node) node { return graph.Sum(x, 0) }, 3},
	{"Sum", func(x node) node { return graph.Sum(x, 1) }, 3},
	{"Sum", func(x node) node { return graph.Sum(x, 2) }, 3},
	{"Sum", func(x node) node { return graph.Reduce{KeepDims: true}.Sum(x, 1) }, 3},
	{"Sum", func(x node) node { return graph.Reduce{KeepDims: true}.Sum(x, 0, -1) }, 3},
	{"Prod", func(x node) node { return graph.Reduce{KeepDims: true}.Prod(x) }, -1},
	{"Prod", func(x node) node { return graph.Reduce{KeepDims: true}.Prod(x, 0) }, 2},
	{"Prod", func(x node) node { return graph.Reduce{KeepDims: true}.Prod(x, 0, 2) }, 3},
	{"Prod", func(x node) node { return graph.Reduce{KeepDims: true}.Prod(graph.Mul(x, graph.Step(x)), 1) }, 2},
	{"Reshape", func(x node) node { return graph.Prod(x, -1) }, 2},
	{"CumSum", func(x node) node { return graph.CumSum(x, 0) }, 1},
	{"CumSum", func(x node) node { return graph.CumSum(x, 1) }, 2},
	{"CumSum", func(x node) node { return graph.CumSum(graph.Tanh(x), 0) }, 2},
	{"CumSum", func(x node) node { return graph.CumSum(x, -2) }, 3},
	{"CumSum", func(x node) node { return graph.Cumulative{Reverse: true}.Sum(graph.Sin(x), 0) }, 2},
	{"CumProd", func(x node) node { return graph.CumProd(x, 0) }, 1},
	{"CumProd", func(x node) node { return graph.CumProd(x, -1) }, 2},
	{"CumProd", func(x node) node { return graph.CumProd(graph.Mul(x, graph.Step(x)), 0) }, 2},
	{"CumProd", func(x node) node { return graph.Cumulative{Reverse: true}.Prod(x, 1) }, 2},
	{"CumProd", func(x node) node { return graph.CumProd(x, 2) }, 3},
	{"CumLogSumExp", func(x node) node { return graph.CumLogSumExp(x, 0) }, 1},
	{"CumLogSumExp", func(x node) node { return graph.CumLogSumExp(x.Times(3), 1) }, 2},
	{"CumLogSumExp", func(x node) node { return graph.Cumulative{Reverse: true}.LogSumExp(x, 0) }, 2},
	{"CumLogSumExp", func(x node) node { return graph.CumLogSumExp(x, -1) }, 3},
	{"Recurrence", func(x node) node { return graph.Recurrence(graph.Tanh(x), x, 0) }, 1},
	{"Recurrence", func(x node) node { return graph.Recurrence(graph.Sum(x), graph.Exp(x), 1) }, 2},
	{"Recurrence", func(x node) node { return graph.Cumulative{Reverse: true}.Recurrence(x, graph.Sin(x), -2) }, 2},
	{"Recurrence", func(x node) node { return graph.Recurrence(graph.Slice(x, graph.Range{To: 1}), x, 2) }, 3},
	{"Triangle", func(x node) node { return graph.Tril(x, 0) }, 2},
	{"Triangle", func(x node) node { return graph.Triu(graph.Tanh(x), 1) }, 2},
	{"Triangle", func(x node) node { return graph.Tril(x, -1) }, 3},
	{"Reshape", func(x node) node { return graph.Diag(graph.Tanh(x)) }, 1},
	{"Slice", func(x node) node { return graph.Diagonal(graph.Tanh(x)) }, 2},
	{"Slice", func(x node) node { return graph.Diagonal(x) }, 3},
	{"Mul", func(x node) node { return graph.Mean(x) }, -1},
	{"Mul", func(x node) node { return graph.Mean(x, 0) }, 2},
	{"Mul", func(x node) node { return graph.Mean(x, 1) }, 2},
	{"Mul", func(x node) node { return graph.Reduce{KeepDims: true}.Mean(x, 0) }, 2},
	{"Mul", func(x node) node { return graph.Reduce{KeepDims: true}.Mean(x, -1) }, 2},
	{"Mul", func(x node) node { return graph.Mean(x, 0, 2) }, 3},
	{"Broadcast", func(x node) node { return graph.BroadcastTo(x, x.Shape()...) }, -1},
	{"Broadcast", func(x node) node { return graph.BroadcastTo(x, append([]int{2, 3}, x.Shape()...)...) }, -1},
	{"Broadcast", broadcastOnes, -1},
	{"Mul", func(x node) node { return graph.Variance(x) }, -1},
	{"Mul", func(x node) node { return graph.Variance(x, 0) }, 2},
	{"Mul", func(x node) node { return graph.Reduce{KeepDims: true}.Variance(x, -1) }, 3},
	{"Where", func(x node) node { return graph.Norm(x) }, -1},
	{"Where", func(x node) node { return graph.Reduce{KeepDims: true}.Norm(x, -1) }, 2},
	{"Where", func(x node) node { return graph.Std(x, 0) }, 2},
	{"Slice", func(x node) node { return graph.Slice(x, graph.Range{From: 0, To: 1}) }, 2},
	{"Slice", func(x node) node {
		return graph.Slice(x, graph.Range{}, graph.Range{From: x.Shape()[1] / 2, To: x.Shape()[1]})
	}, 2},
	{"Slice", func(x node) node { return graph.Slice(x, graph.Range{From: x.Shape()[0] / 2, To: x.Shape()[0]}) }, 1},
	{"Slice", func(x node) node { return graph.Slice(x, graph.Range{}, graph.Range{}, graph.Range{From: 1, To: 2}) }, 3},
	{"Slice", func(x node) node { return graph.Flip(x, 0) }, 1},
	{"Slice", func(x node) node { return graph.Flip(graph.Tanh(x)) }, 2},
	{"Slice", func(x node) node { return graph.Slice(x, graph.Range{Step: 2}) }, 1},
	{"Slice", func(x node) node { return graph.Slice(graph.Tanh(x), graph.Range{Step: -2}, graph.Range{Step: 3}) }, 2},
	{"Slice", func(x node) node { return graph.Slice(x, graph.Range{}, graph.Range{}, graph.Range{To: -3, Step: -1}) }, 3},
	{"SetSlice", func(x node) node { return graph.SetSlice(x, graph.Tanh(graph.Sum(x)), graph.Range{Step: 2}) }, 1},
	{"SetSlice", func(x node) node {
		return graph.SetSlice(graph.Tanh(x), graph.Slice(x, graph.Range{To: 1}), graph.Range{Step: -2})
	}, 2},
	{"SetSlice", func(x node) node {
		return graph.SetSlice(graph.Sin(x), graph.Exp(graph.Slice(x, graph.Range{From: 1}, graph.Range{}, graph.Range{Step: 2})),
			graph.Range{To: 1}, graph.Range{}, graph.Range{Step: -2})
	}, 3},
	{"Concat", func(x node) node { return graph.Pad(graph.Tanh(x), 0.5, graph.Padding{Before: 2, Behind: 1}) }, 1},
	{"Concat", func(x node) node {
		return graph.Pad(x, 0, graph.Padding{Before: 1}, graph.Padding{Before: 2, Behind: 1})
	}, 2},
	{"Reshape", func(x node) node { return graph.Tile(graph.Tanh(x), 2, 3) }, 2},
	{"Reshape", func(x node) node { return graph.Tile(x, 3) }, 3},
	{"Concat", func(x node) node { return graph.Stack(-1, x, graph.Tanh(x)) }, -1},
	{"Add", func(x node) node { // several parts, one of them twice
		y := graph.Concat(1, graph.Tanh(x), x)
		parts, last := graph.Split(y, 1, 1, y.Shape()[1]-1), graph.Slice(y, graph.Range{}, graph.Range{From: -1})
		return graph.Add(graph.Mul(parts[0], graph.Exp(parts[1])), graph.Mul(last, graph.Sum(parts[1])))
	}, 2},
	{"Concat", func(x node) node { return graph.Concat(0, x, graph.Square(x)) }, 1},
	{"Concat", func(x node) node { return graph.Concat(-1, graph.Tanh(x), x, x) }, 2},
	{"Concat", func(x node) node { return graph.Concat(1, x, x.Times(2)) }, 3},
	{"Max", func(x node) node { return graph.Reduce{KeepDims: true}.Max(x) }, -1},
	{"Max", func(x node) node { return graph.Reduce{KeepDims: true}.Max(x, 1) }, 2},
	{"Max", func(x node) node { return graph.Reduce{KeepDims: true}.Max(x, 0, 2) }, 3},
	{"Reshape", func(x node) node { return graph.Max(x, 0) }, 2},
	{"Min", func(x node) node { return graph.Reduce{KeepDims: true}.Min(x) }, -1},
	{"Min", func(x node) node { return graph.Reduce{KeepDims: true}.Min(x, 0) }, 2},
	{"Reshape", func(x node) node { return graph.Min(x, -1) }, 3},
	{"IsMax", func(x node) node { return innerOp(graph.Max(x, 0), "IsMax").Apply(x) }, 2},
	{"IsMin", func(x node) node { return innerOp(graph.Min(x, 0), "IsMin").Apply(x) }, 2},
	{"Softmax", func(x node) node { return graph.Softmax(x) }, -1},
	{"Softmax", func(x node) node { return graph.Softmax(x, 0) }, 2},
	{"Softmax", func(x node) node { return graph.Softmax(x, 1) }, 2},
	{"Softmax", func(x node) node { return graph.Softmax(x, 0, 2) }, 3},
	{"LogSoftmax", func(x node) node { return graph.LogSoftmax(x) }, -1},
	{"LogSoftmax", func(x node) node { return graph.LogSoftmax(x, 0) }, 2},
	{"LogSoftmax", func(x node) node { return graph.LogSoftmax(x, -1) }, 3},
	{"LogSumExp", func(x node) node { return graph.Reduce{KeepDims: true}.LogSumExp(x) }, -1},
	{"LogSumExp", func(x node) node { return graph.Reduce{KeepDims: true}.LogSumExp(x, 0) }, 2},
	{"Reshape", func(x node) node { return graph.LogSumExp(x, 1) }, 2},
	{"SoftmaxCrossEntropy", func(x node) node { return graph.SoftmaxCrossEntropy(x, graph.Softmax(x)) }, -1},
	{"SoftmaxCrossEntropy", func(x node) node { return graph.SoftmaxCrossEntropy(x, graph.Tanh(x), 0) }, 2},
	{"WeightedSoftmaxCrossEntropy", func(x node) node { return graph.WeightedSoftmaxCrossEntropy(x, graph.Tanh(x)) }, -1},
	{"WeightedSoftmaxCrossEntropy", func(x node) node { return graph.WeightedSoftmaxCrossEntropy(x, graph.Sin(x), 0, -1) }, 3},
	{"MatMul", func(x node) node { return graph.MatMulTrans(x, true, x, false) }, 3},
	{"MatMul", func(x node) node {
		return graph.MatMulTrans(graph.Slice(x, graph.Range{From: 0, To: 1}), false, x, true)
	}, 3},
	{"Mul", func(x node) node { return graph.Outer(x, graph.Exp(x)) }, 1},
	{"Sum", func(x node) node { return graph.Dot(x, graph.Exp(x)) }, -1},
	{"OneHot", func(x node) node { return graph.OneHot(graph.Step(x), 3) }, 1},
	{"Scan", func(x node) node { return final(x).Inputs()[0] }, 2},
	{"Scan", func(x node) node { return final(x).Inputs()[0] }, 3},
	{"While", repeated, 2},
	{"Where", chosen, 2},
	{"Part", final, 1},
	{"Part", final, 3},
	{"Placed", func(x node) node { return listedOp("Placed").Apply(x) }, 1},
}

// listedOp returns an operation of the list by its name.
func listedOp(name string) *graph.Op {
	ops := graph.Operations()
	return ops[slices.IndexFunc(ops, func(op *graph.Op) bool { return op.Name == name })]
}

// final returns the final state of a loop over the rows of x.
func final(x node) node {
	start := graph.Slice(x, graph.Range{From: -1})
	state, _ := graph.Loop{Init: []node{graph.Reshape(start, x.Shape()[1:]...)}, Over: []node{x}}.Scan(func(s, in []node) (next, out []node) {
		h := graph.Add(graph.Tanh(graph.Mul(s[0], in[0])), in[0])
		return []node{h}, []node{graph.Mul(h, s[0])}
	})
	return state[0]
}

// repeated is a loop that makes three steps, of four that it may make.
func repeated(x node) node {
	g := x.Graph()
	state, _ := graph.Loop{Init: []node{x, g.Const(0)}, Steps: 4}.While(func(s []node) node { return graph.Less(s[1], g.Const(3)) }, func(s []node) []node {
		return []node{graph.Add(graph.Tanh(graph.Mul(s[0], x)), x), s[1].Plus(1)}
	})
	return state[0].Inputs()[0]
}

// chosen is a branch, in which both of x and of the other branch's logarithm would be NaN.
func chosen(x node) node {
	none := graph.Sum(x).Times(0)
	return graph.Cond(none, func() []node { return []node{graph.Log(graph.Sub(none, graph.Square(x)))} }, func() []node { return []node{graph.Mul(graph.Tanh(x), x)} })[0]
}

// broadcastOnes repeats x along its axes of size 1.
func broadcastOnes(x node) node {
	shape := x.Shape()
	for i, n := range shape {
		if n == 1 {
			shape[i] = 3
		}
	}
	return graph.BroadcastTo(x, shape...)
}

// checkOp checks Σ v⊙op(x…), squared if the operation is linear so that it has a
// second derivative, with respect to all x and to the result.
func checkOp(t *testing.T, op string, dtype tensor.Dtype, order int, apply func(x []node) node, from []domain, shapes ...tensor.Shape) {
	t.Helper()
	rng := rand.New(rand.NewPCG(4, 2))
	g := graph.New(graph.Settings{Dtype: dtype})
	feeds := graph.Feeds{}
	var x []node
	for i, s := range shapes {
		n := g.Input("x"+strconv.Itoa(i), s...)
		feeds[n] = random(rng, dtype, s, from[i])
		x = append(x, n)
	}
	y := apply(x)
	if y.Err() != nil {
		t.Fatal(y.Err())
	}
	if got := y.Op(); got == nil || got.Name != op {
		t.Fatalf("the table's row for %s makes %v", op, y)
	}
	v := g.Array(random(rng, dtype, y.Shape(), anywhere))
	cost := graph.Add(graph.Sum(graph.Mul(v, y)), graph.Mean(graph.Square(y)))
	if !y.IsInteger() { // which cannot be varied
		x = append(x, y)
	}
	gradtest.Settings{Order: order, MaxEntries: 6}.Check(t, cost, feeds, x...)
}

func random(rng *rand.Rand, dtype tensor.Dtype, shape tensor.Shape, from domain) *tensor.Dense {
	values := make([]float64, shape.TotalSize())
	narrow := make([]float32, len(values))
	for i := range values {
		narrow[i] = float32(from(rng.NormFloat64()))
		values[i] = float64(narrow[i])
	}
	if dtype == tensor.Float32 {
		return graph.Tensor(narrow, shape...)
	}
	return graph.Tensor(values, shape...)
}

func TestGradientTable(t *testing.T) {
	for _, dtype := range dtypes {
		for _, c := range unaryCases {
			for _, s := range shapes {
				t.Run(fmt.Sprintf("%s/%v/%v", c.op, dtype, s), func(t *testing.T) {
					checkOp(t, c.op, dtype, c.order, func(x []node) node { return c.apply(x[0]) }, []domain{c.from}, s)
				})
			}
		}
		for _, c := range binaryCases {
			for _, s := range shapePairs {
				t.Run(fmt.Sprintf("%s/%v/%v", c.op, dtype, s), func(t *testing.T) {
					checkOp(t, c.op, dtype, 2, func(x []node) node { return c.apply(x[0], x[1]) },
						[]domain{nonzero, c.second}, s[0], s[1])
				})
			}
		}
		for i, c := range arrayCases {
			for _, s := range shapes {
				if c.rank >= 0 && c.rank != len(s) {
					continue
				}
				t.Run(fmt.Sprintf("%s%d/%v/%v", c.op, i, dtype, s), func(t *testing.T) {
					checkOp(t, c.op, dtype, 2, func(x []node) node { return c.apply(x[0]) }, []domain{anywhere}, s)
				})
			}
		}
	}
}

// Of cross-entropies the logits and the labels, whatever these sum to.
func TestGradientTableCrossEntropy(t *testing.T) {
	for _, dtype := range dtypes {
		for _, s := range []tensor.Shape{{}, {1, 1}, {1, 5}, {3, 1}, {3, 5}, {2, 3, 4}} {
			for name, apply := range map[string]func(z, y node) node{
				"SoftmaxCrossEntropy":         func(z, y node) node { return graph.SoftmaxCrossEntropy(z, y) },
				"WeightedSoftmaxCrossEntropy": func(z, y node) node { return graph.WeightedSoftmaxCrossEntropy(z, y) },
			} {
				t.Run(fmt.Sprintf("%s/%v/%v", name, dtype, s), func(t *testing.T) {
					checkOp(t, name, dtype, 2, func(x []node) node { return apply(x[0], x[1]) }, []domain{anywhere, anywhere}, s, s)
				})
			}
		}
	}
}

// Products of arrays of matrices, broadcast in both directions.
func TestGradientTableBatchMatMul(t *testing.T) {
	for _, dtype := range dtypes {
		for _, s := range [][2]tensor.Shape{
			{{2, 3, 4}, {2, 4, 5}}, {{2, 3, 4}, {4, 5}}, {{3, 4}, {2, 4, 5}},
			{{2, 1, 3, 4}, {3, 4, 1}}, {{1, 3, 4}, {2, 4, 1}}, {{2, 1, 1}, {1, 1}},
		} {
			t.Run(fmt.Sprintf("MatMul/%v/%v·%v", dtype, s[0], s[1]), func(t *testing.T) {
				checkOp(t, "MatMul", dtype, 2, func(x []node) node { return graph.MatMul(x[0], x[1]) },
					[]domain{anywhere, anywhere}, s[0], s[1])
			})
		}
	}
}

func TestGradientTableMatMul(t *testing.T) {
	sizes := [][3]int{{1, 1, 1}, {3, 5, 7}, {1, 5, 1}, {3, 1, 5}, {1, 1, 5}, {3, 5, 1}}
	for _, dtype := range dtypes {
		for _, nkm := range sizes {
			for flags := range 4 {
				transA, transB := flags&1 != 0, flags&2 != 0
				a, b := tensor.Shape{nkm[0], nkm[1]}, tensor.Shape{nkm[1], nkm[2]}
				if transA {
					a[0], a[1] = a[1], a[0]
				}
				if transB {
					b[0], b[1] = b[1], b[0]
				}
				t.Run(fmt.Sprintf("MatMul/%v/%v·%v/%t,%t", dtype, a, b, transA, transB), func(t *testing.T) {
					checkOp(t, "MatMul", dtype, 2, func(x []node) node { return graph.MatMulTrans(x[0], transA, x[1], transB) },
						[]domain{anywhere, anywhere}, a, b)
				})
			}
		}
	}
}
