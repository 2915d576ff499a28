package graph_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/graph/gradtest"
	"gorgonia.org/tensor"
)

// A scene is a random graph with what failing calls need.
type scene struct {
	g          *graph.Graph
	x, y, cost node
	values     []node
	w, v       *graph.Param // v is in the graph afterwards
}

func newScene(seed uint64) *scene {
	rng := rand.New(rand.NewPCG(seed, 3))
	g := graph.New(graph.Settings{Training: true})
	s := &scene{g: g, x: g.Input("x", 2, 3), y: g.Input("y", 2, 3)}
	s.w, s.v = matrix("w"), matrix("v")
	s.values = []node{s.x, s.y, g.Use(s.w)}
	s.grow(rng, 8)
	s.cost = graph.Mean(graph.Square(s.values[len(s.values)-1]))
	return s
}

// grow adds operations that keep the shape.
func (s *scene) grow(rng *rand.Rand, n int) {
	any := func() node { return s.values[rng.IntN(len(s.values))] }
	for range n {
		ops := []func() node{
			func() node { return graph.Tanh(any()) }, func() node { return graph.Sigmoid(any()) },
			func() node { return graph.Add(any(), any()) }, func() node { return graph.Mul(any(), any()) },
			func() node { return graph.Softmax(any(), 0) }, func() node { return graph.Log(graph.Sigmoid(any())) },
			func() node { return any().Times(float64(rng.IntN(3)) + 0.5) }, func() node { return graph.Transpose(graph.Sin(any().T())) },
		}
		s.values = append(s.values, ops[rng.IntN(len(ops))]())
	}
}

// after is what the graph gives: more of it, its gradients, values and formulas.
func (s *scene) after(t *testing.T, seed uint64) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 4))
	s.grow(rng, 3)
	for _, p := range []*graph.Param{matrix("u"), s.v} { // names that may have been given
		s.values = append(s.values, graph.Mul(s.g.Use(p), s.y))
	}
	cost := graph.Add(s.cost, graph.Sum(s.values[len(s.values)-1]))
	d, err := graph.Grad(cost, s.x, s.g.Use(s.w))
	if err != nil {
		t.Fatal(err)
	}
	program, err := graph.Compile(graph.Spec{Outputs: append(d, cost), Updates: []graph.Update{{Param: s.w, Value: d[1]}}})
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	feeds := graph.Feeds{s.x: []float64{0.1, -0.2, 0.3, 1, 2, -1}, s.y: []float64{1, 0.5, 0.25, 0, -1, 3}}
	if err := program.Run(feeds); err != nil {
		t.Fatal(err)
	}
	var bits []uint64
	for _, n := range append(d, cost) {
		values, _ := program.Float64s(nil, n)
		for _, v := range values {
			bits = append(bits, math.Float64bits(v))
		}
	}
	lines, err := graph.Formulas(append(d, cost)...)
	return fmt.Sprintf("%d nodes\n%x\n%v\n%v\n%v\n%v", len(s.g.Nodes()), bits, s.w.Value().Data(), lines, program, err)
}

