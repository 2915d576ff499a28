package graph_test

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A goldenCase builds a node of any shape, whose gradients are taken with
// respect to the inputs and parameters that it asked for.
type goldenCase struct {
	name    string
	build   func(g *goldenGraph) node
	updates goldenUpdates // nil for none
}

// goldenUpdates says how parameters change by their gradients.
type goldenUpdates func(g *goldenGraph, d []node) []graph.Update

// goldenGraph is a graph with the values of its inputs.
type goldenGraph struct {
	*graph.Graph
	name   string
	from   domain
	feeds  graph.Feeds
	xs     []node
	params []*graph.Param
	state  uint64
}

func newGoldenGraph(name string, dtype tensor.Dtype) *goldenGraph {
	return &goldenGraph{Graph: graph.New(graph.Settings{Dtype: dtype}), name: name,
		from: anywhere, feeds: graph.Feeds{}, state: 7}
}

// next returns a number from −2 to 2 that float32 has too. It is a generator of
// our own because those of Go may change.
func (g *goldenGraph) next() float64 {
	g.state = g.state*6364136223846793005 + 1442695040888963407
	return float64(float32(float64(int64(g.state)>>11) / (1 << 51)))
}

func (g *goldenGraph) tensor(value func() float64, shape ...int) *tensor.Dense {
	wide := make([]float64, tensor.Shape(shape).TotalSize())
	narrow := make([]float32, len(wide))
	for i := range wide {
		wide[i] = value()
		narrow[i] = float32(wide[i])
	}
	if g.Dtype() == tensor.Float32 {
		return graph.Tensor(narrow, shape...)
	}
	return graph.Tensor(wide, shape...)
}

func (g *goldenGraph) value() float64 { return g.from(g.next()) }

// constant returns fixed numbers, which are weights and vectors of gradients.
func (g *goldenGraph) constant(shape ...int) node { return g.Array(g.tensor(g.next, shape...)) }

func (g *goldenGraph) input(name string, shape ...int) node {
	return g.fed(name, g.tensor(g.value, shape...))
}

func (g *goldenGraph) fed(name string, value *tensor.Dense) node {
	n := g.Input(name, value.Shape()...)
	g.feeds[n] = value
	g.xs = append(g.xs, n)
	return n
}

func (g *goldenGraph) param(name string, shape ...int) node {
	p := graph.NewParam(name, g.tensor(g.value, shape...))
	g.params = append(g.params, p)
	n := g.Use(p)
	g.xs = append(g.xs, n)
	return n
}

// goldenSpecial are the numbers at which functions go wrong.
var goldenSpecial = []float64{0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 2, math.Inf(1), math.Inf(-1), math.NaN(),
	5e-324, -5e-324, 1e-310, -1e-310, 1e-40, -1e-40, 1e300, -1e300, 1e30, -1e30, 89, -89, 104, -104, 710, -746}

// special returns an input of special numbers, some of them several times so
// that loops over whole vectors meet them too.
func (g *goldenGraph) special(name string, shape ...int) node {
	i := 0
	return g.fed(name, g.tensor(func() float64 {
		i++
		return goldenSpecial[(i-1)%len(goldenSpecial)]
	}, shape...))
}

func goldenCases() []goldenCase {
	return slices.Concat(goldenUnary(), goldenBinary(), goldenArrays(), goldenMatMuls(), goldenRules(), goldenNets(), goldenIndexed())
}

type goldenFunction struct {
	name  string
	apply func(node) node
	from  domain
}

