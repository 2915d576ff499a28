package graph

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// The tests of this file are gorgonia's measured faults, each tried through
// our API.

func TestEqualOperationsOnDifferentNodesStayApart(t *testing.T) {
	g := New(Settings{})
	feeds := Feeds{}
	var outs []*Node
	for i := range 300 {
		x := g.Input(fmt.Sprintf("x%d", i))
		feeds[x] = dense([]float64{float64(i)})
		outs = append(outs, Tanh(x), Square(x))
	}
	p := run(t, Spec{Outputs: outs}, feeds)
	for i, n := range outs {
		want := math.Tanh(float64(i / 2))
		if i%2 == 1 {
			want = float64(i/2) * float64(i/2)
		}
		if got, err := p.Scalar(n); err != nil || math.Abs(got-want) > 1e-15*want {
			t.Fatalf("output %d: got %v (%v), want %v", i, got, err, want)
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	for _, again := range []func(g *Graph) *Node{
		func(g *Graph) *Node { return g.Input("x", 2, 3) },
		func(g *Graph) *Node { return g.Use(NewParam("x", dense([]float64{1}, 1))) },
		func(g *Graph) *Node { return g.Const(1).Named("x") },
	} {
		g := New(Settings{})
		x := g.Input("x", 2, 3)
		again(g)
		if _, err := Compile(Spec{Outputs: []*Node{x}}); err == nil || !strings.Contains(err.Error(), `"x"`) {
			t.Errorf("a second node called x: error %v, one about the name expected", err)
		}
	}
}

func TestCloseConstantsStayApart(t *testing.T) {
	g := New(Settings{})
	a, b := g.Const(0.1), g.Const(math.Nextafter(0.1, 1))
	zero, negative := g.Const(0), g.Const(math.Copysign(0, -1))
	if a == b || zero == negative {
		t.Fatal("constants that differ in one bit were merged")
	}
	if got := numbers(t, Sub(b, a), nil)[0]; got != math.Nextafter(0.1, 1)-0.1 {
		t.Errorf("their difference is %v", got)
	}
}

func TestRanksAreChecked(t *testing.T) {
	g := New(Settings{})
	v, m, s := g.Input("v", 3), g.Input("M", 2, 3), g.Input("s")
	for name, n := range map[string]*Node{
		"vector": MatMul(m, v), "scalar": MatMul(s, m), "inner size": MatMul(m, m), "broadcast": Add(m, g.Input("w", 2)),
		"axis": Sum(m, 2), "axis twice": Sum(m, 1, -1), "permutation": Transpose(m, 0, 0), "reshape": Reshape(m, 4),
		"broadcast to": BroadcastTo(m, 2, 4), "size 0": g.Input("e", 0, 3),
	} {
		var located *Error
		if !errors.As(n.Err(), &located) || !strings.Contains(located.Place, "gorgonia_test.go:") {
			t.Errorf("%s: error %v, one with this file as its place expected", name, n.Err())
		}
	}
}

func TestGradTwiceAndGradOfGrad(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x")
	y := Mul(Square(x), Tanh(x))
	first, again := mustGrad(t, y, x)[0], mustGrad(t, y, x)[0]
	second := mustGrad(t, first, x)[0]
	third := mustGrad(t, second, x)[0]
	p := run(t, Spec{Outputs: []*Node{first, again, second, third}}, Feeds{x: dense([]float64{0.7})})
	a := math.Tanh(0.7)
	d1 := 1 - a*a
	d2 := -2 * a * d1
	d3 := -2*d1*d1 - 2*a*d2
	want := []float64{2*0.7*a + 0.49*d1, 2*0.7*a + 0.49*d1, 2*a + 4*0.7*d1 + 0.49*d2, 6*d1 + 6*0.7*d2 + 0.49*d3}
	for i, n := range []*Node{first, again, second, third} {
		if got, _ := p.Scalar(n); math.Abs(got-want[i]) > 1e-14 {
			t.Errorf("derivative %d: got %v, want %v", i, got, want[i])
		}
	}
}

func TestGradOfInteriorNodes(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 2, 3)
	z := x.Times(2)
	cost := Sum(Square(z))
	d := mustGrad(t, cost, z, x, cost)
	in := Feeds{x: dense([]float64{1, 2, 3, 4, 5, 6}, 2, 3)}
	for i, c := range []float64{4, 8} {
		for j, got := range numbers(t, d[i], in) {
			if want := c * float64(j+1); got != want {
				t.Errorf("gradient %d, entry %d: got %v, want %v", i, j, got, want)
			}
		}
	}
	if v, ok := d[2].ConstValue(); !ok || v != 1 {
		t.Errorf("the gradient with respect to the cost itself is %v, 1 expected", d[2])
	}
}

// coefficients of the stress test: an operation that takes its input twice has
// derivative p + q, a sum of two terms at a fan-out.
var coefficients = [][2]float64{{1.5, 0.5}, {0.25, 0.25}, {3, -1}, {0.125, 0.375}, {-1, -1}, {-0.75, 0.25}}

func TestFanOutStress(t *testing.T) {
	ops := make([]*Op, len(coefficients))
	for i, c := range coefficients {
		p, q := c[0], c[1]
		ops[i] = &Op{Name: fmt.Sprint("mix", i),
			Binary:   func(a, b float64) float64 { return p*a + q*b },
			Backward: func(_ []*Node, _, dy *Node) []*Node { return []*Node{dy.Times(p), dy.Times(q)} }}
	}
	sums := 100_000
	if testing.Short() {
		sums = 10_000
	}
	g := New(Settings{})
	x := g.Input("x")
	y, want := x, 1.0
	rng := rand.New(rand.NewPCG(1, 1))
	var middle *Node
	wantMiddle := 0.0
	for i := range sums {
		k := i % len(ops)
		if i%len(ops) == 0 {
			rng.Shuffle(len(ops), func(a, b int) {
				ops[a], ops[b] = ops[b], ops[a]
				coefficients[a], coefficients[b] = coefficients[b], coefficients[a]
			})
		}
		if i == sums/2 {
			middle, wantMiddle = y, want
		}
		y = ops[k].Apply(y, y)
		want *= coefficients[k][0] + coefficients[k][1]
	}
	d, err := GradRaw(y, x, middle)
	if err != nil {
		t.Fatal(err)
	}
	p := run(t, Spec{Outputs: d}, Feeds{x: dense([]float64{1})})
	if got, _ := p.Scalar(d[0]); got != want {
		t.Errorf("derivative through %d fan-outs: got %v, want %v", sums, got, want)
	}
	if got, _ := p.Scalar(d[1]); got*wantMiddle != want {
		t.Errorf("derivative through half of them: got %v, want %v", got, want/wantMiddle)
	}
}

func TestOperationWithoutRule(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x")
	cbrt := &Op{Name: "cbrt", Unary: math.Cbrt}
	if _, err := Grad(cbrt.Apply(x), x); err == nil || !strings.Contains(err.Error(), "cbrt") {
		t.Errorf("error %v, one that names cbrt expected", err)
	}
}

func TestBuildInManyGoroutines(t *testing.T) {
	var wg sync.WaitGroup
	for k := range 8 {
		wg.Go(func() {
			g := New(Settings{})
			x := g.Input("x", 3, 4)
			cost := Sum(Square(Tanh(x.Times(float64(k + 1)))))
			d, err := Grad(cost, x)
			if err == nil {
				_, _, err = g.ExprGraph()
			}
			if err != nil {
				t.Error(err)
				return
			}
			p, err := Compile(Spec{Outputs: d})
			if err == nil {
				err = p.Run(Feeds{x: dense(make([]float64, 12), 3, 4)})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestReLUAtTheEdges(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 5)
	in := Feeds{x: dense([]float64{math.Inf(-1), -1, 0, 2, math.NaN()}, 5)}
	got := append(numbers(t, ReLU(x), in), numbers(t, mustGrad(t, Sum(ReLU(x)), x)[0], in)...)
	want := []float64{0, 0, 0, 2, math.NaN(), 0, 0, 0, 1, math.NaN()}
	for i := range want {
		if got[i] != want[i] && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Errorf("value %d: got %v, want %v", i, got[i], want[i])
		}
	}
}

func TestOutputsSurviveAndRunsDoNotAccumulate(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 64)
	var outs []*Node
	y := x
	for range 10 {
		y = Tanh(Sum(Mul(BroadcastTo(y, 64, 64), y), 1))
		outs = append(outs, y)
	}
	outs = append(outs, mustGrad(t, Sum(y), x)[0])
	data := make([]float64, 64)
	for i := range data {
		data[i] = float64(i%7)*0.01 + 0.3
	}
	feeds := Feeds{x: dense(data, 64)}
	p, err := Compile(Spec{Outputs: outs})
	if err != nil {
		t.Fatal(err)
	}
	values, _ := reference(g, Spec{Outputs: outs}, feeds)
	for range 3 {
		if err := p.Run(feeds); err != nil {
			t.Fatal(err)
		}
		for i, n := range outs {
			v, _ := p.Value(n)
			sameBits(t, v, values[n], "output", i)
		}
	}
}

func TestProductKeepsNaN(t *testing.T) {
	g := New(Settings{})
	a, b := g.Input("a", 1, 2), g.Input("b", 2, 1)
	in := Feeds{a: dense([]float64{0, 1}, 1, 2), b: dense([]float64{math.NaN(), 1}, 2, 1)}
	if got := numbers(t, MatMul(a, b), in)[0]; !math.IsNaN(got) {
		t.Errorf("0·NaN + 1 is %v, NaN expected", got)
	}
}
