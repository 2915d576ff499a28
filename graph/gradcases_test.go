package graph_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"gorgonia.org/tensor"
)

// run computes nodes and returns their entries.
func run(t *testing.T, feeds graph.Feeds, nodes ...node) [][]float64 {
	t.Helper()
	prog, err := graph.Compile(graph.Spec{Outputs: nodes})
	if err != nil {
		t.Fatal(err)
	}
	if err := prog.Run(feeds); err != nil {
		t.Fatal(err)
	}
	var out [][]float64
	for _, n := range nodes {
		v, err := prog.Value(n)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v.Float64s())
	}
	return out
}

func mustGrad(t *testing.T, y node, xs ...node) []node {
	t.Helper()
	d, err := graph.Grad(y, xs...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Shared nodes, parameters used twice and interior nodes, to the third order.
func TestGradientOfSharedNodes(t *testing.T) {
	for _, dtype := range dtypes {
		rng := rand.New(rand.NewPCG(5, 5))
		g := graph.New(graph.Settings{Dtype: dtype})
		w := g.Use(graph.NewParam("W", random(rng, dtype, tensor.Shape{3, 3}, anywhere)))
		x := g.Input("x", 3, 5)
		hidden := graph.Tanh(graph.MatMul(w, x))
		twice := graph.Tanh(graph.MatMul(w, hidden)) // W again
		square := graph.Mul(twice, twice)            // one node as both operands
		fan := graph.Add(graph.Add(graph.Exp(square), graph.Sigmoid(square)), graph.Mul(square, hidden))
		cost := graph.Mean(fan)
		gradtest.Settings{Order: 3, MaxEntries: 4}.Check(t, cost, nil, w, x, hidden, twice, square, fan, cost)
	}
}

// x·ln y is 0 at x = 0, and so is its derivative with respect to y.
func TestGradientOfXLogYAtZero(t *testing.T) {
	g := graph.New(graph.Settings{})
	x, y := g.Input("x", 3), g.Input("y", 3)
	feeds := graph.Feeds{
		x: graph.Tensor([]float64{0, 0, 1}, 3),
		y: graph.Tensor([]float64{0.25, 2, 3}, 3),
	}
	gradtest.Settings{Order: 2}.Check(t, graph.Sum(graph.Square(graph.XLogY(x, y))), feeds, x, y)

	// At y = 0 too, where no difference quotient exists.
	feeds[y] = graph.Tensor([]float64{0, 0, 1}, 3)
	d := mustGrad(t, graph.Sum(graph.XLogY(x, y)), y)[0]
	if got := run(t, feeds, d)[0]; !slices.Equal(got, []float64{0, 0, 1}) {
		t.Errorf("the derivative with respect to y is %v", got)
	}
}

func TestGradientOfItself(t *testing.T) {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 1, 1)
	for _, y := range []node{x, graph.Tanh(x), graph.Sum(x), g.Const(3)} {
		d := mustGrad(t, y, y)[0]
		if v, ok := d.ConstValue(); !ok || v != 1 || !d.Shape().Eq(y.Shape()) {
			t.Errorf("the gradient of %v with respect to itself is %v", y, d)
		}
	}
}

// What does not depend on a node has a gradient that is the constant zero, of
// the node's shape.
func TestGradientIsExactlyZero(t *testing.T) {
	g := graph.New(graph.Settings{})
	x, other, v := g.Input("x", 3, 5), g.Input("other", 2, 1), g.Input("v", 3, 5)
	isZero := func(what string, d, x node) {
		t.Helper()
		if c, ok := d.ConstValue(); !ok || c != 0 || !d.Shape().Eq(x.Shape()) {
			t.Errorf("%s is %v, the constant 0 of shape %v expected", what, d, x.Shape())
		}
	}
	y := graph.Sum(graph.Tanh(x))
	for range 4 { // derivatives of y of order 0 to 3
		d := mustGrad(t, y, x, other)
		isZero("a derivative with respect to another input", d[1], other)
		isZero("a derivative of the zero", mustGrad(t, graph.Sum(d[1]), x)[0], x)
		y = graph.Sum(graph.Mul(d[0], v))
	}
	for _, c := range []struct {
		name  string
		y     node
		order int // of the first derivative that vanishes
	}{
		{"Step", graph.Sum(graph.Step(x)), 1},
		{"0·x", graph.Sum(graph.Mul(graph.Exp(x), g.Const(0, 3, 5))), 1},
		{"ReLU", graph.Sum(graph.ReLU(x)), 2},
		{"a linear function", graph.Sum(graph.Mul(v, graph.Neg(x))), 2},
		{"a product of matrices", graph.Sum(graph.MatMulTrans(v, true, x, false)), 2},
		{"a mean", graph.Mean(x), 2},
		{"a square", graph.Sum(graph.Mul(v, graph.Square(x))), 3},
	} {
		y := c.y
		for order := 1; order <= c.order+1; order++ {
			d := mustGrad(t, y, x)[0]
			if _, isConst := d.ConstValue(); order >= c.order {
				isZero(c.name, d, x)
			} else if isConst && order+1 < c.order {
				t.Errorf("%s: derivative of order %d is %v", c.name, order, d)
			}
			y = graph.Sum(graph.Mul(v, d))
		}
	}
}

// The matrix of second derivatives of a net is symmetric.
func TestHessianIsSymmetric(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	g := graph.New(graph.Settings{})
	var params []node
	for _, p := range []struct {
		name  string
		shape tensor.Shape
	}{{"l1.W", tensor.Shape{3, 2}}, {"l1.b", tensor.Shape{3, 1}}, {"l2.W", tensor.Shape{1, 3}}, {"l2.b", tensor.Shape{1, 1}}} {
		params = append(params, g.Use(graph.NewParam(p.name, random(rng, tensor.Float64, p.shape, anywhere))))
	}
	x, y := g.Input("X", 2, 5), g.Input("Y", 1, 5)
	a := graph.Tanh(graph.Add(graph.MatMul(params[0], x), params[1]))
	z := graph.Add(graph.MatMul(params[2], a), params[3])
	cost := graph.Mean(graph.Sub(graph.Softplus(z), graph.Mul(y, z)))

	var rows [][]node
	for i, d := range mustGrad(t, cost, params...) {
		for e := range params[i].Shape().TotalSize() {
			unit := make([]float64, params[i].Shape().TotalSize())
			unit[e] = 1
			pick := g.Array(graph.Tensor(unit, d.Shape()...))
			rows = append(rows, mustGrad(t, graph.Sum(graph.Mul(pick, d)), params...))
		}
	}
	feeds := graph.Feeds{x: random(rng, tensor.Float64, x.Shape(), anywhere), y: random(rng, tensor.Float64, y.Shape(), positive)}
	var hessian [][]float64
	largest := 0.0
	for _, row := range rows {
		var entries []float64
		for _, v := range run(t, feeds, row...) {
			entries = append(entries, v...)
		}
		for _, v := range entries {
			largest = max(largest, math.Abs(v))
		}
		hessian = append(hessian, entries)
	}
	if len(hessian) != 13 || len(hessian[0]) != 13 || largest < 0.01 {
		t.Fatalf("Hessian of %d rows with a largest entry of %v", len(hessian), largest)
	}
	for i := range hessian {
		for j := range i {
			if diff := math.Abs(hessian[i][j] - hessian[j][i]); !(diff <= 1e-14*largest) {
				t.Errorf("entries (%d,%d) and its mirror differ by %v", i, j, diff)
			}
		}
	}
}

func TestBadRules(t *testing.T) {
	identity := func(x float64) float64 { return x }
	same := func(in []tensor.Shape) (tensor.Shape, error) { return in[0], nil }
	keep := func(out []float64, in [][]float64, _ graph.Shapes) { copy(out, in[0]) }
	foreign := graph.New(graph.Settings{}).Input("foreign", 3, 5)
	for _, c := range []struct {
		op   graph.Op
		want []string
	}{
		{graph.Op{Name: "NoRule", Unary: identity}, []string{"operation NoRule has neither Slope nor Backward"}},
		{graph.Op{Name: "TooMany", Unary: identity, Backward: func(_ []node, _, dy node) []node { return []node{dy, dy} }},
			[]string{"TooMany", "2 gradients for 1 input"}},
		{graph.Op{Name: "None", Unary: identity, Backward: func([]node, node, node) []node { return nil }},
			[]string{"None", "0 gradients for 1 input"}},
		{graph.Op{Name: "Elsewhere", Unary: identity, Backward: func([]node, node, node) []node { return []node{foreign} }},
			[]string{"Elsewhere", "another graph"}},
		{graph.Op{Name: "WrongShape", Eval: keep, Shape: same, Backward: func(_ []node, _, dy node) []node { return []node{graph.Transpose(dy)} }},
			[]string{"WrongShape", "(5,3)", "(3,5) expected"}},
		{graph.Op{Name: "Summed", Eval: keep, Shape: same, Backward: func(_ []node, _, dy node) []node { return []node{graph.Sum(dy)} }},
			[]string{"Summed", "()", "(3,5) expected"}},
		{graph.Op{Name: "SummedEntries", Unary: identity, Backward: func(_ []node, _, dy node) []node { return []node{graph.Sum(dy)} }},
			[]string{"SummedEntries", "()", "(3,5) expected"}},
		{graph.Op{Name: "SummedRows", Binary: math.Max, Backward: func(_ []node, _, dy node) []node {
			return []node{dy, graph.Reduce{KeepDims: true}.Sum(dy, 0)}
		}}, []string{"SummedRows", "gradient for input 1", "(1,5)", "(3,5) expected"}},
		{graph.Op{Name: "SummedColumns", Binary: math.Max, Backward: func(_ []node, _, dy node) []node {
			return []node{graph.Reduce{KeepDims: true}.Sum(dy, 1), dy}
		}}, []string{"SummedColumns", "gradient for input 0", "(3,1)", "(3,5) expected"}},
		{graph.Op{Name: "SummedAll", Binary: math.Max, Backward: func(_ []node, _, dy node) []node { return []node{graph.Sum(dy), dy} }},
			[]string{"SummedAll", "()", "(3,5) expected"}},
		{graph.Op{Name: "Misbuilt", Unary: identity, Backward: func(_ []node, _, dy node) []node { return []node{graph.MatMul(dy, dy)} }},
			[]string{"Misbuilt", "5 columns"}},
	} {
		g := graph.New(graph.Settings{})
		x := g.Input("x", 3, 5)
		operands := []node{x}
		if c.op.Binary != nil {
			operands = append(operands, x)
		}
		y := graph.Sum(c.op.Apply(operands...))
		count := len(g.Nodes())
		_, err := graph.Grad(y, x)
		if err == nil {
			t.Errorf("%s: no error", c.op.Name)
			continue
		}
		for _, want := range append(c.want, "gradcases_test.go:") {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %q does not contain %q", c.op.Name, err, want)
			}
		}
		if len(g.Nodes()) != count {
			t.Errorf("%s: %d nodes are left behind", c.op.Name, len(g.Nodes())-count)
		}
	}
}
