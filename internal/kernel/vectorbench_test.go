package kernel

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

var benchSize = flag.Int("entries", 512, "length of the blocks of BenchmarkVector")

// BenchmarkVector reports the time for an entry of a block, and how many
// times that the portable loop takes, measured in turns.
func BenchmarkVector(b *testing.B) {
	best := level
	defer func() { level = best }()
	for _, c := range allCodes() {
		name := strings.ToLower(c.String())
		for l := avx2; l <= best; l++ {
			b.Run(fmt.Sprintf("%s/float64/%v", name, l), func(b *testing.B) { benchVector[float64](b, c, l, *benchSize) })
			b.Run(fmt.Sprintf("%s/float32/%v", name, l), func(b *testing.B) { benchVector[float32](b, c, l, *benchSize) })
		}
		level = best
	}
}

func benchVector[T Float](b *testing.B, c Code, l instructions, n int) {
	rng := rand.New(rand.NewPCG(21, 22))
	x, y, dst := random[T](rng, n, false), random[T](rng, n, false), make([]T, n)
	if c == Log || c == Log1p || c == Sqrt {
		for i, v := range x {
			x[i] = v * v
		}
	}
	if c == XLogY {
		for i, v := range y {
			y[i] = v * v
		}
	}
	bind := func() func() {
		if c.Unary() != nil {
			loop := UnaryLoop[T](&Func{Code: c})
			return func() { loop(dst, x) }
		}
		loop := BinaryLoop[T](&Func{Code: c})
		return func() { loop(dst, x, y) }
	}
	fast, slow := atLevel(l, bind), atLevel(portable, bind)
	// The least of all turns, for a machine that is not alone.
	const often = 8
	took, portably := time.Hour, time.Hour
	for b.Loop() {
		start := time.Now()
		for range often {
			fast()
		}
		middle := time.Now()
		slow()
		took = min(took, middle.Sub(start))
		portably = min(portably, time.Since(middle))
	}
	perEntry := float64(took.Nanoseconds()) / float64(often*n)
	b.ReportMetric(perEntry, "ns/entry")
	b.ReportMetric(float64(portably.Nanoseconds())/float64(n)/perEntry, "portable/vector")
	b.ReportMetric(0, "ns/op")
}
