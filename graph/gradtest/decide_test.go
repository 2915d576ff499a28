package gradtest_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"gorgonia.org/tensor"
)

// Right gradients that differences of one fixed step call wrong: their error is
// up to 1e-4 of the gradient.
func TestRightWhereAFixedStepFails(t *testing.T) {
	for _, c := range []struct {
		name string
		op   func(*graph.Node) *graph.Node
		at   float64
	}{
		{"log", graph.Log, 0.003},
		{"log near the edge", graph.Log, 1e-7},
		{"1/x", graph.Reciprocal, 0.005},
		{"√", graph.Sqrt, 0.001},
		{"√ near the edge", graph.Sqrt, 1e-12},
		{"sine of many waves", graph.Sin, 300_000},
		{"exp near overflow", graph.Exp, 700},
	} {
		g := graph.New(graph.Settings{})
		x := g.Input("x", 2)
		r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, graph.Sum(c.op(x)), graph.Feeds{x: dense(tensor.Shape{2}, c.at, 0.7)}, x)
		if err != nil || r.Err() != nil || r.Count(gradtest.Right) != 2 {
			t.Errorf("%s: %v, %v", c.name, err, r.Err())
		}
	}
}

// Logistic regression on inputs near 300, whose weights are moved by far less
// than 1 before the cost bends.
func TestLogisticRegressionOnLargeInputs(t *testing.T) {
	rng := rand.New(rand.NewPCG(300, 1))
	const n, m = 3, 20
	x, y, w := make([]float64, n*m), make([]float64, m), make([]float64, n)
	for i := range x {
		x[i] = 300 + 30*rng.NormFloat64()
	}
	for i := range y {
		y[i] = float64(i % 2)
	}
	for i := range w {
		w[i] = 0.01 * rng.NormFloat64()
	}
	g := graph.New(graph.Settings{})
	X, Y, W, b := g.Input("X", n, m), g.Input("Y", 1, m), g.Input("W", 1, n), g.Input("b")
	z := graph.Add(graph.MatMul(W, X), b)
	cost := graph.Mean(graph.Sub(graph.Softplus(z), graph.Mul(Y, z)))
	feeds := graph.Feeds{X: dense(X.Shape(), x...), Y: dense(Y.Shape(), y...), W: dense(W.Shape(), w...), b: dense(nil, -0.3)}
	gradtest.Check(t, cost, feeds, W, b, X)
}

// What differences cannot tell is neither right nor wrong, and the summary says
// how much of it there is and why.
func TestUndecidedSaysWhy(t *testing.T) {
	for _, c := range []struct {
		name  string
		op    func(*graph.Node) *graph.Node
		value float64
		want  string
	}{
		{"√ at its edge", graph.Sqrt, 0, "not finite, and differences settle on nothing"},
		{"log below 0", graph.Log, -1, "the cost is NaN; the first value that is not finite is NaN in"},
		{"last number before overflow", graph.Square, math.Sqrt(math.MaxFloat64), "every step leaves the domain or overflows"},
		{"gradient below rounding", func(x *graph.Node) *graph.Node { return x.Times(1e-30).Plus(1) }, 2, "too coarse: ±"},
		{"gradient of few digits", func(x *graph.Node) *graph.Node { return x.Times(1e-15).Plus(1) }, 2, "too coarse: ±"},
	} {
		g := graph.New(graph.Settings{})
		x := g.Input("x")
		r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, graph.Sum(c.op(x)), graph.Feeds{x: dense(nil, c.value)}, x)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		switch err := r.Err(); {
		case !errors.Is(err, gradtest.ErrUndecided) || !strings.Contains(err.Error(), "undecided: 1 of 1 entries of the derivative of order 1"):
			t.Errorf("%s: %v", c.name, err)
		case !strings.Contains(r.Rows[0].Entries[0].Reason, c.want) || r.Rows[0].Verified() || !strings.Contains(r.String(), "UNDECIDED"):
			t.Errorf("%s: %q in\n%v", c.name, r.Rows[0].Entries[0].Reason, r)
		}
	}
}

// Between what is right and what is wrong lie some errors: there differences do
// not tell. The farther away, the worse the verdict.
func TestNearMissIsUndecided(t *testing.T) {
	x := graph.New(graph.Settings{}).Input("x")
	cost, feeds := graph.Exp(graph.Sin(x)), graph.Feeds{x: dense(nil, 0.3)}
	slope := math.Exp(math.Sin(0.3)) * math.Cos(0.3)
	var order []gradtest.Verdict
	for gap := 1e-14; gap < 1e-10; gap *= 1.2 {
		r, err := gradtest.Judge(t.Context(), gradtest.Settings{}, cost, feeds, gradtest.Claim{Of: x, Values: []float64{slope + gap}})
		if err != nil {
			t.Fatal(err)
		}
		order = append(order, r.Rows[0].Entries[0].Verdict)
	}
	want := []gradtest.Verdict{gradtest.Right, gradtest.Undecided, gradtest.Wrong}
	if got := slices.Compact(slices.Clone(order)); !slices.Equal(got, want) {
		t.Errorf("ever farther away: %v", order)
	}
}

// A gradient of exactly 0 is right where the function is flat but for its ends.
func TestSaturatedIsRight(t *testing.T) {
	x := graph.New(graph.Settings{}).Input("x", 2)
	r, err := gradtest.Compare(t.Context(), gradtest.Settings{}, graph.Sum(graph.Tanh(x)), graph.Feeds{x: dense(tensor.Shape{2}, 40, 300)}, x)
	if err != nil || r.Err() != nil || r.Rows[0].Scale != 0 {
		t.Errorf("%v, %v\n%v", err, r.Err(), r)
	}
}

// A gradient that is not finite where differences are is wrong.
func TestNaNIsWrong(t *testing.T) {
	x := graph.New(graph.Settings{}).Input("x", 2)
	claim := gradtest.Claim{Of: x, Values: []float64{2, math.NaN()}}
	r, err := gradtest.Judge(t.Context(), gradtest.Settings{}, graph.Sum(graph.Square(x)), graph.Feeds{x: dense(tensor.Shape{2}, 1, 0)}, claim)
	if err != nil || r.Count(gradtest.Wrong) != 1 || r.Count(gradtest.Right) != 1 || !math.IsInf(r.Rows[0].Relative(), 1) {
		t.Errorf("%v\n%v", err, r)
	}
}

func TestJudgeChecksItsClaims(t *testing.T) {
	x := graph.New(graph.Settings{}).Input("x", 2)
	cost := graph.Sum(x)
	for _, c := range []struct {
		s     gradtest.Settings
		claim gradtest.Claim
		want  string
	}{
		{claim: gradtest.Claim{Of: x, Values: []float64{1}}, want: "1 value given for the gradient of x (2)"},
		{claim: gradtest.Claim{Values: []float64{1}}, want: "nil"},
		{s: gradtest.Settings{Order: 2}, claim: gradtest.Claim{Of: x, Values: []float64{1, 1}}, want: "Order is 2"},
	} {
		_, err := gradtest.Judge(t.Context(), c.s, cost, nil, c.claim)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, %q expected", err, c.want)
		}
	}
}

func TestCompareStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x := graph.New(graph.Settings{}).Input("x", 2)
	if _, err := gradtest.Compare(ctx, gradtest.Settings{}, graph.Sum(graph.Exp(x)), nil, x); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
