package graph

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// A Node that only its user made, &Node{}, is a mistake wherever a node is expected,
// and no panic: alone, beside a node of a graph, and in methods.
func TestNodesOfNoGraph(t *testing.T) {
	bare := &Node{}
	x := New(Settings{}).Input("x", 2, 2)
	for name, n := range map[string]*Node{
		"alone": Neg(bare), "first": Add(bare, New(Settings{}).Input("x", 2, 2)), "second": Add(New(Settings{}).Input("x", 2, 2), bare),
		"number": bare.Plus(1), "mean": Mean(bare), "variance": Variance(bare, 0), "extremum": Max(bare, 0),
		"slice": Slice(bare, Range{From: 0, To: 1}), "one-hot": OneHot(bare, 2), "dot": Dot(bare, bare), "outer": Outer(bare, bare),
		"where": Where(bare, bare, bare), "clip": Clip(bare, 1, 0), "named": bare.Named("n"), "itself": bare,
	} {
		if n.Err() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if bare.MarkZ().IsZ() || bare.Symbol() != "" || fmt.Sprint(bare) != bareNode {
		t.Errorf("it is %v, symbol %q", bare, bare.Symbol())
	}
	_, grad := Grad(bare, bare)
	_, jacobian := Jacobian(bare, bare)
	_, program := Compile(Spec{Outputs: []*Node{x}, Given: []*Node{bare}})
	for _, err := range []error{grad, jacobian, program} {
		if err == nil {
			t.Error("no error of a function that does work")
		}
	}
}

// A parameter and a tensor that are their type's zero value are told as such; the
// dtype that they do not have has no text.
func TestZeroParamsAndTensors(t *testing.T) {
	p, g := &Param{}, New(Settings{})
	substituted := New(Settings{})
	substituted.Substitute(map[*Param]*Node{p: substituted.Input("x")}, func() {})
	for _, err := range []error{p.Err(), g.Use(p).Err(), g.Err(), p.Set(dense([]float64{1})), substituted.Err()} {
		if err != errBareParam {
			t.Errorf("of a parameter: %v", err)
		}
	}
	if v := p.Value(); v != nil {
		t.Errorf("value %v", v)
	}
	h := New(Settings{})
	x := h.Input("x")
	feed := run(t, Spec{Outputs: []*Node{x}}, Feeds{x: 1.0}).Run(Feeds{x: &tensor.Dense{}})
	for _, err := range []error{NewParam("p", &tensor.Dense{}).Err(), h.Array(&tensor.Dense{}).Err(), feed} {
		if err == nil || strings.Contains(err.Error(), "PANIC") {
			t.Errorf("of a tensor: %v", err)
		}
	}
}

// A program that is compiled while parameters are substituted updates the
// parameters themselves.
func TestCompileInsideSubstitute(t *testing.T) {
	g, p := New(Settings{}), NewParam("p", dense([]float64{1}))
	x := g.Input("x")
	g.Substitute(map[*Param]*Node{p: x}, func() {
		run(t, Spec{Updates: []Update{{p, g.Use(p).Times(3)}}}, Feeds{x: 2.0})
	})
	if v := p.Value().Data(); v != 6.0 {
		t.Errorf("the parameter is %v, 6 expected", v)
	}
}

// A Slope that is a mistake, or works for matrices alone, has no line.
func TestDerivativeOfNoScalar(t *testing.T) {
	for name, slope := range map[string]func(x, y *Node) *Node{
		"failed":  func(x, _ *Node) *Node { return Sum(x, 1) },
		"bare":    func(_, _ *Node) *Node { return &Node{} },
		"foreign": func(_, _ *Node) *Node { return New(Settings{}).Input("x") },
	} {
		op := &Op{Name: "f", Unary: math.Tanh, Slope: slope}
		if s := op.Derivative(); s != "" {
			t.Errorf("%s: %q", name, s)
		}
	}
}

// A Substitute inside another adds to it, and what it put in place is gone behind it.
func TestSubstituteInsideSubstitute(t *testing.T) {
	g := New(Settings{})
	p, q := NewParam("p", dense([]float64{1})), NewParam("q", dense([]float64{1}))
	x, y := g.Input("x"), g.Input("y")
	g.Substitute(map[*Param]*Node{p: x}, func() {
		g.Substitute(map[*Param]*Node{p: y, q: y}, func() {
			if g.Use(p) != y || g.Use(q) != y {
				t.Error("inside: not what was put in place last")
			}
		})
		g.Substitute(map[*Param]*Node{q: y}, func() {
			if g.Use(p) != x {
				t.Error("inside: not what was put in place outside")
			}
		})
		if g.Use(p) != x || g.Use(q).Param() != q {
			t.Error("outside: what was put in place inside is still there")
		}
	})
	if g.Use(p).Param() != p {
		t.Error("behind: not the parameter")
	}
}

// Equal nodes are computed once, also where their inputs are two nodes that are equal.
func TestEqualChainsAreOne(t *testing.T) {
	x := New(Settings{}).Input("x", 3)
	program, err := Compile(Spec{Outputs: []*Node{Sigmoid(Sin(Exp(x))), Sigmoid(Sin(Exp(x)))}})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(program.String(), "Sigmoid"); n != 1 {
		t.Errorf("Sigmoid is there %d times, once expected:\n%v", n, program)
	}
}

// The rule of an operation of one input may return a number, which is that of every
// entry.
func TestGradientThatIsANumber(t *testing.T) {
	x := New(Settings{}).Input("x", 2, 3)
	op := &Op{Name: "triple", Unary: func(v float64) float64 { return 3 * v },
		Backward: func(x []*Node, _, _ *Node) []*Node { return []*Node{x[0].Graph().Const(3)} }}
	d, err := Grad(Sum(op.Apply(x)), x)
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := d[0].ConstValue(); !ok || v != 3 || len(d[0].Shape()) != 2 {
		t.Errorf("gradient %v", d)
	}
}

// A factor is written over m, the number of examples, where it counts them up to nine
// times; else it is a number that has nothing to do with m.
func TestFactorsOfExamples(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 2, 4)
	for c, want := range map[float64]string{9.0 / 4: "9·x/m", 10.0 / 4: "2.5·x"} {
		y := x.Times(c)
		if f, err := Formulas(y); err != nil || f[0].Text != want {
			t.Errorf("%v·x is written %v, error %v; %s expected", c, f, err, want)
		}
	}
}

