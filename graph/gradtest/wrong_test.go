package gradtest_test

import (
	"math"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"gorgonia.org/tensor"
)

// Rules with one mistake each.
var wrongRules = map[string]*graph.Op{
	"missing factor": {Name: "Sq", Unary: func(x float64) float64 { return x * x },
		Backward: func(x nodes, _, dy *graph.Node) nodes { return nodes{graph.Mul(dy, x[0])} }},
	"wrong sign": {Name: "Minus", Binary: func(a, b float64) float64 { return a - b },
		Backward: func(_ nodes, _, dy *graph.Node) nodes { return nodes{dy, dy} }},
	"swapped": {Name: "Times", Binary: func(a, b float64) float64 { return a * b },
		Backward: func(x nodes, _, dy *graph.Node) nodes {
			return nodes{graph.Mul(dy, x[0]), graph.Mul(dy, x[1])}
		}},
	"without the gradient of the result": {Name: "Exponential", Unary: math.Exp,
		Backward: func(_ nodes, y, _ *graph.Node) nodes { return nodes{y} }},
	"zero": {Name: "Zero", Unary: math.Sin,
		Backward: func(nodes, *graph.Node, *graph.Node) nodes { return nodes{nil} }},
	"transposed": {Name: "Product", Eval: evalProduct, Shape: firstShape,
		Backward: func(x nodes, _, dy *graph.Node) nodes {
			return nodes{graph.MatMulTrans(x[1], false, dy, true), graph.MatMulTrans(x[0], true, dy, false)}
		}},
	"part of the entries": {Name: "Reverse", Shape: firstShape,
		Eval: func(out []float64, in [][]float64, _ graph.Shapes) {
			for i, v := range in[0] {
				out[len(out)-1-i] = v
			}
		},
		Backward: func(_ nodes, _, dy *graph.Node) nodes { return nodes{dy} }},
}

func firstShape(in []tensor.Shape) (tensor.Shape, error) { return in[0], nil }

// evalProduct multiplies square matrices.
func evalProduct(out []float64, in [][]float64, s graph.Shapes) {
	n := s.Out[0]
	for i := range n {
		for j := range n {
			for k := range n {
				out[i*n+j] += in[0][i*n+k] * in[1][k*n+j]
			}
		}
	}
}

func TestWrongRulesAreCaught(t *testing.T) {
	for name, op := range wrongRules {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			g := graph.New(graph.Settings{Dtype: dtype})
			a, b := g.Input("a", 3, 3), g.Input("b", 3, 3)
			in := nodes{a, b}
			if op.Unary != nil || name == "part of the entries" {
				in = in[:1]
			}
			cost := graph.Mean(graph.Square(op.Apply(in...)))
			r := &recorder{}
			gradtest.Check(r, cost, nil, in...)
			if !r.failed || !strings.Contains(r.text, "WRONG") || !strings.Contains(r.text, "order 1 with respect to") {
				t.Errorf("%s, %v, is not caught: %s", name, dtype, r.text)
			}
		}
	}
}

// A rule that is right as a number and wrong as a function is found by the
// second order alone.
func TestWrongSecondOrderIsCaught(t *testing.T) {
	frozen := &graph.Op{Name: "Frozen", Unary: func(x float64) float64 { return 2 * x },
		Backward: func(nodes, *graph.Node, *graph.Node) nodes { return nodes{nil} }}
	op := &graph.Op{Name: "Sq", Unary: func(x float64) float64 { return x * x },
		Backward: func(x nodes, _, dy *graph.Node) nodes { return nodes{graph.Mul(dy, frozen.Apply(x[0]))} }}
	g := graph.New(graph.Settings{})
	x := g.Input("x", 4)
	cost := graph.Sum(op.Apply(x))
	gradtest.Check(t, cost, nil, x)
	r, err := gradtest.Compare(t.Context(), gradtest.Settings{Order: 2}, cost, nil, x)
	if err != nil {
		t.Fatal(err)
	}
	if r.Rows[0].Err() != nil || r.Rows[1].Err() == nil || r.Rows[1].Order != 2 {
		t.Errorf("first order right and second wrong expected:\n%v", r)
	}
}

// A gradient that float32 cannot compute is wrong in float32 alone.
func TestFloat32GradientIsCompared(t *testing.T) {
	op := &graph.Op{Name: "Sq", Unary: func(x float64) float64 { return x * x },
		Backward: func(x nodes, _, dy *graph.Node) nodes {
			const far = 1 << 24
			return nodes{graph.Mul(dy, x[0].Plus(far).Plus(-far).Times(2))}
		}}
	g := graph.New(graph.Settings{Dtype: tensor.Float32})
	x := g.Input("x", 4)
	r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, graph.Sum(op.Apply(x)), nil, x)
	if err != nil {
		t.Fatal(err)
	}
	if r.Rows[0].Err() != nil || r.Rows[1].Err() == nil || !r.Rows[1].Float32 {
		t.Errorf("the float32 row alone should be wrong:\n%v", r)
	}
	if err := r.Err(); err == nil || !strings.Contains(err.Error(), "in float64") {
		t.Errorf("error %v", err)
	}
}

func TestNotFinite(t *testing.T) {
	for _, c := range []struct {
		name  string
		op    func(*graph.Node) *graph.Node
		value float64
		want  string
	}{
		{"log at 0", graph.Log, 0, "the cost is -Inf; the first value that is not finite is -Inf in"},
		{"overflow", graph.Exp, 1000, "the cost is +Inf; the first value that is not finite is +Inf in"},
		{"infinite slope", graph.Sqrt, 0, "entry (1): the symbolic gradient is not finite, and differences settle on nothing: symbolic +Inf"},
		{"log below 0", graph.Log, -2, "undecided: 3 of 3 entries"},
		{"NaN in a feed", graph.ReLU, math.NaN(), "the cost is NaN; the first value that is not finite is NaN in x (3), entry (1)"},
	} {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			g := graph.New(graph.Settings{Dtype: dtype})
			x := g.Input("x", 3)
			feed := graph.Tensor([]float64{1, c.value, 2}, 3)
			if dtype == tensor.Float32 {
				feed = graph.Tensor([]float32{1, float32(c.value), 2}, 3)
			}
			cost := graph.Sum(c.op(x))
			r := &recorder{}
			gradtest.Check(r, cost, graph.Feeds{x: feed}, x)
			if !r.failed || !strings.Contains(r.text, c.want) {
				t.Errorf("%s: %s", c.name, r.text)
			}
		}
	}
}
