package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/tensor"
)

// A randomGraph is a graph of random operations on random shapes, with
// parameters, shared nodes, views and constants.
type randomGraph struct {
	*Graph
	rng    *rand.Rand
	smooth bool // only functions that differences can be taken of
	pool   []*Node
	feeds  Feeds
	params []*Param
}

func newRandomGraph(seed uint64, dtype tensor.Dtype, smooth bool) *randomGraph {
	r := &randomGraph{Graph: New(Settings{Dtype: dtype}), rng: rand.New(rand.NewPCG(seed, 7)), smooth: smooth, feeds: Feeds{}}
	for i := range 2 + r.rng.IntN(3) {
		shape := r.shape()
		n := r.Input(fmt.Sprintf("x%d", i), shape...)
		r.feeds[n] = denseAs(dtype, r.values(shape), shape, order(r.rng.IntN(2)))
		r.pool = append(r.pool, n)
	}
	for i := range 1 + r.rng.IntN(3) {
		shape := r.shape()
		p := NewParam(fmt.Sprintf("p%d", i), denseAs(dtype, r.values(shape), shape, rowMajor))
		r.params = append(r.params, p)
		r.pool = append(r.pool, r.Use(p))
	}
	shape := r.shape()
	r.pool = append(r.pool, r.Const(r.rng.NormFloat64()), r.Const(0.5, r.shape()...),
		r.Array(denseAs(dtype, r.values(shape), shape, rowMajor)))
	for range 4 + r.rng.IntN(20) {
		r.grow()
	}
	return r
}

func (r *randomGraph) shape() []int {
	shape := make([]int, r.rng.IntN(4))
	for i := range shape {
		shape[i] = []int{1, 1, 2, 3, 5, 17, 20}[r.rng.IntN(7)]
		if r.rng.IntN(20) == 0 {
			shape[i] = 1300 // more than a block
		}
		if size(shape[:i+1]) > 3000 {
			shape[i] = 1
		}
	}
	return shape
}

func (r *randomGraph) values(shape []int) []float64 {
	data := make([]float64, size(shape))
	for i := range data {
		data[i] = r.rng.NormFloat64()
	}
	return data
}

// pick returns a random node, rather a late one.
func (r *randomGraph) pick() *Node {
	i := max(r.rng.IntN(len(r.pool)), r.rng.IntN(len(r.pool)))
	return r.pool[i]
}

// pickFor returns a node whose shape broadcasts against that of x.
func (r *randomGraph) pickFor(x *Node) *Node {
	for range 20 {
		y := r.pick()
		if out, err := broadcastShapes(x.shape, y.shape); err == nil && size(out) <= 3000 {
			return y
		}
	}
	return x
}

func (r *randomGraph) grow() {
	x := r.pick()
	var n *Node
	switch r.rng.IntN(15) {
	case 14:
		n = r.indexed(x)
	case 10:
		n = r.part(x)
	case 11:
		n = r.join(x)
	case 12:
		n = r.choice(x, r.pickFor(x))
	case 13:
		n = r.softmax(x)
	case 0, 1:
		n = r.unary(x)
	case 2, 3, 4:
		n = r.binary(x, r.pickFor(x))
	case 5:
		n = r.product(x)
	case 6:
		n = r.reduction(x)
	case 7:
		n = Transpose(x, r.rng.Perm(len(x.shape))...)
	case 8:
		shape := slices.Clone(x.shape)
		r.rng.Shuffle(len(shape), func(i, j int) { shape[i], shape[j] = shape[j], shape[i] })
		n = Reshape(x, append(shape, 1)[:len(shape)+r.rng.IntN(2)]...)
		if len(n.shape) > 3 {
			return
		}
	case 9:
		y := r.pickFor(x)
		shape, _ := broadcastShapes(x.shape, y.shape)
		n = BroadcastTo(x, shape...)
	}
	r.pool = append(r.pool, n)
}

