package handgrad

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// scalar returns a (1,1) matrix.
func scalar(v float64) Matrix { return row(v) }

// row returns a (1,len(v)) matrix.
func row(v ...float64) Matrix { return Matrix{Rows: 1, Cols: len(v), Data: v} }

// normal returns a matrix of normal numbers with the given standard deviation.
func normal(rng interface{ NormFloat64() float64 }, sigma float64, rows, cols int) Matrix {
	return Zeros(rows, cols).Apply(func(float64) float64 { return sigma * rng.NormFloat64() })
}

// labels returns a matrix of zeros and ones.
func labels(rng *rand.Rand, rows, cols int) Matrix {
	return Zeros(rows, cols).Apply(func(float64) float64 { return float64(rng.IntN(2)) })
}

// A 1-1-1 network with one example, worked out on paper. The parameters make
// Z2 = 0, hence A2 = 1/2 and a cost of log 2. ln 3 gives round activations:
// sigmoid(ln 3) = 3/4 and tanh(ln 3 / 2) = 1/2.
func TestByHand(t *testing.T) {
	ln3 := math.Log(3)
	for _, c := range []struct {
		hidden                  Activation
		x, y, w1, b1, w2, b2    float64
		z1, a1                  float64
		dz2, dw2, dz1, dw1, db1 float64
	}{
		{hidden: ReLU, x: 2, y: 1, w1: 1, b1: 1, w2: 0.5, b2: -1.5, z1: 3, a1: 3,
			dz2: -0.5, dw2: -1.5, dz1: -0.25, dw1: -0.5, db1: -0.25},
		{hidden: ReLU, x: 2, y: 1, w1: 1, b1: -2, w2: 0.5, b2: 0, z1: 0, a1: 0, // ReLU′(0) = 0
			dz2: -0.5, dw2: 0, dz1: 0, dw1: 0, db1: 0},
		{hidden: Sigmoid, x: 2, y: 0, w1: ln3, b1: -ln3, w2: 4, b2: -3, z1: ln3, a1: 0.75,
			dz2: 0.5, dw2: 0.375, dz1: 0.375, dw1: 0.75, db1: 0.375},
		{hidden: Tanh, x: -1, y: 0, w1: -ln3 / 2, b1: 0, w2: 2, b2: -1, z1: ln3 / 2, a1: 0.5,
			dz2: 0.5, dw2: 0.25, dz1: 0.75, dw1: -0.75, db1: 0.75},
	} {
		n := TwoLayer{W1: scalar(c.w1), B1: scalar(c.b1), W2: scalar(c.w2), B2: scalar(c.b2), Hidden: c.hidden}
		g, err := n.Gradients(scalar(c.x), scalar(c.y))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []struct {
			name string
			got  Matrix
			want float64
		}{
			{"cost", scalar(g.Cost), math.Ln2},
			{"Z1", g.Z1, c.z1}, {"A1", g.A1, c.a1}, {"Z2", g.Z2, 0}, {"A2", g.A2, 0.5},
			{"dZ2", g.DZ2, c.dz2}, {"dW2", g.DW2, c.dw2}, {"db2", g.DB2, c.dz2},
			{"dZ1", g.DZ1, c.dz1}, {"dW1", g.DW1, c.dw1}, {"db1", g.DB1, c.db1},
		} {
			if got := v.got.Data[0]; math.Abs(got-v.want) > 1e-15 {
				t.Errorf("%v, Z1 = %v: %s is %v, want %v", c.hidden, c.z1, v.name, got, v.want)
			}
		}
	}
}