var goldenFunctions = []goldenFunction{
	{"Neg", graph.Neg, anywhere},
	{"Square", graph.Square, anywhere},
	{"Sqrt", graph.Sqrt, positive},
	{"Exp", graph.Exp, anywhere},
	{"Expm1", graph.Expm1, anywhere},
	{"Log", graph.Log, positive},
	{"Log1p", graph.Log1p, positive},
	{"Sin", graph.Sin, anywhere},
	{"Cos", graph.Cos, anywhere},
	{"Abs", graph.Abs, nonzero},
	{"Sign", graph.Sign, nonzero},
	{"Reciprocal", graph.Reciprocal, nonzero},
	{"Sigmoid", graph.Sigmoid, anywhere},
	{"Tanh", graph.Tanh, anywhere},
	{"ReLU", graph.ReLU, nonzero},
	{"Step", graph.Step, nonzero},
	{"Softplus", graph.Softplus, anywhere},
	{"LeakyReLU", graph.LeakyReLU, nonzero},
	{"ELU", graph.ELU, nonzero},
	{"SiLU", graph.SiLU, anywhere},
	{"GELU", graph.GELU, anywhere},
	{"NormalCDF", graph.NormalCDF, anywhere},
	{"StopGradient", graph.StopGradient, anywhere},
	{"Clip", func(x node) node { return graph.Clip(x, -0.7, 1.2) }, anywhere},
	{"Clip below", func(x node) node { return graph.Clip(x, math.Inf(-1), 0) }, anywhere},
	{"Pow 0", func(x node) node { return graph.Pow(x, 0) }, anywhere},
	{"Pow 1", func(x node) node { return graph.Pow(x, 1) }, anywhere},
	{"Pow 2", func(x node) node { return graph.Pow(x, 2) }, anywhere},
	{"Pow 3", func(x node) node { return graph.Pow(x, 3) }, anywhere},
	{"Pow −1", func(x node) node { return graph.Pow(x, -1) }, nonzero},
	{"Pow −2", func(x node) node { return graph.Pow(x, -2) }, nonzero},
	{"Pow 1.5", func(x node) node { return graph.Pow(x, 1.5) }, positive},
	{"Scale 3", func(x node) node { return x.Times(3) }, anywhere},
	{"Scale −1", func(x node) node { return x.Times(-1) }, anywhere},
	{"Shift", func(x node) node { return x.Plus(0.5) }, anywhere},
	{"own Unary", func(x node) node { return goldenCube.Apply(x) }, anywhere},
	{"Atan", graph.Atan, anywhere},
	{"Erf", graph.Erf, anywhere},
}

// goldenCube is an operation of a user.
var goldenCube = &graph.Op{Name: "GoldenCube", Unary: func(x float64) float64 { return x * x * x },
	Backward: func(x []node, _, dy node) []node {
		return []node{graph.Mul(dy, graph.Square(x[0]).Times(3))}
	}}

func goldenUnary() []goldenCase {
	var cases []goldenCase
	for _, f := range goldenFunctions {
		for _, c := range []struct {
			name  string
			build func(g *goldenGraph) node
		}{
			{"alone", func(g *goldenGraph) node { return f.apply(g.input("x", 3, 5)) }},
			{"scalar", func(g *goldenGraph) node { return f.apply(g.input("x")) }},
			{"special", func(g *goldenGraph) node { return f.apply(g.special("x", len(goldenSpecial)+9)) }},
			{"layer", func(g *goldenGraph) node { return graph.Mean(f.apply(g.layer())) }},
			{"twice", func(g *goldenGraph) node { return f.apply(f.apply(g.input("x", 2, 3))) }},
			{"fan", func(g *goldenGraph) node {
				x := g.input("x", 5)
				y := f.apply(x)
				return graph.Sub(graph.Mul(f.apply(graph.Tanh(x)), y), graph.Square(y))
			}},
			{"transposed", func(g *goldenGraph) node {
				x := g.input("x", 2, 3)
				return graph.MatMul(f.apply(graph.Transpose(x)), x)
			}},
			{"of constants", func(g *goldenGraph) node {
				x := g.input("x", 1, 3)
				y := graph.Mul(x, f.apply(g.Const(1)))
				for _, c := range []float64{0, -1, 0.5} {
					y = graph.Add(y, graph.Mul(x, f.apply(g.Const(c, 1, 3))))
				}
				return y
			}},
		} {
			cases = append(cases, goldenCase{name: f.name + ", " + c.name, build: func(g *goldenGraph) node {
				g.from = f.from
				return c.build(g)
			}})
		}
	}
	return cases
}

// layer returns W1·X + b1.
func (g *goldenGraph) layer() node {
	w, x, b := g.param("W1", 3, 4), g.input("X", 4, 5), g.param("b1", 3, 1)
	return graph.Add(graph.MatMul(w, x), b).MarkZ()
}

