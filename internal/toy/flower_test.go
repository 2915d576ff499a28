package toy

import (
	"math"
	"testing"
)

func TestFlowerLayout(t *testing.T) {
	s := Flower()
	if err := s.Check(); err != nil || s.Len() != 400 {
		t.Fatalf("%d examples, 400 expected (%v)", s.Len(), err)
	}
	for i, class := range s.Class {
		if class != i/200 {
			t.Fatalf("class of example %d is %d, want %d", i, class, i/200)
		}
	}
}

// The first two examples and the sums are the published ones, the others were
// computed with NumPy 1.24.2.
func TestFlowerPublished(t *testing.T) {
	x := Flower().X
	sum, squares := 0.0, 0.0
	for _, v := range x {
		sum += v
		squares += v * v
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"x0 of example 0", x[0], 1.20444229225432},
		{"x1 of example 0", x[1], 3.57611414812884},
		{"x0 of example 1", x[2], 0.158709903982554},
		{"x1 of example 1", x[3], -1.48217090036834},
		{"x0 of example 199", x[398], -0.5858464101358456},
		{"x1 of example 199", x[399], -3.091259938950624},
		{"x0 of example 200", x[400], -1.0704958072229525},
		{"x1 of example 200", x[401], 3.682524609580073},
		{"x0 of example 399", x[798], 0.7307808250007513},
		{"x1 of example 399", x[799], 3.0683292081876545},
		{"sum of X", sum, 10.0879832774416},
		{"sum of X²", squares, 3156.78378934941},
	} {
		if math.Abs(c.got-c.want) > 1e-12*math.Abs(c.want) {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
}

// Two calls give equal sets that share no memory.
func TestFlowerIsFresh(t *testing.T) {
	a := Flower()
	first := a.X[0]
	a.X[0], a.Class[0] = 99, 1
	if b := Flower(); b.X[0] != first || b.Class[0] != 0 {
		t.Errorf("after a change of one set another starts with %v, %v; want %v, 0", b.X[0], b.Class[0], first)
	}
}
