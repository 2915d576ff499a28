package graph_test

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// explosive is an operation on x whose functions panic when they are armed, with an
// index out of range, as a mistake in them does.
type explosive struct {
	armed string // the function that panics
	graph.Op
}

func (e *explosive) when(function string) {
	if e.armed == function {
		_ = make([]int, 3)[len(function)+3]
	}
}

func newExplosive(kind string) *explosive {
	e := &explosive{}
	e.Name = "boom"
	backward := func(_ []node, _, dy node) []node { e.when("Backward"); return []node{dy, dy} }
	switch kind {
	case "Unary":
		e.Unary = func(x float64) float64 { e.when("Unary"); return x }
		e.Slope = func(x, _ node) node { e.when("Slope"); return x.Graph().Const(1) }
		e.Kink = func(...float64) float64 { e.when("Kink"); return 1 }
	case "Binary":
		e.Binary = func(a, b float64) float64 { e.when("Binary"); return a + b }
		e.Backward = backward
	case "Eval":
		e.Eval = func(out []float64, in [][]float64, _ graph.Shapes) { e.when("Eval"); copy(out, in[0]) }
		e.Shape = func(in []tensor.Shape) (tensor.Shape, error) { e.when("Shape"); return in[0], nil }
		e.Backward = backward
	}
	return e
}

// apply applies the operation to x, twice if it takes two.
func (e *explosive) apply(x node) node {
	if e.Unary != nil {
		return e.Apply(x)
	}
	return e.Apply(x, x)
}

// isBoom reports an error that does not name the function, the operation, the place and
// what was panicked with, or hides the stack.
func isBoom(t *testing.T, what, function string, err error) {
	t.Helper()
	var p *graph.Panic
	var inside runtime.Error
	switch {
	case err == nil:
		t.Errorf("%s: no error", what)
	case !errors.As(err, &p) || !errors.As(err, &inside):
		t.Errorf("%s: no Panic with a runtime.Error in %v", what, err)
	case !strings.Contains(err.Error(), function+" of operation boom panicked at panic_test.go:") || !strings.Contains(err.Error(), "index out of range"):
		t.Errorf("%s: error %v", what, err)
	case !strings.Contains(string(p.Stack), "explosive"):
		t.Errorf("%s: the stack does not reach the function:\n%s", what, p.Stack)
	}
}

