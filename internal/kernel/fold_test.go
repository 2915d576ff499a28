package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestFolds(t *testing.T) {
	t.Run("float64", func(t *testing.T) { eachLevel(t, testFolds[float64]) })
	t.Run("float32", func(t *testing.T) { eachLevel(t, testFolds[float32]) })
}

// testFolds compares folds of runs, whole and by blocks, with sixteen lanes by
// their definition. The entries are near 1, so that products stay numbers.
func testFolds[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(27, 28))
	for join, start := range map[Code]float64{Add: 0, Mul: 1} {
		f := FoldOf[T](join)
		for n := 1; n < 3000; n += 1 + n/20 {
			x := make([]T, n)
			for i := range x {
				x[i] = T(math.Exp(rng.NormFloat64() / 16))
			}
			var lane [lanes]T
			for i := range lane {
				lane[i] = T(start)
			}
			for i, v := range x {
				lane[i%lanes] = T(join.Binary()(float64(lane[i%lanes]), float64(v)))
			}
			for w := lanes / 2; w > 0; w /= 2 {
				for l := range w {
					lane[l] = T(join.Binary()(float64(lane[l]), float64(lane[l+w])))
				}
			}
			var p Partial16[T]
			f.Start(&p)
			for rest := x; len(rest) > 0; {
				b := min(16*(1+rng.IntN(40)), len(rest))
				f.Add(&p, rest[:b])
				rest = rest[b:]
			}
			if whole, parts := f.Of(x), f.Total(&p); !same(whole, lane[0]) || !same(parts, lane[0]) {
				t.Fatalf("%v of %d entries is %v, by blocks %v, want %v", join, n, whole, parts, lane[0])
			}
		}
	}
}
