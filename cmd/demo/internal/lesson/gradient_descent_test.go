package lesson

import (
	"math"
	"testing"

	"chainrule/graph"
	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

var quickDescent = Values{"seeds": 2, "steps": 1500}

func TestGradientDescentHolds(t *testing.T) {
	mustHold(t, measured(t, gradientDescent(), defaultsOr(t, quickDescent)))
}

func TestGradientDescentFails(t *testing.T) {
	for _, c := range []struct {
		name   string
		change Values
		fails  []int
	}{
		{"below is not below", Values{"below": 1.005}, []int{1}},
		{"above is not above", Values{"above": 0.995}, []int{2}},
		{"the smallest rate is not small", Values{"rates": []float64{5}, "rate": 6.0}, []int{3}},
		{"a rate that is not too large", Values{"rate": 0.3}, []int{4, 6}},
		{"a rate that is far too large", Values{"rate": 1000.0}, []int{5}},
		{"too few steps", Values{"line-steps": 1}, []int{1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) { mustFail(t, measured(t, gradientDescent(), quickDescent, c.change), c.fails...) })
	}
}

func TestGradientDescentStops(t *testing.T) {
	mustStop(t, gradientDescent(), Values{"steps": 100_000})
}

func TestGradientDescentRepeats(t *testing.T) {
	mustRepeat(t, gradientDescent(), Values{"seeds": 3, "steps": 100})
}

// TestHessianOfABowl has the cost u·(A·u)/2 + p·q in two parameters, whose second
// derivative is known.
func TestHessianOfABowl(t *testing.T) {
	column := func(v ...float64) *tensor.Dense {
		return graph.Tensor(v, len(v), 1)
	}
	u, p := graph.NewParam("u", column(1, 2)), graph.NewParam("p", column(3, 4, 5))
	g := graph.New(graph.Settings{})
	a := g.Input("A", 2, 2)
	un, pn := g.Use(u), g.Use(p)
	bowl := graph.Sum(graph.Mul(un, graph.MatMul(a, un))).Times(0.5)
	cost := graph.Add(bowl, graph.Sum(graph.Square(pn)))
	h, err := hessian(cost, []*graph.Param{u, p}, map[string]*tensor.Dense{
		"A": graph.Tensor([]float64{3, 1, 1, 3}, 2, 2)})
	if err != nil {
		t.Fatal(err)
	}
	want := mat.NewSymDense(5, []float64{
		3, 1, 0, 0, 0,
		1, 3, 0, 0, 0,
		0, 0, 2, 0, 0,
		0, 0, 0, 2, 0,
		0, 0, 0, 0, 2})
	if !mat.EqualApprox(h, want, 1e-14) {
		t.Errorf("%v", mat.Formatted(h))
	}
	values, err := eigenvalues(h)
	if err != nil || math.Abs(values[4]-4) > 1e-12 || math.Abs(values[0]-2) > 1e-12 {
		t.Errorf("eigenvalues %v, error %v, want 2 to 4", values, err)
	}
}

// TestSharpness compares the largest eigenvalue with the change of the gradient
// that steps along the cost itself show: near a minimum of a bowl the cost in a
// direction rises by half the curvature.
func TestSharpness(t *testing.T) {
	data := pointSet([3]float64{1, 0, 1}, [3]float64{-1, 0, 0}, [3]float64{2, 1, 0})
	l, err := network{seed: 1, rate: 0.1}.learner(data)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	got, err := l.sharpness()
	if err != nil {
		t.Fatal(err)
	}
	// Logistic regression: H = Σ a(1−a)·(x, 1)ᵀ·(x, 1)/m.
	p, err := l.Predict(data.X)
	if err != nil {
		t.Fatal(err)
	}
	h := mat.NewSymDense(3, nil)
	for j, a := range p {
		x := mat.NewVecDense(3, []float64{data.X[2*j], data.X[2*j+1], 1})
		h.SymRankOne(h, a*(1-a)/3, x)
	}
	values, err := eigenvalues(h)
	if err != nil || math.Abs(got-values[2]) > 1e-12 {
		t.Errorf("%v, want the largest of %v (error %v)", got, values, err)
	}
}

func TestRisingShare(t *testing.T) {
	if got := risingShare([]float64{3, 2, 2, 4, 1}); got != 0.25 {
		t.Errorf("%v, want 0.25", got)
	}
}

func TestDescendEndsBeforeItOverflows(t *testing.T) {
	f, err := newLineFit(10, 1)
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.descend(t.Context(), 1.5, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(d.excess); n > 1000 || !(d.change() > 1e90) || math.IsInf(d.change(), 1) {
		t.Errorf("after %d steps the excess is %v times the first", n, d.change())
	}
}