// A panic of a user's function is an error of what called it, by the names of function
// and operation. No parameter is written, the outputs of the run before are gone, and
// the next run works.
func TestPanicInARun(t *testing.T) {
	for _, kind := range []string{"Unary", "Binary", "Eval"} {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			for _, size := range []int{2, 1 << 18} { // by one worker, and by all
				name := fmt.Sprint(kind, " ", dtype, " ", size)
				e := newExplosive(kind)
				g := graph.New(graph.Settings{Dtype: dtype})
				w := graph.NewParam("w", tensor.New(tensor.Of(dtype), tensor.WithShape(size)))
				v := graph.NewParam("v", tensor.New(tensor.Of(dtype), tensor.WithShape(size)))
				x := g.Input("x", size)
				cost := graph.Sum(graph.Exp(e.apply(graph.Sin(x))))
				program, err := graph.Compile(graph.Spec{Outputs: []node{cost}, Workers: 2, Updates: []graph.Update{
					{Param: v, Value: g.Use(v).Plus(1)}, {Param: w, Value: graph.Add(g.Use(w), e.apply(x))}}})
				if err != nil {
					t.Fatal(err)
				}
				feeds := graph.Feeds{x: tensor.New(tensor.Of(dtype), tensor.WithShape(size))}
				run := func(steps string) {
					if err := program.Run(feeds); err != nil {
						t.Errorf("%s: %v", name, err)
					}
					for _, p := range []*graph.Param{v, w} {
						if got := fmt.Sprint(slice0(p)); p == v && got != steps {
							t.Errorf("%s: %s is %s, %s expected", name, p.Name(), got, steps)
						}
					}
				}
				run("1")
				e.armed = kind
				isBoom(t, name, kind, program.Run(feeds))
				isBoom(t, name+", in order", kind, program.RunInOrder([]any{feeds[x]}))
				if _, err := program.Scalar(cost); err == nil {
					t.Errorf("%s: an output of a run that failed", name)
				}
				if got := fmt.Sprint(slice0(v)); got != "1" {
					t.Errorf("%s: v is %s after a run that failed", name, got)
				}
				e.armed = ""
				run("2")
				if err := program.Close(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
}

// slice0 returns the first entry of a parameter.
func slice0(p *graph.Param) any {
	switch v := p.Value().Data().(type) {
	case []float64:
		return v[0]
	case []float32:
		return v[0]
	}
	return nil
}

// So it is of whatever else calls a user's functions: Grad, gorgonia's machines, checks
// of gradients, and the building of nodes, where it is a mistake of the graph.
func TestPanicElsewhere(t *testing.T) {
	for _, c := range []struct{ kind, function string }{{"Unary", "Slope"}, {"Binary", "Backward"}, {"Eval", "Backward"}} {
		e := newExplosive(c.kind)
		x := graph.New(graph.Settings{}).Input("x", 2)
		y := graph.Sum(e.apply(x))
		e.armed = c.function
		_, err := graph.Grad(y, x)
		isBoom(t, "Grad", c.function, err)
		_, err = graph.GradRaw(y, x)
		isBoom(t, "GradRaw", c.function, err)
		if e.Unary != nil {
			if s := e.Derivative(); s != "" {
				t.Errorf("derivative %q of a slope that panics", s)
			}
		}
		e.armed = ""
		if _, err := graph.Grad(y, x); err != nil {
			t.Error(err)
		}
	}
	for _, kind := range []string{"Unary", "Binary", "Eval"} {
		e := newExplosive(kind)
		g := graph.New(graph.Settings{})
		x := g.Input("x", 2)
		y := e.apply(x)
		expr, nodes, err := g.ExprGraph()
		if err != nil {
			t.Fatal(err)
		}
		if err := gorgonia.Let(nodes[x], graph.Tensor([]float64{1, 2}, 2)); err != nil {
			t.Fatal(err)
		}
		e.armed = kind
		m := gorgonia.NewTapeMachine(expr)
		if err := m.RunAll(); err == nil || !strings.Contains(err.Error(), kind+" of operation boom panicked") {
			t.Errorf("gorgonia's machine: %v", err)
		}
		m.Close()
		_, err = gradtest.Compare(t.Context(), gradtest.Settings{}, graph.Sum(y), nil, x)
		isBoom(t, "Compare", kind, err)
	}
	e := newExplosive("Unary")
	x := graph.New(graph.Settings{}).Input("x", 2)
	y := graph.Sum(e.apply(x))
	e.armed = "Kink"
	_, err := gradtest.Compare(t.Context(), gradtest.Settings{}, y, nil, x)
	isBoom(t, "Compare", "Kink", err)
	e = newExplosive("Eval")
	e.armed = "Shape"
	isBoom(t, "Apply", "Shape", e.apply(x).Err())
	isBoom(t, "the graph", "Shape", x.Graph().Err())
}

// A function that simplifying calls on constants is named too.
func TestPanicOnConstants(t *testing.T) {
	for _, kind := range []string{"Unary", "Binary"} {
		e := newExplosive(kind)
		outer := &graph.Op{Name: "outer", Unary: math.Sin, Slope: func(x, _ node) node { return e.apply(x.Graph().Const(3)) }}
		x := graph.New(graph.Settings{}).Input("x", 2)
		y := graph.Sum(outer.Apply(x))
		e.armed = kind
		_, err := graph.Grad(y, x)
		isBoom(t, kind, kind, err)
	}
}

// An error that is panicked with is found in the error, and one inside another stays
// the first.
func TestRecovered(t *testing.T) {
	own := errors.New("own")
	first := graph.Recovered("f", own)
	if second := graph.Recovered("g", first); second != first || !errors.Is(second, own) || !strings.Contains(first.Error(), "f panicked at") {
		t.Errorf("%v, then %v", first, second)
	}
	if errors.Is(graph.Recovered("f", "own"), own) {
		t.Error("a text is no error")
	}
}

// A program that is running, in the hands of its own function, is not to be read or set.
func TestUseWhileRunning(t *testing.T) {
	x := graph.New(graph.Settings{}).Input("x")
	var program *graph.Program
	var errs []error
	y := (&graph.Op{Name: "f", Unary: func(x float64) float64 {
		if program == nil {
			return x
		}
		_, value := program.Value(x0)
		_, scalar := program.Scalar(x0)
		_, floats := program.Float64s(nil, x0)
		_, profile := program.Profile()
		errs = append(errs, program.Run(nil), program.RunInOrder(nil), program.Close(), program.Set(x0, 1), value, scalar, floats,
			program.CopyTo(nil, x0), profile)
		return x
	}}).Apply(x)
	x0 = y
	p, err := graph.Compile(graph.Spec{Outputs: []node{y}, Profile: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Run(graph.Feeds{x: 1.0}); err != nil {
		t.Fatal(err)
	}
	program = p
	if err := p.Run(graph.Feeds{x: 1.0}); err != nil {
		t.Fatal(err)
	}
	if len(errs) != 9 {
		t.Fatalf("%d errors", len(errs))
	}
	for i, err := range errs {
		if err == nil || !strings.Contains(err.Error(), "running") {
			t.Errorf("call %d: error %v", i, err)
		}
	}
}

var x0 node
