package graph_test

import (
	"chainrule/graph"
	"chainrule/losses"
)

// A goldenRule is an expression that the simplifier rewrites: of an input x, and a
// gradient dy of the same shape (3,5).
type goldenRule struct {
	name string
	of   func(x, dy node) node
}

// goldenRules puts each expression into a gradient, as that of an operation of a
// user which does nothing else.
func goldenRules() []goldenCase {
	var cases []goldenCase
	for _, rules := range [][]goldenRule{goldenSums, goldenProducts, goldenShapes, goldenShared} {
		for _, r := range rules {
			op := &graph.Op{Name: "Golden", Unary: func(x float64) float64 { return x },
				Backward: func(x []node, _, dy node) []node { return []node{r.of(x[0], dy)} }}
			cases = append(cases, goldenCase{name: "rule " + r.name, build: func(g *goldenGraph) node {
				return graph.Tanh(op.Apply(g.input("x", 3, 5)))
			}})
		}
	}
	return cases
}

func goldenConst(x node, c float64) node { return x.Graph().Const(c) }

func goldenFill(x node, c float64) node { return x.Graph().Const(c, 3, 5) }

var goldenSums = []goldenRule{
	{"x+0", func(x, dy node) node { return graph.Add(dy, goldenConst(x, 0)) }},
	{"0+x", func(x, dy node) node { return graph.Add(goldenFill(x, 0), dy) }},
	{"sum+0 of another shape", func(x, dy node) node { return graph.Add(graph.Sum(dy), goldenFill(x, 0)) }},
	{"0+sum of another shape", func(x, dy node) node { return graph.Add(goldenFill(x, 0), graph.Sum(dy)) }},
	{"x−0", func(x, dy node) node { return graph.Sub(dy, goldenConst(x, 0)) }},
	{"0−x", func(x, dy node) node { return graph.Sub(goldenFill(x, 0), dy) }},
	{"0−sum of another shape", func(x, dy node) node { return graph.Sub(goldenFill(x, 0), graph.Sum(dy)) }},
	{"x−x", func(x, dy node) node { return graph.Add(graph.Sub(dy, dy), x) }},
	{"x+x", func(_, dy node) node { return graph.Add(dy, dy) }},
	{"x−(−x)", func(_, dy node) node { return graph.Sub(dy, graph.Neg(dy)) }},
	{"−(x−y)", func(x, dy node) node { return graph.Neg(graph.Sub(dy, x)) }},
	{"−(x−sum)", func(x, dy node) node { return graph.Neg(graph.Sub(x, graph.Sum(dy))) }},
	{"−2(x−y)", func(x, dy node) node { return graph.Sub(dy, x).Times(-2) }},
	{"(y−x)·−1", func(x, dy node) node { return graph.Mul(goldenFill(x, -1), graph.Sub(x, dy)) }},
	{"2x+2y", func(x, dy node) node { return graph.Add(dy.Times(2), x.Times(2)) }},
	{"2x−2y", func(x, dy node) node { return graph.Sub(dy.Times(2), x.Times(2)) }},
	{"−2x+2y", func(x, dy node) node { return graph.Add(dy.Times(-2), x.Times(2)) }},
	{"−2x−2y", func(x, dy node) node { return graph.Sub(dy.Times(-2), x.Times(2)) }},
	{"−2x−3y", func(x, dy node) node { return graph.Sub(dy.Times(-2), x.Times(3)) }},
	{"2x−3y", func(x, dy node) node { return graph.Sub(dy.Times(2), x.Times(3)) }},
	{"−x+3y", func(x, dy node) node { return graph.Add(graph.Neg(dy), x.Times(3)) }},
	{"3x−2x", func(_, dy node) node { return graph.Sub(dy.Times(3), dy.Times(2)) }},
	{"3x+½x", func(_, dy node) node { return graph.Add(dy.Times(3), dy.Times(0.5)) }},
	{"x/3+y/3 of a row", func(x, dy node) node {
		return graph.Add(graph.Reduce{KeepDims: true}.Sum(dy, 0).Times(1.0/3), x.Times(1.0/3))
	}},
	{"sum of constants", func(x, dy node) node {
		return graph.Mul(dy, graph.Add(graph.Sub(goldenConst(x, 2), goldenFill(x, 0.5)), goldenConst(x, 1)))
	}},
	{"functions of constants", func(x, dy node) node {
		g := x.Graph()
		return graph.Mul(dy, graph.Div(graph.Exp(g.Const(0.3, 3, 1)), graph.Maximum(g.Const(2, 1, 5), g.Const(7))))
	}},
}

