package graph

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

func randomTensor(rng *rand.Rand, dtype tensor.Dtype, shape ...int) *tensor.Dense {
	v := make([]float64, size(shape))
	for i := range v {
		v[i] = float64(float32(rng.NormFloat64() / 2))
	}
	return as(dtype, v, shape...)
}

// A randomLoop is a loop with a random body, and the same steps one behind the other.
type randomLoop struct {
	*rand.Rand
	g             *Graph
	feeds         Feeds
	n, m, steps   int
	length        int // of the steps that are made
	states, kept  int
	shared        []*Node // which the body may use
	choices       []int   // what the body does, the same whenever it is called
	init, over    []*Node
	final, stacks []*Node // of the loop
	last, rows    []*Node // of the steps one behind the other
}

func newRandomLoop(seed uint64, dtype tensor.Dtype) *randomLoop {
	r := &randomLoop{Rand: rand.New(rand.NewPCG(seed, 4)), g: New(Settings{Dtype: dtype}), feeds: Feeds{}}
	r.n, r.m, r.steps = 1+r.IntN(4), 1+r.IntN(3), 1+r.IntN(7)
	r.states, r.kept = 1+r.IntN(3), r.IntN(3)
	r.length = r.steps
	for i := range r.states {
		r.init = append(r.init, r.input(dtype, fmt.Sprint("h", i), r.n, r.m))
	}
	for i := range r.IntN(3) {
		r.over = append(r.over, r.input(dtype, fmt.Sprint("x", i), r.steps, r.n, r.m))
	}
	for i := range 1 + r.IntN(3) {
		shape := [][]int{{r.n, r.n}, {r.n, 1}, {r.n, r.m}}[r.IntN(3)]
		r.shared = append(r.shared, r.g.Use(NewParam(fmt.Sprint("W", i), randomTensor(r.Rand, dtype, shape...))))
	}
	for range 40 {
		r.choices = append(r.choices, r.IntN(1000))
	}
	return r
}

func (r *randomLoop) input(dtype tensor.Dtype, name string, shape ...int) *Node {
	n := r.g.Input(name, shape...)
	r.feeds[n] = randomTensor(r.Rand, dtype, shape...)
	return n
}

// body applies the chosen functions to values, of which each takes two.
func (r *randomLoop) body(state, in []*Node) (next, out []*Node) {
	choices := r.choices
	choose := func(n int) int {
		c := choices[0]
		choices = append(choices[1:], c)
		return c % n
	}
	values := slices.Concat(state, in, state)
	for range 2 + choose(8) {
		x := values[choose(len(values))]
		y := values[choose(len(values))]
		w := r.shared[choose(len(r.shared))]
		switch choose(7) {
		case 0, 1:
			if slices.Equal(w.shape, []int{r.n, r.n}) {
				x = MatMul(w, x)
			} else {
				x = Mul(w, x)
			}
		case 2:
			x = Mul(x, y)
		case 3:
			x = Sub(Tanh(x), y)
		case 4:
			x = Add(Sigmoid(x), y)
		case 5:
			x = Where(Greater(x, y), x, Sin(y))
		case 6:
			x = Add(x, Reduce{KeepDims: true}.Sum(Tanh(y), 0))
		}
		values = append(values, Tanh(x))
	}
	late := func() *Node { return values[max(choose(len(values)), choose(len(values)))] }
	for range r.states {
		n := late()
		for slices.Contains(next, n) { // whose two gradients the steps one behind the other would add at another time
			n = Tanh(n)
		}
		next = append(next, n)
	}
	for range r.kept {
		out = append(out, late())
	}
	return next, out
}

// scan builds the loop, and unroll the steps.
func (r *randomLoop) scan(l Loop) {
	l.Init, l.Over, l.Steps = r.init, r.over, r.steps
	r.final, r.stacks = l.Scan(r.body)
}

func (r *randomLoop) unroll() {
	r.last, r.rows = r.init, make([]*Node, r.kept)
	parts := make([][]*Node, r.kept)
	for t := range r.length {
		in := make([]*Node, len(r.over))
		for i, x := range r.over {
			in[i] = Reshape(slice(x, 0, t, t+1), r.n, r.m)
		}
		var out []*Node
		r.last, out = r.body(r.last, in)
		for i, n := range out {
			parts[i] = append(parts[i], Reshape(n, 1, r.n, r.m))
		}
	}
	for i := range parts {
		for len(parts[i]) < r.steps {
			parts[i] = append(parts[i], r.g.Const(0, 1, r.n, r.m))
		}
		r.rows[i] = Concat(0, parts[i]...)
	}
}