var goldenPairs = []struct {
	name  string
	apply func(a, b node) node
	from  domain
}{
	{"Add", graph.Add, anywhere},
	{"Sub", graph.Sub, anywhere},
	{"Mul", graph.Mul, anywhere},
	{"Div", graph.Div, nonzero},
	{"XLogY", graph.XLogY, positive},
	{"Maximum", graph.Maximum, anywhere},
	{"Minimum", graph.Minimum, anywhere},
	{"Greater", graph.Greater, anywhere},
	{"GreaterEqual", graph.GreaterEqual, anywhere},
	{"Less", graph.Less, anywhere},
	{"LessEqual", graph.LessEqual, anywhere},
	{"Equal", graph.Equal, anywhere},
	{"NotEqual", graph.NotEqual, anywhere},
	{"Where first", func(a, b node) node { return graph.Where(a, b, graph.Square(b)) }, anywhere},
	{"Where second", func(a, b node) node { return graph.Where(graph.Greater(a, b), graph.Square(b), a) }, anywhere},
	{"Where zero", func(a, b node) node { return graph.Where(b, a, a.Graph().Const(0)) }, anywhere},
	{"own Binary", func(a, b node) node { return goldenHypot.Apply(a, b) }, nonzero},
}

// goldenHypot is an operation of a user on pairs of entries.
var goldenHypot = &graph.Op{Name: "GoldenHypot", Binary: math.Hypot, Backward: func(x []node, y, dy node) []node {
	return []node{graph.Mul(dy, graph.Div(x[0], y)), graph.Div(graph.Mul(x[1], dy), y)}
}}

func goldenBinary() []goldenCase {
	var cases []goldenCase
	for _, f := range goldenPairs {
		add := func(name string, build func(g *goldenGraph) node) {
			cases = append(cases, goldenCase{name: f.name + ", " + name, build: func(g *goldenGraph) node {
				g.from = f.from
				return build(g)
			}})
		}
		goldenBroadcasts(f.apply, add)
		add("special", func(g *goldenGraph) node {
			return f.apply(g.special("x", len(goldenSpecial), 1), g.special("y", 1, len(goldenSpecial)))
		})
		add("layer", func(g *goldenGraph) node {
			z := g.layer()
			return graph.Mean(f.apply(z, g.input("Y", 3, 5)))
		})
		add("fan", func(g *goldenGraph) node {
			x, y := g.input("x", 3), g.input("y", 3)
			z := f.apply(x, y)
			return graph.Mul(f.apply(z, graph.Tanh(x)), f.apply(y, z))
		})
		add("itself", func(g *goldenGraph) node {
			x := g.input("x", 3)
			return f.apply(x, x)
		})
		add("transposed", func(g *goldenGraph) node {
			x, y := g.input("x", 2, 3), g.input("y", 3, 2)
			return graph.MatMul(f.apply(graph.Transpose(x), y), f.apply(x, graph.Transpose(y)))
		})
		for _, c := range []float64{0, 1, -1, 0.5} {
			add(fmt.Sprintf("of x and %v", c), func(g *goldenGraph) node {
				return graph.Tanh(f.apply(g.input("x", 2, 2), g.Const(c)))
			})
			add(fmt.Sprintf("of %v and x", c), func(g *goldenGraph) node {
				return graph.Tanh(f.apply(g.Const(c, 2, 1), g.input("x", 2, 2)))
			})
		}
	}
	return cases
}

func goldenBroadcasts(apply func(a, b node) node, add func(string, func(*goldenGraph) node)) {
	for _, s := range [][2]tensor.Shape{
		{{3, 5}, {3, 5}}, {{}, {}}, {{}, {2, 3}}, {{2, 3}, {}}, {{1, 1}, {2, 3}}, {{3, 1}, {1, 5}},
		{{1, 5}, {3, 5}}, {{3, 5}, {3, 1}}, {{3}, {2, 1}}, {{2, 1, 3}, {5, 1}}, {{1}, {1, 1}},
	} {
		add(strings.ReplaceAll(fmt.Sprintf("%v and %v", s[0], s[1]), ", ", ","), func(g *goldenGraph) node {
			return apply(g.input("x", s[0]...), g.input("y", s[1]...))
		})
	}
}