var goldenProducts = []goldenRule{
	{"x·0", func(x, dy node) node { return graph.Add(dy.Times(0), x) }},
	{"0·x", func(x, dy node) node { return graph.Mul(goldenFill(x, 0), dy) }},
	{"0·sum", func(x, dy node) node { return graph.Mul(goldenFill(x, 0), graph.Sum(dy)) }},
	{"x·1", func(_, dy node) node { return dy.Times(1) }},
	{"1·x", func(x, dy node) node { return graph.Mul(goldenFill(x, 1), dy) }},
	{"1·sum", func(x, dy node) node { return graph.Mul(goldenFill(x, 1), graph.Sum(dy)) }},
	{"2·sum", func(x, dy node) node { return graph.Mul(graph.Sum(dy), goldenFill(x, 2)) }},
	{"x·−1", func(_, dy node) node { return dy.Times(-1) }},
	{"−−x", func(_, dy node) node { return graph.Neg(graph.Neg(dy)) }},
	{"−(2x)", func(_, dy node) node { return graph.Neg(dy.Times(2)) }},
	{"−constant", func(x, dy node) node { return graph.Mul(dy, graph.Neg(goldenFill(x, 3))) }},
	{"2(3x)", func(_, dy node) node { return dy.Times(3).Times(2) }},
	{"½(2x)", func(_, dy node) node { return dy.Times(2).Times(0.5) }},
	{"0.1(0.2(0.3x))", func(_, dy node) node { return dy.Times(0.3).Times(0.2).Times(0.1) }},
	{"3((2x)y)", func(x, dy node) node { return graph.Mul(dy.Times(2), x).Times(3) }},
	{"(2x)(3y)", func(x, dy node) node { return graph.Mul(dy.Times(2), x.Times(3)) }},
	{"(2x)y", func(x, dy node) node { return graph.Mul(dy.Times(2), x) }},
	{"x(2y)", func(x, dy node) node { return graph.Mul(dy, x.Times(2)) }},
	{"(−x)(−y)", func(x, dy node) node { return graph.Mul(graph.Neg(dy), graph.Neg(x)) }},
	{"(−x)y", func(x, dy node) node { return graph.Mul(graph.Neg(dy), x) }},
	{"x(−2y)", func(x, dy node) node { return graph.Mul(dy, x.Times(-2)) }},
	{"x·x", func(_, dy node) node { return graph.Mul(dy, dy) }},
	{"(2x)(2x)", func(_, dy node) node { return graph.Mul(dy.Times(2), dy.Times(2)) }},
	{"(−x)(x)", func(_, dy node) node { return graph.Mul(graph.Neg(dy), dy) }},
	{"(−x)²", func(_, dy node) node { return graph.Square(graph.Neg(dy)) }},
	{"(2x)²", func(_, dy node) node { return graph.Square(dy.Times(2)) }},
	{"0/x", func(x, dy node) node { return graph.Div(goldenConst(x, 0), graph.Exp(dy)) }},
	{"x/1", func(x, dy node) node { return graph.Div(dy, goldenConst(x, 1)) }},
	{"sum/1", func(x, dy node) node { return graph.Div(graph.Sum(dy), goldenFill(x, 1)) }},
	{"x/−1", func(x, dy node) node { return graph.Div(dy, goldenConst(x, -1)) }},
	{"x/2", func(x, dy node) node { return graph.Div(dy, goldenFill(x, 2)) }},
	{"(−x)/y", func(x, dy node) node { return graph.Div(graph.Neg(dy), graph.Exp(x)) }},
	{"x/(−y)", func(x, dy node) node { return graph.Div(dy, graph.Neg(graph.Exp(x))) }},
	{"(2x)/y", func(x, dy node) node { return graph.Div(dy.Times(2), graph.Exp(x)) }},
	{"0·matrix", func(x, dy node) node {
		return graph.Add(dy, graph.MatMul(graph.MatMulTrans(x, false, goldenFill(x, 0), true), x))
	}},
}

