package toy

import (
	"math"
	"testing"
)

func TestFlowerLayout(t *testing.T) {
	s := Flower()
	if s.M != 400 || len(s.X) != 800 || len(s.Y) != 400 {
		t.Fatalf("M = %d, %d coordinates, %d labels; want 400, 800, 400", s.M, len(s.X), len(s.Y))
	}
	for i, y := range s.Y {
		if want := float64(i / 200); y != want {
			t.Fatalf("label of example %d is %v, want %v", i, y, want)
		}
	}
	rows := s.Rows()
	for i := range s.M {
		if rows[i] != s.X[2*i] || rows[s.M+i] != s.X[2*i+1] {
			t.Fatalf("example %d differs between Rows and X", i)
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
	a.X[0], a.Y[0] = 99, 99
	if b := Flower(); b.X[0] != first || b.Y[0] != 0 {
		t.Errorf("after a change of one set another starts with %v, %v; want %v, 0", b.X[0], b.Y[0], first)
	}
}
