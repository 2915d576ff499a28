package graph

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// What a program is given by Cond is what the branch taken gives alone, bit for bit, and so
// are derivatives of it.
func TestCondIsTheBranchTaken(t *testing.T) {
	for seed := range loopSeeds() {
		dtype := []tensor.Dtype{tensor.Float64, tensor.Float32}[seed%2]
		r := newRandomLoop(seed, dtype)
		other := newRandomLoop(seed+1000, dtype) // for its choices
		pred := r.g.Input("pred")
		r.feeds[pred] = []float64{0, 1, math.NaN(), -2}[r.IntN(4)]
		branch := func(choices []int) func() []*Node {
			return func() []*Node {
				kept := r.choices
				defer func() { r.choices = kept }()
				r.choices = choices
				next, _ := r.body(r.init, nil)
				return next
			}
		}
		taken := branch(r.choices)
		if r.feeds[pred] == 0.0 {
			taken = branch(other.choices)
		}
		got := Cond(pred, branch(r.choices), branch(other.choices))
		want := taken()
		r.same(t, 0, got, want, "values", seed)
		xs := slices.Concat(r.init, r.shared)
		cost := []*Node{r.cost(seed, got, nil), r.cost(seed, want, nil)}
		for order := range 2 {
			d := [2][]*Node{}
			for i := range d {
				var err error
				if d[i], err = Grad(cost[i], xs...); err != nil {
					t.Fatal(seed, err)
				}
				cost[i] = r.cost(seed+1, d[i], nil)
			}
			r.same(t, []float64{0, 1e-5}[order], d[0], d[1], "derivatives of order", order+1, seed)
		}
		if t.Failed() {
			return
		}
	}
}

// Nothing of the branch that is not taken is computed: an index there that there is not is
// no error, and what is not finite neither, forwards and backwards.
func TestCondComputesOneBranch(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		g := New(Settings{Dtype: dtype})
		x, pred, i := g.Input("x", 2), g.Input("pred"), g.Ints("i", 1)
		y := Cond(pred, func() []*Node { return []*Node{Square(x), Sum(x)} }, func() []*Node {
			return []*Node{Mul(Log(x), Gather(x, 0, BroadcastTo(i, 2))), Sum(Reciprocal(x))}
		})
		cost := Add(Sum(y[0]), y[1])
		d := mustGrad(t, cost, x)[0]
		dd := mustGrad(t, Sum(Square(d)), x)[0]
		p, err := Compile(Spec{Outputs: []*Node{y[0], y[1], d, dd}, Finite: true})
		if err != nil {
			t.Fatal(err)
		}
		feeds := Feeds{x: as(dtype, []float64{0, -3}, 2), pred: 1.0, i: []int{7}}
		if err := p.Run(feeds); err != nil {
			t.Fatal(err)
		}
		if p.diagnosis != nil {
			t.Error("the program had to look where a value is not finite")
		}
		for n, want := range map[*Node][]float64{y[0]: {0, 9}, y[1]: {-3}, d: {1, -5}, dd: {4, -20}} {
			if got, _ := p.Float64s(nil, n); !slices.Equal(got, want) {
				t.Errorf("%v is %v, want %v", n, got, want)
			}
		}
		feeds[pred] = 0.0
		if err := p.Run(feeds); err == nil || !strings.Contains(err.Error(), "7") {
			t.Errorf("error %v of an index that there is not, in the branch taken", err)
		}
		p.Close()
	}
}

// A branch within a step of a loop, and a loop within a branch.
func TestCondInLoops(t *testing.T) {
	g := New(Settings{})
	x, w := g.Input("x", 5), g.Input("w")
	step := func(h, x *Node) *Node {
		return Cond(Greater(x, g.Const(0)), func() []*Node { return []*Node{Mul(w, Add(h, x))} }, func() []*Node {
			final, _ := Loop{Init: []*Node{h}, Steps: 2}.Scan(func(s, _ []*Node) (next, out []*Node) { return []*Node{Tanh(Sub(s[0], w))}, nil })
			return final
		})[0]
	}
	final, _ := Loop{Init: []*Node{w}, Over: []*Node{x}}.Scan(func(s, in []*Node) (next, out []*Node) { return []*Node{step(s[0], in[0])}, nil })
	r := &randomLoop{feeds: Feeds{x: []float64{1, -1, 0.5, 0, 2}, w: 0.7}}
	h := w
	for i, v := range r.feeds[x].([]float64) {
		if v > 0 {
			h = Mul(w, Add(h, At(x, 0, i)))
		} else {
			h = Tanh(Sub(Tanh(Sub(h, w)), w))
		}
	}
	r.same(t, 0, final, []*Node{h})
	r.same(t, 1e-15, mustGrad(t, final[0], w, x), mustGrad(t, h, w, x))
}

// Mistakes say what is wrong.
func TestCondMistakes(t *testing.T) {
	one := func(n *Node) func() []*Node { return func() []*Node { return []*Node{n} } }
	for want, build := range map[string]func(g *Graph, x *Node) []*Node{
		"the condition has shape (2), a scalar expected": func(g *Graph, x *Node) []*Node { return Cond(x, one(x), one(x)) },
		"a branch is nil": func(g *Graph, x *Node) []*Node { return Cond(g.Const(1), nil, one(x)) },
		"one branch returns 1 node, and the other 2": func(g *Graph, x *Node) []*Node {
			return Cond(g.Const(1), one(x), func() []*Node { return []*Node{x, x} })
		},
		"has shape (2) in one branch, and (1,2) in the other": func(g *Graph, x *Node) []*Node {
			return Cond(g.Const(1), one(x), func() []*Node { return []*Node{Reshape(x, 1, 2)} })
		},
		"belongs to the body": func(g *Graph, x *Node) []*Node {
			var leaked *Node
			Cond(g.Const(1), func() []*Node { leaked = Tanh(x); return []*Node{leaked} }, one(x))
			return []*Node{Tanh(leaked)}
		},
		"nil": func(g *Graph, x *Node) []*Node {
			return Cond(g.Const(1), func() []*Node { return []*Node{nil} }, one(x))
		},
	} {
		g := New(Settings{})
		out := build(g, g.Input("x", 2))
		if err := g.Err(); len(out) != 1 || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d nodes and error %v, want %q", len(out), err, want)
		}
	}
}

// Slices of a mapping take each its own branch.
func TestCondOfManySlices(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 4)
	out, err := Vmap(func(in []*Node) []*Node {
		return Cond(Greater(in[0], g.Const(0)), func() []*Node { return []*Node{Sqrt(in[0])} }, func() []*Node { return []*Node{Neg(in[0])} })
	}, x)
	if err != nil {
		t.Fatal(err)
	}
	feeds := Feeds{x: []float64{4, -1, 0, 2.25}}
	for n, want := range map[*Node][]float64{out[0]: {2, 1, 0, 1.5}, mustGrad(t, Sum(out[0]), x)[0]: {0.25, -1, -1, 1 / 3.}} {
		if got := numbers(t, n, feeds); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
}