var goldenShapes = []goldenRule{
	{"xᵀᵀ", func(_, dy node) node { return graph.Transpose(graph.Transpose(dy)) }},
	{"no transpose", func(_, dy node) node { return graph.Transpose(dy, 0, 1) }},
	{"transposes of three axes", func(_, dy node) node {
		x := graph.Reshape(dy, 3, 1, 5)
		return graph.Reshape(graph.Transpose(graph.Transpose(x, 1, 2, 0), 2, 0, 1), 3, 5)
	}},
	{"transposes that cancel", func(_, dy node) node {
		x := graph.Transpose(graph.Reshape(graph.Exp(dy), 3, 1, 5), 1, 2, 0)
		return graph.Reshape(graph.Exp(graph.Transpose(graph.Transpose(x, 0, 1, 2), 2, 0, 1)), 3, 5)
	}},
	{"transposes that stay", func(_, dy node) node {
		x := graph.Transpose(graph.Transpose(graph.Reshape(dy, 3, 5, 1), 1, 2, 0), 1, 2, 0)
		return graph.Transpose(graph.Reshape(x, 3, 5), 0, 1)
	}},
	{"reshape of reshape", func(_, dy node) node { return graph.Reshape(graph.Reshape(graph.Reshape(dy, 15), 1, 15), 3, 5) }},
	{"reshape of transpose", func(_, dy node) node { return graph.Reshape(graph.Transpose(dy), 3, 5) }},
	{"reshape to its own shape", func(_, dy node) node { return graph.Reshape(dy, 3, 5) }},
	{"broadcast of broadcast", func(_, dy node) node {
		return graph.BroadcastTo(graph.BroadcastTo(graph.Reduce{KeepDims: true}.Sum(dy), 1, 5), 3, 5)
	}},
	{"broadcast to its own shape", func(_, dy node) node { return graph.BroadcastTo(dy, 3, 5) }},
	{"sum of a broadcast", func(_, dy node) node { return graph.Sum(graph.BroadcastTo(dy, 2, 3, 5), 0) }},
	{"sum of sum", func(x, dy node) node { return graph.Add(graph.Sum(graph.Sum(dy, 0)), x) }},
	{"sum of a constant", func(x, dy node) node { return graph.Mul(dy, graph.Reduce{KeepDims: true}.Sum(goldenFill(x, 2), 1)) }},
	{"sum over one", func(_, dy node) node { return graph.Sum(graph.Reshape(dy, 3, 1, 5), 1) }},
	{"kept sum over one", func(x, dy node) node {
		return graph.Add(graph.Reduce{KeepDims: true}.Sum(graph.Reduce{KeepDims: true}.Sum(dy, 0), 0), x)
	}},
	{"sum of a product", func(x, dy node) node { return graph.Add(x, graph.Sum(dy.Times(2), 0)) }},
	{"constants moved", func(x, dy node) node {
		c := graph.Reshape(graph.Transpose(goldenFill(x, 2)), 1, 15)
		return graph.Mul(dy, graph.Max(graph.Slice(c, graph.Range{}, graph.Range{From: 2, To: 7})))
	}},
	{"constants chosen", func(x, dy node) node {
		g := x.Graph()
		c := graph.Concat(1, g.Const(2, 3, 2), g.Const(2, 3, 3))
		return graph.Mul(dy, graph.Add(c, graph.Concat(1, g.Const(2, 3, 2), g.Const(1, 3, 3))))
	}},
	{"slice of slice", func(x, dy node) node {
		return graph.Add(x, graph.Slice(graph.Slice(dy, graph.Range{}, graph.Range{From: 1, To: 4}), graph.Range{}, graph.Range{From: 1, To: 2}))
	}},
	{"whole slice", func(_, dy node) node { return graph.Slice(dy, graph.Range{From: 0, To: 3}) }},
	{"largest of one", func(x, dy node) node {
		return graph.Add(x, graph.Reduce{KeepDims: true}.Min(graph.Reduce{KeepDims: true}.Max(graph.Sum(graph.Mul(dy, x)))))
	}},
	{"broadcast factor", func(x, dy node) node {
		return graph.Mul(graph.BroadcastTo(graph.Reduce{KeepDims: true}.Sum(dy, 1), 3, 5), x)
	}},
	{"broadcast factors", func(x, dy node) node {
		row, col := graph.Reduce{KeepDims: true}.Sum(dy, 0), graph.Reduce{KeepDims: true}.Sum(x, 1)
		return graph.Mul(graph.BroadcastTo(row, 3, 5), graph.BroadcastTo(col, 3, 5))
	}},
	{"broadcast divisor", func(x, dy node) node {
		return graph.Div(dy, graph.BroadcastTo(graph.Exp(graph.Reduce{KeepDims: true}.Sum(x, 0)), 3, 5))
	}},
	{"broadcast terms", func(x, dy node) node {
		return graph.Sub(graph.BroadcastTo(graph.Sum(dy), 3, 5), graph.BroadcastTo(graph.Reduce{KeepDims: true}.Sum(x, 0), 3, 5))
	}},
	{"broadcast of both", func(x, dy node) node {
		return graph.Maximum(graph.BroadcastTo(graph.Sum(dy), 3, 5), graph.BroadcastTo(graph.Mean(x), 3, 5))
	}},
	{"chosen zero", func(x, dy node) node { return graph.Where(x, goldenFill(x, 0), dy) }},
	{"other zero", func(x, dy node) node { return graph.Where(x, dy, goldenFill(x, 0)) }},
}