// The names that a rule gave in a gradient that failed are free again.
func TestNamesOfAFailedGradient(t *testing.T) {
	x := New(Settings{}).Input("x")
	named := &Op{Name: "f", Unary: math.Tanh, Slope: func(x, _ *Node) *Node { return Cos(x).Named("slope") }}
	noRule := &Op{Name: "g", Unary: math.Tanh}
	if _, err := Grad(named.Apply(noRule.Apply(x)), x); err == nil {
		t.Fatal("no error")
	}
	if err := x.Plus(1).Named("slope").Err(); err != nil {
		t.Error(err)
	}
}

// A Graph that New did not make is a mistake of whatever is added to it, and no panic.
func TestGraphThatNewDidNotMake(t *testing.T) {
	p := NewParam("p", dense([]float64{1}))
	for name, add := range map[string]func(g *Graph) error{
		"input": func(g *Graph) error { return g.Input("x").Err() },
		"const": func(g *Graph) error { return g.Const(1).Err() },
		"param": func(g *Graph) error { return g.Use(p).Err() },
		"array": func(g *Graph) error { return g.Array(dense([]float64{1})).Err() },
		"itself": func(g *Graph) error {
			g.Substitute(nil, func() { t.Error("what is to be substituted in is built") })
			return g.Err()
		},
	} {
		if err := add(&Graph{}); !errors.Is(err, errBareGraph) {
			t.Errorf("%s: %v", name, err)
		}
	}
	g := New(Settings{})
	if g.Substitute(nil, nil); g.Err() == nil || !strings.Contains(g.Err().Error(), "the function that builds is nil") {
		t.Errorf("nothing to build: %v", g.Err())
	}
}

// A script calls the nodes of another graph by their names or operations, and a node
// that there is not by nothing.
func TestScriptOfOtherNodes(t *testing.T) {
	x := New(Settings{}).Input("x", 2)
	for _, s := range []*Script{NewScript(nil), NewScript(New(Settings{})), {}, nil} {
		if got := [...]string{s.Called(x), s.Called(Exp(x)), s.Symbol(x), s.Line(Exp(x)).Text}; got != [...]string{"x", "Exp(…)", "", "exp(x)"} {
			t.Errorf("of another graph: %q", got)
		}
		if got := [...]string{s.Called(nil), s.Symbol(nil), s.Line(nil).Text, s.GradientOf(&Node{})}; got != [4]string{} {
			t.Errorf("of none: %q", got)
		}
	}
}

// Classes are limited before there is an array of their numbers.
func TestOneHotOfTooManyClasses(t *testing.T) {
	g := New(Settings{})
	if err := OneHot(g.Input("x", 1), maxClasses+1).Err(); err == nil || !strings.Contains(err.Error(), "16777217 classes given, at most 16777216 are supported") || len(g.Nodes()) != 1 {
		t.Errorf("error %v, nodes %v", err, g.Nodes())
	}
}

// A gradient that was taken back demands nothing of labels any more, whatever stands
// in its place.
func TestRequireAfterAFailedDerivative(t *testing.T) {
	g := New(Settings{})
	z, y := g.Input("z", 1, 2), g.Input("y", 1, 2)
	last := &Op{Name: "last", Unary: func(x float64) float64 { return x }} // has no derivative
	once := &Op{Name: "once", Unary: func(x float64) float64 { return x }, Slope: func(x, _ *Node) *Node { return last.Apply(x) }}
	cost := Require(y, Sum(Mul(once.Apply(z), y)), Requirement{Values: ZeroOrOne, Op: "cost"})
	if _, err := HVP(cost, []*Node{z}, []*Node{g.Const(1, 1, 2)}); err == nil {
		t.Fatal("no error of an operation without a derivative")
	}
	other := y
	for range 20 {
		other = Sin(other)
	}
	p, err := Compile(Spec{Outputs: []*Node{other}})
	if err == nil {
		err = p.Run(Feeds{y: []float64{7, 8}})
	}
	if err != nil {
		t.Error(err)
	}
}
