package graph

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

var nan, inf = math.NaN(), math.Inf(1)

// The functions at their edges: infinities, NaN, zeros of either sign, and
// where a naive formula loses all digits.
func TestFunctionsAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(*Node) *Node
		x    []float64
		want []float64
	}{
		{"Expm1", Expm1, []float64{1e-20, -inf, inf, 0}, []float64{1e-20, -1, inf, 0}},
		{"Log1p", Log1p, []float64{1e-20, -1, -2, inf}, []float64{1e-20, -inf, nan, inf}},
		{"Sin", Sin, []float64{0, math.Pi / 2, inf}, []float64{0, 1, nan}},
		{"Cos", Cos, []float64{0, inf}, []float64{1, nan}},
		{"Atan", Atan, []float64{1, -inf, inf, 1e-20, nan}, []float64{math.Pi / 4, -math.Pi / 2, math.Pi / 2, 1e-20, nan}},
		{"Erf", Erf, []float64{0.5, -inf, inf, 1e-20, nan}, []float64{0.5204998778130465, -1, 1, 1.1283791670955126e-20, nan}},
		{"Abs", Abs, []float64{-2, math.Copysign(0, -1), -inf, nan}, []float64{2, 0, inf, nan}},
		{"Sign", Sign, []float64{-2, 0, 3, -inf, nan}, []float64{-1, 0, 1, -1, nan}},
		{"Reciprocal", Reciprocal, []float64{4, 0, -inf, nan}, []float64{0.25, inf, 0, nan}},
		{"x³", func(x *Node) *Node { return Pow(x, 3) }, []float64{-2, 0, inf, nan}, []float64{-8, 0, inf, nan}},
		{"x⁰", func(x *Node) *Node { return Pow(x, 0) }, []float64{-2, 0, nan}, []float64{1, 1, 1}},
		{"x^0.5", func(x *Node) *Node { return Pow(x, 0.5) }, []float64{4, -4, 0}, []float64{2, nan, 0}},
		{"LeakyReLU", LeakyReLU, []float64{3, 0, -3, -inf, nan}, []float64{3, 0, -0.03, -inf, nan}},
		{"ELU", ELU, []float64{3, 0, -1e-20, -1000, -inf, nan}, []float64{3, 0, -1e-20, -1, -1, nan}},
		{"SiLU", SiLU, []float64{0, 1000, -1000, inf, -inf, nan}, []float64{0, 1000, 0, inf, 0, nan}},
		{"GELU", GELU, []float64{0, 1000, -1000, inf, -inf, nan}, []float64{0, 1000, 0, inf, 0, nan}},
		{"NormalCDF", NormalCDF, []float64{0, inf, -inf, nan, -5}, []float64{0.5, 1, 0, nan, 2.8665157187919391e-07}},
		{"Clip", func(x *Node) *Node { return Clip(x, -1, 2) }, []float64{-5, -1, 0, 2, inf, -inf, nan}, []float64{-1, -1, 0, 2, 2, -1, nan}},
		{"Max", func(x *Node) *Node { return Max(x) }, []float64{1, -inf, 3, 2}, []float64{3}},
		{"Max", func(x *Node) *Node { return Max(x) }, []float64{1, nan, 3, 2}, []float64{nan}},
		{"Min", func(x *Node) *Node { return Min(x) }, []float64{1, inf, -3, 2}, []float64{-3}},
		{"Softmax", func(x *Node) *Node { return Softmax(x) }, []float64{1000, -1000, -inf}, []float64{1, 0, 0}},
		{"LogSoftmax", func(x *Node) *Node { return LogSoftmax(x) }, []float64{1000, -1000}, []float64{0, -2000}},
		{"LogSumExp", func(x *Node) *Node { return LogSumExp(x) }, []float64{1000, 1000}, []float64{1000 + math.Ln2}},
		{"LogSumExp", func(x *Node) *Node { return LogSumExp(x) }, []float64{-1e300}, []float64{-1e300}},
		{"Softmax of one", func(x *Node) *Node { return Softmax(x) }, []float64{-7}, []float64{1}},
		{"Variance of one", func(x *Node) *Node { return Variance(x) }, []float64{3}, []float64{0}},
		{"Variance", func(x *Node) *Node { return Variance(x) }, []float64{1, 2, 3, 6}, []float64{3.5}},
	} {
		g := New(Settings{})
		x := g.Input("x", len(c.x))
		got := numbers(t, c.f(x), Feeds{x: dense(c.x, len(c.x))})
		for i, want := range c.want {
			if d := math.Abs(got[i] - want); got[i] != want && !(d <= 1e-14*math.Abs(want)) && !(math.IsNaN(got[i]) && math.IsNaN(want)) {
				t.Errorf("%s of %v is %v, want %v", c.name, c.x, got, c.want)
				break
			}
		}
	}
}