var goldenShaped = []struct {
	name  string
	apply func(node) node
	shape tensor.Shape
}{
	{"Transpose", func(x node) node { return graph.Transpose(x) }, tensor.Shape{3, 5}},
	{"Transpose 120", func(x node) node { return graph.Transpose(x, 1, 2, 0) }, tensor.Shape{2, 3, 4}},
	{"Transpose 012", func(x node) node { return graph.Transpose(x, 0, 1, 2) }, tensor.Shape{2, 3, 4}},
	{"Transpose 021", func(x node) node { return graph.Transpose(x, 0, 2, 1) }, tensor.Shape{2, 1, 4}},
	{"Reshape", func(x node) node { return graph.Reshape(x, 5, 3) }, tensor.Shape{3, 5}},
	{"Reshape 1", func(x node) node { return graph.Reshape(x, 1, 15, 1) }, tensor.Shape{3, 5}},
	{"Reshape scalar", func(x node) node { return graph.Reshape(x) }, tensor.Shape{1, 1}},
	{"Sum", func(x node) node { return graph.Sum(x) }, tensor.Shape{3, 5}},
	{"Sum 0", func(x node) node { return graph.Sum(x, 0) }, tensor.Shape{3, 5}},
	{"Sum 1", func(x node) node { return graph.Sum(x, 1) }, tensor.Shape{3, 37}},
	{"Sum of ones", func(x node) node { return graph.Sum(x, 0) }, tensor.Shape{1, 5}},
	{"Sum middle", func(x node) node { return graph.Sum(x, 1) }, tensor.Shape{2, 3, 4}},
	{"Sum 0 2", func(x node) node { return graph.Sum(x, 0, -1) }, tensor.Shape{2, 3, 4}},
	{"SumKeepDims", func(x node) node { return graph.Reduce{KeepDims: true}.Sum(x) }, tensor.Shape{3, 5}},
	{"SumKeepDims 1", func(x node) node { return graph.Reduce{KeepDims: true}.Sum(x, 1) }, tensor.Shape{3, 5}},
	{"Mean", func(x node) node { return graph.Mean(x) }, tensor.Shape{3, 5}},
	{"Mean 0", func(x node) node { return graph.Mean(x, 0) }, tensor.Shape{3, 5}},
	{"MeanOver", func(x node) node { return graph.MeanOver(graph.Sum(x, 0), -2, 3) }, tensor.Shape{3, 5}},
	{"MeanKeepDims", func(x node) node { return graph.Reduce{KeepDims: true}.Mean(x, -1) }, tensor.Shape{3, 5}},
	{"Variance", func(x node) node { return graph.Variance(x) }, tensor.Shape{3, 5}},
	{"Variance 1", func(x node) node { return graph.Variance(x, 1) }, tensor.Shape{3, 5}},
	{"VarianceKeepDims", func(x node) node { return graph.Reduce{KeepDims: true}.Variance(x, 0) }, tensor.Shape{3, 5}},
	{"Norm 1", func(x node) node { return graph.Norm(x, 1) }, tensor.Shape{3, 5}},
	{"Std", func(x node) node { return graph.Std(x) }, tensor.Shape{3, 5}},
	{"BroadcastTo own", func(x node) node { return graph.BroadcastTo(x, 3, 5) }, tensor.Shape{3, 5}},
	{"BroadcastTo", func(x node) node { return graph.BroadcastTo(x, 2, 3, 5) }, tensor.Shape{3, 1}},
	{"BroadcastTo of a scalar", func(x node) node { return graph.BroadcastTo(x, 2, 3) }, tensor.Shape{}},
	{"Slice", func(x node) node { return graph.Slice(x, graph.Range{From: 1, To: 3}) }, tensor.Shape{3, 5}},
	{"Slice columns", func(x node) node { return graph.Slice(x, graph.Range{}, graph.Range{To: 2}) }, tensor.Shape{3, 5}},
	{"Concat", func(x node) node { return graph.Concat(0, x, graph.Tanh(x)) }, tensor.Shape{3, 5}},
	{"Concat three", func(x node) node { return graph.Concat(-1, x, graph.Square(x), x) }, tensor.Shape{2, 1, 3}},
	{"Max", func(x node) node { return graph.Max(x) }, tensor.Shape{3, 5}},
	{"Max 0", func(x node) node { return graph.Max(x, 0) }, tensor.Shape{3, 5}},
	{"MaxKeepDims", func(x node) node { return graph.Reduce{KeepDims: true}.Max(x, 1) }, tensor.Shape{3, 5}},
	{"Min", func(x node) node { return graph.Min(x) }, tensor.Shape{3, 5}},
	{"MinKeepDims", func(x node) node { return graph.Reduce{KeepDims: true}.Min(x, 0, 2) }, tensor.Shape{2, 3, 4}},
	{"Softmax", func(x node) node { return graph.Softmax(x) }, tensor.Shape{5}},
	{"Softmax 0", func(x node) node { return graph.Softmax(x, 0) }, tensor.Shape{3, 5}},
	{"Softmax 0 2", func(x node) node { return graph.Softmax(x, 0, 2) }, tensor.Shape{2, 3, 4}},
	{"LogSoftmax 0", func(x node) node { return graph.LogSoftmax(x, 0) }, tensor.Shape{3, 5}},
	{"LogSoftmax −1", func(x node) node { return graph.LogSoftmax(x, -1) }, tensor.Shape{3, 5}},
	{"LogSumExp", func(x node) node { return graph.LogSumExp(x) }, tensor.Shape{3, 5}},
	{"LogSumExp 1", func(x node) node { return graph.LogSumExp(x, 1) }, tensor.Shape{3, 5}},
	{"LogSumExpKeepDims", func(x node) node { return graph.Reduce{KeepDims: true}.LogSumExp(x, 0) }, tensor.Shape{3, 5}},
	{"SigmoidCrossEntropy", func(x node) node { return graph.SigmoidCrossEntropy(x, graph.Step(x)) }, tensor.Shape{3, 5}},
	{"SoftmaxCrossEntropy", func(x node) node { return graph.SoftmaxCrossEntropy(x, graph.Softmax(graph.Sin(x), 0), 0) }, tensor.Shape{3, 5}},
	{"WeightedSoftmaxCrossEntropy", func(x node) node { return graph.WeightedSoftmaxCrossEntropy(x, graph.Tanh(x)) }, tensor.Shape{3, 5}},
	{"Outer", func(x node) node { return graph.Outer(x, graph.Exp(x)) }, tensor.Shape{5}},
	{"Dot", func(x node) node { return graph.Dot(x, graph.Exp(x)) }, tensor.Shape{3, 5}},
	{"OneHot", func(x node) node { return graph.Mul(graph.OneHot(graph.Step(x), 3), x) }, tensor.Shape{1, 5}},
	{"Prod", func(x node) node { return graph.Prod(x) }, tensor.Shape{3, 5}},
	{"Prod 0", func(x node) node { return graph.Prod(x, 0) }, tensor.Shape{3, 37}},
	{"ProdKeepDims", func(x node) node { return graph.Reduce{KeepDims: true}.Prod(x, 0, 2) }, tensor.Shape{2, 3, 4}},
	{"CumSum 0", func(x node) node { return graph.CumSum(x, 0) }, tensor.Shape{3, 5}},
	{"CumSum −1", func(x node) node { return graph.CumSum(x, -1) }, tensor.Shape{2, 37}},
	{"Flip", func(x node) node { return graph.Flip(x) }, tensor.Shape{3, 5}},
	{"Slice in steps", func(x node) node { return graph.Slice(x, graph.Range{}, graph.Range{Step: 2}) }, tensor.Shape{3, 5}},
	{"SetSlice", func(x node) node {
		return graph.SetSlice(x, graph.Slice(x, graph.Range{Step: 2}, graph.Range{To: 2}), graph.Range{Step: 2}, graph.Range{From: -1, To: 2, Step: -1})
	}, tensor.Shape{3, 5}},
	{"Pad", func(x node) node {
		return graph.Pad(x, -1, graph.Padding{Before: 1}, graph.Padding{Before: 1, Behind: 2})
	}, tensor.Shape{3, 5}},
	{"Tile", func(x node) node { return graph.Tile(x, 2, 3) }, tensor.Shape{3, 5}},
	{"Split", func(x node) node {
		parts := graph.Split(x, 0, 1, 2)
		return graph.Mul(graph.Tanh(parts[0]), parts[1])
	}, tensor.Shape{3, 5}},
	{"Stack", func(x node) node { return graph.Stack(0, x, graph.Tanh(x)) }, tensor.Shape{3, 5}},
	{"CumProd 0", func(x node) node { return graph.CumProd(x, 0) }, tensor.Shape{3, 5}},
	{"CumProd reverse", func(x node) node { return graph.Cumulative{Reverse: true}.Prod(x, -1) }, tensor.Shape{2, 37}},
	{"CumLogSumExp 0", func(x node) node { return graph.CumLogSumExp(x, 0) }, tensor.Shape{3, 5}},
	{"CumLogSumExp reverse", func(x node) node { return graph.Cumulative{Reverse: true}.LogSumExp(x, -1) }, tensor.Shape{2, 37}},
	{"Recurrence 0", func(x node) node { return graph.Recurrence(graph.Tanh(x), x, 0) }, tensor.Shape{3, 5}},
	{"Recurrence reverse", func(x node) node { return graph.Cumulative{Reverse: true}.Recurrence(x, x, -1) }, tensor.Shape{2, 37}},
	{"Tril", func(x node) node { return graph.Tril(x, -1) }, tensor.Shape{3, 5}},
	{"Triu", func(x node) node { return graph.Triu(x, 1) }, tensor.Shape{3, 5}},
	{"Diag", func(x node) node { return graph.Diag(x) }, tensor.Shape{5}},
	{"Diagonal", func(x node) node { return graph.Diagonal(x) }, tensor.Shape{3, 5}},
	{"Scan", final, tensor.Shape{5, 3}},
	{"Scan kept", func(x node) node {
		w := graph.Slice(x, graph.Range{To: 1})
		_, kept := graph.Loop{Init: []node{w}, Over: []node{x}}.Scan(func(s, in []node) (next, out []node) {
			h := graph.Tanh(graph.Add(graph.Mul(w, s[0]), in[0]))
			return []node{h}, []node{graph.Mul(h, s[0])}
		})
		return kept[0]
	}, tensor.Shape{4, 3}},
	{"While", func(x node) node {
		state, steps := graph.Loop{Init: []node{x}, Steps: 9}.While(func(s []node) node {
			return graph.Less(graph.Sum(graph.Square(s[0])), x.Graph().Const(200))
		}, func(s []node) []node { return []node{graph.Add(graph.Tanh(x), s[0].Times(1.5))} })
		return graph.Mul(state[0], steps)
	}, tensor.Shape{3, 5}},
	{"Cond", func(x node) node {
		return graph.Cond(graph.Greater(graph.Sum(x), x.Graph().Const(0)), func() []node { return []node{graph.Tanh(x)} }, func() []node { return []node{graph.Mul(x, graph.Exp(x))} })[0]
	}, tensor.Shape{3, 5}},
	{"Conv2D", func(x node) node {
		return graph.Conv2D(x, graph.Sin(graph.Slice(x, graph.Range{}, graph.Range{To: 2}, graph.Range{To: 3}, graph.Range{To: 2})), graph.ConvSettings{Padding: [2]int{1, 0}})
	}, tensor.Shape{2, 4, 5, 3}},
	{"Conv2D by channels", func(x node) node {
		return graph.Conv2D(x, graph.Tanh(graph.Slice(x, graph.Range{}, graph.Range{To: 1}, graph.Range{To: 2}, graph.Range{To: 2})), graph.ConvSettings{Groups: 2, Stride: [2]int{2, 1}, Dilation: [2]int{1, 2}})
	}, tensor.Shape{2, 4, 5, 3}},
	{"ConvTranspose2D", func(x node) node {
		s := graph.ConvTransposeSettings{Stride: [2]int{2, 1}, Padding: [2]int{0, 1}, OutputPadding: [2]int{1, 0}}
		return graph.ConvTranspose2D(x, graph.Sin(graph.Slice(x, graph.Range{}, graph.Range{To: 3})), s)
	}, tensor.Shape{2, 4, 3, 2}},
	{"MaxPool2D", func(x node) node {
		return graph.MaxPool2D(x, graph.PoolSettings{Size: [2]int{3, 2}, Stride: [2]int{2, 2}, Padding: [2]int{1, 0}})
	}, tensor.Shape{2, 4, 5, 3}},
	{"AvgPool2D", func(x node) node {
		return graph.AvgPool2D(x, graph.PoolSettings{Size: [2]int{3, 2}, Stride: [2]int{1, 2}, Padding: [2]int{1, 0}})
	}, tensor.Shape{2, 4, 5, 3}},
	{"own Eval", func(x node) node { return goldenRunning.Apply(x) }, tensor.Shape{3, 5}},
	{"Logits", func(x node) node {
		z, _, _ := graph.Sigmoid(x).Logits()
		return graph.Exp(z)
	}, tensor.Shape{3}},
	{"SoftmaxLogits", func(x node) node {
		z, axes, _ := graph.Softmax(x, 0).Logits()
		return graph.LogSumExp(z, axes...)
	}, tensor.Shape{3, 2}},
	{"FromLogits", func(x node) node {
		return graph.FromLogits(graph.Sigmoid(x), func(z node, _ []int) node { return graph.Exp(z) }, func() node { return x })
	}, tensor.Shape{3}},
	{"LogOfSigmoid", func(x node) node { return graph.Log(graph.Sigmoid(x)) }, tensor.Shape{3}},
	{"XLogYOfSigmoid", func(x node) node { return graph.XLogY(x, graph.Sigmoid(x)) }, tensor.Shape{3}},
	{"Jacobian", func(x node) node { return goldenJacobian(graph.Softmax(x), x) }, tensor.Shape{3}},
	{"VJP", func(x node) node { return goldenFirst(graph.VJP(graph.Tanh(x), graph.Exp(x), x)) }, tensor.Shape{3}},
	{"HVP", func(x node) node {
		return goldenFirst(graph.HVP(graph.Sum(graph.Sigmoid(x)), []node{x}, []node{graph.Sin(x)}))
	}, tensor.Shape{3}},
	{"JVP", func(x node) node {
		return goldenFirst(graph.JVP([]node{graph.Softmax(x)}, []node{x}, []node{graph.Exp(x)}))
	}, tensor.Shape{3}},
	{"Hessian", func(x node) node {
		h, err := graph.Hessian(graph.LogSumExp(x), x)
		if err != nil {
			panic(err)
		}
		return h[0][0]
	}, tensor.Shape{3}},
	{"Vmap", func(x node) node {
		return goldenFirst(graph.Vmap(func(x []node) []node { return []node{graph.MatMul(graph.Softmax(x[0], 0), x[0].T())} }, x))
	}, tensor.Shape{2, 3, 4}},
	{"Mapping Last", func(x node) node {
		f := func(x []node) []node { return []node{graph.MatMul(graph.Softmax(x[0], 0), x[0].T())} }
		return goldenFirst(graph.Mapping{Last: true}.Vmap(f, x))
	}, tensor.Shape{3, 4, 2}},
}

