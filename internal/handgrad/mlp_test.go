package handgrad

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// oneHot returns a matrix with a 1 in each column.
func oneHot(rng *rand.Rand, rows, cols int) Matrix {
	y := Zeros(rows, cols)
	for j := range cols {
		y.Data[rng.IntN(rows)*cols+j] = 1
	}
	return y
}

// newMLP returns a network of the given sizes, all parameters normal.
func newMLP(rng *rand.Rand, softmax bool, hidden []Activation, sizes ...int) MLP {
	n := MLP{Hidden: hidden, Softmax: softmax}
	for l := 1; l < len(sizes); l++ {
		n.W = append(n.W, normal(rng, 1, sizes[l], sizes[l-1]))
		n.B = append(n.B, normal(rng, 1, sizes[l], 1))
	}
	return n
}

// Every activation as the first and as the second hidden function, with both
// kinds of output, against central differences.
func TestMLPDifferences(t *testing.T) {
	const m = 6
	for g := range Activation(len(names)) {
		for _, softmax := range []bool{false, true} {
			rng := rand.New(rand.NewPCG(5, 6))
			n := newMLP(rng, softmax, []Activation{g, Tanh, g}, 3, 4, 3, 4, 3)
			x, y := normal(rng, 1, 3, m), labels(rng, 3, m)
			if softmax {
				y = oneHot(rng, 3, m)
			}
			got, err := n.Gradients(x, y)
			if err != nil {
				t.Fatal(err)
			}
			for _, z := range append(got.Z[0].Data, got.Z[2].Data...) {
				if math.Abs(z) < 1e-3 {
					t.Fatalf("a Z is %v, too near a kink for this test", z)
				}
			}
			cost := func() float64 {
				g, err := n.Gradients(x, y)
				if err != nil {
					t.Fatal(err)
				}
				return g.Cost
			}
			for l := range n.W {
				checkDifferences(t, g.String()+" dW", cost, n.W[l], got.DW[l])
				checkDifferences(t, g.String()+" db", cost, n.B[l], got.DB[l])
			}
		}
	}
}

// With one hidden layer it is the TwoLayer, with none the Logistic.
func TestMLPIsTwoLayerAndLogistic(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	x, y := normal(rng, 1, 3, 9), labels(rng, 2, 9)
	n := newMLP(rng, false, []Activation{ReLU}, 3, 5, 2)
	got, err := n.Gradients(x, y)
	if err != nil {
		t.Fatal(err)
	}
	want, err := TwoLayer{W1: n.W[0], B1: n.B[0], W2: n.W[1], B2: n.B[1], Hidden: ReLU}.Gradients(x, y)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "two layers", scalar(got.Cost), scalar(want.Cost), got.A[1], want.A2, got.DW[0], want.DW1, got.DB[0], want.DB1,
		got.DW[1], want.DW2, got.DB[1], want.DB2, got.DZ[0], want.DZ1)

	y = labels(rng, 1, 9)
	n = newMLP(rng, false, nil, 3, 1)
	if got, err = n.Gradients(x, y); err != nil {
		t.Fatal(err)
	}
	one, err := Logistic{W: n.W[0], B: n.B[0]}.Gradients(x, y)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "logistic", scalar(got.Cost), scalar(one.Cost), got.A[0], one.A, got.DW[0], one.DW, got.DB[0], one.DB)
}

// equal compares pairs of matrices entry by entry.
func equal(t *testing.T, what string, pairs ...Matrix) {
	t.Helper()
	for k := 0; k < len(pairs); k += 2 {
		for i, v := range pairs[k].Data {
			if want := pairs[k+1].Data[i]; v != want {
				t.Errorf("%s: pair %d, entry %d is %v, want %v", what, k/2, i, v, want)
			}
		}
	}
}

