package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// benchShapes are the products of the training steps that the project is
// measured by, and squares. Letters say which operands are transposed: T for
// contiguous columns.
var benchShapes = []struct {
	m, n, k int
	trans   string
}{
	{4, 400, 2, "NN"}, {4, 400, 2, "NT"}, {1, 400, 4, "NN"}, {4, 400, 1, "TN"}, // flower, m = 400
	{1, 4, 400, "NT"}, {4, 2, 400, "NN"}, {4, 2, 400, "NT"},
	{4, 1, 3, "NN"}, {1, 1, 4, "NN"}, {4, 1, 1, "TN"}, {1, 4, 1, "NT"}, {4, 3, 1, "NN"}, // 3-4-1, m = 1
	{1, 569, 30, "NN"}, {1, 569, 30, "NT"}, {1, 30, 569, "NN"}, {1, 30, 569, "NT"}, // logistic
	{128, 64, 784, "NT"}, {128, 64, 784, "NN"}, {10, 64, 128, "NN"}, {10, 128, 64, "NT"}, // 784-128-10, m = 64
	{128, 64, 10, "TN"}, {128, 784, 64, "NN"}, {128, 784, 64, "NT"},
	{512, 256, 784, "NT"}, {10, 256, 512, "NN"}, {10, 512, 256, "NT"}, {512, 256, 10, "TN"}, {512, 784, 256, "NN"}, // 784-512-10, m = 256
	{256, 128, 64, "NT"}, {256, 128, 256, "NN"}, {256, 256, 128, "NT"}, {256, 128, 256, "TN"}, {256, 64, 128, "NN"}, {10, 128, 256, "NN"}, // deep, m = 128
	{128, 1, 784, "NN"}, {10, 1, 128, "NN"}, {128, 1, 10, "TN"}, {256, 1, 256, "TN"}, {128, 1024, 784, "NT"}, {10, 1024, 128, "NN"}, // m = 1, m = 1024
	{256, 256, 256, "NN"}, {1024, 1024, 1024, "NN"}, {1024, 1024, 1024, "TT"},
}

// BenchmarkGemm reports the speed of Gemm for every set of instructions, on
// average and at its best, which other programs disturb less.
func BenchmarkGemm(b *testing.B) {
	best := level
	defer func() { level = best }()
	for level = best; ; level-- {
		for _, s := range benchShapes {
			name := fmt.Sprintf("%v/%dx%dx%d%s", level, s.m, s.n, s.k, s.trans)
			b.Run(name+"/f32", func(b *testing.B) { benchGemm[float32](b, s.m, s.n, s.k, s.trans) })
			b.Run(name+"/f64", func(b *testing.B) { benchGemm[float64](b, s.m, s.n, s.k, s.trans) })
		}
		if level == portable {
			return
		}
	}
}

func benchGemm[T Float](b *testing.B, m, n, k int, trans string) {
	rng := rand.New(rand.NewPCG(7, 8))
	x, y, c := random[T](rng, m*k, false), random[T](rng, k*n, false), make([]T, m*n)
	ars, acs, brs, bcs := k, 1, n, 1
	if trans[0] == 'T' {
		ars, acs = 1, m
	}
	if trans[1] == 'T' {
		brs, bcs = 1, k
	}
	batch, done := 1+1000000/(m*n*k), 0
	best, start := time.Duration(math.MaxInt64), time.Now()
	for b.Loop() {
		Gemm(m, n, k, x, ars, acs, y, brs, bcs, c, n)
		if done++; done == batch {
			now := time.Now()
			best, start, done = min(best, now.Sub(start)), now, 0
		}
	}
	flop := 2 * float64(m*n*k)
	b.ReportMetric(flop*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOPS")
	b.ReportMetric(flop*float64(batch)/float64(best.Nanoseconds()), "best-GFLOPS")
}