var goldenShared = []goldenRule{
	{"equal functions", func(x, dy node) node { return graph.Mul(dy, graph.Mul(graph.Exp(x), graph.Exp(x))) }},
	{"equal sums", func(x, dy node) node { return graph.Mul(graph.Add(x, dy), graph.Add(dy, x)) }},
	{"equal products", func(x, dy node) node { return graph.Add(graph.Mul(x, dy), graph.Mul(dy, x)) }},
	{"opposite differences", func(x, dy node) node { return graph.Mul(graph.Sub(x, dy), graph.Sub(dy, x)) }},
	{"equal quotients", func(x, dy node) node { return graph.Sub(graph.Div(dy, graph.Exp(x)), graph.Div(dy, graph.Exp(x))) }},
	{"xᵀ·y", func(x, dy node) node { return graph.MatMul(x, graph.MatMul(graph.Transpose(x), dy)) }},
	{"x·yᵀ", func(x, dy node) node { return graph.MatMul(graph.MatMul(dy, graph.Transpose(x)), x) }},
	{"(xᵀ)ᵀ flags", func(x, dy node) node {
		return graph.MatMul(graph.MatMulTrans(graph.Transpose(dy), true, graph.Transpose(x), false), x)
	}},
	{"transposed product", func(x, dy node) node {
		return graph.MatMul(graph.Transpose(graph.MatMulTrans(dy, false, x, true)), x)
	}},
	{"batches of transposes", func(x, dy node) node {
		a, b := graph.Reshape(x, 1, 3, 5), graph.Transpose(graph.Reshape(dy, 1, 3, 5), 0, 2, 1)
		return graph.Add(x, graph.Sum(graph.MatMul(a, b)))
	}},
	{"another transpose", func(x, dy node) node {
		a, b := graph.Reshape(x, 3, 5, 1), graph.Transpose(graph.Reshape(dy, 1, 3, 5), 1, 0, 2)
		return graph.Add(x, graph.Sum(graph.MatMul(a, b)))
	}},
}

// goldenNets are whole networks with their costs.
func goldenNets() []goldenCase {
	binary := func(name string, activation func(node) node, cost func(z, y node) node) goldenCase {
		return goldenCase{name: "net " + name, build: func(g *goldenGraph) node {
			x, y := g.data("X", 4, 6), g.labels(1, 6)
			return cost(g.net(x, activation, 4, 3, 1), y)
		}}
	}
	classes := func(name string, cost func(z, y node) node) goldenCase {
		return goldenCase{name: "net " + name, build: func(g *goldenGraph) node {
			x, y := g.data("X", 4, 6), g.classes(3, 6)
			return cost(g.net(x, graph.Tanh, 4, 5, 4, 3), y)
		}}
	}
	cases := []goldenCase{
		binary("sigmoid cross-entropy of logits", graph.Tanh, losses.SigmoidCrossEntropy),
		binary("sigmoid cross-entropy of activations", graph.ReLU, func(z, y node) node {
			return losses.BinaryCrossEntropy(graph.Sigmoid(z), y)
		}),
		binary("cross-entropy of other activations", graph.Sigmoid, func(z, y node) node {
			return losses.BinaryCrossEntropy(graph.Clip(graph.Sigmoid(z), 0.001, 0.999), y)
		}),
		binary("cross-entropy by hand", graph.LeakyReLU, goldenCrossEntropy),
		binary("squared error", graph.GELU, losses.SquaredError),
		binary("squared error by hand", graph.SiLU, func(z, y node) node {
			return graph.Mean(graph.Square(graph.Sub(y, graph.Tanh(z)))).Times(0.5)
		}),
		classes("softmax cross-entropy of logits", losses.SoftmaxCrossEntropy),
		classes("softmax cross-entropy of activations", func(z, y node) node {
			return losses.CategoricalCrossEntropy(graph.Softmax(z, 0), y)
		}),
		classes("softmax by hand", func(z, y node) node {
			e := graph.Exp(graph.Sub(z, graph.Reduce{KeepDims: true}.Max(z, 0)))
			a := graph.Div(e, graph.Reduce{KeepDims: true}.Sum(e, 0))
			return graph.Neg(graph.Mean(graph.Sum(graph.Mul(y, graph.Log(a)), 0)))
		}),
		{name: "net with normalisation", build: goldenNormalised},
		{name: "net with tied weights", build: goldenTied},
		{name: "net with weight decay", build: goldenDecay, updates: goldenDescent},
		{name: "net with Adam", build: goldenDecay, updates: goldenAdam},
	}
	return cases
}