func (r *randomGraph) unary(x *Node) *Node {
	smooth := []func(*Node) *Node{Neg, Sigmoid, Tanh, Softplus,
		func(x *Node) *Node { return Square(Tanh(x)) },
		func(x *Node) *Node { return Exp(Tanh(x)) },
		func(x *Node) *Node { return Log(Softplus(x).Plus(1)) },
		func(x *Node) *Node { return Sqrt(Square(x).Plus(1)) },
		func(x *Node) *Node { return Pow(Square(x).Plus(1), -0.5) },
		func(x *Node) *Node { return Reciprocal(Square(x).Plus(1)) },
		func(x *Node) *Node { return Log1p(Square(x)) },
		func(x *Node) *Node { return Expm1(Tanh(x)) },
		Sin, Cos, SiLU, GELU, NormalCDF}
	rough := []func(*Node) *Node{Square, Exp, Log, Sqrt, ReLU, Step, LeakyReLU, ELU, Abs, Sign, Expm1, Log1p,
		Reciprocal, StopGradient, func(x *Node) *Node { return Pow(x, 3) }, func(x *Node) *Node { return Clip(x, -0.5, 1) }}
	if r.smooth {
		return smooth[r.rng.IntN(len(smooth))](x)
	}
	all := append(smooth, rough...)
	return all[r.rng.IntN(len(all))](x)
}

func (r *randomGraph) binary(x, y *Node) *Node {
	switch r.rng.IntN(6) {
	case 0:
		return Add(x, y)
	case 1:
		return Sub(y, x)
	case 2:
		return Mul(x, y).Times(0.5)
	case 3:
		return Mul(x, Tanh(y))
	case 4:
		if r.smooth {
			return Div(x, Square(y).Plus(1))
		}
		return Div(x, y)
	}
	if r.smooth {
		return XLogY(x, Square(y).Plus(1))
	}
	return XLogY(x, y)
}

// part cuts x along an axis.
func (r *randomGraph) part(x *Node) *Node {
	if len(x.shape) == 0 {
		return Neg(x)
	}
	axis := r.rng.IntN(len(x.shape))
	from := r.rng.IntN(x.shape[axis])
	switch r.rng.IntN(5) {
	case 0:
		return Flip(x, r.axes(x)...)
	case 1:
		ranges := make([]Range, axis+1)
		ranges[axis].Step = []int{-1, -2, 2, 3}[r.rng.IntN(4)]
		part := Slice(x, ranges...)
		if r.rng.IntN(2) == 0 {
			return SetSlice(r.unary(x), part, ranges...)
		}
		return part
	}
	return slice(x, axis, from, from+1+r.rng.IntN(x.shape[axis]-from))
}

// indexed chooses, adds or sorts slices of x along an axis.
func (r *randomGraph) indexed(x *Node) *Node {
	if len(x.shape) == 0 {
		return Sin(x)
	}
	axis := r.rng.IntN(len(x.shape))
	numbers := func(below int, shape ...int) *Node {
		out := make([]int, size(shape))
		for i := range out {
			out[i] = r.rng.IntN(below)
		}
		return r.Array(Tensor(out, shape...))
	}
	n, m := x.shape[axis], 1+r.rng.IntN(5)
	along := slices.Clone(x.shape)
	along[axis] = m
	switch k := r.rng.IntN(6); {
	case k == 0:
		return ScatterAdd(axis, m, numbers(m, n), x)
	case k == 1:
		return TakeAlong(x, axis, numbers(n, along...))
	case k == 2:
		return ScatterAddAlong(axis, m, numbers(m, x.shape...), x)
	case k == 3 && !r.smooth:
		return Sorting{Descending: m > 2, First: min(m, n)}.Sort(x, axis)
	case k == 4 && !r.smooth:
		return Argmax(x, axis)
	}
	return Gather(x, axis, numbers(n, m))
}

