package graph

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// repeat builds a loop that makes as many steps as the feed of until says, by another part of
// its state.
func (r *randomLoop) repeat(until *Node, bound int) (steps *Node) {
	one := r.g.Const(1)
	l := Loop{Init: append(slices.Clone(r.init), r.g.Const(0)), Steps: bound}
	r.final, steps = l.While(func(s []*Node) *Node { return Less(s[r.states], until) }, func(s []*Node) []*Node {
		next, _ := r.body(s[:r.states], nil)
		return append(next, Add(s[r.states], one))
	})
	r.final = r.final[:r.states]
	return steps
}

// A While is the steps that are made one behind the other, bit for bit, and so are its
// gradients; with and without a bound.
func TestWhileIsUnrolledSteps(t *testing.T) {
	for seed := range loopSeeds() {
		r := newRandomLoop(seed, []tensor.Dtype{tensor.Float64, tensor.Float32}[seed%2])
		r.over, r.kept = nil, 0
		r.length = r.IntN(r.steps + 1)
		until := r.g.Input("until")
		r.feeds[until] = float64(r.length)
		free := r.repeat(until, 0)
		unbounded := r.final
		steps := r.repeat(until, r.steps)
		r.unroll()
		made := r.g.Const(float64(r.length))
		r.same(t, 0, slices.Concat(r.final, unbounded, []*Node{steps, free}), slices.Concat(r.last, r.last, []*Node{made, made}), "values", seed)
		for name, grad := range map[string]func(*Node, ...*Node) ([]*Node, error){"GradRaw": GradRaw, "Grad": Grad} {
			got, err := grad(r.cost(seed, r.final, nil), r.xs()...)
			if err != nil {
				t.Fatal(seed, err)
			}
			want, err := grad(r.cost(seed, r.last, nil), r.xs()...)
			if err != nil {
				t.Fatal(seed, err)
			}
			r.same(t, 0, got, want, name, seed)
			if seed%4 > 0 || name != "Grad" || r.g.dtype != tensor.Float64 {
				continue
			}
			got, err = Grad(r.cost(seed+1, got, nil), r.xs()...)
			if err != nil {
				t.Fatal(seed, err)
			}
			want, err = Grad(r.cost(seed+1, want, nil), r.xs()...)
			if err != nil {
				t.Fatal(seed, err)
			}
			r.same(t, 1e-11, got, want, "second derivatives", seed)
		}
		if t.Failed() {
			return
		}
	}
}

// sqrt is Newton's method for the square root of a, and its steps.
func sqrt(a *Node, bound int) (root, steps *Node) {
	g := a.g
	final, steps := Loop{Init: []*Node{a}, Steps: bound}.While(func(s []*Node) *Node {
		return Greater(Abs(Sub(Square(s[0]), a)), Mul(g.Const(1e-6), a))
	}, func(s []*Node) []*Node {
		return []*Node{Add(s[0], Div(a, s[0])).Times(0.5)}
	})
	return final[0], steps
}

// What the steps are depends on what is fed, within a step of a loop, within a branch and
// slice by slice too.
func TestWhileWithinOthers(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 4)
	feeds := Feeds{x: []float64{1, 4, 9, 1e4}}
	_, kept := Loop{Over: []*Node{x}}.Scan(func(_, in []*Node) (next, out []*Node) {
		root, steps := sqrt(in[0], 30)
		return nil, []*Node{root, steps}
	})
	mapped, err := Vmap(func(in []*Node) []*Node { root, steps := sqrt(in[0], 30); return []*Node{root, steps} }, x)
	if err != nil {
		t.Fatal(err)
	}
	r := &randomLoop{feeds: feeds}
	r.same(t, 0, mapped, kept)
	v := g.Array(dense([]float64{1, -2, 0.5, 3}, 4))
	along, err := JVP([]*Node{kept[0], mapped[0]}, []*Node{x}, []*Node{v})
	if err != nil {
		t.Fatal(err)
	}
	slope := Mul(mustGrad(t, Sum(kept[0]), x)[0], v)
	r.same(t, 1e-14, along, []*Node{slope, slope})
	chosen := Cond(x.g.Const(1), func() []*Node { root, _ := sqrt(At(x, 0, 1), 30); return []*Node{root} }, func() []*Node { return []*Node{At(x, 0, 0)} })
	for n, want := range map[*Node][]float64{kept[0]: {1, 2, 3, 100}, mapped[0]: {1, 2, 3, 100}, chosen[0]: {2}} {
		slopes := mustGrad(t, Sum(n), x)[0]
		for i, v := range numbers(t, n, feeds) {
			if math.Abs(v/want[i]-1) > 1e-5 {
				t.Errorf("root %v, want %v", v, want[i])
			}
			if d := numbers(t, slopes, feeds)[i]; len(want) > 1 && i > 0 && math.Abs(d*2*want[i]-1) > 1e-3 {
				t.Errorf("slope %v of root %v", d, want[i])
			}
		}
	}
	if got := numbers(t, kept[1], feeds); got[0] != 0 || !slices.IsSorted(got) || got[3] < got[1]+4 {
		t.Errorf("steps %v", got)
	}
}