// failures are calls that do work and fail: of every function of the package, and of
// those that use it, for each reason that there is. Each builds what it needs and
// returns the call.
var failures = map[string]func(s *scene) func() error{
	"Grad by a node of another graph": func(s *scene) func() error { return grad(s.cost, s.x, other()) },
	"Grad by nil":                     func(s *scene) func() error { return grad(s.cost, nil) },
	"Grad of nil":                     func(s *scene) func() error { return grad(nil, s.x) },
	"Grad of another graph":           func(s *scene) func() error { return grad(other(), s.x) },
	"Grad of no scalar":               func(s *scene) func() error { return grad(s.x, s.x) },
	"Grad by a bare node":             func(s *scene) func() error { return grad(s.cost, &graph.Node{}) },
	"Grad, no rule":                   func(s *scene) func() error { return s.gradThrough(&graph.Op{Name: "f", Unary: math.Sin}) },
	"Grad, wrong number":              func(s *scene) func() error { return s.gradThrough(rule(func(dy node) []node { return nil })) },
	"Grad, wrong shape": func(s *scene) func() error {
		return s.gradThrough(rule(func(dy node) []node { return []node{graph.Sum(dy, 0)} }))
	},
	"Grad, wrong graph": func(s *scene) func() error {
		return s.gradThrough(rule(func(dy node) []node { return []node{other()} }))
	},
	"Grad, mistake in a rule": func(s *scene) func() error {
		return s.gradThrough(rule(func(dy node) []node { return []node{graph.MatMul(dy, dy)} }))
	},
	"Grad, name taken in a rule": func(s *scene) func() error {
		return s.gradThrough(rule(func(dy node) []node { return []node{graph.Neg(dy).Named("x")} }))
	},
	"Grad, parameter, name and number in a rule": func(s *scene) func() error {
		return s.gradThrough(rule(func(dy node) []node {
			graph.Mul(dy, dy.Graph().Use(s.v)).Named("u").MarkZ()
			dy.Graph().Const(0.123)
			return nil
		}))
	},
	"Grad, assignment in a rule": func(s *scene) func() error {
		return s.gradThrough(rule(func(dy node) []node { dy.Graph().Assign(s.w, dy); return []node{dy} }))
	},
	"Grad, a panic in a rule": func(s *scene) func() error {
		return s.gradThrough(rule(func(dy node) []node { graph.Exp(dy).Named("u"); panic("no") }))
	},
	"Grad, a panic in a slope": func(s *scene) func() error {
		return s.gradThrough(&graph.Op{Name: "f", Unary: math.Sin, Slope: func(x, _ node) node { panic("no") }})
	},
	"Grad, a panic on a constant": func(s *scene) func() error {
		f := &graph.Op{Name: "f", Unary: func(float64) float64 { panic("no") }}
		op := rule(func(dy node) []node { return []node{graph.Mul(dy, f.Apply(dy.Graph().Const(3)))} })
		cost := graph.Sum(op.Apply(s.x))
		return func() error { return second(graph.Grad(cost, s.x)) }
	},
	"VJP across graphs":    func(s *scene) func() error { return of(graph.VJP, s.x, other(), s.x) },
	"VJP by another graph": func(s *scene) func() error { return of(graph.VJP, s.x, s.y, other()) },
	"VJP of another shape": func(s *scene) func() error { return of(graph.VJP, s.x, s.cost, s.x) },
	"VJP, late":            func(s *scene) func() error { y := s.late(); return of(graph.VJP, y, y, s.x) },
	"HVP across graphs":    func(s *scene) func() error { return hvp(s.cost, []node{s.x}, other()) },
	"HVP of another graph": func(s *scene) func() error { return hvp(other(), []node{s.x}, s.x) },
	"HVP of no vector":     func(s *scene) func() error { return hvp(s.cost, []node{s.x}) },
	"HVP of no scalar":     func(s *scene) func() error { return hvp(s.x, []node{s.x}, s.x) },
	"HVP, late":            func(s *scene) func() error { return hvp(graph.Sum(s.late()), []node{s.x}, s.x) },
	"HVP, at the second order": func(s *scene) func() error {
		cos := &graph.Op{Name: "cos", Unary: math.Cos}
		sin := &graph.Op{Name: "sin", Unary: math.Sin, Slope: func(x, _ node) node { return cos.Apply(x) }}
		return hvp(graph.Sum(sin.Apply(s.x)), []node{s.x}, s.x)
	},
	"Jacobian across": func(s *scene) func() error { return jacobian(s.x, other()) },
	"Jacobian of nil": func(s *scene) func() error { return jacobian(nil, s.x) },
	"Jacobian, late":  func(s *scene) func() error { return jacobian(s.late(), s.x) },
	"JVP across":      func(s *scene) func() error { return jvp(s.x, s.y, other()) },
	"JVP, late":       func(s *scene) func() error { return jvp(s.late(), s.x, s.x) },
	"Hessian across":  func(s *scene) func() error { return hessian(s.cost, other()) },
	"Hessian, late":   func(s *scene) func() error { return hessian(graph.Sum(s.late()), s.x) },
	"Vmap, late": func(s *scene) func() error {
		return func() error {
			return second(graph.Vmap(func(x []node) []node {
				s.g.Input("new")
				return []node{graph.Add(x[0], other())}
			}, s.x))
		}
	},
	"Compile of nothing":    func(s *scene) func() error { return compiling(graph.Spec{}) },
	"Compile across graphs": func(s *scene) func() error { return compiling(graph.Spec{Outputs: []node{s.cost, other()}}) },
	"Compile of nil":        func(s *scene) func() error { return compiling(graph.Spec{Outputs: []node{s.cost, nil}}) },
	"Compile, given from another graph": func(s *scene) func() error {
		return compiling(graph.Spec{Outputs: []node{s.cost}, Given: []node{other()}})
	},
	"Compile of less than one worker": func(s *scene) func() error {
		return compiling(graph.Spec{Outputs: []node{s.cost}, Workers: -1})
	},
	"Compile in another dtype": func(s *scene) func() error {
		return compiling(graph.Spec{Outputs: []node{s.cost}, Dtype: tensor.Int})
	},
	"Compile, a name clash": func(s *scene) func() error {
		return s.updating(graph.Update{Param: matrix("u"), Value: s.x}, graph.Update{Param: matrix("x"), Value: s.x})
	},
	"Compile, a nil parameter":  func(s *scene) func() error { return s.updating(graph.Update{Value: s.x}) },
	"Compile, a bare parameter": func(s *scene) func() error { return s.updating(graph.Update{Param: &graph.Param{}, Value: s.x}) },
	"Compile, assigned twice": func(s *scene) func() error {
		return s.updating(graph.Update{Param: matrix("u"), Value: s.x}, graph.Update{Param: s.w, Value: s.x}, graph.Update{Param: s.w, Value: s.y})
	},
	"Compile, another shape": func(s *scene) func() error { return s.updating(graph.Update{Param: s.w, Value: s.cost}) },
	"Compile, a parameter of float32": func(s *scene) func() error {
		p := graph.NewParam("u", graph.Tensor(make([]float32, 6), 2, 3))
		return s.updating(graph.Update{Param: p, Value: s.x})
	},
	"Run of nothing":     func(s *scene) func() error { return s.running(graph.Add(s.x, s.y), nil) },
	"Run, another shape": func(s *scene) func() error { return s.running(graph.Exp(s.x), graph.Feeds{s.x: []float64{1}}) },
	"Run, no input": func(s *scene) func() error {
		return s.running(graph.Exp(s.x), graph.Feeds{s.x: make([]float64, 6), s.cost: 1.0})
	},
	"Run, another graph": func(s *scene) func() error {
		return s.running(graph.Exp(s.x), graph.Feeds{s.x: make([]float64, 6), other(): 1.0})
	},
	"Run, a panic": func(s *scene) func() error {
		f := &graph.Op{Name: "f", Unary: func(float64) float64 { panic("no") }}
		return s.running(f.Apply(s.x), graph.Feeds{s.x: make([]float64, 6)})
	},
	"Formulas across graphs": func(s *scene) func() error { return func() error { return second(graph.Formulas(s.cost, other())) } },
	"Formulas of nil":        func(s *scene) func() error { return func() error { return second(graph.Formulas(s.cost, nil)) } },
	"Derive across graphs":   func(s *scene) func() error { return func() error { return second(explain.Derive(s.cost, other())) } },
	"Derive by nothing":      func(s *scene) func() error { return func() error { return second(explain.Derive(s.cost)) } },
	"DeriveRaw, no rule": func(s *scene) func() error {
		cost := graph.Sum(s.late())
		return func() error { return second(explain.DeriveRaw(cost, s.x)) }
	},
	"gradtest across graphs": func(s *scene) func() error { return s.checking(s.cost, nil, other()) },
	"gradtest of no scalar":  func(s *scene) func() error { return s.checking(s.x, nil, s.x) },
	"gradtest, a wrong feed": func(s *scene) func() error { return s.checking(s.cost, graph.Feeds{s.x: 1.0}, s.x) },
	"gradtest, no rule":      func(s *scene) func() error { return s.checking(graph.Sum(s.late()), nil, s.x) },
	"Judge of too few values": func(s *scene) func() error {
		return func() error {
			return second(gradtest.Judge(context.Background(), gradtest.Settings{}, s.cost, nil, gradtest.Claim{Of: s.x}))
		}
	},
	"Set of a parameter": func(s *scene) func() error { return func() error { return s.w.Set(nil) } },
}