// goldenRunning is an operation of a user on whole arrays: running sums of
// squares. Its rule is not the derivative, which is of no matter here.
var goldenRunning = &graph.Op{Name: "GoldenRunning",
	Eval: func(out []float64, in [][]float64, _ graph.Shapes) {
		sum := 0.0
		for i, v := range in[0] {
			sum += v * v
			out[i] = sum
		}
	},
	Shape: func(in []tensor.Shape) (tensor.Shape, error) { return in[0], nil },
	Backward: func(x []node, _, dy node) []node {
		return []node{graph.Mul(x[0].Times(2), graph.Sub(graph.Sum(dy), dy))}
	},
}

func goldenJacobian(y, x node) node {
	j, err := graph.Jacobian(y, x)
	if err != nil {
		panic(err)
	}
	return j[0]
}

func goldenFirst(nodes []node, err error) node {
	if err != nil {
		panic(err)
	}
	return nodes[0]
}

func goldenArrays() []goldenCase {
	var cases []goldenCase
	for _, f := range goldenShaped {
		add := func(name string, build func(g *goldenGraph) node) {
			cases = append(cases, goldenCase{name: f.name + ", " + name, build: build})
		}
		add("alone", func(g *goldenGraph) node { return f.apply(g.input("x", f.shape...)) })
		add("special", func(g *goldenGraph) node { return f.apply(g.special("x", f.shape...)) })
		add("of one function", func(g *goldenGraph) node {
			return graph.Mean(graph.Square(f.apply(graph.Sigmoid(g.input("x", f.shape...)))))
		})
		add("fan", func(g *goldenGraph) node {
			x := g.input("x", f.shape...)
			y := f.apply(graph.Mul(x, graph.Tanh(x)))
			return graph.Add(graph.Mean(graph.Mul(y, f.apply(x))), graph.Sum(graph.Neg(y)))
		})
		if len(f.shape) != 2 {
			continue
		}
		add("layer", func(g *goldenGraph) node {
			w, x, b := g.param("W1", f.shape[0], 2), g.input("X", 2, f.shape[1]), g.param("b1", f.shape[0], 1)
			return graph.Mean(f.apply(graph.Add(graph.MatMul(w, x), b).MarkZ()))
		})
		add("transposed", func(g *goldenGraph) node {
			return graph.Tanh(f.apply(graph.Transpose(g.input("x", f.shape[1], f.shape[0]))))
		})
	}
	return cases
}

