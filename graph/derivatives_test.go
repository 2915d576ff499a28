package graph

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// VJP, on a function whose Jacobian is known: y = M·x has the product Mᵀ·v.
func TestVJP(t *testing.T) {
	g := New(Settings{})
	m, x, v := g.Input("M", 2, 3), g.Input("x", 3, 1), g.Input("v", 2, 1)
	d, err := VJP(MatMul(m, x), v, x)
	if err != nil {
		t.Fatal(err)
	}
	feeds := Feeds{m: dense([]float64{1, 2, 3, 4, 5, 6}, 2, 3), x: dense([]float64{0, 0, 0}, 3, 1), v: dense([]float64{1, 10}, 2, 1)}
	if got := numbers(t, d[0], feeds); !slices.Equal(got, []float64{41, 52, 63}) {
		t.Errorf("Mᵀ·v is %v", got)
	}
	// A vector that depends on x counts as a constant all the same.
	y := Square(x)
	d, err = VJP(y, y, x)
	if err != nil {
		t.Fatal(err)
	}
	feeds[x] = dense([]float64{1, 2, 3}, 3, 1)
	if got := numbers(t, d[0], feeds); !slices.Equal(got, []float64{2, 16, 54}) {
		t.Errorf("2x·x² is %v", got)
	}
}

// The Jacobian of the softmax is diag(a) − a·aᵀ, and the Hessian of a cubic
// form is known too.
func TestJacobian(t *testing.T) {
	g := New(Settings{})
	z := g.Input("z", 3)
	a := Softmax(z)
	j, err := Jacobian(a, z)
	if err != nil {
		t.Fatal(err)
	}
	want := Sub(Mul(g.Array(dense([]float64{1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3)), a), Outer(a, a))
	feeds := Feeds{z: dense([]float64{0.3, -1, 2}, 3)}
	if d := relativeDifference(numbers(t, j[0], feeds), numbers(t, want, feeds)); d > 1e-15 {
		t.Errorf("Jacobian of softmax off by %g", d)
	}

	x := g.Input("x", 2, 2)
	cubes := mustGrad(t, Sum(Pow(x, 3)), x)[0]
	hs, err := Jacobian(cubes, x)
	if err != nil {
		t.Fatal(err)
	}
	h := hs[0]
	if !slices.Equal(h.Shape(), tensor.Shape{2, 2, 2, 2}) {
		t.Fatalf("shape %v", h.Shape())
	}
	got := numbers(t, h, Feeds{x: dense([]float64{1, 2, 3, 4}, 2, 2)})
	for i, v := range got {
		want := 0.0
		if i%5 == 0 { // the diagonal of a matrix of four rows
			want = 6 * float64(i/5+1)
		}
		if v != want {
			t.Errorf("entry %d of the Hessian is %v, want %v", i, v, want)
		}
	}
	if j, err := Jacobian(g.Input("s"), x); err != nil || !slices.Equal(j[0].Shape(), x.Shape()) {
		t.Errorf("the Jacobian of an unrelated scalar is %v, %v", j, err)
	}
}

// A three-layer net and a softmax cross-entropy: Hessian-vector products
// against differences of gradients along the vector.
func TestHVPOfANet(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	random := func(shape ...int) *tensor.Dense {
		v := make([]float64, size(shape))
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		return dense(v, shape...)
	}
	g := New(Settings{})
	a := g.Input("X", 3, 7)
	feeds := Feeds{a: random(3, 7)}
	var xs, vs []*Node
	add := func(name string, shape ...int) *Node {
		x, v := g.Input(name, shape...), g.Input("v"+name, shape...)
		feeds[x], feeds[v] = random(shape...), random(shape...)
		xs, vs = append(xs, x), append(vs, v)
		return x
	}
	sizes := []int{3, 5, 4, 3}
	var z *Node
	for l, f := range []func(*Node) *Node{Tanh, SiLU, Sigmoid} {
		n := sizes[l+1]
		z = Add(MatMul(add(fmt.Sprint("W", l+1), n, sizes[l]), a), add(fmt.Sprint("b", l+1), n, 1))
		a = f(z)
	}
	cost := Mean(Sub(LogSumExp(z, 0), Slice(Reshape(z, 21), Range{From: 7, To: 14})))
	products, err := HVP(cost, xs, vs)
	if err != nil {
		t.Fatal(err)
	}
	gradients := mustGrad(t, cost, xs...)
	p := run(t, Spec{Outputs: products}, feeds)
	var got []float64
	for _, n := range products {
		v, _ := p.Value(n)
		got = append(got, v.Float64s()...)
	}
	at := func(h float64) []float64 {
		moved := Feeds{}
		for n, v := range feeds {
			moved[n] = v
		}
		for i, x := range xs {
			s, _ := newStorage(feeds[x].(*tensor.Dense))
			for j, d := range feeds[vs[i]].(*tensor.Dense).Float64s() {
				s.f64[j] += h * d
			}
			moved[x] = s.tensor()
		}
		p := run(t, Spec{Outputs: gradients}, moved)
		var out []float64
		for _, n := range gradients {
			v, _ := p.Value(n)
			out = append(out, v.Float64s()...)
		}
		return out
	}
	const h = 1e-3
	near, far := [2][]float64{at(h), at(-h)}, [2][]float64{at(2 * h), at(-2 * h)}
	numeric := make([]float64, len(got))
	for i := range numeric {
		numeric[i] = (8*(near[0][i]-near[1][i]) - (far[0][i] - far[1][i])) / (12 * h)
	}
	if d := relativeDifference(got, numeric); d > 1e-9 {
		t.Errorf("Hessian-vector product off by %g", d)
	}
}

func TestDerivativeMistakes(t *testing.T) {
	g := New(Settings{})
	x, v := g.Input("x", 3), g.Input("v", 2)
	other := New(Settings{}).Input("x", 3)
	for want, f := range map[string]func() ([]*Node, error){
		"VJP(x (3), v (2)): the vector has another shape": func() ([]*Node, error) { return VJP(x, v, x) },
		"HVP(x (3), v (2)): the vector has another shape": func() ([]*Node, error) { return HVP(Sum(x), []*Node{x}, []*Node{v}) },
		"1 vector given, one for each of 2 nodes":         func() ([]*Node, error) { return HVP(Sum(x), []*Node{x, v}, []*Node{x}) },
		"a node with one entry expected":                  func() ([]*Node, error) { return HVP(x, []*Node{x}, []*Node{x}) },
	} {
		if _, err := f(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "derivatives_test.go:") {
			t.Errorf("error %v, %q and the place expected", err, want)
		}
	}
	if g.Err() != nil {
		t.Errorf("a mistake that made no node spoiled the graph: %v", g.Err())
	}
	if _, err := VJP(nil, nil); err == nil {
		t.Error("VJP of nothing")
	}
	if d, err := VJP(x, x); err != nil || len(d) != 0 {
		t.Errorf("with respect to nothing: %v, %v", d, err)
	}
	if _, err := VJP(x, x, other); err == nil {
		t.Error("VJP between graphs")
	}
	if _, err := Jacobian(x, other); err == nil {
		t.Error("a Jacobian between graphs")
	}
}