func grad(y node, xs ...node) func() error {
	return func() error {
		_, err := graph.GradRaw(y, xs...)
		if err == nil {
			return nil
		}
		return second(graph.Grad(y, xs...))
	}
}

func of(f func(y, v node, xs ...node) ([]node, error), y, v, x node) func() error {
	return func() error { return second(f(y, v, x)) }
}

func hvp(cost node, xs []node, vs ...node) func() error {
	return func() error { return second(graph.HVP(cost, xs, vs)) }
}

func jvp(y, x, v node) func() error {
	return func() error { return second(graph.JVP([]node{y}, []node{x}, []node{v})) }
}

func hessian(cost, x node) func() error {
	return func() error { return second(graph.Hessian(cost, x)) }
}

func jacobian(y, x node) func() error { return func() error { return second(graph.Jacobian(y, x)) } }

func compiling(spec graph.Spec) func() error {
	return func() error { return second(graph.Compile(spec)) }
}

func (s *scene) updating(updates ...graph.Update) func() error {
	return compiling(graph.Spec{Outputs: []node{s.cost}, Updates: updates})
}

func (s *scene) running(y node, feeds graph.Feeds) func() error {
	return func() error {
		p, err := graph.Compile(graph.Spec{Outputs: []node{y}, Updates: []graph.Update{{Param: s.w, Value: y}}, Workers: 1})
		if err != nil {
			return nil // which is not the failure
		}
		defer p.Close()
		return p.Run(feeds)
	}
}

