package toy

import (
	"math"
	"testing"
)

// Without noise, every point is where the formula puts it.
func TestCurves(t *testing.T) {
	const m = 60
	for _, c := range cases() {
		s := mustNew(t, c.name, Settings{Examples: m, Arms: c.arms, Seed: 3})
		n := m / len(s.Classes)
		for j, class := range s.Class {
			x1, x2 := s.X[2*j], s.X[2*j+1]
			i := float64(j - class*n)
			var far float64 // distance from the right place
			switch c.name {
			case "flower":
				a := 3.12 * (float64(class) + i/float64(n-1))
				r := 4 * math.Sin(4*a)
				far = math.Hypot(x1-r*math.Sin(a), x2-r*math.Cos(a))
			case "moons":
				a := math.Pi * i / float64(n-1)
				far = math.Hypot(x1-math.Cos(a), x2-math.Sin(a))
				if class == 1 {
					far = math.Hypot(x1-(1-math.Cos(a)), x2-(1-math.Sin(a)-0.5))
				}
			case "circles":
				a, r := 2*math.Pi*i/float64(n), 1-0.5*float64(class)
				far = math.Hypot(x1-r*math.Cos(a), x2-r*math.Sin(a))
			case "spirals":
				u := (i + 1) / float64(n)
				a := 2*math.Pi*u + 2*math.Pi*float64(class)/float64(len(s.Classes))
				far = math.Hypot(x1-4*u*math.Sin(a), x2-4*u*math.Cos(a))
			case "blobs":
				far = math.Hypot(x1-[]float64{0, -2, 2}[class], x2-[]float64{2, -1, -1}[class])
			case "xor":
				lo, hi := min(math.Abs(x1), math.Abs(x2)), max(math.Abs(x1), math.Abs(x2))
				far = max(0, 0.2-lo, hi-2.2)
				if (x1*x2 < 0) != (class == 1) {
					t.Errorf("xor: (%v, %v) is of class %d", x1, x2, class)
				}
			case "gauss":
				far = math.Hypot(x1-float64(4*class-2), x2-float64(4*class-2))
			default:
				t.Fatalf("%s has no formula here", c.name)
			}
			if !(far <= 1e-14) {
				t.Errorf("%s: example %d of class %d at (%v, %v) is %g off", c.name, int(i), class, x1, x2, far)
			}
		}
	}
}

// The points of xor fill their squares evenly: all four quadrants, and a mean
// distance from the axes of 1.2.
func TestXORIsUniform(t *testing.T) {
	const m = 20_000
	s := mustNew(t, "xor", Settings{Examples: m, Seed: 1})
	quadrants, sum := map[[2]bool]int{}, 0.0
	for j := range m {
		x1, x2 := s.X[2*j], s.X[2*j+1]
		quadrants[[2]bool{x1 > 0, x2 > 0}]++
		sum += (math.Abs(x1) + math.Abs(x2)) / (2 * m)
	}
	for q, count := range quadrants {
		if math.Abs(float64(count)-m/4) > 4*math.Sqrt(m*3.0/16) {
			t.Errorf("%d of %d points in quadrant %v", count, m, q)
		}
	}
	if len(quadrants) != 4 || math.Abs(sum-1.2) > 0.012 {
		t.Errorf("%d quadrants, mean distance %v; 4 and 1.2 expected", len(quadrants), sum)
	}
}

// Noise has the standard deviation that was asked for, in both directions: it
// is what tells a set from the one without.
func TestNoise(t *testing.T) {
	const m, noise = 20_000, 0.25
	for _, c := range cases() {
		clean := mustNew(t, c.name, Settings{Examples: m, Arms: c.arms, Seed: 1})
		noisy := mustNew(t, c.name, Settings{Examples: m, Arms: c.arms, Seed: 1, Noise: noise})
		var mean, square [2]float64
		for k, v := range noisy.X {
			d := v - clean.X[k]
			mean[k%2] += d / m
			square[k%2] += d * d / m
		}
		if c.name == "flower" { // its noise is on angle and radius, here it is enough that there is some
			if !(square[0] > 0.01 && square[1] > 0.01) {
				t.Errorf("flower: mean square %v of the noise", square)
			}
			continue
		}
		for axis := range 2 {
			if std := math.Sqrt(square[axis]); math.Abs(mean[axis]) > 0.01 || math.Abs(std-noise) > 0.006 {
				t.Errorf("%s: noise of mean %v and standard deviation %v along axis %d, 0 and %v expected",
					c.name, mean[axis], std, axis, noise)
			}
		}
	}
}
