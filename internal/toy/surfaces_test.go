package toy

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// Without noise the targets are the formulas, written here another way, and the
// inputs fill their range.
func TestSurfaces(t *testing.T) {
	formulas := map[string]func(x []float64) float64{
		"plane": func(x []float64) float64 { return 0.5*x[0] + 0.5*x[1] },
		"bumps": func(x []float64) float64 {
			near, far := math.Hypot(x[0]-1, x[1]-1), math.Hypot(x[0]+1, x[1]+1)
			return math.Pow(math.E, -near*near) - math.Pow(math.E, -far*far)
		},
		"sine": func(x []float64) float64 { return math.Cos(x[0] - math.Pi/2) },
	}
	if len(NumberNames()) != len(formulas) {
		t.Errorf("%v, %d expected", NumberNames(), len(formulas))
	}
	for _, name := range NumberNames() {
		s := mustNew(t, name, Settings{Examples: 2000, Seed: 3})
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		n := len(s.Features)
		reach := map[int]float64{1: math.Pi, 2: 2}[n]
		if got := slices.Max(s.X); got > reach || got < 0.99*reach || slices.Min(s.X) > -0.99*reach || slices.Min(s.X) < -reach {
			t.Errorf("%s: inputs from %v to %v, ±%v expected", name, slices.Min(s.X), got, reach)
		}
		for j, y := range s.Y {
			if want := formulas[name](s.X[j*n : (j+1)*n]); math.Abs(y-want) > 1e-12 {
				t.Fatalf("%s at %v: %v, %v expected", name, s.X[j*n:(j+1)*n], y, want)
			}
		}
		if Classes(name, 0) != 0 {
			t.Errorf("%s has classes", name)
		}
	}
}

// Noise is added to the targets alone, in the size that was asked for, and is most of
// the spread of none by default.
func TestSurfaceNoise(t *testing.T) {
	for _, name := range NumberNames() {
		const m = 20_000
		clean := mustNew(t, name, Settings{Examples: m, Seed: 3})
		noise := DefaultNoise(name)
		noisy := mustNew(t, name, Settings{Examples: m, Seed: 3, Noise: noise})
		if !slices.Equal(clean.X, noisy.X) {
			t.Errorf("%s: noise changes the inputs", name)
		}
		square, spread := 0.0, 0.0
		for j, y := range noisy.Y {
			d := y - clean.Y[j]
			square, spread = square+d*d/m, spread+clean.Y[j]*clean.Y[j]/m
		}
		if got := math.Sqrt(square); !(math.Abs(got/noise-1) < 0.03) { // 0.005 is its standard deviation
			t.Errorf("%s: noise %v, %v expected", name, got, noise)
		}
		if square > 0.2*spread {
			t.Errorf("%s: mean square %v of the noise, %v without it", name, square, spread)
		}
		if other := mustNew(t, name, Settings{Examples: m, Seed: 4}); other.X[0] == clean.X[0] {
			t.Errorf("%s: two seeds begin with the same point", name)
		}
	}
}

func TestSurfaceErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		s    Settings
		want string
	}{
		{"plane", Settings{}, "0 examples given, 2 to 10000000"},
		{"sine", Settings{Examples: 10, Noise: -1}, "a noise of -1 given"},
		{"bump", Settings{Examples: 10}, "is it bumps?"},
	} {
		if _, err := New(c.name, c.s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, one with %q expected", err, c.want)
		}
	}
}
