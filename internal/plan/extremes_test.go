package plan

import (
	"math"
	"math/rand/v2"
	"testing"

	"chainrule/internal/kernel"
)

// A long run of Max or Min is what its blocks come to, joined by the loop of the
// function: so it is decided which of several NaNs stays, bit for bit.
func TestNaNsOfLongRuns(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	for kind, code := range map[Kind]kernel.Code{Max: kernel.Max, Min: kernel.Min} {
		join, most := kernel.BinaryLoop[float64](&kernel.Func{Code: code}), kernel.FoldOf[float64](code).Of
		for range 50 {
			x := make([]float64, 1+rng.IntN(5*block))
			for i := range x {
				x[i] = rng.NormFloat64()
			}
			for range 1 + rng.IntN(4) {
				x[rng.IntN(len(x))] = math.Float64frombits(0x7ff8<<48 | uint64(rng.IntN(2))<<63 | uint64(rng.IntN(100)))
			}
			want, next := make([]float64, 1), make([]float64, 1)
			for from := 0; from < len(x); from += block {
				next[0] = most(x[from:min(from+block, len(x))])
				if from == 0 {
					want[0] = next[0]
				} else {
					join(want, want, next)
				}
			}
			_, m := runOnce(Source{Outputs: []int{1}, Nodes: []Node{
				{Kind: Feed, Shape: []int{len(x)}}, {Kind: kind, In: []int{0}, Axes: []int{0}},
			}}, nil, x)
			if got := m.Output(0)[0]; math.Float64bits(got) != math.Float64bits(want[0]) {
				t.Fatalf("%v of %d entries is %x, want %x", kind, len(x), math.Float64bits(got), math.Float64bits(want[0]))
			}
		}
	}
}