// Where a derivative is a matter of convention, it is the documented one.
func TestDerivativesAtTheEdges(t *testing.T) {
	zeroes := func(f func(a, b *Node) *Node) func(*Node) *Node {
		return func(x *Node) *Node { return f(x, x.g.Const(0)) }
	}
	for _, c := range []struct {
		name string
		f    func(*Node) *Node
		x    []float64
		want []float64
	}{
		{"Abs", Abs, []float64{-2, 0, 2}, []float64{-1, 0, 1}},
		{"LeakyReLU", LeakyReLU, []float64{-2, 0, 2, nan}, []float64{0.01, 0.01, 1, nan}},
		{"ELU", ELU, []float64{-1000, 0, 2}, []float64{0, 1, 1}},
		{"Maximum", zeroes(Maximum), []float64{-2, 0, 2}, []float64{0, 0.5, 1}},
		{"Minimum", zeroes(Minimum), []float64{-2, 0, 2}, []float64{1, 0.5, 0}},
		{"Clip", func(x *Node) *Node { return Clip(x, 0, 1) }, []float64{-1, 0, 0.5, 1, 2}, []float64{0, 1, 1, 1, 0}},
		{"Max", func(x *Node) *Node { return Max(x) }, []float64{1, 3, 3, 2}, []float64{0, 0.5, 0.5, 0}},
		{"Min", func(x *Node) *Node { return Min(x) }, []float64{1, 3, 1, 1}, []float64{1. / 3, 0, 1. / 3, 1. / 3}},
		{"x⁰", func(x *Node) *Node { return Pow(x, 0) }, []float64{0, 2}, []float64{0, 0}},
		{"x¹", func(x *Node) *Node { return Pow(x, 1) }, []float64{0, 2}, []float64{1, 1}},
		{"x²", func(x *Node) *Node { return Pow(x, 2) }, []float64{0, 2}, []float64{0, 4}},
		{"SiLU", SiLU, []float64{0, 1000, -1000}, []float64{0.5, 1, 0}},
		{"GELU", GELU, []float64{0, 1000, -1000}, []float64{0.5, 1, 0}},
	} {
		g := New(Settings{})
		x := g.Input("x", len(c.x))
		got := numbers(t, mustGrad(t, Sum(c.f(x)), x)[0], Feeds{x: dense(c.x, len(c.x))})
		for i, want := range c.want {
			if got[i] != want && !(math.IsNaN(got[i]) && math.IsNaN(want)) {
				t.Errorf("derivative of %s at %v is %v, want %v", c.name, c.x, got, c.want)
				break
			}
		}
	}
}

// What Where does not choose has no influence, even where it is NaN.
func TestWhere(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 4)
	positive := Greater(x, g.Const(0))
	safe := Where(positive, Log(Where(positive, x, g.Const(1))), x.Times(2))
	dx := mustGrad(t, Sum(safe), x)[0]
	feeds := Feeds{x: dense([]float64{-1, 1, 0, 2}, 4)}
	if got := numbers(t, safe, feeds); !slices.Equal(got, []float64{-2, 0, 0, math.Log(2)}) {
		t.Errorf("value %v", got)
	}
	if got := numbers(t, dx, feeds); !slices.Equal(got, []float64{2, 1, 2, 0.5}) {
		t.Errorf("derivative %v", got)
	}
	for name, c := range map[string]struct {
		n    *Node
		want []float64
	}{
		"Less":         {Less(x, g.Const(1)), []float64{1, 0, 1, 0}},
		"LessEqual":    {LessEqual(x, g.Const(1)), []float64{1, 1, 1, 0}},
		"Greater":      {Greater(x, g.Const(1)), []float64{0, 0, 0, 1}},
		"GreaterEqual": {GreaterEqual(x, g.Const(1)), []float64{0, 1, 0, 1}},
		"Equal":        {Equal(x, g.Const(1)), []float64{0, 1, 0, 0}},
		"NotEqual":     {NotEqual(x, g.Const(1)), []float64{1, 0, 1, 1}},
		"NaN":          {NotEqual(Log(x.Times(-1)), g.Const(0)), []float64{0, 1, 1, 1}},
	} {
		if got := numbers(t, c.n, feeds); !slices.Equal(got, c.want) {
			t.Errorf("%s is %v, want %v", name, got, c.want)
		}
	}
}