func TestTwoLayerDifferences(t *testing.T) {
	const nx, nh, ny, m = 3, 5, 2, 7
	for _, hidden := range []Activation{Tanh, Sigmoid, ReLU} {
		rng := rand.New(rand.NewPCG(1, 2))
		x, y := normal(rng, 1, nx, m), labels(rng, ny, m)
		n := TwoLayer{
			W1: normal(rng, 1, nh, nx), B1: normal(rng, 1, nh, 1),
			W2: normal(rng, 1, ny, nh), B2: normal(rng, 1, ny, 1), Hidden: hidden,
		}
		g, err := n.Gradients(x, y)
		if err != nil {
			t.Fatal(err)
		}
		for i, z := range g.Z1.Data {
			if math.Abs(z) < 1e-3 {
				t.Fatalf("Z1 element %d is %v, too near the kink of ReLU for this test", i, z)
			}
		}
		cost := func() float64 {
			g, err := n.Gradients(x, y)
			if err != nil {
				t.Fatal(err)
			}
			return g.Cost
		}
		for _, p := range []struct {
			name  string
			p, dp Matrix
		}{{"W1", n.W1, g.DW1}, {"b1", n.B1, g.DB1}, {"W2", n.W2, g.DW2}, {"b2", n.B2, g.DB2}} {
			checkDifferences(t, hidden.String()+" d"+p.name, cost, p.p, p.dp)
		}
	}
}

func TestLogisticDifferences(t *testing.T) {
	const nx, m = 4, 9
	rng := rand.New(rand.NewPCG(3, 4))
	x, y := normal(rng, 1, nx, m), labels(rng, 1, m)
	n := Logistic{W: normal(rng, 1, 1, nx), B: normal(rng, 1, 1, 1)}
	g, err := n.Gradients(x, y)
	if err != nil {
		t.Fatal(err)
	}
	cost := func() float64 {
		g, err := n.Gradients(x, y)
		if err != nil {
			t.Fatal(err)
		}
		return g.Cost
	}
	checkDifferences(t, "dW", cost, n.W, g.DW)
	checkDifferences(t, "db", cost, n.B, g.DB)
}

// checkDifferences compares dp with central differences of the cost, changing
// the elements of p in place. The error is relative to the largest element.
func checkDifferences(t *testing.T, name string, cost func() float64, p, dp Matrix) {
	t.Helper()
	if dp.Rows != p.Rows || dp.Cols != p.Cols {
		t.Fatalf("%s is %v, want %v", name, dp, p)
	}
	const h = 1e-5
	worst, largest := 0.0, 0.0
	for i, v := range p.Data {
		p.Data[i] = v + h
		up := cost()
		p.Data[i] = v - h
		down := cost()
		p.Data[i] = v
		worst = max(worst, math.Abs((up-down)/(2*h)-dp.Data[i]))
		largest = max(largest, math.Abs(dp.Data[i]))
	}
	if !(worst <= 1e-8*largest) || largest == 0 {
		t.Errorf("%s is off by %.2g of %.2g", name, worst, largest)
	}
}

// Logits of ±1000 give the exact limits: no cost where the answer is right,
// 1000 where it is wrong.
func TestSaturated(t *testing.T) {
	x, y := row(1000, 1000, -1000, -1000), row(1, 0, 0, 1)
	const wantCost = 500
	wantDZ := []float64{0, 0.25, 0, -0.25}

	one, err := Logistic{W: scalar(1), B: scalar(0)}.Gradients(x, y)
	if err != nil {
		t.Fatal(err)
	}
	if one.Cost != wantCost {
		t.Errorf("logistic cost is %v, want %v", one.Cost, wantCost)
	}
	for _, hidden := range []Activation{Tanh, Sigmoid, ReLU} {
		n := TwoLayer{W1: scalar(1000), B1: scalar(0), W2: scalar(1000), B2: scalar(0), Hidden: hidden}
		g, err := n.Gradients(x, y)
		if err != nil {
			t.Fatal(err)
		}
		if hidden == Tanh && g.Cost != wantCost {
			t.Errorf("tanh cost is %v, want %v", g.Cost, wantCost)
		}
		finite := []Matrix{scalar(g.Cost), g.Z1, g.A1, g.Z2, g.A2, g.DZ2, g.DW2, g.DB2, g.DZ1, g.DW1, g.DB1}
		for i, a := range finite {
			for _, v := range a.Data {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Errorf("%v: result %d holds %v", hidden, i, v)
				}
			}
		}
	}
	for i, v := range one.DZ.Data {
		if v != wantDZ[i] {
			t.Errorf("logistic dZ of example %d is %v, want %v", i, v, wantDZ[i])
		}
	}
}