// join puts x and a function of it together.
func (r *randomGraph) join(x *Node) *Node {
	if len(x.shape) == 0 || size(x.shape) > 1500 {
		return Tanh(x)
	}
	return Concat(r.rng.IntN(len(x.shape)), x, r.unary(x))
}

// choice compares two nodes; the gradient of a smooth graph meets no tie, since
// the nodes are moved apart.
func (r *randomGraph) choice(x, y *Node) *Node {
	if r.smooth {
		return Where(Step(r.Const(r.rng.NormFloat64())), Sin(x), y)
	}
	switch r.rng.IntN(4) {
	case 0:
		return Maximum(x, y)
	case 1:
		return Minimum(x, y)
	case 2:
		return Where(Greater(x, y), Square(y), x)
	}
	return NotEqual(x, y)
}

// softmax adds one of the functions along axes.
func (r *randomGraph) softmax(x *Node) *Node {
	axes := r.axes(x)
	all := []func(*Node, ...int) *Node{Softmax, LogSoftmax, LogSumExp, Variance, kept.Max, Min, Prod, r.cumulative}
	if r.smooth {
		all = all[:4]
	}
	return all[r.rng.IntN(len(all))](x, axes...)
}

// cumulative goes along the first of axes, or of all.
func (r *randomGraph) cumulative(x *Node, axes ...int) *Node {
	if len(x.shape) == 0 {
		return Tanh(x)
	}
	c, axis := Cumulative{Reverse: r.rng.IntN(2) == 0}, append(axes, 0)[0]
	switch r.rng.IntN(4) {
	case 0:
		return c.Sum(x, axis)
	case 1:
		return c.Prod(x, axis)
	case 2:
		return c.LogSumExp(x, axis)
	}
	return c.Recurrence(Sin(x), x, axis)
}

// product multiplies x, if it has two axes or more, with a node of the pool.
func (r *randomGraph) product(x *Node) *Node {
	for range 20 {
		y := r.pick()
		ta, tb := r.rng.IntN(2) == 0, r.rng.IntN(2) == 0
		if out, err := matMulShape([]tensor.Shape{x.shape, y.shape}, ta, tb); err == nil && size(out) <= 2000 {
			return MatMulTrans(x, ta, y, tb).Times(0.3)
		}
	}
	return Tanh(x)
}

func (r *randomGraph) axes(x *Node) []int {
	var axes []int
	for i := range x.shape {
		if r.rng.IntN(2) == 0 {
			axes = append(axes, i)
		}
	}
	return axes
}

func (r *randomGraph) reduction(x *Node) *Node {
	axes := r.axes(x)
	switch r.rng.IntN(3) {
	case 0:
		return kept.Sum(x, axes...)
	case 1:
		return Mean(x, axes...)
	}
	return Sum(x, axes...)
}

// spec asks for some outputs and for updates of some parameters, bare
// parameters and views among their right-hand sides.
func (r *randomGraph) spec() Spec {
	var s Spec
	for range 1 + r.rng.IntN(4) {
		s.Outputs = append(s.Outputs, r.pick())
	}
	for _, p := range r.params {
		if r.rng.IntN(3) == 0 {
			continue
		}
		var fitting []*Node
		for _, n := range r.pool {
			if slices.Equal(n.shape, p.shape) {
				fitting = append(fitting, n)
			}
		}
		v := fitting[r.rng.IntN(len(fitting))]
		if r.rng.IntN(2) == 0 {
			v = Sub(r.Use(p), v.Times(0.1))
		}
		s.Updates = append(s.Updates, Update{Param: p, Value: v})
	}
	return s
}

// cost returns a bounded scalar of some of the nodes.
func (r *randomGraph) cost() *Node {
	cost := r.Const(0)
	for range 3 {
		cost = Add(cost, Mean(Tanh(r.pick().Times(0.3))))
	}
	return cost
}

// leaves returns the inputs and parameters.
func (r *randomGraph) leaves() []*Node {
	return slices.DeleteFunc(r.Nodes(), func(n *Node) bool { return n.kind != inputNode && n.kind != paramNode })
}