func goldenMatMuls() []goldenCase {
	var cases []goldenCase
	add := func(name string, build func(g *goldenGraph) node) {
		cases = append(cases, goldenCase{name: "MatMul, " + name, build: build})
	}
	for _, s := range [][2]tensor.Shape{
		{{1, 1}, {1, 1}}, {{3, 4}, {4, 5}}, {{1, 5}, {5, 1}}, {{3, 1}, {1, 5}}, {{17, 19}, {19, 33}},
		{{2, 3, 4}, {2, 4, 5}}, {{2, 3, 4}, {4, 5}}, {{3, 4}, {2, 4, 5}}, {{2, 1, 3, 4}, {3, 4, 1}},
	} {
		for flags := range 4 {
			transA, transB := flags&1 != 0, flags&2 != 0
			a, b := slices.Clone(s[0]), slices.Clone(s[1])
			if i := len(a) - 2; transA {
				a[i], a[i+1] = a[i+1], a[i]
			}
			if i := len(b) - 2; transB {
				b[i], b[i+1] = b[i+1], b[i]
			}
			name := strings.ReplaceAll(fmt.Sprintf("%v and %v, %t %t", a, b, transA, transB), ", ", ",")
			add(name, func(g *goldenGraph) node {
				return graph.MatMulTrans(g.input("a", a...), transA, g.input("b", b...), transB)
			})
			add("tanh of "+name, func(g *goldenGraph) node {
				x, y := graph.Tanh(g.input("a", a...)), g.input("b", b...)
				return graph.Mean(graph.Sigmoid(graph.MatMulTrans(x, transA, y, transB)))
			})
		}
	}
	add("special", func(g *goldenGraph) node {
		n := len(goldenSpecial)
		return graph.MatMul(g.special("a", n, 1), g.special("b", 1, n))
	})
	add("special sums", func(g *goldenGraph) node { return graph.MatMul(g.input("a", 3, 3), g.special("b", 3, 9)) })
	add("of transposes", func(g *goldenGraph) node {
		a, b := g.input("a", 4, 3), g.input("b", 5, 4)
		return graph.MatMul(graph.Transpose(a), graph.Transpose(b))
	})
	add("of itself", func(g *goldenGraph) node {
		a := g.input("a", 3, 3)
		return graph.MatMul(graph.MatMul(a, graph.Transpose(a)), a)
	})
	add("of constants", func(g *goldenGraph) node {
		a := g.input("a", 3, 3)
		return graph.Add(graph.MatMul(g.Const(0, 2, 3), a), graph.MatMulTrans(g.Const(-1, 3, 2), true, a, true))
	})
	return cases
}