// The gradient through StopGradient is the constant zero, of any order, also
// when a rule uses it.
func TestStopGradient(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 3)
	if d, ok := mustGrad(t, Sum(StopGradient(Exp(x))), x)[0].ConstValue(); !ok || d != 0 {
		t.Error("a stopped gradient is not the constant 0")
	}
	feeds := Feeds{x: dense([]float64{1, 2, 3}, 3)}
	if got := numbers(t, mustGrad(t, Sum(Mul(StopGradient(x), x)), x)[0], feeds); !slices.Equal(got, []float64{1, 2, 3}) {
		t.Errorf("the derivative of stop(x)·x is %v, want x", got)
	}
	frozen := &Op{Name: "Frozen", Unary: func(x float64) float64 { return x * x },
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Mul(dy, StopGradient(x[0]).Times(2))} }}
	first := mustGrad(t, Sum(frozen.Apply(x)), x)[0]
	if got := numbers(t, first, feeds); !slices.Equal(got, []float64{2, 4, 6}) {
		t.Errorf("first derivative %v", got)
	}
	if got := numbers(t, mustGrad(t, Sum(Square(first)), x)[0], feeds); !slices.Equal(got, []float64{0, 0, 0}) {
		t.Errorf("second derivative %v, 0 expected: the first counts as a constant", got)
	}
}

func TestOneHot(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for _, shape := range [][]int{{4}, {1, 4}} {
			g := New(Settings{Dtype: dtype})
			x := g.Input("x", shape...)
			hot := OneHot(x, 3)
			if !slices.Equal(hot.Shape(), tensor.Shape{3, 4}) {
				t.Fatalf("shape %v", hot.Shape())
			}
			p := run(t, Spec{Outputs: []*Node{hot}}, Feeds{x: denseAs(dtype, []float64{0, 2, 1, 2}, shape, rowMajor)})
			v, _ := p.Value(hot)
			sameBits(t, v, storage{dtype: tensor.Float64, shape: []int{3, 4}, f64: []float64{1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1}})
		}
	}
	g := New(Settings{})
	x := g.Input("x", 5)
	sums := numbers(t, Sum(OneHot(x, 2), 0), Feeds{x: dense([]float64{1, 2, -1, 0.5, nan}, 5)})
	if sums[0] != 1 || slices.ContainsFunc(sums[1:], func(v float64) bool { return !math.IsNaN(v) }) {
		t.Errorf("column sums %v: NaN expected for all but the first", sums)
	}
}

func TestSoftmaxIsShared(t *testing.T) {
	g := New(Settings{})
	z := g.Input("Z", 10, 64)
	p, err := Compile(Spec{Outputs: []*Node{Softmax(z, 0), LogSumExp(z, 0), LogSoftmax(z, -2)}})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(p.String(), "Exp"); n != 1 {
		t.Errorf("%d exponentials of the logits, 1 expected:\n%v", n, p)
	}
	if logits, axes, ok := Softmax(z, 0).Logits(); !ok || logits != z || !slices.Equal(axes, []int{0}) {
		t.Errorf("Logits gives %v, %v, %t", logits, axes, ok)
	}
	if _, _, ok := LogSoftmax(z, 0).Logits(); ok {
		t.Error("SoftmaxLogits takes a log-softmax for a softmax")
	}
}