// cost is a random function of what a loop returns.
func (r *randomLoop) cost(seed uint64, final, kept []*Node) *Node {
	rng := rand.New(rand.NewPCG(seed, 5))
	total := r.g.Const(0)
	for _, n := range slices.Concat(final, kept) {
		if rng.IntN(4) > 0 {
			total = Add(total, Sum(Mul(r.g.Array(randomTensor(rng, r.g.dtype, n.shape...)), n)))
		}
	}
	return total
}

// xs are what gradients are taken with respect to.
func (r *randomLoop) xs() []*Node { return slices.Concat(r.init, r.over, r.shared) }

// same reports values that are not those of others, bit for bit but for zeros, or nearly
// if within is not zero.
func (r *randomLoop) same(t *testing.T, within float64, got, want []*Node, what ...any) {
	t.Helper()
	p, err := Compile(Spec{Outputs: slices.Concat(got, want)})
	if err != nil {
		t.Fatal(what, err)
	}
	defer p.Close()
	if err := p.Run(r.feeds); err != nil {
		t.Fatal(what, err)
	}
	for i := range got {
		a, err := p.Float64s(nil, got[i])
		if err != nil {
			t.Fatal(err)
		}
		b, _ := p.Float64s(nil, want[i])
		most := 0.0
		for _, v := range b {
			most = max(most, v, -v)
		}
		for k := range a {
			if d := a[k] - b[k]; !(max(d, -d) <= within*most) {
				t.Errorf("%v, number %d: %v, want %v", what, i, a, b)
				return
			}
		}
	}
}

func loopSeeds() uint64 {
	if testing.Short() {
		return 100
	}
	return 500
}

// A loop is the same steps one behind the other, bit for bit, and so are its gradients.
func TestScanIsUnrolledSteps(t *testing.T) {
	for seed := range loopSeeds() {
		dtype := []tensor.Dtype{tensor.Float64, tensor.Float32}[seed%2]
		r := newRandomLoop(seed, dtype)
		var l Loop
		if r.IntN(2) == 0 {
			r.length = r.IntN(r.steps + 1)
			l.Length = r.g.Input("length")
			r.feeds[l.Length] = float64(r.length)
		}
		r.scan(l)
		r.unroll()
		r.same(t, 0, slices.Concat(r.final, r.stacks), slices.Concat(r.last, r.rows), "values", seed)
		for name, grad := range map[string]func(*Node, ...*Node) ([]*Node, error){"GradRaw": GradRaw, "Grad": Grad} {
			got, err := grad(r.cost(seed, r.final, r.stacks), r.xs()...)
			if err != nil {
				t.Fatal(seed, err)
			}
			want, err := grad(r.cost(seed, r.last, r.rows), r.xs()...)
			if err != nil {
				t.Fatal(seed, err)
			}
			r.same(t, 0, got, want, name, seed)
		}
		if t.Failed() {
			return
		}
	}
}

// Checkpoints change what is kept, and no value.
func TestScanWithCheckpoints(t *testing.T) {
	for seed := range loopSeeds() / 4 {
		r := newRandomLoop(seed, tensor.Float64)
		l := Loop{}
		if r.IntN(2) == 0 {
			l.Length = r.g.Input("length")
			r.feeds[l.Length] = float64(r.IntN(r.steps + 1))
		}
		r.scan(l)
		final, stacks := r.final, r.stacks
		l.Checkpoint = true
		r.scan(l)
		r.same(t, 0, slices.Concat(r.final, r.stacks), slices.Concat(final, stacks), "values", seed)
		got, want := r.cost(seed, r.final, r.stacks), r.cost(seed, final, stacks)
		for order := range 2 {
			d, err := Grad(got, r.xs()...)
			if err != nil {
				t.Fatal(seed, err)
			}
			e, err := Grad(want, r.xs()...)
			if err != nil {
				t.Fatal(seed, err)
			}
			r.same(t, 1e-11, d, e, "derivatives of order", order+1, seed)
			got, want = r.cost(seed+1, d, nil), r.cost(seed+1, e, nil)
		}
		if t.Failed() {
			return
		}
	}
}

func TestScanOfSteps(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x")
	final, kept := Loop{Init: []*Node{x}, Steps: 3}.Scan(func(s, _ []*Node) (next, out []*Node) { return []*Node{Mul(s[0], x)}, s })
	if len(kept) != 1 || !slices.Equal(kept[0].shape, []int{3}) {
		t.Fatalf("kept %v", kept)
	}
	d := mustGrad(t, final[0], x)[0]
	dd := mustGrad(t, d, x)[0]
	for n, want := range map[*Node]float64{final[0]: 16, d: 32, dd: 48} {
		if got := numbers(t, n, Feeds{x: 2.0}); got[0] != want {
			t.Errorf("%v is %v, want %v", n, got, want)
		}
	}
}

