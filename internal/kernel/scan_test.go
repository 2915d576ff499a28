package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// Every special value at every place of slices of all lengths is found, and no
// other is.
func TestScans(t *testing.T) {
	t.Run("float64", func(t *testing.T) { eachLevel(t, testScans[float64]) })
	t.Run("float32", func(t *testing.T) { eachLevel(t, testScans[float32]) })
}

func testScans[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	one := T(1)
	near := []T{T(math.Nextafter32(1, 2)), T(math.Nextafter32(1, 0)), one, 0.5}
	for n := range 150 {
		x := make([]T, n)
		for i := range x {
			x[i] = T(rng.Float64())
		}
		if !InUnit(x) || !AllFinite(x) {
			t.Fatalf("%d entries of 0 to 1: InUnit %v, AllFinite %v", n, InUnit(x), AllFinite(x))
		}
		for i := range x {
			before := x[i]
			for _, v := range append(special[T](), near...) {
				x[i] = v
				finite := !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0)
				if AllFinite(x) != finite {
					t.Fatalf("AllFinite is %v of %v at %d of %d", !finite, v, i, n)
				}
				unit := v >= 0 && v <= 1
				if v == 0 && math.Signbit(float64(v)) {
					continue // either will do
				}
				if InUnit(x) != unit {
					t.Fatalf("InUnit is %v of %v at %d of %d", !unit, v, i, n)
				}
			}
			x[i] = before
		}
	}
}

func BenchmarkScan(b *testing.B) {
	for _, n := range []int{1, 400, 50_000} {
		x, y := make([]float64, n), make([]float32, n)
		b.Run(fmt.Sprintf("unit64/%d", n), func(b *testing.B) {
			for b.Loop() {
				InUnit(x)
			}
		})
		b.Run(fmt.Sprintf("unit32/%d", n), func(b *testing.B) {
			for b.Loop() {
				InUnit(y)
			}
		})
		b.Run(fmt.Sprintf("finite64/%d", n), func(b *testing.B) {
			for b.Loop() {
				AllFinite(x)
			}
		})
		b.Run(fmt.Sprintf("finite32/%d", n), func(b *testing.B) {
			for b.Loop() {
				AllFinite(y)
			}
		})
	}
}
