package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
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
	Backward: func(x []node, _, dy node) []node { return []node{graph.Mul(dy, graph.Scale(graph.Square(x[0]), 3))} }}

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
	{"XDivY", func(a, b node) node { return xdivy(a).Apply(a, b) }, nonzero},
}

// xdivy finds the operation x/y, which is not exported, in the gradient of x·ln y.
func xdivy(near node) *graph.Op {
	y := near.Graph().Fill(2)
	d, err := graph.Grad(graph.XLogY(graph.Sum(near), y), y)
	if err != nil {
		return nil
	}
	for n := d[0]; n.Op() != nil; n = n.Inputs()[0] {
		if n.Op().Name == "XDivY" {
			return n.Op()
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
	{"Sum", func(x node) node { return graph.SumKeepDims(x) }, -1},
	{"Sum", func(x node) node { return graph.Sum(x, 0) }, 2},
	{"Sum", func(x node) node { return graph.Sum(x, 1) }, 2},
	{"Sum", func(x node) node { return graph.Sum(x, 1, 0) }, 2},
	{"Sum", func(x node) node { return graph.SumKeepDims(x, 0) }, 2},
	{"Sum", func(x node) node { return graph.SumKeepDims(x, 1) }, 2},
	{"Sum", func(x node) node { return graph.Sum(x, 0) }, 1},
	{"Sum", func(x node) node { return graph.Sum(x, 0) }, 3},
	{"Sum", func(x node) node { return graph.Sum(x, 1) }, 3},
	{"Sum", func(x node) node { return graph.Sum(x, 2) }, 3},
	{"Sum", func(x node) node { return graph.SumKeepDims(x, 1) }, 3},
	{"Sum", func(x node) node { return graph.SumKeepDims(x, 0, -1) }, 3},
	{"Mul", func(x node) node { return graph.Mean(x) }, -1},
	{"Mul", func(x node) node { return graph.Mean(x, 0) }, 2},
	{"Mul", func(x node) node { return graph.Mean(x, 1) }, 2},
	{"Mul", func(x node) node { return graph.MeanKeepDims(x, 0) }, 2},
	{"Mul", func(x node) node { return graph.MeanKeepDims(x, -1) }, 2},
	{"Mul", func(x node) node { return graph.Mean(x, 0, 2) }, 3},
	{"Broadcast", func(x node) node { return graph.BroadcastTo(x, x.Shape()...) }, -1},
	{"Broadcast", func(x node) node { return graph.BroadcastTo(x, append([]int{2, 3}, x.Shape()...)...) }, -1},
	{"Broadcast", broadcastOnes, -1},
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
	v := g.Constant(random(rng, dtype, y.Shape(), anywhere))
	cost := graph.Add(graph.Sum(graph.Mul(v, y)), graph.Mean(graph.Square(y)))
	gradtest.Settings{Order: order, MaxEntries: 6}.Check(t, cost, feeds, append(x, y)...)
}

func random(rng *rand.Rand, dtype tensor.Dtype, shape tensor.Shape, from domain) *tensor.Dense {
	values := make([]float64, shape.TotalSize())
	narrow := make([]float32, len(values))
	for i := range values {
		narrow[i] = float32(from(rng.NormFloat64()))
		values[i] = float64(narrow[i])
	}
	if dtype == tensor.Float32 {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(narrow))
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
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