// Three classes, worked out on paper: logits ln 1, ln 2 and ln 5 are the
// probabilities 1/8, 2/8 and 5/8, and the right class is the second.
func TestSoftmaxByHand(t *testing.T) {
	n := MLP{W: []Matrix{Zeros(3, 1)}, Softmax: true,
		B: []Matrix{{Rows: 3, Cols: 1, Data: []float64{0, math.Log(2), math.Log(5)}}}}
	g, err := n.Gradients(scalar(7), Matrix{Rows: 3, Cols: 1, Data: []float64{0, 1, 0}})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(g.Cost-math.Log(4)) > 1e-15 {
		t.Errorf("the cost is %v, want ln 4", g.Cost)
	}
	for i, want := range []float64{1. / 8, -6. / 8, 5. / 8} {
		if got := g.DB[0].Data[i]; math.Abs(got-want) > 1e-15 {
			t.Errorf("db of class %d is %v, want %v", i, got, want)
		}
		if got := g.DW[0].Data[i]; math.Abs(got-7*want) > 1e-14 {
			t.Errorf("dW of class %d is %v, want %v", i, got, 7*want)
		}
	}
}

// Values of the activations where they are known.
func TestActivationValues(t *testing.T) {
	for _, c := range []struct {
		g          Activation
		z, a, dadz float64
	}{
		{LeakyReLU, -3, -0.03, 0.01}, {LeakyReLU, 0, 0, 0.01}, {LeakyReLU, 3, 3, 1},
		{ELU, -math.Ln2, -0.5, 0.5}, {ELU, 0, 0, 1}, {ELU, 1000, 1000, 1}, {ELU, -1000, -1, 0},
		{SiLU, 0, 0, 0.5}, {SiLU, math.Log(3), 0.75 * math.Log(3), 0.75 + 0.75*0.25*math.Log(3)},
		{GELU, 0, 0, 0.5}, {GELU, 40, 40, 1}, {GELU, -40, 0, 0},
		{Softplus, 0, math.Ln2, 0.5}, {Softplus, 1000, 1000, 1}, {Softplus, -1000, 0, 0},
		{Identity, -2, -2, 1},
	} {
		z := scalar(c.z)
		a := c.g.forward(z)
		if math.Abs(a.Data[0]-c.a) > 1e-15*math.Abs(c.a) {
			t.Errorf("%v(%v) is %v, want %v", c.g, c.z, a.Data[0], c.a)
		}
		if d := c.g.backward(z, a, scalar(2)).Data[0]; math.Abs(d-2*c.dadz) > 1e-15 {
			t.Errorf("%v′(%v) is %v, want %v", c.g, c.z, d/2, c.dadz)
		}
	}
}

func TestActivationByName(t *testing.T) {
	for g := range Activation(len(names)) {
		if got, err := ActivationByName(g.String()); err != nil || got != g {
			t.Errorf("%v: %v, %v", g, got, err)
		}
	}
	if _, err := ActivationByName("swish"); err == nil || !strings.Contains(err.Error(), `"swish", want one of tanh, `) {
		t.Errorf("swish: %v", err)
	}
}

func TestMLPErrors(t *testing.T) {
	fail := func(change func(n *MLP, x, y *Matrix)) error {
		n := newMLP(rand.New(rand.NewPCG(1, 1)), true, []Activation{Tanh, Softmax}, 2, 4, 5, 3)
		x, y := Zeros(2, 9), Zeros(3, 9)
		change(&n, &x, &y)
		_, err := n.Gradients(x, y)
		return err
	}
	for want, err := range map[string]error{
		"0 weights, 0 biases and 0 hidden": fail(func(n *MLP, x, y *Matrix) { *n = MLP{} }),
		"3 weights, 2 biases and 2 hidden": fail(func(n *MLP, x, y *Matrix) { n.B = n.B[1:] }),
		"3 weights, 3 biases and 1 hidden": fail(func(n *MLP, x, y *Matrix) { n.Hidden = n.Hidden[1:] }),
		"X is (0,0)":                       fail(func(n *MLP, x, y *Matrix) { *x = Matrix{} }),
		"W1 is (4,2), want (4,3)":          fail(func(n *MLP, x, y *Matrix) { *x = Zeros(3, 9) }),
		"W2 is (5,3), want (5,4)":          fail(func(n *MLP, x, y *Matrix) { n.W[1] = Zeros(5, 3) }),
		"b3 is (1,3), want (3,1)":          fail(func(n *MLP, x, y *Matrix) { n.B[2] = Zeros(1, 3) }),
		"Y is (2,9), want (3,9)":           fail(func(n *MLP, x, y *Matrix) { *y = Zeros(2, 9) }),
		"is Activation(-1), want one of":   fail(func(n *MLP, x, y *Matrix) { n.Hidden[1] = -1 }),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want one with %q", err, want)
		}
	}
}