func (s *scene) checking(cost node, feeds graph.Feeds, x node) func() error {
	return func() error {
		return second(gradtest.Compare(context.Background(), gradtest.Settings{}, cost, feeds, x))
	}
}

// gradThrough differentiates through op in the midst of a graph.
func (s *scene) gradThrough(op *graph.Op) func() error {
	return grad(graph.Add(s.cost, graph.Sum(graph.Exp(op.Apply(graph.Sin(s.x))))), s.x)
}

// late returns a node whose derivative fails when some of it is there.
func (s *scene) late() node {
	return graph.Exp((&graph.Op{Name: "f", Unary: math.Sin}).Apply(graph.Exp(s.x)))
}

// second returns the error of a call.
func second(_ any, err error) error { return err }

func other() node { return graph.New(graph.Settings{}).Input("other") }

func matrix(name string) *graph.Param {
	return graph.NewParam(name, graph.Tensor([]float64{1, 2, 3, 4, 5, 6}, 2, 3))
}

// rule is an operation with a rule.
func rule(of func(dy node) []node) *graph.Op {
	return &graph.Op{Name: "f", Unary: math.Sin, Backward: func(_ []node, _, dy node) []node { return of(dy) }}
}

// A call that does work and fails leaves its graph as if it had not been made: what is
// built, differentiated, compiled and run after it has the same bits, names and lines.
func TestFailedWorkLeavesTheGraph(t *testing.T) {
	for name, failure := range failures {
		for seed := range uint64(3) {
			with, without := newScene(seed), newScene(seed)
			failure(without)
			call := failure(with)
			for range 2 {
				if err := call(); err == nil {
					t.Errorf("%s: no error", name)
				}
			}
			if err := with.g.Err(); err != nil {
				t.Errorf("%s: the graph has the error %v", name, err)
				continue
			}
			if got, want := with.after(t, seed), without.after(t, seed); got != want {
				t.Errorf("%s: after the call\n%s\nand without\n%s", name, got, want)
			}
		}
	}
}

// Nor does it change the graph from which a node came by mistake.
func TestFailedWorkLeavesOtherGraphs(t *testing.T) {
	for name, call := range map[string]func(s *scene, x node) error{
		"Grad":     func(s *scene, x node) error { return grad(s.cost, s.x, x)() },
		"Grad of":  func(s *scene, x node) error { return grad(x, s.x)() },
		"VJP":      func(s *scene, x node) error { return of(graph.VJP, s.x, x, s.x)() },
		"Jacobian": func(s *scene, x node) error { return jacobian(x, s.x)() },
		"Compile":  func(s *scene, x node) error { return compiling(graph.Spec{Outputs: []node{x, s.x}})() },
		"rule": func(s *scene, x node) error {
			return s.gradThrough(rule(func(dy node) []node { return []node{graph.Add(dy, x)} }))()
		},
		"failure in a rule": func(s *scene, x node) error {
			return s.gradThrough(rule(func(dy node) []node { return []node{graph.Fail(errors.New("no"), dy, x)} }))()
		},
	} {
		s, x := newScene(1), other()
		if err := call(s, x); err == nil || s.g.Err() != nil || x.Graph().Err() != nil {
			t.Errorf("%s: error %v, of the graph %v, of the other %v", name, err, s.g.Err(), x.Graph().Err())
		}
	}
}