// A bound that is reached while the condition holds is an error, which updates nothing; so is
// a gradient without a bound.
func TestWhileBounds(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		g := New(Settings{Dtype: dtype})
		a := g.Input("a")
		p := NewParam("p", as(dtype, []float64{5}))
		root, _ := sqrt(a, 5)
		prog, err := Compile(Spec{Outputs: []*Node{root}, Updates: []Update{{p, Add(g.Use(p), root)}}})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := prog.Run(Feeds{a: 1e6}); err == nil || !strings.Contains(err.Error(), "still holds behind 5 steps") {
				t.Errorf("error %v", err)
			}
		}
		if err := prog.Run(Feeds{a: 1.0}); err != nil {
			t.Error(err)
		}
		prog.Close()
		if v, err := run(t, Spec{Outputs: []*Node{g.Use(p)}}, nil).Float64s(nil, g.Use(p)); err != nil || v[0] != 6 {
			t.Errorf("the parameter is %v, error %v", v, err)
		}
		root, _ = sqrt(a, 0)
		if _, err := Grad(root, a); err == nil || !strings.Contains(err.Error(), "set Steps of the Loop") {
			t.Errorf("error %v", err)
		}
	}
}

// An endless loop ends.
func TestWhileWithoutEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a second")
	}
	g := New(Settings{})
	final, _ := Loop{Init: []*Node{g.Const(1)}}.While(func(s []*Node) *Node { return s[0] }, func(s []*Node) []*Node { return s })
	p, err := Compile(Spec{Outputs: final})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Run(nil); err == nil || !strings.Contains(err.Error(), "still holds behind 16777216 steps") {
		t.Errorf("error %v", err)
	}
}

func TestWhileMistakes(t *testing.T) {
	holds := func(s []*Node) *Node { return s[0].g.Const(1) }
	same := func(s []*Node) []*Node { return s }
	for want, build := range map[string]func(x *Node) ([]*Node, *Node){
		"the condition or the body is nil":         func(x *Node) ([]*Node, *Node) { return Loop{Init: []*Node{x}}.While(nil, same) },
		"a state expected in Init":                 func(x *Node) ([]*Node, *Node) { return Loop{Length: At(x, 0, 0)}.While(holds, same) },
		"Over, Axis, Length and Checkpoint is set": func(x *Node) ([]*Node, *Node) { return Loop{Init: []*Node{x}, Checkpoint: true}.While(holds, same) },
		"at most -1 steps given":                   func(x *Node) ([]*Node, *Node) { return Loop{Init: []*Node{x}, Steps: -1}.While(holds, same) },
		"has shape (2), a scalar expected": func(x *Node) ([]*Node, *Node) {
			return Loop{Init: []*Node{x}}.While(func(s []*Node) *Node { return s[0] }, same)
		},
		"of what the condition returns": func(x *Node) ([]*Node, *Node) {
			return Loop{Init: []*Node{x}}.While(func(s []*Node) *Node { return nil }, same)
		},
		"a state of 2 parts, and Init has 1": func(x *Node) ([]*Node, *Node) {
			return Loop{Init: []*Node{x}}.While(holds, func(s []*Node) []*Node { return append(s, x) })
		},
		"the body returns (2,1) for it": func(x *Node) ([]*Node, *Node) {
			return Loop{Init: []*Node{x}}.While(holds, func(s []*Node) []*Node { return []*Node{Reshape(x, 2, 1)} })
		},
		"belongs to the body": func(x *Node) ([]*Node, *Node) {
			var leaked *Node
			Loop{Init: []*Node{x}}.While(holds, func(s []*Node) []*Node { leaked = Tanh(s[0]); return []*Node{leaked} })
			return nil, Neg(leaked)
		},
	} {
		g := New(Settings{})
		build(g.Input("x", 2))
		if err := g.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// Derivatives along a direction come through a While in a loop, of whose states a part is not
// read.
func TestJVPThroughWhile(t *testing.T) {
	g := New(Settings{})
	x, v := g.Input("x", 2), g.Input("v", 2)
	outer, _ := Loop{Init: []*Node{x, x}, Steps: 2}.Scan(func(s, _ []*Node) (next, out []*Node) {
		final, _ := Loop{Init: []*Node{s[0], s[1], g.Const(0)}, Steps: 9}.While(func(s []*Node) *Node { return Less(s[2], g.Const(3)) }, func(s []*Node) []*Node {
			return []*Node{Tanh(Mul(s[0], x)), Sin(s[1]), s[2].Plus(1)}
		})
		return final[:2], nil
	})
	along, err := JVP(outer[:1], []*Node{x}, []*Node{v})
	if err != nil {
		t.Fatal(err)
	}
	h := x
	for range 2 * 3 {
		h = Tanh(Mul(h, x))
	}
	r := &randomLoop{feeds: Feeds{x: []float64{0.5, -2}, v: []float64{3, 0.25}}}
	r.same(t, 1e-14, along, []*Node{Mul(mustGrad(t, Sum(h), x)[0], v)})
}