// Step changes what it returns and nothing else.
func TestStep(t *testing.T) {
	n := Logistic{W: row(1, 2), B: scalar(3)}
	next, err := n.Step(LogisticGradients{DW: row(10, 20), DB: scalar(30)}, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	if w := next.W.Data; w[0] != -4 || w[1] != -8 || next.B.Data[0] != -12 {
		t.Errorf("after the step W is %v and b %v, want [-4 -8] and [-12]", w, next.B.Data)
	}
	if w := n.W.Data; w[0] != 1 || w[1] != 2 || n.B.Data[0] != 3 {
		t.Errorf("the step changed its receiver to W %v and b %v", w, n.B.Data)
	}
}

func TestErrors(t *testing.T) {
	two := func(change func(n *TwoLayer, x, y *Matrix)) error {
		n := TwoLayer{W1: Zeros(4, 2), B1: Zeros(4, 1), W2: Zeros(1, 4), B2: Zeros(1, 1)}
		x, y := Zeros(2, 9), Zeros(1, 9)
		change(&n, &x, &y)
		_, err := n.Gradients(x, y)
		return err
	}
	one := func(change func(n *Logistic, x, y *Matrix)) error {
		n := Logistic{W: Zeros(1, 2), B: Zeros(1, 1)}
		x, y := Zeros(2, 9), Zeros(1, 9)
		change(&n, &x, &y)
		_, err := n.Gradients(x, y)
		return err
	}
	_, stepTwo := TwoLayer{W1: Zeros(4, 2)}.Step(Gradients{DW1: Zeros(2, 4)}, 1)
	_, stepOne := Logistic{W: Zeros(1, 2)}.Step(LogisticGradients{}, 1)
	for _, c := range []struct {
		err  error
		want string // a part of the message
	}{
		{two(func(n *TwoLayer, x, y *Matrix) { *x = Zeros(3, 9) }), "W1 is (4,2), want (4,3)"},
		{two(func(n *TwoLayer, x, y *Matrix) { *x = Matrix{} }), "X is (0,0), want at least one"},
		{two(func(n *TwoLayer, x, y *Matrix) { x.Data = x.Data[1:] }), "X is (2,9) but has 17 elements"},
		{two(func(n *TwoLayer, x, y *Matrix) { *y = Zeros(1, 8) }), "Y is (1,8), want (1,9)"},
		{two(func(n *TwoLayer, x, y *Matrix) { n.W1 = Matrix{} }), "W1 is (0,0), want at least one"},
		{two(func(n *TwoLayer, x, y *Matrix) { n.B1 = Zeros(1, 4) }), "b1 is (1,4), want (4,1)"},
		{two(func(n *TwoLayer, x, y *Matrix) { n.W2 = Zeros(4, 1) }), "W2 is (4,1), want (4,4)"},
		{two(func(n *TwoLayer, x, y *Matrix) { n.B2 = Zeros(2, 1) }), "b2 is (2,1), want (1,1)"},
		{two(func(n *TwoLayer, x, y *Matrix) { n.Hidden = 70 }), "Activation(70), want one of tanh, sigmoid, relu, "},
		{one(func(n *Logistic, x, y *Matrix) { n.W = Zeros(2, 1) }), "W is (2,1), want (1,2)"},
		{one(func(n *Logistic, x, y *Matrix) { n.B = Zeros(1, 2) }), "b is (1,2), want (1,1)"},
		{one(func(n *Logistic, x, y *Matrix) { *x = Zeros(2, 0) }), "X is (2,0), want at least one"},
		{one(func(n *Logistic, x, y *Matrix) { *y = Zeros(2, 9) }), "Y is (2,9), want (1,9)"},
		{stepTwo, "dW1 is (2,4), want (4,2)"},
		{stepOne, "dW is (0,0), want at least one"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("error is %v, want one with %q", c.err, c.want)
		}
	}
}