func TestOperationMistakes(t *testing.T) {
	for _, c := range []struct {
		want string
		make func(g *Graph, x *Node)
	}{
		{"indices 2 to 2 of axis 0 of shape (3,4)", func(g *Graph, x *Node) { Slice(x, Range{From: 2, To: 2}) }},
		{"indices 0 to 5 of axis 1 of shape (3,4)", func(g *Graph, x *Node) { Slice(x, Range{}, Range{From: 0, To: 5}) }},
		{"3 ranges given for shape (3,4), which has 2 axes", func(g *Graph, x *Node) { Slice(x, Range{}, Range{}, Range{From: 0, To: 1}) }},
		{"indices -2 to 4 of axis 1 of shape (3,4)", func(g *Graph, x *Node) { Slice(x, Range{}, Range{From: -6}) }},
		{"indices 2 to 1 of axis 0 of shape (3,4)", func(g *Graph, x *Node) { Slice(x, Range{From: 2, To: -2}) }},
		{"shapes (3,4) and (4,3) do not go together along axis 0", func(g *Graph, x *Node) { Concat(0, x, Transpose(x)) }},
		{"axis 2 of shape (3,4)", func(g *Graph, x *Node) { Concat(2, x, x) }},
		{"two nodes of one shape", func(g *Graph, x *Node) { Dot(x, Transpose(x)) }},
		{"two vectors expected", func(g *Graph, x *Node) { Outer(x, x) }},
		{"bounds 2 and 1 given", func(g *Graph, x *Node) { Clip(x, 2, 1) }},
		{"bounds NaN and 1 given", func(g *Graph, x *Node) { Clip(x, nan, 1) }},
		{"one class number per example", func(g *Graph, x *Node) { OneHot(x, 2) }},
		{"0 classes given", func(g *Graph, x *Node) { OneHot(Slice(x, Range{From: 0, To: 1}), 0) }},
		{"axis 2 of shape (3,4)", func(g *Graph, x *Node) { Softmax(x, 2) }},
		{"axis 1 is given twice", func(g *Graph, x *Node) { Max(x, 1, -1) }},
		{"before the matrices, shapes (2) and (3) do not go together", func(g *Graph, x *Node) {
			MatMul(g.Input("a", 2, 3, 3), g.Input("b", 3, 3, 3))
		}},
		{"shape (4) given, a matrix expected", func(g *Graph, x *Node) { MatMul(x, g.Input("v", 4)) }},
		{"a node is nil", func(g *Graph, x *Node) { Maximum(x, nil) }},
		{"a node is nil", func(g *Graph, x *Node) { Where(nil, x, x) }},
		{"a node is nil", func(g *Graph, x *Node) { Outer(x, nil) }},
		{"a node is nil", func(g *Graph, x *Node) { Dot(nil, x) }},
		{"a node is nil", func(g *Graph, x *Node) { Concat(0, x, nil) }},
	} {
		g := New(Settings{})
		c.make(g, g.Input("x", 3, 4))
		if err := g.Err(); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "operations_test.go:") {
			t.Errorf("error %v, %q and the place expected", err, c.want)
		}
	}
	// Without any graph there is none to keep the mistake; the node has it.
	for i, n := range []*Node{Slice(nil, Range{From: 0, To: 1}), Concat(0), Dot(nil, nil), Outer(nil, nil), Clip(nil, 0, 1), Clip(nil, 1, 0),
		OneHot(nil, 2), Softmax(nil), LogSumExp(nil), Max(nil), Pow(nil, 3), Where(nil, nil, nil), Variance(nil), Norm(nil), Std(nil), NotEqual(nil, nil)} {
		if n.Err() == nil {
			t.Errorf("node %d has no error", i)
		}
	}
}

func TestFormulasOfFunctions(t *testing.T) {
	g := New(Settings{})
	x, y := g.Input("x", 3, 4), g.Input("y", 3, 4)
	for want, n := range map[string]*Node{
		"x³":                Pow(x, 3),
		"(x + y)^2.5":       Pow(Add(x, y), 2.5),
		"x⁻²":               Pow(x, -2),
		"x^(−0.5)":          Pow(x, -0.5),
		"1/(x + y)":         Reciprocal(Add(x, y)),
		"1/x":               Pow(x, -1),
		"clip(x, −1, 2)":    Clip(x, -1, 2),
		"x[:, 1:3]":         Slice(x, Range{}, Range{From: 1, To: 3}),
		"(x ⊙ y)[0:1, :]":   Slice(Mul(x, y), Range{From: 0, To: 1}),
		"concat(x, y)":      Concat(0, x, y),
		"softmax(x)":        Softmax(x, 0),
		"max(x, y)":         Maximum(x, y),
		"max(x)":            Max(x, 0),
		"x > y":             Greater(x, y),
		"(x > y) ⊙ x":       Mul(Greater(x, y), x),
		"x + y ≥ 2":         GreaterEqual(Add(x, y), g.Const(2)),
		"log1p(expm1(x))":   Log1p(Expm1(x)),
		"gelu(x)":           GELU(x),
		"Φ(x)":              NormalCDF(x),
		"logsumexp(x)":      kept.LogSumExp(x, 0),
		"stop(x) ⊙ x":       Mul(StopGradient(x), x),
		"onehot(x[0:1, :])": OneHot(Slice(x, Range{From: 0, To: 1}), 3),
		"x[0:1, 0:3]":       Slice(x, Range{From: 0, To: 1}, Range{From: 0, To: 3}),
		"part[:, 0:3]":      Slice(Slice(x, Range{From: 0, To: 2}).Named("part"), Range{}, Range{From: 0, To: 3}),

		"(y[1:3, :])[0:1, 0:3]": Slice(Slice(y, Range{From: 1, To: 3}, Range{From: 0, To: 3}), Range{From: 0, To: 1}), // one axis twice
	} {
		lines, err := Formulas(n)
		if err != nil {
			t.Fatal(err)
		}
		if got := lines[len(lines)-1].Text; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
