package main

import (
	"math"
	"testing"
)

// What the picture is drawn from agrees with the accuracy in the report, point
// by point, for two and for three classes.
func TestPredict(t *testing.T) {
	for _, data := range []string{"moons", "blobs"} {
		for _, dtype := range []string{"float64", "float32"} {
			c := defaultConfig()
			c.data, c.dtype, c.noise, c.steps = data, dtype, 0.8, 50 // too much noise to get all right
			p := build(t, c)
			got, err := p.fit(t.Context(), func(int, float64) {}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var x1, x2 []float64
			for j := range p.Train.Class {
				x1, x2 = append(x1, p.Train.X[2*j]), append(x2, p.Train.X[2*j+1])
			}
			probabilities, err := p.PredictPlane(x1, x2)
			if err != nil {
				t.Fatal(err)
			}
			classes := p.outputs()
			if len(probabilities) != 400*classes {
				t.Fatalf("%d probabilities", len(probabilities))
			}
			right := 0
			for j, class := range p.Train.Class {
				if class == likeliest(t, probabilities[j*classes:][:classes]) {
					right++
				}
			}
			if right != got.trained.Right || right == 400 {
				t.Errorf("%s %s: %d right by the picture, %d in the report", data, dtype, right, got.trained.Right)
			}
		}
	}
}

// likeliest returns a class from the probability of class 1, or from those of
// all classes.
func likeliest(t *testing.T, p []float64) int {
	t.Helper()
	if len(p) == 1 {
		return int(math.Round(p[0]))
	}
	best, sum := 0, 0.0
	for k, v := range p {
		sum += v
		if v > p[best] {
			best = k
		}
	}
	if math.Abs(sum-1) > 1e-6 {
		t.Errorf("probabilities %v", p)
	}
	return best
}

// A large network has a coarser field, the usual ones the finest.
func TestColumns(t *testing.T) {
	for units, want := range map[int][2]int{4: {300, 300}, 500: {300, 300}, 10000: {60, 150}} {
		c := defaultConfig()
		c.hidden = []int{units}
		if got := build(t, c).columns(); got < want[0] || got > want[1] {
			t.Errorf("%d units: %d columns, %v expected", units, got, want)
		}
	}
}

// A sample takes examples of every class, rounded as the network sees them.
func TestSample(t *testing.T) {
	c := defaultConfig()
	c.data, c.dtype = "blobs", "float32"
	p := build(t, c)
	s := p.sample(9)
	counts := map[int]int{}
	for j, class := range s.Class {
		counts[class]++
		if s.X[2*j] != float64(float32(s.X[2*j])) {
			t.Errorf("%v is no float32", s.X[2*j])
		}
	}
	if s.Len() != 9 || counts[0] < 2 || counts[1] < 2 || counts[2] < 2 {
		t.Errorf("%d examples, by class %v", s.Len(), counts)
	}
	if n := p.sample(1000).Len(); n != 400 {
		t.Errorf("%d of 400 examples", n)
	}
}