func goldenCrossEntropy(z, y node) node {
	a := graph.Sigmoid(z)
	one := goldenConst(z, 1)
	return graph.Neg(graph.Mean(graph.Add(graph.Mul(y, graph.Log(a)),
		graph.Mul(graph.Sub(one, y), graph.Log(graph.Sub(one, a))))))
}

// data is an input that no gradient is taken of.
func (g *goldenGraph) data(name string, shape ...int) node {
	n := g.Input(name, shape...)
	g.feeds[n] = g.tensor(g.value, shape...)
	return n
}

func (g *goldenGraph) labels(shape ...int) node {
	n := g.Input("Y", shape...)
	g.feeds[n] = g.tensor(func() float64 {
		if g.next() > 0 {
			return 1
		}
		return 0
	}, shape...)
	return n
}

// classes returns columns with a single 1.
func (g *goldenGraph) classes(n, m int) node {
	i := -1
	y := g.Input("Y", n, m)
	g.feeds[y] = g.tensor(func() float64 {
		if i++; i/m == i%m%n {
			return 1
		}
		return 0
	}, n, m)
	return y
}

// net returns the last layer's Z.
func (g *goldenGraph) net(x node, activation func(node) node, sizes ...int) node {
	z := x
	for l := 1; l < len(sizes); l++ {
		if l > 1 {
			x = activation(z)
		}
		layer := string(rune('0' + l))
		w, b := g.param("W"+layer, sizes[l], sizes[l-1]), g.param("b"+layer, sizes[l], 1)
		z = graph.Add(graph.MatMul(w, x), b).MarkZ()
	}
	return z
}

func goldenNormalised(g *goldenGraph) node {
	z := g.net(g.data("X", 4, 6), graph.ELU, 4, 3)
	centred := graph.Sub(z, graph.Reduce{KeepDims: true}.Mean(z, 1))
	hat := graph.Div(centred, graph.Sqrt(graph.Reduce{KeepDims: true}.Variance(z, 1).Plus(1e-3)))
	gamma, beta := g.param("gamma", 3, 1), g.param("beta", 3, 1)
	return losses.SigmoidCrossEntropy(graph.Add(graph.Mul(gamma, hat), beta), g.labels(3, 6))
}

// goldenTied decodes by the transpose of what encodes.
func goldenTied(g *goldenGraph) node {
	w, b, c := g.param("W", 3, 4), g.param("b", 3, 1), g.param("c", 4, 1)
	x := g.data("X", 4, 6)
	code := graph.Sigmoid(graph.Add(graph.MatMul(w, x), b))
	return losses.SquaredError(graph.Add(graph.MatMul(graph.Transpose(w), code), c), x)
}

func goldenDecay(g *goldenGraph) node {
	z := g.net(g.data("X", 4, 6), graph.Softplus, 4, 3, 1)
	cost := losses.SigmoidCrossEntropy(z, g.labels(1, 6))
	for _, w := range []node{g.xs[0], g.xs[2]} {
		cost = graph.Add(cost, graph.Sum(graph.Square(w)).Times(0.05))
	}
	return cost
}

func goldenDescent(g *goldenGraph, d []node) []graph.Update {
	var updates []graph.Update
	for i, p := range g.params {
		updates = append(updates, graph.Update{Param: p, Value: graph.Sub(g.Use(p), d[i].Times(0.1))})
	}
	return updates
}

// goldenAdam is Adam without its correction of the first steps.
func goldenAdam(g *goldenGraph, d []node) []graph.Update {
	var updates []graph.Update
	for i, p := range g.params {
		state := func(name string) (*graph.Param, node) {
			s := graph.NewParam(name+p.Name(), g.tensor(func() float64 { return 0 }, p.Shape()...))
			return s, g.Use(s)
		}
		mean, m := state("m")
		square, v := state("v")
		m = graph.Add(m.Times(0.9), d[i].Times(0.1))
		v = graph.Add(v.Times(0.999), graph.Square(d[i]).Times(0.001))
		step := graph.Div(m.Times(0.01), graph.Sqrt(v).Plus(1e-8))
		updates = append(updates, graph.Update{Param: mean, Value: m}, graph.Update{Param: square, Value: v},
			graph.Update{Param: p, Value: graph.Sub(g.Use(p), step)})
	}
	return updates
}