// Mistakes are kept with the operation and what is wrong.
func TestScanMistakes(t *testing.T) {
	for want, build := range map[string]func(g *Graph, x *Node, l Loop) ([]*Node, []*Node){
		"the body is nil": func(_ *Graph, _ *Node, l Loop) ([]*Node, []*Node) { return l.Scan(nil) },
		"returns (3) for it": func(g *Graph, x *Node, l Loop) ([]*Node, []*Node) {
			return l.Scan(func(s, in []*Node) (next, out []*Node) { return []*Node{Reshape(s[0], 3)}, nil })
		},
		"a state of 2 parts, and Init has 1": func(g *Graph, x *Node, l Loop) ([]*Node, []*Node) {
			return l.Scan(func(s, in []*Node) (next, out []*Node) { return []*Node{s[0], s[0]}, s })
		},
		"1 row given for 4 steps": func(g *Graph, x *Node, l Loop) ([]*Node, []*Node) {
			l.Over = []*Node{Reshape(x, 1, 12), x}
			l.Steps = 4
			return l.Scan(func(s, in []*Node) (next, out []*Node) { return s, s })
		},
		"belongs to the body of a loop": func(g *Graph, x *Node, l Loop) ([]*Node, []*Node) {
			var leaked *Node
			final, kept := l.Scan(func(s, in []*Node) (next, out []*Node) {
				leaked = Tanh(s[0])
				return s, s
			})
			return append(final, Add(leaked, x)), kept
		},
		"shape (4,3) to go over has no axis 2": func(g *Graph, x *Node, l Loop) ([]*Node, []*Node) {
			l.Axis = 2
			return l.Scan(func(s, in []*Node) (next, out []*Node) { return s, s })
		},
		"none that becomes axis 1": func(g *Graph, x *Node, l Loop) ([]*Node, []*Node) {
			l.Axis = 1
			return l.Scan(func(s, in []*Node) (next, out []*Node) { return s, []*Node{Sum(in[0])} })
		},
		"the length is no scalar": func(g *Graph, x *Node, l Loop) ([]*Node, []*Node) {
			l.Length = x
			return l.Scan(func(s, in []*Node) (next, out []*Node) { return s, s })
		},
	} {
		g := New(Settings{})
		x := g.Input("x", 4, 3)
		build(g, x, Loop{Init: []*Node{g.Const(1, 3, 1)}, Over: []*Node{x}})
		if err := g.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// A length that is none is an error of the run, which updates nothing.
func TestScanOfWrongLength(t *testing.T) {
	g := New(Settings{})
	x, n := g.Input("x", 3), g.Input("n")
	p := NewParam("p", dense([]float64{5}))
	l := Loop{Init: []*Node{g.Const(0)}, Over: []*Node{x}, Length: n}
	final, _ := l.Scan(func(s, in []*Node) (next, out []*Node) {
		return []*Node{Add(s[0], in[0])}, nil
	})
	prog, err := Compile(Spec{Outputs: final, Updates: []Update{{p, g.Use(p).Plus(1)}}})
	if err != nil {
		t.Fatal(err)
	}
	defer prog.Close()
	for _, length := range []float64{4, -1, 1.5} {
		err := prog.Run(Feeds{x: []float64{1, 2, 3}, n: length})
		if err == nil || !strings.Contains(err.Error(), "a whole number from 0 to 3 expected") {
			t.Errorf("length %v: error %v", length, err)
		}
	}
	if v := p.f64[0]; v != 5 {
		t.Errorf("the parameter is %v", v)
	}
}

// Second derivatives are those of the steps one behind the other.
func TestScanTwice(t *testing.T) {
	for seed := range loopSeeds() / 4 {
		r := newRandomLoop(seed, tensor.Float64)
		var l Loop
		if r.IntN(3) == 0 {
			r.length = r.IntN(r.steps + 1)
			l.Length = r.g.Const(float64(r.length))
		}
		r.scan(l)
		r.unroll()
		twice := func(final, kept []*Node) []*Node {
			d, err := Grad(r.cost(seed, final, kept), r.xs()...)
			if err != nil {
				t.Fatal(seed, err)
			}
			dd, err := Grad(r.cost(seed+1, d, nil), r.xs()...)
			if err != nil {
				t.Fatal(seed, err)
			}
			return dd
		}
		r.same(t, 1e-11, twice(r.final, r.stacks), twice(r.last, r.rows), "second derivatives", seed)
		if t.Failed() {
			return
		}
	}
}

// Tokens are rows of integers, by which a step chooses columns.
func TestScanOverIntegers(t *testing.T) {
	g := New(Settings{})
	tokens, table := g.Ints("tokens", 4, 2), g.Input("table", 3, 5)
	final, kept := Loop{Init: []*Node{g.Const(0, 3, 2)}, Over: []*Node{tokens}}.Scan(func(s, in []*Node) (next, out []*Node) {
		return []*Node{Tanh(Add(s[0], Gather(table, 1, in[0])))}, in
	})
	if !kept[0].IsInteger() {
		t.Error("what is kept of integers is not of integers")
	}
	h := g.Const(0, 3, 2)
	for i := range 4 {
		h = Tanh(Add(h, Gather(table, 1, At(tokens, 0, i))))
	}
	r := &randomLoop{feeds: Feeds{tokens: []int{0, 4, 1, 2, 3, 3, 0, 1}, table: dense([]float64{1, 2, 3, 4, 5, -1, 0.5, 0.2, 0.1, 0, 7, 6, 5, 4, 3}, 3, 5)}}
	r.same(t, 0, append(final, kept...), []*Node{h, tokens})
	r.same(t, 1e-15, mustGrad(t, Sum(Square(final[0])), table), mustGrad(t, Sum(Square(h)), table))
}

// A part of the state that is computed of the next value of another part reads that where it
// has been written.
func TestScanOfSumsOfTheNextState(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 3)
	final, _ := Loop{Init: []*Node{x, g.Const(0)}, Steps: 2}.Scan(func(s, _ []*Node) (next, out []*Node) {
		n := Add(s[0].Times(2), x)
		return []*Node{n, Greater(Sum(Square(n)), g.Const(685))}, nil
	})
	if got := numbers(t, Add(final[1], Sum(final[0])), Feeds{x: []float64{1, 2, 3}}); got[0] != 1+7*(1+2+3) {
		t.Errorf("the sum is %v", got)
	}
}

// What lies between the parts of a loop's result is not looked at, whatever the memory was used
// for before.
func TestFiniteLoops(t *testing.T) {
	g := New(Settings{})
	a := g.Input("a", 64)
	pole := Sum(Tanh(CumProd(a, 0))) // of infinite entries, in memory that the loop takes then
	p := NewParam("p", as(tensor.Float64, make([]float64, 20), 20))
	final, _ := Loop{Init: []*Node{Add(g.Use(p), pole)}, Steps: 5}.Scan(func(s, _ []*Node) (next, out []*Node) { return []*Node{Tanh(s[0])}, nil })
	prog, err := Compile(Spec{Updates: []Update{{p, Sub(g.Use(p), final[0].Times(0.1))}}, Finite: true})
	if err != nil {
		t.Fatal(err)
	}
	defer prog.Close()
	huge := make([]float64, 64)
	for i := range huge {
		huge[i] = 1e300
	}
	if err := prog.Run(Feeds{a: huge}); err != nil {
		t.Fatal(err)
	}
	if prog.diagnosis != nil {
		t.Errorf("all is finite, and the program had to find that out by another:\n%v", prog)
	}
}

// Steps along any axis are steps along the first of arrays that are transposed.
func TestScanAlongAxis(t *testing.T) {
	for _, axis := range []int{0, 1, 2, -1, -3} {
		r := newRandomLoop(7, tensor.Float64)
		x := r.g.Input("x", 4, 5, 3)
		r.feeds[x] = randomTensor(r.Rand, tensor.Float64, 4, 5, 3)
		first := []int{axis}
		if axis < 0 {
			first[0] += 3
		}
		for i := range 3 {
			if i != first[0] {
				first = append(first, i)
			}
		}
		body := func(s, in []*Node) (next, out []*Node) {
			n := Tanh(Add(in[0], s[0]))
			return []*Node{n}, []*Node{Mul(n, in[0])}
		}
		init := []*Node{r.g.Const(0.5, x.shape[first[1]], x.shape[first[2]])}
		for _, checkpoint := range []bool{false, true} {
			final, kept := Loop{Init: init, Over: []*Node{x}, Axis: axis, Checkpoint: checkpoint}.Scan(body)
			last, rows := Loop{Init: init, Over: []*Node{Transpose(x, first...)}, Checkpoint: checkpoint}.Scan(body)
			want := Transpose(rows[0], inverse(first)...)
			r.same(t, 0, append(final, kept...), []*Node{last[0], want}, "values", axis)
			r.same(t, 1e-15, mustGrad(t, Sum(Mul(Add(kept[0], x), kept[0])), x), mustGrad(t, Sum(Mul(Add(want, x), want)), x), "gradients", axis)
		}
	}
}
