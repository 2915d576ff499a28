package handgrad

import (
	"fmt"
	"math"
	"testing"

	"chainrule/internal/numpyrand"
	"chainrule/internal/toy"
)

// flower returns the points and labels of the planar flower.
func flower() (x, y Matrix) {
	s := toy.Flower()
	m := s.Len()
	x, y = Zeros(2, m), Zeros(1, m)
	for j, class := range s.Class {
		x.Data[j], x.Data[m+j], y.Data[j] = s.X[2*j], s.X[2*j+1], float64(class)
	}
	return x, y
}

// The published costs and accuracies of tanh networks on the flower after plain
// gradient descent: weights 0.01·randn with NumPy seed 2, learning rate 1.2.
func TestFlower(t *testing.T) {
	x, y := flower()
	costs := []float64{0.693048020123982, 0.288083293569018, 0.254385494073246,
		0.233864150389522, 0.226792487448540, 0.222644275492990} // 4 units, every 1000 updates
	for i, correct := range []int{270, 269, 363, 362, 365} { // of 400
		nh := i + 1
		t.Run(fmt.Sprint(nh), func(t *testing.T) {
			t.Parallel()
			rng := numpyrand.New(2)
			n := TwoLayer{W1: normal(rng, 0.01, nh, 2), B1: Zeros(nh, 1)}
			n.W2, n.B2 = normal(rng, 0.01, 1, nh), Zeros(1, 1)
			for k := 0; ; k++ {
				g, err := n.Gradients(x, y)
				if err != nil {
					t.Fatal(err)
				}
				if want := costs[k/1000]; nh == 4 && k%1000 == 0 && math.Abs(g.Cost-want) > 1e-9 {
					t.Errorf("cost after %d updates is %.15f, want %.15f", k, g.Cost, want)
				}
				if k == 5000 {
					if got := countCorrect(g.A2, y); got != correct {
						t.Errorf("%d examples are right, want %d", got, correct)
					}
					break
				}
				if n, err = n.Step(g, 1.2); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// A straight line cannot separate the petals: logistic regression gets 47 %.
func TestFlowerLogistic(t *testing.T) {
	x, y := flower()
	n := Logistic{W: Zeros(1, 2), B: Zeros(1, 1)}
	for range 1000 {
		g, err := n.Gradients(x, y)
		if err != nil {
			t.Fatal(err)
		}
		if n, err = n.Step(g, 0.1); err != nil {
			t.Fatal(err)
		}
	}
	g, err := n.Gradients(x, y)
	if err != nil {
		t.Fatal(err)
	}
	if got := countCorrect(g.A, y); got != 188 {
		t.Errorf("%d examples are right, want 188", got)
	}
}

// countCorrect returns how many predictions fall on the side of their label.
func countCorrect(a, y Matrix) int {
	correct := 0
	for i, p := range a.Data {
		if (p > 0.5) == (y.Data[i] > 0.5) {
			correct++
		}
	}
	return correct
}