// check runs a spec three times and compares every output and parameter with
// the naive evaluation, bit for bit.
func (r *randomGraph) check(t *testing.T, s Spec) {
	t.Helper()
	program, err := Compile(s)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		values, updated := reference(r.Graph, s, r.feeds)
		if err := program.Run(r.feeds); err != nil {
			t.Fatalf("%v\n%v", err, program)
		}
		for _, n := range s.Outputs {
			got, err := program.Value(n)
			if err != nil {
				t.Fatal(err)
			}
			sameBits(t, got, values[n], n, program)
		}
		for p, want := range updated {
			sameBits(t, p.Value(), want, "parameter", p.name, program)
		}
	}
}

func TestRandomProgramsEqualNaiveEvaluation(t *testing.T) {
	for seed := range uint64(2000) {
		dtype := []tensor.Dtype{tensor.Float64, tensor.Float32}[seed%2]
		r := newRandomGraph(seed, dtype, false)
		if err := r.Err(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { r.check(t, r.spec()) })
		if t.Failed() {
			return
		}
	}
}

func TestRandomGradients(t *testing.T) {
	for seed := range uint64(2000) {
		r := newRandomGraph(seed, tensor.Float64, true)
		cost, xs := r.cost(), r.leaves()
		simple, err := Grad(cost, xs...)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		raw, err := GradRaw(cost, xs...)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		spec := Spec{Outputs: append(append([]*Node{cost}, simple...), raw...)}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r.check(t, spec)
			values, _ := reference(r.Graph, spec, r.feeds)
			for i := range xs {
				if d := relativeDifference(values[simple[i]].f64, values[raw[i]].f64); d > 1e-9 {
					t.Errorf("gradient for %v: simplified and raw differ by %g", xs[i], d)
				}
			}
			r.checkDirection(t, cost, xs, simple)
		})
		if t.Failed() {
			return
		}
	}
}

// checkDirection compares the derivative of cost along a random direction with
// the five-point difference.
func (r *randomGraph) checkDirection(t *testing.T, cost *Node, xs, grads []*Node) {
	t.Helper()
	spec := Spec{Outputs: append([]*Node{cost}, grads...), Given: xs}
	feeds, direction := Feeds{}, map[*Node][]float64{}
	base := map[*Node][]float64{}
	for _, x := range xs {
		s := storage{}
		if x.kind == paramNode {
			s = x.param.storage
		} else {
			s, _ = newStorage(r.feeds[x].(*tensor.Dense))
		}
		base[x], direction[x] = s.f64, r.values(x.shape)
		feeds[x] = s.tensor()
	}
	values, _ := reference(r.Graph, spec, feeds)
	symbolic := 0.0
	for i, x := range xs {
		for j, v := range direction[x] {
			symbolic += v * values[grads[i]].f64[j]
		}
	}
	at := func(h float64) float64 {
		for _, x := range xs {
			moved := slices.Clone(base[x])
			for j, v := range direction[x] {
				moved[j] += h * v
			}
			feeds[x] = dense(moved, x.shape...)
		}
		values, _ := reference(r.Graph, Spec{Outputs: []*Node{cost}, Given: xs}, feeds)
		return values[cost].f64[0]
	}
	const h = 1e-4
	numeric := (8*(at(h)-at(-h)) - (at(2*h) - at(-2*h))) / (12 * h)
	if d := math.Abs(symbolic - numeric); !(d <= 1e-7*max(1, math.Abs(symbolic))) {
		t.Errorf("derivative along a direction: symbolic %v, differences %v", symbolic, numeric)
	}
}

// relativeDifference is by the maximum norm.
func relativeDifference(a, b []float64) float64 {
	diff, scale := 0.0, 1e-6
	for i := range a {
		diff = max(diff, math.Abs(a[i]-b[i]))
		scale = max(scale, math.Abs(a[i]), math.Abs(b[i]))
	}
	return diff / scale
}
